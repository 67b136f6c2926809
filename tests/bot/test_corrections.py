"""An admin rewrites a report: chats that have it see it change in place, by way of the real outbox and platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.config import AppSettings, Config, TelegramSettings
from bot.corrections import _outdated
from bot.making import Job
from bot.model import Delivery, RunMark
from bot.platforms.telegram import TelegramPlatform
from bot.store.tiny import TinyStore
from handlers.base import Chat, Request
from handlers.chats import Subscription, Wishes
from report.model import Point, Progress, Report, Section, Source, Topic
from tests.counterparts.telegram_server import TelegramServer

EIGHT = datetime(2026, 1, 8, 0, 0, 30, tzinfo=UTC)
TOPIC = Topic(name="ai", title="AI", query="AI")
LINK = "https://x.com/lab/status/20087000000000000"
BEFORE, AFTER = ("甲发布了模型。", "乙降价三成。", "丙收购了丁。"), ("甲发布了模型。", "乙降价两成。")


@dataclass
class Stage:
    server: TelegramServer
    store: TinyStore
    folder: Path
    says: list[tuple[str, ...]] = field(default_factory=list)
    now: datetime = EIGHT
    rich: str = "auto"

    def __post_init__(self) -> None:
        settings = TelegramSettings.model_validate(
            {"token": SecretStr(self.server.token), "base_url": self.server.url, "rich": self.rich}
        )
        config = Config(
            app=AppSettings(data_dir=self.folder, admins=("telegram:9",)), topics=(TOPIC,), telegram=settings
        )
        platforms = {"telegram": TelegramPlatform(settings, admins=config.app.admins)}
        self.app = App(config, self.store, platforms, now=lambda: self.now, make_report=self.make)

    async def make(self, job: Job, _: Progress) -> Report:
        assert job.stored_only or job.revision == 1
        told = self.says.pop(0)
        posts = {text: f"{LINK}{number}" for number, text in enumerate(("甲", "乙", "丙", "戊"))}
        points = tuple(
            Point(id=f"core-{number:02}", headline=text[:-1], text=text, citations=(posts[text[0]],))
            for number, text in enumerate(told, 1)
        )
        sources = tuple(Source(id=link, url=link, handle="lab") for link in posts.values())
        return Report(
            key=job.key,
            topic="ai",
            first=job.period.first,
            last=job.period.last,
            timezone=job.period.timezone,
            sections=(Section(kind="core", heading="核心信息", points=points),),
            sources=sources,
            revision=job.revision,
            created_at=job.now,
            writer="llm",
        )

    async def subscribe(self, chat: int, **fields: object) -> None:
        values = {"chat": f"telegram:{chat}", "topic": "ai", "created_at": EIGHT - timedelta(days=9)}
        await self.store.subscribe(Subscription.model_validate(values | fields))

    async def run(self) -> None:
        """The morning's report, until everybody has it."""
        due = EIGHT.replace(second=0)
        await self.store.mark_run(RunMark(topic="ai", due=due - timedelta(days=1), done_at=due - timedelta(days=1)))
        await self.app.start()
        await self.settle()

    async def settle(self) -> None:
        async with asyncio.timeout(20):
            await asyncio.gather(*self.app.newsroom._runs.values())
            while await self.store.deliveries(state="pending"):  # noqa: ASYNC110  nothing rings when they are done
                await asyncio.sleep(0.02)

    async def say(self, words: str, chat: int) -> str:
        name, _, arguments = words.removeprefix("/").partition(" ")
        request = Request(Chat("telegram", str(chat)), "9", name, arguments)
        return "\n".join([message.doc.plain() async for message in self.app.answer(request)])

    def shown(self, chat: int) -> list[str]:
        messages = self.server.messages(chat)
        return [each.get("text") or each.get("caption") or each.get("html", "") for each in messages]


