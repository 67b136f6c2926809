"""Who makes reports for those who ask, and keeps them to be looked up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from handlers.words import Words
from report.library import Library
from report.model import ModelCost, Period, Progress, Report, Topic, Value, XCost


class Spent(Value):
    """What some UTC days cost, over all reports, also those that failed."""

    model: ModelCost = ModelCost()
    x: XCost = XCost()


class Newsroom(Protocol):
    """Who makes reports, and keeps them to be looked up."""

    @property
    def library(self) -> Library: ...

    async def make(
        self, topic: Topic, period: Period, *, rewrite: bool = False, progress: Progress | None = None
    ) -> Report:
        """Write it from the stored posts, reading nothing from X; keep it; raise TuibaoError where that is impossible.

        It is kept beside the topic's own reports (a range that was asked for). `rewrite`: as the next revision of one,
        a correction of it; the old one where it says the same.
        """
        ...

    async def failed_run(self, topic: Topic) -> bool:
        """Did the topic's newest scheduled run make no report?"""
        ...

    async def run_again(self, topic: Topic) -> Report:
        """That run once more, reading its sources; the report is delivered. TuibaoError where it fails again."""
        ...

    async def correct(self, key: str) -> int:
        """Begin to put the report's newest revision in the place of older ones that chats have; in how many chats."""
        ...

    async def status(self, words: Words) -> Sequence[str]:
        """Lines for /status: next runs, last report, deliveries, today's money, what went wrong."""
        ...

    async def spent(self, first: date, last: date) -> Spent:
        """What these UTC days cost, both included."""
        ...

    def picture(self, report: Report) -> str | None:
        """Path of the report's word cloud, None if there is none."""
        ...
