"""Who speaks in a point: the authors of its posts and the names in them, and whether its words name one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from report.model import Author, Tweet
from report.names import NO_NAMES

SAYS = (
    r"说|称|认为|预计|预测|预期|估计|表示|写道|透露|警告|看好|看空|判断|相信|主张|建议|指出|转述|担心|打趣|调侃|感叹|抱怨|反问|提醒|推荐|引用"
    r"|发现|问|译出|分享|介绍|总结|梳理|强调|补充|澄清|解释|回应|承认|宣布|展示|演示"
)
SAYS_IN_ENGLISH = r"says?|said|thinks?|expects?|predicts?|argues?|warns?|writes?|notes?|believes?|according to"
ATTRIBUTED = re.compile(rf"据.{{1,24}}?(?:{SAYS}|消息|报道|帖)|(?:{SAYS})|\b(?:{SAYS_IN_ENGLISH})\b", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s(（|｜@/,，、·•:：.\-]+")
CAPITAL = re.compile(r"(?<![A-Za-z0-9])[A-Z][\w.'’-]*")
PUBLIC = re.compile(
    r"(?<![a-z])(?:ceo|cto|founder|co-?founder|president|chairman|senator|minister|professor)(?![a-z])|创始人|总裁|教授",
    re.IGNORECASE,
)
MANY_FOLLOWERS = 100_000
Names = Callable[[str], Iterable[str]]  # a name → the names that mean the same


@cache
def forms(author: Author) -> frozenset[str]:
    """How a sentence may call the author, in lower case: the name, its parts, the handle."""
    parts = [part for part in SEPARATOR.split(author.called) if len(part) > 1 and part.casefold() not in NO_NAMES]
    bare = re.split(r"[(（|｜@]", author.called)[0].strip()
    return frozenset(name.casefold() for name in (author.called, bare, author.handle, *parts) if len(name) > 1)


def is_spoken(words: str, posts: Sequence[Tweet], alike: Names = lambda _: ()) -> bool:
    """Do the words name an author of the posts, or someone whose name stands in them?"""
    said = words.casefold()
    known = {form for post in posts for form in forms(post.author)}
    known |= {other.casefold() for form in list(known) for other in alike(form)}
    if any(_has(said, name) for name in known):
        return True
    material = " ".join(f"{post.text} {post.quoted_text} {post.author.bio}" for post in posts).casefold()
    if any(_has(material, name.casefold()) for name in _named(words)):
        return True
    head = re.split(r"[：:]", words)[0].strip()
    return 1 < len(head) < len(words.strip()) and (head.casefold() in material or bool(set(alike(head)) & known))


def is_attributed(words: str, posts: Sequence[Tweet]) -> bool:
    """Do the words say who says so: a verb of saying, with a name of the posts before it?"""
    return any(is_spoken(words[: found.end()], posts) for found in ATTRIBUTED.finditer(words))


def is_public(author: Author) -> bool:
    """A figure whom readers know by 他 or 她: by office or by following."""
    return bool(PUBLIC.search(author.bio)) or (author.followers or 0) >= MANY_FOLLOWERS


def last_author(words: str, posts: Sequence[Tweet]) -> Author | None:
    """The author whom the words name last; None where somebody else is named after, or where two authors are alike."""
    said = words.casefold()
    ends = {post.author: max((said.rfind(form) for form in forms(post.author)), default=-1) for post in posts}
    author = max(ends, key=lambda one: ends[one], default=None)
    if author is None or ends[author] < 0:
        return next(iter(ends)) if len(ends) == 1 and not _named(words) else None
    own = forms(author)
    others = [name for name in _named(words[ends[author] :]) if not any(name.casefold() in form for form in own)]
    return None if others else author


def _named(words: str) -> list[str]:
    found = (match[0].rstrip("'’.-") for match in CAPITAL.finditer(words))
    return [name for name in found if len(name) > 1 and name.casefold() not in NO_NAMES]


def _has(text: str, name: str) -> bool:
    if not name.isascii():
        return name in text
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text))
