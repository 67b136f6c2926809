"""A group's whole life with the program as it runs: added, set up, served, asked, removed, and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.config import AppSettings, Config, TelegramSettings
from bot.model import RunMark
from bot.platforms.telegram import TelegramPlatform
from bot.store.tiny import TinyStore
from handlers.base import COMMANDS
from handlers.chats import Subscription
from report.model import Topic
from tests.bot.platforms.telegram.conftest import FakeTime
from tests.counterparts.telegram_chats import Json
from tests.counterparts.telegram_server import TelegramServer
from tests.counterparts.telegram_text import styled
from tests.handlers.fakes import make_report

ADMIN, MEMBER = 4001, 4002
MORNING, EVENING = datetime(2026, 1, 8, 0, 30, tzinfo=UTC), datetime(2026, 1, 8, 13, 0, tzinfo=UTC)  # 08:30, 21:00
needs_settings = pytest.mark.skipif("settings" not in COMMANDS, reason="there is no /settings yet")


@dataclass
class Calendar:
    now: datetime = MORNING


@dataclass
class Group:
    """A supergroup with an administrator and a member, and what is said in it."""

    server: TelegramServer
    app: App
    calendar: Calendar
    id: int

    @property
    def messages(self) -> list[Json]:
        return self.server.messages(self.id)

    async def ask(self, words: str, user: int = ADMIN, *, reply_to: int = 0) -> Json:
        """The first message of the answer, which replies to what was said."""
        asked = self.server.say(self.id, words, user_id=user, reply_to=reply_to)
        await self.server.until(lambda: any(message["reply_to"] == asked for message in self.messages))
        return next(message for message in self.messages if message["reply_to"] == asked)

    async def press(self, label: str, user: int = ADMIN) -> str:
        """What stands there after the press: in the same message, or in a new one."""
        before = [(len(message["edits"]), shown(message)) for message in self.messages]
        self.server.press_label(self.id, label, user)
        await self.server.until(lambda: [(len(one["edits"]), shown(one)) for one in self.messages] != before)
        changed = [
            message
            for at, message in enumerate(self.messages)
            if at >= len(before) or (len(message["edits"]), shown(message)) != before[at]
        ]
        return shown(changed[-1])

    async def throw_out(self) -> None:
        """Remove the bot, and wait until it has taken notice: it says nothing, so somebody else asks until it has."""
        self.server.block(self.id)
        person, asked = self.server.add_chat(chat_id=MEMBER), 0
        async with asyncio.timeout(20):
            while await self.subscriptions():
                asked += 1
                self.server.say(person, "/help")
                await self.server.wait_messages(person, asked)

    async def subscriptions(self) -> list[Subscription]:
        return [each for each in await self.app.store.subscriptions() if each.chat == f"telegram:{self.id}"]


def shown(message: Json) -> str:
    """All that is told in it: a text, a caption, or a rich message's HTML."""
    return str(message.get("text") or message.get("caption") or message.get("html"))


@pytest.fixture
async def group(tmp_path: Path, server: TelegramServer, fake_time: FakeTime) -> AsyncIterator[Group]:
    settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url)
    topics = (Topic(name="ai", title="AI", query="AI"),)
    config = Config(app=AppSettings(data_dir=tmp_path, admins=("telegram:1",)), topics=topics, telegram=settings)
    store, calendar = await TinyStore.open(tmp_path), Calendar()
    for day in (6, 7):
        await store.save_report(make_report(day))
    due = datetime(2026, 1, 8, tzinfo=UTC)
    await store.mark_run(RunMark(topic="ai", due=due, done_at=due, report_key=make_report(7).key))
    bot = TelegramPlatform(settings, admins=config.app.admins, clock=fake_time.clock, sleep=fake_time.sleep)
    app = App(config, store, {"telegram": bot}, now=lambda: calendar.now)
    await app.start()
    for person in (ADMIN, MEMBER):
        server.speak(person, "zh-hans")
    chat = server.add_chat("supergroup", title="读者群", admins=(ADMIN,), inside=False)
    yield Group(server, app, calendar, chat)
    await app.stop()


