"""Hours, stretches and weekdays as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.hours.typed import (
    read_hour,
    read_hours,
    read_quiet,
    read_weekdays,
)
from handlers.hours.weekdays import weekday_words
from handlers.words import ZH

TENS, ONES = ("", "十", "二十"), "零一二三四五六七八九"
NUMERALS = [TENS[n // 10] + (ONES[n % 10] if n % 10 or n == 0 else "") for n in range(24)]


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("8:00", "08:00"), ("08:00", "08:00"), ("8点", "08:00"), ("8点半", "08:30"), ("20时", "20:00"),
        ("晚上8点", "20:00"), ("早上七点半", "07:30"), ("8am", "08:00"), ("8:30 pm", "20:30"), ("8 p.m.", "20:00"),
        ("２１：３０", "21:30"), ("8：30", "08:30"), ("十点", "10:00"), ("二十三点", "23:00"), ("24:00", "00:00"),
        ("12am", "00:00"), ("12pm", "12:00"), ("晚上12点", "00:00"), ("晚上十一点", "23:00"), ("中午12点", "12:00"),
        ("中午1点", "13:00"), ("下午3点一刻", "15:15"), ("八点十五分", "08:15"), ("noon", "12:00"), ("8", "08:00"),
        ("凌晨2点", "02:00"), ("半夜两点", "02:00"), ("8点钟", "08:00"), ("每天8点", "08:00"), ("晚上20点", "20:00"),
        ("25:00", None), ("8:61", None), ("13pm", None), ("0am", None), ("早上20点", None), ("24:30", None),
        ("ai", None), ("", None), ("点", None), ("一二点", None), ("8:5", None), ("-1:00", None), ("8点8点", None),
    ],
)  # fmt: skip
def test_an_hour_is_read_as_it_is_meant(typed: str, hour: str | None) -> None:
    assert read_hour(typed) == hour


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_hour_is_read_however_it_is_written(hour: int, minute: int) -> None:
    kept = f"{hour:02}:{minute:02}"
    full_width = kept.translate(str.maketrans("0123456789:", "０１２３４５６７８９："))
    latin = f"{hour % 12 or 12}:{minute:02} {'pm' if hour >= 12 else 'am'}"
    spoken = f"{NUMERALS[hour]}点{minute:02}分"
    for written in (kept, full_width, latin, latin.upper().replace(" ", ""), f"{hour}点{minute:02}", spoken):
        assert read_hour(written) == kept


@settings(deadline=None)
@given(st.text(max_size=12))
def test_anything_else_is_refused_without_an_error(typed: str) -> None:
    for read in (read_hour(typed), *(read_hours(typed) or ()), *(read_quiet(typed) or ())):
        assert read is None or (len(read) == 5 and "00:00" <= read <= "23:59")
    assert set(read_weekdays(typed) or ()) <= set(range(1, 8))


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("08:00 20:00", ("08:00", "20:00")),
        ("20点、8点", ("08:00", "20:00")),
        ("8点和20点", ("08:00", "20:00")),
        ("8 am and 8:30 pm", ("08:00", "20:30")),
        ("早上 8点 晚上 8点", ("08:00", "20:00")),
        ("8:00,8点", ("08:00",)),
        ("8:00 foo", None),
        ("", None),
    ],
)
def test_several_hours_are_sorted_and_each_kept_once(typed: str, hours: tuple[str, ...] | None) -> None:
    assert read_hours(typed) == hours


@pytest.mark.parametrize(
    ("typed", "quiet"),
    [
        ("23:00-07:00", ("23:00", "07:00")),
        ("晚上11点到早上7点", ("23:00", "07:00")),
        ("23点至7点", ("23:00", "07:00")),
        ("23:00 07:00", ("23:00", "07:00")),
        ("from 11 pm to 7 am", ("23:00", "07:00")),
        ("２３：００～７：００", ("23:00", "07:00")),
        ("8:00-8:00", None),
        ("23:00", None),
        ("晚上", None),
    ],
)
def test_quiet_hours_have_two_ends(typed: str, quiet: tuple[str, str] | None) -> None:
    assert read_quiet(typed) == quiet


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("每天", ()), ("工作日", (1, 2, 3, 4, 5)), ("周末", (6, 7)), ("周一到周五", (1, 2, 3, 4, 5)),
        ("一三五", (1, 3, 5)),
        ("周一三五", (1, 3, 5)), ("周六周日", (6, 7)), ("mon,wed", (1, 3)), ("Tue and Thu", (2, 4)),
        ("fri-mon", (1, 5, 6, 7)), ("1-5", (1, 2, 3, 4, 5)), ("1 3 5", (1, 3, 5)), ("星期天", (7,)), ("周一到周日", ()),
        ("foo", None), ("", None), ("8", None), ("周八", None),
    ],
)  # fmt: skip
def test_weekdays_are_read_and_all_seven_are_every_day(typed: str, days: tuple[int, ...] | None) -> None:
    assert read_weekdays(typed) == days


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6, unique=True).map(sorted))
def test_weekdays_are_read_as_they_are_told(days: list[int]) -> None:
    assert read_weekdays(weekday_words(days, ZH)) == tuple(days)
