"""Starting, stopping and sending: what a wrong token, an outage or a lost chat becomes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import TelegramSettings
from bot.platforms import ChatGone, ChatMoved, Instead, Part, Platform, PlatformError, Rejected, RetryLater
from bot.platforms.telegram import TelegramPlatform
from handlers.base import Message
from report.doc import Picture, doc, paragraph
from tests.bot.platforms.telegram.conftest import COMMANDS, FakeHost, FakeTime, make_platform, say
from tests.counterparts.telegram_server import TelegramServer
from tests.counterparts.telegram_world import TOKEN

TEXT: Part = {"method": "sendMessage", "text": "好", "entities": [], "link_preview_options": {"is_disabled": True}}
WRONG = TOKEN[:-4] + "1111"


async def test_start_polls_and_sets_the_menu(server: TelegramServer, platform: TelegramPlatform) -> None:
    as_contract: Platform = platform
    assert as_contract.name == "telegram"
    assert platform.username == "TuibaoTestBot"
    await server.until(lambda: "all_private_chats zh" in server.menus.kept)
    assert server.menus.kept["all_private_chats zh"] == [
        {"command": "start", "description": "认识一下推报"},
        {"command": "help", "description": "看看能做什么"},
        {"command": "detail", "description": "详细报告"},
        {"command": "subscribe", "description": "每天送到这里"},
    ]


async def test_what_was_said_while_the_bot_was_away_is_answered(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime
) -> None:
    chat = server.add_chat()
    server.say(chat, "/help")
    bot = make_platform(server, fake_time)
    await bot.start(host)
    await server.wait_messages(chat, 1)
    await bot.stop()
    again = make_platform(server, fake_time)
    await again.start(host)
    server.say(chat, "/detail")
    await server.wait_messages(chat, 2)
    await again.stop()
    assert [message["text"] for message in server.messages(chat)] == ["help：", "detail："]


async def test_stop_lets_an_answer_under_way_finish(
    server: TelegramServer, host: FakeHost, platform: TelegramPlatform
) -> None:
    chat, asked, ready = server.add_chat(), asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[Message]:
        asked.set()
        await ready.wait()
        yield say("说完了")

    host.answers["range"] = slowly
    server.say(chat, "/range")
    await asyncio.wait_for(asked.wait(), 5)
    stopping = asyncio.create_task(platform.stop())
    await asyncio.sleep(0)
    ready.set()
    await stopping
    assert [message["text"] for message in server.messages(chat)] == ["说完了"]
    with pytest.raises(RetryLater, match="not running"):
        await platform.send(str(chat), TEXT)


async def test_stop_does_not_wait_for_an_answer_without_end(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    chat, asked, closed = server.add_chat(), asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncIterator[Message]:
        asked.set()
        try:
            await asyncio.Event().wait()
            yield say("说完了")
        finally:
            closed.set()

    host.answers["range"] = endless
    settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url)
    bot = TelegramPlatform(settings, commands=COMMANDS, clock=fake_time.clock, sleep=fake_time.sleep, grace_s=0.02)
    await bot.start(host)
    server.say(chat, "/range")
    await asyncio.wait_for(asked.wait(), 5)
    await asyncio.wait_for(bot.stop(), 5)
    assert closed.is_set()
    assert "an answer did not end" in caplog.text


@dataclass(frozen=True)
class FailedStart:
    said: str
    token: str = TOKEN
    method: str = ""
    code: int = 0


@pytest.mark.parametrize(
    "failed",
    [
        FailedStart("set TUIBAO_TELEGRAM__TOKEN", token=""),
        FailedStart("refuses the token; take the current one from @BotFather", token=WRONG),
        FailedStart("refuses the token; take the current one from @BotFather", token="not a token"),
        FailedStart("out of reach", method="getMe", code=502),
        FailedStart("out of reach", method="deleteWebhook", code=500),
        FailedStart("limits this bot", method="getMe", code=429),
    ],
)
async def test_a_start_that_fails_says_what_to_do_and_never_the_token(
    server: TelegramServer, host: FakeHost, caplog: pytest.LogCaptureFixture, failed: FailedStart
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail(failed.method, failed.code, "No", **({"retry_after": 9} if failed.code == 429 else {}))
    settings = TelegramSettings(token=SecretStr(failed.token), base_url=server.url)
    bot = TelegramPlatform(settings, commands=COMMANDS)
    with pytest.raises(PlatformError, match=failed.said) as caught:
        await bot.start(host)
    await bot.stop()
    assert str(caught.value).startswith("telegram: ")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    if failed.token:
        assert failed.token not in str(caught.value)
        assert failed.token not in caplog.text


async def test_a_server_out_of_reach_is_said(host: FakeHost, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    bot = TelegramPlatform(TelegramSettings(token=SecretStr(TOKEN), base_url=address), commands=COMMANDS)
    with pytest.raises(PlatformError, match=rf"telegram: {address} is out of reach .*telegram\.base_url"):
        await bot.start(host)


async def test_the_token_is_in_no_log_while_the_bot_works(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot = make_platform(server, fake_time)
    await bot.start(host)
    chat = server.add_chat()
    server.fail("sendMessage", 500, "Internal Server Error")
    server.fail("getUpdates", 502, "Bad Gateway")
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    await bot.stop()
    assert caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


async def test_a_failing_menu_is_no_reason_not_to_start(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    bot = make_platform(server, fake_time)
    await bot.start(host)
    await bot.stop()
    assert "the menu of all_private_chats was not set: bot_command_invalid" in caplog.text.lower()
    assert server.menus.kept.keys() > {"all_private_chats zh", "all_group_chats"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (409, "another program polls with this token"),
        (401, "the token is refused"),
        (502, "no updates: No; trying again"),
    ],
)
async def test_polling_goes_on_after_trouble(
    server: TelegramServer, host: FakeHost, caplog: pytest.LogCaptureFixture, code: int, said: str
) -> None:
    server.fail("getUpdates", code, "No")
    bot = make_platform(server, FakeTime())
    await bot.start(host)
    chat = server.add_chat()
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    await bot.stop()
    assert said in caplog.text


async def test_a_part_is_sent_as_it_is(server: TelegramServer, platform: TelegramPlatform, picture: str) -> None:
    chat = server.add_chat("channel")
    message = Message(doc(Picture(picture, ""), paragraph("图"), *(paragraph("字" * 4000),) * 2))
    ids = [await platform.send(str(chat), part) for part in platform.encode(message, kind="channel")]
    sent = server.messages(chat)
    assert ids == [str(one["message_id"]) for one in sent]
    assert [one.get("caption", "text") for one in sent] == ["图", "text", "text"]
    uploads = [call["body"]["photo"] for call in server.recording.calls if call["path"].endswith("/sendPhoto")]
    assert uploads == [{"filename": "cloud.jpg", "size": 104}]


async def test_a_picture_that_is_gone_leaves_its_words(
    server: TelegramServer, platform: TelegramPlatform, tmp_path: Path
) -> None:
    chat = str(server.add_chat())
    picture = Picture(str(tmp_path / "gone.jpg"), "")
    (with_words,) = platform.encode(Message(doc(picture, paragraph("图说"))))
    (alone,) = platform.encode(Message(doc(picture)))
    with pytest.raises(Instead, match=r"gone\.jpg is gone") as caught:
        await platform.send(chat, with_words)
    for part in caught.value.parts:
        await platform.send(chat, part)
    assert [message["text"] for message in server.messages(int(chat))] == ["图说"]
    with pytest.raises(Rejected, match=r"gone\.jpg is gone"):
        await platform.send(chat, alone)


@dataclass(frozen=True)
class Refusal:
    code: int
    description: str
    becomes: PlatformError
    parameters: dict[str, int] = field(default_factory=dict)


MOVED = {"migrate_to_chat_id": -1001234567890123}
RIGHTS = "Bad Request: not enough rights to send text messages to the chat"
ADMIN = "Bad Request: need administrator rights in the channel chat"


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(429, "Too Many Requests: retry after 11", RetryLater("", 11), {"retry_after": 11}),
        Refusal(500, "Internal Server Error", RetryLater("", 5)),
        Refusal(502, "Bad Gateway", RetryLater("", 5)),
        Refusal(0, "", RetryLater("", 5, in_doubt=True)),
        Refusal(401, "Unauthorized", RetryLater("", 60)),
        Refusal(403, "Forbidden: bot was blocked by the user", ChatGone()),
        Refusal(403, "Forbidden: bot was kicked from the supergroup chat", ChatGone()),
        Refusal(400, "Bad Request: chat not found", ChatGone()),
        Refusal(400, RIGHTS, ChatGone()),
        Refusal(400, ADMIN, ChatGone()),
        Refusal(400, "Bad Request: upgraded to a supergroup", ChatMoved("", "-1001234567890123"), MOVED),
        Refusal(400, "Bad Request: message is too long", Rejected()),
        Refusal(400, "Bad Request: entity URL 'x' is invalid: Wrong HTTP URL", Rejected()),
        Refusal(413, "Request Entity Too Large", Rejected()),
    ],
)
async def test_each_refusal_says_what_to_do(
    server: TelegramServer, platform: TelegramPlatform, refusal: Refusal
) -> None:
    chat = server.add_chat()
    server.fail("sendMessage", refusal.code, refusal.description, **refusal.parameters)
    with pytest.raises(PlatformError) as caught:
        await platform.send(str(chat), TEXT)
    assert type(caught.value) is type(refusal.becomes)
    assert vars(caught.value) == vars(refusal.becomes)
    assert str(caught.value).startswith("telegram: ")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("chat_id", ["12345", "-100777", "@nobody"])
async def test_a_chat_that_never_was_is_gone(server: TelegramServer, platform: TelegramPlatform, chat_id: str) -> None:
    with pytest.raises(ChatGone, match=f"chat {chat_id}"):
        await platform.send(chat_id, TEXT)


async def test_an_update_that_the_library_cannot_read_is_stepped_over(
    server: TelegramServer, platform: TelegramPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    chat = server.add_chat()
    server._tell("message", {"message_id": 5, "date": 1, "chat": {"id": chat}})  # a chat without a type
    server.say(chat, "/help")
    assert await server.wait_messages(chat, 1)
    assert "cannot be read and is stepped over" in caplog.text
    server.say(chat, "/detail")
    assert await server.wait_messages(chat, 2)
    assert caplog.text.count("stepped over") == 1
