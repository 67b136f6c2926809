"""A disk that refuses, or a process that ends, at any step of a write: nothing is half there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import time
from pathlib import Path

import pytest

from bot.store.disk import StoreError
from bot.store.journal import find_journals
from bot.store.storage import put
from bot.store.tiny import TinyStore
from handlers.chats import Subscription
from report.model import Report
from tests.bot.store.values import FaultyDisk, abandon, chats, delivery, filled, now, report, subscription

STEPS = 4  # of a change: the journal's file and its name in the folder once, then the line and its way to the disk


@pytest.mark.parametrize("step", range(1, STEPS + 3))
async def test_killed_at_any_step_of_a_write_the_state_is_the_one_before_or_the_one_after(
    tmp_path: Path, step: int
) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    disk.fail(step, None)
    acknowledged = True
    try:
        await store.subscribe(subscription("telegram:3"))
    except BaseException:  # noqa: BLE001  cancelled or killed: the process is gone
        acknowledged = False
    abandon(store)
    found, warnings = await chats(tmp_path)
    assert warnings == ()
    assert found in ({"telegram:1", "telegram:2"}, {"telegram:1", "telegram:2", "telegram:3"})
    assert acknowledged == (step > STEPS)
    assert not acknowledged or "telegram:3" in found


@pytest.mark.parametrize("step", range(1, 30))
async def test_killed_at_any_step_of_a_checkpoint_nothing_is_lost(tmp_path: Path, step: int) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    await store.subscribe(subscription("telegram:3"))
    disk.fail(step, None)
    with contextlib.suppress(BaseException):
        await store.close()
    abandon(store)
    for _ in range(2):
        assert await chats(tmp_path) == ({"telegram:1", "telegram:2", "telegram:3"}, ())
    (tmp_path / "state.json").write_bytes(b"torn")
    found, warnings = await chats(tmp_path)
    assert (found, len(warnings)) == ({"telegram:1", "telegram:2", "telegram:3"}, 1)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_a_disk_that_refuses_undoes_the_change_and_the_next_one_is_kept(
    tmp_path: Path, step: int, error: int, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    disk.fail(step, error)
    with pytest.raises(
        StoreError, match=r"^store: .*journal\.\d+\.jsonl was not written \(.*\); nothing of it is kept; "
    ):
        await store.subscribe(subscription("telegram:3"))
    assert {kept.chat for kept in await store.subscriptions()} == {"telegram:1", "telegram:2"}
    assert caplog.records[-1].levelno == logging.ERROR
    disk.mend()
    await store.subscribe(subscription("telegram:4"))
    await store.subscribe(subscription("telegram:5"))
    abandon(store)  # no checkpoint: the journal alone has to hold them
    assert await chats(tmp_path) == ({"telegram:1", "telegram:2", "telegram:4", "telegram:5"}, ())


async def test_a_disk_that_takes_no_checkpoint_keeps_the_journals_and_lets_the_program_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    await store.subscribe(subscription("telegram:3"))
    disk.fail(1, errno.ENOSPC)
    await store.close()
    assert "the journals are kept instead" in caplog.text
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    disk.mend()
    await store.subscribe(subscription("telegram:4"))
    abandon(store)
    expected = {"telegram:1", "telegram:2", "telegram:3", "telegram:4"}
    assert await chats(tmp_path) == (expected, ())
    assert len(find_journals(tmp_path)) <= 3


async def test_when_the_journal_has_grown_a_checkpoint_is_written_while_changes_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.storage.SMALLEST_CHECKPOINT", 2_000)
    store = await TinyStore.open(tmp_path, now=now)
    for start in range(0, 60, 6):
        await asyncio.gather(
            *(store.subscribe(subscription(f"telegram:{number}")) for number in range(start, start + 6))
        )
    abandon(store)
    assert len(find_journals(tmp_path)) <= 3
    expected = {f"telegram:{number}" for number in range(60)}
    assert await chats(tmp_path) == (expected, ())
    (tmp_path / "state.json").unlink()
    assert (await chats(tmp_path))[0] == expected


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_a_torn_last_line_counts_for_nothing_and_a_damaged_one_before_is_said(tmp_path: Path, cut: int) -> None:
    store = await TinyStore.open(tmp_path, now=now)
    for number in range(3):
        await store.subscribe(subscription(f"telegram:{number}"))
    abandon(store)
    (journal,) = find_journals(tmp_path).values()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines)[:-cut])
    assert await chats(tmp_path) == ({"telegram:0", "telegram:1"}, ())


async def test_a_damaged_line_loses_itself_only_and_loudly(tmp_path: Path) -> None:
    store = await TinyStore.open(tmp_path, now=now)
    for number in range(3):
        await store.subscribe(subscription(f"telegram:{number}"))
    abandon(store)
    (journal,) = find_journals(tmp_path).values()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1].replace(b"telegram:1", b"telegram:7") + lines[2])
    found, (warning,) = await chats(tmp_path)
    assert found == {"telegram:0", "telegram:2"}
    assert "1 of its changes are lost" in warning


async def test_an_exception_in_a_change_undoes_what_it_did(tmp_path: Path) -> None:
    def break_off(_: Subscription) -> Subscription:
        raise LookupError

    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.subscribe(subscription("telegram:1"))
        with store._commits._storage.drafting():
            pass
        with pytest.raises(LookupError):
            await store.change_subscription("telegram:1", "ai", break_off)
        with pytest.raises(LookupError):
            await store._commits.change(lambda: _put_and_raise(store))
        await store.subscribe(subscription("telegram:2"))
        assert {kept.chat for kept in await store.subscriptions()} == {"telegram:1", "telegram:2"}
    assert await chats(tmp_path) == ({"telegram:1", "telegram:2"}, ())


def _put_and_raise(store: TinyStore) -> None:
    row = subscription("telegram:9").model_dump(mode="json")
    put(store._subscribers._subscriptions, {"telegram:9 ai": row}, without=["telegram:1 ai"])
    raise LookupError


async def test_a_change_on_top_of_one_that_failed_fails_with_it(tmp_path: Path) -> None:
    disk = FaultyDisk()
    async with await TinyStore.open(tmp_path, now=now, disk=disk) as store:
        disk.fail(1, errno.ENOSPC, once=True)
        done = await asyncio.gather(
            *(store.subscribe(subscription(f"telegram:{number}")) for number in range(3)), return_exceptions=True
        )
        assert [type(error) for error in done] == [StoreError] * 3
        assert await store.subscriptions() == []


@pytest.mark.parametrize(
    ("error", "advice"), [(errno.ENOSPC, "free some space"), (errno.EROFS, "make the folder writable")]
)
async def test_the_sentence_says_what_to_do(tmp_path: Path, error: int, advice: str) -> None:
    disk = FaultyDisk()
    async with await TinyStore.open(tmp_path, disk=disk) as store:
        disk.fail(1, error)
        with pytest.raises(StoreError, match=advice):
            await store.save_report(report())


@pytest.mark.parametrize("step", range(1, 11))
async def test_killed_while_a_report_is_corrected_readers_get_a_whole_revision_and_its_deliveries_or_neither(
    tmp_path: Path, step: int
) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    disk.fail(step, None)
    with pytest.raises(BaseException):  # noqa: B017, PT011  cancelled or killed: the process is gone
        await store.save_report(report(revision=2, text="更正。"), [delivery(revision=2)])
    abandon(store)
    async with await TinyStore.open(tmp_path, now=now) as store:
        kept = await store.report(report().key)
        deliveries = [found.revision for found in await store.deliveries()]
        assert (kept, deliveries) in ((report(), [1]), (report(revision=2, text="更正。"), [1, 2]))
        assert store.warnings == ()
        await store.save_report(report(revision=2, text="更正。"), [delivery(revision=2)])
        assert await store.report(report().key) == report(revision=2, text="更正。")
    kept_before = (tmp_path / "reports" / f"{report().key}.r1.json").read_bytes()
    assert Report.model_validate_json(kept_before) == report()


async def test_without_hard_links_the_generation_before_is_a_copy(tmp_path: Path) -> None:
    await filled(tmp_path)

    class NoLinks(FaultyDisk):
        def link(self, path: Path, beside: Path) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    expected = (tmp_path / "state.json").read_bytes()
    async with await TinyStore.open(tmp_path, disk=NoLinks()) as store:
        expected = (tmp_path / "state.json").read_bytes()
        await store.subscribe(subscription("telegram:3"))
    assert (tmp_path / "state.json.1").read_bytes() == expected


async def test_a_checkpoint_that_the_last_changes_began_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(FaultyDisk):
        pauses: list[float] = []  # noqa: RUF012  before each write of a file, in a thread

        def write(self, path: Path, content: bytes) -> None:
            time.sleep(self.pauses.pop(0) if self.pauses else 0)
            super().write(path, content)

        def append(self, descriptor: int, content: bytes) -> None:
            time.sleep(0.02)
            super().append(descriptor, content)

    store = await TinyStore.open(tmp_path, now=now, disk=Slow())
    monkeypatch.setattr("bot.store.storage.SMALLEST_CHECKPOINT", 1)
    monkeypatch.setattr(Slow, "pauses", [0.3])
    store._commits._storage._size = 0
    first = asyncio.create_task(store.subscribe(subscription("telegram:1")))
    await asyncio.sleep(0.005)
    second = asyncio.create_task(store.subscribe(subscription("telegram:2")))
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(first, second)
    await asyncio.sleep(0.5)  # for one that nobody waited for
    for _ in range(2):
        assert await chats(tmp_path) == ({"telegram:1", "telegram:2"}, ())


async def test_a_lost_line_takes_only_the_deliveries_that_it_brought(tmp_path: Path) -> None:
    store = await TinyStore.open(tmp_path, now=now)
    await store.subscribe(subscription("telegram:1"))
    await store.add_deliveries([delivery("telegram:7")])
    await store.save_delivery(delivery("telegram:7").model_copy(update={"sent": ("1",)}))
    abandon(store)
    (journal,) = find_journals(tmp_path).values()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1].replace(b"cloud.jpg", b"clown.jpg") + lines[2])
    async with await TinyStore.open(tmp_path, now=now) as store:
        assert await store.deliveries() == []
        assert {kept.chat for kept in await store.subscriptions()} == {"telegram:1"}
        assert [warning.partition(": ")[2] for warning in store.warnings][1].startswith("1 deliveries had lost")


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_what_was_refused_is_not_found_at_the_next_start(tmp_path: Path, step: int) -> None:
    disk = FaultyDisk()
    store = await TinyStore.open(tmp_path, now=now, disk=disk)
    disk.fail(step, errno.EIO, once=True)
    with pytest.raises(StoreError):
        await store.subscribe(subscription("telegram:1"))
    abandon(store)
    assert await chats(tmp_path) == (set(), ())


async def test_an_old_journal_that_cannot_be_removed_does_no_harm(tmp_path: Path) -> None:
    class Sticky(FaultyDisk):
        def remove(self, path: Path) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    for number in range(3):
        async with await TinyStore.open(tmp_path, now=now, disk=Sticky()) as store:
            await store.subscribe(subscription(f"telegram:{number}"))
    assert await chats(tmp_path) == ({f"telegram:{number}" for number in range(3)}, ())


async def test_an_older_checkpoint_that_was_put_back_does_not_meet_the_journals_of_another_time(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.subscribe(subscription("telegram:1"))
    old = (tmp_path / "state.json").read_bytes()
    for number in range(2, 6):
        async with await TinyStore.open(tmp_path, now=now) as store:
            await store.subscribe(subscription(f"telegram:{number}"))
    store = await TinyStore.open(tmp_path, now=now)
    await store.subscribe(subscription("telegram:6"))
    abandon(store)
    (tmp_path / "state.json").write_bytes(old)
    assert (await chats(tmp_path))[0] == {"telegram:1"}
