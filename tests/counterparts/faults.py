"""What goes wrong on the way to a platform, by chance: seeded, so that a run can be repeated."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from aiohttp import web

Fault = Literal["429", "500", "late", "dropped before", "dropped after"]
KINDS: tuple[Fault, ...] = ("429", "500", "late", "dropped before", "dropped after")


class Faults:
    """`share` of the calls fare so, each kind as often as another; `counts` says how many did. 0: none."""

    def __init__(self, seed: int = 0, share: float = 0.0, late_s: float = 3.0) -> None:
        self.share = share
        self.late_s = late_s
        self.counts: Counter[Fault] = Counter()
        self._rolled = random.Random(seed)  # noqa: S311  the same every time

    def draw(self) -> Fault | None:
        if self._rolled.random() >= self.share:
            return None
        fault = self._rolled.choice(KINDS)
        self.counts[fault] += 1
        return fault

    def told(self) -> Mapping[str, int]:
        return {str(fault): count for fault, count in self.counts.items()}


def drop(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
