"""The one chat's messages, in order, and who waits for news of them.

In: messages that are added, or put in another's place. Out: for any moment that a page has seen (`Mark`), what changed
since. Always holds: an id is never used twice; a message that replaces another keeps its place, and carries a newer
revision, so that a page that was away gets each changed message once, in its last state.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

KEPT_MESSAGES = 1000


@dataclass(frozen=True)
class Entry:
    """One bubble. `html` is already escaped; the reader's own words are in `plain` alone."""

    who: Literal["me", "bot"]
    plain: str
    html: str = ""
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()  # rows of (label, action)
    picture: str = ""  # the file's path, as the message gave it
    alt: str = ""
    prompt: str = ""  # the command that the reader's next words are appended to

    def offers(self, action: str) -> bool:
        return any(action == offered for row in self.buttons for _, offered in row)


@dataclass(frozen=True)
class Kept:
    """An entry in its place. `revision` grows with every change in the chat."""

    id: int
    revision: int
    at: datetime
    entry: Entry


@dataclass(frozen=True)
class Mark:
    """How far a page has read: of which run of the program, up to which revision."""

    run: str
    revision: int

    def __str__(self) -> str:
        return f"{self.run}-{self.revision}"


class History:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self.run = secrets.token_hex(4)
        self.typing = 0  # answers under way
        self.closed = False
        self._now = now
        self._kept: dict[int, Kept] = {}
        self._revision = 0
        self._newest_id = 0
        self._waiting: set[asyncio.Event] = set()

    @property
    def mark(self) -> Mark:
        return Mark(self.run, self._revision)

    def get(self, message_id: int) -> Entry | None:
        kept = self._kept.get(message_id)
        return kept.entry if kept else None

    def add(self, entry: Entry) -> int:
        """Put it at the end; its id."""
        self._newest_id += 1
        self._keep(Kept(self._newest_id, 0, self._now(), entry))
        while len(self._kept) > KEPT_MESSAGES:
            del self._kept[next(iter(self._kept))]
        return self._newest_id

    def replace(self, message_id: int, entry: Entry) -> int:
        """Put it in that message's place, or at the end where that one is not kept any more; its id."""
        if message_id not in self._kept:
            return self.add(entry)
        self._keep(replace(self._kept[message_id], entry=entry))
        return message_id

    def remove(self, message_id: int) -> None:
        """Take its words away: pages that show it learn of changes, not of gaps."""
        if message_id in self._kept:
            self.replace(message_id, Entry("bot", "—"))

    def since(self, mark: Mark | None) -> tuple[bool, Sequence[Kept]]:
        """Whether the page must begin anew, and the messages that it has not seen, in the chat's order."""
        anew = mark is None or mark.run != self.run or mark.revision > self._revision
        seen = 0 if anew or mark is None else mark.revision
        return anew, [kept for kept in self._kept.values() if kept.revision > seen]

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Shows 「正在输入」 while it lasts."""
        self.typing += 1
        self._wake()
        try:
            yield
        finally:
            self.typing -= 1
            self._wake()

    @contextmanager
    def waiting(self) -> Iterator[asyncio.Event]:
        """An event that is set at every change."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)

    def close(self) -> None:
        """No more news: who waits may go."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    def _keep(self, kept: Kept) -> None:
        self._revision += 1
        self._kept[kept.id] = replace(kept, revision=self._revision)
        self._wake()


def read_mark(words: str) -> Mark | None:
    """The mark that a page sends back when it reconnects; None if it is none."""
    run, _, revision = words.rpartition("-")
    return Mark(run, int(revision)) if run and revision.isascii() and revision.isdecimal() else None
