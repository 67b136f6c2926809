"""What each command answers, read as a conversation."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.actions import MAX_ACTION_BYTES, read_action, read_command, read_start
from handlers.base import COMMANDS, Chat, Message
from handlers.dispatch import MENU
from report.doc import Item, Picture
from tests.handlers.fakes import Conversation, MemoryStore, make_report


@pytest.fixture
def talk() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


async def test_the_brief_tells_the_news_first_then_ten_points_with_links(talk: Conversation) -> None:
    (message,) = await talk.say("/brief")
    lines = message.doc.plain().splitlines()
    assert lines[0] == "推报 · AI｜1 月 7 日（周三）"
    assert lines[1] == "第 1 件事，第 2 件事"
    assert "读了 124 条，去掉 65 条，留下 59 条。十条在下面 ↓" in lines
    items = [block for block in message.doc.blocks if isinstance(block, Item)]
    assert [item.number for item in items] == list(range(1, 11))
    assert all(item.spans[-1].url for item in items)
    assert isinstance(message.doc.picture, Picture)
    assert labels(message) == [
        ["详细", "AI", "市场"],
        ["情绪", "与昨日相比"],
        ["‹ 1 月 6 日", "词云", "来源", "设置"],
        ["每天送到私聊"],
    ]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/brief 2026-01-06", "推报 · AI｜1 月 6 日（周二）"),
        ("/brief 昨天", "推报 · AI｜1 月 7 日（周三）"),
        ("/brief ai 前天", "推报 · AI｜1 月 6 日（周二）"),
        ("/brief AI 1月5日", "推报 · AI｜1 月 5 日（周一）"),
        ("/detail", "详细 · AI｜1 月 7 日（1/3）"),
        ("/events 20260106", "详细 · AI｜1 月 6 日（2/3）"),
        ("/market", "详细 · AI｜1 月 7 日（3/3）"),
        ("/ai", "人工智能 · AI｜1 月 7 日"),
        ("/sentiment", "市场情绪 · AI｜1 月 7 日"),
        ("/changes", "与昨日相比 · AI｜1 月 7 日"),
        ("/cloud", "词云 · AI｜1 月 7 日"),
        ("/sources 3", "来源 · AI｜1 月 7 日"),
        ("/sources 11", "这份简报有 10 条，没有第 11 条。"),
        ("/finance", "1 月 7 日的报告没有单独的「金融」"),
        ("/brief twitter_ai_20260105_20260105", "推报 · AI｜1 月 5 日（周一）"),
        ("/detail twitter_ai_20200101_20200101", "2020 年 1 月 1 日的报告已经不在了。"),
        ("/brief 3月37日", "3 月没有 37 日。"),
        ("/brief 2027-01-01", "2027 年 1 月 1 日还没到，最晚只能看今天的。"),
        ("/brief 火星", "没看懂「火星」：不是日期，也不是话题。"),
        ("/brief 2025-12-31", "2025 年 12 月 31 日没有报告。最近的有这些："),
        ("/brief 7d", "要把 1 月 1 日到 1 月 7 日合起来看，发 /range 2026-01-01 2026-01-07。"),
        ("/sources ai 2026-01-06 3", "来源 · AI｜1 月 6 日"),
        ("/range 昨天", "1 月 7 日只用存好的帖子，不用再向 X 付费。正在重新读一遍…"),
        ("/brief finance", "还没有报告。"),
        ("/topics", "话题"),
        ("/help", "能用的命令"),
        ("/start", "你好，我是推报。"),
        ("/range", "要看哪几天？"),
        ("/range 2026-01-05 2026-01-07 情绪", "1 月 5–7 日只用存好的帖子，不用再向 X 付费。正在合起来读…"),
        ("/nonsense", "没有 /nonsense 这个命令。"),
        ("/unsubscribe", "这里没有订阅。"),
    ],
)
async def test_a_command_begins_its_answer_with(talk: Conversation, said: str, answered: str) -> None:
    assert (await talk.text(said)).startswith(answered)


async def test_a_range_is_made_once_from_stored_posts_and_kept(talk: Conversation) -> None:
    waiting, done = await talk.say("/range 2026-01-05 2026-01-07")
    assert done.update
    assert not waiting.update
    assert waiting.draft
    assert done.doc.plain().startswith("AI｜1 月 5–7 日合看")
    assert labels(done)[:2] == [["1 月 5 日简报", "1 月 6 日简报", "1 月 7 日简报"], ["只看市场", "详细", "AI"]]
    (again,) = await talk.say("/range 2026-01-05..2026-01-07")
    assert again.doc == done.doc
    assert talk.newsroom.made == [("range_ai_20260105_20260107", 1)]


async def test_days_without_posts_list_the_reports_that_there_are() -> None:
    old = make_report(7).model_copy(update={"key": "twitter_ai_20250107_20250107", "topic": "ai"})
    talk = Conversation(MemoryStore({old.key: old}))
    assert "没有存下帖子，没法合写" in await talk.text("/range 2025-01-01 2025-01-31")
    assert "没有存下帖子，也没有报告" in await talk.text("/range 2025-03-01 2025-03-02")


async def test_subscribing_says_when_and_offers_the_newest(talk: Conversation) -> None:
    assert await talk.text("/subscribe") == (
        "订好了：AI 日报，每天 08:00（上海时间）送到这里，明早是第一份。\n想先看看？1 月 7 日的已经在了。"
    )
    assert "每天 21:30（上海时间）送到这里，今晚就有第一份" in await talk.text("/subscribe ai ２１：３０")
    assert [(each.topic, each.hours) for each in talk.store.held] == [("ai", ("21:30",))]
    assert "没看懂「25:00」" in await talk.text("/subscribe 25:00")


async def test_unsubscribing_asks_which_of_several(talk: Conversation) -> None:
    await talk.say("/subscribe ai")
    await talk.say("/subscribe 财经")
    (question,) = await talk.say("/unsubscribe")
    assert labels(question) == [["AI", "财经"], ["全部"]]
    gone = "退订好了，AI 日报不再送到这里。想回来就发 /subscribe ai。"
    assert await talk.text("/unsubscribe ai") == gone  # the other goes on coming
    assert [each.topic for each in talk.store.held] == ["finance"]


async def test_other_chats_are_not_touched(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=Chat("discord", "9"))
    assert "这里没有订阅" in await talk.text("/unsubscribe")
    assert len(talk.store.held) == 1


@pytest.mark.parametrize(
    "said", ["/regenerate ai 2026-01-07", "/status", "/stats", "/ledger", "/ledger restore 2008700000000000005"]
)
async def test_a_stranger_learns_nothing_of_admin_commands(talk: Conversation, said: str) -> None:
    name = said.split(maxsplit=1)[0]
    assert await talk.text(said, user="7") == f"没有 {name} 这个命令。能用的都在 /help 里。"
    assert await talk.text(said, user="") == await talk.text(said, user="7")
    assert talk.newsroom.made == []
    assert talk.store.brought_back == {}


async def test_an_admin_rewrites_a_day_as_its_next_revision(talk: Conversation) -> None:
    answers = await talk.say("/regenerate ai 2026-01-07", user="1")
    assert answers[0].doc.plain().startswith("重写 1 月 7 日：只用存好的帖子，这次 X 花费 0 美元。")
    assert answers[1].update
    assert answers[1].doc.plain() == "写好了，第 2 版。"
    assert talk.newsroom.made == [("twitter_ai_20260107_20260107", 2)]


async def test_a_failed_rewrite_says_why_and_that_nothing_was_lost(talk: Conversation) -> None:
    assert (await talk.text("/regenerate ai 2025-12-31", user="1")).endswith("没写成：ai: no posts in the period")
    day = {"first": date(2025, 12, 31), "last": date(2025, 12, 31), "key": "twitter_ai_20251231_20251231"}
    talk.store.reports[str(day["key"])] = make_report(7).model_copy(update=day)
    assert (await talk.text("/regenerate ai 2025-12-31", user="1")).endswith("原来那份没有动。")


async def test_a_broken_handler_still_answers(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    talk.newsroom.picture = None  # type: ignore[assignment, method-assign]  # breaks it on purpose
    assert (await talk.text("/brief")).startswith("这次没答上来")
    assert "handlers: /brief failed" in caplog.text


async def test_every_button_leads_to_a_command(talk: Conversation) -> None:
    for said in ("/brief", "/detail", "/start", "/topics", "/brief 2027-01-01", "/subscribe", "/finance", "/cloud"):
        for message in await talk.say(said):
            for button in (button for row in message.buttons for button in row):
                assert len(button.action.encode()) <= MAX_ACTION_BYTES
                found = read_action(button.action)
                assert found is not None
                assert found[0] in {*COMMANDS, "settings"}


def test_menus_begin_with_what_readers_want_and_end_with_the_admins() -> None:
    named = [name for name in MENU if name in COMMANDS]
    assert [name for name in COMMANDS if name in MENU] == named
    assert list(COMMANDS)[:7] == list(MENU[:7])
    admins = [known.admin for known in COMMANDS.values()]
    assert admins == sorted(admins)


def test_the_longest_topic_name_fits_a_button() -> None:
    assert len(f"s:sentiment:twitter_{'a' * 24}_20260107_20260107".encode()) <= MAX_ACTION_BYTES


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/brief ai 昨天", ("brief", "ai 昨天")),
        ("/brief@TuibaoBot ai", ("brief", "ai")),
        ("/brief@OtherBot", None),
        ("  /HELP  ", ("help", "")),
        ("／help", ("help", "")),
        ("hello /help", None),
        ("/", None),
    ],
)
def test_commands_are_read_as_typed(typed: str, read: tuple[str, str] | None) -> None:
    assert read_command(typed, me="tuibaobot") == read


@pytest.mark.parametrize("forged", ["", "s:", "s:detail:../../etc", "c:", "x" * 100, "s:detail:a\nb", "c:run a\nb"])
def test_forged_actions_are_refused(forged: str) -> None:
    assert read_action(forged) is None


def test_a_deep_link_is_a_command_with_its_key() -> None:
    assert read_start("detail-twitter_ai_20260107_20260107") == ("detail", "twitter_ai_20260107_20260107")
    assert read_start("zzz") is None
