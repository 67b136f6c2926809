"""What is worth telling before what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Author, Tweet
from report.stories.keys import read_keys
from report.stories.ranking import substance, worth
from tests.posts import post

REASONED = (
    "I moved our agent's tests out of the sandbox because the model kept reading stale files. Failures fell from 31% to"
    " 4% in a week, and the pull requests got smaller."
)


def value(*tweets: Tweet) -> list[float]:
    found = worth(tweets, read_keys(tweets))
    return [found[tweet.id] for tweet in tweets]


@pytest.mark.parametrize(
    "less",
    [
        "so true, lol",
        "Thank you all, feeling so lucky to work with this team",
        "https://t.co/abcdefgh",
        "Learn more: https://t.co/abcdefgh",
        "New episode is out, subscribe on YouTube: https://t.co/abc Spotify: https://t.co/def",
        "Anyone know a good way to do this?",
        "Just watched the sunset over the bay, what a day to be alive with friends and family around me",
        "太强了，恭喜恭喜",
    ],
)
def test_what_was_done_and_measured_comes_before(less: str) -> None:
    first, second = value(post(1, REASONED), post(2, less, likes=50_000))
    assert first > second


def test_engagement_counts_for_that_account() -> None:
    loud = [post(n, f"{REASONED} ({n})", by="loud", likes=20_000) for n in range(1, 5)]
    quiet = [post(n, f"{REASONED} ({n})", by="quiet", likes=10) for n in range(5, 8)]
    hit = post(8, f"{REASONED} (8)", by="quiet", likes=900)
    *_, usual, best = value(*loud, *quiet, hit)
    assert best - usual > value(*loud, *quiet, hit)[0] - usual


def test_likes_that_nobody_gave_us_move_nothing() -> None:
    known, unknown = post(1, REASONED, likes=100), post(2, REASONED + " Really.")
    assert value(unknown)[0] == pytest.approx(substance(unknown))
    assert value(known, unknown)[1] == pytest.approx(substance(unknown))


def test_the_first_of_a_thread_carries_it() -> None:
    first = post(1, REASONED, by="hana", minutes=1)
    later = post(2, REASONED.replace("31%", "33%"), by="hana", minutes=1.1)
    assert value(first, later)[0] > value(first, later)[1]


def test_who_makes_a_thing_speaks_of_it_with_more_weight() -> None:
    maker = Author(handle="ada", bio="CEO of Quillcode")
    text = "Quillcode agents now run the tests before they open a pull request"
    assert substance(post(1, text, author=maker)) > substance(post(2, text, author=Author(handle="bo", bio="cook")))


@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_any_text_has_a_worth(texts: list[str]) -> None:
    assert all(-3 < number < 6 for number in value(*(post(n, text) for n, text in enumerate(texts))))
