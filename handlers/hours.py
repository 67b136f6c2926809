"""The hours of topics and of subscriptions as moments: pure functions of a clock that is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.chats import Subscription
from report.model import Report, Topic

SETTLED = timedelta(hours=1)  # a report of days that still run is not written anew within it
NIGHT = timedelta(hours=12)  # a report waits at most so long for a chat's hour of the next day
LATEST = timedelta(hours=24)  # what is older is not delivered any more


def moment_of(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """HH:MM of a day in a zone; the earlier of two such moments; in a daylight-saving gap as much later as it lasts."""
    naive = datetime.combine(day, time.fromisoformat(hour))
    there = naive.replace(tzinfo=zone, fold=0)
    back = there.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return back if back.replace(tzinfo=None) != naive else there


def dues(topic: Topic, first: date, last: date) -> list[datetime]:
    """The topic's scheduled moments on these days, in order."""
    zone = ZoneInfo(topic.timezone)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sorted(moment_of(day, hour, zone) for day in days for hour in topic.schedule)


def last_due(topic: Topic, now: datetime) -> datetime:
    """The newest scheduled moment that is not after now."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    return max(due for due in dues(topic, today - timedelta(days=2), today) if due <= now)


def next_due(topic: Topic, now: datetime) -> datetime:
    """The first scheduled moment after now."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    return min(due for due in dues(topic, today, today + timedelta(days=2)) if due > now)


def arrival(made: datetime, hours: Sequence[str], topic: Topic) -> datetime:
    """When a report made at `made` reaches a chat with those hours (none: at once).

    At the first hour that is still to come on the same day, else on the next if that is within a night; an hour
    before the report is made cannot be kept, and the report comes when it is there.
    """
    if not hours:
        return made
    zone = ZoneInfo(topic.timezone)
    day = made.astimezone(zone).date()
    moments = [moment_of(day + timedelta(days=n), hour, zone) for n in (0, 1) for hour in hours]
    coming = min(moment for moment in moments if moment >= made)
    same_day = coming.astimezone(zone).date() == day
    return coming if same_day or coming - made <= NIGHT else made


def is_due(subscription: Subscription, report: Report, topic: Topic, now: datetime) -> bool:
    """Should the chat get the report now? Not what came before it subscribed, and nothing older than a day."""
    at = arrival(report.created_at, subscription.hours, topic)
    return subscription.topic == report.topic and subscription.created_at <= at <= now < at + LATEST


def is_current(report: Report, now: datetime) -> bool:
    """Does it hold all that its days had to tell, as of an hour ago? One made while they still ran grows old."""
    return report.created_at >= min(report.period.until, now - SETTLED)


def next_arrival(hours: Sequence[str], topic: Topic, now: datetime) -> datetime:
    """When the chat's next report comes: of the runs from yesterday on, the first that arrives after now."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    runs = dues(topic, today - timedelta(days=1), today + timedelta(days=2))
    return min(at for run in runs if (at := arrival(run, hours, topic)) > now)
