"""Days as a reader reads them: 3 月 27 日（周五）, 27 March (Fri)."""

from __future__ import annotations

from datetime import date

from handlers.words import ZH, Words

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MONTHS = ("1 月", "2 月", "3 月", "4 月", "5 月", "6 月", "7 月", "8 月", "9 月", "10 月", "11 月", "12 月")


def day_words(day: date, words: Words = ZH, *, weekday: bool = False, year: bool = False) -> str:
    """3 月 27 日（周五）."""
    said = words.say("{month} {day} 日", month=month_words(day.month, words), day=day.day)
    said = words.say("{year} 年 {days}", year=day.year, days=said) if year else said
    return words.say("{day}（{weekday}）", day=said, weekday=words.say(WEEKDAYS[day.weekday()])) if weekday else said


def month_words(month: int, words: Words) -> str:
    return words.say(MONTHS[month - 1])
