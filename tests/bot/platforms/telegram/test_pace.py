"""Telegram's sending limits are held in every stretch of time, not only on average."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, defaultdict
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.platforms.telegram.pace import Pace


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
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set_result(None)
        await asyncio.gather(*tasks)


def send_all(chats: list[int], endpoint: str = "sendMessage") -> list[tuple[float, int]]:
    """When each call left, and to which chat; all were asked for at once."""
    left: list[tuple[float, int]] = []

    async def run() -> None:
        clock = Clock()
        pace = Pace(clock=lambda: clock.now, sleep=clock.sleep)

        async def send(chat: int) -> None:
            async def call() -> bool:
                left.append((clock.now, chat))
                return True

            await pace.process_request(call, (), {}, endpoint, {"chat_id": chat}, None)

        await clock.run(*(asyncio.create_task(send(chat)) for chat in chats))

    asyncio.run(run())
    return left


def busiest(times: list[float], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    return max(sum(start <= time < start + seconds for time in times) for start in times)


@given(st.lists(st.sampled_from([1, 2, 3, -100, -200]), min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_every_limit_holds_in_every_stretch(chats: list[int]) -> None:
    left = send_all(chats)
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
    assert left[-1][0] == pytest.approx(3.15)


def test_a_full_group_holds_up_nobody_else() -> None:
    left = send_all([-100] * 25 + [1])
    assert next(time for time, chat in left if chat == 1) == 0
    assert left[-1][0] == pytest.approx(63)


@pytest.mark.parametrize("endpoint", ["sendRichMessage", "EditMessageText", "editMessageText", "editmessagetext"])
def test_whatever_makes_or_changes_a_message_waits_however_it_is_written(endpoint: str) -> None:
    assert busiest([time for time, _ in send_all([1] * 10, endpoint)], 3) == 3


@pytest.mark.parametrize("endpoint", ["getMe", "answerCallbackQuery", "sendChatAction"])
def test_what_makes_no_message_does_not_wait(endpoint: str) -> None:
    assert {time for time, _ in send_all([1] * 10, endpoint)} == {0}


async def test_a_429_holds_up_its_own_chat_only() -> None:
    clock = Clock()
    pace = Pace(clock=lambda: clock.now, sleep=clock.sleep)

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
    assert clock.now == pytest.approx(40)
