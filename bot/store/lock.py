"""One process at a time in a data folder: a lock on `lock`, the process's number in `lock.pid` beside it."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from bot.store.disk import refused
from report.errors import InputError


def lock_folder(folder: Path) -> BaseFileLock:
    """Make the folder and hold its lock. InputError says who holds it already, StoreError that it cannot be written."""
    lock = FileLock(folder / "lock", timeout=0, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise InputError(
            f"store: {folder} is in use by {_process(folder)}; stop that one first (one program writes a folder at a "
            "time), or give this one a folder of its own with app.data_dir"
        ) from None
    except OSError as exc:
        raise refused(folder, exc) from exc
    try:
        (folder / "lock.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
    except OSError as exc:
        lock.release()
        raise refused(folder / "lock.pid", exc) from exc
    return lock


def unlock_folder(folder: Path, lock: BaseFileLock) -> None:
    (folder / "lock.pid").unlink(missing_ok=True)
    lock.release()


def is_locked(folder: Path) -> bool:
    """Does a process hold the folder? Nothing is made or changed where it is not locked."""
    if not (folder / "lock").exists():
        return False
    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False  # not writable for us: the check of the folder says so
    lock.release()
    return False


def _process(folder: Path) -> str:
    return f"process {pid}" if (pid := lock_pid(folder)) else "another process"


def lock_pid(folder: Path) -> int:
    """The number of the process that took the lock last, 0 if unknown."""
    try:
        return int((folder / "lock.pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
