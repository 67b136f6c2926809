"""A question opens the reply; what is replied is read as the command that the question ends with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from handlers.base import Button, Message
from report.doc import Paragraph, Span, doc, paragraph
from tests.bot.platforms.telegram.conftest import FakeHost, say
from tests.counterparts.telegram_chats import BOT, Json
from tests.counterparts.telegram_server import TelegramServer
from tests.counterparts.telegram_text import styled

pytestmark = pytest.mark.usefixtures("platform")
ASKED = "detail ai timezone"
QUESTION = Message(doc(paragraph("时区写成城市或时差。"), paragraph("例如 东京、UTC+8")), prompt=ASKED)
READER, STRANGER = 22, 33


async def question(
    server: TelegramServer, host: FakeHost, kind: str = "private", *, topic: bool = False
) -> tuple[int, Json]:
    host.can("help", QUESTION)
    chat = server.add_chat(kind)
    thread = server.open_topic(chat) if topic else 0
    server.say(chat, "/help", user_id=READER, topic=thread)
    (message,) = await server.wait_messages(chat, 1)
    return chat, message


@pytest.mark.parametrize("kind", ["private", "group", "supergroup"])
async def test_a_question_opens_the_reply_of_who_is_asked(server: TelegramServer, host: FakeHost, kind: str) -> None:
    _, message = await question(server, host, kind)
    markup = message["reply_markup"]
    assert markup == {"force_reply": True, "selective": True, "input_field_placeholder": "例如 东京、UTC+8"}
    assert message["text"].splitlines()[-1] == f"/{ASKED}"
    assert styled(message, "code") == [f"/{ASKED}"]
    assert (message["reply_to"] is None) == (kind == "private")  # it is his to whose message it replies


@pytest.mark.parametrize("kind", ["private", "group", "supergroup"])
async def test_a_reply_is_read_as_the_command(server: TelegramServer, host: FakeHost, kind: str) -> None:
    chat, message = await question(server, host, kind)
    reply = server.say(chat, " 东京 ", user_id=READER, reply_to=message["message_id"])
    await server.wait_messages(chat, 2)
    request = host.requests[1]
    assert (request.command, request.arguments) == ("detail", "ai timezone 东京")
    assert request.user_id == str(chat if kind == "private" else READER)
    assert not request.pressed
    assert server.messages(chat)[1]["reply_to"] == (None if kind == "private" else reply)


async def test_a_reply_in_a_forums_topic_is_that_topics(server: TelegramServer, host: FakeHost) -> None:
    chat, message = await question(server, host, "supergroup", topic=True)
    thread = message["message_thread_id"]
    server.say(
        chat, "东京", user_id=READER, reply_to=message["message_id"], message_thread_id=thread, is_topic_message=True
    )
    await server.wait_messages(chat, 2)
    assert host.requests[1].chat.id == f"{chat}/{thread}"
    assert host.requests[1].arguments == "ai timezone 东京"


async def test_in_a_channel_the_question_is_a_plain_post_and_a_reply_is_read_all_the_same(
    server: TelegramServer, host: FakeHost
) -> None:
    channel, message = await question(server, host, "channel")
    assert "reply_markup" not in message
    server.say(channel, "东京", reply_to=message["message_id"])
    await server.wait_messages(channel, 2)
    assert (host.requests[1].command, host.requests[1].arguments) == ("detail", "ai timezone 东京")


async def test_a_question_with_buttons_leaves_them_where_they_were_pressed(
    server: TelegramServer, host: FakeHost
) -> None:
    chat = server.add_chat()
    rows = ((Button("上海", "c:detail ai timezone Asia/Shanghai"),),)
    host.can("help", say("设置", buttons=((Button("时区", "c:detail x"),),)))
    host.can("detail", Message(QUESTION.doc, rows, prompt=ASKED))
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    server.press_label(chat, "时区")
    changed, asked = await server.wait_messages(chat, 2)
    assert changed["text"] == "时区写成城市或时差。\n例如 东京、UTC+8"
    assert changed["reply_markup"]["inline_keyboard"][0][0]["text"] == "上海"
    assert asked["text"] == f"例如 东京、UTC+8\n/{ASKED}"
    assert asked["reply_markup"]["force_reply"]


async def test_a_question_without_buttons_is_a_message_of_its_own(server: TelegramServer, host: FakeHost) -> None:
    """A message that opens the reply cannot be an edited one, and cannot be edited."""
    chat = server.add_chat()
    host.can("help", say("设置", buttons=((Button("时区", "c:detail x"),),)))
    host.can("detail", QUESTION, say("好了", update=True))
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)
    server.press_label(chat, "时区")
    await server.wait_messages(chat, 3)
    texts = [message["text"] for message in server.messages(chat)]
    assert texts[0] == "设置"
    assert texts[-1] == "好了"
    assert all(call["status"] == 200 for call in server.recording.calls)


async def test_pressed_in_a_group_it_asks_who_pressed(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("supergroup")
    host.can("help", say("设置", buttons=((Button("时区", "c:detail x"),),)))
    host.can("detail", QUESTION)
    first = server.say(group, "/help", user_id=READER)
    await server.wait_messages(group, 1)
    server.press_label(group, "时区", READER)
    await server.wait_messages(group, 2)
    assert server.messages(group)[1]["reply_to"] == first


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "/detail ai", "entities": []},  # not code
        {"text": "例如 /detail ai", "entities": [{"type": "code", "offset": 3, "length": 10}]},  # not a line of its own
        {"text": "/detail ai\n就这样", "entities": [{"type": "code", "offset": 0, "length": 10}]},  # not the last line
        {"text": "问\n/regenerate ai", "entities": [{"type": "code", "offset": 2, "length": 14}]},  # an admin's
        {"text": "问\n/nonsense ai", "entities": [{"type": "code", "offset": 2, "length": 12}]},  # no command
        {
            "text": "问\n/detail ai",
            "entities": [{"type": "code", "offset": 2, "length": 10}],
            "from": None,
        },  # a stranger's
    ],
)
async def test_what_is_no_question_of_the_bots_asks_nothing(
    server: TelegramServer, host: FakeHost, asked: dict[str, object]
) -> None:
    group = server.add_chat("group")
    stranger = {"id": STRANGER, "is_bot": False, "first_name": "路人", "username": "TuibaoTestBot2"}
    fields: Mapping[str, object] = {"from": BOT} | {name: value for name, value in asked.items() if value}
    sender = stranger if "from" in asked else BOT
    message = {"message_id": 9, "date": 1, "chat": server.chats[group].shown(), **fields, "from": sender}
    server.say(group, "东京", user_id=READER, reply_to_message=message)
    server.say(group, "/help")
    await server.wait_messages(group, 1)
    assert [request.command for request in host.requests] == ["help"]


async def test_a_command_in_a_reply_is_that_command(server: TelegramServer, host: FakeHost) -> None:
    chat, message = await question(server, host)
    server.say(chat, "/start", reply_to=message["message_id"])
    await server.wait_messages(chat, 2)
    assert (host.requests[1].command, host.requests[1].arguments) == ("start", "")


async def test_the_placeholder_is_never_too_long(server: TelegramServer, host: FakeHost) -> None:
    host.can("help", Message(doc(Paragraph((Span("长" * 200),))), prompt="detail"))
    chat = server.add_chat()
    server.say(chat, "/help")
    (message,) = await server.wait_messages(chat, 1)
    assert message["reply_markup"]["input_field_placeholder"] == "长" * 64
