"""Values to keep, and a disk that fails or stops where it is told to."""

from __future__ import annotations

import errno
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.model import Delivery, RunMark
from bot.store.disk import Disk
from bot.store.lock import unlock_folder
from bot.store.tiny import TinyStore
from handlers.chats import ChatSettings, Subscription
from report.model import Point, Report, Section, report_key

NOW = datetime(2026, 1, 8, 0, 0, tzinfo=UTC)


def now() -> datetime:
    return NOW


def subscription(chat: str = "telegram:1", topic: str = "ai", hour: str | None = None) -> Subscription:
    return Subscription(chat=chat, topic=topic, hours=(hour,) if hour else (), title="读者群", created_at=NOW)


def report(day: int = 7, revision: int = 1, topic: str = "ai", text: str = "苍鹭 2 发布。") -> Report:
    first = date(2026, 1, 1) + timedelta(days=day - 1)
    return Report(
        key=report_key(topic, first, first),
        topic=topic,
        first=first,
        last=first,
        timezone="Asia/Shanghai",
        sections=(Section(kind="core", heading="核心信息", points=(Point(id="p1", text=text),)),),
        revision=revision,
        created_at=NOW,
        writer="offline",
    )


def delivery(chat: str = "telegram:1", day: int = 7, revision: int = 1) -> Delivery:
    return Delivery(
        report_key=report(day).key,
        revision=revision,
        chat=chat,
        parts=({"text": "1. 苍鹭 2 发布", "entities": [{"type": "bold", "offset": 0}]}, {"photo": "cloud.jpg"}),
        created_at=NOW,
    )


def run(topic: str = "ai", day: int = 8) -> RunMark:
    due = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    return RunMark(topic=topic, due=due, done_at=due + timedelta(minutes=2), report_key=report(7).key)


class Killed(BaseException):
    """The process ends here, as with kill -9."""


class FaultyDisk(Disk):
    """Fails at its n-th system call from now on: with an errno, or (errno None) as if the process were killed there.

    A write that does not come through leaves half of its bytes. `steps` counts the calls that were asked for.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.fail_at: int | None = None
        self.errno: int | None = errno.ENOSPC
        self.once = False

    def fail(self, step: int, error: int | None, *, once: bool = False) -> None:
        self.steps, self.fail_at, self.errno, self.once = 0, step, error, once

    def mend(self) -> None:
        self.fail_at = None

    def write(self, path: Path, content: bytes) -> None:
        try:
            self._step()
        except (OSError, Killed):
            path.write_bytes(content[: len(content) // 2])
            raise
        super().write(path, content)

    def append(self, descriptor: int, content: bytes) -> None:
        try:
            self._step()
        except (OSError, Killed):
            os.write(descriptor, content[: len(content) // 2])
            raise
        super().append(descriptor, content)

    def cut(self, descriptor: int, size: int) -> None:
        self._step()
        super().cut(descriptor, size)

    def open_to_append(self, path: Path) -> int:
        self._step()
        return super().open_to_append(path)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)

    def link(self, path: Path, beside: Path) -> None:
        self._step()
        super().link(path, beside)

    def replace(self, path: Path, target: Path) -> None:
        self._step()
        super().replace(path, target)

    def _step(self) -> None:
        self.steps += 1
        if self.fail_at is None or self.steps < self.fail_at or (self.once and self.steps > self.fail_at):
            return
        if self.errno is None:
            raise Killed
        raise OSError(self.errno, os.strerror(self.errno))


async def filled(folder: Path) -> None:
    """Two generations and the journal between them: the older one knows chat 1, the newer one chats 1 and 2."""
    async with await TinyStore.open(folder, now=now) as store:
        await store.save_report(report(), [delivery()])
        await store.mark_run(run())
        await store.subscribe(subscription("telegram:1"))
    async with await TinyStore.open(folder, now=now) as store:
        await store.subscribe(subscription("telegram:2"))


def abandon(store: TinyStore) -> None:
    """Free the lock without closing anything, as the end of a process does."""
    unlock_folder(store._folder, store._lock)


async def chats(folder: Path) -> tuple[set[str], tuple[str, ...]]:
    async with await TinyStore.open(folder, now=now) as store:
        return {kept.chat for kept in await store.subscriptions()}, tuple(store.warnings)


async def keep(store: TinyStore, settings: ChatSettings) -> None:
    await store.change_chat(settings.chat, lambda _: settings)
