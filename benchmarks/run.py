"""`tuibao run` with both platforms: start to ready, idle memory, and the event loop while a report is made.

The counterparts run in processes of their own. Lag is what a task that sleeps 5 ms oversleeps; its control is the same
loop at rest. Memory is the resident set of the program alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot.app import App, build_platforms
from bot.config import Config, load
from bot.demo import LAST, NAMES, posts_file
from bot.demonstration import morning_after
from bot.store.tiny import TinyStore
from tests.counterparts.discord_server import TOKEN as DISCORD_TOKEN
from tests.counterparts.telegram_world import TOKEN as TELEGRAM_TOKEN

ROUNDS = 5
TICK_S = 0.005


@dataclass(frozen=True)
class Addresses:
    telegram: str
    discord: str


@asynccontextmanager
async def counterpart(module: str) -> AsyncIterator[dict[str, object]]:
    """A counterpart as a process; what it says of itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.counterparts.{module}", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


def write_config(folder: Path, addresses: Addresses, posts: Path) -> Path:
    path = folder / "tuibao.toml"
    names = json.dumps(NAMES, ensure_ascii=False)
    path.write_text(
        f"""
        [app]
        data_dir = "data"
        [[topics]]
        name = "ai"
        title = "AI"
        files = ["{posts}"]
        names = {names}
        [telegram]
        token = "{TELEGRAM_TOKEN}"
        base_url = "{addresses.telegram}"
        [discord]
        token = "{DISCORD_TOKEN}"
        api_url = "{addresses.discord}"
        """,
        encoding="utf-8",
    )
    return path


async def measure_start(config: Path) -> tuple[float, float]:
    """Seconds from exec to "app: ready", and MB resident three seconds later."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("tuibao")), "run", "--config", str(config), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        while b"app: ready" not in (line := await process.stderr.readline()):
            if not line:
                raise RuntimeError("tuibao run ended before it was ready")
        ready_s = time.perf_counter() - began
        await asyncio.sleep(3)
        return ready_s, psutil.Process(process.pid).memory_info().rss / 1e6
    finally:
        process.terminate()
        await process.wait()


async def watch(lags: list[float]) -> None:
    """Append, for each tick, the milliseconds that it came late."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags.append((time.perf_counter() - began - TICK_S) * 1000)


async def measure_loop(config: Config) -> tuple[list[float], list[float], float]:
    """Lags at rest and while a report is made and kept, and the report's seconds."""
    store = await TinyStore.open(config.app.data_dir)
    app = App(config, store, build_platforms(config, store), now=lambda: datetime.now(UTC))
    await app.start()
    try:
        rest: list[float] = []
        watching = asyncio.create_task(watch(rest))
        await asyncio.sleep(3)
        watching.cancel()
        busy: list[float] = []
        watching = asyncio.create_task(watch(busy))
        began = time.perf_counter()
        topic = config.topics[0]
        await app.newsroom.run(topic, morning_after(LAST))
        took = time.perf_counter() - began
        watching.cancel()
    finally:
        await app.stop()
    return rest, busy, took


def say(name: str, values: list[float], unit: str, bound: float) -> None:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"{name}: median {statistics.median(values):.2f}, p99 {p99:.2f}, most {max(values):.2f} {unit}"
        f" (bound {bound:g}, most/bound {max(values) / bound:.2f}, n={len(values)})"
    )


async def measure() -> None:
    with tempfile.TemporaryDirectory() as name, posts_file() as posts:
        async with counterpart("telegram_server") as telegram, counterpart("discord_server") as discord:
            addresses = Addresses(
                telegram=f"http://127.0.0.1:{telegram['port']}",
                discord=f"http://127.0.0.1:{discord['port']}/api/v10",
            )
            config = write_config(Path(name), addresses, posts)
            rows = [await measure_start(config) for _ in range(ROUNDS)]
            say("start to ready", [row[0] for row in rows], "s", 1.5)
            say("idle memory", [row[1] for row in rows], "MB", 130)
            rest, busy, took = await measure_loop(load(config, os.environ))
    say("loop lag at rest", rest, "ms", 50)
    say("loop lag while a report is made", busy, "ms", 50)
    print(f"the report itself: {took:.2f} s")


def main() -> None:
    asyncio.run(measure())
