"""Changes to TinyDB made durable: one write of the file for all who wait, off the loop.

A change is made at once in the draft; its caller waits until the draft is on disk. While one write is under way,
further changes gather for the next. Where a write fails, the draft goes back to what the disk holds, and everybody who
waited, also for a change made on top of the failed one, gets the StoreError.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from bot.store.disk import StoreError
from bot.store.storage import Generations

Out = TypeVar("Out")

log = logging.getLogger(__name__)


class Commits:
    def __init__(self, storage: Generations) -> None:
        self._storage = storage
        self._waiting: list[asyncio.Future[None]] = []
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    async def change(self, change: Callable[[], Out]) -> Out:
        """Run `change` (which must not await) and return its value when it is on disk.

        StoreError: nothing of it is kept. A caller that is cancelled while it waits may find the change kept.
        """
        self.check_open()
        with self._storage.drafting():
            value = change()
        if self._storage.draft is not self._storage.data:
            await self._saved()
        return value

    def check_open(self) -> None:
        if self._closed:
            raise StoreError("store: it is closed already; nothing of the change is kept")

    async def close(self) -> None:
        """Take no more changes; return when those under way are on disk."""
        self._closed = True
        if self._writer:
            await asyncio.shield(self._writer)
        await asyncio.to_thread(self._storage.close)

    async def _saved(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_out(), name="store")
        await waiter

    async def _write_out(self) -> None:
        while self._waiting:
            draft = self._storage.draft
            waiting, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._storage.save, draft)
            except StoreError as error:
                self._storage.draft = self._storage.data
                waiting += self._waiting
                self._waiting = []
                log.error("%s", error, extra={"action": "save", "changes": len(waiting)})  # noqa: TRY400  the disk's fault
                _tell(waiting, error)
            except BaseException:
                self._storage.draft = self._storage.data
                for waiter in waiting + self._waiting:
                    waiter.cancel()
                raise
            else:
                self._storage.data = draft
                _tell(waiting, None)


def _tell(waiting: list[asyncio.Future[None]], error: StoreError | None) -> None:
    for waiter in waiting:
        if waiter.done():  # cancelled meanwhile
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(StoreError(str(error)))
