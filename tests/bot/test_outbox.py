"""Delivery: parts in order, each marked when accepted, nobody waits for a chat that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Delivery, DeliveryState
from bot.outbox import PATIENCE, Outbox, decide
from bot.platforms import ChatGone, ChatMoved, Host, Instead, Part, PlatformError, Rejected, RetryLater
from handlers.base import Message
from handlers.chats import ChatKind
from report.errors import TuibaoError

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
    failing: dict[str, list[PlatformError]] = field(default_factory=dict)
    accepted: list[tuple[str, int]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, host: Host) -> None: ...
    async def stop(self) -> None: ...
    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:
        return ()

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = ()) -> str:
        self.entered.set()
        if self.hold:
            await self.hold.wait()
        if errors := self.failing.get(chat_id):
            raise errors.pop(0)
        self.accepted.append((chat_id, part["n"]))
        return str(len(self.accepted))


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


async def test_parts_arrive_in_order_once_and_are_marked() -> None:
    store = MemoryDeliveries({d.key: d for d in (delivery("telegram:1"), delivery("telegram:2"))})
    platform = FakePlatform()
    await settle(store, platform, Chats())
    assert sorted(platform.accepted) == [("1", 0), ("1", 1), ("1", 2), ("2", 0), ("2", 1), ("2", 2)]
    assert {(d.state, len(d.sent)) for d in store.kept.values()} == {("sent", 3)}


async def test_after_a_restart_only_the_unsent_parts_follow() -> None:
    store = MemoryDeliveries({delivery().key: delivery(sent=["9"])})
    platform = FakePlatform()
    await settle(store, platform, Chats())
    assert platform.accepted == [("1", 1), ("1", 2)]


async def test_a_failing_chat_is_tried_again_and_keeps_nobody_waiting() -> None:
    store = MemoryDeliveries({d.key: d for d in (delivery("telegram:1"), delivery("telegram:2"))})
    platform = FakePlatform(failing={"1": [RetryLater("429", 3), RetryLater("500")]})
    await settle(store, platform, Chats())
    assert platform.accepted[:3] == [("2", 0), ("2", 1), ("2", 2)]
    assert platform.accepted[3:] == [("1", 0), ("1", 1), ("1", 2)]


async def test_a_chat_that_is_gone_is_told_of_and_given_up() -> None:
    store = MemoryDeliveries({d.key: d for d in (delivery("telegram:1"), delivery("telegram:2"))})
    chats = Chats()
    await settle(store, FakePlatform(failing={"1": [ChatGone("blocked")]}), chats)
    assert chats.gone == ["telegram:1"]
    assert {d.chat: d.state for d in store.kept.values()} == {"telegram:1": "gone", "telegram:2": "sent"}


async def test_a_chat_that_moved_is_told_of() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    chats = Chats()
    await settle(store, FakePlatform(failing={"1": [ChatMoved("supergroup", "-100")]}), chats)
    assert chats.moved == [("telegram:1", "-100")]


async def test_what_a_platform_offers_instead_takes_the_parts_place_and_is_kept_first() -> None:
    store = MemoryDeliveries({delivery().key: delivery(sent=["9"])})
    platform = FakePlatform(failing={"1": [Instead("no rich text", [{"n": 10}, {"n": 11}])]})
    await settle(store, platform, Chats())
    kept = store.kept[delivery().key]
    assert platform.accepted == [("1", 10), ("1", 11), ("1", 2)]
    assert [part["n"] for part in kept.parts] == [0, 10, 11, 2]
    assert (kept.state, len(kept.sent)) == ("sent", 4)
    assert [len(parts) for parts in store.saved] == [4, 4, 4, 4, 4]


async def test_a_part_with_nothing_instead_is_left_out() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    platform = FakePlatform(failing={"1": [Instead("not wanted", [])]})
    await settle(store, platform, Chats())
    assert platform.accepted == [("1", 1), ("1", 2)]


async def test_a_part_offered_instead_of_itself_is_given_up() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    await settle(store, FakePlatform(failing={"1": [Instead("no rich text", [{"n": 0}])]}), Chats())
    assert store.kept[delivery().key].state == "failed"


async def test_while_the_disk_refuses_the_marks_nothing_is_sent_twice(caplog: pytest.LogCaptureFixture) -> None:
    class FullDisk(MemoryDeliveries):
        refusals = 3

        async def save_delivery(self, delivery: Delivery) -> bool:
            if len(delivery.sent) == 1 and self.refusals:
                self.refusals -= 1
                raise TuibaoError("store: no space left on the disk; free some")
            return await super().save_delivery(delivery)

    store = FullDisk({delivery().key: delivery()})
    platform = FakePlatform()
    await settle(store, platform, Chats())
    assert platform.accepted == [("1", 0), ("1", 1), ("1", 2)]
    assert "no space left" in caplog.text


async def test_stopping_lets_the_part_under_way_be_accepted_and_sends_no_other() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    platform = FakePlatform(hold=asyncio.Event())
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await platform.entered.wait()
    stopping = asyncio.create_task(outbox.stop())
    await asyncio.sleep(0)
    assert platform.hold is not None
    platform.hold.set()
    await stopping
    kept = store.kept[delivery().key]
    assert platform.accepted == [("1", 0)]
    assert (kept.state, kept.sent) == ("pending", ("1",))


@pytest.mark.parametrize(
    ("error", "state"),
    [(None, "sent"), (ChatGone("x"), "gone"), (Rejected("x"), "failed"), (RetryLater("x"), "pending")],
)
def test_each_error_has_its_consequence(error: PlatformError | None, state: str) -> None:
    assert decide(delivery(), error, NOW).state == state


def test_waiting_grows_and_honours_what_the_platform_asks() -> None:
    first = decide(delivery(), RetryLater("500"), NOW)
    second = decide(first, RetryLater("500"), NOW)
    asked = decide(delivery(), RetryLater("429", after_s=300), NOW)
    assert first.next_try_at == NOW + timedelta(seconds=5)
    assert second.next_try_at == NOW + timedelta(seconds=10)
    assert asked.next_try_at == NOW + timedelta(seconds=300)


def test_after_six_hours_of_failing_a_delivery_is_given_up_however_old_it_was_at_first() -> None:
    late = NOW + timedelta(hours=9)
    first = decide(delivery(), RetryLater("500"), late)
    assert first.state == "pending"
    assert decide(first, RetryLater("500"), late + PATIENCE + timedelta(seconds=1)).state == "failed"
    assert decide(first, ChatMoved("supergroup", "-100"), late + PATIENCE * 2).state == "pending"


async def test_what_is_older_than_a_day_is_not_sent_any_more() -> None:
    store = MemoryDeliveries({delivery().key: delivery(created_at=NOW - timedelta(days=2))})
    platform = FakePlatform()
    await settle(store, platform, Chats())
    assert platform.accepted == []
    assert store.kept[delivery().key].state == "failed"


async def test_a_delivery_that_is_no_longer_wanted_ends_with_the_part_under_way() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    platform = FakePlatform(hold=asyncio.Event())
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await platform.entered.wait()
    store.kept = {}
    assert platform.hold is not None
    platform.hold.set()
    await outbox.stop()
    assert platform.accepted == [("1", 0)]
    assert store.kept == {}


async def test_a_broken_platform_is_tried_again_later_not_at_once(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakePlatform):
        tries = 0

        async def send(self, chat_id: str, part: Part, before: Sequence[str] = ()) -> str:
            self.tries += 1
            if self.tries == 1:
                raise PermissionError(13, "the picture")
            return await super().send(chat_id, part, before)

    store = MemoryDeliveries({delivery().key: delivery()})
    platform = Broken()
    await settle(store, platform, Chats())
    assert len(platform.accepted) == 3
    assert "PermissionError" in caplog.text


async def test_a_platform_that_hangs_keeps_no_other_waiting() -> None:
    many = [delivery(f"telegram:{n}") for n in range(40)] + [delivery("discord:1")]
    store = MemoryDeliveries({each.key: each for each in many})
    hanging, other = FakePlatform(hold=asyncio.Event()), FakePlatform(name="discord")
    outbox = Outbox(store, {"telegram": hanging, "discord": other}, Chats(), lambda: NOW)
    outbox.start()
    async with asyncio.timeout(5):
        while len(other.accepted) < 3:  # noqa: ASYNC110  nothing rings when a part is accepted
            await asyncio.sleep(0)
    assert hanging.hold is not None
    hanging.hold.set()
    await outbox.stop()
