"""One process at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.lock import is_locked, lock_pid
from bot.store.tiny import TinyStore
from report.errors import InputError
from tests.bot.store.values import subscription

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.store.tiny import TinyStore
from handlers.chats import Subscription

async def main():
    store = await TinyStore.open(Path(sys.argv[1]))
    number = len(await store.subscriptions())
    while True:
        await store.subscribe(Subscription(chat=f"telegram:{number}", topic="ai", created_at=datetime.now(UTC)))
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""


def writer(folder: Path) -> subprocess.Popen[str]:
    """A process that subscribes chats 0, 1, 2 … and prints each when it is acknowledged."""
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own script


def acknowledged(process: subprocess.Popen[str], count: int) -> int:
    """Let it acknowledge so many more, kill it; the last number that it printed."""
    assert process.stdout
    printed = [process.stdout.readline() for _ in range(count)]
    process.send_signal(signal.SIGKILL)
    printed += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return int([line for line in printed if line.endswith("\n")][-1])


async def test_a_second_store_in_the_folder_is_refused_with_the_folder_and_the_process(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path):
        with pytest.raises(InputError, match=rf"{tmp_path} is in use by process {os.getpid()}; stop that one first"):
            await TinyStore.open(tmp_path)
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription())


def test_looking_whether_a_folder_is_locked_makes_nothing(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
async def test_a_second_process_is_refused_and_a_killed_one_leaves_all_that_it_acknowledged(tmp_path: Path) -> None:
    for count in (1, 7, 40):
        process = writer(tmp_path)
        assert process.stdout
        process.stdout.readline()
        assert lock_pid(tmp_path) == process.pid
        with pytest.raises(InputError, match=f"in use by process {process.pid};"):
            await TinyStore.open(tmp_path)
        last = acknowledged(process, count)
        async with await TinyStore.open(tmp_path) as store:
            found = {int(kept.chat.partition(":")[2]) for kept in await store.subscriptions()}
            assert store.warnings == ()
        assert found >= set(range(last + 1))
        assert len(found) - (last + 1) in {0, 1}, "at most the one under way is more than was acknowledged"
