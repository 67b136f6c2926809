"""What a reader gets in place of a report that is not there: what is wrong, then what works."""

from __future__ import annotations

import pytest

from handlers.actions import read_action
from handlers.base import COMMANDS, Message
from report.doc import Paragraph
from report.model import Topic
from tests.handlers.fakes import TOPICS, Conversation, MemoryStore, make_report


@pytest.fixture
def talk() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


def buttons(message: Message) -> list[tuple[str, str]]:
    return [(button.label, button.action) for row in message.buttons for button in row]


async def test_an_impossible_day_offers_the_one_that_was_meant(talk: Conversation) -> None:
    (message,) = await talk.say("/brief 1月37日")
    assert message.doc.plain() == "1 月没有 37 日。是想看 1 月 7 日吗？\n也可以发 /brief 2026-01-07 或 /brief 昨天。"
    assert buttons(message) == [("看 1 月 7 日", "s:brief:twitter_ai_20260107_20260107")]
    hint = message.doc.blocks[1]
    assert isinstance(hint, Paragraph)
    assert [span.text for span in hint.spans if span.code] == ["/brief 2026-01-07", "/brief 昨天"]


async def test_a_day_that_was_meant_is_offered_only_where_it_has_a_report(talk: Conversation) -> None:
    (message,) = await talk.say("/brief 3月37日")
    assert message.doc.plain() == "3 月没有 37 日。\n可以发 /brief 2026-01-07 或 /brief 昨天。"
    assert buttons(message) == [("看 1 月 7 日", "s:brief:twitter_ai_20260107_20260107")]


async def test_what_is_no_day_is_answered_with_the_topics(talk: Conversation) -> None:
    assert await talk.text("/detail crypto") == (
        "没看懂「crypto」：不是日期，也不是话题。\n可以发 /detail 2026-01-07 或 /detail 昨天。话题有：ai、finance。"
    )
    assert await talk.text("/detail ai 火星") == (
        "没看懂「火星」是哪一天。\n可以发 /detail ai 2026-01-07 或 /detail ai 昨天。"
    )


async def test_without_any_report_an_example_is_given_all_the_same() -> None:
    (message,) = await Conversation().say("/brief 3月37日")
    assert message.doc.plain() == "3 月没有 37 日。\n可以发 /brief 2026-01-08 或 /brief 昨天。"
    assert buttons(message) == []


async def test_several_days_can_be_read_together_by_a_press(talk: Conversation) -> None:
    (message,) = await talk.say("/brief 上周")
    assert message.doc.plain().startswith(
        "要把 2025 年 12 月 29 日到 1 月 4 日合起来看，发 /range 2025-12-29 2026-01-04。"
    )
    assert buttons(message)[0] == ("合起来看", "c:range ai 2025-12-29 2026-01-04")
    assert buttons(message)[1][1] == "s:brief:twitter_ai_20260107_20260107"


async def test_a_topic_is_found_by_a_title_of_several_words() -> None:
    topics = {**TOPICS, "robots": Topic(name="robots", title="Robots and Drones", query="robot")}
    report = make_report(7, topic="robots")
    talk = Conversation(MemoryStore({report.key: report}), topics)
    assert (await talk.text("/brief robots and drones 昨天")).startswith("推报 · Robots and Drones")


@pytest.mark.parametrize("typed", ["最新", "latest", "ai newest"])
async def test_the_newest_can_be_asked_for_by_name(talk: Conversation, typed: str) -> None:
    assert (await talk.text(f"/brief {typed}")).startswith("推报 · AI｜1 月 7 日（周三）")


@pytest.mark.parametrize(
    "said", ["/brief 3月37日", "/brief 7d", "/brief 2026-01-01", "/regenerate 13月", "/brief 火星"]
)
async def test_every_button_of_an_error_works_and_the_error_is_short(talk: Conversation, said: str) -> None:
    (message,) = await talk.say(said, user="1")
    assert len(message.doc.plain()) <= 120
    for _, action in buttons(message):
        found = read_action(action)
        assert found is not None
        assert found[0] in COMMANDS
        answers = await talk.say(" ".join(found))
        assert answers[-1].doc.plain().startswith(("推报 · AI", "AI｜1 月 1–7 日合看"))
