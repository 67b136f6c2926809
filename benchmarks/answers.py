"""How long a stored section's answer takes in the process: dispatch, handler, store, platform; the network left out.

A month of reports of a real day's size lies in real files. Each section is asked for of a random day, as a year-old
button may (the store keeps the newest few in memory), and of the newest, as most readers do; each answer is encoded for
Telegram and for Discord. The goal is that of the slower platform.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot.app import App, build_platforms
from bot.config import AppSettings, Config, DiscordSettings, TelegramSettings
from bot.platforms import Platform
from bot.store.tiny import TinyStore
from handlers.base import Chat, Request
from report.model import (
    HEADINGS,
    Checked,
    Counted,
    DropKind,
    Dropped,
    Ledger,
    ModelCost,
    Point,
    Report,
    Section,
    SectionKind,
    Source,
    Topic,
    XCost,
    report_key,
)

GOAL_P95_MS = 30.0
DAYS, QUESTIONS = 30, 400
LAST = date(2026, 1, 30)
SECTIONS = ("brief", "detail", "views", "events", "market", "ai", "finance", "sentiment", "changes", "sources")
SIZES: dict[SectionKind, int] = {"views": 8, "events": 5, "market": 4, "finance": 5, "sentiment": 4}  # of a real day
COLLECTED, USED = 500, 240
WORDS = (
    *("望舒", "砚台", "澄海", "模型", "额度", "开源", "上线", "企业", "自动化", "推理"),
    *("费用", "记忆", "工具", "油价", "海峡", "预期", "芯片", "代码", "部署", "数据"),
)


def make_month(rolled: random.Random) -> list[Report]:
    return [_report(LAST - timedelta(days=number), rolled) for number in range(DAYS)][::-1]


def _report(day: date, rolled: random.Random) -> Report:
    """Seventy points on some hundred and forty posts, and the ledger of five hundred."""
    ids = [str(2_000_000_000_000_000_000 + day.toordinal() * 1000 + number) for number in range(COLLECTED)]

    def point(kind: SectionKind, number: int) -> Point:
        cited = tuple(rolled.sample(ids[:USED], 2))
        return Point(
            id=f"{kind}-{number:02}",
            headline=_sentence(rolled, 8),
            text=f"{_sentence(rolled, 20)}。{_sentence(rolled, 24)}。",
            citations=cited,
            kinds=(kind,),
        )

    def points(kind: SectionKind, count: int) -> tuple[Point, ...]:
        return tuple(point(kind, number) for number in range(1, count + 1))

    sections = [Section(kind=kind, heading=HEADINGS[kind], points=points(kind, count)) for kind, count in SIZES.items()]
    groups = [Section(kind="ai", heading=_sentence(rolled, 3), points=points("ai", 4)) for _ in range(3)]
    moved = tuple(
        each.model_copy(update={"counted": Counted(by="望舒|moon", before=tuple(ids[:4]), now=tuple(ids[4:13]))})
        for each in points("changes", 14)
    )
    sections += [
        Section(kind="overview", heading=HEADINGS["overview"], points=points("overview", 5)),
        Section(kind="core", heading=HEADINGS["core"], points=points("core", 10)),
        Section(kind="ai", heading=HEADINGS["ai"], children=tuple(groups)),
        Section(
            kind="changes",
            heading=HEADINGS["changes"],
            children=(Section(kind="changes", heading="新出现", points=moved),),
        ),
    ]
    cited = sorted({post for section in sections for each in section.all_points() for post in each.citations})
    return Report(
        key=report_key("ai", day, day),
        topic="ai",
        first=day,
        last=day,
        timezone="Asia/Shanghai",
        sections=tuple(sections),
        sources=tuple(_source(post) for post in cited),
        ledger=_ledger(ids, rolled),
        created_at=datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC),
        writer="llm",
    )


def _sentence(rolled: random.Random, words: int) -> str:
    return "".join(rolled.choices(WORDS, k=words))


def _source(post: str) -> Source:
    return Source(
        id=post, url=f"https://x.com/reader{post[-3:]}/status/{post}", handle=f"reader{post[-3:]}", name="砚台"
    )


def _ledger(ids: Sequence[str], rolled: random.Random) -> Ledger:
    kinds: tuple[DropKind, ...] = ("ad", "off_topic", "empty", "copy")
    dropped = tuple(
        Dropped(id=post, author=f"reader{post[-3:]}", kind=rolled.choice(kinds), reason="提示词引流，要读者转发换链接")
        for post in ids[USED:]
    )
    counts = [sum(row.kind == kind for row in dropped) for kind in kinds]
    return Ledger(
        collected=COLLECTED,
        used=USED,
        ads=counts[0],
        off_topic=counts[1],
        empty=counts[2],
        copies=counts[3],
        dropped=dropped,
        used_ids=tuple(ids[:USED]),
        checked=Checked(points=70, sent_back=4, refused=1),
        model=ModelCost(calls=9, tokens_in=90_000, tokens_out=12_000, usd=0.05),
        x=XCost(posts=COLLECTED, usd=2.5),
    )


class Took(NamedTuple):
    """Milliseconds of an answer: by the clock, and of the processor, which a busy machine does not lengthen."""

    clock: float
    processor: float


async def ask(app: App, platform: Platform, command: str, arguments: str, reader: int) -> Took:
    """From the request to what would be sent. Every reader asks once: nobody is told that he is too fast."""
    chat = Chat(platform.name, str(reader))
    request = Request(chat, str(reader), command, arguments, pressed=True, language="zh")
    began, worked = time.perf_counter(), time.process_time()
    parts = [part async for message in app.answer(request) for part in platform.encode(message, kind=chat.kind)]
    took = Took((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000)
    assert parts
    return took


def say(name: str, times: Sequence[Took]) -> None:
    ordered = sorted(took.clock for took in times)
    p95 = ordered[int(len(ordered) * 0.95)]
    processor = sorted(took.processor for took in times)[int(len(times) * 0.95)]
    verdict = "goal met" if p95 <= GOAL_P95_MS else "GOAL MISSED"
    print(
        f"{name:34} p50 {statistics.median(ordered):6.1f} ms  p95 {p95:6.1f} ms (processor {processor:.1f} ms)"
        f"  max {ordered[-1]:6.1f} ms  (goal p95 <= {GOAL_P95_MS:g} ms: {verdict}, {len(ordered)} answers)"
    )


async def run() -> None:
    rolled = random.Random(20260130)  # noqa: S311  the same month every time
    reports = make_month(rolled)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            app=AppSettings(data_dir=Path(folder)),
            topics=(Topic(name="ai", query="AI"),),
            telegram=TelegramSettings.model_validate({"token": "1:x"}),
            discord=DiscordSettings.model_validate({"token": "x"}),
        )
        async with await TinyStore.open(Path(folder)) as store:
            for report in reports:
                await store.save_report(report)
            kilobytes = (Path(folder) / "reports" / f"{reports[-1].key}.json").stat().st_size / 1000
            print(f"{DAYS} reports of {kilobytes:.0f} kB")
        async with await TinyStore.open(Path(folder)) as store:
            platforms = build_platforms(config, store)
            app = App(config, store, platforms, now=lambda: datetime(2026, 1, 31, 0, 30, tzinfo=UTC))
            gc.collect()
            gc.freeze()  # as the program does when it has started
            readers = itertools.count(1)

            async def one(platform: Platform, key: str) -> Took:
                return await ask(app, platform, rolled.choice(SECTIONS), key, next(readers))

            for name, platform in platforms.items():
                await one(platform, reports[-1].key)
                keys = [rolled.choice(reports).key for _ in range(QUESTIONS)]
                say(f"{name}, any day of the month", [await one(platform, key) for key in keys])
                say(f"{name}, the newest", [await one(platform, reports[-1].key) for _ in range(QUESTIONS)])


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    main()
