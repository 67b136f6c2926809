"""Looking up and asking over a year of daily reports: how long, how much memory, how long the loop is held.

365 invented reports of 68 points in a store on disk. Prints the first search (which binds them all), the next ones,
and the lag of the loop (a task that wants to run every millisecond) meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.invented.posts import ordinary
from benchmarks.store import measure, timed
from bot.config import AppSettings, Config
from bot.library import open_library
from bot.store.archive import FileArchive
from bot.store.tiny import TinyStore
from report.library import Library, Question
from report.model import HEADINGS, Point, Report, Section, SectionKind, Source, Topic, Tweet, report_key
from report.settings import LlmSettings
from tests.counterparts.model_server import ModelServer

DAYS, POINTS, TEXT = 365, 68, 110  # reports; points of each; characters of each
TOPIC = Topic(name="ai", title="AI", query="AI")
FIRST = date(2025, 1, 1)
NOW = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
KINDS: tuple[SectionKind, ...] = ("core", "views", "events", "market", "ai", "finance")
QUERIES = (
    "智谱", "Zhipu", "上下文 token", "agent 权限", "开源 模型", "价格", "benchmark", "机器人 能源", "没有这样的词",
    "memory weights", "发布 接口", "open source agents",
)  # fmt: skip


def invent(day: date, posts: list[Tweet], chance: random.Random) -> Report:
    """A day's report, whose points quote posts."""
    cited = chance.sample(posts, POINTS)
    points = [
        Point(
            id=f"point-{number}",
            headline=post.text[:20],
            text=post.text[:TEXT],
            citations=tuple(each.id for each in (post, *chance.sample(cited, number % 3))),
        )
        for number, post in enumerate(cited)
    ]
    share = -(-POINTS // len(KINDS))
    return Report(
        key=report_key(TOPIC.name, day, day),
        topic=TOPIC.name,
        first=day,
        last=day,
        timezone=TOPIC.timezone,
        sections=tuple(
            Section(kind=kind, heading=HEADINGS[kind], points=tuple(points[at * share : (at + 1) * share]))
            for at, kind in enumerate(KINDS)
        ),
        sources=tuple(Source(id=post.id, url=post.url, handle=post.author.handle) for post in cited),
        created_at=datetime.combine(day, datetime.min.time(), UTC),
        writer="llm",
    )


async def fill(store: TinyStore, posts: list[Tweet]) -> None:
    chance = random.Random(1)  # noqa: S311  figures, not secrets
    for number in range(DAYS):
        await store.save_report(invent(FIRST + timedelta(days=number), posts, chance))


async def search(library: Library) -> None:
    async def first() -> list[float]:
        return [await timed(library.search("模型", [TOPIC]))]

    async def following() -> list[float]:
        return [await timed(library.search(words, [TOPIC])) for words in QUERIES for _ in range(5)]

    gc.collect()
    before = psutil.Process().memory_info().rss
    await measure(f"first search, {DAYS} reports of {POINTS} points", first)
    gc.collect()
    print(f"{'memory of the volumes':42} {(psutil.Process().memory_info().rss - before) / 1e6:.0f} MB")
    times: list[float] = []

    async def kept() -> list[float]:
        times.extend(await following())
        return times

    worked = time.process_time()
    await measure(f"the next {5 * len(QUERIES)} searches", kept)
    worked = time.process_time() - worked
    times.sort()
    print(f"{'a search, of the processor':42} {worked / len(times) * 1e3:.1f} ms")
    print(
        f"{'a search, p50 and p95':42} {statistics.median(times) * 1e3:.1f} ms, {times[-len(times) // 20] * 1e3:.1f} ms"
    )


async def ask(folder: Path, store: TinyStore) -> None:
    """With a model that answers at once: what is left is ours."""
    async with ModelServer() as server:
        llm = LlmSettings(base_url=server.base_url)
        library = open_library(Config(app=AppSettings(data_dir=folder), topics=(TOPIC,), llm=llm), store, lambda: NOW)
        question = Question("开源模型的价格怎么变了", (TOPIC,), FIRST, FIRST + timedelta(days=DAYS))
        await library.find(question)

        async def answer(number: int) -> None:
            asked = Question(f"{question.words} {number}", question.topics, question.first, question.last)
            async for _ in library.answer(asked, await library.find(asked)):
                pass

        async def several() -> list[float]:
            return [await timed(answer(number)) for number in range(5)]

        await measure("first question (loads the client, the check)", lambda: _once(answer(99)))
        await measure("the next 5 questions", several)


async def _once(work: Awaitable[None]) -> list[float]:
    return [await timed(work)]


async def run() -> None:
    posts = ordinary(500)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        FileArchive(folder / "posts_archive").keep(TOPIC.name, posts)
        async with await TinyStore.open(folder) as store:
            await fill(store, posts)
        async with await TinyStore.open(folder) as store:
            config = Config(app=AppSettings(data_dir=folder), topics=(TOPIC,))
            await search(open_library(config, store, lambda: NOW))
            await ask(folder, store)


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    main()
