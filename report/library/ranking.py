"""Which entries answer a query best: BM25 over its terms, then how new and how important.

In: volumes and terms. Out: Found, the best hits first. Always holds: a matter that several days told is one hit, with
all its days; the same query over the same volumes finds the same.
"""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from report.evidence.glossary import stem
from report.evidence.spelling import compact
from report.library.query import Term
from report.library.volumes import Entry, Volume

K1, B = 1.2, 0.5  # BM25: how fast more of a word stops counting, how much a long text is held against it
HEADLINE = 1.0  # how often more a word in the headline counts
KIN = 0.4  # what a word of one meaning counts, beside the word itself
HALF_LIFE = 45  # days in which half of what newness adds is lost
OLD = 0.5  # what an old entry keeps
MOST = 200  # hits that are looked at
ENOUGH = 40  # entries with a word, after which no other word is tried for it
FEW = 3  # hits with all terms, below which those with some follow
WEAKEST = 0.3  # of the best one's score, for hits that lack a term
TOLD = re.compile(r"^续 \d{1,2} 月 \d{1,2} 日《([^《》]{1,60})》")


@dataclass(frozen=True)
class Day:
    """A report that tells of it."""

    key: str
    first: date
    last: date


@dataclass(frozen=True)
class Hit:
    entry: Entry
    topic: str
    days: tuple[Day, ...]  # the entry's own first, then the others that tell of it, newest first
    score: float


@dataclass(frozen=True)
class Found:
    """`lacking` are the words that no entry has; the first `whole` hits have all the others."""

    hits: tuple[Hit, ...]
    reports: int  # that were looked through
    lacking: tuple[str, ...] = ()
    near: tuple[str, ...] = ()  # words that there are, where there is no hit
    whole: int = 0
    first: date | None = None  # of what was looked through
    last: date | None = None


def find(volumes: Sequence[Volume], terms: Sequence[Term], today: date, *, every: bool = True) -> Found:
    """The hits. `every`: those with all terms, and where they are few, after them those with some; else the best."""
    bases = list(accumulate((len(volume.entries) for volume in volumes), initial=0))
    shelf = _Shelf(volumes, bases, sum(volume.starts[-1] for volume in volumes) / max(bases[-1], 1))
    scores: dict[int, float] = {}
    held: dict[int, int] = {}
    named: set[int] = set()  # that have a term itself, not only a word of one meaning
    lacking = []
    for term in terms:
        found, itself = shelf.places(term)
        named |= itself
        if not found:
            lacking.append(term.said)
        rarity = math.log(1 + (bases[-1] - len(found) + 0.5) / (len(found) + 0.5))
        for place, strength in found.items():
            scores[place] = scores.get(place, 0.0) + rarity * strength
            held[place] = held.get(place, 0) + 1
    wanted = len(terms) - len(lacking)
    all_held = {place for place, number in held.items() if number == wanted}
    chosen = all_held if every and len(all_held) >= FEW else scores.keys() & named if lacking else scores.keys()
    weighed = shelf.weighed({place: scores[place] for place in chosen}, today)
    ranked = heapq.nsmallest(MOST, weighed, lambda place: (every and place not in all_held, -weighed[place], place))
    strongest = max((weighed[place] for place in ranked), default=0.0)
    ranked = [place for place in ranked if (every and place in all_held) or weighed[place] >= WEAKEST * strongest]
    kept = [(shelf.hit(place, weighed[place]), place in all_held) for place in ranked]
    hits = _without_repeats([hit for hit, _ in kept])
    whole = {id(hit.entry) for hit, has_all in kept if has_all}
    return Found(
        hits=tuple(hits),
        reports=len(volumes),
        lacking=tuple(lacking),
        whole=sum(id(hit.entry) in whole for hit in hits),
        first=min((volume.first for volume in volumes), default=None),
        last=max((volume.last for volume in volumes), default=None),
    )


