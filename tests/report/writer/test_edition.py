from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Author, Point, Story, Topic, Tweet
from report.writer.drafts import Drafts, batches, keep
from report.writer.edition import CORE, Choice, Group, Mood, Sentence, assemble, choose_by_importance, number

LABELS = st.sampled_from([*(f"d{at}" for at in range(1, 31)), "d0", "d99", "p1", ""])
PICKS = st.lists(LABELS, max_size=20).map(tuple)
CHOICES = st.builds(
    Choice,
    same=st.lists(st.lists(LABELS, max_size=4).map(tuple), max_size=3).map(tuple),
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
    none = {"same": (), "core": (), "views": (), "events": (), "market": (), "finance": (), "ai": (), "sentiment": ()}
    return Choice.model_validate(none | {"overview": ()} | picks)


DRAFTS = number(draft(at, importance=1 + at % 10) for at in range(30))


@given(CHOICES, st.booleans())
def test_whatever_is_chosen_each_draft_stands_once_and_the_brief_has_ten_at_most(chosen: Choice, finance: bool) -> None:
    sections = assemble(DRAFTS, chosen, Topic(name="ai", finance=finance), ())
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
    (core, events) = assemble(numbered, choice(same=[["d2", "d4"]], core=["d4"], events=["d2", "d1"]), TOPIC, ())
    assert [(point.text, point.citations) for point in core.points] == [("正文 1", ("t1", "t3"))]
    assert [point.text for point in events.points] == ["正文 0"]


def test_a_short_brief_is_filled_with_what_is_worth_it_and_not_told_yet() -> None:
    numbered = number([
        draft(1, importance=9), draft(2, importance=8, cites="t1"), draft(3, importance=7), draft(4, importance=5),
    ])  # fmt: skip
    core, events = assemble(numbered, choice(core=["d1"], events=["d2", "d3", "d4"]), TOPIC, ())
    assert [point.text for point in core.points] == ["正文 1", "正文 3"]
    assert [point.text for point in events.points] == ["正文 2", "正文 4"]
    assert core.points[0].kinds == ("core", "events", "ai")


@pytest.mark.parametrize(
    ("text", "zero"), [("油价上涨", True), ("比特币上涨", False), ("BTC up", False), ("Ethan 说", True)]
)
def test_the_zero_is_stated_where_a_count_finds_it(text: str, zero: bool) -> None:
    post = Tweet(id="1", author=Author(handle="a"), text=text, created_at=datetime(2026, 3, 27, tzinfo=UTC), source="x")
    _, market = assemble(number([draft(1), draft(2)]), choice(core=["d1"], market=["d2"]), TOPIC, [post])
    assert market.intro.endswith("没有帖子提到数字货币。") is zero


def test_a_sentence_rests_on_the_drafts_that_it_names() -> None:
    said = [{"text": "甲、乙都动了。", "points": ["d1", "d2"]}, {"text": "没有依据。", "points": ["d77"]}]
    overview, _ = assemble(number([draft(1), draft(2)]), choice(core=["d1", "d2"], overview=said), TOPIC, ())
    assert [(point.text, point.citations) for point in overview.points] == [("甲、乙都动了。", ("t1", "t2"))]


def test_without_an_editor_every_draft_has_its_place() -> None:
    sections = assemble(DRAFTS, choose_by_importance(DRAFTS), TOPIC, ())
    assert sum(len(section.all_points()) for section in sections) == len(DRAFTS)


@given(st.lists(st.integers(1, 3), max_size=150), st.integers(1, 3000))
def test_every_post_is_dealt_into_one_batch_and_batches_are_few(sizes: list[int], length: int) -> None:
    when = datetime(2026, 3, 27, tzinfo=UTC)
    stories = []
    for at, size in enumerate(sizes):
        tweets = tuple(
            Tweet(id=f"{at}-{part}", author=Author(handle="a"), text=f"{part}" * length, created_at=when, source="x")
            for part in range(size)
        )
        stories.append(Story(tweets=tweets, lead=tweets[-1].id, score=1, first_seen=when))
    dealt = batches(stories)
    shown = [post.id for batch in dealt for post in batch.posts.values()]
    assert sorted(shown) == sorted(post.id for story in stories for post in story.tweets)
    assert len(dealt) <= sum(sizes) // 60 + 1
    for batch in dealt:
        assert [label for group in batch.groups for label in group] == list(batch.posts)
        assert 1 <= batch.points <= len(batch.posts)


@given(st.lists(st.lists(st.sampled_from(["p1", "P2", "p3", "p0", "<p1>", "2037200000000000001"]), max_size=5)))
def test_a_kept_point_cites_posts_that_were_shown_and_nothing_else(cited: list[list[str]]) -> None:
    when = datetime(2026, 3, 27, tzinfo=UTC)
    tweets = tuple(
        Tweet(id=f"t{at}", author=Author(handle="a"), text=f"正文 {at}", created_at=when, source="x") for at in (1, 2)
    )
    (batch,) = batches([Story(tweets=(post,), lead=post.id, score=1, first_seen=when) for post in tweets])
    points = [{"headline": "h", "text": "t", "citations": ids, "importance": 5, "kinds": []} for ids in cited]
    kept = keep(Drafts.model_validate({"points": points}), batch)
    known = [{label.strip("<>").lower() for label in ids} & {"p1", "p2"} for ids in cited]
    assert [set(point.citations) for point in kept.points] == [{f"t{at[1]}" for at in ids} for ids in known if ids]
    assert kept.dropped_points == sum(not ids for ids in known)
