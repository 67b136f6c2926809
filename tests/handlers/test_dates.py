"""Days as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import LONGEST, BadDate, read_day, read_days

TODAY = date(2026, 1, 8)  # a Thursday


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-01-07", "2026-01-07", "2026-01-07"),
        ("20260107", "2026-01-07", "2026-01-07"),
        ("２０２６－０１－０７", "2026-01-07", "2026-01-07"),
        ("2026年1月7日", "2026-01-07", "2026-01-07"),
        ("1月7日", "2026-01-07", "2026-01-07"),
        ("12月31日", "2025-12-31", "2025-12-31"),
        ("1.7", "2026-01-07", "2026-01-07"),
        ("昨天", "2026-01-07", "2026-01-07"),
        ("yesterday", "2026-01-07", "2026-01-07"),
        ("前天", "2026-01-06", "2026-01-06"),
        ("上周", "2025-12-29", "2026-01-04"),
        ("last week", "2025-12-29", "2026-01-04"),
        ("7d", "2026-01-01", "2026-01-07"),
        ("last 3 days", "2026-01-05", "2026-01-07"),
        ("最近3天", "2026-01-05", "2026-01-07"),
        ("本月", "2026-01-01", "2026-01-08"),
        ("2026-01-01..2026-01-07", "2026-01-01", "2026-01-07"),
        ("2026-01-01 2026-01-07", "2026-01-01", "2026-01-07"),
        ("2026-01-07 到 2026-01-01", "2026-01-01", "2026-01-07"),
        ("1月1日至1月7日", "2026-01-01", "2026-01-07"),
        ("Jan 7", "2026-01-07", "2026-01-07"),
    ],
)
def test_days_are_read_as_typed(typed: str, first: str, last: str) -> None:
    assert read_days(typed, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3月37日", "3 月没有 37 日"),
        ("2026-02-30", "2 月没有 30 日"),
        ("13月1日", "没有 13 月"),
        ("2026-01-09", "还没到"),
        ("0d", "1 到 92"),
        ("9999d", "1 到 92"),
        ("火星", "没看懂"),
        ("去年", "没看懂"),
        ("上个月", "没看懂"),
        ("99999d", "1 到 92"),
        ("", "没看懂"),
        ("2020-01-01..2026-01-01", "一次最多看 92 天"),
    ],
)
def test_a_wrong_day_says_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(BadDate, match=said):
        read_days(typed, TODAY)


@given(st.dates(date(2015, 1, 1), TODAY))
def test_every_past_day_is_read_back(day: date) -> None:
    assert read_day(day.isoformat(), TODAY) == read_day(f"{day:%Y%m%d}", TODAY) == day


@given(st.text(max_size=30))
def test_anything_typed_is_days_or_a_sentence(typed: str) -> None:
    said = ""
    first = last = TODAY
    try:
        first, last = read_days(typed, TODAY)
    except BadDate as error:
        said = str(error)
    assert said.endswith(("。", "？")) or not said
    assert first <= last <= TODAY
    assert last - first < timedelta(days=LONGEST)
