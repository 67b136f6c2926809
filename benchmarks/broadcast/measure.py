"""Measures broadcasts: against the limits, with chats that fail in every way, and with the limits lifted."""

from __future__ import annotations

import asyncio
import gc
import logging
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.broadcast.stage import DISCORD, TELEGRAM, Counterpart, Kind, Stage, counterpart, monotonic, open_chats

GOAL_RATIO, GOAL_FAILING, GOAL_P95_S, GOAL_A_SECOND, GOAL_GROWTH_MB = 1.05, 1.10, 1.0, 300, 20
ASKED_EVERY_S, ASKERS, LONGEST_S = 0.5, 40, 300.0
LIFTED_CHATS, FAILING_SHARE = 5_000, 0.02


@dataclass(frozen=True)
class Broadcast:
    """Moments in seconds since the first message was accepted."""

    kind: Kind
    accepted: Sequence[float]  # of everything that was accepted, answers too
    pushed: int  # of these, to subscribers
    asked: Sequence[tuple[float, float]]  # when a reader asked, and how long the answer took
    refused: int  # 429s
    failed: int  # calls that were answered otherwise
    marked: int  # as sent, by the program

    @property
    def seconds(self) -> float:
        return self.accepted[-1]

    @property
    def ratio(self) -> float:
        """To the time that the limit allows for as many messages; answers on Discord do not count against it."""
        counted = len(self.accepted) if self.kind is TELEGRAM else self.pushed
        return self.seconds / ((counted - 1) / self.kind.a_second)

    @property
    def p95_s(self) -> float:
        took = sorted(each for _, each in self.asked)
        return took[int(len(took) * 0.95)] if took else 0.0


async def broadcast(kind: Kind, chats: int, *, failing: bool = False) -> Broadcast:
    """To so many chats, while readers ask; `failing`: 2 % of the chats fail, in every way."""
    async with counterpart(kind, limited=True) as there:
        readers = await open_chats(there, chats)
        askers = await open_chats(there, ASKERS)
        asked: list[tuple[str, float]] = []
        lost = await _spoil(there, [chat for chat, _ in readers]) if failing else 0
        with tempfile.TemporaryDirectory() as folder:
            async with Stage(there, Path(folder), readers).play() as store:
                ask = _ask(there, [chat for chat, _ in askers], asked)
                asking = asyncio.create_task(ask)
                await _until(lambda: _is_done(there, readers, chats - lost))
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                await asyncio.sleep(1)  # for the last answers and marks
                marked = (await store.delivered()).get("sent", 0)
        return await _account(there, kind, readers, asked, marked)


async def _ask(there: Counterpart, chats: Sequence[str], asked: list[tuple[str, float]]) -> None:
    """A reader in a chat of his own says /help, every half second."""
    await asyncio.sleep(2)
    for number in range(10_000):
        chat = chats[number % len(chats)]
        asked.append((chat, monotonic()))
        if there.kind is DISCORD:
            await there.do("slash", channel_id=chat, user_id="7", name="help", options={})
        else:
            await there.do("say", chat_id=int(chat), text="/help")
        await asyncio.sleep(ASKED_EVERY_S)


