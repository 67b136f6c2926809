"""Whose turn it is: deliveries by their keys, none of them twice.

Always holds: a chat has one delivery under way, the others follow in their order; a platform has so many under way; one
that waits for its next try holds up nobody.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model import Delivery


@dataclass(frozen=True)
class Turn:
    """What is known of a delivery while it waits."""

    key: str
    chat: str

    @property
    def platform(self) -> str:
        return self.chat.partition(":")[0]


class Queue:
    def __init__(self, room: int) -> None:
        self._room = room
        self._known: set[str] = set()
        self._ready: defaultdict[str, deque[Turn]] = defaultdict(deque)  # by platform
        self._later: list[tuple[datetime, int, Turn]] = []  # a heap
        self._held: defaultdict[str, deque[Turn]] = defaultdict(deque)  # by chat, while another is under way there
        self._busy: set[str] = set()
        self._under_way: Counter[str] = Counter()
        self._count = itertools.count()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, delivery: Delivery) -> bool:
        """Is it new here?"""
        if delivery.key in self._known:
            return False
        self._known.add(delivery.key)
        self._wait(Turn(delivery.key, delivery.chat), delivery.next_try_at)
        return True

    def take(self, now: datetime) -> Iterator[Turn]:
        """Those that begin now; each is to be finished."""
        while self._later and self._later[0][0] <= now:
            _, _, turn = heapq.heappop(self._later)
            self._ready[turn.platform].append(turn)
        for name, ready in self._ready.items():
            while ready and self._under_way[name] < self._room:
                turn = ready.popleft()
                if turn.chat in self._busy:
                    self._held[turn.chat].append(turn)
                    continue
                self._busy.add(turn.chat)
                self._under_way[name] += 1
                yield turn

    def finish(self, turn: Turn, left: Delivery | None) -> None:
        """It is no longer under way; `left` is what is to be tried again, now or later."""
        self._under_way[turn.platform] -= 1
        self._busy.discard(turn.chat)
        if left is None:
            self._known.discard(turn.key)
        else:
            self._wait(turn, left.next_try_at)
        if held := self._held.pop(turn.chat, None):
            self._ready[turn.platform].extendleft(reversed(held))

    def pause_s(self, now: datetime, longest: float) -> float:
        """Seconds until the next of those that wait."""
        return min(longest, (self._later[0][0] - now).total_seconds()) if self._later else longest

    def _wait(self, turn: Turn, until: datetime | None) -> None:
        if until is None:
            self._ready[turn.platform].append(turn)
        else:
            heapq.heappush(self._later, (until, next(self._count), turn))
