"""Counterparts in processes of their own, chats on them, and the program between: its real wiring, in this process."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot.app import App
from bot.config import AppSettings, Config, DiscordSettings, TelegramSettings
from bot.making import Job
from bot.model import RunMark
from bot.platforms import Platform
from bot.platforms.discord import DiscordPlatform
from bot.platforms.pace import Pace
from bot.platforms.telegram import TelegramPlatform
from bot.store.tiny import TinyStore
from handlers.chats import ChatKind, Subscription
from report.model import Point, Progress, Report, Section, Topic

LIFTED = (1000, 1.0)  # what a paid broadcast may reach
GROUPS, CHANNELS = 40, 20  # of 1,000 chats on Telegram; the others are private


@dataclass(frozen=True)
class Kind:
    """A platform as it is measured: messages a second that it lets through."""

    name: str
    a_second: float
    module: str
    limits: str


TELEGRAM = Kind("telegram", 30, "tests.counterparts.telegram_server", "--limits")
DISCORD = Kind("discord", 50, "tests.counterparts.discord_server", "--limited")


class Counterpart:
    """What a test may do to it, over HTTP."""

    def __init__(self, kind: Kind, about: dict[str, Any]) -> None:
        self.kind = kind
        self.about = about
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{about['port']}/test/", timeout=60)

    async def do(self, name: str, /, **told: Any) -> Any:
        answer = await self._client.post(name, json=told)
        answer.raise_for_status()
        return answer.json()["result"]

    async def accepted(self) -> list[tuple[str, float]]:
        """Chat and moment (CLOCK_MONOTONIC, which all processes share) of each message, in their order."""
        name = "accepted_messages" if self.kind is TELEGRAM else "accepted"
        return [(str(chat), at) for chat, _, at in await self.do(name)]

    async def statuses(self) -> dict[str, int]:
        """How many calls were answered how."""
        found: dict[str, int] = await self.do("refused_calls" if self.kind is TELEGRAM else "statuses")
        return found

    async def close(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def counterpart(kind: Kind, *, limited: bool) -> AsyncIterator[Counterpart]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", kind.module, *([kind.limits] if limited else []), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    about = json.loads(await process.stdout.readline())
    there = Counterpart(kind, about)
    try:
        yield there
    finally:
        await there.close()
        process.terminate()
        await process.wait()


async def open_chats(there: Counterpart, count: int) -> list[tuple[str, ChatKind]]:
    if there.kind is DISCORD:
        channels = await there.do("add_guild", name="读报", channels=[f"日报 {number}" for number in range(count)])
        return [(str(channel), "group") for channel in channels]
    groups, channels = GROUPS * count // 1000, CHANNELS * count // 1000
    kinds: list[ChatKind] = ["group" for _ in range(groups)]
    kinds += ["channel" for _ in range(channels)]
    kinds += ["private" for _ in range(count - len(kinds))]
    return [(str(await there.do("add_chat", kind=kind)), kind) for kind in kinds]


def make_platform(there: Counterpart, *, lifted: bool) -> Platform:
    token = SecretStr(there.about["token"])
    if there.kind is DISCORD:
        settings = DiscordSettings(token=token, api_url=there.about["api_url"])
        return DiscordPlatform(settings, pace=Pace(*LIFTED)) if lifted else DiscordPlatform(settings)
    url = there.about["url"]
    return TelegramPlatform(TelegramSettings(token=token, base_url=url, rich="off", paid_broadcast=lifted))


@dataclass
class Stage:
    """The program with its subscribers; `parts` is how many messages a report is."""

    there: Counterpart
    folder: Path
    chats: Sequence[tuple[str, ChatKind]]
    parts: int = 1
    lifted: bool = False

    @asynccontextmanager
    async def play(self) -> AsyncIterator[TinyStore]:
        """The run is due when it begins, everything is stopped in order when it ends."""
        now = datetime.now(UTC)
        due = now.replace(second=0, microsecond=0) - timedelta(days=1)
        topic = Topic(name="ai", query="AI", schedule=(f"{now:%H:%M}",), timezone="UTC")
        config = Config(app=AppSettings(data_dir=self.folder), topics=(topic,))
        platforms = {self.there.kind.name: make_platform(self.there, lifted=self.lifted)}
        async with await TinyStore.open(self.folder) as store:
            await asyncio.gather(*(self._subscribe(store, chat, kind, due) for chat, kind in self.chats))
            await store.mark_run(RunMark(topic="ai", due=due, done_at=due))
            app = App(config, store, platforms, make_report=self._make)
            await app.start()
            try:
                yield store
            finally:
                await app.stop()

    async def _subscribe(self, store: TinyStore, chat: str, kind: ChatKind, at: datetime) -> None:
        key = f"{self.there.kind.name}:{chat}"
        await store.subscribe(Subscription(chat=key, topic="ai", kind=kind, created_at=at))

    async def _make(self, job: Job, progress: Progress) -> Report:
        progress("benchmark")
        # Of ten points: one message, or two as long as a brief's (Telegram takes 4096 characters, Discord 6000).
        length = 180 if self.parts == 1 else 420 if self.there.kind is TELEGRAM else 700
        points = tuple(
            Point(id=f"core-{number:02}", headline=f"第 {number} 条", text="字" * length) for number in range(1, 11)
        )
        return Report(
            key=job.key,
            topic="ai",
            first=job.period.first,
            last=job.period.last,
            timezone="UTC",
            sections=(Section(kind="core", heading="核心信息", points=points),),
            created_at=job.now,
            writer="offline",
        )


def monotonic() -> float:
    return time.monotonic()
