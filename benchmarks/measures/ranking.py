"""What comes first: does our order of a day's posts put those before that an editor chose?

The digests name the whole pool of their day below 「原文链接汇总」 and what the editor chose above it. Nothing is
trained; the weights were checked by hand on the first five days of 2026-05 (`report.stories.ranking`), so those days
are told apart, and the figure with the goal is of the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import mean

from benchmarks.measures.figure import Figure, NoData, find
from report.clean import clean
from report.model import Period, Topic, Tweet
from report.sources.fields import BadRow
from report.sources.shapes import Surroundings, decode_row
from report.stories import group
from report.stories.keys import read_keys
from report.stories.ranking import worth
from report.writer.picking import choose_core, is_financial

POOL = "原文链接汇总"
SEEN = ("2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05")  # the weights were checked on these
STATUS = re.compile(r"status(?:es)?/(\d{5,25})")
GOLD = "twitter_ai_*.json"
TOPIC = Topic(name="ai", title="AI", query="AI")

Score = Callable[[Sequence[Tweet]], Mapping[str, float]]


def measure(data: Path) -> Iterator[Figure]:
    posts = {tweet.id: tweet for tweet in read_posts(data)}
    days = dict(_read_days(data, posts))
    if not days:
        raise NoData(f"{data} has no digest with posts that were chosen and posts that were not")
    unseen = {day: pool for day, pool in days.items() if day not in SEEN}
    rows: list[tuple[str, Score, str]] = [
        ("our worth of a post", _worth, ">= 0.88"),
        ("our worth, all metrics unknown", _unmeasured, ""),
        ("our order of stories", _order, ""),
        ("likes alone", lambda pool: {tweet.id: float(tweet.likes or 0) for tweet in pool}, ""),
        ("length alone", lambda pool: {tweet.id: float(len(tweet.text)) for tweet in pool}, ""),
    ]
    for name, score, goal in rows:
        aucs = {day: _auc(score(pool), chosen) for day, (pool, chosen) in days.items()}
        untouched = [aucs[day] for day in unseen]
        told = f"{len(untouched)} days; looked at: {_mean([aucs[day] for day in days if day in SEEN]):.3f}"
        worst = min(untouched, default=0.0)
        detail = f"{told}; all {len(aucs)}: {mean(aucs.values()):.3f}; worst untouched day {worst:.3f}"
        yield Figure(f"AUC, chosen before not chosen: {name}", _mean(untouched), goal, detail)
    yield from _gold(data, list(posts.values()))


def read_posts(data: Path) -> list[Tweet]:
    """All posts of `tweets/*.jsonl`; rows that no post can be made of are left out."""
    find(data, "tweets/*.jsonl")
    posts = []
    for path in sorted(data.glob("tweets/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            try:
                posts.append(decode_row(json.loads(line), Surroundings(source="file:tweets")))
            except BadRow:
                continue
    return posts


def _read_days(data: Path, posts: Mapping[str, Tweet]) -> Iterator[tuple[str, tuple[list[Tweet], set[str]]]]:
    """Day, its pool, the ids that were chosen."""
    find(data, "posts/digests_zh/*.md")
    for path in sorted(data.glob("posts/digests_zh/*.md")):
        above, _, below = path.read_text("utf-8").partition(POOL)
        pool = [posts[post] for post in dict.fromkeys(STATUS.findall(below)) if post in posts]
        chosen = {tweet.id for tweet in pool} & set(STATUS.findall(above))
        if 0 < len(chosen) < len(pool):
            yield path.name[:10], (pool, chosen)


def _auc(score: Mapping[str, float], chosen: set[str]) -> float:
    """How often a chosen post stands before one that was not; a tie is half."""
    ours = [score[post] for post in score if post in chosen]
    others = [score[post] for post in score if post not in chosen]
    wins = sum((a > b) + (a == b) / 2 for a in ours for b in others)
    return wins / (len(ours) * len(others))


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else 0.0


def _worth(pool: Sequence[Tweet]) -> dict[str, float]:
    return worth(pool, read_keys(pool))


def _unmeasured(pool: Sequence[Tweet]) -> dict[str, float]:
    nothing = {"likes": None, "reposts": None, "replies": None, "quotes": None}
    return _worth([tweet.model_copy(update=nothing) for tweet in pool])


def _order(pool: Sequence[Tweet]) -> dict[str, float]:
    """A lead stands where its story stands, its other posts by their own worth, never before it."""
    alone = _worth(pool)
    return {
        tweet.id: story.score if tweet.id == story.lead else min(story.score, alone[tweet.id])
        for story in group(pool)
        for tweet in story.tweets
    }


def _gold(data: Path, posts: Sequence[Tweet]) -> Iterator[Figure]:
    """How many stories of the edited example's core the offline writer would choose. Nothing is set by it."""
    found = sorted((data.parent / "examples").glob(GOLD))
    if not found:
        return
    gold = json.loads(found[0].read_text("utf-8"))
    first, last = date.fromisoformat(gold["first"]), date.fromisoformat(gold["last"])
    period = Period.of_days(first, last, gold["timezone"])
    kept = clean([tweet for tweet in posts if period.holds(tweet.created_at)], TOPIC).kept
    if not kept:
        return
    stories = group(kept)
    finance = [story for story in stories if is_financial(story)]
    core = choose_core([story for story in stories if story not in finance], finance)
    told = {tweet.id for story in core for tweet in story.tweets}
    points = next(section["points"] for section in gold["sections"] if section["kind"] == "core")
    missed = [number for number, point in enumerate(points, 1) if told.isdisjoint(point["citations"])]
    detail = f"of {len(points)}; missed: {', '.join(map(str, missed)) or 'none'}; {len(kept)} posts kept"
    yield Figure("stories of the example in the offline core", len(points) - len(missed), ">= 7", detail)
