"""Does keeping things hold the loop up, and a broadcast? Changes at 5,000 subscriptions and 5,000 deliveries.

Prints the lag of the loop (a task that wants to run every millisecond) and the time of a change, alone and a hundred at
once, beside TinyDB with its own JSONStorage doing the same, on the loop as it does. Then the marks of a broadcast: each
delivery is marked when it is begun and when it is accepted; what that costs beside the time that Telegram's 30 messages
a second take for the same 5,000.
"""

from __future__ import annotations

import asyncio
import gc
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tinydb import TinyDB, where

from bot.model import Delivery
from bot.store.tiny import TinyStore
from handlers.chats import Subscription

SIZE, CHANGES = 5_000, 100
AT_ONCE, TELEGRAM_A_SECOND, GOAL_SHARE = 64, 30, 0.05
NOW = datetime(2026, 1, 8, tzinfo=UTC)


def subscription(number: int) -> Subscription:
    return Subscription(chat=f"telegram:-100{number:09d}", topic="ai", title="每日人工智能读者群", created_at=NOW)


def delivery(number: int) -> Delivery:
    parts = ({"text": "核心信息：" * 400}, {"photo": "wordcloud_twitter_ai_20260107_20260107.jpg"})
    return Delivery(
        report_key="twitter_ai_20260107_20260107", chat=f"telegram:-100{number:09d}", parts=parts, created_at=NOW
    )


async def measure(name: str, work: Callable[[], Awaitable[list[float]]]) -> tuple[float, float]:
    """Run it beside a ticking task; print and return the worst lag and the median time of a change, in seconds."""
    lags: list[float] = []
    running = True

    async def tick() -> None:
        while running:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            lags.append(time.perf_counter() - began - 0.001)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    lags.clear()
    times = await work()
    await asyncio.sleep(0.005)
    running = False
    await ticking
    lags.sort()
    p50, p99 = (lags[min(len(lags) - 1, int(len(lags) * share))] for share in (0.50, 0.99))
    median = statistics.median(times)
    print(
        f"{name:42} loop lag ms p50 {p50 * 1e3:6.2f}  p99 {p99 * 1e3:6.2f}  max {lags[-1] * 1e3:6.2f}"
        f"   a change ms {median * 1e3:7.2f}"
    )
    return lags[-1], median


async def timed(change: Awaitable[object]) -> float:
    began = time.perf_counter()
    await change
    return time.perf_counter() - began


async def ours(folder: Path) -> tuple[float, float]:
    async with await TinyStore.open(folder) as store:
        await asyncio.gather(*(store.subscribe(subscription(number)) for number in range(SIZE)))
        await store.add_deliveries([delivery(number) for number in range(SIZE)])
    async with await TinyStore.open(folder) as store:
        gc.collect()
        gc.freeze()  # as the program does when it has started: what lives on is not searched for garbage
        sent = [delivery(number).model_copy(update={"sent": ("1",)}) for number in range(CHANGES)]

        revision = [delivery(number).model_copy(update={"revision": 2}) for number in range(SIZE)]

        async def one_by_one() -> list[float]:
            return [await timed(store.save_delivery(one)) for one in sent]

        async def at_once() -> list[float]:
            return await asyncio.gather(*(timed(store.subscribe(subscription(number))) for number in range(CHANGES)))

        async def read_all() -> list[float]:
            return [await timed(store.deliveries(state="pending")) for _ in range(10)]

        async def add_all() -> list[float]:
            return [await timed(store.add_deliveries(revision))]

        async def open_again() -> list[float]:
            async def reopen() -> None:
                async with await TinyStore.open(folder / "again"):
                    pass

            (folder / "again").mkdir()
            (folder / "again/state.json").write_bytes((folder / "state.json").read_bytes())
            return [await timed(reopen())]

        result = await measure(f"TinyStore, {CHANGES} changes one by one", one_by_one)
        await measure(f"TinyStore, {CHANGES} changes at once", at_once)
        await measure(f"TinyStore, read {SIZE:,} deliveries", read_all)
        await measure(f"TinyStore, add {SIZE:,} deliveries", add_all)
        await measure("TinyStore, open", open_again)
        print(f"{'state.json':42} {(folder / 'state.json').stat().st_size / 1e6:.1f} MB")
        return result


async def broadcast(folder: Path, days: int, at_once: int) -> None:
    """The marks of 5,000 deliveries of one part, beside those of so many days before."""
    async with await TinyStore.open(folder) as store:
        for day in range(days):
            old = f"twitter_ai_202512{day + 1:02}_202512{day + 1:02}"
            done = {"report_key": old, "state": "sent", "sent": ("1", "2")}
            await store.add_deliveries([delivery(number).model_copy(update=done) for number in range(SIZE)])
        await store.retire_deliveries(NOW + timedelta(days=1))
        await store.add_deliveries([delivery(number) for number in range(SIZE)])
        gc.collect()
        gc.freeze()
        waiting = list(range(SIZE))

        async def send() -> None:
            while waiting:
                one = delivery(waiting.pop())
                await store.save_delivery(one.model_copy(update={"begun_at": NOW}))
                await store.save_delivery(one.model_copy(update={"sent": ("1", "2"), "state": "sent"}))

        began, worked = time.perf_counter(), time.process_time()
        await asyncio.gather(*(send() for _ in range(at_once)))
        took, processor = time.perf_counter() - began, time.process_time() - worked
    limit = SIZE / TELEGRAM_A_SECOND
    verdict = "goal met" if max(processor, took) / limit <= GOAL_SHARE else "GOAL MISSED"
    name = f"marks of a broadcast, {at_once} at once, {days} days of others"
    print(
        f"{name:50} {took:.1f} s, {processor:.1f} s of the processor: {took / limit:.1%} of the {limit:.0f} s that"
        f" sending takes (goal <= {GOAL_SHARE:.0%}: {verdict}); {2 * SIZE / took:,.0f} marks a second"
    )


async def default(folder: Path) -> tuple[float, float]:
    """TinyDB as it comes: the whole file at every change, on the loop, not forced to the disk."""
    with TinyDB(folder / "default.json") as database:
        database.table("subscriptions").insert_multiple(
            subscription(number).model_dump(mode="json") for number in range(SIZE)
        )
        table = database.table("deliveries")
        # Without the parts, to be fair: TinyStore keeps them once.
        table.insert_multiple(
            delivery(number).model_dump(mode="json", exclude={"parts"}) | {"parts": "0" * 32} for number in range(SIZE)
        )

        async def change(number: int) -> None:
            table.update({"sent": ["1"]}, where("chat") == delivery(number).chat)

        async def one_by_one() -> list[float]:
            times = []
            for number in range(CHANGES):
                times.append(await timed(change(number)))
                await asyncio.sleep(0)
            return times

        return await measure(f"TinyDB's JSONStorage, {CHANGES} one by one", one_by_one)


async def run() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{SIZE:,} subscriptions and {SIZE:,} deliveries")
    with tempfile.TemporaryDirectory() as folder:
        our_lag, our_time = await ours(Path(folder))
        lag, a_time = await default(Path(folder))
    for days, at_once in ((0, 1), (29, 1), (29, AT_ONCE)):
        with tempfile.TemporaryDirectory() as folder:
            await broadcast(Path(folder), days, at_once)
    print(f"TinyDB's default against ours: {lag / our_lag:.1f} of the worst lag, {a_time / our_time:.1f} of the time")


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    main()
