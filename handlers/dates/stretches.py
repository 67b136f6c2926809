"""Several days in one word: 上周, last week, 本月, 2026-01, 7d, 近三天, 最近一周; a year is too long.

In: normalised words. Out: first and last day, None where no rule knows the words. What has begun ends today; "the last
3 days" are whole days and end yesterday.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from handlers.dates.days import (
    MONTH,
    MONTH_NAMES,
    UNIT_DAYS,
    WEEK,
    WEEKS_AGO,
    YEAR_WORD,
    latest,
    month_before,
    year_of,
)
from handlers.dates.said import COUNT, SMALL, YEAR, number
from handlers.dates.wrong import LONGEST, Calendar, bad_count, checked, coming, too_long

Days = tuple[date, date]
Rule = Callable[[re.Match[str], Calendar], Days]


def read_stretch(said: str, calendar: Calendar) -> Days | None:
    for pattern, rule in _rules():
        if found := pattern.fullmatch(said):
            return rule(found, calendar)
    return None


def _week(found: re.Match[str], calendar: Calendar) -> Days:
    return _from_monday(WEEKS_AGO[found["which"]], found, calendar)


def _week_before_last(found: re.Match[str], calendar: Calendar) -> Days:
    return _from_monday(2, found, calendar)


def _from_monday(back: int, found: re.Match[str], calendar: Calendar) -> Days:
    if back < 0:
        raise coming(found[0], calendar)
    monday = calendar.today - timedelta(days=calendar.today.weekday() + 7 * back)
    return monday, min(monday + timedelta(days=6), calendar.today)


def _weekend(found: re.Match[str], calendar: Calendar) -> Days:
    """The weekend of a week; a bare one is the latest that has begun."""
    saturday = calendar.today + timedelta(days=5 - calendar.today.weekday())
    if found["which"]:
        saturday -= timedelta(days=7 * WEEKS_AGO[found["which"]])
    elif saturday > calendar.today:
        saturday -= timedelta(days=7)
    if saturday > calendar.today:
        raise coming(found[0], calendar)
    return saturday, min(saturday + timedelta(days=1), calendar.today)


def _month(found: re.Match[str], calendar: Calendar) -> Days:
    """上个月, this month."""
    return _whole_month(*month_before(calendar.today, WEEKS_AGO[found["which"]]), found, calendar)


def _named_month(found: re.Match[str], calendar: Calendar) -> Days:
    """2026年1月, 2026-01, jan 2026; without a year the latest that has begun."""
    name, year = found["month"], found.groupdict().get("year")
    month = MONTH_NAMES.index(name[:3]) + 1 if name[:3] in MONTH_NAMES else number(name)
    if not year:
        return _whole_month(latest(month, 1, calendar).year, month, found, calendar)
    return _whole_month(year_of(year, calendar), month, found, calendar)


def _whole_month(year: int, month: int, found: re.Match[str], calendar: Calendar) -> Days:
    if (year, month) > (calendar.today.year, calendar.today.month) and month <= 12:
        raise coming(found[0], calendar)
    first = checked(year, month, 1, calendar)
    last = date(*month_before(first, -1), 1) - timedelta(days=1) if (year, month) != (9999, 12) else calendar.today
    return first, min(last, calendar.today)


def _last_days(found: re.Match[str], calendar: Calendar) -> Days:
    """7d, 近三天, last 2 weeks, 最近一周: whole days, so they end yesterday."""
    count, unit = found.groupdict().get("count"), found["unit"][0]
    return _until_yesterday((number(count) if count else 1) * UNIT_DAYS.get(unit, 30), calendar)


def _half_month(_found: re.Match[str], calendar: Calendar) -> Days:
    return _until_yesterday(15, calendar)


def _until_yesterday(days: int, calendar: Calendar) -> Days:
    if not 1 <= days <= LONGEST:
        raise bad_count(LONGEST, calendar)
    return calendar.today - timedelta(days=days), calendar.today - timedelta(days=1)


def _year(found: re.Match[str], calendar: Calendar) -> Days:
    raise too_long(found[0], calendar)


_COUNT, _SMALL = rf"(?P<count>{COUNT})", rf"(?P<month>{SMALL})"
_LATELY, _PAST = "(?:最近|近|过去)", "(?:last|past|previous|recent|latest)"
_YEARS = (
    rf"[今去前明]年|{YEAR}年?|{_LATELY}?(?:{COUNT}|半)年|[上下]半年"
    rf"|(?:{_PAST}|this|next) (?:{COUNT} )?years?|{COUNT} ?(?:years?|y)"
)
RULES: tuple[tuple[str, Rule], ...] = (
    (rf"(?P<which>上上|上|本|这|当|下)一?个?{WEEK}", _week),
    (r"(?P<which>last|this|next|previous|current) week", _week),
    (r"week before last", _week_before_last),
    (rf"(?P<which>上上|上|本|这|下)?一?个?{WEEK}末", _weekend),
    (r"(?:(?P<which>last|this|next|previous) )?weekend", _weekend),
    (r"(?P<which>上上|上|本|这|当|下)一?个?月", _month),
    (r"(?P<which>last|this|next|previous|current) month", _month),
    (rf"(?P<year>{YEAR}年|{YEAR_WORD})?{_SMALL}月份?", _named_month),
    (r"(?P<year>[0-9]{4})[-/. ](?P<month>[0-9]{1,2})", _named_month),
    (r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])", _named_month),
    (rf"(?P<month>{MONTH})\.?(?: (?P<year>[0-9]{{4}}))?", _named_month),
    (rf"(?P<year>[0-9]{{4}}) (?P<month>{MONTH})", _named_month),
    (rf"(?:{_LATELY}的?|前){_COUNT}个?(?P<unit>天|日|{WEEK}|月)(?:内|来|以来)?", _last_days),
    (rf"{_COUNT}(?P<unit>天|个?{WEEK}|个月)(?:内|来|以来)?", _last_days),
    (rf"{_LATELY}(?P<unit>{WEEK}|月)", _last_days),
    (rf"(?:{_PAST} )?{_COUNT} ?(?P<unit>days?|weeks?|months?|d|w)", _last_days),
    (r"past (?P<unit>week|month)", _last_days),
    (rf"{_LATELY}?半个?月|(?:past |last )?fortnight", _half_month),
    (_YEARS, _year),
)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """Compiled when the first day is read, so that the start does not wait for it."""
    return tuple((re.compile(pattern), rule) for pattern, rule in RULES)
