"""The volumes keep up with the store."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from report.library import shelf
from report.library.shelf import Shelf
from tests.report.library.reports import Stack, point, points, report_on

SIXTH, SEVENTH = date(2026, 1, 6), date(2026, 1, 7)


async def test_a_report_is_read_once_and_again_when_it_is_written_anew() -> None:
    stack = Stack(report_on(SIXTH, points()), report_on(SEVENTH, points()))
    volumes = Shelf(stack)
    assert [volume.last for volume in await volumes.volumes()] == [SIXTH, SEVENTH]
    await asyncio.gather(*(volumes.volumes() for _ in range(5)))
    assert len(stack.read) == 2
    anew = report_on(SEVENTH, [point(9, "更正", "改好了。")], revision=2)
    stack.reports[anew.key] = anew
    assert [len(volume.entries) for volume in await volumes.volumes()] == [5, 1]
    assert len(stack.read) == 3
    del stack.reports[anew.key]
    assert len(await volumes.volumes()) == 1


async def test_two_who_ask_first_bind_once() -> None:
    stack = Stack(report_on(SIXTH, points()))
    volumes = Shelf(stack)
    await asyncio.gather(*(volumes.volumes() for _ in range(5)))
    assert len(stack.read) == 1


async def test_topics_days_and_asked_ranges() -> None:
    stack = Stack(
        report_on(SIXTH, points()),
        report_on(SEVENTH, points(), topic="finance"),
        report_on(SEVENTH, points(), asked=True),
    )
    volumes = Shelf(stack)
    assert len(await volumes.volumes()) == 2
    assert [volume.topic for volume in await volumes.volumes(["finance"])] == ["finance"]
    assert [volume.last for volume in await volumes.volumes((), SIXTH, SIXTH)] == [SIXTH]
    assert await volumes.volumes((), date(2026, 1, 8), None) == ()


async def test_the_newest_are_kept_where_there_is_no_room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_ENTRIES", 8)
    days = [date(2026, 1, day) for day in range(1, 8)]
    volumes = Shelf(Stack(*(report_on(day, points()) for day in days)))
    assert [volume.last for volume in await volumes.volumes()] == days[-2:]
