"""A disk that refuses, or a process that ends, at any step of a write: nothing is half there."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from pathlib import Path

import pytest

from bot.store.disk import StoreError
from bot.store.lock import unlock_folder
from bot.store.tiny import TinyStore
from report.model import Report
from tests.bot.store.values import FaultyDisk, chats, delivery, filled, now, report, subscription

STEPS = 9  # one write has six: file (2), second name (2), place, folder; two to spare


def abandon(store: TinyStore) -> None:
    """Free the lock without closing anything, as the end of a process does."""
    unlock_folder(store._folder, store._lock)


@pytest.mark.parametrize("step", range(1, STEPS))
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
    assert acknowledged == (step > 6)
    assert not acknowledged or "telegram:3" in found


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", range(1, 7))
async def test_a_disk_that_refuses_undoes_the_change_and_the_next_one_is_kept(
    tmp_path: Path, step: int, error: int, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    disk = FaultyDisk()
    async with await TinyStore.open(tmp_path, now=now, disk=disk) as store:
        disk.fail(step, error)
        with pytest.raises(StoreError, match=r"^store: .*state\.json was not written \(.*\); nothing of it is kept; "):
            await store.subscribe(subscription("telegram:3"))
        assert {kept.chat for kept in await store.subscriptions()} == {"telegram:1", "telegram:2"}
        assert caplog.records[-1].levelno == logging.ERROR
        disk.mend()
        await store.subscribe(subscription("telegram:4"))
    assert await chats(tmp_path) == ({"telegram:1", "telegram:2", "telegram:4"}, ())


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


@pytest.mark.parametrize("step", range(1, 13))
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
    expected = (tmp_path / "state.json").read_bytes()

    class NoLinks(FaultyDisk):
        def link(self, path: Path, beside: Path) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    async with await TinyStore.open(tmp_path, disk=NoLinks()) as store:
        await store.subscribe(subscription("telegram:3"))
    assert (tmp_path / "state.json.1").read_bytes() == expected
