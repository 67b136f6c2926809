"""How much one reader, and one chat, may ask within a minute, and how much at once. The clock is passed in.

In: who asks, where, what it costs, and when. Out: None to answer it, else what is said instead. Always holds: what was
answered within any 60 s costs a reader at most `per_user` and a chat at most `per_chat`; a flood is told once when to
come back, then gets nothing; what was refused costs nothing. A clock that is set back does no harm: what seems to lie
ahead counts as of now. At most `most` names are remembered.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(seconds=60)


@dataclass(frozen=True)
class Refused:
    """`after_s`: whole seconds until there is room; None: it was said already, stay silent."""

    after_s: int | None


@dataclass
class _Window:
    """What was answered within the last minute, and when its owner was told to wait."""

    answered: deque[tuple[datetime, int]] = field(default_factory=deque)
    told_at: datetime | None = None

    def move(self, now: datetime) -> None:
        """Forget what is older than a minute."""
        if self.answered and self.answered[-1][0] > now:
            self.answered = deque((min(at, now), cost) for at, cost in self.answered)
        if self.told_at:
            self.told_at = min(self.told_at, now)
            self.told_at = self.told_at if now - self.told_at < WINDOW else None
        while self.answered and now - self.answered[0][0] >= WINDOW:
            self.answered.popleft()

    def free_at(self, cost: int, limit: int, now: datetime) -> datetime:
        """When there is room for that cost; it is now where there is."""
        spent = sum(each for _, each in self.answered)
        free = now
        for at, each in self.answered:
            if spent + cost <= limit:
                break
            spent, free = spent - each, at + WINDOW
        return free


class Limits:
    """The windows of everybody who asked lately."""

    def __init__(self, *, per_user: int = 20, per_chat: int = 60, most: int = 20_000) -> None:
        self._per_user = per_user
        self._per_chat = per_chat
        self._most = most
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()  # who was heard of last stands last

    def __len__(self) -> int:
        return len(self._windows)

    def ask(self, *, user: str, chat: str, cost: int, now: datetime) -> Refused | None:
        """May this be answered? If so, it is counted. `user` "": a channel's post, or a reader without a limit."""
        asked = [(("chat", chat), self._per_chat)] + ([(("user", user), self._per_user)] if user else [])
        refused = _count([(self._window(key, now), limit) for key, limit in asked], cost, now)
        self._forget(now)
        return refused

    def _window(self, key: tuple[str, str], now: datetime) -> _Window:
        window = self._windows.setdefault(key, _Window())
        self._windows.move_to_end(key)
        window.move(now)
        return window

    def _forget(self, now: datetime) -> None:
        """Those who were silent for a minute; where there are too many, who was silent the longest."""
        while True:
            name, window = next(iter(self._windows.items()))
            window.move(now)
            if len(self._windows) <= self._most and (window.answered or window.told_at):
                return
            del self._windows[name]


def _count(windows: Sequence[tuple[_Window, int]], cost: int, now: datetime) -> Refused | None:
    frees = [window.free_at(min(cost, limit), limit, now) for window, limit in windows]
    if max(frees) == now:
        for window, limit in windows:
            window.answered.append((now, min(cost, limit)))
        return None
    full = [window for (window, _), free in zip(windows, frees, strict=True) if free > now]
    told = all(window.told_at for window in full)
    for window in full:
        window.told_at = window.told_at or now
    return Refused(None if told else math.ceil((max(frees) - now).total_seconds()))


class Turns:
    """Who waits for something that takes long: one thing at a time for each reader."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    @contextmanager
    def take(self, reader: str) -> Iterator[bool]:
        """Is it his turn? It is given back at the end."""
        free = reader not in self._taken
        self._taken.add(reader)
        try:
            yield free
        finally:
            if free:
                self._taken.discard(reader)
