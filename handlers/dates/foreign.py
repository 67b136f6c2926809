"""Whole dates that no rule of ours knows (7 janvier 2026, 7. Januar 2026, 1月7日 2026 in other orders): dateparser's.

In: what was typed. Out: the day, None where it is not a whole date with its year. Nothing else is left to dateparser:
it reads a day into many words that name none.
"""

from __future__ import annotations

import re
from datetime import datetime, time

from handlers.dates.stretches import Days
from handlers.dates.wrong import Calendar, not_future

LANGUAGES = ["en", "zh", "fr", "de", "es", "pt", "it", "ru", "ja", "ko"]
LONGEST_SAID = 40


def read_freely(typed: str, calendar: Calendar) -> Days | None:
    if len(typed) > LONGEST_SAID or not re.search(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", typed):
        return None
    import dateparser  # noqa: PLC0415  0.2 s to load, seldom needed

    settings = {"RELATIVE_BASE": datetime.combine(calendar.today, time(12)), "STRICT_PARSING": True}
    parsed = dateparser.parse(typed, languages=LANGUAGES, settings=settings)
    if parsed is None:
        return None
    day = not_future(parsed.date(), calendar)
    return day, day
