"""The loop that delivers: it does what `decide` says, and marks each part when it leaves and when it is accepted.

In: deliveries that the store keeps. Out: messages at the platforms. Always holds: what leaves was marked as begun on
the disk, and what the store calls sent was accepted; a chat that fails keeps no other waiting, a platform no other;
while the disk refuses the marks nothing is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import Delivery, DeliveryState
from bot.outbox.attempt import Attempt
from bot.outbox.decide import accept, begin, decide, is_in_doubt, is_too_late, next_step, resume
from bot.outbox.queue import Queue, Turn
from bot.outbox.summary import Summary
from bot.platforms import ChatGone, ChatMoved, KeptBack, Platform, PlatformError, Rejected, RetryLater
from report.errors import TuibaoError

log = logging.getLogger(__name__)
AT_ONCE = 64  # deliveries under way on one platform; its own limiter sets the pace
LONGEST_S = 60.0
UNSAVED_PAUSE_S = 10.0  # between two tries to write to a disk that refuses
STOP_S = 8.0  # for the parts that are under way; Docker kills after 10


class DeliveryStore(Protocol):
    async def deliveries(self, *, state: DeliveryState | None = None) -> Sequence[Delivery]: ...
    async def delivery(self, key: str) -> Delivery | None: ...
    async def save_delivery(self, delivery: Delivery) -> bool:
        """Keep it in place of the pending one with its key; False, and nothing kept, where there is none any more."""
        ...


class ChatKeeper(Protocol):
    async def chat_gone(self, chat: str, reason: str) -> None: ...
    async def chat_moved(self, chat: str, new_id: str) -> None: ...


class Outbox:
    """Sends what waits, until it is stopped. `stop` lets the parts that are under way be accepted and marked.

    `may_push`: when a chat, tried again at a moment, may be pushed to (its quiet hours).
    """

    def __init__(
        self,
        store: DeliveryStore,
        platforms: Mapping[str, Platform],
        chats: ChatKeeper,
        now: Callable[[], datetime],
        may_push: Callable[[str, datetime], Awaitable[datetime]] | None = None,
    ) -> None:
        self._may_push = may_push
        self._store = store
        self._platforms = platforms
        self._chats = chats
        self._now = now
        self._queue = Queue(AT_ONCE)
        self._summary = Summary(now)
        self._changed = asyncio.Event()
        self._news = True  # the store may hold deliveries that the queue does not know
        self._stopping = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._inherited: set[str] | None = None  # those that the end of the program before left in doubt
        self._unsaved: dict[str, Delivery] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """There is something new to send."""
        self._news = True
        self._changed.set()

    async def stop(self) -> None:
        self._stopping.set()
        self._changed.set()
        if self._loop:
            await asyncio.gather(self._loop, return_exceptions=True)
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=STOP_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for delivery in list(self._unsaved.values()):
            await self._save(delivery)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._changed.clear()
            try:
                pause = await self._start_due()
            except Exception:
                log.exception("outbox: the loop goes on", extra={"action": "deliver"})
                pause = UNSAVED_PAUSE_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()

    async def _start_due(self) -> float:
        """Begin every delivery whose turn it is; seconds until the next one's is."""
        for delivery in list(self._unsaved.values()):
            if not await self._save(delivery) and self._unsaved:
                return UNSAVED_PAUSE_S
        if self._news:
            self._news = False
            await self._load()
        now = self._now()
        for turn in self._queue.take(now):
            task = asyncio.create_task(self._deliver(turn), name=f"delivery {turn.key}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return max(self._queue.pause_s(now, LONGEST_S), 0.05)

    async def _load(self) -> None:
        """Take in what the store holds; for a platform that is not here it waits in the store."""
        pending = [
            each
            for each in await self._store.deliveries(state="pending")
            if each.chat.partition(":")[0] in self._platforms
        ]
        if self._inherited is None:
            self._inherited = {each.key for each in pending if each.begun_at}
        for each in pending:
            if self._queue.add(each):
                self._summary.add(each)

    async def _deliver(self, turn: Turn) -> None:
        """Do what is left of one delivery, as far as it goes now."""
        left: Delivery | None = None
        try:
            delivery = self._unsaved.get(turn.key) or await self._store.delivery(turn.key)
            if delivery and delivery.state == "pending":
                left = await self._go_on(self._inherit(delivery))
        except TuibaoError as error:
            log.error("outbox: %s waits: %s", turn.key, error, extra={"action": "deliver"})  # noqa: TRY400  a sentence
        finally:
            self._queue.finish(turn, left)
            self._changed.set()

    def _inherit(self, delivery: Delivery) -> Delivery:
        if self._inherited and delivery.key in self._inherited:
            self._inherited.discard(delivery.key)
            idempotent = self._platforms[delivery.chat.partition(":")[0]].idempotent
            return resume(delivery, self._now(), idempotent=idempotent)
        return delivery

    async def _go_on(self, delivery: Delivery) -> Delivery | None:
        """One step after the other; what is to be tried again, None where it ended or is no longer wanted."""
        error: PlatformError | None = None
        if is_too_late(delivery, self._now()):
            error = Rejected("outbox: older than a day, not sent any more")
            delivery = decide(delivery, error, self._now())
        while delivery.state == "pending" and (step := next_step(delivery)):
            if self._stopping.is_set() or self._unsaved:
                return delivery
            attempt = Attempt(delivery, self._begin)
            try:
                sent = await attempt.take(step, self._platforms)
            except KeptBack:
                return None if attempt.unwanted else delivery
            except PlatformError as caught:
                error = caught
                delivery = await self._decide(attempt.delivery if is_in_doubt(error) else delivery, error)
            except Exception as caught:
                log.exception("outbox: %s broke", delivery.key, extra={"action": "deliver"})
                error = RetryLater(f"{type(caught).__name__}: {caught}", in_doubt=True)
                delivery = await self._decide(attempt.delivery, error)
            else:
                error = None
                delivery = accept(attempt.delivery, sent)
            if delivery.state != "pending" or delivery.next_try_at or isinstance(error, ChatMoved):
                break
            if not await self._save(delivery):
                return self._unsaved.get(delivery.key)
        return await self._end(delivery, error)

    async def _decide(self, delivery: Delivery, error: PlatformError) -> Delivery:
        decided = decide(delivery, error, self._now())
        if self._may_push and decided.next_try_at:
            later = await self._may_push(decided.chat, decided.next_try_at)
            decided = decided.model_copy(update={"next_try_at": later})
        return decided

    async def _end(self, delivery: Delivery, error: PlatformError | None) -> Delivery | None:
        """Nothing more is done of it now."""
        if delivery.state == "pending" and not next_step(delivery):
            delivery = decide(delivery, None, self._now())
        if not await self._save(delivery):
            return self._unsaved.get(delivery.key)
        await self._tell(delivery, error)
        if isinstance(error, ChatMoved):
            self.wake()
            return None
        return delivery if delivery.state == "pending" else None

    async def _begin(self, delivery: Delivery) -> Delivery | None:
        """Marked as begun on the disk; None where nobody wants it any more.

        KeptBack where the call must not leave now: the program stops, or the disk refuses.
        """
        begun = begin(delivery, self._now())
        if not self._stopping.is_set() and not self._unsaved:
            if begun is delivery or await self._save(begun, otherwise=delivery):
                return begun
            if not self._unsaved:
                return None
        raise KeptBack

    async def _save(self, delivery: Delivery, otherwise: Delivery | None = None) -> bool:
        """Keep the marks; False where the delivery is no longer wanted, or the disk refuses.

        What the disk refuses (or `otherwise`, what is true without it) is remembered, and nothing is sent until it is
        kept.
        """
        try:
            kept = await self._store.save_delivery(delivery)
        except TuibaoError as error:
            self._unsaved[delivery.key] = otherwise or delivery
            log.error("outbox: cannot mark %s: %s", delivery.key, error, extra={"action": "deliver"})  # noqa: TRY400  a sentence
            return False
        self._unsaved.pop(delivery.key, None)
        return kept

    async def _tell(self, delivery: Delivery, error: PlatformError | None) -> None:
        self._summary.note(delivery)
        extra = {"action": "deliver", "report": delivery.report_key, "chat": delivery.chat, "state": delivery.state}
        if error is None:
            log.debug("outbox: %s reached %s", delivery.report_key, delivery.chat, extra=extra)
            return
        log.warning("outbox: %s did not reach %s: %s", delivery.report_key, delivery.chat, error, extra=extra)
        if isinstance(error, ChatGone):
            await self._chats.chat_gone(delivery.chat, str(error))
        elif isinstance(error, ChatMoved):
            await self._chats.chat_moved(delivery.chat, error.new_id)