async def _spoil(there: Counterpart, chats: Sequence[str]) -> int:
    """Of each fifty chats one fails; how many of these can never be reached."""
    chosen = list(chats[:: int(1 / FAILING_SHARE)])
    gone = chosen[: len(chosen) // 2]
    if there.kind is DISCORD:
        for number, chat in enumerate(gone):
            await there.do("deny", channel_id=chat, code=(50001, 50013)[number % 2])
        for status, body in (
            (500, {"message": "500: Internal Server Error", "code": 0}),
            (429, {"message": "You are being rate limited.", "retry_after": 2.0, "global": False}),
        ):
            await there.do("fail", method="POST", path="/channels/*/messages", status=status, body=body, times=5)
        return len(gone)
    silenced, moved, blocked = chats[:2], chats[2:4], gone[4:]  # the first chats are groups
    for chat in silenced:
        await there.do("restrict", chat_id=int(chat), can_send=False)
    for chat in moved:
        await there.do("migrate", chat_id=int(chat), silently=True)
    for chat in blocked:
        await there.do("block", chat_id=int(chat), silently=True)
    for code, said, more in (
        (500, "Internal Server Error", {}),
        (429, "Too Many Requests: retry after 3", {"retry_after": 3}),
        (400, "Bad Request: can't parse entities: unsupported", {}),
        (400, "Bad Request: message is too long", {}),
        (0, "", {}),
    ):
        await there.do("fail", method="sendMessage", code=code, description=said, times=2, **more)
    return len(silenced) + len(moved) + len(blocked)


async def _is_done(there: Counterpart, readers: Sequence[tuple[str, object]], wanted: int) -> bool:
    known = {chat for chat, _ in readers}
    return len({chat for chat, _ in await there.accepted() if chat in known}) >= wanted


async def _account(
    there: Counterpart,
    kind: Kind,
    readers: Sequence[tuple[str, object]],
    asked: Sequence[tuple[str, float]],
    marked: int,
) -> Broadcast:
    accepted, known = await there.accepted(), {chat for chat, _ in readers}
    pushed = [at for chat, at in accepted if chat in known]
    first, last = pushed[0], pushed[-1]
    statuses = await there.statuses()
    took = []
    for chat, at in asked:
        answers = [moment for there_chat, moment in accepted if there_chat == chat and moment > at]
        if first <= at <= last and answers:
            took.append((at - first, answers[0] - at))
    others = sum(number for status, number in statuses.items() if status not in {"200", "201", "204", "429"})
    moments = [at - first for _, at in accepted if first <= at <= last]
    return Broadcast(kind, moments, len(pushed), took, statuses.get("429", 0), others, marked)


async def lifted(kind: Kind, chats: int = LIFTED_CHATS) -> tuple[int, float, list[float]]:
    """Without limits, two messages a chat: messages accepted, seconds, megabytes at 10 %, 50 % and the end."""
    async with counterpart(kind, limited=False) as there:
        readers = await open_chats(there, chats)
        memory: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            async with Stage(there, Path(folder), readers, parts=2, lifted=True).play():
                for share in (0.1, 0.5, 1.0):
                    await _until(lambda share=share: _has(there, int(2 * chats * share)))  # type: ignore[misc]
                    gc.collect()
                    memory.append(psutil.Process().memory_info().rss / 2**20)
        moments = [at for _, at in await there.accepted()]
        return len(moments), moments[-1] - moments[0], memory


async def _has(there: Counterpart, count: int) -> bool:
    return len(await there.accepted()) >= count


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LONGEST_S):
        while not await holds():  # noqa: ASYNC110  another process's count
            await asyncio.sleep(0.5)


def say(found: Broadcast, goal: float, name: str) -> None:
    took = [each for _, each in found.asked]
    verdict = "goal met" if found.ratio <= goal else "GOAL MISSED"
    print(
        f"{name:32} accepted {found.pushed:,} by its own count, {found.marked:,} marked as sent; {found.seconds:.1f} s:"
        f" {found.ratio:.3f} x the limit of {found.kind.a_second:g}/s (goal <= {goal}: {verdict})"
    )
    quick = "goal met" if found.p95_s <= GOAL_P95_S else "GOAL MISSED"
    print(
        f"{'':32} {len(took)} answers meanwhile: p50 {statistics.median(took):.2f} s, p95 {found.p95_s:.2f} s"
        f" (goal <= {GOAL_P95_S:g} s: {quick}); 429: {found.refused}; other refusals: {found.failed}"
    )


def main(chats: int = 1000) -> None:
    logging.disable(logging.WARNING)
    for kind in (TELEGRAM, DISCORD):
        say(asyncio.run(broadcast(kind, chats)), GOAL_RATIO, f"{kind.name}, {chats:,} chats")
        say(asyncio.run(broadcast(kind, chats, failing=True)), GOAL_FAILING, f"{kind.name}, 2 % of the chats fail")
        messages, seconds, memory = asyncio.run(lifted(kind, chats * 5))
        rate, growth = messages / seconds, memory[-1] - memory[0]
        verdict = "goal met" if rate >= GOAL_A_SECOND and growth <= GOAL_GROWTH_MB else "GOAL MISSED"
        print(
            f"{f'{kind.name}, limits lifted':32} {messages:,} messages in {seconds:.1f} s: {rate:.0f}/s; memory"
            f" {', '.join(f'{each:.0f}' for each in memory)} MB at 10 %, 50 %, 100 %"
            f" (goal >= {GOAL_A_SECOND}/s, growth <= {GOAL_GROWTH_MB} MB: {verdict})"
        )
    logging.disable(logging.NOTSET)
