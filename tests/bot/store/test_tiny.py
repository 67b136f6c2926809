"""What is kept is found again, also after a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot.model import LATE
from bot.store.disk import StoreError
from bot.store.tiny import KEPT_RUNS, TinyStore
from handlers.store import Store
from report.errors import InputError
from report.model import Report
from tests.bot.store.values import NOW, delivery, now, report, run, subscription


async def reopened(store: TinyStore, folder: Path) -> TinyStore:
    await store.close()
    return await TinyStore.open(folder, now=now)


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    store = await TinyStore.open(tmp_path, now=now)
    await store.subscribe(subscription("telegram:-1001", hour="09:30"))
    await store.save_report(report(), [delivery("telegram:-1001"), delivery("discord:5")])
    await store.mark_run(run())

    store = await reopened(store, tmp_path)
    handlers_store: Store = store
    assert await handlers_store.report(report().key) == report()
    assert await handlers_store.report_keys("ai") == [report().key]
    assert await handlers_store.subscriptions() == [subscription("telegram:-1001", hour="09:30")]
    assert await store.deliveries() == [delivery("telegram:-1001"), delivery("discord:5")]
    assert await store.last_runs() == {"ai": run()}
    assert store.warnings == ()
    await store.close()


async def test_a_subscription_takes_the_place_of_the_chats_older_one_to_the_topic(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription(hour="08:00"))
        await store.subscribe(subscription(hour="21:15"))
        await store.subscribe(subscription(topic="finance"))
        await store.subscribe(subscription("telegram:2"))
        assert [(kept.topic, kept.hours) for kept in await store.subscriptions("telegram:1")] == [
            ("ai", ("21:15",)),
            ("finance", ()),
        ]


async def test_unsubscribing_says_how_many_there_were(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for topic in ("ai", "finance", "chips"):
            await store.subscribe(subscription(topic=topic))
        assert await store.unsubscribe("telegram:1", "ai") == 1
        assert await store.unsubscribe("telegram:1", "ai") == 0
        assert await store.unsubscribe("telegram:1") == 2
        assert await store.subscriptions() == []


async def test_a_delivery_is_added_once_and_an_unfinished_one_keeps_its_progress(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        assert await store.save_report(report(), [delivery(), delivery("discord:5")]) == 2
        begun = delivery().model_copy(
            update={"sent": ("m1",), "attempts": 2, "next_try_at": NOW + timedelta(minutes=1)}
        )
        await store.save_delivery(begun)
        assert await store.save_report(report(), [delivery(), delivery("discord:6")]) == 1
        assert await store.add_deliveries([delivery()]) == 0
        assert await store.deliveries() == [begun, delivery("discord:5"), delivery("discord:6")]
        assert begun.remaining == begun.parts[1:]


async def test_deliveries_are_found_by_state_and_report(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        done = delivery().model_copy(update={"state": "sent", "sent": ("m1", "m2")})
        await store.add_deliveries([done, delivery("telegram:2"), delivery("telegram:2", day=8)])
        assert await store.deliveries(state="sent") == [done]
        assert await store.deliveries(report_key=report(8).key) == [delivery("telegram:2", day=8)]
        assert await store.deliveries(state="sent", report_key=report(8).key) == []


async def test_chats_share_the_parts_that_they_get(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.add_deliveries([delivery(f"telegram:{number}") for number in range(300)])
    state = orjson.loads((tmp_path / "state.json").read_bytes())
    assert len(state["deliveries"]) == 300
    assert len(state["parts"]) == 1


async def test_parts_that_take_the_place_of_others_are_kept_and_shared(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.add_deliveries([delivery("telegram:1"), delivery("telegram:2"), delivery("telegram:3")])
        for chat in ("telegram:1", "telegram:2"):
            changed = delivery(chat).model_copy(update={"parts": ({"text": "a"}, {"text": "b"}, {"text": "c"})})
            assert await store.save_delivery(changed)
    async with await TinyStore.open(tmp_path) as again:
        assert [len(each.parts) for each in await again.deliveries()] == [3, 3, 2]
    assert len(orjson.loads((tmp_path / "state.json").read_bytes())["parts"]) == 2


async def test_old_deliveries_that_are_done_are_pruned_with_their_parts(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path, now=now) as store:
        done = delivery().model_copy(
            update={"state": "sent", "sent": ("m1", "m2"), "parts": ({"text": "a"}, {"text": "b"})}
        )
        await store.add_deliveries([done, delivery("telegram:2")])
        assert await store.prune_deliveries(NOW) == 0
        assert await store.prune_deliveries(NOW + timedelta(seconds=1)) == 1
        assert await store.deliveries() == [delivery("telegram:2")]
    assert len(orjson.loads((tmp_path / "state.json").read_bytes())["parts"]) == 1


async def test_a_chat_that_moved_keeps_subscriptions_and_deliveries_under_its_new_key(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for kept in (subscription("telegram:-5", hour="07:00"), subscription("telegram:-5", "finance")):
            await store.subscribe(kept)
        await store.subscribe(subscription("telegram:-1005", "finance", hour="10:00"))
        begun = delivery("telegram:-5").model_copy(update={"sent": ("m1",)})
        await store.add_deliveries([begun, delivery("telegram:-5", day=8), delivery("telegram:-1005", day=8)])

        await store.chat_moved("telegram:-5", "telegram:-1005")
        assert await store.subscriptions("telegram:-5") == []
        moved = {kept.topic: kept.hours for kept in await store.subscriptions("telegram:-1005")}
        assert moved == {"ai": ("07:00",), "finance": ("10:00",)}
        assert [(kept.chat, kept.report_key, kept.sent) for kept in await store.deliveries()] == [
            ("telegram:-1005", report(8).key, ()),
            ("telegram:-1005", report(7).key, ("m1",)),
        ]


async def test_a_chat_that_is_gone_loses_its_subscriptions_and_what_was_pending(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription())
        await store.subscribe(subscription("telegram:2"))
        done = delivery(day=6).model_copy(update={"state": "sent", "sent": ("m1", "m2")})
        await store.add_deliveries([done, delivery(), delivery("telegram:2")])
        assert await store.chat_gone("telegram:1", "telegram: chat 1 not found", NOW) == 1
        assert [kept.chat for kept in await store.subscriptions()] == ["telegram:2"]
        assert [(kept.chat, kept.state, kept.error) for kept in await store.deliveries()] == [
            ("telegram:1", "sent", ""),
            ("telegram:1", "gone", "telegram: chat 1 not found"),
            ("telegram:2", "pending", ""),
        ]


async def test_the_newest_runs_of_each_topic_are_kept(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for day in range(1, KEPT_RUNS + 6):
            await store.mark_run(run(day=day))
        await store.mark_run(run("finance", day=2))
        again = run(day=KEPT_RUNS + 5).model_copy(update={"error": "x: 503"})
        await store.mark_run(again)
        assert await store.last_runs() == {"ai": again, "finance": run("finance", day=2)}
    runs = orjson.loads((tmp_path / "state.json").read_bytes())["runs"]
    assert len(runs) == KEPT_RUNS + 1
    assert min(key for key in runs if key.startswith("ai ")) == "ai 2026-01-06T00:00:00Z"


async def test_reports_are_listed_by_their_last_day_and_revisions_are_kept_beside(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        for day in (9, 7, 8):
            await store.save_report(report(day))
        await store.save_report(report(7, topic="finance"))
        await store.save_report(report(8, revision=2, text="更正。"))
        await store.save_report(report(8, revision=3, text="再更正。"))
        assert await store.report_keys("ai") == [report(day).key for day in (7, 8, 9)]
        assert await store.report(report(8).key) == report(8, revision=3, text="再更正。")
        assert [entry.revision for entry in await store.report_entries()] == [1, 1, 3, 1]
        assert await store.report("twitter_ai_20300101_20300101") is None
    stored = {path.name for path in (tmp_path / "reports").iterdir() if "0108" in path.name}
    assert stored == {f"{report(8).key}{end}.json" for end in ("", ".r1", ".r2")}
    older = Report.model_validate_json((tmp_path / "reports" / f"{report(8).key}.r1.json").read_bytes())
    assert older == report(8)


async def test_a_report_whose_key_is_a_path_is_refused(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        with pytest.raises(InputError, match=r"'\.\./escape' cannot name a report"):
            await store.save_report(report().model_copy(update={"key": "../escape"}))


async def test_changes_that_wait_together_share_a_write(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        generations = set()
        path = tmp_path / "state.json"

        async def change(number: int) -> None:
            await store.subscribe(subscription(f"telegram:{number}"))
            generations.add(path.stat().st_ino)

        await asyncio.gather(*(change(number) for number in range(200)))
        assert len(await store.subscriptions()) == 200
        assert len(generations) <= 2


async def test_a_change_is_seen_by_readers_only_when_it_is_on_disk(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        change = asyncio.create_task(store.subscribe(subscription()))
        await asyncio.sleep(0)
        assert await store.subscriptions() == []
        await change
        assert await store.subscriptions() == [subscription()]


async def test_a_closed_store_says_so_and_waits_for_what_was_asked_before(tmp_path: Path) -> None:
    store = await TinyStore.open(tmp_path)
    change = asyncio.create_task(store.subscribe(subscription()))
    await asyncio.sleep(0)
    await store.close()
    await change
    with pytest.raises(StoreError, match="closed already"):
        await store.subscribe(subscription("telegram:2"))
    async with await TinyStore.open(tmp_path) as store:
        assert await store.subscriptions() == [subscription()]


async def test_a_caller_that_is_cancelled_does_not_stop_the_write_for_others(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        changes = [asyncio.create_task(store.subscribe(subscription(f"telegram:{number}"))) for number in range(3)]
        await asyncio.sleep(0)
        changes[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await changes[0]
        await asyncio.gather(*changes[1:])
        assert {kept.chat for kept in await store.subscriptions()} >= {"telegram:1", "telegram:2"}


async def test_five_thousand_subscriptions_and_deliveries_survive(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await asyncio.gather(*(store.subscribe(subscription(f"telegram:{number}")) for number in range(5000)))
        assert await store.save_report(report(), [delivery(f"telegram:{number}") for number in range(5000)]) == 5000
    async with await TinyStore.open(tmp_path) as store:
        assert len(await store.subscriptions()) == 5000
        assert len(await store.deliveries(state="pending")) == 5000
        assert await store.unsubscribe("telegram:4999") == 1


async def test_deliveries_of_past_days_are_found_as_before_and_forgotten_in_time(tmp_path: Path) -> None:
    done = delivery("telegram:2").model_copy(update={"state": "sent", "sent": ("1", "2")})
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.save_report(report(), [delivery(), done])
        assert await store.retire_deliveries(NOW + timedelta(days=1)) == 1
        assert await store.retire_deliveries(NOW + timedelta(days=1)) == 0
        assert await store.add_deliveries([delivery(), done]) == 0
    async with await TinyStore.open(tmp_path, now=now) as store:
        assert await store.deliveries() == [done, delivery()]
        assert await store.deliveries(state="pending") == [delivery()]
        assert await store.delivery(done.key) == done
        assert await store.was_pushed(report().key, 1, "telegram:2")
        assert await store.delivered() == {"pending": 1, "sent": 1}
        await store.chat_moved("telegram:2", "telegram:-9")
        assert await store.was_pushed(report().key, 1, "telegram:-9")
        assert await store.prune_deliveries(NOW + timedelta(days=1)) == 1
        assert await store.deliveries() == [delivery()]


async def test_what_admins_were_told_is_kept_for_60_days(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.tell("digest", NOW)
        await store.tell("failed ai", NOW + timedelta(days=59))
        assert await store.told() == {"digest": NOW, "failed ai": NOW + timedelta(days=59)}
        await store.tell("digest again", NOW + timedelta(days=61))
    async with await TinyStore.open(tmp_path, now=now) as store:
        assert set(await store.told()) == {"failed ai", "digest again"}


async def test_an_older_revision_can_be_read(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.save_report(report())
        await store.save_report(report(revision=2, text="更正。"))
        assert await store.older_report(report().key, 1) == report()
        assert await store.older_report(report().key, 3) is None
        assert await store.older_report("twitter_ai_20200101_20200101", 1) is None


async def test_a_line_that_a_report_is_late_is_not_sent_any_more_when_the_report_is_there(tmp_path: Path) -> None:
    lines = [delivery(chat, revision=LATE) for chat in ("telegram:1", "telegram:2")]
    async with await TinyStore.open(tmp_path, now=now) as store:
        await store.add_deliveries(lines)
        await store.save_report(report(), [delivery("telegram:1")])
        waiting = [(each.chat, each.revision) for each in await store.deliveries(state="pending")]
        assert waiting == [("telegram:2", LATE), ("telegram:1", 1)]
        assert not await store.save_delivery(lines[0].model_copy(update={"state": "sent", "sent": ("1", "2")}))
        assert await store.delivered() == {"pending": 1}
