"""Where posts come from: X, feeds and files, each a `PostSource`; and the archive that keeps what was paid for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from report.model import Author, Period, Tweet, Value, XCost


class Collected(Value):
    """What one source gave. `notes` name what was skipped, in Chinese (「有 3 行读不懂：第 7 行缺 id…」)."""

    tweets: tuple[Tweet, ...] = ()
    notes: tuple[str, ...] = ()
    cost: XCost = XCost()


class PostSource(Protocol):
    name: str  # as the ledger names it: "x", "rss:https://…", "file:posts.jsonl"

    async def read(self, period: Period) -> Collected:
        """The posts of the period. SourceError where it is out of reach; an empty answer is no error."""
        ...


class Archive(Protocol):
    """Posts on disk: bought once, kept. Every method is durable when it returns."""

    def posts(self, topic: str, since: datetime, until: datetime) -> list[Tweet]:
        """Kept posts of [since, until), oldest first, each id once (the newest reading of it)."""
        ...

    def keep(self, topic: str, tweets: Iterable[Tweet]) -> None: ...

    def authors(self, ids: Iterable[str]) -> Mapping[str, Author]:
        """The authors known by these X user ids."""
        ...

    def keep_authors(self, authors: Iterable[Author]) -> None: ...

    def is_covered(self, topic: str, fingerprint: str, since: datetime, until: datetime) -> bool:
        """Was all of [since, until) read with these settings (a hash of query, users, lists)?"""
        ...

    def mark_covered(self, topic: str, fingerprint: str, since: datetime, until: datetime) -> None: ...

    def spent_usd(self, day: date) -> float:
        """Dollars spent at X on that UTC day."""
        ...

    def set_aside_usd(self, day: date, usd: float, budget_usd: float) -> bool:
        """Count these dollars as spent on that UTC day, unless the day would cost more than the budget; were they?"""
        ...

    def record_spending(self, day: date, cost: XCost) -> None:
        """Add to what was spent on that UTC day; what was set aside is given back as a negative cost."""
        ...

    def topics(self) -> Sequence[str]: ...
