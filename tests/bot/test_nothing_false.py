"""What cannot be told is not told: no empty report and no padded one reaches a subscriber, by the real pipeline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.making import Job
from bot.making import run as make
from bot.model import RunMark
from bot.newsroom import Newsroom
from bot.store.tiny import TinyStore
from handlers.base import Services
from handlers.chats import Subscription
from report.model import Progress, Report, Topic
from tests.bot.test_notices import Told

EIGHT = datetime(2026, 1, 8, 0, 0, 30, tzinfo=UTC)
AD = "🔥免费领取！加微信 aivip888 进群，名额有限，转发抽奖送 iPhone，点击链接注册返现 https://t.me/joinfree{number}"
NEWS = "望舒实验室今天开源了新的推理模型 望舒 3，参数 70B，许可证 Apache 2.0，权重已上传。"


def post(number: int, text: str, day: int = 7) -> str:
    return json.dumps(
        {
            "id": str(2008700000000000000 + number),
            "text": text,
            "created_at": f"2026-01-{day:02}T04:{number % 60:02}:00Z",
            "lang": "zh",
            "author": {"handle": f"reader{number}", "name": f"读者{number}"},
            "source": "file:posts",
        },
        ensure_ascii=False,
    )


class Desk:
    def __init__(self, store: TinyStore, folder: Path) -> None:
        self.store, self.posts = store, folder / "posts.jsonl"
        self.platform = Told()
        topic = Topic(name="ai", title="AI", files=(str(self.posts),))
        config = Config(app=AppSettings(data_dir=folder / "data", admins=("telegram:1",)), topics=(topic,))
        self.newsroom = Newsroom(config, store, {"telegram": self.platform}, lambda: EIGHT, make_report=self.make)
        self.newsroom.distribution.services = Services(
            store=store, newsroom=self.newsroom, topics={"ai": topic}, admins=frozenset(), now=lambda: EIGHT
        )

    async def make(self, job: Job, progress: Progress) -> Report:
        return await make(job, progress)

    async def ring(self, lines: Sequence[str]) -> None:
        self.posts.write_text("\n".join(lines) + "\n", encoding="utf-8")
        await self.newsroom.tick()
        await asyncio.gather(*self.newsroom._runs.values())
        await self.newsroom.tick()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await TinyStore.open(tmp_path / "data") as store:
        yesterday = EIGHT.replace(second=0) - timedelta(days=1)
        await store.mark_run(RunMark(topic="ai", due=yesterday, done_at=yesterday))
        await store.subscribe(Subscription(chat="telegram:77", topic="ai", created_at=yesterday))
        yield Desk(store, tmp_path)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([post(1, NEWS, day=2)], "没有存下帖子"),
        ([post(number, AD.format(number=number)) for number in range(5)], "没有能写的帖子"),
        (["no post"], ""),
    ],
)
async def test_a_day_with_nothing_to_tell_reaches_the_admin_alone(desk: Desk, lines: list[str], why: str) -> None:
    await desk.ring(lines)
    assert await desk.store.deliveries() == []
    (told,) = desk.platform.to("1")
    assert "AI 日报没有写成" in told
    assert why in told
    assert "/regenerate ai" in told


async def test_a_day_with_one_piece_of_news_is_a_report_of_one(desk: Desk) -> None:
    await desk.ring([post(1, NEWS)])
    (delivery,) = await desk.store.deliveries()
    assert "望舒" in delivery.parts[0]["text"]
    report = await desk.store.report(delivery.report_key)
    assert report
    core = report.section("core")
    assert core
    assert len(core.points) == 1
