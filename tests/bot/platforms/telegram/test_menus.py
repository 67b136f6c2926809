"""What stands behind the slash: by place, by language, and for the bot's admins."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build_platforms
from bot.config import AppSettings, Config, TelegramSettings
from bot.platforms.telegram import TelegramPlatform
from bot.store.tiny import TinyStore
from handlers.words import EN
from report.model import Topic
from tests.bot.platforms.telegram.conftest import COMMANDS, FakeHost, FakeTime
from tests.counterparts.telegram_server import TelegramServer

OWNER, GUEST = 501, 502


@pytest.fixture
async def started(server: TelegramServer, host: FakeHost, fake_time: FakeTime) -> AsyncIterator[TelegramServer]:
    for person in (OWNER, GUEST):
        server.add_chat(chat_id=person)
    settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url)
    admins = (f"telegram:{OWNER}", "telegram:999", "discord:502", "telegram:name")
    bot = TelegramPlatform(settings, commands=COMMANDS, admins=admins, clock=fake_time.clock, sleep=fake_time.sleep)
    await bot.start(host)
    await server.until(lambda: len(server.menus.kept) == 2 * 4)  # two languages; three kinds of chats, and the owner's
    yield server
    await bot.stop()


def names(server: TelegramServer, chat: int, user: int, language: str = "zh-hans") -> list[str]:
    return [command["command"] for command in server.menus.seen(server.chats[chat], user, language)]


async def test_readers_and_admins_see_theirs(started: TelegramServer) -> None:
    assert names(started, GUEST, GUEST) == ["start", "help", "detail", "subscribe"]
    assert names(started, OWNER, OWNER) == ["start", "help", "detail", "subscribe", "regenerate"]
    assert names(started, OWNER, OWNER, "en") == names(started, OWNER, OWNER)


async def test_in_groups_only_administrators_are_offered_to_subscribe(started: TelegramServer) -> None:
    group = started.add_chat("supergroup", admins=(OWNER,))
    assert names(started, group, GUEST) == ["start", "help", "detail"]
    assert names(started, group, OWNER) == ["start", "help", "detail", "subscribe"]


@pytest.mark.parametrize(
    ("code", "says"), [("zh-hans", "看看能做什么"), ("zh", "看看能做什么"), ("de", "en"), ("en", "en")]
)
async def test_the_words_are_those_of_the_readers_language(started: TelegramServer, code: str, says: str) -> None:
    menu = started.menus.seen(started.chats[GUEST], GUEST, code)
    expected = EN.say("看看能做什么") if says == "en" else says
    assert menu[1]["description"] == expected


async def test_an_admin_who_never_wrote_to_the_bot_has_no_menu_yet(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url)
    bot = TelegramPlatform(settings, commands=COMMANDS, admins=("telegram:999",), clock=fake_time.clock)
    await bot.start(host)
    await bot.stop()
    assert "the menu of 999 was not set: chat not found" in caplog.text.lower()
    assert [record.levelname for record in caplog.records if "menu" in record.message] == ["INFO", "INFO"]


async def test_the_program_tells_the_bot_its_admins(tmp_path: Path) -> None:
    telegram = TelegramSettings(token=SecretStr("1:a"))
    topics = (Topic(name="ai", title="AI", query="AI"),)
    config = Config(
        app=AppSettings(data_dir=tmp_path, admins=("telegram:1", "discord:2")), topics=topics, telegram=telegram
    )
    async with await TinyStore.open(tmp_path) as store:
        bot = build_platforms(config, store)["telegram"]
    assert isinstance(bot, TelegramPlatform)
    assert bot._admins == ("telegram:1", "discord:2")


async def test_an_outage_is_said_once_and_the_bot_starts(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("setMyCommands", 502, "Bad Gateway", times=9)
    settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url)
    bot = TelegramPlatform(settings, commands=COMMANDS, clock=fake_time.clock, sleep=fake_time.sleep)
    await bot.start(host)
    await bot.stop()
    assert caplog.text.lower().count("the menus were not set") == 1
