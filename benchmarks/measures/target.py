"""The offline report beside the target of its day: see `benchmarks.target`, which compares any report."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.measures.figure import Figure, NoData, find
from benchmarks.target import compare
from bot.making import Job, run
from report.model import Period, Topic


def measure(data: Path) -> Iterator[Figure]:
    posts = find(data, "tweets/*.jsonl")
    targets = sorted((data.parent / "examples").glob("twitter_*.json"))
    if not targets:
        raise NoData(f"{data.parent} has no examples/twitter_*.json")
    target = json.loads(targets[0].read_text("utf-8"))
    report = asyncio.run(_make(posts, target))
    picks = compare(report, target)
    found = sum(bool(pick.ours) for pick in picks)
    yield Figure(f"stories of the target's {len(picks)} in our ten, offline", found, ">= 7", target["key"])
    for at, pick in enumerate(picks, 1):
        said = f"{pick.target} = {pick.ours}" if pick.ours else f"{pick.target}: {pick.why}"
        yield Figure(f"  story {at}", float(bool(pick.ours)), "", said)


async def _make(posts: Path, target: dict[str, str]) -> dict[str, object]:
    first, last = date.fromisoformat(target["first"]), date.fromisoformat(target["last"])
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            topic=Topic(name="ai", title="AI", files=(str(posts),)),
            period=Period.of_days(first, last, target.get("timezone", "Asia/Shanghai")),
            key=target["key"],
            data_dir=Path(folder),
            folder=Path(folder),
            writer="offline",
            now=datetime.now(UTC),
        )
        return (await run(job, lambda _: None)).model_dump(mode="json")
