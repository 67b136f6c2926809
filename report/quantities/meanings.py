"""What a quantity's words may mean beside the first reading: 5m are minutes, too, 七折 is 30 % off, 3 times 3 次."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from report.quantities.value import Kind, Quantity

_PAIR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")
# The last letter → what else it stands for: kind, unit, and the factor against the scale that it was read as.
_LETTERS: dict[str, tuple[Kind, str, float]] = {
    "m": ("duration", "s", 60 / 1e6),
    "w": ("duration", "s", 604800 / 1e4),
    "T": ("measure", "TB", 1 / 1e12),
    "M": ("measure", "MB", 1 / 1e6),
    "K": ("measure", "KB", 1 / 1e3),
}
# (kind, unit, end of the words) → kind, unit and factor of the other meaning.
_OTHERS: list[tuple[Kind, str, tuple[str, ...], Kind, str, float]] = [
    ("multiple", "x", ("times", "Times", "×"), "count", "次", 1.0),
    ("measure", "bit", ("",), "count", "位", 1.0),
    ("count", "位", ("",), "measure", "bit", 1.0),
    ("money", "CNY", ("块",), "count", "块", 1.0),
    ("points", "pp", ("pp",), "count", "页", 1.0),
    ("count", "周年", ("",), "duration", "mo", 12.0),
    ("count", "年代", ("s",), "duration", "s", 1.0),
]


def readings(quantity: Quantity) -> list[Quantity]:
    """Itself first; but 七折 is only a share that is paid or one that is saved."""
    if quantity.unit == "折":
        share = quantity.low if quantity.low <= 100 else quantity.low / 10
        return [_other(quantity, "percent", "%", part) for part in (share, 100 - share)]
    return [quantity, *(_of_date(quantity) if quantity.day else _of_unit(quantity))]


def _other(quantity: Quantity, kind: Kind, unit: str, value: float) -> Quantity:
    return replace(quantity, kind=kind, unit=unit, low=value, high=value, day=None)


def _of_date(quantity: Quantity) -> Iterator[Quantity]:
    """1/3 is a third, or one of three; 2000 a count; 三月 three months."""
    words, day = quantity.words, quantity.day
    if pair := _PAIR.fullmatch(words):
        yield _other(quantity, "percent", "fraction", 100 * int(pair[1]) / int(pair[2]))
        for number in pair.groups():
            yield _other(quantity, "count", "", float(number))
    elif day and day.year and not (day.month or day.day):
        yield _other(quantity, "count", "", float(day.year))
    elif words.endswith("月") and day and day.month and day.year is None:
        yield _other(quantity, "duration", "mo", float(day.month))


def _of_unit(quantity: Quantity) -> Iterator[Quantity]:
    words = quantity.words
    if quantity.kind == "count" and quantity.scale > 1 and words[-1:] in _LETTERS:
        kind, unit, factor = _LETTERS[words[-1]]
        yield replace(
            quantity,
            kind=kind,
            unit=unit,
            low=quantity.low * factor,
            high=quantity.high * factor,
            scale=1.0,
            is_guess=True,
        )
    for kind, unit, ends, other, other_unit, factor in _OTHERS:
        if (quantity.kind, quantity.unit) == (kind, unit) and words.endswith(ends):
            low, high = quantity.low * factor, quantity.high * factor
            yield replace(quantity, kind=other, unit=other_unit, low=low, high=high)
    if quantity.unit == "fraction" and "quarter" in words.lower():
        yield replace(_other(quantity, "duration", "mo", quantity.low * 0.12), is_guess=True)
