"""When reports are made and delivered; every rule with a clock that is passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule import Bell, deliver_at, is_due, last_due, missed, moment_of, next_due
from handlers.base import Subscription
from report.model import Topic
from tests.handlers.fakes import make_report

TOPIC = Topic(name="ai", query="AI", schedule=("08:00", "20:30"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(words: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))


def subscription(hour: str | None, since: str = "2026-01-01T00:00") -> Subscription:
    return Subscription(chat="telegram:5", topic="ai", hour=hour, created_at=at(since))


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-01-08T07:59", "2026-01-07T20:30", "2026-01-08T08:00"),
        ("2026-01-08T08:00", "2026-01-08T08:00", "2026-01-08T20:30"),
        ("2026-01-08T23:00", "2026-01-08T20:30", "2026-01-09T08:00"),
        ("2026-01-01T00:00", "2025-12-31T20:30", "2026-01-01T08:00"),
        ("2028-02-29T09:00", "2028-02-29T08:00", "2028-02-29T20:30"),
    ],
)
def test_the_moments_around_now(now: str, last: str, following: str) -> None:
    assert last_due(TOPIC, at(now)) == at(last)
    assert next_due(TOPIC, at(now)) == at(following)


def test_an_hour_in_a_daylight_saving_gap_comes_at_its_end_and_a_doubled_one_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert moment_of(date(2026, 3, 29), "02:30", berlin).astimezone(UTC).isoformat() == "2026-03-29T01:30:00+00:00"
    assert moment_of(date(2026, 10, 25), "02:30", berlin).astimezone(UTC).isoformat() == "2026-10-25T00:30:00+00:00"


@pytest.mark.parametrize(
    ("last_run", "now", "made_up"),
    [
        (None, "2026-01-08T09:00", None),
        ("2026-01-08T08:00", "2026-01-08T09:00", None),
        ("2026-01-07T20:30", "2026-01-08T09:00", "2026-01-08T08:00"),
        ("2025-12-24T08:00", "2026-01-08T09:00", "2026-01-08T08:00"),
    ],
)
def test_a_missed_run_is_made_up_once_the_newest_only(last_run: str | None, now: str, made_up: str | None) -> None:
    found = missed(TOPIC, at(last_run) if last_run else None, at(now))
    assert found == (at(made_up) if made_up else None)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)))  # noqa: DTZ001  zones are added below
def test_now_stands_between_its_two_moments(naive: datetime) -> None:
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo"):
        topic = TOPIC.model_copy(update={"timezone": zone})
        now = naive.replace(tzinfo=UTC)
        assert last_due(topic, now) <= now < next_due(topic, now)
        assert next_due(topic, now) - last_due(topic, now) <= timedelta(hours=14)


def test_a_chat_with_an_hour_gets_the_report_then_and_the_others_at_once() -> None:
    report = make_report(7)  # made on the 8th at 08:00 in Shanghai
    made = at("2026-01-08T08:00")
    assert deliver_at(subscription(None), report, TOPIC) == made
    assert deliver_at(subscription("07:00"), report, TOPIC) == made
    assert deliver_at(subscription("21:15"), report, TOPIC) == at("2026-01-08T21:15")


@pytest.mark.parametrize(
    ("hour", "since", "now", "due"),
    [
        (None, "2026-01-01T00:00", "2026-01-08T08:00", True),
        ("21:15", "2026-01-01T00:00", "2026-01-08T21:14", False),
        ("21:15", "2026-01-01T00:00", "2026-01-08T21:15", True),
        (None, "2026-01-08T09:00", "2026-01-08T09:01", False),
        ("21:15", "2026-01-08T09:00", "2026-01-08T21:15", True),
        (None, "2026-01-01T00:00", "2026-01-09T08:00", False),
    ],
)
def test_who_is_due(hour: str | None, since: str, now: str, due: bool) -> None:
    assert is_due(subscription(hour, since), make_report(7), TOPIC, at(now)) is due


def test_another_topic_s_report_is_not_due() -> None:
    assert not is_due(subscription(None), make_report(7, topic="finance"), TOPIC, at("2026-01-08T08:00"))


async def test_the_bell_rings_at_each_topic_s_hours_in_its_timezone_and_every_minute() -> None:
    bell = Bell()

    async def make(_: Topic) -> None: ...
    async def tick() -> None: ...

    berlin = TOPIC.model_copy(update={"name": "finance", "timezone": "Europe/Berlin", "schedule": ("07:30",)})
    bell.ring_for([TOPIC, berlin], make, tick)
    now = at("2026-01-08T07:30")
    rings = {job.id: job.trigger.get_next_fire_time(None, now) for job in bell._scheduler.get_jobs()}
    assert rings == {
        "ai 08:00": at("2026-01-08T08:00"),
        "ai 20:30": at("2026-01-08T20:30"),
        "finance 07:30": at("2026-01-08T07:30", "Europe/Berlin"),
        "every minute": at("2026-01-08T07:30"),
    }
    bell.stop()
