"""Does what a claim states stand in the evidence? Quantities by value, versions as text, dates by what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from report.quantities.agreeing import agree, ends
from report.quantities.days import Calendar, overlaps
from report.quantities.meanings import readings
from report.quantities.names import NamedNumbers
from report.quantities.reading import Reading, read
from report.quantities.value import Name, Quantity

_SLASH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")
_NONE = re.compile(r"\b(?:no|none|without|never|nobody|nothing)\b|n't\b|没|无|未", re.IGNORECASE)
_ONE_PERIOD = re.compile(r"一|an?[ ]|one[ -]|per[ -]|this|last|next|past|every|each", re.IGNORECASE)
_CUT = re.compile(r"\.{2,}|…")
_SCALE = re.compile(r"[十百千万亿]+|(?:m|b|tr)illion|thousand|hundred", re.IGNORECASE)  # per million: none is counted
_SIZE = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?(?:[KMBTkmbt](?![A-Za-z0-9])|(?=-|$))")
_TAGGED = re.compile(r"([0-9]+(?:\.[0-9]+)?)[A-Za-z]{2,}$")
_NEAR = 60
_AGAINST = re.compile(
    r"[^.!?。！？\n]*?(?:against|versus|\bvs\.?|compared (?:with|to)|\bfrom\b|\bthan\b|expect|consensus|forecast"
    r"|estimate|\bprior|previous|预期|前值|此前|原先|上次|共识|市场)[^.!?。！？\n]*",
    re.IGNORECASE,
)
_SMALL = 10  # counts up to this may be of what a text lists, and are left alone when written in words


class Evidence:
    """What the posts state, read once for all that is compared with it."""

    def __init__(self, texts: Sequence[str], written: Sequence[datetime] = (), names: Sequence[str] = ()) -> None:
        found = [read(text) for text in texts]
        self._texts = [reading.text for reading in found]
        stated = [quantity for reading in found for quantity in reading.quantities]
        self._names = NamedNumbers([*self._texts, *names])
        self._calendar = Calendar([quantity.day for quantity in stated if quantity.day], self._texts, written)
        stated += [quantity for reading in found for name in reading.names for quantity in _inside(name)]
        stated += [quantity for reading in found for quantity in _told_short(reading)]
        self._ranges = [quantity for quantity in stated if len(ends(quantity)) == 2]
        self._scales = {quantity.scale for quantity in stated}
        self._stated = {end for quantity in stated for one in readings(quantity) for end in ends(one)}

    def lacks(self, claim: str) -> list[str]:
        """What the claim states and no text holds, in its words and order."""
        reading = read(claim)
        lacking = [
            (one.start, one.words)
            for one in reading.quantities
            if not self.holds(one) and not (_CUT.match(reading.text, one.end) and self._begin(one.words))
        ]
        for name in reading.names:
            end = name.start + len(name.words)
            is_cut = bool(_CUT.match(reading.text, end))
            if not self._names.hold(name) and not (is_cut and self._begin(name.words)):
                lacking.append((name.start, claim[name.start : end]))
        return [words for _, words in sorted(lacking)]

    def _begin(self, words: str) -> bool:
        """Whether a word of the texts begins so: a quoted line is cut with … anywhere."""
        start = re.compile(rf"(?<![A-Za-z0-9]){re.escape(words)}", re.IGNORECASE)
        return any(start.search(text) for text in self._texts)

    def holds(self, quantity: Quantity) -> bool:
        if _says_nothing(quantity):
            return True
        if quantity.day:
            return self.holds_date(quantity)
        if quantity.low == quantity.high == 0 and any(_NONE.search(text) for text in self._texts):
            return True
        if _SCALE.fullmatch(quantity.words) and quantity.low in self._scales:
            return True
        if self._refutes(quantity):
            return False
        return all(self._states(end) for end in ends(quantity))

    def _refutes(self, quantity: Quantity) -> bool:
        """Whether the texts state a range that shares one end with this one, and none that shares both."""
        if len(ends(quantity)) == 1:
            return False
        shared = {sum(map(agree, ends(quantity), ends(stated))) for stated in self._ranges}
        return 1 in shared and 2 not in shared

    def holds_date(self, quantity: Quantity) -> bool:
        """As a date; or as the number that it may be, too: 2026 in a name, 1/3 as a third."""
        if quantity.day is None or self._calendar.holds(quantity.day):
            return True
        if pair := _SLASH.fullmatch(quantity.words):
            both = [part for number in pair.groups() for part in read(number).quantities]
            return any(pair.group() in text for text in self._texts) or any(
                all(self._states(one) for one in reading) for reading in ([quantity], both)
            )
        day = quantity.day
        alone = day.year if day.day is None else day.day if day.year is None else None
        return day.month is None and alone is not None and self._names.hold_number(str(alone))

    def _states(self, end: Quantity) -> bool:
        mine = readings(end)
        return any(agree(one, stated) for stated in self._stated for one in mine)


def _told_short(reading: Reading) -> Iterator[Quantity]:
    """What a number means that leaves the scale and the unit to the one before: 7.02 million against 7.20 expected."""
    for first, second in pairwise(reading.quantities):
        by = first.scale * first.factor
        is_short = second.is_bare and second.scale == 1.0 and not first.day and (by != 1.0 or not first.is_bare)
        if (
            not is_short
            or second.start - first.end > _NEAR
            or not _AGAINST.fullmatch(reading.text, first.end, second.start)
        ):
            continue
        if 0.2 * abs(first.low) <= second.low * by <= 5 * abs(first.low):
            low, high = second.low * by, second.high * by
            yield replace(first, start=second.start, end=second.end, words=second.words, low=low, high=high, bound="")


def _inside(name: Name) -> list[Quantity]:
    """What a name states: the size in Qwen3-32B, the number in `Merged 7`."""
    pieces = [name.words.rpartition(" ")[2]] if name.is_loose else _SIZE.findall(name.words)
    if tagged := _TAGGED.match(name.words):
        pieces.append(tagged[1])
    found = [quantity for piece in pieces for quantity in read(piece).quantities]
    return [replace(quantity, unit="#") if quantity.is_bare and quantity.scale == 1 else quantity for quantity in found]


def _says_nothing(quantity: Quantity) -> bool:
    """一年, 两位, third: words that need not stand anywhere."""
    if not quantity.is_spelled:
        return False
    if quantity.kind == "money":
        return quantity.words.startswith("一") and quantity.low == 1
    if quantity.kind == "duration":
        return bool(_ONE_PERIOD.match(quantity.words)) and quantity.low == quantity.high and "半" not in quantity.words
    return quantity.kind == "ordinal" or (quantity.kind == "count" and quantity.high <= _SMALL)


def unsupported_quantities(
    claim: str, evidence: Sequence[str], *, written: Sequence[datetime] = (), names: Sequence[str] = ()
) -> list[str]:
    """The quantities, dates and versions of `claim`, as written there, that no text of `evidence` holds.

    `evidence`: posts, quoted posts, their authors' names and bios, raw. A count that is no text, like a post's
    replies, is handed in as one: `1406 replies`. `written`: when the posts were written (aware): 3月27日 and 周五 may
    rest on that. `names`: what else may be called by name. Never raises; reading is linear in the texts' length.
    """
    stated = read(claim)
    if not stated.quantities and not stated.names:
        return []
    return Evidence(evidence, written, names).lacks(claim)


def dates_outside(
    claim: str,
    first: date,
    last: date,
    evidence: Sequence[str],
    *,
    written: Sequence[datetime] = (),
    names: Sequence[str] = (),
) -> list[str]:
    """The dates of `claim`, as written there, that neither touch `first`…`last` nor stand in `evidence`."""
    dates = [
        quantity for quantity in read(claim).quantities if quantity.day and not overlaps(quantity.day, first, last)
    ]
    if not dates:
        return []
    known = Evidence(evidence, written, names)
    return [quantity.words for quantity in dates if not known.holds_date(quantity)]
