"""When reports come: hours, weekdays and quiet hours on the chat's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chats import ChatSettings, Subscription
from handlers.hours import LATEST, NIGHT, Timing, arrival, arrives_now, makings, next_arrival, timing_of
from report.model import Topic
from tests.handlers.fakes import make_report

TOPIC = Topic(name="ai", title="AI", query="AI", schedule=("08:00", "20:30"), window="today")
CHAT = ChatSettings(chat="telegram:5")
DAILY = Topic(name="ai", title="AI", query="AI", schedule=("08:00",))
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "Australia/Lord_Howe",
)
hours = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
timings = st.builds(
    Timing,
    st.sampled_from(ZONES),
    st.lists(hours, max_size=3, unique=True).map(lambda each: tuple(sorted(each))),
    st.lists(st.integers(1, 7), max_size=7, unique=True).map(lambda each: tuple(sorted(each))),
    st.none() | st.tuples(hours, hours).filter(lambda ends: ends[0] != ends[1]),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 30)).map(  # noqa: DTZ001  the zone is added here
    lambda naive: naive.replace(tzinfo=UTC)
)


def at(words: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("made", "asked", "arrives"),
    [
        ("2026-01-08T08:00", (), "2026-01-08T08:00"),
        ("2026-01-08T08:00", ("08:00",), "2026-01-08T08:00"),
        ("2026-01-08T08:00", ("21:15",), "2026-01-08T21:15"),
        ("2026-01-08T08:00", ("07:00",), "2026-01-08T08:00"),
        ("2026-01-08T23:30", ("08:00",), "2026-01-09T08:00"),
        ("2026-01-08T08:00", ("09:00", "20:00"), "2026-01-08T09:00"),
        ("2026-01-08T09:01", ("09:00", "20:00"), "2026-01-08T20:00"),
        ("2026-01-08T20:30", ("09:00", "20:00"), "2026-01-09T09:00"),
        ("2028-02-28T23:30", ("08:00",), "2028-02-29T08:00"),
        ("2028-02-29T23:30", ("08:00",), "2028-03-01T08:00"),
    ],
)
def test_a_report_comes_at_the_first_hour_that_is_still_to_come(
    made: str, asked: tuple[str, ...], arrives: str
) -> None:
    assert arrival(at(made), Timing("Asia/Shanghai", asked)) == at(arrives)


@pytest.mark.parametrize(
    ("zone", "asked", "arrives"),
    [
        ("America/New_York", "08:00", "2026-01-08T08:00"),  # made at 19:00 of the day before
        ("America/Los_Angeles", "08:00", "2026-01-08T08:00"),  # at 16:00
        ("Europe/London", "07:30", "2026-01-08T07:30"),
        ("Asia/Tokyo", "08:00", "2026-01-08T09:00"),  # not there at 08:00, it comes when it is
        ("Pacific/Kiritimati", "18:00", "2026-01-08T18:00"),  # UTC+14, made at 14:00
        ("Etc/GMT+12", "08:00", "2026-01-07T12:00"),  # made at noon: the next morning is too far
    ],
)
def test_hours_are_of_the_chat_s_own_clock(zone: str, asked: str, arrives: str) -> None:
    assert arrival(at("2026-01-08T08:00"), Timing(zone, (asked,))) == at(arrives, zone)


@pytest.mark.parametrize(
    ("made", "quiet", "arrives"),
    [
        ("2026-01-08T22:59", ("23:00", "07:00"), "2026-01-08T22:59"),
        ("2026-01-08T23:00", ("23:00", "07:00"), "2026-01-09T07:00"),
        ("2026-01-09T00:00", ("23:00", "07:00"), "2026-01-09T07:00"),
        ("2026-01-09T06:59", ("23:00", "07:00"), "2026-01-09T07:00"),
        ("2026-01-09T07:00", ("23:00", "07:00"), "2026-01-09T07:00"),
        ("2026-01-09T13:00", ("12:00", "14:00"), "2026-01-09T14:00"),
        ("2026-01-09T11:00", ("12:00", "14:00"), "2026-01-09T11:00"),
        ("2028-02-28T23:30", ("23:00", "07:00"), "2028-02-29T07:00"),
    ],
)
def test_what_comes_in_quiet_hours_waits_for_their_end(made: str, quiet: tuple[str, str], arrives: str) -> None:
    assert arrival(at(made), Timing("Asia/Shanghai", quiet=quiet)) == at(arrives)


@pytest.mark.parametrize(
    ("made_utc", "quiet", "arrives_utc"),
    [
        ("2026-03-29T00:10", ("01:00", "02:30"), "2026-03-29T01:30"),  # 02:30 is left out: an hour later, 03:30
        ("2026-10-25T00:40", ("02:15", "02:45"), "2026-10-25T00:45"),  # the first 02:40
        ("2026-10-25T01:40", ("02:15", "02:45"), "2026-10-25T01:45"),  # the second
        ("2026-10-24T21:30", ("23:00", "07:00"), "2026-10-25T06:00"),  # an hour longer
    ],
)
def test_quiet_hours_end_rightly_where_the_clock_is_changed(
    made_utc: str, quiet: tuple[str, str], arrives_utc: str
) -> None:
    assert arrival(at(made_utc, "UTC"), Timing("Europe/Berlin", quiet=quiet)) == at(arrives_utc, "UTC")


def test_an_hour_in_a_gap_comes_at_its_end_and_a_doubled_one_once() -> None:
    berlin = Timing("Europe/Berlin", ("02:30",))
    assert arrival(at("2026-03-29T00:00", "UTC"), berlin) == at("2026-03-29T01:30", "UTC")
    assert arrival(at("2026-10-25T00:00", "UTC"), berlin) == at("2026-10-25T00:30", "UTC")


def subscription(**fields: object) -> Subscription:
    values = {"chat": "telegram:5", "topic": "ai", "created_at": at("2026-01-01T00:00"), **fields}
    return Subscription.model_validate(values)


def is_due(held: Subscription, chat: ChatSettings, now: datetime) -> bool:
    """Is a report made on Thursday the 8th at 08:00 in Shanghai to be pushed?"""
    timing = timing_of(held, chat, TOPIC)
    return arrives_now(held, arrival(make_report(7).created_at, timing), timing, now)


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
def test_nobody_gets_what_came_before_he_subscribed_nor_what_is_a_day_old(
    hour: str | None, since: str, now: str, due: bool
) -> None:
    held = subscription(hours=(hour,) if hour else (), created_at=at(since))
    assert is_due(held, CHAT, at(now)) is due


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-01-08T08:00", False), ("2026-01-08T21:14", False), ("2026-01-08T21:15", True), ("2026-01-09T21:15", False)],
)
def test_a_chat_is_due_from_its_hour_for_a_day(now: str, due: bool) -> None:
    assert is_due(subscription(hours=("21:15",)), CHAT, at(now)) is due


def test_a_weekday_that_is_not_wanted_gets_nothing_by_the_chat_s_own_day() -> None:
    for zone, days, due in (
        ("Asia/Shanghai", (4,), True),
        ("Asia/Shanghai", (3, 5), False),
        ("America/New_York", (3,), True),
        ("America/New_York", (4,), False),
    ):
        chat = ChatSettings.model_validate({"chat": "telegram:5", "timezone": zone})
        assert is_due(subscription(weekdays=days), chat, at("2026-01-08T08:01")) is due


def test_what_was_missed_before_quiet_hours_is_not_pushed_in_them_but_after() -> None:
    chat = ChatSettings(chat="telegram:5", quiet=("23:00", "07:00"))
    held = subscription(hours=("22:00",))
    for now, due in (("2026-01-08T22:30", True), ("2026-01-08T23:30", False), ("2026-01-09T07:00", True)):
        assert is_due(held, chat, at(now)) is due


def test_the_next_arrival_is_the_first_after_now() -> None:
    for asked, now, coming in (
        ((), "2026-01-08T08:00", "2026-01-08T20:30"),
        (("07:00",), "2026-01-08T07:30", "2026-01-08T08:00"),
        (("21:00",), "2026-01-08T20:45", "2026-01-08T21:00"),
    ):
        assert next_arrival(Timing("Asia/Shanghai", asked), TOPIC, at(now)) == at(coming)


def test_the_next_arrival_is_not_what_was_had_nor_on_an_unwanted_day() -> None:
    evening = Timing("Asia/Shanghai", ("21:00",))
    now, made = at("2026-01-08T09:00"), at("2026-01-08T08:01")
    assert next_arrival(evening, DAILY, now) == at("2026-01-08T21:00")
    assert next_arrival(evening, DAILY, now, made) == at("2026-01-09T21:00")
    assert next_arrival(Timing("Asia/Shanghai", weekdays=(1,)), DAILY, now) == at("2026-01-12T08:00")


def test_a_second_run_of_a_day_makes_no_second_report_of_yesterday() -> None:
    day = at("2026-01-08T00:00").date()
    twice = TOPIC.model_copy(update={"window": "yesterday"})
    assert makings(twice, day, day) == [at("2026-01-08T08:00")]
    assert makings(TOPIC, day, day) == [at("2026-01-08T08:00"), at("2026-01-08T20:30")]


@settings(deadline=None)
@given(timings, moments)
def test_nothing_arrives_before_it_is_made_nor_in_quiet_hours_nor_much_later(timing: Timing, made: datetime) -> None:
    arrives = arrival(made, timing)
    assert made <= arrives <= made + max(NIGHT, timedelta(hours=25)) + timedelta(hours=49)
    assert not timing.is_quiet(arrives)


@settings(deadline=None)
@given(timings, moments)
def test_what_is_told_to_come_next_is_then_pushed(timing: Timing, now: datetime) -> None:
    coming = next_arrival(timing, DAILY, now)
    assert coming > now
    assert timing.is_wanted(coming)
    held = subscription(created_at=now)
    assert arrives_now(held, coming, timing, coming)
    assert not arrives_now(held, coming, timing, coming + LATEST)


def test_a_chat_s_zone_goes_before_the_topic_s() -> None:
    chat = ChatSettings(chat="telegram:5", timezone="Asia/Tokyo", quiet=("23:00", "07:00"))
    assert timing_of(subscription(), chat, DAILY) == Timing("Asia/Tokyo", quiet=("23:00", "07:00"))
    assert timing_of(subscription(), ChatSettings(chat="telegram:5"), DAILY) == Timing("Asia/Shanghai")
