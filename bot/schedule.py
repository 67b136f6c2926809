"""When a topic's report is made: at its hours, once later if it was missed, again if it failed.

One rule, looked at every minute, covers the hour itself, a restart, a laptop that slept and a source that was down.
APScheduler rings the minute.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.model import RunMark
from handlers.hours import LATEST, last_due
from report.model import Topic

RETRY_EVERY, RETRY_FOR = timedelta(minutes=30), timedelta(hours=6)


def find_due(topic: Topic, mark: RunMark | None, now: datetime) -> datetime | None:
    """The scheduled moment to run now, None if there is none.

    `mark` is the topic's newest run. A topic that never ran waits for its hour; what was missed more than a day ago is
    left; a run that failed is tried every half hour, for six hours.
    """
    if mark is None:
        return None
    due = last_due(topic, now)
    if mark.due < due:
        return due if now - due <= LATEST else None
    rests = timedelta() <= now - mark.done_at < RETRY_EVERY  # not when the clock was ahead at that try
    return mark.due if mark.due <= now and is_retried(mark, now) and not rests else None


def is_retried(mark: RunMark, now: datetime) -> bool:
    """Did the run fail, and is it still tried again?"""
    return bool(mark.error) and now - (mark.first_try_at or mark.done_at) <= RETRY_FOR


class Bell:
    """Calls a job at every full minute; one that still runs is not called again."""

    def __init__(self, ring: Callable[[], Awaitable[None]]) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415  0.1 s that the demo's page need not wait
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415

        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            ring, CronTrigger(second=0), id="minute", coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
