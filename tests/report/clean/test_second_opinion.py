from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from report.clean import Cleaned
from report.clean.second_opinion import doubtful, drop, settle, without
from report.model import Author, Dropped, Point, Section, Story, Tweet, Written

START = datetime(2026, 3, 27, tzinfo=UTC)
POSTS = [
    Tweet(id=str(at), author=Author(handle="a"), text=f"{at}", created_at=START + timedelta(minutes=at), source="x")
    for at in range(6)
]
IDS = [post.id for post in POSTS]


def row(post: str, *, is_doubtful: bool = False, reason: str = "规则") -> Dropped:
    return Dropped(id=post, author="a", kind="ad", reason=reason, doubtful=is_doubtful)


def cleaned(kept: str, dropped: str = "", doubted: str = "") -> Cleaned:
    rows = [*map(row, dropped), *(row(post, is_doubtful=True) for post in doubted)]
    return Cleaned(kept=tuple(POSTS[int(at)] for at in kept), dropped=tuple(rows))


def written(dropped: str = "", judged: str = "", cited: str = "") -> Written:
    points = tuple(Point(id=f"core-{at}", text="甲", citations=(at,)) for at in cited)
    return Written(
        sections=(Section(kind="core", heading="核心信息", points=points),),
        writer="llm",
        dropped=tuple(row(post, reason="模型") for post in dropped),
        judged=frozenset(judged),
    )


def used(found: Cleaned) -> str:
    return "".join(tweet.id for tweet in found.kept)


def test_a_doubtful_post_that_the_model_saw_and_let_be_is_used() -> None:
    found = settle(cleaned("01", "2", "345"), written(judged="0134"), POSTS)
    assert used(found) == "0134"
    assert [gone.id for gone in found.dropped] == ["2", "5"]


def test_what_the_model_drops_goes_for_its_reason_unless_a_point_cites_it() -> None:
    found = settle(cleaned("0123", "45"), written(dropped="12", judged="0123", cited="2"), POSTS)
    assert used(found) == "023"
    assert [(gone.id, gone.reason) for gone in found.dropped] == [("1", "模型"), ("4", "规则"), ("5", "规则")]


def test_what_an_admin_brought_back_no_model_drops_again() -> None:
    assert used(settle(cleaned("012345"), written(dropped="12", judged="012345"), POSTS, ["1"])) == "01345"


def test_a_writer_that_judges_nothing_changes_nothing() -> None:
    assert settle(cleaned("01", "2", "345"), written(), POSTS) == cleaned("01", "2", "345")


def test_a_story_of_doubtful_posts_alone_is_none_without_them() -> None:
    stories = [
        Story(tweets=(POSTS[0], POSTS[1]), lead="0", score=1, first_seen=START),
        Story(tweets=(POSTS[2],), lead="2", score=1, first_seen=START),
    ]
    (left,) = without(stories, [row("0", is_doubtful=True), row("2", is_doubtful=True)])
    assert (left.lead, [tweet.id for tweet in left.tweets]) == ("1", ["1"])


SETS = st.tuples(*(st.sets(st.sampled_from(IDS)) for _ in range(5)))


@given(st.lists(st.sampled_from("kdx"), min_size=6, max_size=6), SETS)
def test_every_post_stands_in_one_place_whatever_is_said(fates: list[str], sets: tuple[set[str], ...]) -> None:
    told, dropped, judged, cited, restored = sets
    by_fate = {fate: "".join(at for at, own in zip(IDS, fates, strict=True) if own == fate) for fate in "kdx"}
    before = cleaned(by_fate["k"], by_fate["x"], by_fate["d"])
    assert {gone.id for gone in doubtful(before)} == set(by_fate["d"])
    before = drop(before, [row(post, reason="报过") for post in sorted(told)])
    after = settle(before, written("".join(sorted(dropped)), "".join(judged), "".join(sorted(cited))), POSTS, restored)
    assert sorted([*used(after), *(gone.id for gone in after.dropped)]) == IDS
    assert not set(used(after)) & (dropped - cited - restored)
