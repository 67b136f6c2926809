"""Pictures on their way to Telegram: uploaded once, then named by the id that Telegram gave them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

Version = tuple[int, int]  # of a file: when it was changed, in nanoseconds, and its size in bytes


class Pictures:
    """Knows the ids of the files that were uploaded since the program started."""

    def __init__(self) -> None:
        self._ids: dict[str, tuple[Version, str]] = {}

    async def open(self, path: str) -> bytes | str:
        """The file's id, if it is known and the file is still the same; else its bytes; b"" where it is gone."""
        return await asyncio.to_thread(self._open, path)

    def learn(self, path: str, file_id: str) -> None:
        if version := _version_of(path):
            self._ids[path] = (version, file_id)

    def forget(self, path: str) -> bool:
        """Telegram does not know the id any more; was there one?"""
        return self._ids.pop(path, None) is not None

    def _open(self, path: str) -> bytes | str:
        version = _version_of(path)
        known = self._ids.get(path)
        if known and known[0] == version:
            return known[1]
        try:
            return Path(path).read_bytes()
        except FileNotFoundError:
            return b""


def _version_of(path: str) -> Version | None:
    try:
        found = os.stat(path)  # noqa: PTH116  as quick as can be: once a message
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
