"""Files that are whole or not there: each is written beside its place, forced to the disk, then put in its place.

`Disk` holds the few system calls, so that a test can fail or stop at any of them. OSErrors end here: a caller gets a
StoreError that names the file and says what to do.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from report.errors import TuibaoError

ADVICE = {
    errno.ENOSPC: "free some space on that disk, then try again",
    errno.EDQUOT: "free some space on that disk, then try again",
    errno.EROFS: "make the folder writable, or set app.data_dir to one that is",
    errno.EACCES: "make the folder writable for this user, or set app.data_dir to one that is",
    errno.EPERM: "make the folder writable for this user, or set app.data_dir to one that is",
}


class StoreError(TuibaoError):
    """The disk does not take or give what it should; the change that was asked for is not kept."""


class Disk:
    """The system calls of a durable write."""

    def write(self, path: Path, content: bytes) -> None:
        """Make the file, or make it anew, and force it to the disk."""
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            self.sync(file.fileno())

    def open_to_append(self, path: Path) -> int:
        """A new file's descriptor."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def append(self, descriptor: int, content: bytes) -> None:
        """Add it to the file's end and force it to the disk."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        self.sync(descriptor)

    def cut(self, descriptor: int, size: int) -> None:
        """Forget what lies beyond so many bytes."""
        os.ftruncate(descriptor, size)
        self.sync(descriptor)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def link(self, path: Path, beside: Path) -> None:
        """A second name for the file."""
        os.link(path, beside)

    def replace(self, path: Path, target: Path) -> None:
        path.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Force the names in a folder to the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)


def write_whole(disk: Disk, path: Path, content: bytes, *, keep_as: Path | None = None) -> None:
    """Put `content` at `path`; what stood there before stays at `keep_as`.

    At no moment is there neither. StoreError where the disk refuses; then `path` is as it was, unless the very last
    step failed (the folder could not be forced to the disk): then it may be either.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        disk.write(temporary, content)
        if keep_as is not None and path.exists():
            _keep(disk, path, keep_as)
        disk.replace(temporary, path)
        disk.sync_folder(path.parent)
    except OSError as exc:
        raise refused(path, exc) from exc


def _keep(disk: Disk, path: Path, keep_as: Path) -> None:
    second = keep_as.with_name(keep_as.name + ".tmp")
    second.unlink(missing_ok=True)
    try:
        disk.link(path, second)
    except OSError as exc:
        if exc.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
        disk.write(second, path.read_bytes())  # a file system without hard links
    disk.replace(second, keep_as)


def set_aside(disk: Disk, path: Path, now: Callable[[], datetime]) -> Path:
    """Rename a damaged file to NAME.broken-TIMESTAMP; its new path."""
    stamp = f"{now():%Y%m%dT%H%M%S}"
    names = (path.with_name(f"{path.name}.broken-{stamp}{suffix}") for suffix in ("", *(f"-{n}" for n in range(2, 99))))
    aside = next(name for name in names if not name.exists())
    try:
        disk.replace(path, aside)
        disk.sync_folder(path.parent)
    except OSError as exc:
        raise refused(aside, exc) from exc
    return aside


def refused(path: Path, error: OSError) -> StoreError:
    """The sentence for a file that could not be written."""
    advice = ADVICE.get(error.errno or 0, "look at the disk, then try again")
    return StoreError(f"store: {path} was not written ({error.strerror or error}); nothing of it is kept; {advice}")
