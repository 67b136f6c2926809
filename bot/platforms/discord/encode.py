"""A Message as Discord messages, in the manner of a newspaper page: one embed a section, the buttons at the end.

In: a Doc and its buttons. Out: parts in Discord's own form (`content` or `embeds`, `components`), and `files`, which
`sending` opens. A short answer without headings and pictures is plain text. Always holds: every limit of Discord's
(counted in UTF-16 units, never too few); nothing is lost but what stands beyond a label's 80 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.platforms import Part
from bot.platforms.discord.markdown import encode_spans, escape, printable
from handlers.base import Button, Message
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
    plain_spans,
)
from report.split import split

MAX_CONTENT, MAX_DESCRIPTION, MAX_TITLE, MAX_FOOTER = 2000, 4096, 256, 2048
MAX_EMBEDS, MAX_ALL_EMBEDS = 10, 6000
MAX_ROWS, MAX_ROW, MAX_LABEL, MAX_CUSTOM_ID = 5, 5, 80, 100
MAX_ALT = 1024
MAX_UNCUT = 1000  # headlines and link words longer than this become text that can be cut
COLOUR = 0x1D9BF0
ACTION_ROW, BUTTON, SECONDARY = 1, 2, 2


@dataclass
class _Page:
    """An embed in the making."""

    title: str = ""
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    picture: Picture | None = None


def encode_message(message: Message) -> tuple[Part, ...]:
    """The message in as few parts as fit; () if it says nothing and has no buttons."""
    document = Doc(tuple(_bounded(message.doc)))
    text = _encode_text(document)
    if text is not None and _units(text) <= MAX_CONTENT:
        parts: list[Part] = [{"content": text}] if text else []
    else:
        news, document = _take_news(document)
        parts = [_encode_page(part) for part in split(document, _fits)]
        parts[0] = news | parts[0]
    blocks = [_encode_rows(rows) for rows in _layout(message.buttons)]
    if blocks and parts:
        parts[-1]["components"] = blocks.pop(0)
    return (*parts, *({"components": rows} for rows in blocks))


def _take_news(document: Doc) -> tuple[Part, Doc]:
    """The bold line under a push's title as the message's own text: a phone's notification shows no embed."""
    match document.blocks:
        case [Heading(level=1) as title, Paragraph(spans), *rest] if document.picture and all(s.bold for s in spans):
            news = encode_spans(spans)
            if len(rest) and _units(news) <= MAX_CONTENT:
                return {"content": news}, Doc((title, *rest))
    return {}, document


def _bounded(document: Doc) -> Iterator[Block]:
    """The blocks that say something, with all that `split` takes whole short enough for one embed."""
    for block in document.blocks:
        match block:
            case Item("", spans) | Heading(spans) | Paragraph(spans) | Note(spans) if not printable(
                plain_spans(spans)
            ).strip():
                pass
            case Heading(spans, level) if level <= 2 and _units(_encode_title(spans)) > MAX_TITLE:
                yield Paragraph(tuple(replace(span, bold=True) for span in _short_links(spans)))
            case Heading(spans) if len(plain_spans(spans)) > MAX_UNCUT:
                yield Paragraph(tuple(replace(span, bold=True) for span in _short_links(spans)))
            case Item(headline, spans) if len(headline) > MAX_UNCUT:
                told = (Span(headline, bold=True), *((Span("："), *spans) if spans else ()))
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
    return _joined(list(filter(str.strip, _encode_blocks(document.blocks, quiet=True)))).strip()


def _fits(document: Doc) -> bool:
    """Does it go into one Discord message? One block too long for an embed does not."""
    embeds = [_encode_embed(page) for page in _pages(document)]
    texts = [embed.get("description", "") for embed in embeds]
    return (
        len(embeds) <= MAX_EMBEDS
        and all(_units(text) <= MAX_DESCRIPTION for text in texts)
        and sum(map(_size, embeds)) <= MAX_ALL_EMBEDS
    )


def _encode_page(document: Doc) -> Part:
    pages = list(_pages(document))
    files: list[dict[str, str]] = []
    embeds: list[dict[str, Any]] = []
    for page in pages:
        embed = _encode_embed(page)
        if page.picture:
            name = _file_name(page.picture.path, len(files))
            embed["image"] = {"url": f"attachment://{name}"}
            files.append(
                {"path": page.picture.path, "filename": name, "description": printable(page.picture.alt)[:MAX_ALT]}
            )
        embeds.append(embed)
    return {"embeds": embeds} | ({"files": files} if files else {})


