"""Rows of every shape become the same Tweet; what is missing is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Author, Tweet
from report.sources.decode import decode
from report.sources.fields import BadRow, clean, read_count, read_id, read_time

ID = "2008751234567890123"
LONG = "长" * 400
V2 = {
    "id": ID,
    "author_id": "77",
    "text": "short &amp; sweet",
    "created_at": "2026-01-07T04:00:00.000Z",
    "lang": "en",
    "public_metrics": {"like_count": 5, "retweet_count": 0, "reply_count": 2},
}
USER = {"id": "77", "name": "Lin &amp; Co", "username": "linyue", "description": "bio"}
V1 = {
    "id_str": ID,
    "full_text": "old &lt;form&gt;",
    "created_at": "Wed Jan 07 04:00:00 +0000 2026",
    "favorite_count": 3,
    "retweet_count": 1,
    "user": {"screen_name": "linyue", "name": "Lin", "followers_count": 9},
}
TWITTERAPI = {
    "type": "tweet",
    "id": ID,
    "text": "hello https://t.co/a",
    "createdAt": "Wed Jan 07 04:00:00 +0000 2026",
    "likeCount": 4,
    "author": {"userName": "linyue", "name": "Lin", "id": "77", "followers": 8},
    "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://b.example/post"}]},
}
BUILDER = {
    "id": ID,
    "author": {"handle": "linyue", "name": "Lin", "bio": "builds"},
    "text": "built it",
    "createdAt": "2026-01-07T04:00:00.000Z",
    "likes": 1,
    "retweets": 2,
    "replies": 3,
    "isQuote": True,
    "quotedTweetId": "2008750000000000001",
}


def one(document: Any, **known: Any) -> Tweet:
    decoded = decode(document, source="file:t", **known)
    assert decoded.problems == ()
    (tweet,) = decoded.tweets
    return tweet


@pytest.mark.parametrize(
    "document",
    [
        {"data": [V2], "includes": {"users": [USER]}, "meta": {"result_count": 1}},
        {**V2, "author": USER},
        V1,
        TWITTERAPI,
        {"followings": [{"user": {"screen_name": "other"}, "tweets": [TWITTERAPI]}], "trending": []},
        {"status": "success", "data": {"tweets": [TWITTERAPI]}},
        BUILDER,
        {"x": [{"handle": "linyue", "name": "Lin", "tweets": [{k: v for k, v in BUILDER.items() if k != "author"}]}]},
        [[BUILDER]],
        {"statuses": [V1], "search_metadata": {"count": 1}},
    ],
)
def test_every_shape_gives_id_author_and_time(document: Any) -> None:
    tweet = one(document)
    assert (tweet.id, tweet.author.handle) == (ID, "linyue")
    assert tweet.created_at == datetime(2026, 1, 7, 4, tzinfo=UTC)


def test_our_own_json_comes_back_as_it_was() -> None:
    tweet = Tweet(
        id=ID,
        author=Author(handle="linyue", id="77", followers=1),
        text="R&amp;D stays as stored",
        created_at=datetime(2026, 1, 7, tzinfo=UTC),
        urls=("https://b.example/a?x=1&amp;y=2",),
        source="x",
    )
    for form in (tweet.model_dump_json(), tweet.model_dump_json(exclude_defaults=True)):
        assert one(json.loads(form)) == tweet


def test_texts_and_names_lose_their_html_entities() -> None:
    page = {"data": [V2], "includes": {"users": [USER]}}
    assert (one(page).text, one(page).author.name, one(V1).text) == ("short & sweet", "Lin & Co", "old <form>")


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_post_is_whole_under_the_old_and_the_new_name(name: str) -> None:
    row = {**V2, "text": LONG[:279] + "…", name: {"text": LONG}}
    assert one({"data": [row], "includes": {"users": [USER]}}).text == LONG


@pytest.mark.parametrize(
    ("references", "included"),
    [("referenced_tweets", "tweets"), ("referenced_posts", "posts"), ("referenced_posts", "tweets")],
)
def test_reposts_and_quotes_are_completed_from_the_includes(references: str, included: str) -> None:
    def page(kind: str, text: str) -> dict[str, Any]:
        row = {**V2, "text": text, references: [{"type": kind, "id": "1999"}]}
        other = {**V2, "id": "1999", "author_id": "88", "text": "cut …", "note_tweet": {"text": LONG}}
        return {"data": [row], "includes": {"users": [USER, {"id": "88", "username": "maker"}], included: [other]}}

    repost = one(page("retweeted", "RT @maker: 长长…"))
    assert (repost.text, repost.reposted_id) == (f"RT @maker: {LONG}", "1999")
    quote = one(page("quoted", "look"))
    assert (quote.text, quote.quoted_id, quote.quoted_text) == ("look", "1999", LONG)
    reply = one(page("replied_to", "yes"))
    assert (reply.text, reply.reply_to_id, reply.quoted_text) == ("yes", "1999", "")


def test_a_v1_repost_is_whole_and_keeps_its_speaker() -> None:
    inner = {**V1, "id_str": "1999", "full_text": LONG, "user": {"screen_name": "maker"}}
    repost = one({**V1, "full_text": f"RT @maker: {LONG[:100]}…", "retweeted_status": inner})
    assert (repost.text, repost.reposted_id) == (f"RT @maker: {LONG}", "1999")


def test_a_v1_extended_post_is_whole() -> None:
    row = {**V1, "full_text": None, "text": "cut…", "extended_tweet": {"full_text": LONG}}
    assert one(row).text == LONG


def test_missing_metrics_are_none_and_zero_is_zero() -> None:
    tweet = one({"data": [V2], "includes": {"users": [USER]}})
    assert (tweet.likes, tweet.reposts, tweet.replies, tweet.quotes) == (5, 0, 2, None)


def test_addresses_are_expanded_and_own_pictures_left_out() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://b.example/x", "unwound_url": "https://b.example/y"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/a/status/1/photo/1", "display_url": "pic.x.com/b"},
        {"url": "https://t.co/a", "expanded_url": "https://b.example/y"},
        {"expanded_url": "javascript:alert(1)"},
    ]
    row = {**V2, "entities": {"urls": urls}}
    assert one({"data": [row], "includes": {"users": [USER]}}).urls == ("https://b.example/y",)
    assert one({**V1, "entities": {"urls": ["http://c.example/z"]}}).urls == ("http://c.example/z",)


def test_an_author_who_is_not_included_is_called_by_number_and_the_link_still_works() -> None:
    tweet = one({"data": [V2]})
    assert tweet.author == Author(handle="77", id="77")
    assert tweet.url == f"https://x.com/i/status/{ID}"
    known = one({"data": [V2]}, authors={"77": Author(handle="linyue", id="77")})
    assert known.url == f"https://x.com/linyue/status/{ID}"


def test_the_address_tells_the_handle_where_nothing_else_does() -> None:
    row = {key: value for key, value in BUILDER.items() if key != "author"}
    assert one({**row, "url": f"https://x.com/linyue/status/{ID}"}).author.handle == "linyue"


def test_an_answer_that_found_nothing_is_no_problem() -> None:
    assert decode({"meta": {"result_count": 0}}, source="x") == decode([], source="x")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**V2, "id": 2.008751234567890e18}, "浮点数"),
        ({**V2, "id": None}, "缺 id"),
        ({**V2, "id": "abc"}, "不是数字"),
        ({**V2, "id": True}, "不是数字"),
        ({**V2, "text": None}, "缺正文"),
        ({**V2, "created_at": None}, "缺时间"),
        ({**V2, "created_at": "yesterday"}, "读不懂"),
        ({**BUILDER, "author": {}}, "缺作者"),
        ({**V1, "user": {"screen_name": ""}}, "缺作者"),
        ({"author": {"handle": "a"}, "source": "x", "created_at": "2026-01-07T00:00:00Z"}, "字段不对：id、text"),
        (7, "不是 JSON 对象"),
        (None, "不是 JSON 对象"),
        ({}, "缺 id"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(row: Any, said: str) -> None:
    decoded = decode([BUILDER, row, BUILDER], source="file:t", place="第 7 行")
    assert len(decoded.tweets) == 2
    (problem,) = decoded.problems
    assert problem.startswith("第 7 行第 2 条：")
    assert said in problem


def test_deep_nesting_is_a_bad_row_and_no_crash() -> None:
    document: Any = BUILDER
    for _ in range(500):
        document = [document]
    assert len(decode(document, source="file:t").problems) == 1


@given(st.integers(min_value=0, max_value=10**19 - 1))
def test_an_id_is_unharmed_as_text_and_as_number(number: int) -> None:
    row = json.loads(json.dumps({"id": number}))
    assert read_id(row["id"]) == read_id(str(number)) == str(number)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_value_is_a_post_a_problem_or_nothing(value: Any) -> None:
    for name in V2:
        decoded = decode({"data": [{**V2, name: value}]}, source="x")
        assert len(decoded.tweets) + len(decoded.problems) == 1


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (7, 7), ("12", 12), (None, None), (True, None), (1.0, None), (-1, None), ("1k", None), ("²", None)],
)
def test_counts(value: object, count: int | None) -> None:
    assert read_count(value) == count


def test_times_are_aware_whatever_the_form() -> None:
    noon = datetime(2026, 1, 7, 4, tzinfo=UTC)
    forms = (
        "2026-01-07T04:00:00Z",
        "2026-01-07T12:00:00+08:00",
        "2026-01-07 04:00:00",
        "Wed Jan 07 04:00:00 +0000 2026",
    )
    assert {read_time(form) for form in forms} == {noon}
    with pytest.raises(BadRow):
        read_time(1767758400)
