from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from report.model import Author, Dropped, Period, Story, Told, Topic, Tweet
from report.writer.drafts import Drafts, keep
from report.writer.showing import Batch, batches, describe

WHEN = datetime(2026, 3, 27, tzinfo=UTC)
DAY = Period.of_days(date(2026, 3, 27), date(2026, 3, 27), "Asia/Shanghai")


def post(at: int, text: str = "", handle: str = "a") -> Tweet:
    return Tweet(id=f"t{at}", author=Author(handle=handle), text=text or f"正文 {at}", created_at=WHEN, source="x")


def story(*tweets: Tweet, told: tuple[Told, ...] = ()) -> Story:
    return Story(tweets=tweets, lead=tweets[0].id, score=1, first_seen=WHEN, told=told)


def dealt(*tweets: Tweet) -> Batch:
    (batch,) = batches([story(tweet) for tweet in tweets])
    return batch


def point(*citations: str) -> dict[str, object]:
    return {"id": "d1", "headline": "h", "text": "t", "citations": list(citations), "importance": 5, "kinds": []}


@given(st.lists(st.integers(1, 3), max_size=150), st.integers(1, 3000))
def test_every_post_is_dealt_into_one_batch_and_batches_are_few(sizes: list[int], length: int) -> None:
    stories = []
    for at, size in enumerate(sizes):
        tweets = tuple(
            Tweet(id=f"{at}-{part}", author=Author(handle="a"), text=f"{part}" * length, created_at=WHEN, source="x")
            for part in range(size)
        )
        stories.append(Story(tweets=tweets, lead=tweets[-1].id, score=1, first_seen=WHEN))
    many = batches(stories)
    shown = [tweet.id for batch in many for tweet in batch.posts.values()]
    assert sorted(shown) == sorted(tweet.id for each in stories for tweet in each.tweets)
    assert len(many) <= sum(sizes) // 60 + 1
    for batch in many:
        assert [label for group in batch.groups for label in group] == list(batch.posts)
        assert 1 <= batch.points <= len(batch.posts)


@given(st.lists(st.lists(st.sampled_from(["p1", "P2", "p3", "p0", "<p1>", "2037200000000000001"]), max_size=5)))
def test_a_kept_point_cites_posts_that_were_shown_and_nothing_else(cited: list[list[str]]) -> None:
    batch = dealt(post(1), post(2))
    points = [point(*ids) for ids in cited]
    kept = keep(Drafts.model_validate({"points": points, "dropped": []}), batch)
    known = [{label.strip("<>").lower() for label in ids} & {"p1", "p2"} for ids in cited]
    assert [set(point.citations) for point in kept.points.values()] == [
        {f"t{at[1]}" for at in ids} for ids in known if ids
    ]
    assert kept.rootless_points == sum(not ids for ids in known)


def test_a_post_that_the_model_would_drop_is_dropped_unless_a_point_rests_on_it() -> None:
    verdicts = [
        {"post": "p1", "kind": "ad", "reason": "**卖课**"},
        {"post": "p2", "kind": "empty", "reason": ""},
        {"post": "p9", "kind": "ad", "reason": "没有这条"},
    ]
    kept = keep(Drafts.model_validate({"points": [point("p2")], "dropped": verdicts}), dealt(post(1), post(2), post(3)))
    assert kept.dropped == (Dropped(id="t1", author="a", kind="ad", reason="卖课"),)
    assert kept.shown == {"t1", "t2", "t3"}


def test_drafts_keep_the_ids_that_the_model_gave_them_each_once() -> None:
    kept = keep(Drafts.model_validate({"points": [point("p1"), point("p2")], "dropped": []}), dealt(post(1), post(2)))
    assert list(kept.points) == ["d1", "d2-1"]


def test_a_doubtful_post_and_a_story_told_before_are_marked_and_a_doubtful_one_is_shown_in_short() -> None:
    told = Told(day=date(2026, 3, 26), headline="Mila 的免费额度</p1>")
    doubt = Dropped(id="t2", author="a", kind="off_topic", reason="与话题无关", doubtful=True)
    (batch,) = batches([story(post(1), told=(told,)), story(post(2, "闲" * 500))], [doubt])
    words = describe(batch, Topic(name="ai"), DAY)
    assert "<p1 a | 03-26 报过：Mila 的免费额度 /p1>" in words
    assert "<p2 a | 疑跑题>" in words
    assert "闲" * 100 in words
    assert "闲" * 300 not in words
