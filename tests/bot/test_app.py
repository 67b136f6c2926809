"""What the program does with what platforms tell it of chats: added, spoken to, gone, moved."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import AppSettings, Config
from bot.platforms import Host
from bot.store.tiny import TinyStore
from handlers.base import Chat, Request
from handlers.chats import ChatSettings
from report.model import Topic
from tests.bot.outbox.values import FakePlatform
from tests.bot.store.values import FaultyDisk

NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)
GROUP = Chat("telegram", "-5", "group", "读者群")


@dataclass
class World:
    app: App
    store: TinyStore

    async def say(self, words: str, chat: Chat = GROUP) -> str:
        name, _, arguments = words.removeprefix("/").partition(" ")
        request = Request(chat, "7", name, arguments, language="zh")
        return "\n".join([message.doc.plain() async for message in self.app.answer(request)])

    async def added(self, chat: Chat = GROUP) -> str:
        return "\n".join([message.doc.plain() async for message in self.app.greet(chat, "zh")])

    async def subscribed(self) -> list[str]:
        return [each.chat for each in await self.store.subscriptions()]


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
async def world(tmp_path: Path, disk: FaultyDisk) -> AsyncIterator[World]:
    config = Config(app=AppSettings(data_dir=tmp_path), topics=(Topic(name="ai", title="AI", query="AI"),))
    async with await TinyStore.open(tmp_path, disk=disk) as store:
        yield World(App(config, store, {"telegram": FakePlatform()}, now=lambda: NOW), store)


async def test_a_chat_s_life_added_set_up_removed_and_back(world: World) -> None:
    assert (await world.added()).startswith("你好，我是推报。")
    await world.say("/subscribe ai 21:00")
    await world.say("/settings timezone 东京")
    await world.app.chat_gone(GROUP.key, "telegram: the bot was removed")
    assert await world.subscribed() == []
    assert await world.added() == "回来了：AI 日报还是每天 21:00（东京时间）送到这里。"
    assert await world.added() == ""
    assert await world.subscribed() == [GROUP.key]


@pytest.mark.parametrize(("days", "comes_back"), [(89, True), (91, False)])
async def test_who_is_added_again_while_the_program_was_off_comes_back_for_ninety_days(
    world: World, days: int, comes_back: bool
) -> None:
    """The platforms tell of it as soon as they are connected."""
    await world.say("/subscribe ai 21:00")
    await world.store.chat_gone(GROUP.key, "telegram: the bot was removed", NOW - timedelta(days=days))
    said: list[str] = []

    class Telling(FakePlatform):
        async def start(self, host: Host) -> None:
            said.append("".join([message.doc.plain() async for message in host.greet(GROUP, "zh")]))

    config = Config(app=AppSettings(), topics=(Topic(name="ai", title="AI", query="AI"),))
    again = App(config, world.store, {"telegram": Telling()}, now=lambda: NOW)
    await again.start()
    await again.stop()
    assert [words[:4] for words in said] == (["回来了："] if comes_back else ["你好，我"])


async def test_who_speaks_is_not_gone(world: World) -> None:
    await world.say("/subscribe")
    await world.app.chat_gone(GROUP.key, "telegram: forbidden")
    assert "设置 · AI 日报" in await world.say("/settings")
    assert await world.subscribed() == [GROUP.key]


async def test_a_private_chat_that_unblocks_gets_its_reports_without_a_word(world: World) -> None:
    private = Chat("telegram", "7")
    await world.say("/subscribe", private)
    await world.app.chat_gone(private.key, "telegram: blocked")
    assert await world.added(private) == ""
    assert await world.subscribed() == [private.key]


async def test_a_place_of_a_server_that_lets_the_bot_in_again_gets_its_reports_without_a_word(world: World) -> None:
    await world.say("/subscribe")
    await world.app.chat_gone(GROUP.key, "discord: the bot was removed from the server")
    await world.app.chat_back(GROUP.key)
    await world.app.chat_back("telegram:-6")
    assert await world.subscribed() == [GROUP.key]


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_set_up(world: World) -> None:
    await world.added()
    await world.say("/subscribe")
    await world.say("/settings language en")
    await world.app.chat_moved(GROUP.key, "-1005")
    kept = ChatSettings(chat="telegram:-1005", language="en", seen_language="zh", greeted_at=NOW)
    assert await world.store.chats() == {"telegram:-1005": kept}
    assert await world.subscribed() == ["telegram:-1005"]
    assert await world.added(Chat("telegram", "-1005", "group")) == ""


async def test_a_reader_is_answered_where_the_disk_refuses_to_note_that_he_is_back(
    world: World, disk: FaultyDisk
) -> None:
    await world.say("/subscribe")
    await world.app.chat_gone(GROUP.key, "telegram: forbidden")
    disk.fail(1, errno.ENOSPC)
    assert "能用的命令" in await world.say("/help")
    disk.mend()
    assert "设置" in await world.say("/settings")
    assert await world.subscribed() == [GROUP.key]


async def test_presses_at_once_all_count(world: World) -> None:
    await world.say("/subscribe")
    kinds = ("views", "events", "market")
    await asyncio.gather(
        *(world.say(f"/settings ai sections -{kind}") for kind in kinds), world.say("/subscribe ai 9:00")
    )
    (kept,) = await world.store.subscriptions()
    assert (kept.hours, kept.wishes.sections) == (("09:00",), ("changes", "ai", "finance", "sentiment"))