@pytest.fixture(params=["auto", "off"])
async def stage(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with TelegramServer() as server, await TinyStore.open(tmp_path) as store:
        made = Stage(server, store, tmp_path, rich=request.param)
        yield made
        await made.app.stop()


async def test_a_rewriting_changes_the_brief_in_place_and_says_what_changed(stage: Stage) -> None:
    stage.says = [BEFORE, AFTER]
    one, two, never = (stage.server.add_chat() for _ in range(3))
    await stage.subscribe(one)
    await stage.subscribe(two, wishes=Wishes(length="headline"))
    await stage.run()
    ids = [[each["message_id"] for each in stage.server.messages(chat)] for chat in (one, two)]
    stage.now += timedelta(hours=2)
    answer = await stage.say("/regenerate ai", one)
    assert "写好了，第 2 版。比上一版改了 1 条、删去 1 条。正在就地更正 2 个会话里的简报。" in answer
    await stage.settle()
    assert [[each["message_id"] for each in stage.server.messages(chat)] for chat in (one, two)] == ids
    assert stage.server.messages(never) == []
    for chat in (one, two):
        (text,) = stage.shown(chat)
        assert " · 已更正" in text
        assert "乙降价两成" in text
        assert "丙收购了丁" not in text
        assert "甲发布了模型" in text
    assert "10:00 更正：改了 1 条、删去 1 条。/changes 看改了什么。" in stage.shown(one)[0]
    changes = await stage.say("/changes ai", one)
    assert "改了 · 第 2 条：乙降价两成" in changes
    assert "原来写的是：乙降价三成：乙降价三成。" in changes
    assert "删去 · 第 3 条" not in changes.split("原来写的是")[0]
    assert {each.state for each in await stage.store.deliveries()} == {"sent"}


async def test_what_says_the_same_is_no_correction(stage: Stage) -> None:
    stage.says = [BEFORE, BEFORE]
    one = stage.server.add_chat()
    await stage.subscribe(one)
    await stage.run()
    assert "和第 1 版一样，不用更正。" in await stage.say("/regenerate ai", one)
    await stage.settle()
    assert len(await stage.store.deliveries()) == 1
    assert "已更正" not in stage.shown(one)[0]


async def test_a_correction_of_a_correction_and_a_message_that_is_gone(stage: Stage) -> None:
    stage.says = [BEFORE, AFTER, ("甲发布了新模型。", "乙降价两成。")]
    one, two = stage.server.add_chat(), stage.server.add_chat()
    await stage.subscribe(one)
    await stage.subscribe(two)
    await stage.run()
    await stage.say("/regenerate ai", one)
    await stage.settle()
    stage.server.messages(two).clear()  # the reader deleted it
    await stage.say("/regenerate ai", one)
    await stage.settle()
    assert "甲发布了新模型" in stage.shown(one)[0]
    assert len(stage.server.messages(one)) == 1
    assert stage.server.messages(two) == []
    states = {(each.chat, each.revision): each.state for each in await stage.store.deliveries()}
    assert states[f"telegram:{one}", 3] == "sent"
    assert states[f"telegram:{two}", 3] == "left"


async def test_who_is_still_being_sent_the_old_one_is_corrected_when_it_is_there(stage: Stage) -> None:
    stage.says = [BEFORE, AFTER]
    one = stage.server.add_chat()
    await stage.subscribe(one)
    for method in ("sendMessage", "sendRichMessage"):
        stage.server.fail(method, 500, "Internal Server Error")
    due = EIGHT.replace(second=0)
    await stage.store.mark_run(RunMark(topic="ai", due=due - timedelta(days=1), done_at=due - timedelta(days=1)))
    await stage.app.start()
    await asyncio.gather(*stage.app.newsroom._runs.values())
    async with asyncio.timeout(10):
        while not (await stage.store.deliveries())[0].attempts:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert "会话里的简报" not in await stage.say("/regenerate ai", one)
    stage.now += timedelta(minutes=1)
    stage.app.outbox.wake()
    await stage.settle()
    assert "乙降价三成" in stage.shown(one)[0]
    await stage.app.newsroom.tick()
    await stage.settle()
    assert "乙降价两成" in stage.shown(one)[0]
    assert len(stage.server.messages(one)) == 1


def test_only_what_is_finished_there_and_older_than_the_correction_is_outdated() -> None:
    def made(revision: int, state: str, sent: tuple[str, ...]) -> Delivery:
        values = {"report_key": "k", "chat": "telegram:1", "parts": [{}], "created_at": EIGHT}
        return Delivery.model_validate(values | {"revision": revision, "state": state, "sent": sent})

    first = made(1, "sent", ("7",))
    assert _outdated([first], 1) == {"telegram:1": first}
    assert _outdated([first, made(2, "pending", ())], 1) == {}
    assert _outdated([first, made(2, "sent", ("7",))], 1) == {}
    assert _outdated([made(1, "gone", ("7",))], 1) == {}
    assert _outdated([made(1, "unknown", ("?",))], 1) == {}
    assert _outdated([made(1, "left", ("-",))], 1) == {}
    assert _outdated([made(0, "sent", ("7",))], 1) == {}
