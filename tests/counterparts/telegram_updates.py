"""The updates of a Telegram server: kept until they are taken by long polling, which a new poll ends.

In: what happened. Out: updates for the bot; and a bell for everybody who waits for something to change.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tests.counterparts.telegram_chats import Json, Refused


class Updates:
    def __init__(self) -> None:
        self._updates: list[Json] = []
        self._number = 100  # of updates, messages, chats and presses alike
        self._allowed: set[str] = set()
        self._poll = 0
        self._bell = asyncio.Event()

    async def until(self, holds: Callable[[], bool], timeout_s: float = 10) -> None:
        """Wait for something to be so; it is looked at after each call of the bot."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                await self._bell.wait()

    async def get_updates(self, parameters: Json) -> list[Json]:
        self._poll += 1
        mine = self._poll
        self._ring()
        if "allowed_updates" in parameters:
            self._allowed = set(parameters["allowed_updates"])
        offset = int(parameters.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        ends = time.monotonic() + float(parameters.get("timeout", 0))
        while not (found := [update for update in self._updates if self._is_allowed(update)]):
            left = ends - time.monotonic()
            if left <= 0:
                break
            try:
                await asyncio.wait_for(self._bell.wait(), left)
            except TimeoutError:
                break
            if self._poll != mine:
                said = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise Refused(409, f"Conflict: {said}")
        return found[:100]

    def _is_allowed(self, update: Json) -> bool:
        return not self._allowed or bool(self._allowed & update.keys())

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _tell(self, kind: str, content: Json) -> None:
        self._updates.append({"update_id": self._next(), kind: content})
        self._ring()

    def _ring(self) -> None:
        """Wake everybody who waits for something to change."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()
