"""Two ends: 2026-01-01..2026-01-07, 1月1日到7日, Jan 5-7, 上周一到周五, since Monday; or one stretch, or one day.

In: normalised words. Out: first and last day in order, None where nothing is understood. What one end leaves out it
has from the other: the month, the year, the week. `..`, ~, 到 and "to" divide for certain; a dash or a space only where
both sides are days.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from handlers.dates.days import MONTH, is_weekday, read_day
from handlers.dates.stretches import Days, read_stretch
from handlers.dates.wrong import BadDate, Calendar, not_understood

LONGEST_SAID = 60
MARK = re.compile(r" ?(?:\.\.+|~+|-+>|→|--+|至|到|(?<![a-z])(?:to|until|till|through|thru|and)(?![a-z])) ?")
SINCE = re.compile(
    r"(?:自|从|since |from )?(.+?) ?(?:以来|至今|到现在|until now|till now|to now|to date|onwards?)"
    r"|since (.+)|从(.+?)(?:起|开始)"
)
OPENING = re.compile(r"^(?:from |between |自从|从|自)")
BARE = r"(?:[0-9]{1,2}|[一二三四五六七八九十廿]{1,3})(?:[日号]|st|nd|rd|th)?"
MONTH_FIRST = re.compile(r"(.*月|(?:[0-9]{4}[-/.])?[0-9]{1,2}[-/.])" + BARE)
NAME_FIRST = re.compile(rf"({MONTH}\.? ?){BARE}")
NAME_LAST = re.compile(rf"{BARE} ?({MONTH}(?: [0-9]{{4}})?)")
YEAR_FIRST = re.compile(r"([0-9]{4}[-/.]|[0-9〇零一二三四五六七八九]{4}年|[今去前]年).+")
YEARLESS = re.compile(r"[0-9]{1,2}[-/.月].*|[一二三四五六七八九十]{1,3}月.*")
WEEK_FIRST = re.compile(r"((?:上上|上|本|这)?一?个?(?:周|星期|礼拜))[一二三四五六日天]")


def read(said: str, calendar: Calendar) -> Days | None:
    """First and last day; BadDate where the words are understood and there are no such days."""
    if not said or len(said) > LONGEST_SAID:
        return None
    if whole := _read_span(said, calendar):
        return whole
    if found := SINCE.fullmatch(said):
        since = _read_span(next(filter(None, found.groups())), calendar)
        return (since[0], calendar.today) if since else None
    said = OPENING.sub("", said)
    parts = [part for part in MARK.split(said) if part]
    if len(parts) == 1:
        return _divide(parts[0], calendar)
    if len(parts) != 2:
        return None
    found_days = _join(parts[0], parts[1], calendar)
    if found_days is None:
        unknown = next((part for part in parts if _read_span(part, calendar) is None), said)
        raise not_understood(unknown, calendar)
    return found_days


def _read_span(said: str, calendar: Calendar) -> Days | None:
    day = read_day(said, calendar)
    return (day, day) if day else read_stretch(said, calendar)


def _divide(said: str, calendar: Calendar) -> Days | None:
    """At a dash or a space, the last that makes sense; what was wrong with the best attempt."""
    wrong: BadDate | None = None
    if whole := _read_span(said, calendar):
        return whole
    places = [at for mark in "- " for at, character in reversed(list(enumerate(said))) if character == mark]
    for at in places:
        try:
            if found := _join(said[:at].rstrip("- "), said[at + 1 :].lstrip("- "), calendar, loose=said[at] == " "):
                return found
        except BadDate as error:
            wrong = wrong or error
    if wrong:
        raise wrong
    return None


def _join(left: str, right: str, calendar: Calendar, *, loose: bool = False) -> Days | None:
    """The days from one end to the other, the shortest that the two can mean. `loose`: both must stand alone."""
    if not loose:
        left, right = _share(left, right)
    first = _read_span(left, calendar) if left else None
    last = _read_span(right, calendar) if right and first else None
    if first is None or last is None:
        return None
    if is_weekday(left) and is_weekday(right):
        before = _read_span(left, replace(calendar, today=last[0], newest=None))
        return (before[0], last[1]) if before else None
    readings = [_ordered(first, last)]
    if YEARLESS.fullmatch(left) and (earlier := _tried(left, replace(calendar, today=last[1], newest=None))):
        readings.append(_ordered(earlier, last))
    year = YEAR_FIRST.fullmatch(left)
    if year and YEARLESS.fullmatch(right) and (same := _tried(year[1] + right, calendar)):
        readings.append(_ordered(first, same))
    return min(readings, key=lambda days: days[1] - days[0])


def _tried(said: str, calendar: Calendar) -> Days | None:
    try:
        return _read_span(said, calendar)
    except BadDate:
        return None


def _ordered(first: Days, last: Days) -> tuple[date, date]:
    return min(first[0], last[0]), max(first[1], last[1])


def _share(left: str, right: str) -> tuple[str, str]:
    """What only one end says belongs to both: 1月5-7日, jan 5-7 2026, 5-7 jan, 上周一到五."""
    if (week := WEEK_FIRST.fullmatch(left)) and re.fullmatch(r"(?:周|星期|礼拜)?[一二三四五六日天]", right):
        return left, week[1] + right[-1]
    if re.fullmatch(BARE, right):
        month = MONTH_FIRST.fullmatch(left) or NAME_FIRST.fullmatch(left)
        return left, month[1] + right if month else right
    if (day := re.fullmatch(rf"({BARE})( [0-9]{{4}})", right)) and (name := NAME_FIRST.fullmatch(left)):
        return left + day[2], name[1] + day[1] + day[2]
    if re.fullmatch(BARE, left) and (name := NAME_LAST.fullmatch(right)):
        return f"{left} {name[1]}", right
    return left, right
