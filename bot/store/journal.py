"""The changes since the last checkpoint: a file that only grows, a line for each change.

In: operations (a table's name, documents put, ids removed). Out: the same again, in their order. Always holds: what
`append` was given is on the disk when it returns; a line counts whole or not at all (each begins with its checksum), so
that a change is never half there; what a failed append left is cut off before the next.
"""

from __future__ import annotations

import contextlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from bot.store.disk import Disk, StoreError, refused
from bot.store.schema import Row, Tables

Operation = tuple[str, Mapping[str, Row], Sequence[str]]
NAME = re.compile(r"journal\.(\d+)\.jsonl")


class Journal:
    """One file, made when the first change comes. Blocks; StoreError where the disk refuses."""

    def __init__(self, folder: Path, number: int, disk: Disk) -> None:
        self.path = journal_path(folder, number)
        self.number = number
        self.size = 0  # of the good lines, in bytes
        self._disk = disk
        self._file: int | None = None
        self._torn = False

    def append(self, changes: Iterable[Sequence[Operation]]) -> None:
        """A line for each change, forced to the disk together; none of them where it fails."""
        content = b"".join(map(encode_change, changes))
        try:
            file = self._open()
            if self._torn:
                self._disk.cut(file, self.size)
            self._torn = True
            self._disk.append(file, content)
        except OSError as error:
            self._cut_torn()
            raise refused(self.path, error) from error
        self._torn = False
        self.size += len(content)

    def _cut_torn(self) -> None:
        """What was refused must not be found at the next start; where even this fails, before the next append."""
        if self._torn and self._file is not None:
            with contextlib.suppress(OSError):
                self._disk.cut(self._file, self.size)
                self._torn = False

    def close(self) -> None:
        self._cut_torn()
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _open(self) -> int:
        if self._file is None:
            self._file = self._disk.open_to_append(self.path)
            try:
                self._disk.sync_folder(self.path.parent)
            except OSError:
                self.close()
                raise
        return self._file


def journal_path(folder: Path, number: int) -> Path:
    return folder / f"journal.{number}.jsonl"


def find_journals(folder: Path) -> dict[int, Path]:
    """All there are, by their numbers, in order."""
    found = {int(match[1]): path for path in folder.iterdir() if (match := NAME.fullmatch(path.name))}
    return dict(sorted(found.items()))


def encode_change(operations: Sequence[Operation]) -> bytes:
    """The checksum of the rest, a blank, JSON."""
    said = orjson.dumps([[table, dict(rows), list(without)] for table, rows, without in operations])
    return b"%08x %s\n" % (zlib.crc32(said), said)


def read_changes(content: bytes) -> Iterator[list[Any] | None]:
    """The operations of each line; None for one that is torn or damaged."""
    for line in content.splitlines(keepends=True):
        checksum, _, said = line.rstrip(b"\n").partition(b" ")
        whole = line.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(said)
        yield orjson.loads(said) if whole else None


def replay(tables: Tables, path: Path) -> int:
    """Make the file's changes in the tables, in place; how many are lost.

    One that was torn at the end was promised to nobody; each other one stands for itself, so that those after a damaged
    one are made.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"store: {path} cannot be read ({error.strerror or error}); look at its rights and the disk"
        ) from error
    damaged = lost = 0
    for operations in read_changes(content):
        if operations is None:
            damaged += 1
            continue
        lost = damaged
        for table, rows, without in operations:
            documents = tables.setdefault(table, {})
            for key in without:
                documents.pop(key, None)
            documents.update(rows)
    return lost
