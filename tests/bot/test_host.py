"""What the program tells a platform, wired over a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.config import AppSettings, Config
from bot.store.tiny import TinyStore
from handlers.base import Chat, Request
from report.model import Topic
from tests.handlers.fakes import make_report

NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)
CHAT = Chat("discord", "55")


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with await TinyStore.open(tmp_path) as store:
        for day in (6, 7):
            await store.save_report(make_report(day))
        topics = (Topic(name="ai", title="AI", query="AI"),)
        yield App(Config(app=AppSettings(data_dir=tmp_path), topics=topics), store, {}, now=lambda: NOW)


async def test_days_are_offered_while_they_are_typed(app: App) -> None:
    asked = Request(CHAT, "7", "detail", language="zh")
    assert await app.complete(asked, "date", "") == [
        ("1 月 7 日（周三）", "2026-01-07"),
        ("1 月 6 日（周二）", "2026-01-06"),
    ]
    assert await app.complete(asked, "topic", "a") == [("AI", "ai")]


async def test_a_flood_is_answered_once_too_many(app: App) -> None:
    said = [message.doc.plain() for _ in range(50) async for message in app.answer(Request(CHAT, "7", "topics"))]
    assert len(said) == 21
    assert said[-1] == "太快了，60 秒后再来。"


async def test_a_reader_s_language_is_kept_in_the_store(app: App) -> None:
    async for _ in app.answer(Request(CHAT, "7", "topics", language="en")):
        pass
    assert (await app.store.chat(CHAT.key)).seen_language == "en"
