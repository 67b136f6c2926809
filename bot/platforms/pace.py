"""A platform's sending limits, held before a call leaves: so many calls in a stretch of time, over all and in a place.

What readers wait for goes first, and at once where there is room; the rest is spread evenly, so that there is room. A
place (a chat, a channel) that is full or held up delays no other. Always holds: no stretch sees more calls leave than
its limit.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.platforms import PLAIN

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]
Limit = tuple[int, float]  # calls, in any so many seconds

SLACK, SPREAD = 1.02, 1.03  # calls do not travel equally fast: stretches are this much longer, spread ones even more
AHEAD_S = 0.05  # a call is let go so early, for what is to be done before it leaves
IDLE_S, MOST_PLACES = 120.0, 4096


@dataclass
class Window:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float
    left: deque[float] = field(default_factory=deque)
    held_until: float = 0.0
    busy: bool = False  # a call is under way

    def wait_s(self, now: float) -> float:
        """Seconds until one more may leave; 0: now."""
        room = self.left[0] + self.seconds * SLACK - now if len(self.left) >= self.calls else 0.0
        return max(room, self.held_until - now, 0.0)

    def enter(self, moment: float) -> None:
        self.left.append(moment)
        while len(self.left) > self.calls:
            self.left.popleft()

    def is_idle(self, now: float) -> bool:
        return not self.busy and self.held_until < now and (not self.left or self.left[-1] + IDLE_S < now)


@dataclass
class Waiter:
    window: Window | None
    urgent: bool
    go: asyncio.Future[float]


class Pace:
    """At most `calls` in any `seconds` over all."""

    def __init__(
        self, calls: int, seconds: float, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._overall = Window(calls, seconds)
        self._spacing = seconds / calls * SPREAD
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0  # when the next call that does not hurry may leave
        self._places: dict[str, Window] = {}
        self._most = MOST_PLACES
        self._waiting: dict[bool, list[Waiter]] = {True: [], False: []}  # those who hurry, and the others
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0

    @asynccontextmanager
    async def turn(
        self,
        place: str,
        limit: Limit | None,
        *,
        urgent: bool = False,
        leaving: Callable[[], Awaitable[None]] = PLAIN.leaving,
    ) -> AsyncIterator[None]:
        """The call is made inside, when it may leave; a place has one under way at a time, so that order is kept.

        `leaving` is awaited before; what it raises keeps the call back.
        """
        window = self._window(place, limit) if limit else None
        moment = await self._wait(Waiter(window, urgent, asyncio.get_running_loop().create_future()))
        made = False
        try:
            await leaving()
            while (wait_s := max(moment - (now := self._clock()), self._overall.wait_s(now))) > 0:
                await self._sleep(wait_s)
            self._overall.enter(now)
            made = True
            yield
        finally:
            if window:
                window.busy = False
                if made:
                    window.enter(self._clock())  # it was there by now at the latest
            self._let_go()

    async def _wait(self, waiter: Waiter) -> float:
        """The moment that is kept for the call."""
        self._waiting[waiter.urgent].append(waiter)
        self._let_go()
        try:
            return await waiter.go
        except asyncio.CancelledError:
            if waiter in self._waiting[waiter.urgent]:
                self._waiting[waiter.urgent].remove(waiter)
            elif waiter.window:
                waiter.window.busy = False
            raise

    def note(self, calls: int) -> None:
        """So many calls were made just now without a turn."""
        for _ in range(calls):
            self._overall.enter(self._clock())
        self._next = max(self._next, self._clock()) + calls * self._spacing

    def hold(self, place: str, seconds: float) -> None:
        """Nothing leaves for the place for so long."""
        if window := self._places.get(place):
            window.held_until = self._clock() + seconds

    def _let_go(self) -> None:
        """Those whose turn it is, and an alarm for the next."""
        now = self._clock()
        pause = IDLE_S
        for urgent, waiting in self._waiting.items():
            while waiting:
                early = 0.0 if urgent else self._next - AHEAD_S - now
                found = early if early > 0 else self._pick(waiting, now)
                if isinstance(found, float):
                    pause = min(pause, found)
                    break
                self._go(found, now if urgent else max(now, self._next), now)
        if any(self._waiting.values()):
            self._set_alarm(now + pause)

    def _pick(self, waiting: list[Waiter], now: float) -> Waiter | float:
        """The first whose place has room, taken out; else the seconds until one has."""
        pause = IDLE_S
        for at, waiter in enumerate(waiting):
            if waiter.window and waiter.window.busy:
                continue
            wait_s = waiter.window.wait_s(now) if waiter.window else 0.0
            if wait_s <= 0:
                return waiting.pop(at)
            pause = min(pause, wait_s)
        return pause

    def _go(self, waiter: Waiter, moment: float, now: float) -> None:
        self._next = max(self._next, now) + self._spacing
        if waiter.window:
            waiter.window.busy = True
        if not waiter.go.done():
            waiter.go.set_result(moment)

    def _set_alarm(self, at: float) -> None:
        if self._alarm and not self._alarm.done():
            if self._alarm_at <= at:
                return
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = asyncio.create_task(self._ring(at), name="pace")

    async def _ring(self, at: float) -> None:
        while (wait_s := at - self._clock()) > 0:
            await self._sleep(wait_s)
        self._alarm = None
        self._let_go()

    def _window(self, place: str, limit: Limit) -> Window:
        if len(self._places) >= self._most:
            now = self._clock()
            wanted = {id(waiter.window) for waiting in self._waiting.values() for waiter in waiting}
            self._places = {
                name: window for name, window in self._places.items() if id(window) in wanted or not window.is_idle(now)
            }
            self._most = max(MOST_PLACES, 2 * len(self._places))  # so that a call costs little
        return self._places.setdefault(place, Window(*limit))
