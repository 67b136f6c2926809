"""Rich text as a tree: raw characters in spans, spans in blocks, blocks in a Doc.

In: words and links. Out: the same for every platform, which escapes and measures for itself. Always holds: nothing
in a span is markup, so nothing that a post says can become a link, a mention or a command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What a chat program would turn into a mention, a command, a hashtag or a link of its own accord.
ACTIVE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,15}://[!-~]+|(?<![A-Za-z0-9_])(?:[@/][A-Za-z_][A-Za-z0-9_]*|#\w*[^\W\d_]\w*)"
)
# Marks, variation selectors, joiners, skin tones and tags belong to the character that they follow.
FOLLOWER = "[\u0300-\u036f\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
SENTENCE_END = re.compile(rf"(?:(?<=[。！？；，、：!?;\n])|(?<=[.,])(?=\s)|(?<=\s))(?!{FOLLOWER})")
STOPS = tuple("。！？；!?;\n.")
MAX_WORD = 10_000  # characters of one word in one part; no chat takes so many
MAX_GRAPHEME = 32  # code points; piled-up marks beyond that are cut like any other text


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

    Nothing is lost but white space at a cut; a heading never ends a part, unless it fills one. What cannot be cut
    (a link of which not one character fits) stands alone, too long.
    """
    parts: list[Doc] = []
    while document.blocks:
        part, document = cut(document, fits)
        parts.append(part)
    return parts


def cut(document: Doc, fits: Callable[[Doc], bool]) -> tuple[Doc, Doc]:
    """The first part that `split` would make, and the rest."""
    blocks = document.blocks
    taken = _longest(len(blocks), lambda count: fits(Doc(blocks[:count])))
    place = taken if taken == len(blocks) else _place(blocks, taken)
    if place:
        return Doc(blocks[:place]), Doc(blocks[place:])
    leading, block = blocks[:taken], blocks[taken]
    pieces = _split_block(block, lambda piece: fits(Doc((*leading, piece))), whole_links=bool(leading))
    if len(pieces) == 1:  # it cannot be cut beside its headings, or at all
        place = max(taken, 1)
        return Doc(blocks[:place]), Doc(blocks[place:])
    return Doc((*leading, pieces[0])), Doc((*pieces[1:], *blocks[taken + 1 :]))


def _longest(count: int, fits: Callable[[int], bool]) -> int:
    """The greatest number up to `count` that fits, 0 where not even 1 does; never asks far beyond it."""
    low, step = 0, 1
    while low + step <= count and fits(low + step):
        low, step = low + step, step * 2
    high = min(count, low + step - 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _place(blocks: tuple[Block, ...], taken: int) -> int:
    """Where to cut among the blocks that fit: before a heading in their second half, else late; 0: nowhere."""
    places = [place for place in range(taken, 0, -1) if not isinstance(blocks[place - 1], Heading)]
    sections = (place for place in places if place > taken // 2 and isinstance(blocks[place], Heading))
    return next(sections, places[0] if places else 0)


def _split_block(block: Block, fits: Callable[[Block], bool], *, whole_links: bool) -> tuple[Block, ...]:
    """The block in pieces of which the first fits; the block alone where it cannot be cut so."""

    def split_spans(spans: Spans, form: Callable[[Spans], Block], *, whole: bool = False) -> tuple[Spans, Spans]:
        return _split_spans(spans, lambda some: fits(form(some)), whole_links=whole or whole_links)

    match block:
        case Picture():
            return (block,)
        case Quote(lines):
            whole = _longest(len(lines), lambda count: fits(Quote(lines[:count])))
            if 0 < whole < len(lines):
                return Quote(lines[:whole]), Quote(lines[whole:])
            head, tail = split_spans(lines[0] if lines else (), lambda spans: Quote((spans,)))
            return (Quote((head,)), Quote((tail, *lines[1:]) if tail else lines[1:])) if head else (block,)
        case Item() if not fits(replace(block, spans=())):
            return _split_headline(block, fits)
        case Item():
            head, tail = split_spans(block.spans, lambda spans: replace(block, spans=spans), whole=bool(block.headline))
            return (replace(block, spans=head), Paragraph(tail)) if head or block.headline else (block,)
        case Heading() | Paragraph() | Note():
            head, tail = split_spans(block.spans, lambda spans: replace(block, spans=spans))
            return (replace(block, spans=head), replace(block, spans=tail)) if head else (block,)


def _split_headline(item: Item, fits: Callable[[Block], bool]) -> tuple[Block, ...]:
    headline = (Span(item.headline, bold=True),)

    def is_short(spans: Spans) -> bool:
        return fits(Item(plain_spans(spans), (), item.number))

    head, tail = _split_spans(headline, is_short, whole_links=True)
    if not head:
        return (item,)
    return Item(plain_spans(head), (), item.number), Paragraph(tail), Paragraph(item.spans)


def _split_spans(spans: Spans, fits: Callable[[Spans], bool], *, whole_links: bool) -> tuple[Spans, Spans]:
    """A prefix that fits, if possible up to the end of a sentence, and the rest; () where there is none.

    A link is cut (into two to the same place) only where it is too long for a part of its own.
    """
    pieces = tuple(_pieces(spans))
    taken = _longest(len(pieces), lambda count: fits(pieces[:count]))
    if taken == len(pieces):
        return spans, ()
    if taken == 0 and pieces[0].url is not None and whole_links:
        return (), spans
    if taken == 0:
        head, tail = _split_word(pieces[0], lambda span: fits((span,)))
        return ((head,), _joined((tail, *pieces[1:]))) if head.text else ((), spans)
    taken = next((place for place in range(taken, taken // 2, -1) if _is_stop(pieces[place - 1], pieces[place])), taken)
    return _joined(pieces[:taken]), _joined(pieces[taken:])


def _split_word(span: Span, fits: Callable[[Span], bool]) -> tuple[Span, Span]:
    characters = _graphemes(span.text[:MAX_WORD])
    count = _longest(len(characters), lambda count: fits(replace(span, text="".join(characters[:count]))))
    head = "".join(characters[:count])
    return replace(span, text=head), replace(span, text=span.text[len(head) :])


def _is_stop(before: Span, after: Span) -> bool:
    """Does a sentence end here, with the links that belong to it?"""
    ended = before.url is not None or before.text.rstrip(" ").endswith(STOPS)
    return ended and after.url is None and not after.text.isspace()


def _pieces(spans: Spans) -> Iterator[Span]:
    for span in spans:
        if span.url is not None:
            yield span
        else:
            yield from (replace(span, text=piece) for piece in SENTENCE_END.split(span.text) if piece)


def _graphemes(words: str) -> list[str]:
    """What a reader sees as one character each: an emoji of several code points, a flag, a letter with its marks."""
    clusters: list[str] = []
    for character in words:
        if clusters and _continues(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _continues(cluster: str, character: str) -> bool:
    if len(cluster) >= MAX_GRAPHEME:
        return False
    if "\U0001f1e6" <= character <= "\U0001f1ff":  # two regional letters make a flag
        return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
    joined = cluster[-1] == "\u200d" or (cluster + character == "\r\n")
    return joined or bool(re.match(FOLLOWER, character)) or unicodedata.category(character).startswith("M")


def _joined(pieces: Iterable[Span]) -> Spans:
    """Neighbours of one style as one span."""
    joined: list[Span] = []
    for piece in pieces:
        if joined and piece.url is None and joined[-1] == replace(piece, text=joined[-1].text):
            joined[-1] = replace(piece, text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
