"""Who waits for something that takes long: one thing at a time for each reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
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
