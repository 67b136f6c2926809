"""The whole program against all its counterparts: from posts on X to a report in four chats, and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo import LAST, posts_file
from bot.model import RunMark
from bot.store.tiny import TinyStore
from tests.counterparts.discord_places import MANAGE_CHANNELS
from tests.counterparts.discord_server import DiscordServer
from tests.counterparts.model_server import ModelServer
from tests.counterparts.recording import CHECKER, violations
from tests.counterparts.telegram_server import TelegramServer
from tests.counterparts.x_posts import World, make_world
from tests.counterparts.x_server import XServer
from tests.process import Program

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]
ADMIN = 4711


def yesterday() -> date:
    """The day that the last run at 08:00 is about: before that hour it is the day before yesterday."""
    return (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(hours=8)).date() - timedelta(days=1)


def invented_posts_of_yesterday() -> World:
    """The demo's posts, moved so that their last day was yesterday."""
    with posts_file() as path:
        page = json.loads(path.read_text(encoding="utf-8"))
    shift = yesterday() - LAST
    for post in page["data"]:
        moved = datetime.fromisoformat(post["created_at"]) + shift
        post["created_at"] = moved.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return make_world(page)


@dataclass
class Town:
    """Every counterpart, and the configuration that points at them."""

    folder: Path
    telegram: TelegramServer
    discord: DiscordServer
    x: XServer
    model: ModelServer
    config: Path = field(init=False)

    def __post_init__(self) -> None:
        self.config = self.folder / "tuibao.toml"
        self.write_config()

    def write_config(self, *, telegram: bool = True, discord: bool = True) -> None:
        platforms = ""
        if telegram:
            platforms += f'[telegram]\ntoken = "{self.telegram.token}"\nbase_url = "{self.telegram.url}"\n'
        if discord:
            platforms += f'[discord]\ntoken = "{self.discord.token}"\napi_url = "{self.discord.api_url}"\n'
        self.config.write_text(
            f"""
            [app]
            data_dir = "data"
            admins = ["telegram:{ADMIN}"]
            [[topics]]
            name = "ai"
            title = "AI"
            query = "(AI OR Tern-3 OR model OR agent OR 模型 OR 智能体 OR 望舒 OR Halden) -is:retweet"
            schedule = ["08:00"]
            [x]
            bearer_token = "{self.x.token}"
            base_url = "{self.x.url}"
            [llm]
            base_url = "{self.model.base_url}"
            api_key = "sk-test"
            {platforms}
            """,
            encoding="utf-8",
        )

    def run(self) -> Program:
        return Program("run", "--config", str(self.config), folder=self.folder)

    async def pretend_a_run_was_missed(self) -> None:
        """As if the program had last run two days ago: what it marked at its first start is moved there."""
        before = datetime.now(UTC) - timedelta(days=2)
        path = self.folder / "data" / "state.json"
        state = json.loads(path.read_bytes())
        state["runs"] = {}
        path.write_text(json.dumps(state), encoding="utf-8")
        async with await TinyStore.open(self.folder / "data") as store:
            await store.mark_run(RunMark(topic="ai", due=before, done_at=before))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramServer(rich=False, recording=tmp_path / "telegram.jsonl"))
        discord = DiscordServer(recording=tmp_path / "discord.jsonl")
        await discord.start()
        stack.push_async_callback(discord.stop)
        x = XServer(invented_posts_of_yesterday(), now=lambda: datetime.now(UTC), recording=tmp_path / "x.jsonl")
        await stack.enter_async_context(x)
        model = await stack.enter_async_context(ModelServer())
        yield Town(tmp_path, telegram, discord, x, model)


def texts(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message.get("text") or message.get("caption") or "" for message in messages)


async def wait_seen(town: Town, channel: str, count: int, timeout_s: float = 30) -> list[dict[str, Any]]:
    """The channel's messages once there are so many."""
    async with asyncio.timeout(timeout_s):
        while len(found := town.discord.world.seen_by(channel)) < count:  # noqa: ASYNC110  it rings no bell
            await asyncio.sleep(0.02)
    return found


