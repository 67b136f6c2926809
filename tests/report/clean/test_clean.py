"""Which posts stay, and which go for which reason."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.clean import clean, threads, width
from report.clean.ads import find_advertising
from report.clean.duplicates import find_copies, normalised
from report.model import Topic
from tests.posts import TOPIC, day_of_posts, post


def test_every_post_is_kept_or_dropped_with_its_reason() -> None:
    cleaned = clean(day_of_posts(), TOPIC)
    assert [tweet.id[-1] for tweet in cleaned.kept] == ["1", "2", "3", "4"]
    assert {row.id[-1]: row.kind for row in cleaned.dropped} == {"5": "ad", "6": "copy", "7": "empty", "8": "off_topic"}
    assert all(row.reason for row in cleaned.dropped)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_the_counts_always_add_up(texts: list[str]) -> None:
    tweets = [post(number, text) for number, text in enumerate(texts)]
    cleaned = clean(tweets, TOPIC)
    ids = [tweet.id for tweet in cleaned.kept] + [row.id for row in cleaned.dropped]
    assert Counter(ids) == Counter(tweet.id for tweet in tweets)


@pytest.mark.parametrize(
    "text",
    [
        "Retweet and follow to win an RTX card! Giveaway ends Friday",
        "转发抽送 5 份会员，评论区留言",
        "Claim your airdrop before the presale ends",
        "Use code TERN20 for 20% off my prompt engineering course",
        "大模型训练营今天早鸟价，报名链接在这里，名额有限",
        "Comment 'AGENT' and I will send you the whole workflow",
        "加微信进群领 AI 资料包",
        "Our penny stock picks have gained 3,600% in 9 months! Subscribe to get our future picks",
        "Kid-drawn posters, prompt below 👇 --ar 16:9 --sref 123",
    ],
)
def test_advertising_is_dropped_as_such(text: str) -> None:
    assert [row.kind for row in clean([post(1, text)], TOPIC).dropped] == ["ad"]


@pytest.mark.parametrize(
    "text",
    [
        "Introducing Tern-3! Our new model is live now, 50% cheaper API pricing than Tern-2: https://x.example/tern",
        "我们今天正式发布望舒 2.5，API 已上线，权重已开放，技术报告见链接。",
        "We just shipped Quillcode 2.0: agents that run your test suite before they open a pull request",
    ],
)
def test_a_maker_s_launch_is_no_advertising(text: str) -> None:
    assert clean([post(1, text)], TOPIC).dropped == ()


def test_one_text_from_many_accounts_is_a_campaign_and_wholly_gone() -> None:
    tweets = [post(n, f"This AI model changed how I write agents forever, try it {'!' * n}") for n in range(5)]
    dropped = clean(tweets, TOPIC).dropped
    assert {row.kind for row in dropped} == {"ad"}
    assert len(dropped) == 5


def test_a_changed_figure_is_no_copy() -> None:
    first = "Tern-3 reaches 71.2% on the new repository benchmark, ahead of every open model so far"
    assert find_copies([post(1, first), post(2, first.replace("71.2", "68.4"))]) == {}


def test_copies_differ_by_link_handle_emoji_and_case_only() -> None:
    original = post(1, "Tern-3 is out today with open weights https://a.example")
    copy = post(2, "RT @lab: TERN-3 is out today with open weights 🚀 https://b.example")
    assert find_copies([copy, original]) == {copy.id: original.id}


def test_a_repost_is_a_copy_of_what_it_reposts() -> None:
    original = post(1, "short")
    repost = post(2, "something else", reposted_id=original.id)
    assert find_copies([original, repost]) == {repost.id: original.id}


def test_parts_of_a_thread_share_its_subject() -> None:
    tweets = [
        post(1, "Claude session limits change during peak hours for all plans", by="a", minutes=1),
        post(2, "Overall weekly amounts stay the same, only their distribution changes", by="a", minutes=1.1),
    ]
    assert len(threads(tweets)) == 1
    assert clean(tweets, TOPIC).dropped == ()


def test_a_topic_of_another_subject_keeps_what_its_sources_give() -> None:
    garden = Topic(name="garden", title="园艺", query="园艺")
    assert clean([post(1, "今年的番茄长得特别好，阳台上收了两大筐，邻居都来拿。")], garden).dropped == ()


def test_what_an_admin_brought_back_stays_but_a_copy_does_not() -> None:
    advertising, off_topic, empty, again = (
        post(1, "Use code TERN20 for 20% off my prompt engineering course", minutes=1),
        post(2, "The tomatoes on my balcony are finally ripe, and the neighbours have noticed", minutes=5),
        post(3, "this", minutes=9),
        post(4, "The tomatoes on my balcony are finally ripe, and the neighbours have noticed", by="b", minutes=20),
    )
    tweets = [advertising, off_topic, empty, again]
    assert clean(tweets, TOPIC).kept == ()
    cleaned = clean(tweets, TOPIC, restored={tweet.id for tweet in tweets})
    assert cleaned.kept == (advertising, off_topic, empty)
    assert [row.kind for row in cleaned.dropped] == ["copy"]


def test_a_text_of_the_day_before_is_a_copy() -> None:
    yesterday = post(1, "Tern-3 reaches 71.2% on the new repository benchmark, ahead of every open model so far")
    today = post(2, f"{yesterday.text} https://a.example", minutes=900)
    cleaned = clean([today], TOPIC, earlier=[yesterday])
    assert [(row.kind, row.id) for row in cleaned.dropped] == [("copy", today.id)]
    assert yesterday.id in cleaned.dropped[0].reason


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        (
            "The startup that fixed our servers last year has a new product, and its founder says it is the big one",
            True,
        ),
        ("The tomatoes on my balcony are finally ripe, and the neighbours have noticed how good they are", False),
        ("Use code TERN20 for 20% off my prompt engineering course", False),
        ("https://a.example", False),
    ],
)
def test_a_model_is_asked_about_what_may_have_been_dropped_wrongly(text: str, doubtful: bool) -> None:
    (row,) = clean([post(1, text)], TOPIC).dropped
    assert row.doubtful is doubtful


def test_a_nod_is_doubtful_where_it_answers_somebody() -> None:
    (row,) = clean([post(1, "exactly this", quoted_text="Tern-3 doubles its context window")], TOPIC).dropped
    assert (row.kind, row.doubtful) == ("empty", True)


def test_what_quotes_a_post_on_the_topic_is_on_the_topic() -> None:
    news = post(1, "Tern-3 doubles its context window to 512K tokens for all paid plans")
    comment = post(
        2, "Finally, I have waited for this since the spring and it was worth it", minutes=9, quoted_id=news.id
    )
    assert clean([news, comment], TOPIC).dropped == ()
    assert [row.kind for row in clean([comment], TOPIC).dropped] == ["off_topic"]


def test_a_part_of_an_advertising_thread_needs_less_to_go_with_it() -> None:
    shown = post(1, "Kid-drawn posters, prompt share 👇 --ar 16:9 --sref 123", by="a", minutes=1)
    text = "“Crayon drawing of a [SHOW] poster, movie poster style, lined paper, pastel, bright background”"
    prompt = post(2, text, by="a", minutes=1.1)
    assert not find_advertising(text)
    assert {row.kind for row in clean([shown, prompt], TOPIC).dropped} == {"ad"}


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


def test_a_chinese_character_takes_two_columns() -> None:
    assert width("AI 报") == 5
