from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Author, Point, Section, Topic, Tweet
from report.writer.choice import CORE, Choice, Drafted, Group, Mood, Sentence, choose_by_importance, number
from report.writer.edition import assemble
from report.writer.plan import make_plan

LABELS = st.sampled_from([*(f"d{at}" for at in range(1, 31)), "d0", "d99", "p1", ""])
PICKS = st.lists(LABELS, max_size=20).map(tuple)
SAME = st.lists(st.lists(LABELS, max_size=4), max_size=3)
CHOICES = st.builds(
    Choice,
    core=PICKS,
    views=PICKS,
    events=PICKS,
    market=PICKS,
    finance=PICKS,
    ai=st.lists(st.builds(Group, heading=st.sampled_from(["", "部署", "**"]), points=PICKS), max_size=3).map(tuple),
    sentiment=st.lists(st.builds(Mood, headline=st.just("烦"), text=st.text(), points=PICKS), max_size=3).map(tuple),
    overview=st.lists(st.builds(Sentence, text=st.text(), points=PICKS), max_size=3).map(tuple),
)
TOPIC = Topic(name="ai")


def draft(at: int, *, importance: int = 5, cites: str = "") -> Point:
    return Point(
        id="draft", headline=f"标题 {at}", text=f"正文 {at}", citations=(cites or f"t{at}",), importance=importance,
        kinds=("events", "ai"),
    )  # fmt: skip


def choice(**picks: object) -> Choice:
    none = {"core": (), "views": (), "events": (), "market": (), "finance": (), "ai": (), "sentiment": ()}
    return Choice.model_validate(none | {"overview": ()} | picks)


def bound(
    drafts: Drafted,
    chosen: Choice,
    same: list[list[str]] | None = None,
    topic: Topic = TOPIC,
    posts: tuple[Tweet, ...] = (),
) -> tuple[Section, ...]:
    return assemble(make_plan(drafts, chosen, {}, same or []), topic, {post.id: post for post in posts})


DRAFTS = number(draft(at, importance=1 + at % 10) for at in range(30))


@given(CHOICES, SAME, st.booleans())
def test_whatever_is_chosen_each_draft_stands_once_and_the_brief_has_ten_at_most(
    chosen: Choice, same: list[list[str]], finance: bool
) -> None:
    sections = bound(DRAFTS, chosen, same, Topic(name="ai", finance=finance))
    points = [point for section in sections for point in section.all_points()]
    assert len({point.id for point in points}) == len(points)
    assert all(section.all_points() for section in sections)
    assert all(point.citations and point.text for point in points)
    picked = [point.text for point in points if point.id[:4] not in {"over", "sent"}]
    assert len(set(picked)) == len(picked)
    assert all(len(section.points) <= CORE for section in sections if section.kind == "core")


def test_drafts_are_numbered_by_importance() -> None:
    numbered = number([draft(1, importance=3), draft(2, importance=9), draft(3, importance=9)])
    assert [point.headline for point in numbered.values()] == ["标题 2", "标题 3", "标题 1"]
    assert list(numbered) == ["d1", "d2", "d3"]


def test_drafts_that_tell_the_same_are_one_with_the_citations_of_all() -> None:
    numbered = number(draft(at) for at in range(4))
    (core, events) = bound(numbered, choice(core=["d4"], events=["d2", "d1"]), [["d2", "d4"]])
    assert [(point.text, point.citations) for point in core.points] == [("正文 1", ("t1", "t3"))]
    assert [point.text for point in events.points] == ["正文 0"]


def test_a_short_brief_is_filled_with_what_is_worth_it_and_not_told_yet() -> None:
    numbered = number([
        draft(1, importance=9), draft(2, importance=8, cites="t1"), draft(3, importance=7), draft(4, importance=5),
    ])  # fmt: skip
    core, events = bound(numbered, choice(core=["d1"], events=["d2", "d3", "d4"]))
    assert [point.text for point in core.points] == ["正文 1", "正文 3"]
    assert [point.text for point in events.points] == ["正文 2", "正文 4"]
    assert core.points[0].kinds == ("core", "events", "ai")


@pytest.mark.parametrize(
    ("text", "zero"), [("油价上涨", True), ("比特币上涨", False), ("BTC up", False), ("Ethan 说", True)]
)
def test_the_zero_is_stated_where_a_count_finds_it(text: str, zero: bool) -> None:
    post = Tweet(id="1", author=Author(handle="a"), text=text, created_at=datetime(2026, 3, 27, tzinfo=UTC), source="x")
    _, market = bound(number([draft(1), draft(2)]), choice(core=["d1"], market=["d2"]), posts=(post,))
    assert market.intro.endswith("没有帖子提到数字货币。") is zero


def test_a_sentence_rests_on_the_drafts_that_it_names() -> None:
    said = [{"text": "甲、乙都动了。", "points": ["d1", "d2"]}, {"text": "没有依据。", "points": ["d77"]}]
    overview, _ = bound(number([draft(1), draft(2)]), choice(core=["d1", "d2"], overview=said))
    assert [(point.text, point.citations) for point in overview.points] == [("甲、乙都动了。", ("t1", "t2"))]


def test_without_an_editor_every_draft_has_its_place() -> None:
    sections = bound(DRAFTS, choose_by_importance(DRAFTS))
    assert sum(len(section.all_points()) for section in sections) == len(DRAFTS)


def test_a_piece_that_fell_is_in_no_section_and_its_place_is_filled() -> None:
    drafts = number(draft(at, importance=9) for at in range(3))
    plan = make_plan(
        drafts, choice(core=["d1", "d2"], events=["d3"], overview=[{"text": "概述。", "points": ["d1"]}]), {}
    )
    assert {label: piece.kind for label, piece in plan.pieces.items()} == {
        "d1": "core", "d2": "core", "d3": "events", "s1": "overview",
    }  # fmt: skip
    held = {label: piece.point for label, piece in plan.pieces.items() if label not in {"d1", "s1"}}
    (core,) = assemble(plan.with_points(held), TOPIC, {})
    assert [point.text for point in core.points] == ["正文 1", "正文 2"]
    assert core.intro == "够分量的消息只有 2 条，不凑满十条。"
