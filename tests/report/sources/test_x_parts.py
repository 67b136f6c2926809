"""What is still to be read is found to the minute, never less than that."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.model import Topic
from report.sources.x_errors import XError, wait_s
from report.sources.x_parts import Part, parts_of, unread

START = datetime(2026, 1, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LENGTH = 300  # minutes


@given(st.lists(st.tuples(st.integers(0, LENGTH), st.integers(1, LENGTH)), max_size=4))
def test_every_uncovered_minute_is_unread_and_the_ends_of_a_stretch_are_not_covered(
    spans: list[tuple[int, int]],
) -> None:
    known = {minute for start, length in spans for minute in range(start, start + length)}

    def covered(since: datetime, until: datetime) -> bool:
        return all(minute in known for minute in range((since - START) // MINUTE, (until - START) // MINUTE))

    stretches = unread(covered, START, START + LENGTH * MINUTE)
    asked = {m for since, until in stretches for m in range((since - START) // MINUTE, (until - START) // MINUTE)}
    assert set(range(LENGTH)) - known <= asked <= set(range(LENGTH))
    assert stretches == sorted(stretches)
    if not set(range(LENGTH)) - known:
        assert stretches == []
    for since, until in stretches:
        assert until - since == MINUTE or not covered(since, since + MINUTE)
        assert until - since == MINUTE or not covered(until - MINUTE, until)


def test_addresses_and_at_signs_are_taken_off_and_each_part_comes_once() -> None:
    topic = Topic(
        name="ai", query=" AI ", users=("@ada", "ada", "https://x.com/lin/"), lists=("https://x.com/i/lists/9",)
    )
    assert parts_of(topic) == [Part("search", "AI"), Part("user", "ada"), Part("user", "lin"), Part("list", "9")]
    assert parts_of(Topic(name="ai")) == []


def test_a_query_and_a_user_of_one_name_are_two_things() -> None:
    assert len({Part(kind, "ada").fingerprint for kind in ("search", "user", "list")}) == 3


@pytest.mark.parametrize(
    ("status", "reset_s", "tries", "wait"),
    [
        (503, None, 1, 1.0),
        (500, None, 3, 4.0),
        (503, None, 4, None),
        (0, None, 2, 2.0),
        (429, 30, 1, 31.0),
        (429, 60, 3, 61.0),
        (429, -5, 1, 1.0),
        (429, 61, 1, None),
        (429, None, 1, 60.0),
        (429, 30, 4, None),
        (401, None, 1, None),
        (400, None, 1, None),
    ],
)
def test_how_long_to_wait(status: int, reset_s: float | None, tries: int, wait: float | None) -> None:
    reset = None if reset_s is None else START + timedelta(seconds=reset_s)
    assert wait_s(XError(status, {}, reset=reset), tries, START) == wait


def test_heavy_libraries_wait_until_a_source_is_read() -> None:
    script = (
        "import sys, report.sources.x, report.sources.rss, report.sources.file, bot.store.archive;"
        "print([name for name in ('tweepy', 'requests', 'feedparser', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  the line above
        [sys.executable, "-c", script],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
