"""A scheduled report that does not end keeps no other waiting for long."""

from __future__ import annotations

import asyncio
import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.making import Job
from bot.model import RunMark
from bot.newsroom import Newsroom
from bot.store.tiny import TinyStore
from report.errors import SourceError
from report.model import Progress, Report, Topic
from tests.bot.store.values import FaultyDisk
from tests.handlers.fakes import make_report

EIGHT = datetime(2026, 1, 8, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


async def test_topics_that_hang_end_with_a_sentence_and_the_third_of_the_hour_is_made(tmp_path: Path) -> None:
    async def make(job: Job, _: Progress) -> Report:
        if job.topic.name != "third":
            await asyncio.Event().wait()
        return make_report(7).model_copy(update={"key": job.key})

    topics = tuple(Topic(name=name, title=name, query="AI") for name in ("first", "second", "third"))
    config = Config(app=AppSettings(data_dir=tmp_path), topics=topics)
    async with await TinyStore.open(tmp_path) as store:
        newsroom = Newsroom(config, store, {}, lambda: EIGHT, make_report=make, longest_run=timedelta(seconds=0.05))
        await asyncio.wait_for(asyncio.gather(*(newsroom.run(topic, EIGHT) for topic in topics)), 20)
        marks = await store.last_runs()
    assert marks["third"].report_key
    for name in ("first", "second"):
        assert not marks[name].report_key
        assert marks[name].error.startswith("report: not done after")


async def test_a_run_that_the_disk_does_not_let_us_mark_is_not_made_again_every_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[str] = []

    async def make(job: Job, _: Progress) -> Report:
        made.append(job.key)
        raise SourceError("x", "503")

    disk, now = FaultyDisk(), EIGHT
    topic = Topic(name="ai", query="AI")
    config = Config(app=AppSettings(data_dir=tmp_path), topics=(topic,))
    async with await TinyStore.open(tmp_path, disk=disk) as store:
        await store.mark_run(RunMark(topic="ai", due=EIGHT - timedelta(days=1), done_at=EIGHT))
        newsroom = Newsroom(config, store, {}, lambda: now, make_report=make)
        disk.fail(1, errno.ENOSPC)
        for minutes in range(40):
            now = EIGHT + timedelta(minutes=minutes)
            await newsroom.tick()
            await asyncio.gather(*newsroom._runs.values())
        assert len(made) == 2
        assert "what became of ai is not marked" in caplog.text
        disk.mend()
