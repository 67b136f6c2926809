"""Not yesterday's news again: reports of ten days on end, made offline one after another, each remembering the others.

Counted there: stories that go on, posts left out since they were told, core points of two days on end that read the
same, and every 「a → b」 again, by its pattern over the raw texts of the posts that the ledgers call used. And a day
built from invented posts: three repeat the day before word for word, two go on with a new figure.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.measures.figure import Figure, NoData, find
from report.model import Author, Period, Point, Report, Topic, Tweet, report_key
from report.pipeline import make_report
from report.sources import Collected
from report.sources.file import read_posts
from report.writer.offline import OfflineWriter

DAYS = 10
FIRST = 7  # days of posts before the first report: what comes first has nothing to remember
ZONE = "Asia/Shanghai"
SAME = 0.7  # of the words of two points, without the names of their speakers
NOISE = re.compile(r"^RT @\w+: ?|https?://\S+|\bt\.co/\w+|@\w+")
PIECE = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


class _Posts:
    name = "posts"

    def __init__(self, tweets: Sequence[Tweet]) -> None:
        self._tweets = tweets

    async def read(self, period: Period) -> Collected:
        return Collected(tweets=tuple(tweet for tweet in self._tweets if period.holds(tweet.created_at)))


def measure(data: Path) -> Iterator[Figure]:
    tweets = list({tweet.id: tweet for tweet in read_posts(find(data, "tweets/*.jsonl"))[0]}.values())
    reports = _run(tweets, _days(tweets))
    texts = {tweet.id: tweet.text for tweet in tweets}
    over = f"{reports[0].first} to {reports[-1].first}, offline"
    core = [report.section("core") for report in reports]
    points = [section.points if section else () for section in core]
    goes_on = sum(point.status == "continuing" for chosen in points for point in chosen)
    yield Figure("memory: core points that go on", goes_on, "", f"of {sum(map(len, points))}; {over}")
    told = [row for report in reports for row in report.ledger.dropped if "已经报过" in row.reason]
    yield Figure("memory: posts left out, told before", len(told), "", over)
    pairs = [(a, b) for day, after in pairwise(points) for a in day for b in after]
    same = sum(_is_same(a, b) for a, b in pairs)
    yield Figure("memory: points of two days on end that read the same", same, "<= 0", f"of {len(pairs)} pairs")
    short = [len(chosen) for chosen in points if len(chosen) < 10]
    said = sum("不凑数" in section.intro for section in core if section and len(section.points) < 10)
    yield Figure("memory: days of fewer than ten points that say so", _share(said, len(short)), ">= 1", f"{short}")
    yield from _recount(reports, texts)
    yield _recount_names(reports, texts)
    yield _constructed()


def _recount(reports: Sequence[Report], texts: Mapping[str, str]) -> Iterator[Figure]:
    """Each 「a → b」 against the ids kept with it, and against a count over the texts of both days' used posts."""
    right = found = 0
    for before, report in pairwise(reports):
        section = report.section("changes")
        for point in section.all_points() if section else ():
            found += 1
            a, b = (int(number) for number in re.match(r"(\d+) → (\d+) 条", point.text).groups())  # type: ignore[union-attr]
            pattern = re.compile(point.counted.by, re.IGNORECASE) if point.counted else re.compile("(?!)")
            again = [
                {post for post in day.ledger.used_ids if pattern.search(" ".join(NOISE.sub(" ", texts[post]).split()))}
                for day in (before, report)
            ]
            kept = [set(point.counted.before), set(point.counted.now)] if point.counted else []
            right += kept == again and [len(ids) for ids in again] == [a, b]
    yield Figure("memory: counts a → b that a recount confirms", _share(right, found), ">= 1", f"of {found}")


def _recount_names(reports: Sequence[Report], texts: Mapping[str, str]) -> Figure:
    """Themes that are one Latin name: the posts that have it by a search word by word, without patterns."""
    right, differ = 0, []
    for before, report in pairwise(reports):
        section = report.section("changes")
        for point in section.all_points() if section else ():
            if point.counted and "|" not in point.counted.by and point.headline.isascii():
                again = [
                    {post for post in day.ledger.used_ids if _has(texts[post], point.headline)}
                    for day in (before, report)
                ]
                is_right = again == [set(point.counted.before), set(point.counted.now)]
                right += is_right
                differ += [] if is_right else [point.headline]
    found = right + len(differ)
    return Figure(
        "memory: names counted as a search word by word does", _share(right, found), ">= 1", f"of {found} {differ}"
    )


