"""The shipped posts are what X would send for three days, and hold everything that a report has to cope with."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo import FIRST, LAST, NAMES, TIMEZONE, posts_file

Post = dict[str, Any]
SNOWFLAKE_EPOCH_MS = 1288834974657
CAMPAIGN = "跟着AI量化机器人星推宝跑了三周"


@pytest.fixture(scope="module")
def content() -> str:
    with posts_file() as path:
        return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(content: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(content)
    return loaded


@pytest.fixture(scope="module")
def posts(page: dict[str, Any]) -> list[Post]:
    found: list[Post] = page["data"]
    return found


def whole_text(post: Post) -> str:
    text: str = post.get("note_tweet", post)["text"]
    return text


def letters(post: Post) -> str:
    """Its text without spaces, punctuation and emoji: what the copies of a campaign have in common."""
    return "".join(character for character in whole_text(post) if unicodedata.category(character)[0] in "LN")


def created_at(post: Post) -> datetime:
    return datetime.strptime(post["created_at"], "%Y-%m-%dT%H:%M:%S.000Z").replace(tzinfo=UTC)


def test_there_are_enough_posts_and_the_page_counts_them(page: dict[str, Any], posts: list[Post]) -> None:
    assert 200 <= len(posts) <= 300
    assert page["meta"] == {
        "newest_id": posts[0]["id"],
        "oldest_id": posts[-1]["id"],
        "result_count": len(posts),
    }


def test_ids_are_19_digits_unique_and_newest_first(posts: list[Post]) -> None:
    ids = [post["id"] for post in posts]
    assert all(len(post_id) == 19 and post_id.isdecimal() for post_id in ids)
    assert all(int(newer) > int(older) for newer, older in pairwise(ids))


def test_an_id_tells_the_moment_of_its_post(posts: list[Post]) -> None:
    for post in posts:
        moment = datetime.fromtimestamp(((int(post["id"]) >> 22) + SNOWFLAKE_EPOCH_MS) // 1000, UTC)
        assert moment == created_at(post), post["id"]


def test_three_whole_days_of_the_zone_are_covered(posts: list[Post]) -> None:
    days = Counter(created_at(post).astimezone(ZoneInfo(TIMEZONE)).date() for post in posts)
    assert sorted(days) == [FIRST, FIRST + timedelta(days=1), LAST]
    assert min(days.values()) >= 60


def test_every_author_is_included_once(page: dict[str, Any], posts: list[Post]) -> None:
    users = page["includes"]["users"]
    assert len({user["id"] for user in users}) == len({user["username"] for user in users}) == len(users)
    assert {post["author_id"] for post in posts} == {user["id"] for user in users}


def test_every_post_that_another_refers_to_is_included_and_older(page: dict[str, Any], posts: list[Post]) -> None:
    included = {post["id"] for post in page["includes"]["tweets"]}
    references = [(post["id"], found["id"]) for post in posts for found in post.get("referenced_tweets", [])]
    assert {target for _, target in references} == included
    assert all(int(target) < int(source) for source, target in references)
    kinds = {found["type"] for post in posts for found in post.get("referenced_tweets", [])}
    assert kinds == {"quoted", "retweeted", "replied_to"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages_have_their_share(posts: list[Post], language: str) -> None:
    assert sum(post["lang"] == language for post in posts) >= 0.4 * len(posts)


def test_long_posts_are_cut_in_text_and_whole_in_the_note(posts: list[Post]) -> None:
    long = [post for post in posts if "note_tweet" in post]
    for post in long:
        cut, link = post["text"].rsplit("… ", 1)
        assert link.startswith("https://t.co/")
        assert post["note_tweet"]["text"].startswith(cut)
        assert len(post["note_tweet"]["text"]) > len(post["text"])
    assert sum(600 <= len(whole_text(post)) <= 1800 for post in long) >= 12


def test_entities_point_at_their_words(posts: list[Post]) -> None:
    for post in posts:
        for part in (post, post.get("note_tweet", {})):
            entities = part.get("entities", {})
            for url in entities.get("urls", []):
                assert part["text"][url["start"] : url["end"]] == url["url"]
            for mention in entities.get("mentions", []):
                assert part["text"][mention["start"] : mention["end"]] == "@" + mention["username"]


def test_each_name_is_written_by_somebody_or_is_somebody(page: dict[str, Any], posts: list[Post]) -> None:
    words = " ".join([whole_text(post) for post in posts] + [user["name"] for user in page["includes"]["users"]])
    assert [name for name in NAMES if name not in words] == []
    assert len(set(NAMES)) == len(NAMES)


def test_some_posts_come_without_metrics(posts: list[Post]) -> None:
    none = [post for post in posts if "public_metrics" not in post]
    some = [post for post in posts if 0 < len(post.get("public_metrics", {})) < 6]
    assert len(none) >= 10
    assert len(some) >= 5
    assert len(none) + len(some) >= 15


def test_one_advertising_text_comes_from_many_accounts(posts: list[Post]) -> None:
    copies = [post for post in posts if CAMPAIGN in letters(post)]
    assert len(copies) >= 6
    assert len({post["author_id"] for post in copies}) == len(copies)
    assert len({whole_text(post) for post in copies}) == len(copies)


def test_the_most_liked_post_of_a_day_says_nothing(posts: list[Post]) -> None:
    """Ranking by likes alone must fail: each winner is a joke that names nothing a reader follows."""
    by_day: dict[object, list[Post]] = defaultdict(list)
    for post in posts:
        by_day[created_at(post).astimezone(ZoneInfo(TIMEZONE)).date()].append(post)
    for day in by_day.values():
        winner = max(day, key=lambda post: post.get("public_metrics", {}).get("like_count", 0))
        assert not {"Tern", "望舒", "Halden", "AI"} & set(whole_text(winner).split())
        assert len(whole_text(winner)) < 100


def test_a_link_leads_to_a_reserved_name_or_to_the_post_itself(page: dict[str, Any], posts: list[Post]) -> None:
    """RFC 2606: nobody can own .example, so no reader of the demo is sent to a stranger's site."""
    for post in posts + page["includes"]["tweets"]:
        for part in (post, post.get("note_tweet", {})):
            for url in part.get("entities", {}).get("urls", []):
                host = url["expanded_url"].removeprefix("https://").split("/")[0]
                assert host == "x.com" or host.endswith(".example"), url["expanded_url"]


def test_the_file_is_small_and_has_one_post_a_line(content: str, posts: list[Post]) -> None:
    assert len(content.encode()) < 400_000
    ids = [json.loads(line.rstrip(","))["id"] for line in content.splitlines() if line.startswith('{"id":')]
    assert ids[: len(posts)] == [post["id"] for post in posts]
    assert not [character for character in content if unicodedata.category(character) == "Cf" and character != "\u200d"]
