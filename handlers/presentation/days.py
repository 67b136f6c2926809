"""Days as a reader reads them: 3 月 27 日（周五）, 27 March (Fri)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.words import Words, mark
from report.model import Report, read_report_key

WEEKDAYS = (mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"))
MONTHS = (
    mark("1 月"), mark("2 月"), mark("3 月"), mark("4 月"), mark("5 月"), mark("6 月"),
    mark("7 月"), mark("8 月"), mark("9 月"), mark("10 月"), mark("11 月"), mark("12 月"),
)  # fmt: skip


def day_words(day: date, words: Words, *, weekday: bool = False, year: bool = False) -> str:
    """3 月 27 日（周五）."""
    said = words.say("{month} {day} 日", month=month_words(day.month, words), day=day.day)
    said = words.say("{year} 年 {days}", year=day.year, days=said) if year else said
    return words.say("{day}（{weekday}）", day=said, weekday=words.say(WEEKDAYS[day.weekday()])) if weekday else said


def month_words(month: int, words: Words) -> str:
    return words.say(MONTHS[month - 1])


def span_words(first: date, last: date, words: Words, *, year: bool) -> str:
    """3 月 26–27 日; 3 月 30 日–4 月 2 日; one day as it is."""
    if first == last:
        return day_words(first, words, year=year)
    if first.year != last.year:
        return f"{day_words(first, words, year=year)}–{day_words(last, words, year=year)}"
    said = f"{day_words(first, words)}–{day_words(last, words)}"
    if first.month == last.month:
        month = month_words(first.month, words)
        said = words.say("{month} {first}–{last} 日", month=month, first=first.day, last=last.day)
    return words.say("{year} 年 {days}", year=first.year, days=said) if year else said


def period_words(report: Report, now: datetime, words: Words, *, weekday: bool = False) -> str:
    """The report's days; with the year where it is not the reader's."""
    year = report.first.year != now.astimezone(ZoneInfo(report.timezone)).year
    if report.first == report.last:
        return day_words(report.first, words, weekday=weekday, year=year)
    return span_words(report.first, report.last, words, year=year)


def key_day(key: str, words: Words) -> str:
    """The last day of the report with that key."""
    return day_words(read_report_key(key)[2], words)
