"""Rich text as a tree: raw characters in spans, spans in blocks, blocks in a Doc.

In: words and links. Out: the same for every platform, which escapes and measures for itself. Always holds: nothing
in a span is markup, so nothing that a post says can become a link, a mention or a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

CHINESE = re.compile(r"[\u3400-\u9fff]")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
CITATION = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# What a chat program would turn into a mention, a command, a hashtag or a link of its own accord. A host may have
# letters that only look Latin; Chinese words after an address are no part of it, unless it begins with one.
ACTIVE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,15}://(?:[!-~\u00a1-\u2dff]+|\S)|(?<![A-Za-z0-9_])(?:[@/][A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*|#\w*[^\W\d_]\w*)"
)


@dataclass(frozen=True)
class Span:
    """A run of characters in one style; `url` makes it a link."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str | None = None


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """Level 1 is the message's own title, 2 a section, 3 a sub-heading."""

    spans: Spans
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True)
class Item:
    """A list item: a headline (may be empty) and its body. `number` None is a bullet."""

    headline: str
    spans: Spans
    number: int | None = None


@dataclass(frozen=True)
class Quote:
    """Lines set apart, folded up at first where the platform can."""

    lines: tuple[Spans, ...]


@dataclass(frozen=True)
class Note:
    """Small print: counts and costs."""

    spans: Spans


@dataclass(frozen=True)
class Picture:
    """An image file; `alt` says what it shows."""

    path: str
    alt: str


Block = Heading | Paragraph | Item | Quote | Note | Picture


@dataclass(frozen=True)
class Doc:
    blocks: tuple[Block, ...]

    def plain(self) -> str:
        """Its words alone, a line for each block: for logs, previews and tests."""
        return "\n".join(filter(None, map(plain_block, self.blocks)))

    @property
    def picture(self) -> Picture | None:
        return next((block for block in self.blocks if isinstance(block, Picture)), None)


def doc(*blocks: Block | Iterable[Block]) -> Doc:
    """A Doc of blocks and of groups of blocks."""
    flat: list[Block] = []
    for block in blocks:
        flat.extend([block] if isinstance(block, Block) else block)
    return Doc(tuple(flat))


def text(words: str, *, bold: bool = False, italic: bool = False) -> Spans:
    """Spans of raw words; an @handle, /command, #tag or address among them becomes code, which no chat activates."""
    spans: list[Span] = []
    at = 0
    for found in ACTIVE.finditer(words):
        spans += [Span(words[at : found.start()], bold, italic), Span(found[0], code=True)]
        at = found.end()
    spans.append(Span(words[at:], bold, italic))
    return tuple(span for span in spans if span.text)


def code(words: str) -> Spans:
    return (Span(words, code=True),)


def coded(sentence: str) -> Spans:
    """`In backticks` is code: what a reader may type. For our own sentences only."""
    parts = sentence.split("`")
    spans = [code(part) if at % 2 else text(part) for at, part in enumerate(parts) if part]
    return tuple(span for group in spans for span in group)


def paragraph(words: str) -> Paragraph:
    return Paragraph(text(words))


def heading(words: str, level: int = 2) -> Heading:
    return Heading((Span(words),), level)


def citation_links(urls: Iterable[str]) -> Spans:
    """¹²³ as small links, a space before each."""
    spans: list[Span] = []
    for number, url in enumerate(urls, 1):
        spans += [Span(" "), Span(str(number).translate(SUPERSCRIPTS), url=url)]
    return tuple(spans)


def is_citation(span: Span) -> bool:
    """One of the small links that `citation_links` makes."""
    return span.url is not None and bool(CITATION.fullmatch(span.text))


def is_pointer(block: Block) -> bool:
    """A line that leads on to what follows: 十条在下面 ↓."""
    return isinstance(block, Paragraph) and plain_spans(block.spans).rstrip().endswith("↓")


def colon_between(headline: str, body: str) -> str:
    """What stands between a headline and its text: full-width where either is Chinese."""
    return "：" if CHINESE.search(headline + body) else ": "


def plain_spans(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def plain_block(block: Block) -> str:
    match block:
        case Item(headline, spans, number):
            label = "• " if number is None else f"{number}. "
            body = plain_spans(spans)
            return label + headline + (colon_between(headline, body) if headline and body else "") + body
        case Quote(lines):
            return "\n".join(map(plain_spans, lines))
        case Picture():
            return ""
        case Heading(spans) | Paragraph(spans) | Note(spans):
            return plain_spans(spans)
