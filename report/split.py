"""A Doc in parts that each fit: cut at a section, else between points, else after a sentence.

What fits is the platform's to say. Always holds: nothing is lost but white space at a cut; a heading ends no part but
before a point that needs a part of its own; a point that fits into a part stays whole; what `breaks` keeps together is
cut only where nothing else can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count

from report.breaks import HAN, MAX_GRAPHEME, best_place, find_places, grapheme_ends
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

MAX_MARKED_TITLE = 100  # characters of a title that can take a mark; escaped, it still fits into any platform's title
CHINESE = re.compile(f"[{HAN}]")


def split_numbered(document: Doc, fits: Callable[[Doc], bool]) -> list[Doc]:
    """The parts of `split`, each marked "(2/3)" where there are several: in its title, else in a small first line.

    `fits` is asked about parts with their marks, so that no mark makes one too long.
    """
    if not document.blocks or fits(document):
        return [document] if document.blocks else []
    wide = bool(CHINESE.search(document.plain()))
    for digits in count(1):
        widest = "9" * digits
        parts = split(document, partial(_fits_marked, fits=fits, place=f"{widest}/{widest}", wide=wide))
        if len(parts) < 10**digits:
            break
    if len(parts) == 1:
        return parts
    marked = [_marked(part, f"{number}/{len(parts)}", wide=wide) for number, part in enumerate(parts, 1)]
    return [with_mark if fits(with_mark) else part for with_mark, part in zip(marked, parts, strict=True)]


def _fits_marked(part: Doc, *, fits: Callable[[Doc], bool], place: str, wide: bool) -> bool:
    return fits(_marked(part, place, wide=wide))


def _marked(part: Doc, place: str, *, wide: bool) -> Doc:
    mark = f"（{place}）" if wide else f"({place})"
    first = part.blocks[0]
    if isinstance(first, Heading) and 0 < len(plain_spans(first.spans)) <= MAX_MARKED_TITLE:
        title = replace(first, spans=(*first.spans, Span(mark if wide else f" {mark}")))
        return Doc((title, *part.blocks[1:]))
    return Doc((Note((Span(mark),)), *part.blocks))


def split(document: Doc, fits: Callable[[Doc], bool]) -> list[Doc]:
    """The document in parts that each fit, cut at a section, else between blocks, else after a sentence.

    Nothing is lost but white space at a cut; a heading never ends a part, unless it fills one, or the point after it
    does. What cannot be cut (a link of which not one character fits) stands alone, too long.
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
    if leading and isinstance(block, Item) and fits(Doc((block,))):
        return Doc(leading), Doc(blocks[taken:])
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
    spans = tuple(span for span in spans if span.text)
    if fits(spans):
        return spans, ()
    reach = _longest(len(plain_spans(spans)), lambda end: fits(_before(spans, end)))
    places = find_places(spans, reach)
    while places:
        at = best_place(places)
        if fits(head := _before(spans, at)):
            return head, _after(spans, at)
        places = [place for place in places if place.at < at]
    if not spans or spans[0].url is None or whole_links:
        return (), spans
    words = spans[0].text[: reach + MAX_GRAPHEME]
    at = max((end for end in grapheme_ends(words) if end <= reach), default=0)
    return _before(spans, at), _after(spans, at)


def _before(spans: Spans, at: int) -> Spans:
    return tuple(_sliced(spans, 0, at))


def _after(spans: Spans, at: int) -> Spans:
    return tuple(_sliced(spans, at, None))


def _sliced(spans: Spans, start: int, end: int | None) -> Iterator[Span]:
    at = 0
    for span in spans:
        words = span.text[max(start - at, 0) : None if end is None else max(end - at, 0)]
        if words:
            yield span if len(words) == len(span.text) else replace(span, text=words)
        at += len(span.text)


def split_pictures(document: Doc) -> list[Doc]:
    """The document cut before its second picture, its third, and so on: no part has two."""
    groups: list[list[Block]] = [[]]
    for block in document.blocks:
        if isinstance(block, Picture) and any(isinstance(before, Picture) for before in groups[-1]):
            groups.append([])
        groups[-1].append(block)
    return [Doc(tuple(blocks)) for blocks in groups]
