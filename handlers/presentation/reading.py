"""A report as one reader gets it: in his language, without what he mutes, with what he looks for marked.

In: a stored report and the reader's wishes. Out: a Reading. Always holds: a point of the ten keeps its number, muted or
not, so that 「/sources 3」 means the same for everybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.chats import Wishes
from handlers.presentation.days import period_words
from handlers.presentation.edition import edition_of
from handlers.presentation.labels import UNDER_BRIEF
from handlers.words import Words
from report.correcting import number_of
from report.model import Point, Report, Section, Source, Topic

LATIN = r"[0-9A-Za-z_\u00c0-\u024f]"


@dataclass(frozen=True)
class Reading:
    report: Report  # the reader's edition, without muted points
    topic: Topic
    words: Words
    now: datetime
    wishes: Wishes
    sources: Mapping[str, Source]  # by the ids of the posts
    numbers: Mapping[str, int]  # of the ten, by the ids of their points
    starred: Mapping[str, tuple[str, ...]]  # which keywords a point holds, by its id
    muted: frozenset[str] = frozenset()  # ids of the points that were left out

    @property
    def days(self) -> str:
        return period_words(self.report, self.now, self.words)

    @property
    def length(self) -> int:
        """Days of the report."""
        return (self.report.last - self.report.first).days + 1

    @property
    def shown(self) -> list[Section]:
        """The sections under the brief that the reader wants, in their order there."""
        wanted = [kind for kind in UNDER_BRIEF if self.wishes.sections is None or kind in self.wishes.sections]
        return [section for kind in wanted if (section := self.report.section(kind))]

    @property
    def core(self) -> tuple[Point, ...]:
        section = self.report.section("core")
        return section.points if section else ()


def read(report: Report, topic: Topic, words: Words, now: datetime, wishes: Wishes | None = None) -> Reading:
    wishes = wishes or Wishes()
    edition = edition_of(report, words)
    told = _told(report) if wishes.highlight or wishes.mute else {}
    highlight, mute = _compile(wishes.highlight), _compile(wishes.mute)
    silent = frozenset(p for p, text in told.items() if any(found.search(text) for found in mute.values()))
    starred = {
        point: tuple(word for word, found in highlight.items() if found.search(text)) for point, text in told.items()
    }
    core = report.section("core")
    numbers = {point.id: number_of(point.id, at, report) for at, point in enumerate(core.points if core else (), 1)}
    sources = {source.id: source for source in report.sources}
    left = edition.model_copy(update={"sections": _without(edition.sections, silent)}) if silent else edition
    return Reading(left, topic, words, now, wishes, sources, numbers, starred, silent)


def _told(report: Report) -> dict[str, str]:
    """What each point says, in every edition, folded for search."""
    told: dict[str, str] = {}
    for sections in (report.sections, *(edition.sections for edition in report.editions)):
        for point in (point for section in sections for point in section.all_points() if point.id):
            told[point.id] = f"{told.get(point.id, '')}\n{_fold(point.headline)}\n{_fold(point.text)}"
    return told


def _compile(keywords: Sequence[str]) -> dict[str, re.Pattern[str]]:
    """Keyword → where it stands: a Latin one as a whole word, a Chinese one anywhere."""
    found: dict[str, re.Pattern[str]] = {}
    for keyword in keywords:
        if folded := _fold(keyword).strip():
            before = f"(?<!{LATIN})" if re.match(LATIN, folded) else ""
            after = f"(?!{LATIN})" if re.match(LATIN, folded[-1]) else ""
            found[keyword] = re.compile(before + re.escape(folded) + after)
    return found


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _without(sections: Sequence[Section], silent: frozenset[str]) -> tuple[Section, ...]:
    """What is left of them; a group without points goes with them."""
    left = []
    for section in sections:
        points = tuple(point for point in section.points if point.id not in silent)
        children = _without(section.children, silent)
        had = bool(section.points or section.children)
        if points or children or not had:
            left.append(section.model_copy(update={"points": points, "children": children}))
    return tuple(left)