@dataclass(frozen=True)
class _Shelf:
    """Volumes whose entries are numbered through from `bases`; `average` is the length of a line."""

    volumes: Sequence[Volume]
    bases: Sequence[int]
    average: float

    def places(self, term: Term) -> tuple[dict[int, float], set[int]]:
        """Where the term stands, and how strongly (BM25's part for one term but its rarity); and where it does itself.

        Whether a word stands in a line once or more often counts nothing: points are short.
        """
        strongest: dict[int, float] = {}
        itself: set[int] = set()
        for forms, weight in ((term.spellings, 1.0), (term.kin, KIN)):
            for form in forms if forms is term.spellings or len(strongest) < ENOUGH else ():
                for place, often, length in self._latin(form) if form.isascii() else self._han(form):
                    strength = weight * often * (K1 + 1) / (often + K1 * (1 - B + B * length / self.average))
                    if strength > strongest.get(place, 0.0):
                        strongest[place] = strength
            if forms is term.spellings:
                itself = set(strongest)
        return strongest, itself

    def _han(self, form: str) -> Iterator[tuple[int, float, int]]:
        for base, volume in zip(self.bases, self.volumes, strict=False):
            find_next, starts, heads = volume.lines.find, volume.starts, volume.heads
            found = find_next(form)
            while found >= 0:
                at = bisect_right(starts, found) - 1
                end = starts[at + 1]
                yield base + at, 1.0 + HEADLINE * (found < heads[at]), end - starts[at]
                found = find_next(form, end)

    def _latin(self, form: str) -> Iterator[tuple[int, float, int]]:
        """Single words by their stems; several in a row as they stand."""
        words = form.split()
        stems = [stem(word) for word in words]
        row = re.compile(r"(?<![a-z0-9])" + r"[^a-z0-9\t]{0,2}".join(map(re.escape, words))) if len(words) > 1 else None
        for base, volume in zip(self.bases, self.volumes, strict=False):
            numbers = volume.latin.get(stems[0], ())
            if row and numbers:
                others = [{number >> 1 for number in volume.latin.get(other, ())} for other in stems[1:]]
                numbers = tuple(number for number in numbers if all(number >> 1 in held for held in others))
            for number in numbers:
                at = number >> 1
                if row is None or row.search(volume.line(at)):
                    yield base + at, 1.0 + HEADLINE * (number & 1), volume.starts[at + 1] - volume.starts[at]

    def weighed(self, scores: Mapping[int, float], today: date) -> dict[int, float]:
        """With how new and how important the entries are."""
        newness = [OLD + (1 - OLD) * 0.5 ** (max((today - volume.last).days, 0) / HALF_LIFE) for volume in self.volumes]
        weighed = {}
        for place, score in scores.items():
            number = bisect_right(self.bases, place) - 1
            entry = self.volumes[number].entries[place - self.bases[number]]
            weighed[place] = score * newness[number] * (0.85 + 0.03 * entry.importance)
        return weighed

    def hit(self, place: int, score: float) -> Hit:
        number = bisect_right(self.bases, place) - 1
        volume = self.volumes[number]
        day = Day(volume.key, volume.first, volume.last)
        return Hit(volume.entries[place - self.bases[number]], volume.topic, (day,), round(score, 6))


def _without_repeats(hits: Sequence[Hit]) -> list[Hit]:
    """Each matter once, as its best hit tells it, with the days of all."""
    kept: list[Hit] = []
    days: list[dict[str, Day]] = []
    marks: dict[str, int] = {}
    for hit in hits:
        own = list(_marks(hit))
        known = [(marks[mark], mark) for mark in own if mark in marks]
        at = next((at for at, mark in known if _same(kept[at], hit, mark, days[at])), None)
        if at is None:
            at = len(kept)
            kept.append(hit)
            days.append({})
        days[at].setdefault(hit.days[0].key, hit.days[0])
        for mark in own:
            marks.setdefault(mark, at)
    return [Hit(hit.entry, hit.topic, _in_order(told), hit.score) for hit, told in zip(kept, days, strict=True)]


def _in_order(told: Mapping[str, Day]) -> tuple[Day, ...]:
    """The hit's own first, then the others, newest first."""
    own, *others = told.values()
    return (own, *sorted(others, key=lambda day: (day.last, day.key), reverse=True))


def _marks(hit: Hit) -> Iterator[str]:
    """What a hit may share with another of the same matter: its headline, the one that it continues, its posts."""
    if hit.entry.headline:
        yield f"{hit.topic} {_bare(hit.entry.headline)}"
    if told := TOLD.match(hit.entry.text):
        yield f"{hit.topic} {_bare(told[1])}"
    yield from (f"{hit.topic} #{post}" for post in hit.entry.citations)


def _bare(headline: str) -> str:
    return "".join(headline.casefold().split()) if not headline.isascii() else compact(headline)


def _same(kept: Hit, hit: Hit, mark: str, told: Mapping[str, Day]) -> bool:
    """A headline is enough. A post that both cite is not within one report, which tells two things of it; else it must
    be half of what either rests on.
    """
    if " #" not in mark:
        return True
    shared = len(set(kept.entry.citations) & set(hit.entry.citations))
    return hit.days[0].key not in told and shared * 2 >= min(len(kept.entry.citations), len(hit.entry.citations))
