"""What a point rests on: all that its cited posts say and show, gathered once for every check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from report.evidence.pinyin import Sounds
from report.evidence.spelling import Spelled
from report.model import Tweet

_COUNTED = ("likes", "reposts", "replies", "quotes")


@dataclass(frozen=True)
class Evidence:
    """`texts` holds one text a post, a quoted post's below it. The other fields have no empty entries."""

    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # without @
    bios: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()  # where the posts stand and what they link to: x.com, github.com
    dates: tuple[datetime, ...] = ()
    counts: tuple[str, ...] = ()  # what the source counted, as text: "1406 replies"

    @classmethod
    def of(cls, posts: Sequence[Tweet]) -> Evidence:
        authors = [post.author for post in posts]
        return cls(
            texts=tuple("\n".join(filter(None, (post.text, post.quoted_text))) for post in posts),
            names=_once(author.name for author in authors),
            handles=_once(author.handle for author in authors),
            bios=_once(author.bio for author in authors),
            hosts=_once(_host(url) for post in posts for url in (post.url, *post.urls)),
            dates=tuple(post.created_at for post in posts),
            counts=_once(f"{getattr(post, kind)} {kind}" for post in posts for kind in _COUNTED if getattr(post, kind)),
        )

    @cached_property
    def said(self) -> Spelled:
        """The texts, to look up names in."""
        return Spelled.of(self.texts)

    @cached_property
    def about(self) -> Spelled:
        """The authors and the addresses, to look up names in."""
        return Spelled.of((*self.names, *(f"@{handle}" for handle in self.handles), *self.bios, *self.hosts))

    @cached_property
    def sounds(self) -> Sounds:
        """How the Chinese of the texts and of their authors' names is said."""
        return Sounds.of((*self.names, *self.texts))


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # "http://[" is no address
        return ""
