"""A channel's whole life with the real handlers: joined, subscribed, set up, read, asked, thrown out, let in again."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.config import AppSettings, Config, DiscordSettings
from bot.model import RunMark
from bot.platforms.discord import DiscordPlatform
from bot.store.tiny import TinyStore
from report.model import Topic
from tests.bot.platforms.discord.hosting import until
from tests.counterparts.discord_places import MANAGE_CHANNELS
from tests.counterparts.discord_server import TOKEN, DiscordServer
from tests.handlers.fakes import make_report

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("handlers.settings") is None, reason="/settings is not there yet"
)
TOPIC = Topic(name="ai", title="AI", query="AI")
DUE = datetime(2026, 1, 8, tzinfo=UTC)  # 08:00 in Shanghai
KEEPER, READER = "8", "9"


@dataclass
class Place:
    """A server with the bot in it, and what its people do there."""

    server: DiscordServer
    store: TinyStore
    folder: Path
    now: datetime = DUE - timedelta(minutes=10)
    platform: DiscordPlatform = field(init=False)
    app: App = field(init=False)
    channel: str = ""

    def __post_init__(self) -> None:
        settings = DiscordSettings(token=SecretStr(TOKEN), api_url=self.server.api_url)
        self.platform = DiscordPlatform(settings, ready_after_s=0.05)
        config = Config(app=AppSettings(data_dir=self.folder), topics=(TOPIC,), discord=settings)
        self.app = App(config, self.store, {"discord": self.platform}, now=lambda: self.now)
        self.server.world.rights[KEEPER] = MANAGE_CHANNELS

    async def start(self) -> None:
        await self.app.start()
        await until(lambda: self.platform._client and self.platform._client.is_ready())

    def seen(self, user: str = "") -> list[dict[str, Any]]:
        return self.server.world.seen_by(self.channel, user)

    async def says(self, user: str, name: str, **options: str) -> dict[str, Any]:
        """A command; the answer to it."""
        known = len(self.seen(user))
        self.server.world.slash(self.channel, user, name, options)
        await until(lambda: len(self.seen(user)) > known)
        return self.seen(user)[-1]

    async def presses(self, user: str, message: dict[str, Any], action: str) -> dict[str, Any]:
        """A button; the newest message after its answer, which may be the pressed one."""
        before = [(said["id"], said["edited_timestamp"]) for said in self.seen(user)]
        self.server.world.press(message["id"], user, action)
        await until(lambda: [(said["id"], said["edited_timestamp"]) for said in self.seen(user)] != before)
        return self.seen(user)[-1]

    async def publish(self) -> None:
        """The report of the day is written, and its hour has come."""
        report = make_report(7).model_copy(update={"created_at": DUE})
        await self.store.save_report(report)
        await self.store.mark_run(RunMark(topic="ai", due=DUE, done_at=DUE, report_key=report.key))
        self.now = DUE + timedelta(minutes=5)
        await self.app.newsroom.distribution.deliver_due()


@pytest.fixture
async def place(server: DiscordServer, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(server, await TinyStore.open(tmp_path / "data"), tmp_path / "data")
    await place.start()
    yield place
    await place.app.stop()


def words(message: dict[str, Any]) -> str:
    """All that a message says, its fields too."""
    said = [message["content"]]
    for embed in message["embeds"]:
        said += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        said += [text for told in embed.get("fields", ()) for text in (told["name"], told["value"])]
    return "\n".join(said)


def actions(message: dict[str, Any]) -> list[str]:
    return [button["custom_id"] for row in message["components"] for button in row["components"]]


async def test_a_channels_whole_life(place: Place) -> None:
    await join(place)
    await subscribe(place)
    await set_up(place)
    brief = await be_read(place)
    await answer_questions(place, brief)
    await leave_and_come_back(place)


async def join(place: Place) -> None:
    """One greeting, in the one channel where the bot may speak."""
    _, place.channel = place.server.world.add_guild("读书会", ["规则", "闲聊"], silent=["规则"])
    await until(place.seen)
    (hello,) = place.seen()
    assert "我是推报" in words(hello)
    assert "c:subscribe ai" in actions(hello)


async def subscribe(place: Place) -> None:
    """A member is refused kindly, in words for him alone where he pressed; who manages the channels is taken."""
    (hello,) = place.seen()
    refused = await place.presses(READER, hello, "c:subscribe ai")
    assert "由管理员来定" in words(refused)
    assert (refused["ephemeral"], actions(refused)) == (True, [])
    assert await place.store.subscriptions() == []
    assert "由管理员来定" in words(await place.says(READER, "subscribe"))
    assert "订好了：AI 日报" in words(await place.says(KEEPER, "subscribe", topic="ai"))
    (kept,) = await place.store.subscriptions()
    assert (kept.chat, kept.kind, kept.title) == (f"discord:{place.channel}", "group", "读书会 #闲聊")


async def set_up(place: Place) -> None:
    """Five settings by buttons, on one page that only the manager sees; one of them is written into a window."""
    page = await place.says(KEEPER, "settings", topic="ai")
    assert page["ephemeral"]
    for name, value in (("thread", "on"), ("cloud", "off"), ("quiet", "23:00-07:00"), ("weekdays", "-7")):
        page = await place.presses(KEEPER, page, f"c:settings ai {name}")
        action = next(action for action in actions(page) if action == f"c:settings ai {name} {value}")
        page = await place.presses(KEEPER, page, action)
        if "c:settings ai" in actions(page):
            page = await place.presses(KEEPER, page, "c:settings ai")
    page = await place.presses(KEEPER, page, "c:settings ai timezone")
    asked = place.server.world.press(page["id"], KEEPER, "c:settings ai timezone ?")
    await until(lambda: asked.modal)
    place.server.world.submit(asked.id, "东京")
    await until(lambda: "东京" in words(place.seen(KEEPER)[-1]))
    (kept,) = await place.store.subscriptions()
    assert (kept.wishes.thread, kept.wishes.cloud, kept.weekdays) == (True, False, (1, 2, 3, 4, 5, 6))
    settings = await place.store.chat(f"discord:{place.channel}")
    assert (settings.timezone, settings.quiet) == ("Asia/Tokyo", ("23:00", "07:00"))
    assert [message["id"] for message in place.seen(KEEPER) if message["ephemeral"]] == [page["id"]]
    refused = await place.says(READER, "settings", topic="ai")
    assert actions(refused) == ["c:brief ai"]


async def be_read(place: Place) -> dict[str, Any]:
    """The brief once, its details in a thread under it."""
    known = len(place.seen())
    await place.publish()
    await until(lambda: len(place.seen()) > known)
    brief = place.seen()[-1]
    assert brief["content"] == "**推报 · AI**　读了 124 条，去掉 65 条，留下 59 条。"
    assert [embed["title"] for embed in brief["embeds"]][1] == "今日十条"
    await until(lambda: len(place.server.world.seen_by(brief["id"])) > 1)  # the thread has the id of its message
    await place.app.newsroom.distribution.deliver_due()
    assert len(place.seen()) == known + 1
    return brief


async def answer_questions(place: Place, brief: dict[str, Any]) -> None:
    """Three of them: a press on the brief is answered to its reader alone, commands to all."""
    pressed = await place.presses(READER, brief, f"s:sentiment:{make_report(7).key}")
    assert (pressed["ephemeral"], "市场情绪" in words(pressed)) == (True, True)
    assert "详细" in words(await place.says(READER, "detail"))
    assert "今日十条" in words(await place.says(READER, "brief", date="2026-01-07"))
    (unchanged,) = [message for message in place.seen() if message["id"] == brief["id"]]
    assert (unchanged["edited_timestamp"], unchanged["embeds"]) == (None, brief["embeds"])


async def leave_and_come_back(place: Place) -> None:
    """Thrown out, it is quietly unsubscribed; let in again, all is as it was, and one sentence says so."""
    guild_id = place.server.world.channels[place.channel]["guild_id"]
    known = len(place.seen())
    place.server.world.kick(guild_id)
    async with asyncio.timeout(5):
        while await place.store.subscriptions():  # noqa: ASYNC110  the store rings no bell
            await asyncio.sleep(0.005)
    place.server.world.rejoin(guild_id)
    await until(lambda: len(place.seen()) > known)
    (kept,) = await place.store.subscriptions()
    assert (kept.wishes.thread, kept.wishes.cloud) == (True, False)
    assert "回来了" in words(place.seen()[-1])
    assert len(place.seen()) == known + 1