def _pages(document: Doc) -> Iterator[_Page]:
    """A page for each section; more where a section has more text or pictures than one holds."""
    page = _Page()
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= 2:
            if page.title or page.lines or page.notes:
                yield page
                page = _Page()
            page.title = _encode_title(block.spans)
        elif isinstance(block, Picture):
            if page.picture:
                yield page
                page = _Page()
            page.picture = block
        elif note := _encode_footer(block, page.notes):
            page.notes.append(note)
        else:
            for line in filter(str.strip, _encode_blocks((block,), quiet=False)):
                if page.lines and _units(_joined([*page.lines, line])) > MAX_DESCRIPTION:
                    yield page
                    page = _Page()
                page.lines.append(line)
    if page.title or page.lines or page.notes or page.picture:
        yield page


def _encode_embed(page: _Page) -> dict[str, Any]:
    description = _joined(page.lines).strip()
    embed: dict[str, Any] = {"color": COLOUR}
    embed |= {"title": page.title} if page.title else {}
    embed |= {"description": description} if description else {}
    embed |= {"footer": {"text": "\n".join(page.notes)}} if page.notes else {}
    return embed


def _encode_footer(block: Block, notes: list[str]) -> str:
    """A note as plain text, if it can stand in the footer with the others: no links, not too long."""
    if not isinstance(block, Note) or any(span.url for span in block.spans):
        return ""
    text = printable(plain_spans(block.spans)).strip()
    return text if _units("\n".join([*notes, text])) <= MAX_FOOTER else ""


def _encode_title(spans: Spans) -> str:
    return escape(" ".join(plain_spans(spans).split()))


def _encode_blocks(blocks: Iterable[Block], *, quiet: bool) -> Iterator[str]:
    """Each block as Markdown; a blank line is asked for by a line break at its start or end."""
    for block in blocks:
        match block:
            case Item(headline, spans, None):
                told, body = _encode_headline(headline), encode_spans(spans, quiet=quiet)
                yield f"• **{told}**：{body}" if told and body else f"• **{told}**" if told else f"• {body}"
            case Item(headline, spans, number):
                told, body = _encode_headline(headline), encode_spans(spans, quiet=quiet)
                yield f"\n**{number}. {told}**\n{body}".rstrip("\n") + "\n" if told else f"{number}\\. {body}"
            case Quote(lines):
                told = "\n".join(encode_spans(line, quiet=quiet) for line in lines)
                yield re.sub(r"^", "> ", told, flags=re.MULTILINE)
            case Heading(spans):
                yield "\n" + encode_spans(tuple(replace(span, bold=True) for span in spans), quiet=quiet)
            case Note(spans):
                told = encode_spans(spans, quiet=quiet)
                yield re.sub(r"^(?=.)", "-# ", told, flags=re.MULTILINE) if quiet else told
            case Paragraph(spans):
                yield encode_spans(spans, quiet=quiet)
            case Picture():
                pass


def _encode_headline(headline: str) -> str:
    return escape(" ".join(headline.split()))


def _joined(lines: list[str]) -> str:
    """The lines below one another, with no more than one blank line where both sides ask for one."""
    text = ""
    for line in lines:
        text += line if not text else "\n" + (line[1:] if text.endswith("\n") and line.startswith("\n") else line)
    return text


def _layout(buttons: tuple[tuple[Button, ...], ...]) -> Iterator[list[list[Button]]]:
    """Blocks of at most 5 rows of at most 5, in order; an action that was there before is not repeated."""
    seen: set[str] = set()
    rows: list[list[Button]] = []
    for row in buttons:
        fresh = [button for button in {button.action: button for button in row}.values() if button.action not in seen]
        seen.update(button.action for button in fresh)
        rows += [fresh[start : start + MAX_ROW] for start in range(0, len(fresh), MAX_ROW)]
    yield from (rows[start : start + MAX_ROWS] for start in range(0, len(rows), MAX_ROWS))


def _encode_rows(rows: list[list[Button]]) -> list[dict[str, Any]]:
    return [{"type": ACTION_ROW, "components": [_encode_button(button) for button in row]} for row in rows]


def _encode_button(button: Button) -> dict[str, Any]:
    label = printable(button.label).strip() or "…"
    label = label if _units(label) <= MAX_LABEL else label[: MAX_LABEL // 2] + "…"
    return {"type": BUTTON, "style": SECONDARY, "label": label, "custom_id": button.action[:MAX_CUSTOM_ID]}


def _file_name(path: str, position: int) -> str:
    """A name that Discord keeps as it is, unlike the others' of the same message."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", Path(path).name).strip("._") or "picture"
    return f"{position}_{name}" if position else name


def _size(embed: dict[str, Any]) -> int:
    return sum(
        map(_units, (embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")))
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
