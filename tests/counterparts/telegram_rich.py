"""What a Telegram server makes of a rich message's HTML, and what of it it refuses.

In: an InputRichMessage and the files that came with it. Out: the message's text, or Refused with what Telegram says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.counterparts.telegram_chats import HTTP_URL, Json, Refused

INLINE = {"b", "i", "s", "u", "code", "a", "sup", "sub", "mark", "strong", "em", "tg-spoiler"}
COUNTED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "ul", "li", "blockquote", "details", "footer", "img", "hr"}
UNCOUNTED = {"summary", "figure", "figcaption"}
VOID = {"br", "hr", "img"}
INSIDE = {"li": {"ol", "ul"}, "summary": {"details"}, "figcaption": {"figure"}}  # what they must stand in
ATTRIBUTES = {"a": {"href"}, "img": {"src"}, "blockquote": {"collapsed"}, "details": {"open"}, "li": {"value"}}
ENTITIES = {"lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash"}
MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_CHARACTERS, MAX_BLOCKS, MAX_LEVELS, MAX_MEDIA = 32_768, 500, 16, 50
IMAGES = (b"\xff\xd8\xff", b"\x89PNG")


class _Reading(HTMLParser):
    """The text, the blocks and the pictures of what it is fed; every tag must be known, and closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.blocks = self.levels = 0
        self.pictures: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            raise _unreadable(f'unclosed tag "{self._open[-1]}"')

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE | COUNTED | UNCOUNTED | VOID:
            raise _unreadable(f'unsupported tag "{tag}"')
        if tag in INSIDE and (not self._open or self._open[-1] not in INSIDE[tag]):
            raise _unreadable(f'unexpected tag "{tag}"')
        given = {name: value or "" for name, value in attrs}
        if given.keys() - ATTRIBUTES.get(tag, set()):
            raise _unreadable(f'unsupported attribute of tag "{tag}"')
        if tag == "a" and not HTTP_URL.fullmatch(given.get("href", "")):
            raise _unreadable(f'wrong URL "{given.get("href", "")}"')
        if tag == "img":
            self.pictures.append(given.get("src", ""))
        self.blocks += tag in COUNTED
        if tag not in VOID:
            self._open.append(tag)
            self.levels = max(self.levels, len([name for name in self._open if name not in UNCOUNTED | {"li"}]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            raise _unreadable(f'unexpected end tag "{tag}"')
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise _unreadable('unexpected "<"')
        self.text += data

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            raise _unreadable(f'unsupported entity "{name}"')
        self.text += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        raise _unreadable("comments are unsupported")

    def handle_decl(self, decl: str) -> None:
        raise _unreadable("declarations are unsupported")

    def handle_pi(self, data: str) -> None:
        raise _unreadable("instructions are unsupported")


def check_rich(message: Json, files: Json, known: set[str]) -> str:
    """The text of the message; Refused where Telegram would not take it. `known` are ids of files it has."""
    if sum(name in message for name in ("html", "markdown", "blocks")) != 1 or "html" not in message:
        raise Refused(400, "Bad Request: exactly one of html, markdown and blocks must be specified")
    reading = _Reading(message["html"])
    media = message.get("media", [])
    pictures = dict(_read_media(media, files, known))
    if not reading.text.strip() and not reading.pictures:
        raise Refused(400, "Bad Request: rich message is empty")
    for source in reading.pictures:
        found = re.fullmatch(r"tg://photo\?id=(.*)", source)
        if not HTTP_URL.fullmatch(source) and not (found and found[1] in pictures):
            raise _unreadable(f'media "{source}" not found')
    for what, most, actual in (
        ("characters", MAX_CHARACTERS, len(reading.text)),
        ("blocks", MAX_BLOCKS, reading.blocks),
        ("levels of nesting", MAX_LEVELS, reading.levels),
        ("media", MAX_MEDIA, max(len(reading.pictures), len(media))),
    ):
        if actual > most:
            raise Refused(400, f"Bad Request: rich message has too many {what}")
    return reading.text


def _read_media(media: list[Json], files: Json, known: set[str]) -> Iterator[tuple[str, Any]]:
    for each in media:
        if not MEDIA_ID.fullmatch(str(each.get("id", ""))):
            raise _unreadable("wrong media identifier")
        source = each.get("media", {}).get("media", "")
        attached = re.fullmatch(r"attach://(.+)", source)
        content = files.get(attached[1]) if attached else None
        if attached and not isinstance(content, bytes):
            raise Refused(400, f'Bad Request: file "{attached[1]}" is not attached')
        if isinstance(content, bytes) and not content.startswith(IMAGES):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if not attached and source not in known and not HTTP_URL.fullmatch(source):
            raise Refused(400, "Bad Request: wrong remote file identifier specified: Wrong string length")
        yield each["id"], content or source


def _unreadable(why: str) -> Refused:
    return Refused(400, f"Bad Request: can't parse rich message: {why}")
