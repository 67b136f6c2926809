"""Keeping and dropping as an editor did: the ledger of `examples/*.json` against the posts of its day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measures.figure import Figure, NoData, find
from report.clean import Cleaned, clean
from report.llm.spending import estimate_tokens
from report.model import Period, Topic, Tweet
from report.sources.file import read_posts

DAYS_BEFORE = 3  # whose posts are read for copies and for what is answered


def measure(data: Path) -> Iterator[Figure]:
    """One report's ledger, offline; NoData without it or without posts of its day."""
    example = json.loads(_example(data).read_bytes())
    posts = _posts(data)
    first, last = date.fromisoformat(example["first"]), date.fromisoformat(example["last"])
    period = Period.of_days(first, last, example["timezone"])
    day = [post for post in posts if period.holds(post.created_at)]
    if not day:
        raise NoData(f"{data}/tweets has no posts of {first}")
    before = Period.of_days(first - timedelta(days=DAYS_BEFORE), first - timedelta(days=1), example["timezone"])
    cleaned = clean(
        day, Topic(name="ai", title="AI"), earlier=[post for post in posts if before.holds(post.created_at)]
    )
    yield from _figures(day, cleaned, {row["id"]: row["kind"] for row in example["ledger"]["dropped"]})


def _figures(day: Sequence[Tweet], cleaned: Cleaned, wanted: dict[str, str]) -> Iterator[Figure]:
    ids = {post.id for post in day}
    dropped = {row.id: row for row in cleaned.dropped}
    kept, used = ids - dropped.keys(), ids - wanted.keys()
    gone = ids & wanted.keys()
    yield Figure("keeping: F1 of the posts kept", _f1(kept, used), ">= 0.80", f"{len(ids)} posts, {len(used)} used")
    wrong = Counter(row.kind for row in cleaned.dropped if row.id in used)
    yield Figure(
        "keeping: F1 of the posts dropped", _f1(set(dropped), gone), ">= 0.80", f"wrongly: {dict(wrong) or 'none'}"
    )
    doubtful = [post for post in day if post.id in dropped and dropped[post.id].doubtful]
    tokens = sum(estimate_tokens(post.text) for post in doubtful)
    detail = f"{tokens} tokens beside {sum(estimate_tokens(post.text) for post in day if post.id in kept)} of the kept"
    yield Figure("keeping: dropped posts that are doubtful", len(doubtful), "", detail)
    told = {row.id for row in cleaned.dropped if row.doubtful and row.id in used}
    best = _f1(kept | told, used)
    yield Figure(
        "keeping: F1 of kept if a model brought back the right doubtful ones",
        best,
        "",
        f"{len(told)} of {len(used - kept)}",
    )
    quoting = [post for post in day if post.quoted_id]
    with_text = sum(bool(post.quoted_text) for post in quoting)
    detail = f"{sum(post.id in used for post in quoting)} of them used, {with_text} with its text"
    yield Figure("keeping: posts that quote another", len(quoting), "", detail)


def _f1(said: set[str], wanted: set[str]) -> float:
    return 2 * len(said & wanted) / max(len(said) + len(wanted), 1)


def _example(data: Path) -> Path:
    if not (data.parent / "examples").is_dir():
        raise NoData(f"{data.parent} has no examples/*.json")
    return find(data.parent, "examples/*.json")


def _posts(data: Path) -> list[Tweet]:
    find(data, "tweets/*.jsonl")
    return [post for path in sorted(data.glob("tweets/*.jsonl")) for post in read_posts(path)[0]]
