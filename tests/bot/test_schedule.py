"""When reports are made and delivered; every rule with a clock that is passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import RunMark
from bot.schedule import Bell, find_due
from handlers.hours import last_due, moment_of, next_due
from report.model import Topic

TOPIC = Topic(name="ai", query="AI", schedule=("08:00", "20:30"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(words: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))


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
    ("ran", "error", "done", "now", "due"),
    [
        (None, "", "", "2026-01-08T09:00", None),
        ("2026-01-08T08:00", "", "2026-01-08T08:01", "2026-01-08T09:00", None),
        ("2026-01-07T20:30", "", "2026-01-07T20:31", "2026-01-08T07:59", None),
        ("2026-01-07T20:30", "", "2026-01-07T20:31", "2026-01-08T08:00", "2026-01-08T08:00"),
        ("2025-12-24T08:00", "", "2025-12-24T08:01", "2026-01-08T09:00", "2026-01-08T08:00"),
        ("2026-01-08T08:00", "x: 503", "2026-01-08T08:01", "2026-01-08T08:30", None),
        ("2026-01-08T08:00", "x: 503", "2026-01-08T08:01", "2026-01-08T08:31", "2026-01-08T08:00"),
        ("2026-01-08T08:00", "x: 503", "2026-01-08T13:31", "2026-01-08T14:02", None),
        ("2026-01-08T08:00", "x: 503", "2026-01-08T20:00", "2026-01-08T20:30", "2026-01-08T20:30"),
        ("2026-01-08T08:00", "x: 503", "2026-01-08T11:05", "2026-01-08T08:06", "2026-01-08T08:00"),
        ("2026-01-09T08:00", "x: 503", "2026-01-09T08:05", "2026-01-08T09:00", None),
    ],
    ids=[
        "never",
        "done",
        "not yet",
        "its hour",
        "long missed",
        "too soon",
        "again",
        "given up",
        "the next hour",
        "ahead",
        "a day ahead",
    ],
)
def test_what_is_due_now(ran: str | None, error: str, done: str, now: str, due: str | None) -> None:
    first = at(ran) + timedelta(minutes=1) if ran else None
    mark = RunMark(topic="ai", due=at(ran), done_at=at(done), error=error, first_try_at=first) if ran else None
    assert find_due(TOPIC, mark, at(now)) == (at(due) if due else None)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)))  # noqa: DTZ001  zones are added below
def test_now_stands_between_its_two_moments(naive: datetime) -> None:
    for zone in ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo"):
        topic = TOPIC.model_copy(update={"timezone": zone})
        now = naive.replace(tzinfo=UTC)
        assert last_due(topic, now) <= now < next_due(topic, now)
        assert next_due(topic, now) - last_due(topic, now) <= timedelta(hours=14)


async def test_the_bell_rings_at_the_full_minute() -> None:
    async def ring() -> None: ...

    bell = Bell(ring)
    (job,) = bell._scheduler.get_jobs()
    assert job.trigger.get_next_fire_time(None, at("2026-01-08T07:59:30")) == at("2026-01-08T08:00")
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    bell.stop()
