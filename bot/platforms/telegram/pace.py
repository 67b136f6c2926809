"""Telegram's limits, held before a call leaves: 30 a second, 20 a minute to a group, 3 in 3 seconds to a person.

Counts every call that makes or changes a message. A chat's calls leave in their order, each when all its windows have
room; a 429 holds up its own chat only. (The limiter that comes with the library is a leaky bucket: it lets 59 calls
through in one second and 39 to a group in one minute, and does not count private chats.)
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.platforms.telegram.errors import wait_asked_s

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

SLACK = 1.05  # calls do not travel equally fast
MAX_IDLE_CHATS = 4096
FLEETING = frozenset({"sendchataction", "sendmessagedraft", "sendrichmessagedraft"})  # they leave no message


@dataclass
class Window:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float
    left: deque[float] = field(default_factory=deque)
    held_until: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wait_s(self, now: float) -> float:
        """Seconds until one more may leave; 0: now."""
        room = self.left[0] + self.seconds * SLACK - now if len(self.left) >= self.calls else 0.0
        return max(room, self.held_until - now, 0.0)

    def enter(self, now: float) -> None:
        self.left.append(now)
        while len(self.left) > self.calls:
            self.left.popleft()

    def is_idle(self, now: float) -> bool:
        return not self.turn.locked() and self.held_until < now and (not self.left or self.left[-1] + 120 < now)


class Pace(BaseRateLimiter[None]):
    def __init__(self, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._overall = Window(30, 1)
        self._chats: dict[str, Window] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def process_request(  # noqa: PLR0917  the library's own signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002  the library's own
    ) -> Any:
        """Make the call when its chat and the bot have room for it."""
        name = endpoint.lower()  # calls that the library has no method for are not all written alike
        if not name.startswith(("send", "editmessage")) or name in FLEETING:
            return await callback(*args, **kwargs)
        chat = self._chat(str(data.get("chat_id", "")))
        async with chat.turn:
            await self._wait(chat)
            async with self._overall.turn:
                await self._wait(self._overall)
                for window in (chat, self._overall):
                    window.enter(self._clock())
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                chat.held_until = self._clock() + wait_asked_s(error)
                raise

    async def _wait(self, window: Window) -> None:
        while (wait_s := window.wait_s(self._clock())) > 0:
            await self._sleep(wait_s)

    def _chat(self, chat_id: str) -> Window:
        if len(self._chats) > MAX_IDLE_CHATS:
            now = self._clock()
            self._chats = {name: window for name, window in self._chats.items() if not window.is_idle(now)}
        is_person = chat_id.isdigit()
        return self._chats.setdefault(chat_id, Window(3, 3) if is_person else Window(20, 60))
