"""Which entries answer a query best: BM25 over its terms, then how new and how important.

In: volumes and terms. Out: Found, the best hits first. Always holds: a matter that several days told is one hit, with
all its days; the same query over the same volumes finds the same.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from report.evidence.glossary import stem
from report.evidence.spelling import compact
from report.library.query import Term
from report.library.volumes import PART, Entry, Volume

K1, B = 1.2, 0.5  # BM25: how fast more of a word stops counting, how much a long text is held against it
HEADLINE = 1.0  # what a word in the headline counts more
KIN = 0.4  # what a word of one meaning counts, beside the word itself
HALF_LIFE = 45  # days in which half of what newness adds is lost
OLD = 0.5  # what an old entry keeps
MOST = 200  # hits that are looked at
ENOUGH = 40  # entries with a word, after which no other word is tried for it
WEAKEST = 0.3  # of the best one's score, for hits that lack a term
TOLD = re.compile(r"^续 \d{1,2} 月 \d{1,2} 日《([^《》]{1,60})》")

Place = tuple[int, int]  # volume, entry


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
    """`lacking` are the words that no entry has; `whole`: every hit has all the others."""

    hits: tuple[Hit, ...]
    reports: int  # that were looked through
    lacking: tuple[str, ...] = ()
    near: tuple[str, ...] = ()  # words that there are, where there is no hit
    whole: bool = True
    first: date | None = None  # of what was looked through
    last: date | None = None


def find(volumes: Sequence[Volume], terms: Sequence[Term], today: date, *, every: bool = True) -> Found:
    """The hits. `every`: those with all terms, if there are any; else the best of those with some."""
    total = sum(len(volume.entries) for volume in volumes)
    average = sum(len(volume.lines) for volume in volumes) / max(total, 1)
    scores: dict[Place, float] = defaultdict(float)
    held: dict[Place, int] = defaultdict(int)
    lacking = []
    for term in terms:
        found = _places(volumes, term, average)
        if not found:
            lacking.append(term.said)
        rarity = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        for place, strength in found.items():
            scores[place] += rarity * strength
            held[place] += 1
    best = max(held.values(), default=0)
    whole = bool(terms) and best == len(terms) - len(lacking)
    if every:
        scores = {place: score for place, score in scores.items() if held[place] == best}
    newness = [OLD + (1 - OLD) * 0.5 ** (max((today - volume.last).days, 0) / HALF_LIFE) for volume in volumes]
    weighed = {place: score * newness[place[0]] * _weight(volumes, place) for place, score in scores.items()}
    ranked = sorted(weighed, key=lambda place: (-weighed[place], place))[:MOST]
    if not every and ranked:
        ranked = [place for place in ranked if weighed[place] >= WEAKEST * weighed[ranked[0]]]
    hits = _without_repeats([_hit(volumes, place, weighed[place]) for place in ranked])
    return Found(
        hits=tuple(hits),
        reports=len(volumes),
        lacking=tuple(lacking),
        whole=whole,
        first=min((volume.first for volume in volumes), default=None),
        last=max((volume.last for volume in volumes), default=None),
    )


def _places(volumes: Sequence[Volume], term: Term, average: float) -> dict[Place, float]:
    """Where the term stands, and how strongly: BM25's part for one term without its rarity."""
    strongest: dict[Place, float] = {}
    for forms, weight in ((term.spellings, 1.0), (term.kin, KIN)):
        for form in forms if forms is term.spellings or len(strongest) < ENOUGH else ():
            matched = _latin(volumes, form) if form.isascii() else _han(volumes, form)
            for place, count, in_headline, length in matched:
                often = count + HEADLINE * in_headline
                strength = weight * often * (K1 + 1) / (often + K1 * (1 - B + B * length / average))
                if strength > strongest.get(place, 0.0):
                    strongest[place] = strength
    return strongest


def _han(volumes: Sequence[Volume], form: str) -> Iterator[tuple[Place, int, bool, int]]:
    for number, volume in enumerate(volumes):
        found = volume.lines.find(form)
        while found >= 0:
            at = bisect_right(volume.starts, found) - 1
            line = volume.line(at)
            yield (number, at), line.count(form), form in line.partition(PART)[0], len(line)
            found = volume.lines.find(form, volume.starts[at + 1])


def _latin(volumes: Sequence[Volume], form: str) -> Iterator[tuple[Place, int, bool, int]]:
    """Single words by their stems; several in a row as they stand."""
    words = form.split()
    stems = [stem(word) for word in words]
    row = re.compile(r"(?<![a-z0-9])" + r"[^a-z0-9\t]{0,2}".join(map(re.escape, words))) if len(words) > 1 else None
    for number, volume in enumerate(volumes):
        numbers = volume.latin.get(stems[0])
        if not numbers:
            continue
        for other in stems[1:]:
            numbers = tuple(at for at in numbers if at in volume.latin.get(other, ()))
        if not numbers:
            continue
        for at in numbers:
            line = volume.line(at)
            if row is None or row.search(line):
                yield (number, at), max(line.count(words[0]), 1), words[0] in line.partition(PART)[0], len(line)


def _weight(volumes: Sequence[Volume], place: Place) -> float:
    return 0.85 + 0.03 * volumes[place[0]].entries[place[1]].importance


def _hit(volumes: Sequence[Volume], place: Place, score: float) -> Hit:
    volume = volumes[place[0]]
    return Hit(volume.entries[place[1]], volume.topic, (Day(volume.key, volume.first, volume.last),), round(score, 6))


def _without_repeats(hits: Sequence[Hit]) -> list[Hit]:
    """Each matter once, as its best hit tells it, with the days of all."""
    kept: list[Hit] = []
    marks: dict[str, int] = {}
    for hit in hits:
        at = next((marks[mark] for mark in _marks(hit) if mark in marks and _same(kept[marks[mark]], hit, mark)), None)
        if at is None:
            at = len(kept)
            kept.append(hit)
        else:
            kept[at] = _joined(kept[at], hit)
        for mark in _marks(hit):
            marks.setdefault(mark, at)
    return kept


def _marks(hit: Hit) -> Iterator[str]:
    """What a hit may share with another of the same matter: its headline, the one that it continues, its posts."""
    if hit.entry.headline:
        yield f"{hit.topic} {_bare(hit.entry.headline)}"
    if told := TOLD.match(hit.entry.text):
        yield f"{hit.topic} {_bare(told[1])}"
    yield from (f"{hit.topic} #{post}" for post in hit.entry.citations)


def _bare(headline: str) -> str:
    return "".join(headline.casefold().split()) if not headline.isascii() else compact(headline)


def _same(kept: Hit, hit: Hit, mark: str) -> bool:
    """A headline is enough; one post that both cite must be half of what either rests on."""
    if " #" not in mark:
        return True
    shared = len(set(kept.entry.citations) & set(hit.entry.citations))
    return shared * 2 >= min(len(kept.entry.citations), len(hit.entry.citations))


def _joined(kept: Hit, other: Hit) -> Hit:
    days: Mapping[str, Day] = {day.key: day for day in (*kept.days[1:], *other.days) if day.key != kept.days[0].key}
    later = sorted(days.values(), key=lambda day: (day.last, day.key), reverse=True)
    return Hit(kept.entry, kept.topic, (kept.days[0], *later), kept.score)
