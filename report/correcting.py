"""A report written anew beside the one that readers have: what did not change stays as it was, what did is named.

In: the old revision and the new one. Out: the new one with the old ids, order and words wherever a point is the same.
Pure. Always holds: a point keeps its id as long as it rests on the same posts; an id is never given to another matter;
a report that says the same is the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count

from report.model import Change, Correction, Edition, Point, Report, Section, SectionKind

COUNTED: tuple[SectionKind, ...] = ("changes", "noise", "cloud")  # made by counting: not what an editor corrects
ALIKE = 0.5  # of the posts of both that two points must share to be about the same
NUMBERED = re.compile(r"([a-z]+)-(\d+)")


def correct(old: Report, new: Report, at: datetime) -> Report:
    """`new` as a correction of `old`; `old` itself where they say the same from the same posts.

    Where only the posts differ, it is a new revision that corrects nothing.
    """
    ids: dict[str, str] = {}  # of the new points, as they are called from now on
    kept: dict[str, Point] = {}  # by their ids: points that stay as they were
    sections = tuple(_settle(old, section, ids, kept) for section in new.sections)
    changes = compare(old.sections, sections)
    if not changes and new.ledger.used_ids == old.ledger.used_ids:
        return old
    editions = tuple(_settle_edition(edition, old, ids, kept) for edition in new.editions)
    made = (Correction(corrects=old.revision, at=at, changes=changes),) if changes else ()
    return new.model_copy(update={"sections": sections, "editions": editions, "corrections": (*made, *old.corrections)})


def compare(before: Sequence[Section], now: Sequence[Section]) -> tuple[Change, ...]:
    """The points that say something else, in the order of the report; then those that are gone."""
    earlier, later = _by_id(before), _by_id(now)
    found = []
    for point_id, (kind, point) in later.items():
        old = earlier[point_id][1] if point_id in earlier else None
        if old is None or not says_same(old, point):
            found.append(Change(section=kind, before=old, now=point))
    gone = [Change(section=kind, before=point) for point_id, (kind, point) in earlier.items() if point_id not in later]
    return (*found, *gone)


def says_same(one: Point, other: Point) -> bool:
    return (one.headline, one.text, set(one.citations)) == (other.headline, other.text, set(other.citations))


def number_of(point_id: str, position: int, report: Report) -> int:
    """What readers call a point of the ten: its place; in a corrected report the number that it had at first."""
    found = NUMBERED.fullmatch(point_id)
    return int(found[2]) if report.corrections and found else position


def _settle(report: Report, new: Section, ids: dict[str, str], kept: dict[str, Point]) -> Section:
    """The new section, its points called as the old ones that they are about."""
    old = report.section(new.kind)
    before = old.all_points() if old else ()
    highest = _highest(report, new.kind, before)
    if not highest or new.kind in COUNTED:
        return new
    pairs = _match(before, new.all_points())
    free = (f"{new.kind}-{number:02}" for number in count(highest + 1))
    for point in new.all_points():
        partner = pairs.get(point.id)
        ids[point.id] = partner.id if partner else next(free)
        if partner and says_same(partner, point):
            kept[partner.id] = partner
    return _rename(new, ids, kept, [point.id for point in before])


def _rename(section: Section, ids: dict[str, str], kept: dict[str, Point], order: Sequence[str]) -> Section:
    """Its points under their names, those that there were in their order, new ones after them."""
    renamed = [point.model_copy(update={"id": ids[point.id]}) for point in section.points]
    places = {point_id: at for at, point_id in enumerate(order)}
    points = sorted((kept.get(point.id, point) for point in renamed), key=lambda p: places.get(p.id, len(places)))
    children = tuple(_rename(child, ids, kept, order) for child in section.children)
    return section.model_copy(update={"points": tuple(points), "children": children})


def _settle_edition(edition: Edition, old: Report, ids: dict[str, str], kept: dict[str, Point]) -> Edition:
    """The same in another language."""
    before = next((each for each in old.editions if each.language == edition.language), None)
    earlier = {point_id: point for point_id, (_, point) in _by_id(before.sections).items()} if before else {}
    own = {point_id: earlier[point_id] for point_id in kept if point_id in earlier}
    sections = []
    for section in edition.sections:
        first = old.section(section.kind)
        named = {point.id: ids.get(point.id, point.id) for point in section.all_points()}
        sections.append(_rename(section, named, own, [point.id for point in first.all_points()] if first else ()))
    return edition.model_copy(update={"sections": tuple(sections)})


def _match(old: Sequence[Point], new: Sequence[Point]) -> dict[str, Point]:
    """The old point that each new one is about, by the new one's id; each old one once, the surest pairs first."""
    scored = [
        (score, -there, -here)
        for here, point in enumerate(new)
        for there, earlier in enumerate(old)
        if (score := _likeness(earlier, point)) >= ALIKE
    ]
    pairs: dict[str, Point] = {}
    taken: set[int] = set()
    for _, there, here in sorted(scored, reverse=True):
        if new[-here].id not in pairs and -there not in taken:
            pairs[new[-here].id] = old[-there]
            taken.add(-there)
    return pairs


def _likeness(one: Point, other: Point) -> float:
    """2 for the same words on the same posts; else the share of the posts that both rest on."""
    if says_same(one, other):
        return 2.0
    both = set(one.citations) | set(other.citations)
    if not both:
        return float(one.headline == other.headline and one.id == other.id)
    return len(set(one.citations) & set(other.citations)) / len(both)


def _highest(report: Report, kind: SectionKind, points: Sequence[Point]) -> int:
    """The highest number that a point of the section has, or ever had; 0: there was none."""
    gone = [change.before for each in report.corrections for change in each.changes if change.section == kind]
    found = (NUMBERED.fullmatch(point.id) for point in (*points, *filter(None, gone)))
    return max((int(match[2]) for match in found if match), default=0)


def _by_id(sections: Iterable[Section]) -> dict[str, tuple[SectionKind, Point]]:
    return {
        point.id: (section.kind, point)
        for section in sections
        if section.kind not in COUNTED
        for point in section.all_points()
    }
