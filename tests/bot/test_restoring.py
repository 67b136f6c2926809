"""A dropped post comes back: from the ledger in a chat, over a restart, into the next report, and out of it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.demo import LAST, TIMEZONE, posts_file
from bot.demonstration import morning_after
from bot.making import Job, run
from bot.newsroom import Newsroom
from bot.store.tiny import TinyStore
from handlers.base import Chat, Request, Services
from handlers.dispatch import answer
from handlers.store import Restored
from report.model import Period, Progress, Report, Topic

KEY = "twitter_ai_20260107_20260107"
NOW = morning_after(LAST)


@pytest.fixture
def posts() -> Iterator[Path]:
    with posts_file() as path:
        yield path


@dataclass
class Office:
    """A newsroom that makes reports in this process, over the store in a folder, and an admin who writes to it."""

    store: TinyStore
    folder: Path
    posts: Path
    jobs: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        topic = Topic(name="ai", title="AI", query="AI", files=(str(self.posts),), timezone=TIMEZONE)
        config = Config(app=AppSettings(data_dir=self.folder), topics=(topic,))
        self.topic = topic
        self.newsroom = Newsroom(config, self.store, {}, self.now, make_report=self.make)
        self.services = Services(
            store=self.store,
            newsroom=self.newsroom,
            topics={"ai": topic},
            admins=frozenset({"telegram:1"}),
            now=self.now,
        )

    def now(self) -> datetime:
        return NOW

    async def make(self, job: Job, progress: Progress) -> Report:
        self.jobs.append(job)
        return await run(Job.model_validate_json(job.encode()), progress)  # as it reaches the child

    async def say(self, words: str) -> str:
        name, _, arguments = words.removeprefix("/").partition(" ")
        request = Request(Chat("telegram", "55"), "1", name, arguments)
        return "\n".join([message.doc.plain() async for message in answer(request, self.services)])

    async def report(self) -> Report:
        found = await self.store.report(KEY)
        assert found
        return found


async def test_a_post_comes_back_into_the_next_report_and_goes_again(tmp_path: Path, posts: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        office = Office(store, tmp_path, posts)
        await office.newsroom.make(office.topic, Period.of_days(LAST, LAST, TIMEZONE), rewrite=True)
        before = await office.report()
        chosen = next(row for row in before.ledger.dropped if row.kind == "off_topic")
        link = f"https://x.com/{chosen.author}/status/{chosen.id}"
        assert (await office.say(f"/ledger restore {link}")).startswith(f"找回了：{chosen.author} 的帖子")
        assert await office.report() == before
    async with await TinyStore.open(tmp_path) as store:  # after a restart
        office = Office(store, tmp_path, posts)
        assert "写好了，第 2 版。" in await office.say("/regenerate ai 2026-01-07")
        assert office.jobs[0].restored == (chosen.id,)
        after = await office.report()
        assert chosen.id in after.ledger.used_ids
        assert chosen.id not in {row.id for row in after.ledger.dropped}
        assert after.ledger.used == before.ledger.used + 1
        assert after.ledger.collected == before.ledger.collected == after.ledger.used + len(after.ledger.dropped)
        assert f"{chosen.author}（原来按跑题去掉" in await office.say("/ledger")
        assert "已经在这一版里" in await office.say("/ledger")
        assert "正用着它" in await office.say(f"/ledger restore {chosen.id}")
        assert (await office.say(f"/ledger undo {chosen.id}")).startswith("撤销了")
        await office.say("/regenerate ai 2026-01-07")
        assert (await office.report()).ledger.dropped == before.ledger.dropped


async def test_a_scheduled_report_keeps_what_was_brought_back(tmp_path: Path, posts: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        office = Office(store, tmp_path, posts)
        for number in (1, 2):
            await store.restore(restored(number))
        await store.restore(restored(3).model_copy(update={"topic": "other"}))
        job = await office.newsroom.job(office.topic, Period.of_days(LAST, LAST, TIMEZONE), key=KEY)
        assert job.restored == (restored(1).id, restored(2).id)


async def test_what_was_brought_back_is_kept_once_and_forgotten_once(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.restore(restored(1))
        await store.restore(restored(1).model_copy(update={"reason": "another"}))
    async with await TinyStore.open(tmp_path) as store:
        assert await store.restored("ai") == [restored(1)]
        assert await store.restored("finance") == []
        assert await store.take_back("ai", restored(1).id)
        assert not await store.take_back("ai", restored(1).id)
    async with await TinyStore.open(tmp_path) as store:
        assert await store.restored("ai") == []
        assert store.warnings == ()


def restored(number: int) -> Restored:
    return Restored(
        topic="ai",
        id=f"{2008700000000000000 + number}",
        author="lab",
        kind="ad",
        reason="抽奖",
        report_key=KEY,
        restored_at=NOW,
    )
