"""What a report costs: input tokens against the posts' own, calls, and wall time against the chain of calls.

Reports of real days are made by `bot.making.run` with the diligent model of `tests.counterparts.model_server`. Tokens
on both sides are `report.llm.spending.estimate_tokens`: of every message that was sent, and of the texts of the posts
that the ledger counts as used.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.measures.figure import Figure, NoData, find
from bot.making import Job, run
from report.llm.spending import estimate_tokens
from report.model import Period, Report, Topic, report_key
from report.settings import LlmSettings
from report.sources.file import read_posts
from tests.counterparts.model_server import ModelServer

ZONE = "Asia/Shanghai"
ANSWER_S = 1.0  # of each call, when wall time is measured


def measure(data: Path) -> Iterator[Figure]:
    path = find(data, "tweets/*.jsonl")
    posts, _ = read_posts(path)
    days = Counter(post.created_at.astimezone(ZoneInfo(ZONE)).date() for post in posts)
    busiest = sorted(day for day, _ in days.most_common(5))
    if not busiest:
        raise NoData(f"{path} has no posts")
    stretches = [(day, day) for day in busiest] + [(busiest[-1] - timedelta(days=6), busiest[-1])]
    ratios, calls = [], []
    for first, last in stretches:
        report, asked, called, _ = asyncio.run(_make(path, first, last))
        used = sum(estimate_tokens(post.text) for post in posts if post.id in set(report.ledger.used_ids))
        days_said = str(first) if first == last else f"{first} to {last}"
        ratios.append(asked / used)
        calls.append(called - report.ledger.used / 60)
        yield Figure(
            f"input tokens / tokens of used posts, {days_said}",
            ratios[-1],
            "<= 1.35",
            f"{asked} / {used}, {report.ledger.used} of {report.ledger.collected} posts, {called} calls",
        )
    yield Figure("calls beyond a sixtieth of the posts, most", max(calls), "<= 3", "of the days above")
    _, _, called, seconds = asyncio.run(_make(path, busiest[0], busiest[0], answer_s=ANSWER_S))
    yield Figure(
        "seconds beyond the chain of calls", seconds - called * ANSWER_S, "<= 2", f"{called} calls of {ANSWER_S:.0f} s"
    )


async def _make(path: Path, first: date, last: date, *, answer_s: float = 0.0) -> tuple[Report, int, int, float]:
    """The report; tokens sent, calls, seconds."""
    topic = Topic(name="ai", title="AI", files=(str(path),))
    with tempfile.TemporaryDirectory() as folder:
        async with ModelServer("slow" if answer_s else "ok", delay_s=answer_s) as server:
            job = Job(
                topic=topic,
                period=Period.of_days(first, last, ZONE),
                key=report_key("ai", first, last),
                data_dir=Path(folder),
                folder=Path(folder),
                llm=LlmSettings.model_validate({"base_url": server.base_url, "api_key": "sk-test", "model": "test"}),
                writer="llm",
                now=datetime.now(UTC),
            )
            began = time.perf_counter()
            report = await run(job, lambda _: None)
            seconds = time.perf_counter() - began
            asked = sum(estimate_tokens(turn["content"]) for call in server.calls for turn in call["messages"])
            return report, asked, len(server.calls), seconds
