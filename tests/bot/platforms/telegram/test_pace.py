"""Telegram's sending limits are held in every stretch of time, not only on average."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.platforms import PLAIN, KeptBack, Outgoing
from bot.platforms.pace import Pace, Window
from bot.platforms.telegram.pace import Limiter


class Clock:
    """Time that jumps to the next sleeper when all are asleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), woken))
        await woken

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            while self._sleepers and self._sleepers[0][2].done():  # who slept there was cancelled
                heapq.heappop(self._sleepers)
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set_result(None)
        await asyncio.gather(*tasks)


def send_all(chats: list[int], endpoint: str = "sendMessage", urgent: Sequence[bool] = ()) -> list[tuple[float, int]]:
    """When each call left, and to which chat; all were asked for at once, as urgent as said (else all are)."""
    left: list[tuple[float, int]] = []

    async def run() -> None:
        clock = Clock()
        pace = Limiter(clock=lambda: clock.now, sleep=clock.sleep)

        async def send(chat: int, going: Outgoing | None) -> None:
            async def call() -> bool:
                left.append((clock.now, chat))
                return True

            await pace.process_request(call, (), {}, endpoint, {"chat_id": chat}, going)

        hurry = [*urgent, *([True] * (len(chats) - len(urgent)))]
        goings = [None if hurries else PLAIN for hurries in hurry]
        await clock.run(*(asyncio.create_task(send(*each)) for each in zip(chats, goings, strict=True)))

    asyncio.run(run())
    return left


def busiest(times: list[float], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    return max(sum(start <= time < start + seconds for time in times) for start in times)


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, -100, -200]), st.booleans()), min_size=1, max_size=60))
@settings(max_examples=30, deadline=None)
def test_every_limit_holds_in_every_stretch(calls: list[tuple[int, bool]]) -> None:
    chats = [chat for chat, _ in calls]
    left = send_all(chats, urgent=[urgent for _, urgent in calls])
    assert Counter(chat for _, chat in left) == Counter(chats)
    assert busiest([time for time, _ in left], 1) <= 30
    by_chat: dict[int, list[float]] = defaultdict(list)
    for time, chat in left:
        by_chat[chat].append(time)
    for chat, times in by_chat.items():
        assert busiest(times, 3 if chat > 0 else 60) <= (3 if chat > 0 else 20)


def test_many_chats_share_thirty_a_second() -> None:
    left = send_all(list(range(1, 101)))
    assert busiest([time for time, _ in left], 1) == 30
    assert left[-1][0] == pytest.approx(3 * 1.02)


def test_a_broadcast_is_spread_and_uses_the_limit() -> None:
    left = send_all(list(range(1, 1001)), urgent=[False] * 1000)
    assert busiest([time for time, _ in left], 1) <= 30
    assert left[-1][0] / (1000 / 30) <= 1.035
    assert max(after - before for (before, _), (after, _) in pairwise(left)) <= 0.06


def test_a_reader_goes_before_the_broadcast_even_in_a_chat_that_waits_for_it() -> None:
    left = send_all([*range(1, 201), 7000, 150], urgent=[False] * 200)
    order = [chat for _, chat in left]
    assert set(order[:4]) >= {7000, 150}
    assert max(time for time, chat in left[:4]) < 0.1


async def test_a_call_that_is_kept_back_is_not_made_and_holds_up_nobody() -> None:
    clock, made = Clock(), []
    pace = Limiter(clock=lambda: clock.now, sleep=clock.sleep)

    async def keep_back() -> None:
        raise KeptBack

    async def call() -> None:
        made.append(clock.now)

    with pytest.raises(KeptBack):
        await pace.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, Outgoing(leaving=keep_back))
    assert made == []
    await clock.run(asyncio.create_task(pace.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, PLAIN)))
    assert len(made) == 1


async def test_who_stops_waiting_frees_the_place_in_the_queue() -> None:
    clock = Clock()
    pace = Limiter(clock=lambda: clock.now, sleep=clock.sleep)
    left: list[int] = []

    async def send(chat: int) -> None:
        async def call() -> None:
            left.append(chat)

        await pace.process_request(call, (), {}, "sendMessage", {"chat_id": chat}, PLAIN)

    tasks = [asyncio.create_task(send(chat)) for chat in range(1, 41)]
    await asyncio.sleep(0)
    for task in tasks[10:20]:
        task.cancel()
    await clock.run(*tasks[:10], *tasks[20:])
    assert sorted(left) == [*range(1, 11), *range(21, 41)]
    again = [asyncio.create_task(send(chat)) for chat in range(11, 21)]
    await clock.run(*again)
    assert sorted(left) == [*range(1, 41)]


def test_a_full_group_holds_up_nobody_else() -> None:
    left = send_all([-100] * 25 + [1])
    assert next(time for time, chat in left if chat == 1) < 1
    assert left[-1][0] == pytest.approx(61.2, abs=1)


@pytest.mark.parametrize("endpoint", ["sendRichMessage", "EditMessageText", "editMessageText", "editmessagetext"])
def test_whatever_makes_or_changes_a_message_waits_however_it_is_written(endpoint: str) -> None:
    assert busiest([time for time, _ in send_all([1] * 10, endpoint)], 3) == 3


@pytest.mark.parametrize("endpoint", ["getMe", "answerCallbackQuery", "sendChatAction"])
def test_what_makes_no_message_does_not_wait(endpoint: str) -> None:
    assert {time for time, _ in send_all([1] * 10, endpoint)} == {0}


async def test_a_429_holds_up_its_own_chat_only() -> None:
    clock = Clock()
    pace = Limiter(clock=lambda: clock.now, sleep=clock.sleep)

    async def refuse() -> bool:
        raise RetryAfter(40)

    async def accept() -> bool:
        return True

    async def send(chat: int) -> None:
        await pace.process_request(accept, (), {}, "sendMessage", {"chat_id": chat}, None)

    with pytest.raises(RetryAfter):
        await pace.process_request(refuse, (), {}, "sendMessage", {"chat_id": 1}, None)
    await clock.run(asyncio.create_task(send(2)))
    assert clock.now == 0
    await clock.run(asyncio.create_task(send(1)))
    assert clock.now == pytest.approx(40, abs=0.05)


async def test_places_that_are_idle_are_forgotten_and_busy_ones_are_not_looked_through_at_every_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.platforms.pace.MOST_PLACES", 10)
    clock = Clock()
    looks: list[float] = []
    pace = Pace(1_000_000, 1.0, clock=lambda: clock.now, sleep=clock.sleep)
    is_idle = Window.is_idle

    def look(window: Window, now: float) -> bool:
        looks.append(now)
        return is_idle(window, now)

    monkeypatch.setattr(Window, "is_idle", look)

    async def call(place: int) -> None:
        async with pace.turn(str(place), (3, 3.0), urgent=True):
            pass

    for place in range(1000):
        await call(place)
    assert len(pace._places) == 1000
    assert len(looks) < 3000
    clock.now += 500
    for place in range(1000, 3000):
        await call(place)
    assert len(pace._places) <= 2000 + 10
