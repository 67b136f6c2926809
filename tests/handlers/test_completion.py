"""What is offered while a command is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.base import Chat, Request
from handlers.chats import Subscription
from handlers.completion import MOST, complete, complete_argument
from handlers.dates import read_days
from handlers.words import ZH
from report.model import Language, Report
from tests.handlers.fakes import NOW, Conversation, MemoryStore, make_report

CHAT = Chat("discord", "55")


class Keys(MemoryStore):
    """Gives keys, never a report."""

    async def report(self, key: str) -> Report | None:
        raise AssertionError(f"{key} was read")


@pytest.fixture
def talk() -> Conversation:
    reports = [make_report(day) for day in (5, 6, 7)] + [make_report(4, topic="finance")]
    return Conversation(Keys({report.key: report for report in reports}))


def request(command: str = "brief", arguments: str = "", *, user: str = "7", language: Language = "zh") -> Request:
    return Request(CHAT, user, command, arguments, language=language)


async def test_topics_are_found_by_name_and_title(talk: Conversation) -> None:
    assert await complete("topic", "", request(), talk.services) == [("AI", "ai"), ("财经 · finance", "finance")]
    assert await complete("topic", "财", request(), talk.services) == [("财经 · finance", "finance")]
    assert await complete("topic", "FIN", request(), talk.services) == [("财经 · finance", "finance")]
    assert await complete("topic", "zzz", request(), talk.services) == []


async def test_days_are_those_with_reports_newest_first(talk: Conversation) -> None:
    assert await complete("date", "", request(), talk.services) == [
        ("1 月 7 日（周三）", "2026-01-07"),
        ("1 月 6 日（周二）", "2026-01-06"),
        ("1 月 5 日（周一）", "2026-01-05"),
    ]
    assert [value for _, value in await complete("date", "", request(arguments="finance"), talk.services)] == [
        "2026-01-04"
    ]


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1月6", ["2026-01-06"]),
        ("1.6", ["2026-01-06"]),
        ("01-06", ["2026-01-06"]),
        ("周二", ["2026-01-06"]),
        ("昨", ["昨天"]),
        ("昨天", ["昨天"]),
        ("yesterday", ["2026-01-07"]),
        ("上", ["2025-12-29..2026-01-04", "2025-12-01..2025-12-31"]),
        ("7d", ["2026-01-01..2026-01-07"]),
        ("2025-12-31", ["2025-12-31"]),
        ("火星", []),
    ],
)
async def test_days_are_found_as_they_are_typed(talk: Conversation, typed: str, values: list[str]) -> None:
    assert [value for _, value in await complete("date", typed, request(), talk.services)] == values


async def test_every_day_that_is_offered_can_be_read(talk: Conversation) -> None:
    for typed in ("", "昨", "上", "本", "前", "1", "2026", "last week", "mon"):
        for _, value in await complete("date", typed, request(), talk.services):
            assert read_days(value, NOW.date(), ZH, freely=False)


async def test_sections_are_found_in_either_language(talk: Conversation) -> None:
    assert ("市场", "market") in await complete("section", "", request(), talk.services)
    assert await complete("section", "市", request(), talk.services) == [("市场", "market")]
    assert [value for _, value in await complete("section", "mark", request(), talk.services)] == ["market"]
    assert [value for _, value in await complete("section", "情", request(language="en"), talk.services)] == [
        "sentiment"
    ]


async def test_subscriptions_are_the_chat_s_own(talk: Conversation) -> None:
    talk.store.held = [
        Subscription(chat=CHAT.key, topic="finance", created_at=NOW),
        Subscription(chat=CHAT.key, topic="given_up", created_at=NOW),
        Subscription(chat="discord:56", topic="ai", created_at=NOW),
    ]
    found = await complete("subscription", "", request("unsubscribe"), talk.services)
    assert found == [("财经 · finance", "finance"), ("given_up", "given_up")]


async def test_an_argument_is_completed_by_its_kind(talk: Conversation) -> None:
    assert (await complete_argument(request(), "topic", "a", talk.services))[0] == ("AI", "ai")
    assert not await complete_argument(request(), "nonsense", "a", talk.services)
    assert not await complete_argument(request("nonsense"), "topic", "a", talk.services)
    assert len(await complete_argument(request("market"), "date", "", talk.services)) == 3


async def test_a_stranger_is_offered_nothing_of_an_admin_s_command(talk: Conversation) -> None:
    assert await complete_argument(request("regenerate"), "topic", "", talk.services) == ()
    asked = replace(request("regenerate", user="1"), chat=Chat("telegram", "1"))
    assert len(await complete_argument(asked, "days", "", talk.services)) == 3


async def test_there_are_never_more_than_discord_shows() -> None:
    reports = [make_report(day) for day in range(1, 29)]
    talk = Conversation(Keys({report.key: report for report in reports}))
    assert len(await complete("date", "", request(), talk.services)) == MOST


@given(st.text(max_size=200), st.sampled_from(["topic", "date", "section", "subscription", ""]))
async def test_whatever_is_typed_gets_options_that_discord_takes(typed: str, kind: str) -> None:
    talk = Conversation(Keys({report.key: report for report in (make_report(6), make_report(7))}))
    found = await complete(kind, typed, request(), talk.services)
    assert len(found) <= MOST
    assert all(0 < len(label) <= 100 and 0 < len(value) <= 100 for label, value in found)
    assert len({value for _, value in found}) == len(found)
