"""A Doc as one text with entities: which white space stands between blocks, which style a span gets.

In: blocks. Out: text trimmed as Telegram trims it, entities in UTF-16 units. Always holds: entities lie inside the
text and never cross; code stands alone; only addresses that Telegram takes become links; an @handle, /command, #tag
or address in plain words is code, so that Telegram makes nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import Any

from telegram.constants import MessageEntityType as Style

from report.doc import (
    ACTIVE,
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
    is_citation,
    is_pointer,
    plain_spans,
)

# Telegram also makes links of bare domains, in any script, and of e-mail addresses.
DOMAIN = (
    r"(?<![A-Za-z0-9])(?:[A-Za-z0-9_.+-]{1,64}@)?(?:[A-Za-z0-9-]{1,63}\.){1,8}"
    r"(?:[a-z]{2,24}|[A-Z]{2,24})(?![A-Za-z0-9])(?:[:/?#][!-~]*)?"
    r"|[^\W\x00-\x7f]\.(?:[a-z]{2,24}|рф|中国|中國|公司|网络|網絡)(?![A-Za-z0-9])(?:[:/?#][!-~]*)?"
)
ACTIVATED = re.compile(f"{ACTIVE.pattern}|{DOMAIN}")
TRIGGER = re.compile("[@/#.]")  # none of those begins without one
# A link to anything else makes Telegram refuse the whole message.
ADDRESS = re.compile(
    r"https?://(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.){1,20}[a-z][a-z0-9-]{1,62}(?::\d{1,5})?(?:[/?#][^\s\x00-\x20\ud800-\udfff]{0,1900})?",
    re.IGNORECASE,
)
REFUSED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # control characters and halves of characters
INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]*"
)


@dataclass(frozen=True)
class Rendered:
    """Text "" where nothing could be seen. An entity is JSON: type, offset, length, url."""

    text: str
    entities: list[dict[str, Any]]

    @property
    def units(self) -> int:
        """Telegram's measure of the text: characters beyond the first 65,536 count twice."""
        return units_of(self.text)


@dataclass(frozen=True)
class Run:
    """Words of one style; the runs of one quote share its number, 0 is none."""

    words: str
    styles: tuple[Style, ...] = ()
    url: str = ""
    quote: int = 0


def render(document: Doc) -> Rendered:
    runs: list[Run] = []
    before: Block | None = None
    for number, block in enumerate(document.blocks, 1):
        inside = [run for run in _runs(block, number) if run.words]
        if not INVISIBLE.fullmatch("".join(run.words for run in inside)):
            runs += [Run(_gap(before, block)), *inside] if before else inside
            before = block
    return _assemble(runs)


def visible(words: str) -> str:
    """One line as Telegram takes it; "" if nothing in it can be seen."""
    words = taken(words)
    return "" if INVISIBLE.fullmatch(words) else words


def _gap(before: Block, after: Block) -> str:
    """A blank line before sections, numbered items and notes, and after titles and lists; else a new line."""
    match before, after:
        case Heading(level=1), (Heading(level=1) | Note()):
            return "\n"
        case Heading(level=1), _:
            return "\n" if _is_title(after) else "\n\n"
        case (Heading(), Item(number=int())) | (_, (Heading(level=1 | 2) | Item(number=int()))):
            return "\n\n"
        case (Heading(), _) | ((Quote() | Note()), Note()) | (Item(), Item()):
            return "\n"
        case (_, (Heading() | Note())) | (Item(), _):
            return "\n\n"
        case _:
            return "\n\n" if _is_title(before) or is_pointer(after) else "\n"


def _is_title(block: Block) -> bool:
    return isinstance(block, Paragraph) and all(span.bold for span in block.spans)


def _runs(block: Block, number: int) -> Iterator[Run]:
    match block:
        case Heading(spans):
            yield from _styled(replace(span, bold=True) for span in spans)
        case Paragraph(spans):
            yield from _styled(spans)
        case Note(spans):
            yield from _styled(replace(span, italic=True) for span in spans)
        case Quote(lines):
            line_feed = Span("\n")
            spans = tuple(span for at, line in enumerate(lines) for span in ((line_feed, *line) if at else line))
            yield from (replace(run, quote=number) for run in _styled(spans))
        case Item(headline, spans, place):
            colon = colon_between(headline, plain) if (plain := plain_spans(spans)) else ""
            yield from _styled((*_label(headline, place, colon=colon), *spans))
        case Picture():
            pass


