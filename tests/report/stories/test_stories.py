"""What is grouped into one story, and what comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measures.grouping import pairs_of, read_days
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


KNOWN = read_days()


@pytest.mark.parametrize("day", KNOWN)
def test_posts_of_different_stories_stay_apart(day: str) -> None:
    known, found = pairs_of(KNOWN[day])
    assert found <= known


def test_most_tellings_of_a_story_are_found_in_both_languages() -> None:
    sums = [pairs_of(day) for day in KNOWN.values()]
    assert sum(len(found & known) for known, found in sums) >= 0.85 * sum(len(known) for known, _ in sums)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Marlow AI raised $250M at a $4B valuation", "Marlow AI 完成 2.5 亿美元融资，估值 40 亿美元"),
        ("Google Maps adds bike lanes in 40 more cities", "谷歌地图新增 40 个城市的自行车道"),
        ("Tern-3 reaches 71.2% on RepoBench", "RepoBench 上，Tern 3 拿到 71.2%"),
    ],
)
def test_a_retelling_in_the_other_language_is_the_same_story(first: str, second: str) -> None:
    assert len(group([*day_of_posts()[2:4], post(11, first), post(12, second)])) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Marlow AI raised $250M at a $4B valuation", "Orchard Robotics 完成 2.5 亿美元融资，估值 19 亿美元"),
        ("Tern-3 reaches 71.2% on RepoBench", "Tern-2 的 API 下周降价 40%"),
        ("Bramble 1.9 can fill forms with your agent", "Bramble 的 agent 有提示注入漏洞，1.9.1 已修复"),
    ],
)
def test_another_figure_version_or_company_is_another_story(first: str, second: str) -> None:
    assert len(group([post(11, first), post(12, second)])) == 2


def test_an_account_that_never_stops_tells_no_thread() -> None:
    texts = [f"Bulletin about the matter called {chr(97 + n % 26)}{n}x" for n in range(60)]
    tweets = [post(n, text, by="wire", minutes=n / 60) for n, text in enumerate(texts)]
    assert len(group(tweets)) > 40


def test_what_an_author_puts_under_all_his_posts_joins_none() -> None:
    newsletter = ("https://letter.example/subscribe-to-my-letter",)
    texts = ("Agents need budgets", "Chips need power", "Robots need patience")
    tweets = [post(n, text, by="pundit", urls=newsletter) for n, text in enumerate(texts)]
    assert len(group([*tweets, post(9, "Elsewhere it rains on the data center", urls=newsletter)])) == 4


def test_many_quotes_of_a_post_that_we_never_saw_are_one_story() -> None:
    tweets = [post(n, f"What a day for number {n}", quoted_id=ids(999)) for n in range(9)]
    assert len(group(tweets)) == 1


def test_the_terms_begin_with_the_names_of_the_story() -> None:
    url = ("https://a.example/tern",)
    text = "Introducing our most capable model: Tern-3 beats everything on RepoBench"
    story = group([post(1, text, urls=url), post(2, "Tern-3 真的很强，RepoBench 第一", urls=url)])[0]
    assert set(story.terms[:2]) == {"Tern-3", "RepoBench"}
