"""From a request to its answer: who is answered, in which language, and what an unknown command gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.base import COMMANDS, Chat, Command, Message, Request, Services
from handlers.chats import ChatSettings
from handlers.dispatch import MENU, answer, order_menu
from handlers.limits import Limits
from handlers.unknown_command import is_slip, nearest
from handlers.words import EN
from report.model import Language
from tests.handlers.fakes import Conversation, MemoryStore, make_report

ADMIN, STRANGER = "1", "7"
PRIVATE, GROUP, CHANNEL = Chat("telegram", "7"), Chat("telegram", "-5", "group"), Chat("telegram", "-9", "channel")


@pytest.fixture
def talk() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


@pytest.fixture
def limited(talk: Conversation) -> tuple[Conversation, list[datetime]]:
    """With the real limits, and a clock to set."""
    clock = [datetime(2026, 1, 8, 0, 30, tzinfo=UTC)]
    talk.services = replace(talk.services, limits=Limits(), now=lambda: clock[0])
    return talk, clock


async def hear(services: Services, request: Request) -> list[Message]:
    return [message async for message in answer(request, services)]


def plain(messages: list[Message]) -> list[str]:
    return [message.doc.plain() for message in messages]


@pytest.mark.parametrize(
    ("languages", "default", "answered"),
    [
        ((None, None, None), "zh", "zh"),
        ((None, None, None), "en", "en"),
        ((None, "en", None), "zh", "en"),
        (("zh", "en", None), "zh", "zh"),
        ((None, None, "en"), "zh", "en"),
        ((None, "zh", "en"), "zh", "zh"),
        (("en", "zh", "zh"), "zh", "en"),
    ],
)
async def test_the_language_is_the_chat_s_then_the_client_s_then_the_program_s(
    talk: Conversation, echo: list[Request], languages: Sequence[Language | None], default: Language, answered: Language
) -> None:
    chosen, client, seen = languages
    talk.store.chats[PRIVATE.key] = ChatSettings(chat=PRIVATE.key, language=chosen, seen_language=seen)
    services = replace(talk.services, language=default)
    await hear(services, Request(PRIVATE, STRANGER, "echo", language=client))
    assert echo[0].language == answered


@pytest.fixture
def echo() -> Iterator[list[Request]]:
    """A command that keeps what it was asked."""
    heard: list[Request] = []

    async def keep(request: Request, services: Services) -> object:
        heard.append(request)
        return
        yield

    COMMANDS["echo"] = Command("echo", "回声", keep, hidden=True)  # type: ignore[arg-type]
    yield heard
    del COMMANDS["echo"]


async def test_a_private_client_s_language_is_kept_for_pushes_a_group_member_s_is_not(talk: Conversation) -> None:
    await hear(talk.services, Request(PRIVATE, STRANGER, "start", language="en"))
    await hear(talk.services, Request(GROUP, STRANGER, "start", language="en"))
    assert {key: kept.seen_language for key, kept in talk.store.chats.items()} == {PRIVATE.key: "en"}


async def test_nothing_is_kept_of_a_reader_who_speaks_the_program_s_language(talk: Conversation) -> None:
    await hear(talk.services, Request(PRIVATE, STRANGER, "start", language="zh"))
    assert talk.store.chats == {}


async def test_today_is_the_chat_s(talk: Conversation) -> None:
    """At 00:30 UTC it is still the 7th in New York, where yesterday was the 6th."""
    talk.store.chats[PRIVATE.key] = ChatSettings(chat=PRIVATE.key, timezone="America/New_York")
    (there,) = await hear(talk.services, Request(PRIVATE, STRANGER, "brief", "昨天"))
    (here,) = await hear(talk.services, Request(GROUP, STRANGER, "brief", "昨天"))
    assert there.doc.plain().startswith("推报 · AI｜1 月 6 日")
    assert here.doc.plain().startswith("推报 · AI｜1 月 7 日")


async def test_what_nobody_can_see_is_taken_out_of_arguments(talk: Conversation, echo: list[Request]) -> None:
    hidden = "\u202e2026\u200b-01\x00-07\u2066\ufeff 👨‍👩‍👧\ud800"
    await hear(talk.services, Request(PRIVATE, STRANGER, "echo", hidden))
    assert echo[0].arguments == "2026-01-07 👨‍👩‍👧"


@pytest.mark.parametrize("name", ["brief", "ask", "nonsense", "status"])
async def test_a_command_of_100_kb_gets_one_sentence(talk: Conversation, name: str) -> None:
    assert plain(await hear(talk.services, Request(PRIVATE, STRANGER, name, "长" * 100_000))) == [
        "这条太长了，请控制在 2000 字以内。"
    ]


async def test_2000_characters_are_not_too_long(talk: Conversation, echo: list[Request]) -> None:
    await hear(talk.services, Request(PRIVATE, STRANGER, "echo", "长" * 2000))
    assert len(echo[0].arguments) == 2000


async def test_a_flood_is_told_once_when_to_come_back(limited: tuple[Conversation, list[datetime]]) -> None:
    talk, clock = limited
    said = []
    for _ in range(100):
        said += plain(await hear(talk.services, Request(PRIVATE, STRANGER, "topics")))
    assert len(said) == 21
    assert said[20] == "太快了，60 秒后再来。"
    clock[0] += timedelta(seconds=60)
    assert len(await hear(talk.services, Request(PRIVATE, STRANGER, "topics"))) == 1


async def test_dear_commands_cost_more_also_pressed_and_other_presses_one(
    limited: tuple[Conversation, list[datetime]],
) -> None:
    talk, _ = limited
    costs = {"dear": 5, "paged": 2}
    COMMANDS.update({name: replace(COMMANDS["topics"], name=name, cost=cost) for name, cost in costs.items()})
    try:
        typed = [await hear(talk.services, Request(PRIVATE, STRANGER, "dear")) for _ in range(5)]
        forged = [await hear(talk.services, Request(GROUP, "8", "dear", pressed=True)) for _ in range(5)]
        turned = [await hear(talk.services, Request(GROUP, "9", "paged", pressed=True)) for _ in range(20)]
    finally:
        for name in costs:
            del COMMANDS[name]
    assert [plain(each)[0][:3] for each in typed] == ["话题\n"] * 4 + ["太快了"]
    assert [plain(each)[0][:3] for each in forged] == ["话题\n"] * 4 + ["太快了"]
    assert all(plain(each)[0].startswith("话题") for each in turned)


async def test_an_admin_has_no_limit_of_his_own_but_the_chat_s(limited: tuple[Conversation, list[datetime]]) -> None:
    talk, _ = limited
    said = [plain(await hear(talk.services, Request(PRIVATE, ADMIN, "topics"))) for _ in range(62)]
    assert [bool(each) for each in said] == [True] * 61 + [False]
    assert said[60] == ["太快了，60 秒后再来。"]


async def test_a_channel_post_counts_for_the_channel_only(limited: tuple[Conversation, list[datetime]]) -> None:
    talk, _ = limited
    said = [plain(await hear(talk.services, Request(CHANNEL, "", "topics"))) for _ in range(61)]
    assert said[60] == ["太快了，60 秒后再来。"]
    assert said[59][0].startswith("话题")


async def test_an_admin_s_command_costs_a_stranger_no_more_than_nonsense(
    limited: tuple[Conversation, list[datetime]],
) -> None:
    talk, _ = limited
    for name, user in (("regenerate", "70"), ("zzzzzzzzzz", "71")):
        said = [plain(await hear(talk.services, Request(GROUP, user, name))) for _ in range(21)]
        assert [len(each) for each in said] == [1] * 21
        assert said[19] == [f"没有 /{name} 这个命令。能用的都在 /help 里。"]
        assert said[20][0].startswith("太快了")


@pytest.mark.parametrize(
    ("typed", "answered", "buttons"),
    [
        ("breif", "没有 /breif 这个命令。是 /brief 吗？", ["c:brief"]),
        ("brieff", "没有 /brieff 这个命令。是 /brief 吗？", ["c:brief"]),
        ("subscirbe", "没有 /subscirbe 这个命令。是 /subscribe 吗？", ["c:subscribe"]),
        ("sub", "没有 /sub 这个命令。是 /subscribe 吗？", ["c:subscribe"]),
        ("unsubcsribe", "没有 /unsubcsribe 这个命令。是 /unsubscribe 吗？", ["c:unsubscribe"]),
        ("s", "没有 /s 这个命令。能用的都在 /help 里。", []),
        ("regenerate", "没有 /regenerate 这个命令。能用的都在 /help 里。", []),
        ("regenarate", "没有 /regenarate 这个命令。能用的都在 /help 里。", []),
        ("stats", "没有 /stats 这个命令。能用的都在 /help 里。", []),
    ],
)
async def test_an_unknown_command_is_led_to_the_one_that_was_meant(
    talk: Conversation, typed: str, answered: str, buttons: list[str]
) -> None:
    (message,) = await hear(talk.services, Request(PRIVATE, STRANGER, typed))
    assert message.doc.plain() == answered
    assert [button.action for row in message.buttons for button in row] == buttons


async def test_only_an_admin_is_led_to_an_admin_s_command(talk: Conversation) -> None:
    (to_admin,) = await hear(talk.services, Request(PRIVATE, ADMIN, "regenarate"))
    assert to_admin.doc.plain().endswith("是 /regenerate 吗？")


async def test_a_stranger_reads_the_same_whether_an_admin_s_command_exists(talk: Conversation) -> None:
    admins = [name for name, command in COMMANDS.items() if command.admin]
    tried = [*admins, *(name[:-1] for name in admins), *(f"{name}s" for name in admins)]
    asked = [Request(PRIVATE, STRANGER, *each) for name in tried for each in ((name,), ("help", name))]
    with_them = [await hear(talk.services, request) for request in asked]
    kept = {name: COMMANDS.pop(name) for name in admins}
    try:
        without = [await hear(talk.services, request) for request in asked]
    finally:
        COMMANDS.update(kept)
    assert with_them == without


async def test_plain_words_are_told_where_questions_go(talk: Conversation) -> None:
    (message,) = await hear(talk.services, Request(PRIVATE, STRANGER, "help", "今天有什么新模型？"))
    assert message.doc.plain() in {"看今天的发 /brief。", "想问什么就发 /ask 问题；看今天的发 /brief。"}
    assert [button.label for row in message.buttons for button in row] == ["看最新一份", "能做什么"]


@pytest.mark.parametrize("arguments", ["", "brief", "/brief", "BRIEF"])
async def test_help_itself_is_left_alone(talk: Conversation, arguments: str) -> None:
    (message,) = await hear(talk.services, Request(PRIVATE, STRANGER, "help", arguments))
    assert message.doc.plain().startswith("能用的命令")


def test_a_slip_is_one_letter_or_two_swapped() -> None:
    assert all(is_slip(typed, "brief") for typed in ("breif", "brif", "bbrief", "brieg"))
    assert not any(is_slip(typed, "brief") for typed in ("brief", "bri", "feirb", "briefing"))
    assert nearest("", ["brief"]) == nearest("x", ["brief"]) == ""


def test_commands_that_the_menu_does_not_name_stand_before_the_admins() -> None:
    before = dict(COMMANDS)
    COMMANDS["zeta"] = replace(COMMANDS["brief"], name="zeta")
    COMMANDS["yankee"] = replace(COMMANDS["status"], name="yankee")
    try:
        order_menu()
        names = list(COMMANDS)
    finally:
        COMMANDS.clear()
        COMMANDS.update(before)
    readers = [name for name in MENU if name in before and not before[name].admin]
    admins = [name for name in MENU if name in before and before[name].admin]
    assert [name for name in names if name in {*MENU, "zeta", "yankee"}] == [*readers, "zeta", *admins, "yankee"]


async def test_a_broken_handler_is_told_in_the_reader_s_language(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    talk.newsroom.picture = None  # type: ignore[assignment, method-assign]  # breaks it on purpose
    (message,) = await hear(talk.services, Request(PRIVATE, STRANGER, "brief", language="en"))
    assert message.doc.plain() == EN.say("这次没答上来，原因已经记下。过一会儿再试，或发 /help 看别的。")
    assert "handlers: /brief failed" in caplog.text
