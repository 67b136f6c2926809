"""Which posts repeat another, of today or of the days before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.clean.duplicates import bare, find_copies
from tests.posts import post

TEXT = "Tern-3 is out today with open weights, a 1M context window and a paper that says how it was trained"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.upper(),
        f"{TEXT} 🚀🔥 https://b.example/x",
        f"RT @lab: {TEXT}",
        f"RT @lab: {TEXT[:70]}…",
        TEXT.replace("out today", "out now"),
        f"@friend {TEXT}!!!",
    ],
)
def test_the_same_words_with_another_dress_are_a_copy(copy: str) -> None:
    original, again = post(1, f"{TEXT} https://a.example"), post(2, copy)
    assert find_copies([again, original]) == {again.id: original.id}


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("1M", "2M"),
        "Tern-3 is out today, and I have questions about the license that nobody at the lab wants to answer",
        f"{TEXT[:50]}…",  # cut, but no repost: it may go on with something else
    ],
)
def test_what_says_something_else_is_no_copy(other: str) -> None:
    assert find_copies([post(1, TEXT), post(2, other)]) == {}


def test_a_post_that_repeats_one_of_yesterday_is_a_copy_of_it() -> None:
    yesterday, today = post(1, TEXT), post(2, f"{TEXT} https://c.example")
    assert find_copies([today], [yesterday]) == {today.id: yesterday.id}


def test_a_repost_of_yesterday_s_post_is_a_copy_of_it() -> None:
    yesterday, today = post(1, "short"), post(2, "RT @a: short", reposted_id=post(1, "short").id)
    assert find_copies([today], [yesterday]) == {today.id: yesterday.id}


def test_yesterday_s_posts_are_never_copies_themselves() -> None:
    old = [post(1, TEXT), post(2, TEXT)]
    assert find_copies([post(3, "something else that nobody said before")], old) == {}


def test_a_post_that_is_in_both_days_is_no_copy_of_itself() -> None:
    assert find_copies([post(1, TEXT)], [post(1, TEXT)]) == {}


@given(st.lists(st.sampled_from([TEXT, f"{TEXT} 🚀", TEXT[:60], "lol", "", "https://a.example"]), max_size=12))
def test_every_copy_points_to_a_post_that_is_none(texts: list[str]) -> None:
    copies = find_copies([post(number, text) for number, text in enumerate(texts)])
    assert not set(copies) & set(copies.values())


@given(st.text())
def test_bare_words_hold_no_address_and_no_handle(text: str) -> None:
    assert "elsewhere" not in bare(f"{text} https://elsewhere.example/x @elsewhere")
