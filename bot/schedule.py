"""When reports are made and when each chat gets them.

The rules are pure functions of a clock that is passed in; APScheduler only rings the bell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.base import Subscription
from report.model import Report, Topic

RETRY_EVERY, RETRY_FOR = timedelta(minutes=30), timedelta(hours=6)
LATEST = timedelta(hours=24)  # after that a missed report or delivery is not made up


def dues(topic: Topic, first: date, last: date) -> list[datetime]:
    """The topic's scheduled moments on these days, in order. In a daylight-saving gap the moment is the gap's end."""
    zone = ZoneInfo(topic.timezone)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    moments = [moment_of(day, hour, zone) for day in days for hour in topic.schedule]
    return sorted(moments)


def moment_of(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """HH:MM of a day in a zone; the earlier of two such moments, the end of a gap where there is none."""
    naive = datetime.combine(day, time.fromisoformat(hour))
    there = naive.replace(tzinfo=zone, fold=0)
    back = there.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return back if back.replace(tzinfo=None) != naive else there


def last_due(topic: Topic, now: datetime) -> datetime:
    """The newest scheduled moment that is not after now."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    return max(due for due in dues(topic, today - timedelta(days=2), today) if due <= now)


def next_due(topic: Topic, now: datetime) -> datetime:
    """The first scheduled moment after now."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    return min(due for due in dues(topic, today, today + timedelta(days=2)) if due > now)


def missed(topic: Topic, last_run: datetime | None, now: datetime) -> datetime | None:
    """The scheduled moment to make up, if one passed since the last run and not too long ago.

    `last_run` None means a topic that never ran: it waits for its hour.
    """
    due = last_due(topic, now)
    return due if last_run is not None and last_run < due and now - due <= LATEST else None


def is_worth_retrying(due: datetime, tried: datetime, now: datetime) -> bool:
    """Should a run that failed be tried again? Every half hour, for six hours."""
    return now - tried >= RETRY_EVERY and now - due <= RETRY_FOR


def deliver_at(subscription: Subscription, report: Report, topic: Topic) -> datetime:
    """When the chat wants this report: when it is made, or at the chat's own hour of that day if that is later."""
    made = report.created_at
    if subscription.hour is None:
        return made
    zone = ZoneInfo(topic.timezone)
    return max(made, moment_of(made.astimezone(zone).date(), subscription.hour, zone))


def is_due(subscription: Subscription, report: Report, topic: Topic, now: datetime) -> bool:
    """Should the chat get the report now? Not what came before it subscribed, and nothing older than a day."""
    at = deliver_at(subscription, report, topic)
    return subscription.topic == report.topic and subscription.created_at <= at <= now < at + LATEST


Job = Callable[[], Awaitable[None]]


class Bell:
    """APScheduler behind two words: call a topic's job at its hours, and another every minute."""

    def __init__(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415

        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
        )

    def ring_for(self, topics: Iterable[Topic], make: Callable[[Topic], Awaitable[None]], every_minute: Job) -> None:
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415

        for topic in topics:
            for hour in topic.schedule:
                at = time.fromisoformat(hour)
                trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=topic.timezone)
                self._scheduler.add_job(make, trigger, args=[topic], id=f"{topic.name} {hour}")
        self._scheduler.add_job(every_minute, CronTrigger(second=0), id="every minute")

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
