"""A quantity as a text states it, and a name that holds digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "ordinal", "money", "percent", "points", "multiple", "duration", "time", "date", "measure"]
Bound = Literal["", "about", "over", "under", "vague"]


@dataclass(frozen=True)
class Day:
    """A date as far as it is said; `weekday` is 0 for Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """`low` and `high` are equal but for a range. In units of `unit`:

    money in its currency (`USD`), percent and points in hundredths, durations in `s` (seconds) or `mo` (months), times
    in minutes after midnight (`12h` where the half of the day is not said), measures in the unit named; a count's unit
    is its classifier, "" where none stands there.
    """

    words: str
    start: int
    end: int
    kind: Kind
    low: float
    high: float
    unit: str = ""
    bound: Bound = ""
    day: Day | None = None
    grows: bool = False  # said of a change upwards: 577 % is then 5.77 times
    scale: float = 1.0  # that 万, million and the like came to
    factor: float = 1.0  # that the unit came to: `low` is the number × scale × factor
    is_spelled: bool = False  # 三, three
    is_guess: bool = False  # a second meaning of the words, which a number without a unit does not bear out
    digits: int = 0  # that are significant as written; 0 for numerals in words

    @property
    def is_bare(self) -> bool:
        return self.kind == "count" and not self.unit


@dataclass(frozen=True)
class Name:
    """Words that hold digits and are compared as text: GPT-5.5, H100, v0.4, @handle9.

    `parts` are lower-case letters and numbers in their order; `is_loose`: a space stands before the number (Opus 4.7).
    """

    words: str
    start: int
    parts: tuple[str, ...]
    is_loose: bool = False
