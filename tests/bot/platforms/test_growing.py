"""Stages of an answer: the newest, never too often, never after the answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

from bot.platforms.growing import Growing
from handlers.base import Message
from report.doc import doc, paragraph


def stage(words: str) -> Message:
    return Message(doc(paragraph(words)), draft=True)


@dataclass
class Stopwatch:
    """Time that passes by sleeping, and what was shown when."""

    now: float = 0.0
    seen: list[tuple[float, str]] = field(default_factory=list)
    asleep: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)
        await self.asleep.acquire()

    async def show(self, message: Message) -> float:
        self.seen.append((self.now, message.doc.plain()))
        return 1.1


async def test_a_stage_that_stays_is_shown_again_before_it_fades() -> None:
    watch = Stopwatch()
    growing = Growing(watch.show, watch.sleep, fades_s=20)
    growing.grow(stage("等模型"))
    for _ in range(40):
        watch.asleep.release()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await growing.stop()
    times = [at for at, _ in watch.seen]
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps
    assert all(20 <= gap < 30 for gap in gaps)


async def test_nothing_is_shown_after_the_stop() -> None:
    watch = Stopwatch()
    growing = Growing(watch.show, watch.sleep, fades_s=20)
    await growing.stop()
    growing.grow(stage("一"))
    await asyncio.sleep(0)
    growing.grow(stage("二"))
    await growing.stop()
    watch.asleep.release()
    await asyncio.sleep(0)
    assert [words for _, words in watch.seen] == ["一"]


async def test_where_stages_stay_one_that_comes_after_the_pause_is_shown_at_once() -> None:
    watch = Stopwatch()
    growing = Growing(watch.show, watch.sleep)
    growing.grow(stage("一"))
    await asyncio.sleep(0)
    growing.grow(stage("二"))
    growing.grow(stage("三"))
    for _ in range(4):
        watch.asleep.release()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    growing.grow(stage("四"))
    await asyncio.sleep(0)
    await growing.stop()
    assert watch.seen == [(0.0, "一"), (1.1, "三"), (2.2, "四")]
