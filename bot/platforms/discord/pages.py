"""A Doc as embeds, in the manner of a newspaper page: one for each section, more where one does not hold it.

A quotation under a section's heading whose lines begin with a label in bold becomes the embed's fields. Always holds:
an embed's limits but those of a single block that is too long for it, which is cut before it comes here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from bot.platforms.discord.markdown import INVISIBLE, encode_spans, escape, printable, units
from report.doc import Block, Doc, Heading, Item, Note, Paragraph, Picture, Quote, Spans, colon_between, plain_spans

MAX_DESCRIPTION, MAX_FOOTER = 4096, 2048
MAX_FIELDS, MAX_NAME, MAX_VALUE = 25, 256, 1024
COLOUR = 0x1D9BF0
# A heading with a remark in brackets behind it, and perhaps the mark of a part.
ASIDE = re.compile(r"(.+?)(?:（(?!\d+/\d+）)([^（）]+)）|\s\((?!\d+/\d+\))([^()]+)\))(（\d+/\d+）|\s\(\d+/\d+\)|)")
SEPARATOR = re.compile(r"；\s*|;\s+")

Field = tuple[str, str]  # name and value


@dataclass
class Page:
    """An embed in the making."""

    title: str = ""
    level: int = 0
    lines: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    picture: Picture | None = None
    size: int = 0  # of the lines and the breaks between them, at most

    def __bool__(self) -> bool:
        return bool(self.title or self.lines or self.fields or self.notes)


def make_pages(document: Doc) -> Iterator[Page]:
    """A page for each section; more where a section has more text or pictures than one holds."""
    page = Page()
    for block in document.blocks:
        holder = _put(page, block)
        if holder is not page:
            yield page
            page = holder
    if page or page.picture:
        yield page


def _put(page: Page, block: Block) -> Page:
    """Add the block to the page, or to a new one where it has no room; the page that holds it."""
    match block:
        case Heading(spans, level) if level <= 2:
            page = Page() if page else page
            page.title, page.level = encode_title(spans), level
        case Picture():
            page = Page() if page.picture else page
            page.picture = block
        case Note() if note := _encode_footer(block, page.notes):
            page.notes.append(note)
        case Quote() if page.level == 2 and not page.fields and (read := _read_fields(block)):
            page.lines += read[0]
            page.fields = read[1]
        case _:
            for line in filter(str.strip, encode_blocks((block,), quiet=False)):
                more = units(line) + 1
                full = page.lines and page.size + more > MAX_DESCRIPTION
                if page.fields or (full and units(join_lines([*page.lines, line])) > MAX_DESCRIPTION):
                    page = Page()
                page.lines.append(line)
                page.size += more
    return page


def encode_embed(page: Page) -> dict[str, Any]:
    """The page in Discord's form, without its picture."""
    title, lines = page.title, page.lines
    if page.fields and (found := ASIDE.fullmatch(title)):
        title, lines = found[1] + found[4], [found[2] or found[3], *lines]
    description = join_lines(lines).strip()
    embed: dict[str, Any] = {"color": COLOUR}
    embed |= {"title": title} if title else {}
    embed |= {"description": description} if description else {}
    embed |= {"fields": [{"name": name, "value": value} for name, value in page.fields]} if page.fields else {}
    embed |= {"footer": {"text": "\n".join(page.notes)}} if page.notes else {}
    return embed


def measure(embed: dict[str, Any]) -> int:
    """How much of the 6,000 characters of all embeds it takes."""
    fields = [words for told in embed.get("fields", ()) for words in (told["name"], told["value"])]
    texts = (embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", ""), *fields)
    return sum(map(units, texts))


def encode_title(spans: Spans) -> str:
    return escape(" ".join(plain_spans(spans).split()))


def encode_blocks(blocks: Iterable[Block], *, quiet: bool) -> Iterator[str]:
    """Each block as Markdown; a blank line is asked for by a line break at its start or end."""
    for block in blocks:
        match block:
            case Item(headline, spans, None):
                told, body = _encode_headline(headline), encode_spans(spans, quiet=quiet)
                between = colon_between(headline, plain_spans(spans))
                yield f"• **{told}**{between}{body}" if told and body else f"• **{told}**" if told else f"• {body}"
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


def join_lines(lines: list[str]) -> str:
    """The lines below one another, with no more than one blank line where both sides ask for one."""
    text = ""
    for line in lines:
        text += line if not text else "\n" + (line[1:] if text.endswith("\n") and line.startswith("\n") else line)
    return text


def _encode_footer(block: Note, notes: list[str]) -> str:
    """A note as plain text, if it can stand in the footer with the others: no links, not too long."""
    if any(span.url for span in block.spans):
        return ""
    text = printable(plain_spans(block.spans)).strip()
    return text if units("\n".join([*notes, text])) <= MAX_FOOTER else ""


def _encode_headline(headline: str) -> str:
    return escape(" ".join(headline.split()))


def _read_fields(quote: Quote) -> tuple[list[str], list[Field]] | None:
    """The lines above the first label, and a field for each label; None where there is none or one does not fit."""
    above: list[str] = []
    found: list[tuple[str, list[str]]] = []
    for line in quote.lines:
        label = tuple(takewhile(lambda span: span.bold and not span.url, line))
        name = encode_title(label).rstrip(":： ")
        if name:
            found.append((name, []))
        told = encode_spans(_as_lines(line[len(label) if name else 0 :])).strip()
        if told:
            (found[-1][1] if found else above).append(told)
    fields = [(name, "\n".join(values) or INVISIBLE) for name, values in found]
    fit = all(units(name) <= MAX_NAME and units(value) <= MAX_VALUE for name, value in fields)
    return (above, fields) if 0 < len(fields) <= MAX_FIELDS and fit else None


def _as_lines(spans: Spans) -> Spans:
    """What a label is followed by, each thing of a list on a line of its own."""
    lines = [span if span.url or span.code else replace(span, text=SEPARATOR.sub("\n", span.text)) for span in spans]
    if lines and not lines[0].url:
        lines[0] = replace(lines[0], text=lines[0].text.lstrip(":： \u3000"))
    return tuple(lines)
