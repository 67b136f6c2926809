"""Days as a reader reads them, in his language: 3 月 27 日, 3 月 26–27 日."""

from __future__ import annotations

from datetime import date

from handlers.words import Words


def day_words(day: date, words: Words) -> str:
    """3 月 27 日."""
    return words.say("{month} {day} 日", month=month_words(day.month, words), day=day.day)


def span_words(first: date, last: date, words: Words, *, year: bool = False) -> str:
    """3 月 26–27 日; 3 月 30 日–4 月 2 日; one day as it is. With the year, or the years where they differ."""
    if first.year != last.year:
        return f"{span_words(first, first, words, year=True)}–{span_words(last, last, words, year=True)}"
    said = day_words(first, words) if first == last else f"{day_words(first, words)}–{day_words(last, words)}"
    if first != last and first.month == last.month:
        month = month_words(first.month, words)
        said = words.say("{month} {first}–{last} 日", month=month, first=first.day, last=last.day)
    return words.say("{year} 年 {days}", year=first.year, days=said) if year else said


def month_words(month: int, words: Words) -> str:
    """Written out, so that Babel finds them."""
    said = (
        words.say("1 月"),
        words.say("2 月"),
        words.say("3 月"),
        words.say("4 月"),
        words.say("5 月"),
        words.say("6 月"),
        words.say("7 月"),
        words.say("8 月"),
        words.say("9 月"),
        words.say("10 月"),
        words.say("11 月"),
        words.say("12 月"),
    )
    return said[month - 1]
