"""Kills the program, lets its disk and its platforms fail, starts it again, and counts at the end.

The counterparts live here and survive. Reports come day after day: the next when the one before is delivered.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model import RunMark
from bot.store.journal import find_journals
from bot.store.tiny import TinyStore
from handlers.chats import Subscription
from tests.chaos.counting import Count, Left, count, look, read_part, read_tables
from tests.counterparts.discord_server import DiscordServer
from tests.counterparts.faults import Faults
from tests.counterparts.telegram_server import TelegramServer

Say = Callable[[str], None]
ALIVE_S = (0.05, 2.6)  # how long a life lasts; the program needs about 1 s to be there
LAST_LIFE_S = 180.0
SCENE_S, MENDED_S = 2.5, 30.0


@dataclass(frozen=True)
class Plan:
    seed: int
    kills: int = 200
    chats: int = 300
    share: float = 0.01


@dataclass
class Outcome:
    plan: Plan
    counts: dict[str, Count]
    begun: Counter[str]
    faults: dict[str, Counter[str]]
    scenes: dict[str, str]
    reports: int
    seconds: float
    problems: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        telegram, discord = self.counts["telegram"], self.counts["discord"]
        whole = all(each.missing == each.out_of_order == each.unknown == 0 for each in self.counts.values())
        return whole and discord.twice == 0 and telegram.twice <= self.bound and not self.problems

    @property
    def bound(self) -> int:
        """As many parts may come twice on Telegram: in flight at a kill, or accepted without an answer."""
        return self.begun["telegram"] + self.faults["telegram"]["dropped after"]

    def lines(self) -> list[str]:
        plan = self.plan
        told = [
            f"{plan.kills} kills, {self.reports} reports to {plan.chats} chats on each platform, {self.seconds:.0f} s",
            f"{'':10}{'expected':>10}{'accepted':>10}{'missing':>9}{'unknown':>9}{'disorder':>9}{'twice':>7}  faults",
        ]
        for name, each in self.counts.items():
            faults = ", ".join(f"{kind} {number}" for kind, number in sorted(self.faults[name].items()))
            told.append(
                f"{name:10}{each.expected:>10,}{each.accepted:>10,}{each.missing:>9}{each.unknown:>9}"
                f"{each.out_of_order:>9}{each.twice:>7}  {faults}"
            )
        told.append(
            f"in flight at the kills: telegram {self.begun['telegram']}, discord {self.begun['discord']}; "
            f"telegram twice {self.counts['telegram'].twice} <= {self.bound} (with answers lost after acceptance)"
        )
        told += [f"{name}: {what}" for name, what in self.scenes.items()]
        told += [f"PROBLEM: {problem}" for problem in self.problems]
        return [*told, f"seed {plan.seed}: {'all promises kept' if self.kept else 'A PROMISE WAS BROKEN'}"]


class Run:
    def __init__(self, plan: Plan, folder: Path, say: Say) -> None:
        self.plan = plan
        self.data = folder / "data"
        self.control = folder / "disk"
        self.log = folder / "log.txt"
        self.say = say
        self.rolled = random.Random(plan.seed)  # noqa: S311  the same every time
        self.telegram = TelegramServer()
        self.discord = DiscordServer()
        self.telegram.records = self.discord.records = False
        self.day = 0
        self.began = datetime.now(UTC)
        self.begun: Counter[str] = Counter()
        self.problems: list[str] = []

    async def prepare(self) -> None:
        """Servers with chats, and a store that knows them; yesterday's run is over."""
        await self.telegram.start()
        await self.discord.start()
        chats = [f"telegram:{self.telegram.add_chat()}" for _ in range(self.plan.chats)]
        channels = self.discord.world.add_guild("读报", [f"日报 {number}" for number in range(self.plan.chats)])
        chats += [f"discord:{channel}" for channel in channels]
        before = self.began - timedelta(days=1)
        due = self.began.replace(second=0, microsecond=0) - timedelta(days=1)
        async with await TinyStore.open(self.data) as store:
            made = [Subscription(chat=chat, topic="ai", created_at=before) for chat in chats]
            await asyncio.gather(*map(store.subscribe, made))
            await store.mark_run(RunMark(topic="ai", due=due, done_at=due))

    async def close(self) -> None:
        await self.telegram.stop()
        await self.discord.stop()

    async def start(self) -> asyncio.subprocess.Process:
        options = {
            "folder": str(self.data),
            "day": self.day,
            "hour": f"{self.began:%H:%M}",
            "telegram": {"url": self.telegram.url, "token": self.telegram.token},
            "discord": {"url": self.discord.api_url, "token": self.discord.token},
        }
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.program", json.dumps(options),
                stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip

    async def kill(self, process: asyncio.subprocess.Process) -> Left:
        """The end of a life, and what it left on the disk."""
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        else:
            self.problems.append(f"the program ended by itself with {process.returncode}: {self.last_words()}")
        await process.wait()
        left = look(self.data)
        self.begun.update(left.begun)
        return left

    async def live_and_die(self) -> None:
        process = await self.start()
        await asyncio.sleep(self.rolled.uniform(*ALIVE_S))
        left = await self.kill(process)
        if left.pending == 0 and len(left.reports) > self.day:
            self.day += 1  # the next report

    async def finish(self) -> None:
        """All is well from now on, until everything is delivered."""
        self.telegram.chance = Faults()
        self.discord.chance = Faults()
        process = await self.start()
        async with asyncio.timeout(LAST_LIFE_S):
            await asyncio.sleep(2)
            while (left := look(self.data)).pending or len(left.reports) <= self.day:
                if process.returncode is not None:
                    self.problems.append(f"the program ended by itself: {self.last_words()}")
                    return
                await asyncio.sleep(1)
        process.send_signal(signal.SIGTERM)
        if code := await asyncio.wait_for(process.wait(), 20):
            self.problems.append(f"stopped in order, the program ended with {code}: {self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_text("utf-8").rstrip().rpartition("\n")[2]

    async def refuse_disk(self, why: str, words: str) -> str:
        """The disk refuses for a while in the middle of a broadcast; the program goes on by itself."""
        self.day += not look(self.data).pending
        process = await self.start()
        await asyncio.wait_for(_heard(process, "ready"), 20)
        self.control.write_text(why, encoding="ascii")
        before = len(self.telegram.accepted) + len(self.discord.world.accepted)
        await asyncio.sleep(SCENE_S)
        meanwhile = len(self.telegram.accepted) + len(self.discord.world.accepted) - before
        self.control.unlink()
        if words not in self.log.read_text("utf-8"):
            self.problems.append(f"{why}: the log does not say {words!r}")
        refused, after = len(self.telegram.accepted), 0.0
        while len(self.telegram.accepted) == refused and look(self.data).pending and after < MENDED_S:
            await asyncio.sleep(0.5)
            after += 0.5
        left = await self.kill(process)
        if left.pending and after >= MENDED_S:
            self.problems.append(f"{why}: nothing was sent when the disk was well again")
        return f"{meanwhile} parts sent meanwhile (their marks were kept in memory), then it went on by itself"

    async def tear(self) -> str:
        """state.json cut at a random byte, half a line at the journal's end: the next start finds everything."""
        known = set(look(self.data).reports)
        state = self.data / "state.json"
        content = state.read_bytes()
        cut = self.rolled.randrange(len(content))
        state.write_bytes(content[:cut])
        for path in list(find_journals(self.data).values())[-1:]:
            path.write_bytes(path.read_bytes() + b"0badc0de [[")
        process = await self.start()
        await asyncio.wait_for(_heard(process, "ready"), 20)
        left = await self.kill(process)
        if not known <= left.reports:
            self.problems.append("torn file: reports are missing after the start")
        return f"cut at byte {cut:,} of {len(content):,}; {len(known)} reports and all marks were found again"

    async def start_two(self) -> str:
        """A second program on the same folder."""
        process = await self.start()
        await asyncio.wait_for(_heard(process, "ready"), 20)
        second = await self.start()
        said, _ = await asyncio.wait_for(second.communicate(), 20)
        words = said.decode().strip()
        if second.returncode != 2 or not words:
            self.problems.append(f"two processes: the second ended with {second.returncode}: {words}")
        await self.kill(process)
        return f"the second was refused: {words}"


async def run(plan: Plan, say: Say) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        one = Run(plan, Path(folder), say)
        started = time.monotonic()
        await one.prepare()
        one.telegram.chance = Faults(plan.seed, plan.share)
        one.discord.chance = Faults(plan.seed + 1, plan.share)
        faults = {"telegram": one.telegram.chance.counts, "discord": one.discord.chance.counts}
        scenes: dict[str, str] = {}
        try:
            for number in range(1, plan.kills + 1):
                await one.live_and_die()
                if number % 20 == 0:
                    say(f"{number} kills, {one.day} reports delivered, {time.monotonic() - started:.0f} s")
            scenes["full disk"] = await one.refuse_disk("full", "No space left on device")
            scenes["read-only folder"] = await one.refuse_disk("read-only", "Read-only file system")
            scenes["torn file"] = await one.tear()
            scenes["two processes"] = await one.start_two()
            await one.finish()
            tables = read_tables(one.data)
            seen = {
                "telegram": {str(key): list(map(read_part, chat.messages)) for key, chat in one.telegram.chats.items()},
                "discord": {},
            }
            for message in one.discord.world.messages.values():
                seen["discord"].setdefault(message["channel_id"], []).append(read_part(message))
            counts = {name: count(tables, name, shown) for name, shown in seen.items()}
        finally:
            await one.close()
        return Outcome(
            plan,
            counts,
            one.begun,
            {name: Counter({str(kind): number for kind, number in each.items()}) for name, each in faults.items()},
            scenes,
            one.day + 1,
            time.monotonic() - started,
            one.problems,
        )


async def _heard(process: asyncio.subprocess.Process, word: str) -> None:
    assert process.stdout is not None
    while word.encode() not in (line := await process.stdout.readline()):
        if not line:
            raise RuntimeError("the program ended before it was ready")
