"""The program that is killed: the real wiring, a maker that needs no model, a clock that can be days ahead.

`python -m tests.chaos.program OPTIONS` (JSON). It says "ready" on its standard output when it runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App
from bot.config import AppSettings, Config, DiscordSettings, TelegramSettings
from bot.making import Job
from bot.platforms import Platform
from bot.platforms.discord import DiscordPlatform
from bot.platforms.pace import Pace
from bot.platforms.telegram import TelegramPlatform
from bot.store.disk import Disk
from bot.store.tiny import TinyStore
from report.errors import InputError
from report.model import Point, Progress, Report, Section, Topic

REFUSALS = {"full": errno.ENOSPC, "read-only": errno.EROFS}
POINTS, POINT_LENGTH = 10, 900  # a brief of three parts on Telegram, of two on Discord
UNLIMITED = (1000, 1.0)


class ControlledDisk(Disk):
    """Refuses to write while a file says why: "full" or "read-only"."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def write(self, path: Path, content: bytes) -> None:
        self._check()
        super().write(path, content)

    def append(self, descriptor: int, content: bytes) -> None:
        self._check()
        super().append(descriptor, content)

    def open_to_append(self, path: Path) -> int:
        self._check()
        return super().open_to_append(path)

    def replace(self, path: Path, target: Path) -> None:
        self._check()
        super().replace(path, target)

    def _check(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            refusal = REFUSALS[self._control.read_text("ascii")]
            raise OSError(refusal, os.strerror(refusal))


async def make_quickly(job: Job, progress: Progress) -> Report:
    """A report whose every part can be told from all others."""
    progress("chaos")
    points = tuple(
        Point(id=f"core-{number:02}", headline=f"{job.period.first} 第 {number} 条", text=f"{number}字" * POINT_LENGTH)
        for number in range(1, POINTS + 1)
    )
    return Report(
        key=job.key,
        topic=job.topic.name,
        first=job.period.first,
        last=job.period.last,
        timezone=job.topic.timezone,
        sections=(Section(kind="core", heading="核心信息", points=points),),
        revision=job.revision,
        created_at=job.now,
        writer="offline",
    )


async def run(options: dict[str, Any]) -> int:
    folder = Path(options["folder"])
    config = Config(
        app=AppSettings(data_dir=folder),
        topics=(Topic(name="ai", query="AI", schedule=(options["hour"],), timezone="UTC"),),
        telegram=TelegramSettings(
            token=SecretStr(options["telegram"]["token"]),
            base_url=options["telegram"]["url"],
            rich="off",
            paid_broadcast=True,
        ),
        discord=DiscordSettings(token=SecretStr(options["discord"]["token"]), api_url=options["discord"]["url"]),
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    ahead = timedelta(days=options["day"])
    try:
        store = await TinyStore.open(folder, disk=ControlledDisk(folder.parent / "disk"))
    except InputError as error:
        sys.stdout.write(f"{error}\n")
        return 2
    platforms: dict[str, Platform] = {
        "telegram": TelegramPlatform(config.telegram),
        "discord": DiscordPlatform(config.discord, pace=Pace(*UNLIMITED)),
    }
    app = App(config, store, platforms, now=lambda: datetime.now(UTC) + ahead, make_report=make_quickly)
    try:
        await app.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await app.stop()
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    sys.exit(asyncio.run(run(json.loads(sys.argv[1]))))
