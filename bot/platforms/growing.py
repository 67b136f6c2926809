"""An answer that grows: its newest stage is shown, never too often, while the handler goes on.

In: stages, as they come. Out: calls of `show`, one at a time. Always holds: a stage that was overtaken is never shown;
one that stays is shown again before it fades, where stages do; after `stop` nothing is shown any more.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

from handlers.base import Message

Show = Callable[[Message], Awaitable[float]]  # seconds until the next may be shown


class Growing:
    """`fades_s`: a stage that has stood so long is shown again."""

    def __init__(self, show: Show, sleep: Callable[[float], Awaitable[None]], *, fades_s: float = math.inf) -> None:
        self._show = show
        self._sleep = sleep
        self._fades_s = fades_s
        self._newest: Message | None = None
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def grow(self, stage: Message) -> None:
        """Show it at once, or when there is room for it and no newer one has come."""
        self._newest = stage
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let the call under way end, so that nothing comes after what is said next."""
        self._newest = None
        if self._task is None:
            return
        async with self._turn:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        shown: Message | None = None
        pause_s = still_s = 0.0
        while self._newest or self._fades_s < math.inf:
            async with self._turn:
                stage, self._newest = self._newest, None
                stage = stage or (shown if still_s >= self._fades_s else None)
                if stage:
                    pause_s, still_s, shown = await self._show(stage), 0.0, stage
            await self._sleep(pause_s)
            still_s += pause_s
