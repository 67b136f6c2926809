"""Does the check let good points through and stop bad ones? On a day that an editor wrote, and on days written offline.

Read: `tweets/*.jsonl`, and beside the data folder `examples/*.json`, a report with its citations. A spoilt point is a
point of that report which has no `must` fault, with one thing changed; it is caught where the check names a fault of
the rules that are looked for.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.measures.figure import Figure, NoData, find
from benchmarks.spoiling import SPOILS, Case, World, find_names
from report import changes
from report.check import check_sections, recheck
from report.check.editing import SAID_UNVERIFIED
from report.clean import clean
from report.model import HEADINGS, Period, Report, Section, Topic, Tweet
from report.sources.file import read_posts
from report.stories import group
from report.writer.offline import OfflineWriter

ZONE = "Asia/Shanghai"
DAYS = 10
BUSY = 40  # posts that a day needs


def measure(data: Path) -> Iterator[Figure]:
    """Shares of the editor's and the offline writer's points with faults, then of spoilt points that are caught."""
    files = sorted(data.glob("tweets/*.jsonl"))
    if not files:
        raise NoData(f"{data} has no tweets/*.jsonl")
    posts = {tweet.id: tweet for file in files for tweet in read_posts(file)[0]}
    yield from _offline(posts)
    sections, period = _written(find(data.parent, "examples/*.json"))
    cases = list(_cases(sections, posts))
    if not cases:
        raise NoData(f"{data} has none of the posts that the example cites")
    yield from _written_by_editor(cases, sections, posts, period)
    sound = [case for case in cases if not any(fault.severity == "must" for fault in case.faults(period))]
    world = World(tuple(cases), posts, tuple(find_names(posts)))
    for name, (spoil, rules, goal) in SPOILS.items():
        chance = random.Random(27)  # noqa: S311  the same spoilt points every time
        spoilt = [bad for case in sound if (bad := spoil(case, world, chance))]
        caught = sum(any(fault.rule in rules for fault in bad.faults(period)) for bad in spoilt)
        if spoilt:
            yield Figure(f"spoilt, {name}: caught", caught / len(spoilt), goal, f"{len(spoilt)} points")


def _written(file: Path) -> tuple[tuple[Section, ...], Period]:
    document = json.loads(file.read_text("utf-8"))
    rows = [row for row in document["sections"] if row["kind"] not in {"noise", "cloud"}]
    sections = tuple(Section.model_validate({"intro": row.pop("note", ""), **row}) for row in rows)
    first, last = (date.fromisoformat(document[name]) for name in ("first", "last"))
    return sections, Period.of_days(first, last, document["timezone"])


def _cases(sections: Sequence[Section], posts: Mapping[str, Tweet]) -> Iterator[Case]:
    for section in sections:
        said = bool(SAID_UNVERIFIED.search(section.intro))
        for point in section.all_points():
            cited = tuple(posts[post] for post in point.citations if post in posts)
            if len(cited) == len(point.citations):
                yield Case(point.headline, point.text, cited, section.kind, point.kinds, point.counted, said)


def _written_by_editor(
    cases: Sequence[Case], sections: Sequence[Section], posts: Mapping[str, Tweet], period: Period
) -> Iterator[Figure]:
    faults = [case.faults(period) for case in cases]
    for severity, goal in (("must", "<= 0.03"), ("style", "")):
        with_fault = [[f.rule for f in found if f.severity == severity] for found in faults]
        share = sum(map(bool, with_fault)) / len(cases)
        yield Figure(f"editor's points with a `{severity}` fault", share, goal, _count(with_fault, len(cases)))
    near = {
        post: tweet
        for post, tweet in posts.items()
        if any(p.holds(tweet.created_at) for p in (period, period.before()))
    }
    between = [[placed.fault.rule] for placed in check_sections(sections, near, period)]
    yield Figure("editor's report: faults between points", len(between), "<= 0", _count(between, len(cases)))


def _count(rules: Sequence[Sequence[str]], of: int) -> str:
    counted = Counter(rule for found in rules for rule in found).most_common()
    return " ".join([f"{of} points", *(f"{rule} {number}" for rule, number in counted)])


def _offline(posts: Mapping[str, Tweet]) -> Iterator[Figure]:
    zone = ZoneInfo(ZONE)
    busy = Counter(tweet.created_at.astimezone(zone).date() for tweet in posts.values())
    days = sorted(day for day, count in busy.items() if count >= BUSY and busy[day - timedelta(days=1)])
    if not days:
        raise NoData(f"no day has {BUSY} posts")
    chosen = days[:: max(len(days) // DAYS, 1)][:DAYS]
    points, faulty = 0, []
    for day in chosen:
        report, known = asyncio.run(_write(day, list(posts.values())))
        points += sum(len(section.all_points()) for section in report.sections)
        faulty += [line.split("：")[0].split() for line in recheck(report, known, style=True)]
    share = len({(number, place) for number, (place, *_) in enumerate(faulty)}) / points
    detail = _count([found[-1:] for found in faulty], points)
    yield Figure("offline points with any fault", share, "<= 0", f"{len(chosen)} days, {detail}")


async def _write(day: date, tweets: Sequence[Tweet]) -> tuple[Report, dict[str, Tweet]]:
    period, topic = Period.of_days(day, day, ZONE), Topic(name="ai", title="AI", query="AI", files=("posts.jsonl",))
    now, before = (
        clean([tweet for tweet in tweets if stretch.holds(tweet.created_at)], topic).kept
        for stretch in (period, period.before())
    )
    written = await OfflineWriter().write(group(now, topic.spellings), topic, period, lambda _: None)
    compared = changes.compare(before, now)
    order = tuple(HEADINGS)
    report = Report(
        key="twitter_ai_offline",
        topic=topic.name,
        first=day,
        last=day,
        timezone=ZONE,
        sections=tuple(
            sorted((*written.sections, *filter(None, [compared])), key=lambda section: order.index(section.kind))
        ),
        created_at=period.until,
        writer="offline",
    )
    return report, {tweet.id: tweet for tweet in (*now, *before)}
