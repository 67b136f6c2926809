"""Rich text as a tree: raw characters in spans, spans in blocks, blocks in a Doc.

In: words and links. Out: the same for every platform, which escapes and measures for itself. Always holds: nothing
in a span is markup, so nothing that a post says can become a link, a mention or a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What a chat program would turn into a mention, a command, a hashtag or a link of its own accord.
ACTIVE = re.compile(r"(?<![\w/@.])[@/#][A-Za-z_][\w]*|https?://\S+", re.ASCII)
# One visible character: marks, variation selectors, skin tones, tags and joined emoji belong to what they follow.
GRAPHEME = re.compile(
    r".(?:[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|(?<=\u200d).)*", re.DOTALL
)
SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])|(?<=[.,，、])(?=\s)|(?<=\s)")


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


def plain_spans(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def plain_block(block: Block) -> str:
    match block:
        case Item(headline, spans, number):
            label = "• " if number is None else f"{number}. "
            body = plain_spans(spans)
            return label + (f"{headline}：{body}" if headline and body else headline or body)
        case Quote(lines):
            return "\n".join(map(plain_spans, lines))
        case Picture():
            return ""
        case Heading(spans) | Paragraph(spans) | Note(spans):
            return plain_spans(spans)


def split(document: Doc, fits: Callable[[Doc], bool]) -> list[Doc]:
    """The document in parts that each fit, cut at a section, else between blocks, else after a sentence.

    Nothing is lost but white space at a cut; a heading never ends a part. What cannot be cut (one link that is too
    long) stands alone, too long.
    """
    parts: list[Doc] = []
    rest = list(document.blocks)
    while rest:
        taken = _fitting_prefix(rest, fits)
        if taken == 0:
            first, others = _split_block(rest[0], lambda block: fits(Doc((block,))))
            parts.append(Doc((first,)))
            rest = [*others, *rest[1:]]
            continue
        parts.append(Doc(tuple(rest[:taken])))
        rest = rest[taken:]
    return parts


def _fitting_prefix(blocks: list[Block], fits: Callable[[Doc], bool]) -> int:
    """How many blocks to take: all that fit, or fewer so that the cut falls before a heading."""
    low, high = 0, len(blocks)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(Doc(tuple(blocks[:middle]))) else (low, middle - 1)
    if low == len(blocks):
        return low
    for cut in range(low, low // 2, -1):
        if isinstance(blocks[cut], Heading):
            return cut
    while low > 1 and isinstance(blocks[low - 1], Heading):
        low -= 1
    return low


def _split_block(block: Block, fits: Callable[[Block], bool]) -> tuple[Block, list[Block]]:
    match block:
        case Picture() | Heading():
            return block, []
        case Quote(lines) if len(lines) > 1:
            half = len(lines) // 2
            first, others = Quote(lines[:half]), Quote(lines[half:])
            return (first, [others]) if fits(first) else _and_then(_split_block(first, fits), others)
        case Quote(lines):
            head, tail = _split_spans(lines[0] if lines else (), lambda spans: fits(Quote((spans,))))
            return Quote((head,)), [Quote((tail,))] if tail else []
        case Item():
            head, tail = _split_spans(block.spans, lambda spans: fits(replace(block, spans=spans)))
            return replace(block, spans=head), [Paragraph(tail)] if tail else []
        case Paragraph() | Note():
            head, tail = _split_spans(block.spans, lambda spans: fits(replace(block, spans=spans)))
            return replace(block, spans=head), [replace(block, spans=tail)] if tail else []


def _and_then(cut: tuple[Block, list[Block]], last: Block) -> tuple[Block, list[Block]]:
    return cut[0], [*cut[1], last]


def _split_spans(spans: Spans, fits: Callable[[Spans], bool]) -> tuple[Spans, Spans]:
    """The longest prefix that fits, and the rest; at least one piece is taken, so that a caller comes to an end."""
    pieces = list(_pieces(spans))
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(tuple(pieces[:middle])) else (low, middle - 1)
    if low == 0 and pieces and pieces[0].url is None and len(pieces[0].text) > 1:
        head, tail = _split_characters(pieces[0], lambda span: fits((span,)))
        return (head,), (tail, *pieces[1:])
    low = max(low, 1)
    return _joined(pieces[:low]), _joined(pieces[low:])


def _pieces(spans: Spans) -> Iterator[Span]:
    for span in spans:
        if span.url is not None:
            yield span
        else:
            yield from (replace(span, text=piece) for piece in SENTENCE_END.split(span.text) if piece)


def _split_characters(span: Span, fits: Callable[[Span], bool]) -> tuple[Span, Span]:
    """Cut one long word, never inside an emoji of several code points."""
    graphemes = GRAPHEME.findall(span.text)
    low, high = 1, len(graphemes)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(replace(span, text="".join(graphemes[:middle]))) else (low, middle - 1)
    return replace(span, text="".join(graphemes[:low])), replace(span, text="".join(graphemes[low:]))


def _joined(pieces: Iterable[Span]) -> Spans:
    """Neighbours of one style as one span."""
    joined: list[Span] = []
    for piece in pieces:
        if joined and piece.url is None and joined[-1] == replace(piece, text=joined[-1].text):
            joined[-1] = replace(piece, text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
