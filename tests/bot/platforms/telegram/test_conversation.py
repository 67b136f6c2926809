"""What readers say and press, and where the answers go, against the counterpart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.platforms.telegram import TelegramPlatform
from handlers.base import Button, Message
from handlers.chats import ChatKind
from report.doc import Picture, doc, paragraph
from tests.bot.platforms.telegram.conftest import FakeHost, FakeTime, say
from tests.counterparts.telegram_server import TelegramServer

pytestmark = pytest.mark.usefixtures("platform")
KEY = "twitter_ai_20260107_20260107"
DETAIL = f"s:detail:{KEY}"
PAGES = Message(doc(*(paragraph("字" * 3000),) * 3), ((Button("简报", f"s:brief:{KEY}"),),))


def texts(server: TelegramServer, chat: int) -> list[str]:
    return [str(message.get("text", message.get("caption"))) for message in server.messages(chat)]


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("private", "/detail ai 昨天", ("private", "detail", "ai 昨天")),
        ("private", "/Detail@tuibaotestbot", ("private", "detail", "")),
        ("private", "你好", ("private", "help", "你好")),
        ("private", "/nonsense x", ("private", "nonsense", "x")),
        ("private", f"/start detail-{KEY}", ("private", "detail", KEY)),
        ("private", "/start subscribe-ai", ("private", "subscribe", "ai")),
        ("private", "/start regenerate-ai", ("private", "start", "")),
        ("private", "/start %%%", ("private", "start", "")),
        ("group", "/detail", ("group", "detail", "")),
        ("group", "/nonsense@TuibaoTestBot", ("group", "nonsense", "")),
        ("supergroup", "/detail ai", ("group", "detail", "ai")),
        ("channel", "/detail ai", ("channel", "detail", "ai")),
        ("channel", "/egg", ("channel", "egg", "")),
    ],
)
async def test_a_command_is_heard_in_every_kind_of_chat(
    server: TelegramServer, host: FakeHost, kind: str, words: str, expected: tuple[ChatKind, str, str]
) -> None:
    chat = server.add_chat(kind, title="读者的地方")
    server.say(chat, words, user_id=chat if kind == "private" else 42)
    await server.wait_messages(chat, 1)
    (request,) = host.requests
    assert (request.chat.kind, request.command, request.arguments) == expected
    assert (request.chat.key, request.chat.title) == (f"telegram:{chat}", "读者的地方")
    assert request.user_id == {"private": str(chat), "channel": ""}.get(kind, "42")
    assert not request.pressed


@pytest.mark.parametrize(
    ("kind", "words", "more"),
    [
        ("private", "/detail@OtherBot", {}),
        ("group", "/detail@OtherBot ai", {}),
        ("group", "随便聊聊", {}),
        ("group", "/another_bots_command", {}),
        ("channel", "今天的新闻", {}),
        ("private", "/detail", {"edit_date": 1774600001}),
        ("group", "/detail", {"is_automatic_forward": True}),
        ("private", "", {"caption": "/detail"}),
    ],
)
async def test_what_is_not_said_to_the_bot_is_left_alone(
    server: TelegramServer, host: FakeHost, kind: str, words: str, more: dict[str, Any]
) -> None:
    chat = server.add_chat(kind)
    server.say(chat, words, **more)
    other = server.add_chat()
    server.say(other, "/help")
    await server.wait_messages(other, 1)
    assert [request.chat.id for request in host.requests] == [str(other)]


async def test_an_anonymous_admin_is_nobody(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("group")
    server.say(group, "/detail", sender_chat={"id": group, "type": "group", "title": "群"})
    await server.wait_messages(group, 1)
    assert host.requests[0].user_id == ""


async def test_in_a_group_the_answer_replies_to_who_asked(server: TelegramServer, host: FakeHost) -> None:
    group, person = server.add_chat("group"), server.add_chat()
    host.can("detail", PAGES)
    asked = server.say(group, "/detail")
    server.say(person, "/detail")
    await server.wait_messages(group, 3)
    await server.wait_messages(person, 3)
    assert [message["reply_to"] for message in server.messages(group)] == [asked, None, None]
    assert [message["reply_to"] for message in server.messages(person)] == [None] * 3


async def test_in_a_channel_buttons_are_deep_links(server: TelegramServer, host: FakeHost) -> None:
    channel = server.add_chat("channel")
    host.can("brief", say("简报", buttons=((Button("详细", DETAIL), Button("设置", "c:settings")),)))
    server.say(channel, "/brief@TuibaoTestBot")
    (message,) = await server.wait_messages(channel, 1)
    url = f"https://t.me/TuibaoTestBot?start=detail-{KEY}"
    assert message["reply_markup"]["inline_keyboard"] == [[{"text": "详细", "url": url}]]


async def test_a_private_press_rewrites_the_message_and_sends_the_rest(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat()
    host.can("brief", say("简报", buttons=((Button("详细", DETAIL),),)))
    host.can("detail", PAGES, say("还有一句"))
    server.say(chat, "/brief")
    (brief,) = await server.wait_messages(chat, 1)
    press = server.press(chat, brief["message_id"], DETAIL)
    await server.wait_messages(chat, 4)
    assert server.presses[press] == {"text": "", "alert": False, "url": ""}
    assert texts(server, chat) == [*(f"（{n}/3）\n" + "字" * 3000 for n in (1, 2, 3)), "还有一句"]
    assert [message["edits"] for message in server.messages(chat)] == [["简报"], [], [], []]
    assert host.requests[1].pressed
    assert (host.requests[1].command, host.requests[1].arguments) == ("detail", KEY)


async def test_a_press_under_a_photo_brings_a_new_message(server: TelegramServer, host: FakeHost, picture: str) -> None:
    chat = server.add_chat()
    host.can("brief", Message(doc(Picture(picture, ""), paragraph("简报")), ((Button("详细", DETAIL),),)))
    server.say(chat, "/brief")
    (photo,) = await server.wait_messages(chat, 1)
    assert photo["photo"]
    server.press(chat, photo["message_id"], DETAIL)
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["简报", f"detail：{KEY}"]


async def test_a_press_on_an_old_message_brings_a_new_one(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat()
    server.press(chat, 7, DETAIL)
    await server.wait_messages(chat, 1)
    assert texts(server, chat) == [f"detail：{KEY}"]


async def test_in_a_group_a_press_is_answered_below_and_changes_nothing(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("supergroup")
    server.say(group, "/help")
    (first,) = await server.wait_messages(group, 1)
    server.press(group, first["message_id"], DETAIL, user_id=77)
    _, second = await server.wait_messages(group, 2)
    assert (first["text"], first["edits"]) == ("help：", [])
    assert second["reply_to"] == first["message_id"]
    assert host.requests[1].user_id == "77"


async def test_a_press_in_a_channel_leads_to_the_private_chat(server: TelegramServer, host: FakeHost) -> None:
    channel = server.add_chat("channel")
    server.say(channel, "/help")
    (post,) = await server.wait_messages(channel, 1)
    press, lost = (server.press(channel, post["message_id"], data) for data in (DETAIL, "c:subscribe a b"))
    await server.until(lambda: bool(server.presses[press] and server.presses[lost]))
    assert server.presses[press]["url"] == f"https://t.me/TuibaoTestBot?start=detail-{KEY}"
    assert server.presses[lost]["alert"]
    assert (len(server.messages(channel)), post["edits"], len(host.requests)) == (1, [], 1)


@pytest.mark.parametrize("data", ["", "settings", "s:nonsense:x", "x:detail:y", "c:nonsense", "s:detail:" + "🙂" * 9])
async def test_a_forged_or_stale_press_gets_a_short_alert(server: TelegramServer, host: FakeHost, data: str) -> None:
    chat = server.add_chat()
    press = server.press(chat, 7, data)
    await server.until(lambda: bool(server.presses[press]))
    assert server.presses[press] == {"text": "这个按钮已经失效，发 /help 看看能做什么。", "alert": True, "url": ""}
    assert host.requests == []


async def test_an_update_replaces_the_message_before_it(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat()
    host.can(
        "range", say("正在合起来读…"), say("读完一半…", update=True), say("两天合看", update=True), say("再说一句")
    )
    server.say(chat, "/range")
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["两天合看", "再说一句"]
    assert server.messages(chat)[0]["edits"] == ["正在合起来读…", "读完一半…"]


async def test_an_update_without_a_change_is_no_second_message(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat()
    host.can("range", say("一样"), say("一样", update=True), say("完"))
    server.say(chat, "/range")
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["一样", "完"]


@pytest.mark.parametrize(
    "description", ["Bad Request: message can't be edited", "Bad Request: message to edit not found"]
)
async def test_what_cannot_be_edited_is_sent_anew(server: TelegramServer, host: FakeHost, description: str) -> None:
    chat = server.add_chat()
    host.can("range", say("正在读…"), say("读完了", update=True))
    server.fail("editMessageText", 400, description)
    server.say(chat, "/range")
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["正在读…", "读完了"]


async def test_a_photo_takes_the_place_of_the_waiting_line(
    server: TelegramServer, host: FakeHost, picture: str
) -> None:
    chat = server.add_chat()
    host.can("cloud", say("正在画…"), Message(doc(Picture(picture, ""), paragraph("词云")), update=True))
    server.say(chat, "/cloud")
    await server.until(lambda: texts(server, chat) == ["词云"])


async def test_typing_is_shown_only_while_the_first_message_is_awaited(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime
) -> None:
    chat, channel, ready = server.add_chat(), server.add_chat("channel"), asyncio.Event()

    async def slowly() -> AsyncIterator[Message]:
        await ready.wait()
        yield say("想好了")

    host.answers["help"] = slowly
    server.say(channel, "/help")
    server.say(chat, "/help")
    for count in (1, 2):
        fake_time.ticks.release()
        await server.until(lambda count=count: len(server.chats[chat].actions) == count)  # type: ignore[misc]  # a lambda's default has no type
    ready.set()
    await server.wait_messages(chat, 1)
    await server.wait_messages(channel, 1)
    fake_time.ticks.release()
    server.say(chat, "/detail")
    await server.wait_messages(chat, 2)
    assert server.chats[chat].actions == ["typing", "typing"]
    assert server.chats[channel].actions == []


async def test_a_slow_answer_holds_up_no_other(server: TelegramServer, host: FakeHost) -> None:
    chat, ready = server.add_chat(), asyncio.Event()

    async def slowly() -> AsyncIterator[Message]:
        await ready.wait()
        yield say("慢")

    host.answers["range"] = slowly
    server.say(chat, "/range")
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    ready.set()
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["help：", "慢"]


async def test_a_handler_that_breaks_is_logged_and_others_go_on(
    server: TelegramServer, host: FakeHost, caplog: pytest.LogCaptureFixture
) -> None:
    chat = server.add_chat()

    async def broken() -> AsyncIterator[Message]:
        yield say("开始")
        raise LookupError("a mistake in a handler")

    host.answers["range"] = broken
    server.say(chat, "/range")
    await server.wait_messages(chat, 1)
    server.say(chat, "/help")
    await server.wait_messages(chat, 2)
    assert texts(server, chat) == ["开始", "help："]
    assert "an update could not be answered" in caplog.text
    assert "LookupError: a mistake in a handler" in caplog.text


async def test_an_answer_that_is_refused_is_logged(
    server: TelegramServer, host: FakeHost, caplog: pytest.LogCaptureFixture
) -> None:
    chat = server.add_chat()
    server.fail("sendMessage", 400, "Bad Request: it is not wanted")
    server.say(chat, "/help")
    await server.until(lambda: any(call["status"] == 400 for call in server.recording.calls))
    server.say(chat, "/detail")
    await server.wait_messages(chat, 1)
    assert texts(server, chat) == ["detail："]
    assert "it is not wanted; the answer to /help is lost" in caplog.text.lower()


async def test_a_long_answer_keeps_the_limits_of_a_chat(
    server: TelegramServer, host: FakeHost, platform: TelegramPlatform
) -> None:
    """The counterpart answers 429 where Telegram would; it never has to."""
    chat, group = server.add_chat(), server.add_chat("group")
    host.can("detail", Message(doc(*(paragraph(f"{number:03}" + "字" * 4000) for number in range(25)))))
    server.say(chat, "/detail")
    server.say(group, "/detail")
    for place in (chat, group):
        await server.wait_messages(place, 25)
        assert [words.split("\n")[-1][:3] for words in texts(server, place)] == [f"{number:03}" for number in range(25)]
    assert [call["status"] for call in server.recording.calls if call["status"] != 200] == []


async def test_a_429_is_waited_for(server: TelegramServer, host: FakeHost, fake_time: FakeTime) -> None:
    chat = server.add_chat()
    server.fail("sendMessage", 429, "Too Many Requests: retry after 7", times=2, retry_after=7)
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    assert sum(fake_time.slept) >= 14


async def test_an_answer_follows_a_group_that_moved(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("group")
    server.say(group, "/help")
    new = server.migrate(group, silently=True)
    await server.wait_messages(new, 1)
    assert host.moved == [(f"telegram:{group}", str(new))]


async def test_a_chat_that_is_gone_is_told_to_the_host(server: TelegramServer, host: FakeHost) -> None:
    silent, loud, kicked = server.add_chat(), server.add_chat(), server.add_chat("group")
    server.say(silent, "/help")
    server.block(silent, silently=True)
    server.block(loud)
    server.block(kicked)
    for _ in range(3):
        await asyncio.wait_for(host.heard.acquire(), 5)
    assert {chat for chat, _ in host.gone} == {f"telegram:{chat}" for chat in (silent, loud, kicked)}
    assert all(reason.startswith("telegram: ") for _, reason in host.gone)


async def test_a_group_that_becomes_a_supergroup_is_told_to_the_host(server: TelegramServer, host: FakeHost) -> None:
    group, person = server.add_chat("group"), server.add_chat()
    new = server.migrate(group)
    server.say(person, "/help")
    await server.wait_messages(person, 1)
    assert host.moved == [(f"telegram:{group}", str(new))]