def _has(text: str, name: str) -> bool:
    """Do the pieces of a name stand side by side in a text, with nothing, a space or a hyphen between them?"""
    said = " ".join(NOISE.sub(" ", text).split()).casefold()
    wanted = [piece[0] for piece in PIECE.finditer(name.casefold())]
    pieces = list(PIECE.finditer(said))
    for at in range(len(pieces) - len(wanted) + 1):
        part = pieces[at : at + len(wanted)]
        joints = [said[a.end() : b.start()] for a, b in pairwise(part)]
        last = part[-1][0].removesuffix("s") if len(wanted[-1]) > 2 and part[-1][0] != wanted[-1] else part[-1][0]
        edges = said[part[0].start() - 1 : part[0].start()] + said[part[-1].end() : part[-1].end() + 1]
        is_whole = not any(edge.isascii() and edge.isalnum() for edge in edges)
        if [piece[0] for piece in part[:-1]] + [last] == wanted and set(joints) <= {"", " ", "-"} and is_whole:
            return True
    return False


def _days(tweets: Sequence[Tweet]) -> list[date]:
    first = min(tweet.created_at for tweet in tweets).date() + timedelta(days=FIRST)
    last = max(tweet.created_at for tweet in tweets).date()
    days = [first + timedelta(days=n) for n in range(DAYS)]
    if days[-1] >= last:
        raise NoData(f"the posts end on {last}; {FIRST + DAYS} days on end are needed")
    return days


def _run(tweets: Sequence[Tweet], days: Sequence[date]) -> list[Report]:
    """A report for each of the days, which remembers those before it."""
    topic = Topic(name="ai", files=("posts.jsonl",))
    reports: list[Report] = []
    with tempfile.TemporaryDirectory() as folder:
        for day in days:
            period = Period.of_days(day, day, ZONE)
            making = make_report(
                topic,
                period,
                sources=[_Posts(tweets)],
                earlier=[t for t in tweets if period.since - timedelta(days=14) <= t.created_at < period.since],
                reports=reports,
                writer=OfflineWriter(),
                picture=Path(folder) / "cloud.jpg",
                now=period.until,
                progress=lambda _: None,
                key=report_key("ai", day, day),
            )
            reports.append(asyncio.run(making))
    return reports


def _is_same(first: Point, second: Point) -> bool:
    """Are the quoted words of two points nearly the same?"""
    one, other = (
        set(WORD.findall(" ".join(re.findall("「(.+?)」", point.text)).casefold())) for point in (first, second)
    )
    return len(one & other) >= SAME * len(one | other) > 0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


TOLD = (
    "Northwind Labs released Tern-3 today: 71.2% on RepoBench, open weights under Apache 2.0.",
    "The coding agent QuillCode went down for 40 minutes after a routing change filled its caches.",
    "澄海智能发布望舒 2.5：上下文 100 万 token，权重今天开放下载，许可证是 Apache 2.0。",
    "Lumen Forge open-sourced its agent sandbox: a microVM for each task, booting in 90 milliseconds.",
    "Ada Quill thinks the bottleneck of coding agents is approval: nobody lets them merge code alone.",
)
AGAIN = (f"{TOLD[0]} https://t.co/a1", f"🎉 {TOLD[1]}", f"{TOLD[2]} https://t.co/b2 👀")
GOING_ON = (
    "Lumen Forge open-sourced its agent sandbox; since this morning it boots in 35 milliseconds, on ARM as well.",
    "Ada Quill thinks the bottleneck of coding agents is approval: 64% of the teams she asked review every line.",
)


def _constructed() -> Figure:
    """Of the five: repeated posts left out with the reason, others marked as going on."""
    tweets = [
        Tweet(
            id=f"{2000000000000000000 + number}",
            author=Author(handle=f"author{number}"),
            text=text,
            created_at=datetime(2026, 1, day, 4, number % 60, tzinfo=UTC),
            source="invented",
        )
        for number, (day, text) in enumerate([*((6, text) for text in TOLD), *((7, text) for text in AGAIN + GOING_ON)])
    ]
    _, report = _run(tweets, [date(2026, 1, 6), date(2026, 1, 7)])
    gone = {row.id for row in report.ledger.dropped if row.reason == "1 月 6 日已经报过，没有新内容"}
    marked = {
        post
        for section in report.sections
        for point in section.all_points()
        if point.status == "continuing" and point.text.startswith("续 1 月 6 日")
        for post in point.citations
    }
    right = sum(tweet.id in gone for tweet in tweets[5:8]) + sum(tweet.id in marked for tweet in tweets[8:])
    return Figure("memory: a built day, told as it should be", right / 5, ">= 1", "3 repeated, 2 going on")
