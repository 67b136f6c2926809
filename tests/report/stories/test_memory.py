"""What was told before is known again: what says nothing new is left out, what goes on is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Period, Point, Report, Section, Told, Tweet, report_key
from report.stories import group
from report.stories.memory import has_news, is_remembered, recall, remember, told_words
from tests.posts import DAY, period, post

YESTERDAY = [
    post(1, "Northwind Labs released Tern-3: 71.2% on RepoBench, open weights under Apache 2.0.", by="northwind"),
    post(2, "QuillCode went down for 40 minutes after a routing change filled its caches.", by="quill"),
    post(3, "澄海智能发布望舒 2.5：上下文 100 万 token，权重今天开放下载。", by="chenghai"),
    post(
        4,
        "Halden Micro starts building its second fab in Elmside next spring.",
        by="halden",
        urls=("https://h.example/fab",),
    ),
]


def report(posts: Sequence[Tweet] = YESTERDAY, *, day: int = 6, headline: str = "昨天的事", **changes: Any) -> Report:
    points = tuple(
        Point(id=f"core-{n}", headline=f"{headline} {n}", text=f"写道：「{tweet.text}」", citations=(tweet.id,))
        for n, tweet in enumerate(posts, 1)
    )
    when = date(2026, 1, day)
    values: dict[str, Any] = {
        "key": report_key("ai", when, when),
        "topic": "ai",
        "first": when,
        "last": when,
        "timezone": "Asia/Shanghai",
        "sections": (Section(kind="core", heading="核心信息", points=points),),
        "created_at": DAY,
        "writer": "offline",
    }
    return Report.model_validate(values | changes)


def told_of(
    *posts: Tweet, reports: Sequence[Report] | None = None, restored: Sequence[str] = ()
) -> dict[str, list[str]]:
    """What `recall` makes of the posts: post → headlines told of it; dropped posts → the reason."""
    memory = remember(reports or [report()], YESTERDAY)
    recalled = recall(group(list(posts)), memory, restored=restored)
    found = {tweet.id: [told.headline for told in story.told] for story in recalled.stories for tweet in story.tweets}
    return found | {row.id: [row.reason] for row in recalled.dropped}


@pytest.mark.parametrize(
    "again",
    [
        "Northwind Labs released Tern-3: 71.2% on RepoBench, open weights under Apache 2.0. https://t.co/other 🎉",
        "RT @northwind: Northwind Labs released Tern-3: 71.2% on RepoBench, open weights under Apache 2.0.",
        "Released: Northwind Labs Tern-3! Open weights under Apache 2.0, 71.2% on RepoBench",
    ],
)
def test_a_story_that_is_back_unchanged_is_left_out_with_the_day_it_was_told(again: str) -> None:
    today = post(30, again)
    assert told_of(today) == {today.id: ["1 月 6 日已经报过，没有新内容"]}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Northwind Labs released Tern-3: 74.8% on RepoBench now, open weights under Apache 2.0.", {}),
        ("Two schools have banned it since, and their teachers are unhappy", {"quoted_id": YESTERDAY[0].id}),
        ("Parents of both pupils disagree with that ban, loudly", {"reply_to_id": YESTERDAY[0].id}),
        ("Neighbours collected signatures against it", {"urls": ("https://h.example/fab?utm=1",)}),
        ("又有消息：望舒 2.5 的上下文从 100 万 token 缩到 60 万，权重下载也暂停了", {}),
    ],
)
def test_a_story_that_goes_on_carries_what_was_told(text: str, fields: dict[str, Any]) -> None:
    today = post(30, text, **fields)
    (headlines,) = told_of(today).values()
    assert len(headlines) == 1
    assert headlines[0].startswith("昨天的事")


def test_what_shares_only_a_subject_is_new() -> None:
    today = post(30, "Lumen Forge released a robot with open weights; agents everywhere notice.")
    assert told_of(today) == {today.id: []}


def test_of_a_story_only_the_posts_without_news_go() -> None:
    url = ("https://n.example/tern",)
    same = post(30, YESTERDAY[0].text + " 👀", urls=url, likes=900)
    news = post(31, "Tern-3 weights were pulled at noon after a licence dispute with a supplier", urls=url)
    found = told_of(same, news)
    assert found[same.id] == ["1 月 6 日已经报过，没有新内容"]
    assert found[news.id] == ["昨天的事 1"]


def test_a_story_whose_lead_goes_weighs_less() -> None:
    url = ("https://n.example/tern",)
    same = post(30, YESTERDAY[0].text, urls=url)
    news = post(31, "licence dispute stops it, suppliers say so", urls=url)
    (before,) = group([same, news])
    (after,) = recall([before], remember([report()], YESTERDAY)).stories
    assert (after.lead, after.tweets) == (news.id, (news,))
    assert after.score < before.score


def test_what_an_admin_brought_back_stays() -> None:
    today = post(30, YESTERDAY[0].text)
    assert told_of(today, restored=[today.id]) == {today.id: ["昨天的事 1"]}


def test_the_newest_telling_stands_first_and_no_more_than_three_are_kept() -> None:
    reports = [report(day=day, headline=f"{day} 日") for day in (3, 6, 4, 5)]
    (told,) = told_of(post(30, "Tern-3 is praised by critics", quoted_id=YESTERDAY[0].id), reports=reports).values()
    assert told == ["6 日 1", "5 日 1", "4 日 1"]


def test_without_earlier_reports_nothing_is_told_and_nothing_dropped() -> None:
    today = post(30, YESTERDAY[0].text)
    recalled = recall(group([today]), remember([], YESTERDAY))
    assert not recalled.dropped
    assert recalled.stories[0].told == ()


def test_summaries_and_counts_of_a_report_are_no_tellings() -> None:
    sections = tuple(
        Section(kind=kind, heading="x", points=(Point(id="1", text="Tern-3", citations=(YESTERDAY[0].id,)),))
        for kind in ("overview", "changes", "sentiment", "noise")
    )
    assert remember([report(sections=sections)], YESTERDAY).told == ()


@pytest.mark.parametrize(
    ("changes", "remembered"),
    [
        ({}, True),
        ({"first": date(2026, 1, 7), "last": date(2026, 1, 7)}, False),  # itself
        ({"first": date(2026, 1, 8), "last": date(2026, 1, 8)}, False),
        ({"first": date(2026, 1, 6), "last": date(2026, 1, 7)}, False),
        ({"first": date(2025, 12, 24), "last": date(2025, 12, 24)}, True),
        ({"first": date(2025, 12, 20), "last": date(2025, 12, 20)}, False),
        ({"topic": "chips"}, False),
    ],
)
def test_only_the_topics_reports_of_the_14_days_before_are_remembered(
    changes: dict[str, Any], remembered: bool
) -> None:
    assert is_remembered(report(**changes), "ai", period()) is remembered


def test_the_window_of_the_morning_before_is_remembered_though_it_ended_a_little_later() -> None:
    now = DAY.replace(hour=0)

    def window(until_minutes: int, days_ago: int) -> Period:
        until = now + timedelta(minutes=until_minutes) - timedelta(days=days_ago)
        since = until - timedelta(hours=24)
        return Period(first=since.date(), last=until.date(), timezone="UTC", since=since, until=until)

    before = window(2, 1)
    fields: dict[str, Any] = {"first": before.first, "last": before.last, "since": before.since, "until": before.until}
    assert is_remembered(report(**fields), "ai", window(0, 0))
    assert not is_remembered(report(**fields), "ai", before)


@pytest.mark.parametrize(
    ("sentence", "is_news"),
    [
        ("QuillCode went down for 40 minutes", False),
        ("QuillCode went down for 55 minutes", True),
        ("Its founder apologised to every customer in writing", True),
        ("🎉", False),
    ],
)
def test_a_sentence_is_news_where_it_has_other_words_or_numbers(sentence: str, is_news: bool) -> None:
    assert has_news(sentence, [Told(day=date(2026, 1, 6), headline="", text=YESTERDAY[1].text)]) is is_news


def test_a_point_that_goes_on_names_the_day_and_the_headline_if_it_is_whole() -> None:
    day = date(2026, 3, 6)
    assert told_words(Told(day=day, headline="QuillCode 宕机")) == "续 3 月 6 日《QuillCode 宕机》。"
    assert told_words(Told(day=day, headline="Ada：The…")) == "续 3 月 6 日的报道。"


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=8))
def test_every_post_is_kept_or_dropped_once(texts: list[str]) -> None:
    posts = [post(n, text) for n, text in enumerate([*texts, YESTERDAY[0].text], 30)]
    recalled = recall(group(posts), remember([report()], YESTERDAY))
    ids = [tweet.id for story in recalled.stories for tweet in story.tweets] + [row.id for row in recalled.dropped]
    assert sorted(ids) == sorted(tweet.id for tweet in posts)
    assert all(story.lead == story.tweets[0].id for story in recalled.stories)
