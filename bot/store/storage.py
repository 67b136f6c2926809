"""TinyDB's storage: the tables in memory, state.json on disk, and the generation before it as state.json.1.

Two views: `data` is what the disk holds and what readers see; `draft` is what `drafting()` changes and `save` writes
next. No row is ever changed in place and no table either, so that a draft can be written while a new one begins.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from bot.store.disk import Disk, StoreError, set_aside, write_whole
from bot.store.schema import Damaged, Row, Tables, decode_state, empty, encode_state
from report.errors import InputError

In = TypeVar("In")
Out = TypeVar("Out")

BATCH = 200  # documents between two turns of the loop: about 2 ms
log = logging.getLogger(__name__)


class Generations(Storage):
    def __init__(self, path: Path, tables: Tables, disk: Disk) -> None:
        self.path = path
        self.data = tables
        self.draft = tables
        self._drafting = False
        self._disk = disk
        self._saving = threading.Lock()

    def read(self) -> Tables:
        return dict(self.draft if self._drafting else self.data)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        if not self._drafting:
            raise RuntimeError("store: a change outside of drafting() would not reach the disk")
        self.draft = data

    @contextmanager
    def drafting(self) -> Iterator[None]:
        """TinyDB reads and writes the draft inside; an exception undoes what was drafted. Never await inside."""
        before = self.draft
        self._drafting = True
        try:
            yield
        except BaseException:
            self.draft = before
            raise
        finally:
            self._drafting = False

    def save(self, draft: Tables) -> None:
        """Put the draft on disk; blocks. StoreError where the disk refuses."""
        with self._saving:
            write_whole(self._disk, self.path, encode_state(draft), keep_as=older_generation(self.path))

    def close(self) -> None:
        """Wait for a save under way."""
        with self._saving:
            pass


class Documents(Table):
    """A table whose ids are text: what a document is about, so that it is found without a search."""

    document_id_class = str  # type: ignore[assignment]  # as the file has them; TinyDB's hint knows int only


class Database(TinyDB):
    table_class = Documents


def put(table: Table, rows: Mapping[str, Row], *, without: Iterable[str] = ()) -> None:
    """Write many documents by their ids, and remove others, in one go: TinyDB's upsert copies the table four times."""
    tables = table.storage.read() or {}
    changed = dict(tables.get(table.name, {}))
    for key in without:
        changed.pop(key, None)
    changed.update(rows)
    table.storage.write(tables | {table.name: changed})
    table.clear_cache()


def rows_of(table: Table) -> Mapping[str, Row]:
    """All of them by their ids, as they are now and without a copy: never change one."""
    return (table.storage.read() or {}).get(table.name, {})


def get(table: Table, key: str) -> Row | None:
    found = table.get(doc_id=key)  # type: ignore[call-overload]  # our ids are text
    return dict(found) if found is not None else None


def row_id(row: Document) -> str:
    return str(row.doc_id)


async def read_in_batches(table: Table, wanted: Callable[[Row], bool], read: Callable[[Row], Out]) -> list[Out]:
    """The values of all wanted rows, as they were when it began; without copying them, and with turns for the loop."""
    return await in_batches(lambda row: read(row) if wanted(row) else None, rows_of(table).values())


async def in_batches(convert: Callable[[In], Out | None], values: Iterable[In]) -> list[Out]:
    """Convert them, without those that become None; the loop gets a turn after each batch."""
    rest = iter(values)
    done: list[Out] = []
    while batch := list(islice(rest, BATCH)):
        done.extend(value for value in map(convert, batch) if value is not None)
        await asyncio.sleep(0)
    return done


def older_generation(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


def recover(path: Path, disk: Disk, now: Callable[[], datetime]) -> tuple[Tables, list[str]]:
    """The newest good generation and what the operator must know about it; an empty state if there was none ever.

    A damaged state.json is set aside. InputError if no generation can be read: nothing is moved then.
    """
    older = older_generation(path)
    if not path.exists() and not older.exists():
        return empty(), []
    try:
        tables, migrated = _read(path)
    except Damaged as damage:
        tables, warning = _fall_back(path, damage, disk, now)
    else:
        if migrated:
            write_whole(disk, path, encode_state(tables), keep_as=older)
        return tables, []
    log.error(warning, extra={"action": "recover", "path": str(path)})
    write_whole(disk, path, encode_state(tables))
    return tables, [warning]


def _fall_back(path: Path, damage: Damaged, disk: Disk, now: Callable[[], datetime]) -> tuple[Tables, str]:
    older = older_generation(path)
    try:
        tables, _ = _read(older)
    except Damaged as second:
        raise InputError(
            f"store: {path} is unusable ({damage}) and so is {older} ({second}); put a copy of your own in place of "
            f"{path}, or mend it by hand. To begin without subscriptions instead, move both files away: the reports in "
            f"{path.with_name('reports')} are kept"
        ) from damage
    aside = f"it was set aside as {set_aside(disk, path, now)}" if path.exists() else "nothing was there to set aside"
    return tables, (
        f"store: {path} was unusable ({damage}); {aside}, and {older} is used, which is one write older: a change made "
        "just before may be missing, a message sent just before may come twice"
    )


def _read(path: Path) -> tuple[Tables, bool]:
    try:
        return decode_state(path.read_bytes())
    except FileNotFoundError:
        raise Damaged("it is not there") from None
    except OSError as exc:
        raise StoreError(
            f"store: {path} cannot be read ({exc.strerror or exc}); look at its rights and the disk"
        ) from exc
