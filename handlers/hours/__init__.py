"""The hours of topics and of chats as moments: pure functions of a clock that is passed in.

A topic's runs are at its schedule in its own timezone; what a chat wishes (hours, weekdays, quiet hours) is in the
chat's. Always holds: nothing arrives within quiet hours, nor on a weekday that is not wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.chats import ChatSettings, Subscription
from report.model import Report, Topic

SETTLED = timedelta(hours=1)  # a report of days that still run is not written anew within it
NIGHT = timedelta(hours=16)  # a report waits so long for an hour of the next day: 08:00 in Los Angeles, made in China
LATEST = timedelta(hours=24)  # what is older is not delivered any more
LOOKED_AHEAD = 10  # days in which every weekday comes, and a run before it


@dataclass(frozen=True)
class Timing:
    """When a chat wants a topic's report."""

    timezone: str
    hours: tuple[str, ...] = ()  # HH:MM; () is as soon as it is made
    weekdays: tuple[int, ...] = ()  # ISO; () is every day
    quiet: tuple[str, str] | None = None  # from, until

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_quiet(self, at: datetime) -> bool:
        return self.quiet is not None and self.is_quiet_at(f"{at.astimezone(self.zone):%H:%M}")

    def is_quiet_at(self, here: str) -> bool:
        """Of HH:MM on the chat's clock."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        return start <= here < end if start <= end else here >= start or here < end

    def is_wanted(self, at: datetime) -> bool:
        """Is it one of the chat's weekdays there?"""
        return not self.weekdays or at.astimezone(self.zone).isoweekday() in self.weekdays


def timing_of(subscription: Subscription, settings: ChatSettings, topic: Topic) -> Timing:
    zone = settings.timezone or topic.timezone
    return Timing(zone, subscription.hours, subscription.weekdays, settings.quiet)


def moment_of(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """HH:MM of a day in a zone; the earlier of two such moments; in a daylight-saving gap as much later as it lasts."""
    naive = datetime.combine(day, time.fromisoformat(hour))
    there = naive.replace(tzinfo=zone, fold=0)
    back = there.astimezone(UTC).astimezone(zone)
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


def arrival(made: datetime, timing: Timing) -> datetime:
    """When a report made at `made` reaches a chat, in UTC, if it is wanted on that day.

    Without hours at once. Else at the first hour that is still to come on the same day, or on the next if that is
    within a night; an hour before the report is made cannot be kept, and the report comes when it is there. Quiet
    hours put it off to their end.
    """
    return _after_quiet(_at_its_hour(made.astimezone(UTC), timing), timing)


def _at_its_hour(made: datetime, timing: Timing) -> datetime:
    if not timing.hours:
        return made
    day = made.astimezone(timing.zone).date()
    days = [day + timedelta(days=n) for n in range(3)]
    moments = [moment_of(each, hour, timing.zone).astimezone(UTC) for each in days for hour in timing.hours]
    coming = min(moment for moment in moments if moment >= made)
    same_day = coming.astimezone(timing.zone).date() == day
    return coming if same_day or coming - made <= NIGHT else made


def _after_quiet(at: datetime, timing: Timing) -> datetime:
    """The end of the quiet hours that hold the moment; the moment itself outside of them."""
    while timing.quiet and timing.is_quiet(at):
        start, end = timing.quiet
        here = at.astimezone(timing.zone)
        next_day = start > end and f"{here:%H:%M}" >= start
        over = moment_of(here.date() + timedelta(days=next_day), end, timing.zone)
        if over.astimezone(UTC) <= at:  # the clock was put back: the hour comes a second time
            over = over.replace(fold=1)
        at = over.astimezone(UTC)
    return at


def arrives_now(subscription: Subscription, at: datetime, timing: Timing, now: datetime) -> bool:
    """Is a report that arrives at `at` to be pushed now? One that was missed waits until quiet hours are over."""
    began = subscription.created_at <= at <= now < at + LATEST
    return began and timing.is_wanted(at) and not timing.is_quiet(now)


def is_current(report: Report, now: datetime) -> bool:
    """Does it hold all that its days had to tell, as of an hour ago? One made while they still ran grows old."""
    return report.created_at >= min(report.period.until, now - SETTLED)


def reports_a_day(topic: Topic) -> int:
    """How many its runs make: one of yesterday is not made again."""
    return 1 if topic.window == "yesterday" else len(set(topic.schedule))


def makings(topic: Topic, first: date, last: date) -> list[datetime]:
    """When reports are made on these days: at each run, of yesterday at the first of the day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [run for day in days for run in dues(topic, day, day)[: reports_a_day(topic)]]


def arrivals(timing: Timing, topic: Topic, now: datetime, had: datetime | None = None) -> list[datetime]:
    """When reports come after now, in the chat's timezone, for the next days; each once.

    `had`: when the newest report was made that the chat has had already.
    """
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    made = makings(topic, today - timedelta(days=3), today + timedelta(days=LOOKED_AHEAD))
    coming = {at for each in made if (had is None or each > had) and timing.is_wanted(at := arrival(each, timing))}
    return [at.astimezone(timing.zone) for at in sorted(coming) if at > now]


def next_arrival(timing: Timing, topic: Topic, now: datetime, had: datetime | None = None) -> datetime:
    """When the chat's next report comes."""
    return arrivals(timing, topic, now, had)[0]
