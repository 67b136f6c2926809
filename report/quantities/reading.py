"""A text → the quantities that it states, in the order of their places.

Addresses, list markers, names that hold digits, then dates and times are set aside; what numerals are left, Arabic,
Chinese or English, are read with what stands before and after them. Linear in the text's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from report.quantities.counting import RANGE, read_numbers
from report.quantities.dates import read_dates, read_times
from report.quantities.names import mask, read_names
from report.quantities.numerals import fold
from report.quantities.spoken import read_spoken
from report.quantities.value import Name, Quantity

_QUARTER = re.compile(r"Q[1-4]|H[12]")


@dataclass(frozen=True)
class Reading:
    """`text` is folded, without addresses and list markers."""

    text: str
    quantities: tuple[Quantity, ...]
    names: tuple[Name, ...]


def read_quantities(text: str) -> list[Quantity]:
    """Those of any text; versions and other names are none."""
    return list(read(text).quantities)


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """What the text states, and the names with digits in it."""
    folded = mask(fold(text))
    names = read_names(folded)
    quarters = [_quarter(name) for name in names if _QUARTER.fullmatch(name.words)]
    free = _blank(folded, [(name.start, name.start + len(name.words)) for name in names])
    dated = _apart([*read_dates(free), *read_times(free), *read_spoken(free)])
    free = _blank(free, [(quantity.start, quantity.end) for quantity in dated])
    counted: list[Quantity] = []
    for found in read_numbers(free, folded):
        if isinstance(found, Name):
            names.append(found)
        else:
            counted.append(found)
    names = [name for name in names if not _QUARTER.fullmatch(name.words)]
    quantities = sorted([*quarters, *dated, *_joined(counted, folded)], key=lambda quantity: quantity.start)
    shown = tuple(replace(one, words=text[one.start : one.end].strip()) for one in quantities)
    return Reading(folded, shown, tuple(names))


def _quarter(name: Name) -> Quantity:
    value = float(name.words[1])
    return Quantity(words="", start=name.start, end=name.start + 2, kind="ordinal", low=value, high=value)


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [text[at:start], "\x00" * (end - max(start, at))]
            at = end
    return "".join([*pieces, text[at:]])


def _apart(found: list[Quantity]) -> list[Quantity]:
    """Of those that overlap, the longest."""
    kept: list[Quantity] = []
    starts: list[int] = []
    for one in sorted(found, key=lambda quantity: quantity.start - quantity.end):
        at = bisect_right(starts, one.start)
        if (at and kept[at - 1].end > one.start) or (at < len(kept) and kept[at].start < one.end):
            continue
        kept.insert(at, one)
        starts.insert(at, one.start)
    return kept


def _joined(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """Ranges as one: 12-18 months, 30%到40%, 10T→28T; what the first end leaves unsaid, the second says."""
    pending: Quantity | None = None
    for one in found:
        link = RANGE.match(text, pending.end) if pending and not pending.day and not one.day else None
        if pending and link and link.end() == one.start and _may_join(pending, one):
            yield _range(pending, one, is_change=link.group().strip() not in ("-", "~", "到", "至"))
            pending = None
            continue
        if pending:
            yield pending
        pending = one
    if pending:
        yield pending


def _may_join(first: Quantity, second: Quantity) -> bool:
    """No range from months to times: `in 18 months-3x faster`."""
    return first.is_bare or second.is_bare or first.kind == second.kind


def _range(first: Quantity, second: Quantity, *, is_change: bool) -> Quantity:
    low = first.low
    if first.is_bare:
        low *= second.factor
    if first.scale == 1.0 and (first.is_bare or not is_change):
        low *= second.scale if low * second.scale <= second.high else 1.0
    return replace(second, start=first.start, low=low, bound=second.bound or first.bound)
