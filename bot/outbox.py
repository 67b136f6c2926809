"""Delivery: every subscribed chat gets every report, part by part, in order, each part marked when it is accepted.

In: deliveries that the store keeps. Out: messages at the platforms. `decide` is pure; the loop only does what it says.
Always holds: what the store calls sent was accepted; a chat that fails keeps no other waiting, a platform no other;
while the disk refuses the marks nothing is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.model import Delivery, DeliveryState
from bot.platforms import ChatGone, ChatMoved, Instead, Platform, PlatformError, Rejected, RetryLater
from handlers.hours import LATEST
from report.errors import TuibaoError

log = logging.getLogger(__name__)
AT_ONCE = 24  # deliveries under way on one platform; its own limiter sets the pace
PATIENCE = timedelta(hours=6)  # after which a delivery that always failed is given up
LONGEST_PAUSE_S = 900.0
UNSAVED_PAUSE_S = 10.0  # between two tries to write to a disk that refuses
STOP_S = 8.0  # for the parts that are under way; Docker kills after 10


class DeliveryStore(Protocol):
    async def deliveries(self, *, state: DeliveryState | None = None) -> Sequence[Delivery]: ...
    async def save_delivery(self, delivery: Delivery) -> bool:
        """Keep it in place of the pending one with its key; False, and nothing kept, where there is none any more."""
        ...


class ChatKeeper(Protocol):
    async def chat_gone(self, chat: str, reason: str) -> None: ...
    async def chat_moved(self, chat: str, new_id: str) -> None: ...


def decide(delivery: Delivery, error: PlatformError | None, now: datetime) -> Delivery:
    """What becomes of a delivery after a try: sent, waiting with a later hour, failed or gone."""
    first = delivery.first_tried_at or now
    match error:
        case None:
            return delivery.model_copy(update={"state": "sent", "error": "", "next_try_at": None})
        case ChatGone():
            change: dict[str, object] = {"state": "gone"}
        case Rejected():
            change = {"state": "failed"}
        case ChatMoved():
            change = {"next_try_at": None}
        case _ if now - first > PATIENCE:
            change = {"state": "failed"}
        case _:
            pause = max(getattr(error, "after_s", 0.0), min(5.0 * 2**delivery.attempts, LONGEST_PAUSE_S))
            change = {"next_try_at": now + timedelta(seconds=pause)}
    tried = {"attempts": delivery.attempts + 1, "first_tried_at": first, "error": str(error)}
    return delivery.model_copy(update=tried | change)


def is_too_late(delivery: Delivery, now: datetime) -> bool:
    """Nothing of it was sent, and it is older than a day: its reader has the next report, or wants it."""
    return not delivery.sent and now - delivery.created_at > LATEST


class Outbox:
    """Sends what waits, until it is stopped. `stop` lets the parts that are under way be accepted and marked."""

    def __init__(
        self,
        store: DeliveryStore,
        platforms: Mapping[str, Platform],
        chats: ChatKeeper,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._chats = chats
        self._now = now
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._unsaved: dict[str, Delivery] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """There is something new to send."""
        self._wake.set()

    async def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._loop:
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._under_way:
            _, late = await asyncio.wait(self._under_way.values(), timeout=STOP_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for delivery in list(self._unsaved.values()):
            await self._save(delivery)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                pause = await self._start_due()
            except Exception:
                log.exception("outbox: the loop goes on", extra={"action": "deliver"})
                pause = UNSAVED_PAUSE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def _start_due(self) -> float:
        """Begin every delivery that is due; seconds until the next one is."""
        for delivery in list(self._unsaved.values()):
            if not await self._save(delivery):
                return UNSAVED_PAUSE_S
        now = self._now()
        pause = 60.0
        busy = Counter(key.rpartition(" ")[2].partition(":")[0] for key in self._under_way)
        for delivery in await self._store.deliveries(state="pending"):
            name = delivery.chat.partition(":")[0]
            if delivery.key in self._under_way or name not in self._platforms or busy[name] >= AT_ONCE:
                continue
            if delivery.next_try_at and delivery.next_try_at > now:
                pause = min(pause, (delivery.next_try_at - now).total_seconds())
                continue
            busy[name] += 1
            task = asyncio.create_task(self._deliver(delivery), name=f"delivery {delivery.key}")
            self._under_way[delivery.key] = task
            task.add_done_callback(partial(self._finish, delivery.key))
        return max(pause, 0.05)

    def _finish(self, key: str, _: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        if not self._unsaved:  # else the loop looks again after its pause
            self._wake.set()

    async def _deliver(self, delivery: Delivery) -> None:
        """Send what is left of one delivery, marking each part as it is accepted."""
        late = is_too_late(delivery, self._now())
        error: PlatformError | None = Rejected("outbox: older than a day, not sent any more") if late else None
        try:
            while delivery.remaining and not late:
                if self._stopping.is_set() or self._unsaved:
                    return
                delivery = await self._send_next(delivery)
                if not await self._save(delivery):
                    return
        except PlatformError as caught:
            error = caught
        except Exception as caught:
            log.exception("outbox: %s broke", delivery.key, extra={"action": "deliver"})
            error = RetryLater(f"{type(caught).__name__}: {caught}")
        decided = decide(delivery, error, self._now())
        if await self._save(decided):
            await self._tell(decided, error)

    async def _send_next(self, delivery: Delivery) -> Delivery:
        """With one part more marked as sent, or with other parts in its place that the platform can show."""
        name, _, chat_id = delivery.chat.partition(":")
        part, *rest = delivery.remaining
        try:
            sent = await self._platforms[name].send(chat_id, part, delivery.sent)
        except Instead as error:
            if part in error.parts:
                raise Rejected(f"{error}, and it offers nothing else") from error
            parts = (*delivery.parts[: len(delivery.sent)], *error.parts, *rest)
            return delivery.model_copy(update={"parts": parts})
        return delivery.model_copy(update={"sent": (*delivery.sent, sent)})

    async def _save(self, delivery: Delivery) -> bool:
        """Mark what was accepted; False where the delivery is no longer wanted, or the disk refuses.

        What the disk refuses is remembered, and nothing is sent until it is marked.
        """
        try:
            kept = await self._store.save_delivery(delivery)
        except TuibaoError as error:
            self._unsaved[delivery.key] = delivery
            log.error("outbox: cannot mark %s: %s", delivery.key, error, extra={"action": "deliver"})  # noqa: TRY400  a sentence
            return False
        self._unsaved.pop(delivery.key, None)
        return kept

    async def _tell(self, delivery: Delivery, error: PlatformError | None) -> None:
        extra = {"action": "deliver", "report": delivery.report_key, "chat": delivery.chat, "state": delivery.state}
        if error is None:
            log.info("outbox: %s reached %s", delivery.report_key, delivery.chat, extra=extra)
            return
        log.warning("outbox: %s did not reach %s: %s", delivery.report_key, delivery.chat, error, extra=extra)
        if isinstance(error, ChatGone):
            await self._chats.chat_gone(delivery.chat, str(error))
        elif isinstance(error, ChatMoved):
            await self._chats.chat_moved(delivery.chat, error.new_id)
