"""Days as people type them → dates; a wrong one becomes a sentence that names what is wrong.

In: words and the reader's today. Out: first and last day, both included. `BadDate` carries the sentence, in Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

DAY_WORDS = {
    "今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2, "前日": 2,
}  # fmt: skip
ONE_DAY = re.compile(r"\d|[周天日]|星期|礼拜|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\bago\b")
RANGE_MARK = re.compile(r"\s*(?:\.\.+|…|~|～|至|到|—+|–)\s*")
LONGEST = 92  # days that one report may cover


class BadDate(Exception):
    """The sentence for the reader."""


def read_days(words: str, today: date) -> tuple[date, date]:
    """First and last day that the words name.

    >>> read_days("2026-01-01..2026-01-07", date(2026, 1, 8))
    (datetime.date(2026, 1, 1), datetime.date(2026, 1, 7))
    """
    said = unicodedata.normalize("NFKC", words).strip().casefold()
    parts = [part for part in RANGE_MARK.split(said) if part]
    if len(parts) == 1 and (stretch := _read_stretch(parts[0], today)):
        first, last = stretch
    elif len(parts) == 1 and len(pair := said.split()) == 2 and all(map(_looks_like_date, pair)):
        first, last = (read_day(part, today) for part in pair)
    elif len(parts) == 2:
        first, last = (read_day(part, today) for part in parts)
    else:
        first = last = read_day(said, today)
    first, last = min(first, last), max(first, last)
    if (last - first).days >= LONGEST:
        raise BadDate(f"一次最多看 {LONGEST} 天，这里有 {(last - first).days + 1} 天。")
    return first, last


def read_day(words: str, today: date) -> date:
    """One day; without a year it is the latest such day that is not in the future."""
    said = unicodedata.normalize("NFKC", words).strip().casefold()
    if said in DAY_WORDS:
        return today - timedelta(days=DAY_WORDS[said])
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", said) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", said
    ):
        year, month, day = map(int, found.groups())
        return _checked(year, month, day, today)
    if found := re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})[日号]?", said):
        month, day = map(int, found.groups())
        year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
        return _checked(year, month, day, today)
    return _checked_future(_read_freely(said, today), today)


def _read_stretch(said: str, today: date) -> tuple[date, date] | None:
    """A stretch in one word: 上周, last week, 7d, 本月."""
    monday = today - timedelta(days=today.weekday())
    first_of_month = today.replace(day=1)
    named: dict[str, Callable[[], tuple[date, date]]] = {
        "上周": lambda: (monday - timedelta(days=7), monday - timedelta(days=1)),
        "last week": lambda: (monday - timedelta(days=7), monday - timedelta(days=1)),
        "本周": lambda: (monday, today),
        "this week": lambda: (monday, today),
        "本月": lambda: (first_of_month, today),
        "this month": lambda: (first_of_month, today),
    }
    if said in named:
        return named[said]()
    if found := re.fullmatch(r"(?:last |最近|近)?\s*(\d{1,9})\s*(?:d|days?|天)", said):
        days = int(found[1])
        if not 1 <= days <= LONGEST:
            raise BadDate(f"天数要在 1 到 {LONGEST} 之间。")
        return today - timedelta(days=days), today - timedelta(days=1)
    return None


def _looks_like_date(word: str) -> bool:
    return word in DAY_WORDS or bool(re.search(r"\d", word))


def _checked(year: int, month: int, day: int, today: date) -> date:
    if not 1 <= month <= 12:
        raise BadDate(f"没有 {month} 月。")
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadDate(f"{month} 月没有 {day} 日。") from None
    return _checked_future(found, today)


def _checked_future(found: date, today: date) -> date:
    if found > today:
        raise BadDate(f"{found.month} 月 {found.day} 日还没到。")
    return found


def _read_freely(said: str, today: date) -> date:
    """Everything else that dateparser knows (`Jan 7`, 上周五)."""
    import dateparser  # noqa: PLC0415  0.2 s to load, seldom needed

    if not said or len(said) > 40:
        raise BadDate("没看懂这个日期。")
    if not ONE_DAY.search(said):  # 去年 or "last month" would become a day that nobody meant
        raise BadDate(f"没看懂「{said[:20]}」是哪一天。")
    noon = datetime.combine(today, time(12))
    parsed = dateparser.parse(
        said,
        languages=["zh", "en"],
        settings={"RELATIVE_BASE": noon, "PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day"]},
    )
    if parsed is None:
        raise BadDate(f"没看懂「{said[:20]}」是哪一天。")
    return parsed.date()
