"""/search as a conversation."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.actions import MAX_ACTION_BYTES, read_action
from handlers.base import Message
from handlers.dates import BadDate
from handlers.searching.results import one_line
from handlers.searching.typed import read_question, read_search
from handlers.words import ZH
from report.doc import Heading, Item
from tests.handlers.fakes import Conversation, MemoryStore
from tests.report.library.reports import point, points, report_on

TODAY = date(2026, 1, 8)


@pytest.fixture
def talk() -> Conversation:
    days = [report_on(date(2026, 1, day), points()) for day in (5, 6, 7)]
    many = [
        point(100 + at, f"额度第 {at} 改", f"Mila 第 {at} 次改了额度。", citations=(f"20087111110000000{at:02}",))
        for at in range(20)
    ]
    money = report_on(date(2026, 1, 7), [point(4, "财报季", "Halden 的财报超预期。")], topic="finance")
    return Conversation(MemoryStore({each.key: each for each in (*days, report_on(date(2026, 1, 4), many), money)}))


def items(message: Message) -> list[Item]:
    return [block for block in message.doc.blocks if isinstance(block, Item)]


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


async def test_a_hit_has_its_days_its_headline_a_line_and_links(talk: Conversation) -> None:
    (message,) = await talk.say("/search 智谱")
    (item,) = items(message)
    assert item.headline == "AI　1 月 7 日、1 月 6 日、1 月 5 日 · Zhipu 开放 GLM-6 权重"
    assert item.spans[0].text.startswith("Mo Quill 说")
    assert item.spans[-1].url == "https://x.com/i/status/2008700000000000005"
    assert message.doc.plain().splitlines()[0] == "搜索「智谱」"
    assert message.doc.plain().splitlines()[-1] == "在 5 份报告里找到 1 条。"
    assert labels(message) == [["1 月 7 日简报", "1 月 6 日简报"], ["1 月 5 日简报"]]


async def test_pages_lead_on_and_back(talk: Conversation) -> None:
    (first,) = await talk.say("/search Mila 额度")
    assert first.doc.plain().startswith("搜索「Mila 额度」（1/3）")
    assert [button.action for button in first.buttons[-1]] == ["c:search Mila 额度 +2"]
    name, arguments = read_action(first.buttons[-1][0].action) or ("", "")
    (second,) = await talk.say(f"/{name} {arguments}")
    assert labels(second)[-1] == ["‹ 上一页", "下一页 ›"]
    (third,) = await talk.say("/search Mila 额度 +3")
    shown = [item.headline for message in (first, second, third) for item in items(message)]
    assert len(shown) == len(set(shown)) == 20
    assert (await talk.say("/search Mila 额度 +99"))[0].doc == third.doc


async def test_words_too_long_for_a_button_are_led_to_narrow(talk: Conversation) -> None:
    words = "Mila 额度 " + "每天三十次免费用户都在问的那件事 " * 2
    (message,) = await talk.say(f"/search {words}")
    assert not [row for row in labels(message) if "下一页 ›" in row]
    assert "少写几个词，或加上日期缩小范围" in message.doc.plain()


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/search", "要找什么？"),
        ("/search 量子纠缠", "5 份报告里没有提到「量子纠缠」。"),
        ("/search Nortwind", "报告里没有提到「Nortwind」。是想找「Northwind」吗？"),
        ("/search 智谱 2026-01-06", "搜索「智谱」"),
        ("/search 智谱 2025-01-06", "这段时间没有报告。"),
        ("/search 智谱 3月37日", "3 月没有 37 日。"),
        ("/search 智谱 量子", "搜索「智谱 量子」\n没有提到「量子」的"),
        ("/search 权重 价格 1月6日", "搜索「权重 价格」\n同时提到这些词的有 1 条，排在最前。"),
        ("/search @everyone", "5 份报告里没有提到「@everyone」。"),
    ],
)
async def test_what_is_answered(talk: Conversation, said: str, answered: str) -> None:
    assert (await talk.text(said)).startswith(answered)


async def test_without_any_report_it_says_so() -> None:
    assert (await Conversation().text("/search 智谱")).startswith("还没有存下报告")


async def test_an_empty_search_asks_and_is_answered_in_the_chat(talk: Conversation) -> None:
    (message,) = await talk.say("/search")
    assert message.prompt == "search"


async def test_a_topic_and_days_narrow_it(talk: Conversation) -> None:
    (message,) = await talk.say("/search Halden 财经 昨天")
    assert [item.headline for item in items(message)] == ["财经　1 月 7 日 · 财报季"]
    assert message.doc.plain().endswith("在 1 月 7 日的 1 份报告里找到 1 条。")


async def test_strangers_words_stay_words(talk: Conversation) -> None:
    (message,) = await talk.say("/search Mila @everyone /start https://x.example")
    heading = message.doc.blocks[0]
    assert isinstance(heading, Heading)
    assert {span.text for span in heading.spans if span.code} >= {"@everyone", "/start"}


@pytest.mark.parametrize(
    ("typed", "words", "days", "topic"),
    [
        ("智谱 昨天", "智谱", (7, 7), None),
        ("昨天 智谱", "智谱", (7, 7), None),
        ("智谱 2026-01-01..2026-01-05", "智谱", (1, 5), None),
        ("智谱 1月1日到1月5日", "智谱", (1, 5), None),
        ("智谱 1 月 1 日", "智谱", (1, 1), None),
        ("智谱 7d", "智谱", (1, 7), None),
        ("智谱 最近 3 天", "智谱", (5, 7), None),
        ("GPT 5", "GPT 5", None, None),
        ("GPT 5.5", "GPT 5.5", None, None),
        ("昨天", "昨天", None, None),
        ("ai", "ai", None, None),
        ("finance 股价", "股价", None, "finance"),
        ("股价 财经 昨天", "股价", (7, 7), "finance"),
        ("股价 昨天 财经", "股价", (7, 7), "finance"),
        ("３d 打印", "打印", (5, 7), None),
        ("C++ 编译", "C++ 编译", None, None),
    ],
)
def test_topic_and_days_are_read_at_the_edges(
    typed: str, words: str, days: tuple[int, int] | None, topic: str | None
) -> None:
    sought = read_search(typed, Conversation().services, TODAY, ZH)
    assert sought.words == words
    assert (sought.topic.name if sought.topic else None) == topic
    found = (sought.first.day, sought.last.day) if sought.first and sought.last else None
    assert found == days


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("Claude 的限额改了什么", date(2025, 12, 10), TODAY),
        ("昨天谁谈了权重？", date(2026, 1, 7), date(2026, 1, 7)),
        ("从 1 月 3 日到 1 月 5 日发生了什么", date(2026, 1, 3), date(2026, 1, 5)),
        ("上周的模型", date(2025, 12, 29), date(2026, 1, 4)),
        ("what happened last week?", date(2025, 12, 29), date(2026, 1, 4)),
        ("3d 打印怎么样", date(2025, 12, 10), TODAY),
    ],
)
def test_a_question_s_days_are_read_from_it(typed: str, first: date, last: date) -> None:
    sought = read_question(typed, Conversation().services, TODAY, ZH)
    assert (sought.first, sought.last) == (first, last)
    assert sought.words == typed


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_words_are_read_or_told_apart(typed: str) -> None:
    services = Conversation().services
    for read in (read_search, read_question):
        try:
            sought = read(typed, services, TODAY, ZH)
        except BadDate:
            continue
        assert len(sought.words) <= 300
        assert "\n" not in sought.words
        assert sought.topics
        assert sought.first is None or (sought.last and sought.first <= sought.last <= TODAY)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=80))
async def test_every_button_of_any_search_fits_and_leads_somewhere(typed: str) -> None:
    told = [point(at, "额度", f"Mila {typed} 第 {at} 次。") for at in range(1, 30)]
    report = report_on(date(2026, 1, 7), told)
    talk = Conversation(MemoryStore({report.key: report}))
    for message in await talk.say(f"/search Mila {typed}"):
        for button in (button for row in message.buttons for button in row):
            assert len(button.action.encode()) <= MAX_ACTION_BYTES
            assert read_action(button.action)


@settings(deadline=None)
@given(st.text(alphabet="abc 的，。；「」“”！…1", max_size=400))
def test_a_line_is_short_and_its_marks_are_paired(body: str) -> None:
    line = one_line(body, "zh")
    assert len(line) <= 94
    if "「" not in body.replace("「」", "") or body.count("「") == body.count("」"):
        assert line.count("「") <= line.count("」") + body.count("「")


def test_a_cut_quotation_is_closed() -> None:
    line = one_line("林越写道：「" + "agent 的瓶颈在权限，" * 20 + "」", "zh")
    assert line.endswith("……」")
