"""Delivery: parts in order, each marked when it leaves and when it is accepted, nobody waits for a chat that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.model import Delivery
from bot.outbox import Outbox
from bot.platforms import (
    PLAIN,
    ChatGone,
    ChatMoved,
    InDoubt,
    Instead,
    Outgoing,
    Part,
    RetryLater,
    Uneditable,
)  # fmt: skip
from report.errors import TuibaoError
from tests.bot.outbox.values import NOW, Chats, FakePlatform, MemoryDeliveries, delivery, settle


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
    assert {len(parts) for parts in store.saved[1:]} == {4}


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

        async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
            self.tries += 1
            if self.tries == 1:
                raise PermissionError(13, "the picture")
            return await super().send(chat_id, part, before, going)

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


async def test_a_part_is_marked_on_the_disk_before_it_leaves() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    platform = FakePlatform(hold=asyncio.Event())
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await platform.entered.wait()
    assert store.kept[delivery().key].begun_at == NOW
    assert platform.hold is not None
    platform.hold.set()
    await outbox.stop()
    assert store.kept[delivery().key].begun_at is None


async def test_a_part_that_waits_for_its_limits_is_not_marked_and_not_sent_after_the_stop() -> None:
    class Limited(FakePlatform):
        async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
            self.entered.set()
            assert self.hold is not None
            await self.hold.wait()
            await going.leaving()
            raise AssertionError("it left")

    store = MemoryDeliveries({delivery().key: delivery()})
    platform = Limited(hold=asyncio.Event())
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await platform.entered.wait()
    stopping = asyncio.create_task(outbox.stop())
    await asyncio.sleep(0)
    assert platform.hold is not None
    platform.hold.set()
    await stopping
    assert store.kept[delivery().key] == delivery()


async def test_a_chats_deliveries_follow_one_another() -> None:
    first, second = delivery(report_key="a"), delivery(report_key="b")
    other = delivery("telegram:2", report_key="b")
    store = MemoryDeliveries({each.key: each for each in (first, second, other)})
    platform = FakePlatform(hold=asyncio.Event())
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await platform.entered.wait()
    await asyncio.sleep(0.01)
    assert [bool(each.begun_at) for each in store.kept.values()] == [True, False, True]
    assert platform.hold is not None
    platform.hold.set()
    async with asyncio.timeout(5):
        while await store.deliveries(state="pending"):  # noqa: ASYNC110  nothing rings when a delivery is done
            await asyncio.sleep(0)
    await outbox.stop()
    assert [part for chat, part in platform.accepted if chat == "1"] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("age_min", "idempotent", "accepted", "sent", "state"),
    [
        (9, False, [0, 1, 2], ("1", "2", "3"), "sent"),
        (11, False, [1, 2], ("?", "1", "2"), "unknown"),
        (11, True, [0, 1, 2], ("1", "2", "3"), "sent"),
        (-3, False, [1, 2], ("?", "1", "2"), "unknown"),
    ],
)
async def test_what_a_crash_left_in_doubt_is_settled(
    age_min: int, idempotent: bool, accepted: list[int], sent: tuple[str, ...], state: str
) -> None:
    begun = delivery(begun_at=NOW - timedelta(minutes=age_min))
    store = MemoryDeliveries({begun.key: begun})
    platform = FakePlatform(idempotent=idempotent)
    await settle(store, platform, Chats())
    assert [part for _, part in platform.accepted] == accepted
    assert (store.kept[begun.key].sent, store.kept[begun.key].state) == (sent, state)


async def test_the_nonce_of_a_part_stays_and_is_no_others() -> None:
    two = [delivery("telegram:1"), delivery("telegram:2"), delivery("telegram:1", revision=2)]
    store = MemoryDeliveries({each.key: each for each in two})
    platform = FakePlatform(failing={"1": [RetryLater("lost", in_doubt=True), RetryLater("500")]})
    await settle(store, platform, Chats())
    assert len(platform.nonces) == 9 + 2
    assert len(set(platform.nonces)) == 9
    assert max(map(len, platform.nonces)) <= 25


async def test_a_lost_answer_is_tried_again_in_the_running_program_however_long_ago_it_was() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    lost = [RetryLater("lost", after_s=1200, in_doubt=True), RetryLater("refused")]
    platform = FakePlatform(failing={"1": [*lost]})
    await settle(store, platform, Chats())
    assert platform.accepted == [("1", 0), ("1", 1), ("1", 2)]


async def test_a_correction_edits_adds_and_removes_and_counts_what_it_must_leave() -> None:
    longer = delivery("telegram:1", parts=3, edits=("a", "b"), revision=2)
    shorter = delivery("telegram:2", parts=1, edits=("c", "d"), revision=2)
    left = delivery("telegram:3", parts=2, edits=("e",), revision=2)
    store = MemoryDeliveries({each.key: each for each in (longer, shorter, left)})
    platform = FakePlatform(failing={"3": [Uneditable("deleted")]})
    await settle(store, platform, Chats())
    assert sorted(platform.done) == [
        ("delete", "2", "d"), ("edit", "1", "a", 0), ("edit", "1", "b", 1), ("edit", "2", "c", 0),
    ]  # fmt: skip
    assert platform.accepted == [("1", 2)]
    states = {each.chat: (each.state, each.sent) for each in store.kept.values()}
    assert states["telegram:1"] == ("sent", ("a", "b", "1"))
    assert states["telegram:2"] == ("sent", ("c", ""))
    assert states["telegram:3"] == ("left", ("-", "-"))


async def test_a_step_that_nobody_can_settle_is_unknown_and_the_rest_goes_on() -> None:
    store = MemoryDeliveries({delivery().key: delivery()})
    await settle(store, platform := FakePlatform(failing={"1": [InDoubt("no history")]}), Chats())
    assert platform.accepted == [("1", 1), ("1", 2)]
    assert store.kept[delivery().key].state == "unknown"


async def test_deliveries_that_come_while_it_runs_are_taken_in(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    store = MemoryDeliveries()
    platform = FakePlatform()
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
    outbox.start()
    await asyncio.sleep(0)
    for number in range(300):
        each = delivery(f"telegram:{number}", parts=1)
        store.kept[each.key] = each
    outbox.wake()
    async with asyncio.timeout(5):
        while len(platform.accepted) < 300:  # noqa: ASYNC110  nothing rings when a part is accepted
            await asyncio.sleep(0)
    await outbox.stop()
    assert "k: 300 sent, in 0 s" in caplog.text


async def test_a_try_that_was_refused_leaves_no_doubt_but_that_of_an_earlier_one() -> None:
    doubt = NOW - timedelta(minutes=3)
    for begun, left in ((None, None), (doubt, doubt)):
        one = delivery(begun_at=begun)
        store = MemoryDeliveries({one.key: one})
        platform = FakePlatform(idempotent=True, failing={"1": [RetryLater("refused", 30)]})
        outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW)
        outbox.start()
        async with asyncio.timeout(5):
            while not store.kept[one.key].next_try_at:  # noqa: ASYNC110  nothing rings when one waits
                await asyncio.sleep(0)
        await outbox.stop()
        assert store.kept[one.key].begun_at == left


async def test_a_part_that_is_tried_again_waits_for_the_end_of_quiet_hours() -> None:
    morning = NOW + timedelta(hours=5)

    async def may_push(chat: str, at: datetime) -> datetime:
        return max(at, morning) if chat == "telegram:1" else at

    store = MemoryDeliveries({each.key: each for each in (delivery("telegram:1"), delivery("telegram:2"))})
    platform = FakePlatform(failing={"1": [RetryLater("500")], "2": [RetryLater("500")]})
    outbox = Outbox(store, {"telegram": platform}, Chats(), lambda: NOW, may_push)
    outbox.start()
    async with asyncio.timeout(5):
        while not all(each.next_try_at for each in store.kept.values()):  # noqa: ASYNC110
            await asyncio.sleep(0)
    await outbox.stop()
    assert [each.next_try_at for each in store.kept.values()] == [morning, NOW + timedelta(seconds=5)]


async def test_where_nothing_could_be_done_before_nothing_is_tried_again() -> None:
    again = delivery("telegram:1", parts=2, edits=("-", "b"), revision=3)
    store = MemoryDeliveries({again.key: again})
    platform = FakePlatform()
    await settle(store, platform, Chats())
    assert [each[:3] for each in platform.done] == [("edit", "1", "b")]
    assert (store.kept[again.key].state, store.kept[again.key].sent) == ("left", ("-", "b"))
