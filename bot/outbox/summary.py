"""What the log says of a broadcast: one line when the last of a report's deliveries is over, or waits."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Delivery

log = logging.getLogger(__name__)
Edition = tuple[str, int]  # report key, revision


@dataclass
class Broadcast:
    began: datetime
    left: set[str] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)


class Summary:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._broadcasts: dict[Edition, Broadcast] = {}

    def add(self, delivery: Delivery) -> None:
        """It is on its way."""
        found = self._broadcasts.setdefault(_edition(delivery), Broadcast(self._now()))
        found.left.add(delivery.key)

    def note(self, delivery: Delivery) -> None:
        """It ended, or waits for another try."""
        found = self._broadcasts.get(_edition(delivery))
        if found is None or delivery.key not in found.left:
            return
        found.left.discard(delivery.key)
        found.states[delivery.state] += 1
        if not found.left:
            del self._broadcasts[_edition(delivery)]
            took = (self._now() - found.began).total_seconds()
            states = ", ".join(f"{count} {state}" for state, count in sorted(found.states.items()))
            extra = {"action": "deliver", "report": delivery.report_key, "revision": delivery.revision, "seconds": took}
            log.info("outbox: %s: %s, in %.0f s", delivery.report_key, states, took, extra=extra)


def _edition(delivery: Delivery) -> Edition:
    return delivery.report_key, delivery.revision
