"""Changes to TinyDB made durable: one append to the journal for all who wait, off the loop.

A change is made at once in the draft; its caller waits until it is on disk. While one append is under way, further
changes gather for the next. Where one fails, the draft goes back to what the disk holds, and everybody who waited, also
for a change made on top of the failed one, gets the StoreError. When the journal has grown, a checkpoint is written
while changes go on into the next journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.store.disk import StoreError
from bot.store.journal import Operation
from bot.store.schema import Tables
from bot.store.storage import Generations

Out = TypeVar("Out")
Waiting = tuple["asyncio.Future[None]", Sequence[Operation]]

log = logging.getLogger(__name__)


class Commits:
    def __init__(self, storage: Generations) -> None:
        self._storage = storage
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._checkpoint: asyncio.Task[None] | None = None
        self._closed = False

    async def change(self, change: Callable[[], Out]) -> Out:
        """Run `change` (which must not await) and return its value when it is on disk.

        StoreError: nothing of it is kept. A caller that is cancelled while it waits may find the change kept.
        """
        self.check_open()
        with self._storage.drafting() as operations:
            value = change()
        if operations:
            await self._saved(operations)
        return value

    def check_open(self) -> None:
        if self._closed:
            raise StoreError("store: it is closed already; nothing of the change is kept")

    async def close(self) -> None:
        """Take no more changes; return when those under way are on disk, in a checkpoint."""
        self._closed = True
        if self._writer:
            await asyncio.shield(self._writer)
        if self._checkpoint:  # of the writer's last round, too
            await asyncio.shield(self._checkpoint)
        if self._storage.has_changed:
            await self._save(self._storage.begin_journal(), self._storage.data)
        self._storage.close()

    async def _saved(self, operations: Sequence[Operation]) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((waiter, operations))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_out(), name="store")
        await waiter

    async def _write_out(self) -> None:
        while self._waiting:
            tables = self._storage.submit()
            waiting, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._storage.append, [operations for _, operations in waiting])
            except StoreError as error:
                self._storage.revert()
                waiting += self._waiting
                self._waiting = []
                log.error("%s", error, extra={"action": "save", "changes": len(waiting)})  # noqa: TRY400  the disk's fault
                _tell(waiting, error)
            except BaseException:
                self._storage.revert()
                for waiter, _ in waiting + self._waiting:
                    waiter.cancel()
                raise
            else:
                self._storage.keep(tables)
                _tell(waiting, None)
                self._save_in_time()

    def _save_in_time(self) -> None:
        if self._storage.has_grown and (self._checkpoint is None or self._checkpoint.done()):
            number = self._storage.begin_journal()  # now: no append is under way
            self._checkpoint = asyncio.create_task(self._save(number, self._storage.data), name="checkpoint")

    async def _save(self, number: int, tables: Tables) -> None:
        """A checkpoint of what readers see; where the disk refuses it, the journals still hold everything."""
        try:
            await asyncio.to_thread(self._storage.save, tables, number)
        except StoreError as error:
            log.error("%s; the journals are kept instead", error, extra={"action": "checkpoint"})  # noqa: TRY400  the disk's fault


def _tell(waiting: Sequence[Waiting], error: StoreError | None) -> None:
    for waiter, _ in waiting:
        if waiter.done():  # cancelled meanwhile
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(StoreError(str(error)))
