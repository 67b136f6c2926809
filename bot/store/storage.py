"""TinyDB's storage: the tables in memory; on disk a checkpoint (state.json, the one before it as state.json.1) and the
journal of what changed since.

Two views: `data` is what the disk holds and what readers see; `draft` is what `drafting()` changes. No row is ever
changed in place, and no table that anybody else can see: a table is copied once for all the changes that are appended
together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from bot.store.disk import Disk, write_whole
from bot.store.journal import Journal, Operation
from bot.store.recovery import Recovered, forget_journals, older_generation
from bot.store.schema import Row, Tables, encode_state

In = TypeVar("In")
Out = TypeVar("Out")

BATCH = 200  # documents between two turns of the loop: about 2 ms
SMALLEST_CHECKPOINT = 4_000_000  # bytes of journal: read again at a start in 0.1 s


class Generations(Storage):
    """Blocks in `append` and `save` only, which may run in a thread."""

    def __init__(self, path: Path, found: Recovered, disk: Disk) -> None:
        self.path = path
        self.data = found.tables
        self.draft = found.tables
        self._disk = disk
        self._journal = Journal(path.parent, found.journal, disk)
        self._checkpoint = found.checkpoint  # the number in state.json
        self._size = path.stat().st_size if path.exists() else 0
        self._drafting = False
        self._own: set[str] = set()  # tables of the draft that nobody else sees yet
        self._operations: list[Operation] = []
        self._undo: list[tuple[str, str, Row | None]] = []

    def read(self) -> Tables:
        return dict(self.draft if self._drafting else self.data)

    def write(self, data: dict[str, dict[str, Any]]) -> None:  # noqa: ARG002  TinyDB's own
        """Not TinyDB's way: it would write whole tables."""
        raise RuntimeError("store: tables are changed with put()")

    def change(self, table: str, rows: Mapping[str, Row], without: Sequence[str]) -> None:
        """Put documents and remove others, in the draft."""
        if not self._drafting:
            raise RuntimeError("store: a change outside of drafting() would not reach the disk")
        if table not in self._own:
            self.draft = self.draft | {table: dict(self.draft.get(table, {}))}
            self._own.add(table)
        documents = self.draft[table]
        self._undo += [(table, key, documents.get(key)) for key in (*without, *rows)]
        for key in without:
            documents.pop(key, None)
        documents.update(rows)
        self._operations.append((table, rows, without))

    @contextmanager
    def drafting(self) -> Iterator[list[Operation]]:
        """TinyDB reads the draft inside, `put` changes it; yields what was changed, when it is over.

        An exception undoes what was drafted. Never await inside.
        """
        self._operations, self._undo = [], []
        self._drafting = True
        try:
            yield self._operations
        except BaseException:
            for table, key, row in reversed(self._undo):
                if row is None:
                    self.draft[table].pop(key, None)
                else:
                    self.draft[table][key] = row
            raise
        finally:
            self._drafting = False

    def submit(self) -> Tables:
        """The draft as it is now: it does not change any more, further changes go into copies."""
        self._own.clear()
        return self.draft

    def append(self, changes: Sequence[Sequence[Operation]]) -> None:
        """Put the changes on disk, each whole or not at all. StoreError where the disk refuses; then none of them."""
        self._journal.append(changes)

    def keep(self, tables: Tables) -> None:
        """Readers see them from now on."""
        self.data = tables

    def revert(self) -> None:
        """The draft goes back to what the disk holds."""
        self._own.clear()
        self.draft = self.data

    @property
    def has_grown(self) -> bool:
        """Is it time for a checkpoint?"""
        return self._journal.size > max(SMALLEST_CHECKPOINT, 2 * self._size)

    @property
    def has_changed(self) -> bool:
        return self._journal.size > 0

    def begin_journal(self) -> int:
        """What is appended from now on goes to the next journal; its number."""
        number = self._journal.number + 1
        self._journal.close()
        self._journal = Journal(self.path.parent, number, self._disk)
        return number

    def save(self, tables: Tables, number: int) -> None:
        """A checkpoint of what the journals before that number hold. StoreError where the disk refuses."""
        content = encode_state(tables, number)
        write_whole(self._disk, self.path, content, keep_as=older_generation(self.path))
        self._size = len(content)
        forget_journals(self.path.parent, self._checkpoint, self._disk)
        self._checkpoint = number

    def close(self) -> None:
        self._journal.close()


class Documents(Table):
    """A table whose ids are text: what a document is about, so that it is found without a search."""

    document_id_class = str  # type: ignore[assignment]  # as the file has them; TinyDB's hint knows int only


class Database(TinyDB):
    table_class = Documents


def put(table: Table, rows: Mapping[str, Row], *, without: Iterable[str] = ()) -> None:
    """Write many documents by their ids, and remove others, in one go: the one way to change a table."""
    storage: Generations = table.storage  # type: ignore[assignment]
    storage.change(table.name, rows, tuple(without))
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
