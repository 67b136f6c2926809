"""A Message as Discord messages, in the manner of a newspaper page: one embed a section, the buttons at the end.

In: a Doc, its buttons, the sections that hang under it. Out: parts in Discord's own form (`content` or `embeds`,
`components`), with `files`, which `sending` opens; {"thread": …} opens a thread from the message before it, and
{"inside": 3} says that a part goes into the thread that part 3 opened. A short answer without headings and pictures is
plain text. Always holds: every limit of Discord's (counted in UTF-16 units, never too few); nothing is lost but what
stands beyond a label's 80 characters and a thread name's 100.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.platforms import Part
from bot.platforms.discord.buttons import encode_buttons
from bot.platforms.discord.front import MAX_CONTENT, MAX_TITLE, take_front
from bot.platforms.discord.markdown import one_line, printable, shorten, units
from bot.platforms.discord.pages import (
    MAX_DESCRIPTION,
    encode_blocks,
    encode_embed,
    encode_title,
    join_lines,
    make_pages,
    measure,
)
from handlers.base import Message
from report.doc import (
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    Spans,
    colon_between,
    plain_spans,
)
from report.split import split_numbered

MAX_EMBEDS, MAX_ALL_EMBEDS = 10, 6000
MAX_ALT, MAX_THREAD_NAME = 1024, 100
MAX_UNCUT = 1000  # headlines and link words longer than this become text that can be cut


def encode_message(message: Message) -> tuple[Part, ...]:
    """The message in as few parts as fit; () if it says nothing and has no buttons."""
    message = message if message.thread else message.flattened()
    parts = _encode_document(message.doc)
    blocks = encode_buttons(message)
    if blocks and parts:
        parts[-1]["components"] = blocks.pop(0)
    parts += [{"components": rows} for rows in blocks]
    if message.thread and message.more and parts:
        opener = len(parts)
        parts.append({"thread": {"name": encode_thread_name(message.doc)}})
        parts += [{"inside": opener, **part} for section in message.more for part in _encode_document(section)]
    return tuple(parts)


def encode_thread_name(document: Doc) -> str:
    """The document's first line, as a thread may be called: no control, no direction, at most 100 characters."""
    _, document = take_front(document)
    words = one_line(printable(document.plain()).split("\n", 1)[0]) or "…"
    return shorten(words, MAX_THREAD_NAME)


def _encode_document(document: Doc) -> list[Part]:
    text = _encode_text(Doc(tuple(_bounded(document))))
    if text is not None and units(text) <= MAX_CONTENT:
        return [{"content": text}] if text else []
    content, document = take_front(document)
    document = Doc(tuple(_bounded(document)))
    sheet = _Sheet(document)
    sheets = [sheet] if sheet.fits() else map(_Sheet, split_numbered(document, lambda part: _Sheet(part).fits()))
    parts = [each.encode() for each in sheets]
    if content:
        parts[0] = {"content": content} | parts[0]
    return parts


def _bounded(document: Doc) -> Iterator[Block]:
    """The blocks that say something, with all that `split` takes whole short enough for one embed."""
    for block in document.blocks:
        match block:
            case Item("", spans) | Heading(spans) | Paragraph(spans) | Note(spans) if not printable(
                plain_spans(spans)
            ).strip():
                pass
            case Heading(spans, level) if level <= 2 and units(encode_title(spans)) > MAX_TITLE:
                yield Paragraph(tuple(replace(span, bold=True) for span in _short_links(spans)))
            case Heading(spans) if len(plain_spans(spans)) > MAX_UNCUT:
                yield Paragraph(tuple(replace(span, bold=True) for span in _short_links(spans)))
            case Item(headline, spans) if len(headline) > MAX_UNCUT:
                told = (
                    Span(headline, bold=True),
                    *((Span(colon_between(headline, plain_spans(spans))), *spans) if spans else ()),
                )
                yield replace(block, headline="", spans=_short_links(told))
            case Quote(lines):
                yield Quote(tuple(map(_short_links, lines)))
            case Picture():
                yield block
            case _:
                yield replace(block, spans=_short_links(block.spans))


def _short_links(spans: Spans) -> Spans:
    return tuple(replace(span, url=None) if span.url and len(span.text) > MAX_UNCUT else span for span in spans)


def _encode_text(document: Doc) -> str | None:
    """A short answer as plain text; None if it has a title, sections or a picture."""
    if any(
        isinstance(block, Picture) or (isinstance(block, Heading) and block.level <= 2) for block in document.blocks
    ):
        return None
    return join_lines(list(filter(str.strip, encode_blocks(document.blocks, quiet=True)))).strip()


class _Sheet:
    """A document as the embeds of one message, if it fits into one."""

    def __init__(self, document: Doc) -> None:
        self.pages = list(make_pages(document))
        self.embeds = [encode_embed(page) for page in self.pages]

    def fits(self) -> bool:
        """One block that is too long for an embed does not."""
        texts = [embed.get("description", "") for embed in self.embeds]
        return (
            len(self.embeds) <= MAX_EMBEDS
            and all(units(text) <= MAX_DESCRIPTION for text in texts)
            and sum(map(measure, self.embeds)) <= MAX_ALL_EMBEDS
        )

    def encode(self) -> Part:
        files: list[dict[str, str]] = []
        for page, embed in zip(self.pages, self.embeds, strict=True):
            if page.picture:
                name = _file_name(page.picture.path, len(files))
                embed["image"] = {"url": f"attachment://{name}"}
                told = printable(page.picture.alt)[:MAX_ALT]
                files.append({"path": page.picture.path, "filename": name, "description": told})
        return {"embeds": self.embeds} | ({"files": files} if files else {})


def _file_name(path: str, position: int) -> str:
    """A name that Discord keeps as it is, unlike the others' of the same message."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(path).name).strip("._") or "picture"
    return f"{position}_{name}" if position else name
