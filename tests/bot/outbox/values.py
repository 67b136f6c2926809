"""A store in memory and a platform that does as it is told, to run an outbox with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.model import Delivery, DeliveryState
from bot.outbox import Outbox
from bot.platforms import PLAIN, Host, Outgoing, Part, PlatformError
from handlers.base import Message
from handlers.chats import ChatKind

NOW = datetime(2026, 1, 8, tzinfo=UTC)


def delivery(chat: str = "telegram:1", parts: int = 3, **fields: object) -> Delivery:
    values = {"report_key": "k", "chat": chat, "parts": [{"n": n} for n in range(parts)], "created_at": NOW, **fields}
    return Delivery.model_validate(values)


@dataclass
class MemoryDeliveries:
    kept: dict[str, Delivery] = field(default_factory=dict)
    saved: list[tuple[Part, ...]] = field(default_factory=list)  # the parts of each delivery that was saved

    async def deliveries(self, *, state: DeliveryState | None = None) -> Sequence[Delivery]:
        return [each for each in self.kept.values() if state in (None, each.state)]

    async def delivery(self, key: str) -> Delivery | None:
        return self.kept.get(key)

    async def save_delivery(self, delivery: Delivery) -> bool:
        if delivery.key not in self.kept or self.kept[delivery.key].state != "pending":
            return False
        self.kept[delivery.key] = delivery
        self.saved.append(delivery.parts)
        return True


@dataclass
class FakePlatform:
    """Accepts parts; the chats in `failing` raise what they are told to, once for each entry."""

    name: str = "telegram"
    idempotent: bool = False
    failing: dict[str, list[PlatformError]] = field(default_factory=dict)
    accepted: list[tuple[str, int]] = field(default_factory=list)
    done: list[tuple[str, ...]] = field(default_factory=list)  # edits and deletions
    nonces: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, host: Host) -> None: ...
    async def stop(self) -> None: ...
    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:
        return ()

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
        await self._leave(chat_id, going)
        self.accepted.append((chat_id, part["n"]))
        return str(len(self.accepted))

    async def edit(
        self, chat_id: str, message_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN
    ) -> str:
        await self._leave(chat_id, going)
        self.done.append(("edit", chat_id, message_id, part["n"]))
        return message_id

    async def delete(self, chat_id: str, message_id: str, before: Sequence[str] = (), going: Outgoing = PLAIN) -> None:
        await self._leave(chat_id, going)
        self.done.append(("delete", chat_id, message_id))

    def match(self, old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
        return (*sent, *("" for _ in new[len(sent) :]))

    async def private_chat(self, user_id: str) -> str:
        return user_id

    async def _leave(self, chat_id: str, going: Outgoing) -> None:
        await going.leaving()
        self.nonces.append(going.nonce)
        self.entered.set()
        if self.hold:
            await self.hold.wait()
        if errors := self.failing.get(chat_id):
            raise errors.pop(0)


@dataclass
class Chats:
    gone: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)

    async def chat_gone(self, chat: str, reason: str) -> None:
        self.gone.append(chat)

    async def chat_moved(self, chat: str, new_id: str) -> None:
        self.moved.append((chat, new_id))


class Clock:
    """Every look at it is ten seconds later, so that waiting deliveries become due without waiting."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now


async def settle(store: MemoryDeliveries, platform: FakePlatform, chats: Chats) -> None:
    """Run an outbox until nothing is pending."""
    outbox = Outbox(store, {"telegram": platform}, chats, Clock())
    outbox.start()
    async with asyncio.timeout(5):
        while await store.deliveries(state="pending"):
            outbox.wake()
            await asyncio.sleep(0)
    await outbox.stop()
