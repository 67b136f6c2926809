"""What one reading may spend at X: within the report's dollars and, over all processes, within the UTC day's.

In: what a call may cost at most. Out: leave to make it, or Unaffordable. Always holds: the most that a call may cost
stands in the archive before the call is made, so two processes never spend the same dollar; where a process dies
between, it stays counted for that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from report.model import XCost
from report.settings import XSettings
from report.sources import Archive
from report.wording import dollars

NOTHING_USD = 1e-9  # what sums of prices may be off by


class Unaffordable(Exception):
    """The budgets do not hold this call: another process may have spent what was left a moment ago."""


class Budget:
    """The dollars of one reading."""

    def __init__(self, settings: XSettings, archive: Archive, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._archive = archive
        self._now = now
        self.spent_usd = 0.0  # by this reading

    @property
    def today(self) -> date:
        return self._now().astimezone(UTC).date()

    def affordable(self, price_usd: float) -> int:
        """For how many objects of this price the dollars last."""
        room_usd = min(self._report_room_usd(), self._day_room_usd()) + NOTHING_USD
        return max(int(room_usd / price_usd), 0) if price_usd > 0 else self._settings.max_posts_per_report

    @contextmanager
    def setting_aside(self, usd: float) -> Iterator[None]:
        """While a call is made, what it may cost counts as spent; afterwards only what was entered does."""
        day = self.today
        if usd > self._report_room_usd() + NOTHING_USD:
            raise Unaffordable
        if not self._archive.set_aside_usd(day, usd, self._settings.daily_budget_usd + NOTHING_USD):
            raise Unaffordable
        try:
            yield
        finally:
            self._archive.record_spending(day, XCost(usd=-usd))

    def words(self) -> str:
        """Which budget is the tighter one, and the key to raise, in Chinese."""
        if self._report_room_usd() <= self._day_room_usd():
            whose, key, most_usd = "这份报告", "x.report_budget_usd", self._settings.report_budget_usd
            spent_usd = self.spent_usd
        else:
            whose, key, most_usd = "今天（UTC）", "x.daily_budget_usd", self._settings.daily_budget_usd
            spent_usd = self._archive.spent_usd(self.today)
        return f"{whose}的 X 预算 {dollars(most_usd)} 美元已用 {dollars(spent_usd)}，不够了；要多读，调高 {key}"

    def _report_room_usd(self) -> float:
        return self._settings.report_budget_usd - self.spent_usd

    def _day_room_usd(self) -> float:
        return self._settings.daily_budget_usd - self._archive.spent_usd(self.today)
