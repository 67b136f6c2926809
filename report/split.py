"""A Doc in parts that each fit: cut at a section, else between points, else after a sentence.

What fits is the platform's to say. Always holds: nothing is lost but white space at a cut; a heading ends no part; no
link, entity or emoji of several code points is cut while anything else can be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

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

# Marks, variation selectors, joiners, skin tones and tags belong to the character that they follow.
FOLLOWER = "[\u0300-\u036f\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
SENTENCE_END = re.compile(rf"(?:(?<=[。！？；，、：!?;\n])|(?<=[.,])(?=\s)|(?<=\s))(?!{FOLLOWER})")
STOPS = tuple("。！？；!?;\n.")
MAX_WORD = 10_000  # characters of one word in one part; no chat takes so many
MAX_GRAPHEME = 32  # code points; piled-up marks beyond that are cut like any other text


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
