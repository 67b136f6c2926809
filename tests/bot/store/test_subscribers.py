"""Chats that go, come back, move and are forgotten; changes at once; all of it over a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot.store.disk import StoreError
from bot.store.tiny import TinyStore
from handlers.chats import KEPT_GONE, ChatSettings, Subscription
from report.model import Language
from tests.bot.store.values import NOW, FaultyDisk, delivery, keep, report, subscription

GROUP = "telegram:-100123"


async def test_what_a_chat_had_set_up_rests_while_it_is_gone_and_is_alive_when_it_is_back(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        kept = subscription(GROUP, hour="21:00")
        await store.subscribe(kept)
        await keep(store, ChatSettings(chat=GROUP, timezone="Asia/Tokyo"))
        await store.add_deliveries([delivery(GROUP)])
        assert await store.chat_gone(GROUP, "telegram: the bot was removed", NOW) == 1
        assert await store.chat_gone(GROUP, "again", NOW + timedelta(days=1)) == 0
    async with await TinyStore.open(tmp_path) as store:
        assert await store.subscriptions() == []
        assert await store.subscriptions(GROUP) == []
        gone = await store.chat(GROUP)
        assert (gone.gone_at, gone.gone_reason) == (NOW, "telegram: the bot was removed")
        assert [each.state for each in await store.deliveries()] == ["gone"]
        assert await store.change_subscription(GROUP, "ai", lambda each: each) is None
        assert await store.chat_back(GROUP) == [kept]
        assert await store.chat_back(GROUP) == ()
    async with await TinyStore.open(tmp_path) as store:
        assert await store.subscriptions() == [kept]
        assert await store.chat(GROUP) == ChatSettings(chat=GROUP, timezone="Asia/Tokyo")


async def test_with_a_group_its_topics_are_gone_and_come_back(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for chat in (GROUP, f"{GROUP}/45", f"{GROUP}/46", f"{GROUP}4"):
            await store.subscribe(subscription(chat))
        await store.add_deliveries([delivery(f"{GROUP}/45"), delivery(f"{GROUP}4")])
        assert await store.chat_gone(f"{GROUP}/46", "telegram: the topic was deleted", NOW) == 1
        assert await store.chat_gone(GROUP, "telegram: the bot was removed", NOW) == 2
        assert [each.chat for each in await store.subscriptions()] == [f"{GROUP}4"]
        assert [each.state for each in await store.deliveries()] == ["gone", "pending"]
        assert [each.chat for each in await store.chat_back(f"{GROUP}/45")] == [GROUP, f"{GROUP}/45"]
        assert {each.chat for each in await store.subscriptions()} == {GROUP, f"{GROUP}/45", f"{GROUP}4"}


async def test_of_a_chat_that_had_nothing_nothing_is_kept(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        assert await store.chat_gone("telegram:9", "telegram: blocked", NOW) == 0
        assert await store.chats() == {}


async def test_a_chat_that_stays_away_for_ninety_days_is_forgotten(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for chat in (GROUP, f"{GROUP}/45", "telegram:2"):
            await store.subscribe(subscription(chat))
            await keep(store, ChatSettings(chat=chat, language="en"))
        await store.chat_gone(GROUP, "gone", NOW)
        assert await store.prune_chats(NOW + timedelta(days=89) - KEPT_GONE) == 0
        assert await store.prune_chats(NOW + timedelta(seconds=1)) == 1
    state = orjson.loads((tmp_path / "state.json").read_bytes())
    assert set(state["chats"]) == {"telegram:2"}
    assert set(state["subscriptions"]) == {"telegram:2 ai"}


async def test_a_group_that_moves_takes_its_topics_and_settings_with_it(tmp_path: Path) -> None:
    old, new = "telegram:-5", "telegram:-1005"
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription(old, hour="07:00"))
        await store.subscribe(subscription(f"{old}/45"))
        await store.add_deliveries([delivery(f"{old}/45")])
        await keep(store, ChatSettings(chat=old, language="en", timezone="Asia/Tokyo", gone_at=NOW))
        await keep(store, ChatSettings(chat=new, timezone="Europe/Berlin", greeted_at=NOW))
        await store.chat_moved(old, new)
    async with await TinyStore.open(tmp_path) as store:
        assert [each.chat for each in await store.subscriptions()] == [new, f"{new}/45"]
        assert [each.chat for each in await store.deliveries()] == [f"{new}/45"]
        merged = ChatSettings(chat=new, language="en", timezone="Europe/Berlin", greeted_at=NOW)
        assert await store.chats() == {new: merged}


async def test_changes_at_once_do_not_undo_each_other(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription())
        hours = [f"{number:02}:00" for number in range(10)]

        async def add(hour: str) -> None:
            await store.change_subscription(
                "telegram:1", "ai", lambda kept: kept.model_copy(update={"hours": (*kept.hours, hour)})
            )

        async def speak(language: Language) -> None:
            await store.change_chat("telegram:1", lambda chat: chat.model_copy(update={"language": language}))

        async def quiet() -> None:
            await store.change_chat("telegram:1", lambda chat: chat.model_copy(update={"quiet": ("23:00", "07:00")}))

        await asyncio.gather(*map(add, hours), speak("en"), quiet())
        (kept,) = await store.subscriptions()
        assert kept.hours == tuple(hours)
        assert await store.chat("telegram:1") == ChatSettings(
            chat="telegram:1", language="en", quiet=("23:00", "07:00")
        )


async def test_a_change_that_is_refused_or_that_the_disk_refuses_leaves_what_was(tmp_path: Path) -> None:
    def refuse(_: Subscription) -> Subscription:
        raise ValueError("too many words")

    disk = FaultyDisk()
    async with await TinyStore.open(tmp_path, disk=disk) as store:
        await store.subscribe(subscription())
        with pytest.raises(ValueError, match="too many"):
            await store.change_subscription("telegram:1", "ai", refuse)
        disk.fail(1, 28)
        with pytest.raises(StoreError):
            await store.chat_gone("telegram:1", "gone", NOW)
        disk.mend()
        assert await store.subscriptions() == [subscription()]


async def test_what_was_pushed_is_known_by_report_and_chat(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.save_report(report(7, 2), [delivery(revision=2)])
        assert await store.was_pushed(report(7).key, 2, "telegram:1")
        assert await store.was_pushed(report(7).key, 3, "telegram:1")
        assert not await store.was_pushed(report(7).key, 1, "telegram:1")
        assert not await store.was_pushed(report(7).key, 2, "telegram:2")
