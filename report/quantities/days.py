"""The dates that evidence allows: those that it names, those of its posts, and what 昨天 or next Tuesday come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from report.quantities.dates import full, relative_days
from report.quantities.value import Day

_WEST, _EAST = timedelta(hours=-11), timedelta(hours=14)  # the clocks that an author may live by


class Calendar:
    """`said` are the dates of the texts, `written` the aware times of the posts."""

    def __init__(self, said: Sequence[Day], texts: Sequence[str], written: Sequence[datetime]) -> None:
        self._said = list(dict.fromkeys(said))
        self._texts = texts
        self._written = {
            (moment.astimezone(UTC) + shift).date() for moment in written for shift in (_WEST, timedelta(), _EAST)
        }

    @cached_property
    def _meant(self) -> set[Day]:
        """Whole dates, and months or years, that the texts do not name but mean."""
        weekdays = {day.weekday for day in self._said if day.weekday is not None}
        meant = {full(said) for said in self._written}
        for said in self._written:
            for text in self._texts:
                meant |= relative_days(text, said)
            near = (full(said, n) for n in range(-7, 15)) if weekdays else ()
            meant |= {day for day in near if day.weekday in weekdays}
        return meant

    def holds(self, day: Day) -> bool:
        """A date that a text names, with what it leaves unsaid taken from the posts' own dates; or one it means."""
        return any(self._names(day, said) for said in self._said) or any(_is(day, meant) for meant in self._meant)

    def _names(self, day: Day, said: Day) -> bool:
        if day.weekday is not None:
            return day.weekday in (said.weekday, _weekday(said))
        if day.day is not None:
            if day.day != said.day:
                return False
        elif day.month is not None:
            if day.month != said.month:
                return False
        elif day.year != said.year:
            return False
        return self._fills_month(day, said) and self._fills_year(day, said)

    def _fills_month(self, day: Day, said: Day) -> bool:
        if day.month is None or said.month is not None:
            return day.month is None or day.month == said.month
        near = {(full(written, n).month) for written in self._written for n in (-31, 0, 31)}
        return day.month in near or any(day.month == other.month for other in self._said)

    def _fills_year(self, day: Day, said: Day) -> bool:
        if day.year is None or said.year is not None:
            return day.year is None or day.year == said.year
        months = day.year * 12 + (day.month or said.month or 6)
        if any(abs(written.year * 12 + written.month - months) <= 6 for written in self._written):
            return True
        return any(day.year == other.year for other in self._said)


def _is(day: Day, meant: Day) -> bool:
    if day.weekday is not None:
        return day.weekday == meant.weekday
    pairs = ((day.year, meant.year), (day.month, meant.month), (day.day, meant.day))
    return all(mine is None or mine == other for mine, other in pairs)


def _weekday(day: Day) -> int | None:
    if not (day.year and day.month and day.day):
        return None
    try:
        return date(day.year, day.month, day.day).weekday()
    except ValueError:
        return None


def overlaps(day: Day, first: date, last: date) -> bool:
    """Whether the date, in the year that suits it best, touches the period; a weekday always may."""
    if day.weekday is not None:
        return True
    span = (last - first).days
    days = (full(first, n) for n in range(min(span, 366) + 1))
    if span > 366 and day.year is None:
        return True
    if span > 366 and day.year is not None:
        return first.year <= day.year <= last.year
    return any(_is(day, one) for one in days)
