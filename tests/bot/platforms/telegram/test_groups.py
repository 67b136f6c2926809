"""Groups and forums: who may change what they get, whose answer a press changes, where a topic's answers go."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms import ChatGone, Part, Rejected
from bot.platforms.telegram import TelegramPlatform
from handlers.base import Button, Message
from report.doc import Picture, doc, paragraph
from tests.bot.platforms.telegram.conftest import FakeHost, FakeTime, say
from tests.counterparts.telegram_server import TelegramServer

pytestmark = pytest.mark.usefixtures("platform")
KEY = "twitter_ai_20260107_20260107"
DETAIL = f"s:detail:{KEY}"
ADMIN, READER, STRANGER = 11, 22, 33
PAGE = say("第 1 页", buttons=((Button("2/3 ›", DETAIL),),))
TEXT: Part = {"method": "sendMessage", "text": "好", "entities": [], "link_preview_options": {"is_disabled": True}}


def texts(server: TelegramServer, chat: int) -> list[str]:
    return [str(message.get("text", message.get("caption"))) for message in server.messages(chat)]


def asked(server: TelegramServer, method: str) -> list[dict[str, Any]]:
    return [call["body"] for call in server.recording.calls if call["path"].endswith(f"/{method}")]


async def test_anybody_manages_his_private_chat_and_who_can_post_manages_a_channel(
    server: TelegramServer, host: FakeHost
) -> None:
    chat, channel = server.add_chat(), server.add_chat("channel")
    server.say(chat, "/subscribe")
    await server.wait_messages(chat, 1)
    server.say(channel, "/subscribe")
    await server.wait_messages(channel, 1)
    assert [await request.manages() for request in host.requests] == [True, True]
    assert asked(server, "getChatMember") == []


@pytest.mark.parametrize(
    ("status", "manages"),
    [("creator", True), ("administrator", True), ("member", False), ("restricted", False), ("left", False)],
)
async def test_in_a_group_its_administrators_manage(
    server: TelegramServer, host: FakeHost, status: str, manages: bool
) -> None:
    group = server.add_chat("supergroup")
    server.appoint(group, READER, status)
    server.say(group, "/subscribe", user_id=READER)
    await server.wait_messages(group, 1)
    server.press(group, 7, DETAIL, user_id=READER)
    await server.wait_messages(group, 2)
    assert asked(server, "getChatMember") == []  # only who needs to know asks
    assert [await request.manages() for request in host.requests] == [manages, manages]
    assert asked(server, "getChatMember") == [{"chat_id": group, "user_id": READER}]


async def test_an_administrator_is_remembered_for_a_minute(
    server: TelegramServer, host: FakeHost, fake_time: FakeTime
) -> None:
    group = server.add_chat("supergroup", admins=(ADMIN,))
    server.say(group, "/subscribe", user_id=ADMIN)
    await server.wait_messages(group, 1)
    (request,) = host.requests
    assert await request.manages()
    server.appoint(group, ADMIN, "member")
    fake_time.now += 59
    assert await request.manages()
    fake_time.now += 2
    assert not await request.manages()


@pytest.mark.parametrize(("code", "said"), [(400, "Bad Request: PARTICIPANT_ID_INVALID"), (429, "No"), (502, "No")])
async def test_who_cannot_be_asked_after_manages_nothing_until_he_can(
    server: TelegramServer, host: FakeHost, code: int, said: str
) -> None:
    group = server.add_chat("supergroup", admins=(ADMIN,))
    server.fail("getChatMember", code, said, **({"retry_after": 9} if code == 429 else {}))
    server.say(group, "/subscribe", user_id=ADMIN)
    await server.wait_messages(group, 1)
    assert not await host.requests[0].manages()
    assert await host.requests[0].manages()


async def test_an_anonymous_administrator_manages_and_a_channel_that_writes_does_not(
    server: TelegramServer, host: FakeHost
) -> None:
    group = server.add_chat("supergroup")
    other = {"id": -1009, "type": "channel", "title": "别的频道"}
    robot = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    server.say_anonymously(group, "/subscribe")
    await server.wait_messages(group, 1)
    more: dict[str, Any] = {"from": robot, "sender_chat": other}
    server.say(group, "/subscribe", **more)
    await server.wait_messages(group, 2)
    assert [request.user_id for request in host.requests] == ["", ""]
    assert [await request.manages() for request in host.requests] == [True, False]


@pytest.mark.parametrize(
    ("code", "language"), [("zh-hans", "zh"), ("zh", "zh"), ("ZH-TW", "zh"), ("en", "en"), ("de", "en"), ("", None)]
)
async def test_the_language_of_the_readers_program_is_told(
    server: TelegramServer, host: FakeHost, code: str, language: str | None
) -> None:
    chat = server.add_chat()
    if code:
        server.speak(chat, code)
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    server.press(chat, 7, DETAIL)
    await server.wait_messages(chat, 2)
    assert [request.language for request in host.requests] == [language, language]


async def test_pages_of_an_answer_are_turned_in_place_by_who_asked_for_it(
    server: TelegramServer, host: FakeHost
) -> None:
    group = server.add_chat("supergroup")
    host.can("help", PAGE)
    host.can("detail", say("第 2 页"))
    server.say(group, "/help", user_id=READER)
    (answer,) = await server.wait_messages(group, 1)
    server.press(group, answer["message_id"], DETAIL, user_id=READER)
    await server.until(lambda: texts(server, group) == ["第 2 页"])
    assert server.messages(group)[0]["edits"] == ["第 1 页"]


async def test_a_strangers_press_leaves_it_and_gets_a_reply_of_its_own(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("supergroup")
    host.can("help", PAGE)
    host.can("detail", say("第 2 页"))
    server.say(group, "/help", user_id=READER)
    (answer,) = await server.wait_messages(group, 1)
    server.press(group, answer["message_id"], DETAIL, user_id=STRANGER)
    first, second = await server.wait_messages(group, 2)
    assert (first["text"], first["edits"]) == ("第 1 页", [])
    assert (second["text"], second["reply_to"]) == ("第 2 页", answer["message_id"])


async def test_what_does_not_fit_in_place_replies_to_who_asked(
    server: TelegramServer, host: FakeHost, picture: str
) -> None:
    group = server.add_chat("supergroup")
    host.can("help", PAGE)
    host.can("detail", Message(doc(Picture(picture, ""), paragraph("词云"))))
    question = server.say(group, "/help", user_id=READER)
    (answer,) = await server.wait_messages(group, 1)
    server.press(group, answer["message_id"], DETAIL, user_id=READER)
    _, photo = await server.wait_messages(group, 2)
    assert (photo["caption"], photo["reply_to"]) == ("词云", question)


async def test_a_forums_topic_is_a_chat_of_its_own(
    server: TelegramServer, host: FakeHost, platform: TelegramPlatform
) -> None:
    forum = server.add_chat("supergroup", admins=(ADMIN,))
    topic = server.open_topic(forum)
    host.can("detail", Message(doc(*(paragraph("字" * 3000),) * 3)))
    server.say(forum, "/detail", user_id=ADMIN, topic=topic)
    await server.wait_messages(forum, 3)
    (request,) = host.requests
    assert request.chat.key == f"telegram:{forum}/{topic}"
    assert await request.manages()
    await platform.send(request.chat.id, TEXT)
    sent = server.messages(forum)
    assert [message["message_thread_id"] for message in sent] == [topic] * 4
    assert [message["reply_to"] is not None for message in sent] == [True, False, False, False]


async def test_in_a_topic_nothing_was_made_for_who_opened_it(server: TelegramServer, host: FakeHost) -> None:
    """What replies to nothing there replies, in Telegram's words, to the topic's first message."""
    forum = server.add_chat("supergroup")
    topic = server.open_topic(forum)
    host.can("help", say("长", update=False), PAGE)
    server.say(forum, "/help", user_id=READER, topic=topic)
    await server.wait_messages(forum, 2)
    pushed = server.messages(forum)[1]
    assert pushed["reply_to_message"]["forum_topic_created"]
    server.press(forum, pushed["message_id"], DETAIL)
    await server.wait_messages(forum, 3)
    assert pushed["edits"] == []
    assert host.requests[1].chat.id == f"{forum}/{topic}"


async def test_the_general_topic_is_the_group_itself(server: TelegramServer, host: FakeHost) -> None:
    forum = server.add_chat("supergroup")
    server.open_topic(forum)
    first = server.say(forum, "随便说")
    server.say(forum, "/help", reply_to=first, message_thread_id=first)  # a thread of replies is no topic
    await server.wait_messages(forum, 1)
    assert host.requests[0].chat.id == str(forum)


async def test_a_topic_in_a_private_chat_is_answered_there_and_is_the_same_chat(
    server: TelegramServer, host: FakeHost
) -> None:
    chat = server.add_chat()
    topic = server.open_topic(chat)
    server.say(chat, "/help", topic=topic)
    (answer,) = await server.wait_messages(chat, 1)
    assert host.requests[0].chat.id == str(chat)
    assert answer["message_thread_id"] == topic


async def test_a_private_chat_outlives_its_topics(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat()
    topic = server.open_topic(chat)
    server.end_topic(chat, topic, "deleted")
    server.say(chat, "/help", topic=topic)
    await server.until(lambda: any(call["status"] == 400 for call in server.recording.calls))
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    assert host.gone == []


@pytest.mark.parametrize("how", ["closed", "deleted"])
async def test_a_topic_that_ended_is_gone_and_its_group_is_not(
    server: TelegramServer, host: FakeHost, platform: TelegramPlatform, how: str
) -> None:
    forum = server.add_chat("supergroup")
    topic = server.open_topic(forum)
    server.end_topic(forum, topic, how)
    with pytest.raises(ChatGone, match=f"telegram: chat {forum}/{topic}: "):
        await platform.send(f"{forum}/{topic}", TEXT)
    assert await platform.send(str(forum), TEXT)
    server.say(forum, "/help", topic=topic)
    await host.heard.acquire()
    assert [chat for chat, _ in host.gone] == [f"telegram:{forum}/{topic}"]


async def test_a_closed_general_topic_loses_no_subscriber(server: TelegramServer, platform: TelegramPlatform) -> None:
    forum = server.add_chat("supergroup")
    server.end_topic(forum, 0, "closed")
    with pytest.raises(Rejected, match=r"(?i)topic_closed"):
        await platform.send(str(forum), TEXT)
