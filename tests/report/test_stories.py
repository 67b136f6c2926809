"""What is grouped into one story, and what comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report.stories import group
from tests.posts import day_of_posts, post


def ids(number: int) -> str:
    return f"{2008700000000000000 + number}"


def test_a_quote_joins_its_post() -> None:
    stories = group([post(1, "Tern-3 weights are open"), post(2, "This matters a lot for labs", quoted_id=ids(1))])
    assert [len(story.tweets) for story in stories] == [2]


def test_posts_that_share_a_link_tell_one_story() -> None:
    url = ("https://news.example/halden?utm=1",)
    other = ("https://news.example/halden",)
    stories = group([post(1, "Halden Micro delays its chip", urls=url), post(2, "供应链又出事", urls=other)])
    assert len(stories) == 1


def test_a_post_that_says_something_comes_before_a_liked_nod() -> None:
    stories = group([post(30, "so true!! wow wow wow wow wow", likes=40_000), *day_of_posts()[:4]])
    assert stories[0].lead != ids(30)


def test_the_lead_is_the_fullest_telling_and_stands_first() -> None:
    short = post(1, "望舒 2.5 发布了", urls=("https://a.example",))
    full = post(2, "澄海智能发布望舒 2.5，上下文 100 万 token，价格降到 2 元，权重开放。", urls=("https://a.example",))
    story = group([short, full])[0]
    assert story.lead == full.id == story.tweets[0].id


@given(st.lists(st.text(max_size=50), max_size=15))
def test_every_post_stands_in_exactly_one_story(texts: list[str]) -> None:
    tweets = [post(number, text) for number, text in enumerate(texts)]
    grouped = [tweet.id for story in group(tweets) for tweet in story.tweets]
    assert sorted(grouped) == sorted(tweet.id for tweet in tweets)


def test_the_order_does_not_depend_on_the_order_of_reading() -> None:
    tweets = day_of_posts()
    assert [s.lead for s in group(tweets)] == [s.lead for s in group(tweets[::-1])]
