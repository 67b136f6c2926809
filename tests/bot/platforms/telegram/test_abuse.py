"""Strangers, robots and what they write: nothing breaks, nothing is asked that they may not ask."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity, User

from bot.platforms.telegram.updates import Heard, read_message, split_chat_id
from handlers.actions import read_action, read_command, read_start
from tests.bot.platforms.telegram.conftest import COMMANDS, FakeHost, say
from tests.counterparts.telegram_server import TelegramServer

ME = "TuibaoTestBot"
STRANGER = 77
HOSTILE = st.one_of(
    st.text(max_size=300),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(
                [
                    "/",
                    "/detail",
                    "/regenerate",
                    f"@{ME}",
                    "@other",
                    " ",
                    "\n",
                    "\u202e",
                    "\u200b",
                    "\u2066",
                    "👨‍👩‍👧",
                    "s:",
                    "c:",
                    "\x00",
                    "ai",
                ]
            ),
            max_size=12,
        ),
    ),
)


async def _nobody(chat_id: str, user_id: int) -> bool:
    return False


def hear(words: str, kind: str = "private", **more: Any) -> Heard | None:
    sender = more.pop("from_user", User(7, "读者", is_bot=False))
    message = Message(1, None, Chat(-5 if kind != "private" else 7, kind), from_user=sender, text=words, **more)  # type: ignore[arg-type]  # its date is not looked at
    return read_message(message, COMMANDS, ME, _nobody)


@given(HOSTILE, st.sampled_from(["private", "group", "supergroup", "channel"]))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_is_heard_or_left_and_never_breaks(words: str, kind: str) -> None:
    heard = hear(words, kind)
    if heard is None:
        return
    assert heard.request.command.isascii()
    assert not set(heard.request.arguments) & set("\u202e\u200b\u2066")
    if kind != "private":
        assert heard.request.command in COMMANDS or f"@{ME}".casefold() in words.casefold()


@given(HOSTILE)
@settings(max_examples=300, deadline=None)
def test_a_forged_action_or_payload_is_none_or_a_name_and_words(words: str) -> None:
    for found in (read_action(words), read_start(words), read_command(words, me=ME)):
        assert found is None or (found[0].isascii() and found[0].replace("_", "").isalnum())


@given(st.text(max_size=20), st.integers(min_value=-(10**13), max_value=10**13), st.integers(0, 10**9))
def test_a_chats_id_is_split_into_chat_and_thread(words: str, number: int, thread: int) -> None:
    assert split_chat_id(f"{number}/{thread}") == (number, thread)
    assert split_chat_id(str(number)) == (number, None)
    split_chat_id(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("\u200e/detail ai", ("detail", "ai")),
        ("/det\u200bail \u202eai\u202c 昨天\u2069", ("detail", "ai 昨天")),
        ("\ufeff/start detail-KEY\u200b", ("detail", "KEY")),
        ("/detail 👨\u200d👩\u200d👧", ("detail", "👨\u200d👩\u200d👧")),  # what joins an emoji stays
        ("/detail" + " x" * 50_000, ("detail", "x " * 49_999 + "x")),
        ("/" + "x" * 100_000, ("x" * 100_000, "")),
    ],
)
def test_what_cannot_be_seen_is_not_meant(words: str, expected: tuple[str, str]) -> None:
    heard = hear(words)
    assert heard
    assert (heard.request.command, heard.request.arguments) == expected


@pytest.mark.parametrize("words", ["\u200b\u202e", " \u2066 ", "\u00ad"])
def test_a_message_of_nothing_that_can_be_seen_asks_nothing(words: str) -> None:
    assert hear(words) is None


@pytest.mark.parametrize(
    "payload", ["regenerate-ai", "regenerate-", "detail-a b", "-", "subscribe-ai\u202e x", "s:detail:KEY"]
)
def test_a_forged_deep_link_is_a_plain_start(payload: str) -> None:
    heard = hear(f"/start {payload}")
    assert heard
    assert (heard.request.command, heard.request.arguments) == ("start", "")


def test_a_robot_is_not_heard_and_who_writes_for_a_chat_is() -> None:
    robot = User(9, "机器", is_bot=True, username="OtherBot")
    group = Chat(-5, "group")
    assert hear("/detail", "group", from_user=robot) is None
    assert hear("/detail", "group", from_user=robot, sender_chat=group)
    assert hear("/detail", "group", from_user=robot, sender_chat=group, is_automatic_forward=True) is None


@pytest.mark.parametrize(("command", "heard_as"), [("detail", ("detail", "ai 东京")), ("regenerate", ("help", "东京"))])
def test_no_question_asks_what_only_admins_may_not_even_of_them(command: str, heard_as: tuple[str, str]) -> None:
    mine = User(7000001, "推报", is_bot=True, username=ME)
    entity = MessageEntity("code", 0, len(command) + 4)
    question = Message(2, None, Chat(7, "private"), from_user=mine, text=f"/{command} ai", entities=(entity,))  # type: ignore[arg-type]  # as above
    heard = hear("东京", reply_to_message=question)
    assert heard
    assert (heard.request.command, heard.request.arguments) == heard_as


def test_a_forged_question_is_read_by_its_entities_only() -> None:
    mine = User(7000001, "推报", is_bot=True, username=ME)
    entity = MessageEntity("code", 0, 9999)
    question = Message(2, None, Chat(7, "private"), from_user=mine, text="/detail", entities=(entity,))  # type: ignore[arg-type]  # as above
    heard = hear("东京", reply_to_message=question)
    assert heard
    assert (heard.request.command, heard.request.arguments) in {("help", "东京"), ("detail", "东京")}


@pytest.mark.usefixtures("platform")
async def test_a_robots_commands_in_a_chat_get_no_answer(server: TelegramServer, host: FakeHost) -> None:
    group = server.add_chat("group")
    robot: dict[str, Any] = {"from": {"id": 9, "is_bot": True, "first_name": "机器", "username": "OtherBot"}}
    server.say(group, "/detail", **robot)
    server.say(group, "/help")
    await server.wait_messages(group, 1)
    assert [request.command for request in host.requests] == ["help"]


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize(("code", "expected"), [("zh-hans", "这个按钮已经失效，发 /help 看看能做什么。"), ("en", None)])
async def test_a_stale_press_is_answered_in_the_readers_language(
    server: TelegramServer, host: FakeHost, code: str, expected: str | None
) -> None:
    chat = server.add_chat()
    server.speak(chat, code)
    press = server.press(chat, 7, "s:gone:KEY")
    await server.until(lambda: bool(server.presses[press]))
    said = server.presses[press]["text"]
    assert server.presses[press]["alert"]
    assert said == expected if expected else "/help" in said
    assert len(said) <= 200


@pytest.mark.usefixtures("platform")
async def test_a_flood_of_presses_is_ended_press_by_press(server: TelegramServer, host: FakeHost) -> None:
    """How many are answered is the handlers' matter; no button goes on waiting."""
    chat = server.add_chat()
    host.can("detail", say("好"))
    presses = [server.press(chat, 7, "s:detail:KEY") for _ in range(30)]
    async with asyncio.timeout(20):
        await server.until(lambda: all(server.presses[press] for press in presses))


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("kind", ["private", "group", "supergroup", "channel"])
async def test_what_only_admins_may_is_to_others_what_does_not_exist(
    server: TelegramServer, host: FakeHost, kind: str
) -> None:
    """Typed, addressed, pressed: heard or left alone, and ended, as nonsense is."""
    host.can("help", say("帮助"))
    chat = server.add_chat(kind)
    server.say(chat, f"/help@{ME}", user_id=STRANGER)
    (page,) = await server.wait_messages(chat, 1)

    def ended(press: str) -> bool:
        return bool(server.presses[press])

    def helped(times: int) -> bool:
        return [each.command for each in host.requests].count("help") == times

    for times, name in enumerate(("regenerate", "nonsense"), 2):
        for typed in (f"/{name} ai", f"/{name}@{ME} ai"):
            server.say(chat, typed, user_id=STRANGER)
        press = server.press(chat, page["message_id"], f"c:{name} ai", user_id=STRANGER)
        await server.until(partial(ended, press))
        server.say(chat, f"/help@{ME}", user_id=STRANGER)  # all before it was heard
        await server.wait_messages(chat, times)
        await server.until(partial(helped, times))
    asked = [request.command for request in host.requests]
    assert asked.count("regenerate") == asked.count("nonsense")
    first, second = server.presses.values()
    assert {**first, "callback_query_id": ""} == {**second, "callback_query_id": ""}
