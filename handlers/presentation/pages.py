"""A section of a report cut into pages that fit a screen.

In: a section. Out: its pages, each a section with a part of its points. Always holds: every point is on one page, in
order, under its heading; a section that is short is one page, as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from report.model import Point, Section, SectionKind

MOST_POINTS = 8
MOST_CHARACTERS = 1500
WARNS: tuple[SectionKind, ...] = ("market", "finance")  # what their introduction says holds for every page


@dataclass(frozen=True)
class Page:
    """`number` counts within the section, from 1."""

    section: Section
    number: int = 1

    def action(self, key: str) -> str:
        """`s:ai:KEY`, `s:ai2:KEY`: the button that opens it."""
        return f"s:{self.section.kind}{self.number if self.number > 1 else ''}:{key}"


def pages_of(section: Section) -> list[Page]:
    """The section in as few pages as fit, cut between its groups where that is possible, else about equally long."""
    points = section.all_points()
    fewest = _cut(points, MOST_POINTS)
    even = _cut(points, -(-len(points) // len(fewest)))
    groups = set(accumulate([len(section.points), *(len(child.all_points()) for child in section.children)]))
    candidates = [lengths for lengths in (even, fewest) if len(lengths) == len(fewest)]
    lengths = max(candidates, key=lambda lengths: len(groups.intersection(accumulate(lengths))))
    if len(lengths) == 1:
        return [Page(section)]
    places = pairwise([0, *accumulate(lengths)])
    return [Page(_part(section, start, end), number) for number, (start, end) in enumerate(places, 1)]


def _cut(points: Sequence[Point], most: int) -> list[int]:
    """How many points each page has."""
    lengths, characters = [0], 0
    for point in points:
        length = len(point.headline) + len(point.text)
        if lengths[-1] and (lengths[-1] >= most or characters + length > MOST_CHARACTERS):
            lengths.append(0)
            characters = 0
        lengths[-1] += 1
        characters += length
    return lengths


def _part(section: Section, start: int, end: int) -> Section:
    """The section with its points from `start` to `end` alone, in their groups; what has no points stands first."""
    points = section.points[max(start, 0) : max(end, 0)]
    at = len(section.points)
    children = []
    for child in section.children:
        part, size = _part(child, start - at, end - at), len(child.all_points())
        if part.all_points() or (start <= 0 and not size):
            children.append(part)
        at += size
    intro = section.intro if start <= 0 or section.kind in WARNS else ""
    return section.model_copy(update={"points": points, "children": tuple(children), "intro": intro})
