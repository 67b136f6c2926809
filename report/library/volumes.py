"""A stored report as a volume of the library: its points, folded for looking up words.

In: a Report. Out: a Volume, which nothing changes. Always holds: an entry is a point that says something of its own:
no sentence of the overview where the report has the points that it retells, no counts, no list of what was dropped.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from sys import intern

from report.evidence.glossary import stem
from report.evidence.spelling import plain
from report.model import Language, Point, Report, SectionKind

WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
MONEY: frozenset[SectionKind] = frozenset(("market", "finance"))
NOT_KEPT: frozenset[SectionKind] = frozenset(("changes", "noise", "cloud"))
PART = "\t"  # between the headline and the text of a line


@dataclass(frozen=True, slots=True)
class Entry:
    """A point as it was published, with the addresses of its posts."""

    kind: SectionKind
    headline: str
    text: str
    citations: tuple[str, ...]
    urls: tuple[str, ...]
    importance: int
    is_money: bool = False  # its figures are the market's: as stated, not verified
    english: tuple[str, str] | None = None  # headline and text, where the report has an English edition

    def said(self, language: Language) -> tuple[str, str]:
        """Headline and text in that language where they are at hand, else in Chinese."""
        return self.english if language == "en" and self.english else (self.headline, self.text)


@dataclass(frozen=True, slots=True)
class Volume:
    """One report's entries, and a folded line for each.

    `starts` says where each line begins, and last where one more would; `heads` where its headline ends. `latin` says
    which entries have a Latin word's stem: twice the entry's number, and one more where the headline has it.
    """

    key: str
    revision: int
    topic: str
    first: date
    last: date
    entries: tuple[Entry, ...]
    lines: str
    starts: array[int]
    heads: array[int]
    latin: Mapping[str, tuple[int, ...]]

    def line(self, at: int) -> str:
        return self.lines[self.starts[at] : self.starts[at + 1] - 1]


def bind(report: Report) -> Volume:
    """The report's points as a volume."""
    english = {
        point.id: point for edition in report.editions for section in edition.sections for point in section.all_points()
    }
    urls = {source.id: source.url for source in report.sources}
    entries: dict[tuple[str, str], Entry] = {}
    for kind, point in _points(report):
        translated = english.get(point.id)
        entries.setdefault(
            (point.headline, point.text),
            Entry(
                kind=kind,
                headline=point.headline,
                text=point.text,
                citations=point.citations,
                urls=tuple(urls[post] for post in point.citations if post in urls),
                importance=point.importance,
                is_money=bool(MONEY & {kind, *point.kinds}),
                english=(translated.headline, translated.text) if translated else None,
            ),
        )
    folded = [fold(_line(entry)) for entry in entries.values()]
    latin: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(folded):
        in_headline = {stem(word) for word in WORD.findall(line.partition(PART)[0])}
        for word in {stem(word) for word in WORD.findall(line)}:
            latin[word].append(2 * number + (word in in_headline))
    starts = array("I", accumulate((len(line) + 1 for line in folded), initial=0))
    return Volume(
        key=report.key,
        revision=report.revision,
        topic=report.topic,
        first=report.first,
        last=report.last,
        entries=tuple(entries.values()),
        lines="\n".join(folded),
        starts=starts,
        heads=array("I", (start + len(line.partition(PART)[0]) for start, line in zip(starts, folded, strict=False))),
        latin={intern(word): tuple(numbers) for word, numbers in latin.items()},
    )


def fold(words: str) -> str:
    """As lines have it: no case, no styled letters, one space for any white space but a tab."""
    return re.sub(r"[^\S\t]+", " ", plain(words).casefold())


def _points(report: Report) -> Iterator[tuple[SectionKind, Point]]:
    core = report.section("core")
    retold = NOT_KEPT | {"overview"} if core and core.points else NOT_KEPT
    retold |= {"sentiment"} if report.writer == "offline" else frozenset()  # what was liked most, counted
    for section in report.sections:
        if section.kind not in retold:
            yield from ((section.kind, point) for point in section.all_points() if point.headline or point.text)


def _line(entry: Entry) -> str:
    parts = [entry.headline, entry.text, " ".join(entry.english or ())]
    return PART.join(part.replace(PART, " ") for part in parts if part or part is entry.headline)
