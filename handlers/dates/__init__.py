"""Days as people type them, in Chinese and English → dates.

In: words, the reader's today, his language. Out: first and last day, both included, in order, at most LONGEST days,
none in the future. Whatever is typed, nothing but BadDate is raised; it carries the sentence that the reader gets.
`said.py` makes one spelling of many, `days.py` reads one day, `stretches.py` weeks and months, `ranges.py` two ends.
"""

from __future__ import annotations

from datetime import date

from handlers.dates.foreign import read_freely
from handlers.dates.ranges import read
from handlers.dates.said import normalise
from handlers.dates.wrong import LONGEST, BadDate, Calendar, not_understood, too_many
from handlers.words import Words

__all__ = ["LONGEST", "BadDate", "read_days"]


def read_days(
    typed: str, today: date, words: Words, *, freely: bool = True, newest: date | None = None
) -> tuple[date, date]:
    """First and last day that the words name. Not `freely`: by the rules alone, without loading dateparser (0.2 s).

    `newest`: where the reports are written it may be tomorrow already, and there may be one of that day.

    >>> read_days("2026-01-01..2026-01-07", date(2026, 1, 8), ZH)
    (datetime.date(2026, 1, 1), datetime.date(2026, 1, 7))
    """
    calendar = Calendar(today, words, newest)
    found = read(normalise(typed), calendar)
    if found is None and freely:
        found = read_freely(typed, calendar)
    if found is None:
        raise not_understood(typed, calendar)
    first, last = found
    if (last - first).days >= LONGEST:
        raise too_many((last - first).days + 1, calendar)
    return first, last