def _label(headline: str, place: int | None, *, colon: str) -> Spans:
    """「• headline：」, or 「1. headline」 on a line of its own."""
    if place is None:
        return Span("• "), Span(headline, bold=True), Span(colon if headline else "")
    if not headline:
        return (Span(f"{place}. "),)
    return Span(f"{place}. {headline}", bold=True), Span("\n" if colon else "")


def _unbroken(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans, with blanks that break no line before a citation and before ↓: neither begins one."""
    for at, span in enumerate(spans):
        stands_before = span.text == " " and at + 1 < len(spans) and is_citation(spans[at + 1])
        text = "\u00a0" if stands_before else re.sub(r" ↓$", "\u00a0↓", span.text)
        yield replace(span, text=text)


def _styled(spans: Iterable[Span]) -> Iterator[Run]:
    for span in _unbroken(tuple(spans)):
        words = taken(span.text)
        styles = tuple(
            style
            for style, wanted in (
                (Style.BOLD, span.bold),
                (Style.ITALIC, span.italic),
                (Style.STRIKETHROUGH, span.strike),
            )
            if wanted
        )
        if span.url is not None and ADDRESS.fullmatch(span.url):
            yield Run(words, styles, span.url)
        elif span.code:
            yield Run(words, (Style.CODE,))
        else:
            yield from _guarded(words, styles)


def _guarded(words: str, styles: tuple[Style, ...]) -> Iterator[Run]:
    at = 0
    if not TRIGGER.search(words):
        yield Run(words, styles)
        return
    for found in ACTIVATED.finditer(words):
        yield Run(words[at : found.start()], styles)
        yield Run(found[0], (Style.CODE,))
        at = found.end()
    yield Run(words[at:], styles)


def taken(words: str) -> str:
    """The words with what Telegram refuses replaced."""
    words = words.replace("\r\n", "\n")
    return REFUSED.sub(lambda found: "\ufffd" if found[0] >= "\ud800" else " ", words)


def _assemble(runs: list[Run]) -> Rendered:
    whole = "".join(run.words for run in runs)
    text = whole.strip()
    skipped = len(whole) - len(whole.lstrip())
    # Where each character begins, in UTF-16 units from the start of the trimmed text.
    units: Sequence[int] = range(-skipped, len(whole) - skipped + 1)
    if units_of(whole) != len(whole):
        units = list(accumulate((1 + (character > "\uffff") for character in whole), initial=-skipped))
    ends = list(accumulate(len(run.words) for run in runs))
    placed = [(end - len(run.words), end, run) for run, end in zip(runs, ends, strict=True)]
    entities: list[dict[str, Any]] = []
    for _, same_quote in groupby(placed, key=lambda place: place[2].quote):
        group = list(same_quote)
        found = [_entity(Style.EXPANDABLE_BLOCKQUOTE, group[0][0], group[-1][1])] if group[0][2].quote else []
        for (styles, url), same_style in groupby(group, key=lambda place: (place[2].styles, place[2].url)):
            pieces = list(same_style)
            span = pieces[0][0], pieces[-1][1]
            found += [_entity(style, *span) for style in styles]
            found += [_entity(Style.TEXT_LINK, *span) | {"url": url}] if url else []
        entities += found
    trimmed = (_trim(entity, whole, units, skipped + len(text)) for entity in entities)
    return Rendered(text, [entity for entity in trimmed if entity])


def units_of(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _entity(style: Style, start: int, end: int) -> dict[str, Any]:
    return {"type": str(style.value), "offset": start, "length": end - start}


def _trim(entity: dict[str, Any], whole: str, units: Sequence[int], last: int) -> dict[str, Any]:
    """The entity around what can be seen of it, in UTF-16 units; {} if that is nothing."""
    start, end = entity["offset"], min(entity["offset"] + entity["length"], last)
    inside = whole[start:end]
    start, end = start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
    return entity | {"offset": units[start], "length": units[end] - units[start]} if start < end else {}