async def test_a_groups_life_as_far_as_commands_go(group: Group) -> None:
    group.server.invite(group.id, ADMIN)
    assert "订" in shown(await group.ask("/subscribe ai 21:00"))
    assert [each.hours for each in await group.subscriptions()] == [("21:00",)]
    told = len(group.messages)
    group.calendar.now = EVENING
    await group.app.newsroom.distribution.deliver_due()
    await group.server.until(lambda: len(group.messages) > told)
    assert "第 1 件事" in "".join(map(shown, group.messages[told:]))
    for question in ("/brief", "/finance", "/changes"):
        answer = await group.ask(question, MEMBER)
        assert shown(answer)
        assert not styled(answer, "mention") + styled(answer, "hashtag")
    await group.throw_out()
    assert await group.subscriptions() == []


@needs_settings
async def test_a_groups_whole_life(group: Group) -> None:
    # Added: one greeting, however often.
    group.server.invite(group.id, ADMIN)
    await group.server.wait_messages(group.id, 1)
    assert "推报" in shown(group.messages[0])

    # A member is refused kindly, and shown the way to his own; the administrator is not.
    refused = await group.ask("/subscribe ai 21:00", MEMBER)
    assert "管理员" in shown(refused)
    assert "?start=subscribe-ai" in str(refused["reply_markup"])
    assert await group.subscriptions() == []
    assert "订好了" in shown(await group.ask("/subscribe"))
    assert [each.hours for each in await group.subscriptions()] == [()]

    # Five settings, each by its buttons, in the one message that answered the administrator.
    overview = await group.ask("/settings")
    told = len(group.messages)
    for setting, choice in (
        ("时间", "21:00"),
        ("星期", "周一到周五"),
        ("长短", "全文"),
        ("词云", "关"),
        ("免打扰", "23:00–07:00"),
    ):
        assert setting in await group.press(f"{setting}：")
        assert "现在：" in await group.press(choice)
        assert "设置 · AI" in await group.press("‹ 返回")
    assert len(group.messages) == told
    assert overview["edits"]
    (kept,) = await group.subscriptions()
    assert (kept.hours, kept.weekdays, kept.wishes.length, kept.wishes.cloud) == (
        ("21:00",), (1, 2, 3, 4, 5), "full", False,
    )  # fmt: skip
    assert (await group.app.store.chat(kept.chat)).quiet == ("23:00", "07:00")

    # What a member presses there changes nothing, neither the settings nor the administrator's message.
    before = shown(overview)
    assert "现在：关" in await group.press("词云：", MEMBER)
    group.server.press(group.id, overview["message_id"], "c:settings ai cloud on", MEMBER)
    await group.server.wait_messages(group.id, told + 2)
    assert "管理员" in shown(group.messages[-1])
    assert shown(overview) == before
    assert not (await group.subscriptions())[0].wishes.cloud

    # The sixth is typed, as the answer to a question.
    await group.press("时区：")
    await group.press("自己填")
    question = group.messages[-1]
    assert question["reply_markup"]["force_reply"]
    assert "现在：东京" in shown(await group.ask("东京", reply_to=question["message_id"]))
    assert (await group.app.store.chat(kept.chat)).timezone == "Asia/Tokyo"

    # The report comes at its hour, once, and as it was wished.
    told = len(group.messages)
    await group.app.newsroom.distribution.deliver_due()
    group.calendar.now = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)  # 21:00 in Tokyo
    await group.app.newsroom.distribution.deliver_due()
    await group.server.until(lambda: len(group.messages) > told)
    await group.app.newsroom.distribution.deliver_due()

    # Three questions of a member.
    for words in ("/brief", "/finance", "/changes"):
        answer = await group.ask(words, MEMBER)
        assert shown(answer)
        assert not styled(answer, "mention") + styled(answer, "hashtag")
    pushed = [shown(message) for message in group.messages[told:] if message["reply_to"] is None]
    assert sum("第 10 件事" in words for words in pushed) == 1

    # Removed: not a word, no subscription. Added again within 90 days: all is as it was.
    told = len(group.messages)
    await group.throw_out()
    assert await group.subscriptions() == []
    group.server.invite(group.id, ADMIN)
    await group.server.until(lambda: len(group.messages) > told)
    assert len(group.messages) == told + 1
    assert "回来了" in shown(group.messages[-1])
    assert [each.wishes for each in await group.subscriptions()] == [kept.wishes]
