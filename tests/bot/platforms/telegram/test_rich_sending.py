"""Rich messages on their way: uploads, servers and chats that do not take them, answers that are put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import TelegramSettings
from bot.platforms import ChatGone, Instead, Part, PlatformError, RetryLater
from bot.platforms.telegram import TelegramPlatform
from handlers.base import Button, Message
from report.doc import doc, paragraph
from tests.bot.platforms.telegram.briefs import KEY, make_brief
from tests.bot.platforms.telegram.conftest import COMMANDS, FakeHost, FakeTime, say
from tests.counterparts.telegram_server import TelegramServer

UNREADABLE = "Bad Request: can't parse rich message: unsupported tag"


def methods(server: TelegramServer, *names: str) -> list[str]:
    """The calls that bring messages, or those with these names."""
    called = [call["path"].rpartition("/")[2] for call in server.recording.calls]
    return [name for name in called if name in names or (not names and name.lower().startswith(("send", "edit")))]


async def send_all(platform: TelegramPlatform, chat: int, parts: tuple[Part, ...]) -> list[str]:
    """As the outbox does: what is offered instead is sent instead."""
    sent: list[str] = []
    waiting = list(parts)
    while waiting:
        try:
            sent.append(await platform.send(str(chat), waiting[0], sent))
            waiting = waiting[1:]
        except Instead as error:
            waiting = [*error.parts, *waiting[1:]]
    return sent


async def test_a_rich_brief_is_one_message_with_its_picture_uploaded(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    chat = server.add_chat("channel")
    (part,) = platform.encode(make_brief(picture), kind="channel")
    sent = await platform.send(str(chat), part)
    (message,) = server.messages(chat)
    assert sent == str(message["message_id"])
    assert message["html"] == part["html"]
    (call,) = [call for call in server.recording.calls if call["path"].endswith("/sendRichMessage")]
    assert call["body"]["cloud"] == {"filename": "cloud.jpg", "size": 104}
    assert call["body"]["rich_message"]["skip_entity_detection"] is True
    assert message["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://t.me/TuibaoTestBot?start=subscribe-ai"


async def test_a_picture_that_is_gone_leaves_the_rest_of_the_rich_message(
    server: TelegramServer, platform: TelegramPlatform, tmp_path: Path
) -> None:
    chat = server.add_chat()
    await send_all(platform, chat, platform.encode(make_brief(str(tmp_path / "gone.jpg"))))
    (message,) = server.messages(chat)
    assert "<figure>" not in message["html"]
    assert "<details>" in message["html"]


async def test_an_older_server_gets_the_classic_form_once_and_is_asked_once(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    server.rich = False
    chats = [server.add_chat() for _ in range(3)]
    rich = platform.encode(make_brief(picture))
    for chat in chats:
        await send_all(platform, chat, rich)
    assert [part["method"] for part in platform.encode(make_brief(picture))] == ["sendPhoto"]
    assert [len(server.messages(chat)) for chat in chats] == [1, 1, 1]
    assert methods(server) == ["sendRichMessage", "sendPhoto", "sendPhoto", "sendPhoto"]


@pytest.mark.parametrize(
    "said", [UNREADABLE, "Bad Request: RICH_MESSAGE_FORBIDDEN", "Bad Request: message is too long"]
)
async def test_a_rich_message_that_is_refused_is_replaced_this_once(
    server: TelegramServer, platform: TelegramPlatform, picture: str, said: str
) -> None:
    chat = server.add_chat()
    server.fail("sendRichMessage", 400, said)
    for _ in range(2):
        await send_all(platform, chat, platform.encode(make_brief(picture)))
    assert [("html" in message) for message in server.messages(chat)] == [False, True]
    assert methods(server) == ["sendRichMessage", "sendPhoto", "sendRichMessage"]


@pytest.mark.parametrize(
    ("code", "said", "becomes"),
    [
        (429, "Too Many Requests: retry after 3", RetryLater),
        (502, "Bad Gateway", RetryLater),
        (401, "Unauthorized", RetryLater),
        (0, "", RetryLater),
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (400, "Bad Request: not enough rights to send text messages to the chat", ChatGone),
    ],
)
async def test_what_is_not_about_the_rich_form_is_handled_as_ever(  # noqa: PLR0917  three of them are columns
    server: TelegramServer, platform: TelegramPlatform, picture: str, code: int, said: str, becomes: type[PlatformError]
) -> None:
    chat = server.add_chat()
    server.fail("sendRichMessage", code, said, **({"retry_after": 3} if code == 429 else {}))
    (part,) = platform.encode(make_brief(picture))
    with pytest.raises(becomes):
        await platform.send(str(chat), part)
    assert len(platform.encode(make_brief(picture))[0]["instead"]) == 1


async def test_a_chat_that_takes_no_pictures_gets_the_words(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    chat = server.add_chat("group")
    for method in ("sendRichMessage", "sendPhoto"):
        server.fail(method, 400, "Bad Request: not enough rights to send photos to the chat")
    await send_all(platform, chat, platform.encode(make_brief(picture), kind="group"))
    (message,) = server.messages(chat)
    assert message["text"].startswith("推报 · AI｜1 月 7 日（周三）\n甲公司")


async def test_rich_messages_can_be_switched_off(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime, picture: str
) -> None:
    chosen = TelegramSettings(token=SecretStr(server.token), base_url=server.url, rich="off")
    bot = TelegramPlatform(chosen, commands=COMMANDS, clock=fake_time.clock, sleep=fake_time.sleep)
    assert [part["method"] for part in bot.encode(make_brief(picture))] == ["sendPhoto"]


async def test_a_classic_brief_goes_on_in_replies_to_its_first_message(
    server: TelegramServer, platform: TelegramPlatform, picture: str
) -> None:
    server.rich = False
    chat = server.add_chat()
    message = make_brief(picture)
    long = Message(doc(message.doc.blocks, [paragraph("字" * 3000)] * 2), message.buttons, more=message.more)
    first, *rest = await send_all(platform, chat, platform.encode(long))
    assert len(rest) == 2
    assert [each["reply_to"] for each in server.messages(chat)] == [None, int(first), int(first)]


async def test_rich_messages_keep_the_pace(server: TelegramServer, platform: TelegramPlatform, picture: str) -> None:
    """The counterpart answers 429 where Telegram would; it never has to."""
    group = server.add_chat("group")
    parts = platform.encode(make_brief(picture), kind="group")
    for _ in range(25):
        await send_all(platform, group, parts)
    assert len(server.messages(group)) == 25
    assert {call["status"] for call in server.recording.calls} == {200}


def pressed(server: TelegramServer, host: FakeHost, brief: Message) -> int:
    """A private chat in which a page was asked for, whose button opens the brief."""
    host.can("help", say("帮助", buttons=((Button("简报", f"s:detail:{KEY}"),),)))
    host.can("detail", brief)
    chat = server.add_chat()
    server.say(chat, "/help")
    return chat


async def press_back(server: TelegramServer, chat: int) -> dict[str, Any]:
    (page,) = await server.wait_messages(chat, 1)
    server.press(chat, page["message_id"], f"s:detail:{KEY}")
    await server.until(lambda: bool(server.messages(chat)[0]["edits"]))
    (message,) = server.messages(chat)
    return message


@pytest.mark.usefixtures("platform")
async def test_a_rich_brief_takes_the_place_of_a_text_and_a_text_its_place(
    server: TelegramServer, host: FakeHost, picture: str
) -> None:
    chat = pressed(server, host, make_brief(picture))
    message = await press_back(server, chat)
    assert "<figure>" in message["html"]
    server.press(chat, message["message_id"], "c:help")
    await server.until(lambda: len(server.messages(chat)[0]["edits"]) == 2)
    assert [each.get("text") for each in server.messages(chat)] == ["帮助"]


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("older", [True, False])
async def test_where_no_rich_brief_can_take_a_texts_place_its_words_do(
    server: TelegramServer, host: FakeHost, picture: str, older: bool
) -> None:
    server.rich = not older
    if not older:
        server.fail("EditMessageText", 400, UNREADABLE)
    message = await press_back(server, pressed(server, host, make_brief(picture)))
    assert message["text"].startswith("推报 · AI｜1 月 7 日（周三）")
    labels = [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]
    assert labels == ["详细", "AI", "与昨日相比", "来源", "词云"]
    assert methods(server) == ["sendMessage", "EditMessageText", "editMessageText"]


async def test_an_older_server_that_ignores_the_rich_text_of_an_edit_is_remembered(
    server: TelegramServer, host: FakeHost, platform: TelegramPlatform, picture: str
) -> None:
    server.rich = False
    await press_back(server, pressed(server, host, make_brief(picture)))
    assert [part["method"] for part in platform.encode(make_brief(picture))] == ["sendPhoto"]


@pytest.mark.usefixtures("platform")
async def test_where_the_text_is_gone_the_rich_brief_is_sent_anew(
    server: TelegramServer, host: FakeHost, picture: str
) -> None:
    chat = pressed(server, host, make_brief(picture))
    (page,) = await server.wait_messages(chat, 1)
    server.fail("EditMessageText", 400, "Bad Request: message can't be edited")
    server.press(chat, page["message_id"], f"s:detail:{KEY}")
    await server.wait_messages(chat, 2)
    assert ["html" in message for message in server.messages(chat)] == [False, True]
