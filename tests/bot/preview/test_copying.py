"""A copy of a running program's data folder holds what has not come to a checkpoint yet."""

from __future__ import annotations

from pathlib import Path

from bot.preview.copying import copied_store
from bot.store.tiny import TinyStore
from tests.bot.store.values import now, report, subscription


async def test_what_stands_in_the_journal_alone_is_copied_and_the_original_stays(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.save_report(report())
        await store.subscribe(subscription("telegram:1"))
        async with copied_store(tmp_path) as copy:
            assert [each.chat for each in await copy.subscriptions()] == ["telegram:1"]
            assert await copy.report(report().key) == report()
            await copy.unsubscribe("telegram:1")
        assert [each.chat for each in await store.subscriptions()] == ["telegram:1"]
