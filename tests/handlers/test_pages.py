"""Long sections come in pages: nothing lost, nothing twice, and every page can be turned to."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.actions import MAX_ACTION_BYTES, read_action, read_start
from handlers.base import Message
from handlers.presentation.pages import MOST_CHARACTERS, MOST_POINTS, pages_of
from handlers.words import EN
from report.doc import Heading, plain_block
from report.model import Counted, Point, Report, Section, report_key
from tests.handlers.fakes import TOPICS, Conversation, MemoryStore, make_report, point


@st.composite
def sections(draw: st.DrawFn, depth: int = 2) -> Section:
    texts = draw(st.lists(st.text(max_size=900), max_size=12))
    children = draw(st.lists(sections(depth - 1), max_size=3)) if depth else []
    return Section(
        kind=draw(st.sampled_from(["ai", "market"])),
        heading=draw(st.text(max_size=20)),
        intro=draw(st.sampled_from(["", "市场数字均为推文所述，未核实。"])),
        points=tuple(Point(id="", text=words) for words in texts),
        children=tuple(children),
    )


@given(sections())
def test_every_point_is_on_one_page_in_order_under_its_heading(section: Section) -> None:
    pages = pages_of(section)
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    shown = [point for page in pages for point in page.section.all_points()]
    assert shown == list(section.all_points())
    assert [place for page in pages for place in _places(page.section)] == list(_places(section))
    for page in pages:
        points = page.section.all_points()
        assert len(points) <= MOST_POINTS
        assert len(points) <= 1 or sum(len(each.text) for each in points) <= MOST_CHARACTERS


def _places(section: Section, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    here = (*above, section.heading)
    return [here for _ in section.points] + [place for child in section.children for place in _places(child, here)]


@given(sections())
def test_headings_without_points_stay_on_some_page(section: Section) -> None:
    def headings(part: Section) -> set[str]:
        return {part.heading}.union(*map(headings, part.children))

    assert set().union(*(headings(page.section) for page in pages_of(section))) == headings(section)


def test_a_short_section_is_one_page_as_it_is() -> None:
    section = Section(kind="views", heading="观点", points=tuple(point(n) for n in range(8)))
    (page,) = pages_of(section)
    assert page.section is section


def test_pages_are_about_equally_long_and_warn_each_of_unverified_figures() -> None:
    points = tuple(point(n) for n in range(9))
    market = pages_of(Section(kind="market", heading="市场", intro="未核实。", points=points))
    assert [len(page.section.points) for page in market] == [5, 4]
    assert [page.section.intro for page in market] == ["未核实。", "未核实。"]
    assert [page.section.intro for page in pages_of(Section(kind="ai", heading="AI", intro="说明", points=points))] == [
        "说明", "",
    ]  # fmt: skip


def test_pages_are_cut_between_groups_where_they_fit() -> None:
    groups = tuple(
        Section(kind="ai", heading=f"第 {size} 组", points=tuple(point(n) for n in range(size)))
        for size in (3, 5, 3, 2)
    )
    pages = pages_of(Section(kind="ai", heading="AI", children=groups))
    assert [[len(child.points) for child in page.section.children] for page in pages] == [[3, 5], [3, 2]]


def long_report(day: int = 7, topic: str = "ai") -> Report:
    """Nine views, an AI section of two groups with seven points each, a theme that was counted."""
    report = make_report(day, kinds=("events", "market", "finance"), topic=topic)
    groups = tuple(
        Section(kind="ai", heading=name, points=tuple(point(n, "ai") for n in range(1, 8)))
        for name in ("Agent 与 AI 编程", "业务落地与企业里的变革管理")
    )
    counted = Counted(by="tern", before=("1",), now=tuple(str(n) for n in range(day)))
    theme = point(1, "changes", headline="Tern-3", text=f"1 → {day} 条。", counted=counted)
    added = (
        Section(kind="views", heading="重要观点与见解", points=tuple(point(n, "views") for n in range(1, 10))),
        Section(kind="ai", heading="人工智能", children=groups),
        Section(
            kind="changes",
            heading="与昨日相比",
            children=(Section(kind="changes", heading="新出现", points=(theme,)),),
        ),
    )
    return report.model_copy(update={"sections": (*report.sections[:2], *added, *report.sections[2:])})


@pytest.fixture
def talk() -> Conversation:
    reports = [long_report(7), long_report(14), long_report(13), make_report(15, kinds=("views",))]
    return Conversation(MemoryStore({report.key: report for report in reports}))


def key(day: int) -> str:
    return report_key("ai", date(2026, 1, day), date(2026, 1, day))


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


async def press(talk: Conversation, message: Message, label: str) -> Message:
    action = next(button.action for row in message.buttons for button in row if button.label == label)
    name, arguments = read_action(action) or ("", "")
    return (await talk.say(f"/{name} {arguments}"))[-1]


def title(message: Message) -> str:
    return plain_block(message.doc.blocks[0])


async def test_detail_is_turned_from_views_to_the_market(talk: Conversation) -> None:
    (page,) = await talk.say(f"/detail {key(14)}")
    titles = [title(page)]
    for label in ("2/4 观点 ›", "3/4 事件 ›", "4/4 市场 ›"):
        page = await press(talk, page, label)
        titles.append(title(page))
    assert titles == [
        "详细 · AI｜1 月 14 日（1/4）重要观点与见解",
        "详细 · AI｜1 月 14 日（2/4）重要观点与见解",
        "详细 · AI｜1 月 14 日（3/4）关键事件与发展",
        "详细 · AI｜1 月 14 日（4/4）市场观察",
    ]
    assert labels(page)[0] == ["‹ 简报", "‹ 3/4 事件"]


async def test_a_long_section_says_what_is_on_its_other_page(talk: Conversation) -> None:
    (first,) = await talk.say(f"/ai {key(14)}")
    assert title(first) == "人工智能 · AI｜1 月 14 日（1/2）"
    assert labels(first)[0] == ["‹ 简报", "2/2 业务落地与企业里的… ›", "金融"]
    second = await press(talk, first, labels(first)[0][1])
    assert title(second) == "人工智能 · AI｜1 月 14 日（2/2）"
    assert [plain_block(b) for b in second.doc.blocks if isinstance(b, Heading)][1:] == ["业务落地与企业里的变革管理"]
    assert labels(second)[0] == ["‹ 简报", "‹ 1/2 Agent 与 A…", "金融"]


async def test_the_days_beside_are_offered_where_they_have_the_section(talk: Conversation) -> None:
    (ai,) = await talk.say(f"/ai {key(14)}")
    assert labels(ai)[1] == ["‹ 1 月 13 日", "来源"]
    (views,) = await talk.say(f"/views {key(14)}")
    assert labels(views)[1] == ["‹ 1 月 13 日", "来源", "1 月 15 日 ›"]
    assert title(await press(talk, views, "1 月 15 日 ›")).startswith("详细 · AI｜1 月 15 日")


async def test_a_page_that_is_not_there_is_the_last(talk: Conversation) -> None:
    assert title((await talk.say(f"/ai {key(14)} 99"))[0]) == "人工智能 · AI｜1 月 14 日（2/2）"
    assert title((await talk.say(f"/ai {key(14)} 0"))[0]) == "人工智能 · AI｜1 月 14 日（1/2）"


async def test_changes_look_back_a_week_where_both_days_counted_the_same(talk: Conversation) -> None:
    (changes,) = await talk.say(f"/changes {key(14)}")
    week = await press(talk, changes, "再往前比一周")
    assert week.doc.plain().splitlines()[:2] == [
        "与一周前相比 · AI｜1 月 14 日",
        "• Tern-3：1 月 7 日 7 条 → 1 月 14 日 14 条。 ¹",
    ]
    assert title(await press(talk, week, "‹ 与昨日相比")) == "与昨日相比 · AI｜1 月 14 日"
    (other,) = await talk.say(f"/changes {key(13)}")
    assert "再往前比一周" not in [label for row in labels(other) for label in row]


async def test_every_action_of_the_longest_topic_fits() -> None:
    name = "a" * 24
    report = long_report(14, name)
    store = MemoryStore({each.key: each for each in (report, long_report(7, name), long_report(13, name))})
    talk = Conversation(store, topics={name: TOPICS["ai"].model_copy(update={"name": name})})
    for said in ("brief", "detail", "ai", "changes", "market", "cloud", "sources", "finance"):
        for message in await talk.say(f"/{said} {report.key}"):
            actions = [button.action for row in message.buttons for button in row]
            assert actions
            assert all(len(action.encode()) <= MAX_ACTION_BYTES for action in actions)
    assert len(f"s:sentiment99:{report.key}") <= MAX_ACTION_BYTES


@pytest.mark.parametrize(
    ("action", "read"),
    [
        ("s:ai2:twitter_ai_20260107_20260107", ("ai", "twitter_ai_20260107_20260107 2")),
        ("s:ai99:twitter_ai_20260107_20260107", ("ai", "twitter_ai_20260107_20260107 99")),
        ("s:ai1:twitter_ai_20260107_20260107", None),
        ("s:ai02:twitter_ai_20260107_20260107", None),
        ("s:ai100:twitter_ai_20260107_20260107", None),
        ("s:2:twitter_ai_20260107_20260107", None),
    ],
)
def test_a_page_is_read_from_its_button_and_its_link(action: str, read: tuple[str, str] | None) -> None:
    assert read_action(action) == read
    assert read_start(re.sub(r"^s:(\w+):", r"\1-", action)) == read


async def test_an_english_reader_turns_english_pages(talk: Conversation) -> None:
    (page,) = await talk.say(f"/detail {key(14)}", language="en")
    assert EN.say("观点") == "Views"
    assert title(page) == "Details · AI | 14 January (1/4) Views worth reading"
    assert labels(page) == [["‹ Brief", "2/4 Views ›"], ["‹ 13 January", "Sources", "15 January ›"]]