async def test_a_report_reaches_every_chat_once_and_questions_are_answered(town: Town) -> None:
    telegram, discord = town.telegram, town.discord.world
    reader, channel = telegram.add_chat("private", ADMIN + 1), telegram.add_chat("channel", title="AI 日报")
    first, second = discord.add_guild("读者群", ["ai", "news"])
    discord.rights["77"] = MANAGE_CHANNELS

    async with town.run() as program:
        await program.says("app: ready")
        telegram.say(reader, "/subscribe")
        telegram.say(channel, "/subscribe ai")
        for place in (first, second):
            discord.slash(place, "77", "subscribe", {})
        assert "订好了：AI 日报" in texts(await telegram.wait_messages(reader, 1))
        assert "订好了" in texts(await telegram.wait_messages(channel, 1))
        for place in (first, second):
            assert "订好了" in json.dumps(await wait_seen(town, place, 1), ensure_ascii=False)
        assert await program.stop() == 0

    await town.pretend_a_run_was_missed()
    before = {chat: len(telegram.messages(chat)) for chat in (reader, channel)}
    async with town.run() as program:
        await program.says("report: making ai")
        await program.says(": 4 sent, in", timeout_s=90)
        pushed = telegram.messages(reader)[before[reader] :]
        assert "photo" in pushed[0]
        assert pushed[0]["caption"].startswith("推报 · AI｜")
        assert "今日十条" in texts(pushed)
        in_channel = telegram.messages(channel)[before[channel] :]
        assert "https://t.me/" in json.dumps(in_channel)
        assert "callback_data" not in json.dumps(in_channel)
        for place in (first, second):
            (_, report) = discord.seen_by(place)
            assert report["attachments"]
            assert "今日十条" in json.dumps(report["embeds"], ensure_ascii=False)
        paid = town.x.charged
        calls = len(town.model.calls)
        assert paid["posts"] > 50
        assert calls > 1

        await converse(town, reader, first)
        assert town.x.charged == paid
        assert await program.stop() == 0

    counts = {chat: len(telegram.messages(chat)) for chat in (reader, channel)}
    async with town.run() as program:
        await program.says("app: ready")
        telegram.say(reader, "/topics")
        await telegram.wait_messages(reader, counts[reader] + 1)
        assert await program.stop() == 0
    assert len(telegram.messages(channel)) == counts[channel]
    assert len(telegram.messages(reader)) == counts[reader] + 1
    recordings = [town.folder / f"{name}.jsonl" for name in ("telegram", "discord", "x")]
    assert all(path.stat().st_size for path in recordings)
    if CHECKER.exists():
        assert violations(*recordings) == []


async def converse(town: Town, reader: int, place: str) -> None:
    """Questions in both, a stranger's admin command, the admin's own."""
    telegram, discord = town.telegram, town.discord.world

    async def ask(chat: int, words: str, count: int = 1) -> str:
        known = len(telegram.messages(chat))
        telegram.say(chat, words)
        return texts((await telegram.wait_messages(chat, known + count, 30))[known:])

    day = yesterday()
    assert "详细 · AI｜" in await ask(reader, "/detail")
    assert "金融" in await ask(reader, "/finance")
    assert "没有 /regenerate 这个命令" in await ask(reader, "/regenerate ai")
    assert "合看" in await ask(reader, f"/range {day - timedelta(days=1)} {day}")  # the wait was a draft
    telegram.say(reader, "/search Northwind")
    await telegram.until(lambda: "搜索「Northwind」" in texts(telegram.messages(reader)[-9:]), 60)
    telegram.say(reader, "/ask Northwind 出了什么事？")
    await telegram.until(lambda: "和它们引用的帖子。" in texts(telegram.messages(reader)[-9:]), 60)
    admin = telegram.add_chat("private", ADMIN)
    assert "重写" in await ask(admin, f"/regenerate ai {day}")
    await telegram.until(lambda: "和第 1 版一样，不用更正。" in texts(telegram.messages(admin)), 60)

    known = len(discord.seen_by(place, "77"))
    for name, options in (("detail", {}), ("finance", {}), ("brief", {"date": str(day)})):
        discord.slash(place, "77", name, options)
        known += 1
        said = json.dumps((await wait_seen(town, place, known))[-1], ensure_ascii=False)
        assert {"detail": "详细", "finance": "金融", "brief": "推报"}[name] in said


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_one_platform_alone_is_enough(town: Town, platform: str) -> None:
    town.write_config(telegram=platform == "telegram", discord=platform == "discord")
    async with town.run() as program:
        await program.says("app: ready")
        assert await program.stop() == 0


async def test_a_second_process_is_told_who_holds_the_folder(town: Town) -> None:
    async with town.run() as program:
        await program.says("app: ready")
        async with town.run() as second:
            await second.says(str(program.process.pid))
            assert await second.process.wait() == 2


async def test_without_x_the_admins_learn_why_and_nobody_gets_a_false_report(town: Town) -> None:
    town.x.fail("search", "401", times=99)
    reader = town.telegram.add_chat("private", 9)
    async with town.run() as program:
        await program.says("app: ready")
        town.telegram.say(reader, "/subscribe")
        await town.telegram.wait_messages(reader, 1)
        await program.stop()
    await town.pretend_a_run_was_missed()
    async with town.run() as program:
        line = await program.says("report: ai failed")
        assert "bearer" in line.lower()
        await program.stop()
    assert len(town.telegram.messages(reader)) == 1
