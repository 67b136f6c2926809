"""Days on which clocks are put forward or back, jump, or stand still: each subscriber gets each day's report once."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import AppSettings, Config
from bot.making import Job
from bot.newsroom import Newsroom
from bot.store.tiny import TinyStore
from handlers.base import Services
from handlers.chats import ChatSettings, Subscription
from report.model import Progress, Report, Topic, read_report_key
from tests.bot.test_notices import Told
from tests.handlers.fakes import make_report

STEP = timedelta(minutes=7)


@dataclass(frozen=True)
class Wish:
    """How a chat wants it."""

    zone: str | None = None
    hours: tuple[str, ...] = ()
    quiet: tuple[str, str] | None = None
    weekdays: tuple[int, ...] = ()


@dataclass
class World:
    """Lives through days in steps; `jumps` are put on the clock when that much time has really passed."""

    zone: str
    first: date
    schedule: tuple[str, ...] = ("08:00",)
    window: str = "yesterday"
    wishes: Sequence[Wish] = (Wish(),)
    jumps: dict[timedelta, timedelta] = field(default_factory=dict)
    asleep: tuple[timedelta, timedelta] | None = None  # from, until: the laptop's lid is closed
    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    async def live(self, days: float) -> dict[int, Counter[str]]:
        """Per chat how often it got the report of each key."""
        start = datetime(self.first.year, self.first.month, self.first.day, 3, tzinfo=ZoneInfo(self.zone))
        self.now = start.astimezone(UTC)
        with tempfile.TemporaryDirectory() as folder:
            async with await TinyStore.open(Path(folder)) as store:
                newsroom = await self._open(store, Path(folder))
                passed = timedelta(0)
                while passed < timedelta(days=days):
                    if not (self.asleep and self.asleep[0] <= passed < self.asleep[1]):
                        await newsroom.tick()
                        await asyncio.gather(*newsroom._runs.values())
                        await newsroom.tick()
                    passed += STEP
                    self.now += STEP + self.jumps.pop(passed - passed % STEP, timedelta(0))
                got: dict[int, Counter[str]] = {number: Counter() for number in range(len(self.wishes))}
                for each in await store.deliveries():
                    got[int(each.chat.partition(":")[2])][f"{each.report_key} {each.revision}"] += 1
                return got

    async def _open(self, store: TinyStore, folder: Path) -> Newsroom:
        topic = Topic.model_validate(
            {"name": "ai", "query": "AI", "timezone": self.zone, "schedule": self.schedule, "window": self.window}
        )
        config = Config(app=AppSettings(data_dir=folder), topics=(topic,))
        newsroom = Newsroom(config, store, {"telegram": Told()}, lambda: self.now, make_report=self._make)
        newsroom.distribution.services = Services(
            store=store, newsroom=newsroom, topics={"ai": topic}, admins=frozenset(), now=lambda: self.now
        )
        for number, wish in enumerate(self.wishes):
            chat = f"telegram:{number}"
            settings = ChatSettings(chat=chat, timezone=wish.zone, quiet=wish.quiet)
            await store.change_chat(chat, lambda _, settings=settings: settings)  # type: ignore[misc]
            await store.subscribe(
                Subscription(
                    chat=chat,
                    topic="ai",
                    hours=wish.hours,
                    weekdays=wish.weekdays,
                    created_at=self.now - timedelta(days=9),
                )
            )
        return newsroom

    async def _make(self, job: Job, _: Progress) -> Report:
        made = make_report(7)
        days = {"first": job.period.first, "last": job.period.last}
        return made.model_copy(update={"key": job.key, "created_at": job.now, "revision": job.revision, **days})


def days_of(counted: Counter[str]) -> list[date]:
    return sorted(read_report_key(key.partition(" ")[0])[2] for key in counted)


def expect(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(-1, count - 1)]


@pytest.mark.parametrize(
    ("zone", "first", "schedule"),
    [
        ("America/New_York", date(2026, 3, 7), ("02:30",)),  # 8 March has no 02:30
        ("America/New_York", date(2026, 10, 31), ("01:30",)),  # 1 November has two
        ("Europe/London", date(2026, 3, 28), ("01:30",)),
        ("Europe/London", date(2026, 10, 24), ("01:59",)),
        ("Australia/Lord_Howe", date(2026, 4, 4), ("01:45",)),  # half an hour back
        ("Australia/Lord_Howe", date(2026, 10, 3), ("02:15",)),  # half an hour forward
        ("Asia/Shanghai", date(2028, 2, 27), ("08:00",)),  # a leap day
        ("Asia/Shanghai", date(2026, 12, 30), ("00:00",)),  # the year's end, at midnight
        ("America/Sao_Paulo", date(2018, 11, 3), ("00:00",)),  # 4 November began at 01:00
        ("Asia/Kathmandu", date(2026, 1, 5), ("23:59",)),
    ],
)
async def test_on_days_of_every_length_each_chat_gets_one_report_a_day(
    zone: str, first: date, schedule: tuple[str, ...]
) -> None:
    wishes = (Wish(), Wish(hours=("09:10",)), Wish("Asia/Tokyo", ("07:30",)), Wish(quiet=("22:00", "07:15")))
    got = await World(zone, first, schedule, wishes=wishes).live(5)
    for counted in got.values():
        assert set(counted.values()) == {1}
        assert len(counted) >= 4
        days = days_of(counted)
        assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


async def test_a_day_that_a_zone_left_out_has_no_report_and_keeps_no_other() -> None:
    """Samoa went from 29 December 2011 to the 31st."""
    (counted,) = (await World("Pacific/Apia", date(2011, 12, 28)).live(4)).values()
    assert set(counted.values()) == {1}
    assert {date(2011, 12, 27), date(2011, 12, 28), date(2011, 12, 31)} <= set(days_of(counted))


@pytest.mark.parametrize(
    ("jumps", "least"),
    [
        ({28: 3}, 4),  # at 07:00 of the second day, over its hour
        ({30: 3}, 4),  # after its hour
        ({30: -3}, 4),  # back over its hour: not again
        ({29: -1}, 4),
        ({30: -24}, 4),
        ({30: 24}, 4),
        ({30: 72, 40: -72}, 4),  # ahead for ten hours
        ({30: 240, 31: -240}, 4),
    ],
)
async def test_a_clock_that_jumps_brings_nothing_twice_and_goes_on(jumps: dict[int, int], least: int) -> None:
    moved = {_step(hours): timedelta(hours=by) for hours, by in jumps.items()}
    got = await World("UTC", date(2026, 1, 5), wishes=(Wish(), Wish(hours=("09:00",))), jumps=moved).live(6)
    for counted in got.values():
        assert set(counted.values()) == {1}
        assert len(counted) >= least


def _step(hours: float) -> timedelta:
    moment = timedelta(hours=hours)
    return moment - moment % STEP


@pytest.mark.parametrize(
    ("asleep", "days"),
    [
        ((28.5, 29.5), [4, 5, 6, 7, 8]),  # over the hour: made when the lid opens
        ((28.5, 48.5), [4, 5, 6, 7, 8]),  # 20 hours: still within a day
        ((28.5, 100.0), [4, 7, 8]),  # three days: only the newest is made up
    ],
)
async def test_a_laptop_that_slept_makes_up_what_is_less_than_a_day_old(
    asleep: tuple[float, float], days: list[int]
) -> None:
    world = World("UTC", date(2026, 1, 5), asleep=(timedelta(hours=asleep[0]), timedelta(hours=asleep[1])))
    (counted,) = (await world.live(5)).values()
    assert set(counted.values()) == {1}
    assert [day.day for day in days_of(counted)] == days


async def test_two_reports_a_day_are_two() -> None:
    world = World("Asia/Shanghai", date(2026, 1, 5), ("08:00", "20:00"), window="today")
    (counted,) = (await world.live(3)).values()
    assert set(counted.values()) == {1}
    assert Counter(key.partition(" ")[0] for key in counted).most_common(1)[0][1] == 2
    assert len(counted) == 6


zones = st.sampled_from(["America/New_York", "Europe/London", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kolkata"])
hours = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.sampled_from([0, 17, 30, 59]))


@settings(max_examples=25, deadline=None)
@given(
    zones,
    zones,
    st.sampled_from([date(2026, 3, 7), date(2026, 10, 24), date(2026, 10, 31), date(2026, 12, 30), date(2028, 2, 27)]),
    hours,
    st.none() | hours,
    st.none() | st.tuples(hours, hours),
)
def test_whatever_is_wished_each_report_comes_once(  # noqa: PLR0917
    zone: str, own: str, first: date, due: str, hour: str | None, quiet: tuple[str, str] | None
) -> None:
    wish = Wish(own, (hour,) if hour else (), quiet if quiet and quiet[0] != quiet[1] else None)
    (counted,) = asyncio.run(World(zone, first, (due,), wishes=(wish,)).live(4)).values()
    assert set(counted.values()) == {1}
    assert len(counted) >= 2
    days = days_of(counted)
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
