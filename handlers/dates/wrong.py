"""What is said of a day that cannot be, and which day may have been meant.

Always holds: the sentence is in the reader's language and names what is wrong; of what was typed it repeats 20
characters at most; `meant` are days that exist and are not in the future, the likeliest first.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.presentation.days import day_words, month_words
from handlers.words import Words

LONGEST = 92  # days that one report may cover
SHOWN = 20  # characters of what was typed
KEYS = "1234567890"  # as they lie side by side
LIKELY = 1.65  # what a slip may weigh: one digit, or two of them swapped


@dataclass(frozen=True)
class Calendar:
    """The reader's today, and his language. `newest`: the topic's day, which may be a reader's tomorrow in the west."""

    today: date
    words: Words
    newest: date | None = None

    @property
    def last(self) -> date:
        """The last day that there can be anything of."""
        return max(self.today, self.newest or self.today)


class BadDate(Exception):
    """The sentence for the reader; `meant` are days that he may have wanted, `unknown`: it may be no day at all."""

    def __init__(self, sentence: str, meant: Sequence[date] = (), *, unknown: bool = False) -> None:
        super().__init__(sentence)
        self.meant = tuple(meant)
        self.unknown = unknown


def checked(year: int, month: int, day: int, calendar: Calendar) -> date:
    """The date; BadDate where there is none, or it is still to come."""
    try:
        found = date(year, month, day)
    except ValueError:
        meant = _near(year, month, day, calendar.today)
        raise BadDate(_no_such_day(year, month, day, calendar.words), tuple(meant)) from None
    return not_future(found, calendar)


def _no_such_day(year: int, month: int, day: int, words: Words) -> str:
    if not 1 <= month <= 12:
        return words.say("没有 {month} 月。", month=month)
    if not year:
        return words.say("没有 {year} 年。", year=year)
    called = month_words(month, words)
    if (month, day) == (2, 29):
        return words.say("{year} 年 {month}没有 {day} 日。", year=year, month=called, day=day)
    return words.say("{month}没有 {day} 日。", month=called, day=day)


def not_future(day: date, calendar: Calendar) -> date:
    if day > calendar.last:
        last_year = _moved(day, calendar.today.year - 1)
        meant = (last_year,) if day.year > calendar.today.year or day.month > calendar.today.month else ()
        called = day_words(day, calendar.words, year=day.year != calendar.today.year)
        raise BadDate(calendar.words.say("{day}还没到，最晚只能看今天的。", day=called), meant)
    return day


def coming(typed: str, calendar: Calendar) -> BadDate:
    """Of 下周 and the like."""
    return BadDate(calendar.words.say("「{typed}」还没到，最晚只能看今天的。", typed=cut(typed)))


def not_understood(typed: str, calendar: Calendar) -> BadDate:
    if not typed.strip():
        return BadDate(calendar.words.say("要看哪一天？"))
    return BadDate(calendar.words.say("没看懂「{typed}」是哪一天。", typed=cut(typed)), unknown=True)


def too_long(typed: str, calendar: Calendar) -> BadDate:
    """Of a year or half of it."""
    said = calendar.words.say("「{typed}」太长了，一次最多看 {longest} 天。", typed=cut(typed), longest=LONGEST)
    return BadDate(said)


def too_many(days: int, calendar: Calendar) -> BadDate:
    said = calendar.words.say("一次最多看 {longest} 天，这里有 {days} 天。", longest=LONGEST, days=days)
    return BadDate(said)


def bad_count(most: int, calendar: Calendar) -> BadDate:
    return BadDate(calendar.words.say("天数要在 1 到 {most} 之间。", most=most))


def cut(typed: str) -> str:
    """Its beginning, on one line."""
    said = " ".join(typed.split())
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"


def _moved(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, months.monthrange(year, day.month)[1]))


def _near(year: int, month: int, day: int, today: date) -> Iterator[date]:
    """Days that look or feel like it on a keyboard: 37 → 27, 2 月 30 日 → its last, 13 月 1 日 → 1 月 13 日."""
    weighed = []
    for found in _days_of({year, today.year} & set(range(1900, today.year + 1)), today):
        weight = _slip(month, found.month) + _slip(day, found.day)
        if found.month == month and found.day < day <= found.day + 3 and (found + timedelta(days=1)).month != month:
            weight = 0.9
        if (found.month, found.day) == (day, month):
            weight = 1.0
        if weight <= LIKELY:
            weighed.append((weight, -found.toordinal(), found))
    yield from (found for _, _, found in sorted(weighed))


def _days_of(years: Collection[int], today: date) -> Iterator[date]:
    for year in years:
        last = min(date(year, 12, 31), today)
        yield from (last - timedelta(days=back) for back in range((last - date(year, 1, 1)).days + 1))


def _slip(typed: int, meant: int) -> float:
    """How far apart two numbers are to a hurried finger; 9 is out of the question."""
    a, b = str(typed), str(meant)
    if a == b:
        return 0.0
    if a[::-1] == b or a[::-1] == b.zfill(2):
        return 1.0
    if len(a) == len(b):
        apart = [abs(KEYS.index(x) - KEYS.index(y)) for x, y in zip(a, b, strict=True) if x != y]
        return 1 + apart[0] / 10 if len(apart) == 1 else 9.0
    longer, shorter = sorted((a, b), key=len, reverse=True)
    return 1.5 if any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))) else 9.0
