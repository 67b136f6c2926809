"""Deliveries and the parts that they share: tables of the state.

Those of past days, which nothing changes any more, stand in a table of their own: a mark copies only the other one.
Always holds: deliveries that say the same name one row of parts; one is changed only while it is pending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from tinydb.table import Table

from bot.model import LATE, Delivery, DeliveryState
from bot.store.commits import Commits
from bot.store.schema import EncodedDelivery, Row, decode_delivery, encode_delivery
from bot.store.storage import get, in_batches, put, read_in_batches, rows_of


class Deliveries:
    def __init__(self, table: Table, past: Table, parts: Table, commits: Commits) -> None:
        self._table = table
        self._past = past
        self._parts = parts
        self._commits = commits

    async def all(self, state: DeliveryState | None, report_key: str | None) -> Sequence[Delivery]:
        """Those in that state and of that report, in the order in which they were added."""
        parts = rows_of(self._parts)
        found = [
            await read_in_batches(
                table,
                lambda row: state in {None, row["state"]} and report_key in {None, row["report_key"]},
                lambda row: decode_delivery(row, parts),
            )
            for table in ((self._table,) if state == "pending" else (self._past, self._table))
        ]
        return list(chain(*found))

    def get(self, key: str) -> Delivery | None:
        row = get(self._table, key) or get(self._past, key)
        return decode_delivery(row, rows_of(self._parts)) if row else None

    def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        keys = [f"{report_key} {number} {chat}" for number in range(1, revision + 1)]
        return any(key in rows_of(table) for table in (self._table, self._past) for key in keys)

    async def count(self, since: datetime | None) -> Mapping[str, int]:
        """How many reports pushed since then are in each state; neither corrections nor what says that one is late."""
        found = [
            await read_in_batches(table, lambda row: _is_push(row, since), lambda row: str(row["state"]))
            for table in (self._past, self._table)
        ]
        return Counter(chain(*found))

    async def count_ended(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many of those made in [since, until) are in each state, corrections too."""
        found = [
            await read_in_batches(
                table,
                lambda row: since <= datetime.fromisoformat(row["created_at"]) < until,
                lambda row: str(row["state"]),
            )
            for table in (self._past, self._table)
        ]
        return Counter(chain(*found))

    async def count_corrections(self) -> Mapping[str, int]:
        """How many corrections are in each state."""
        found = [
            await read_in_batches(table, lambda row: bool(row.get("edits")), lambda row: str(row["state"]))
            for table in (self._past, self._table)
        ]
        return Counter(chain(*found))

    def last_sent(self) -> datetime | None:
        """When the newest of those that arrived was made; past days are looked at only where there is no other."""
        for table in (self._table, self._past):
            rows = rows_of(table).values()
            made = max((row["created_at"] for row in rows if row.get("sent") and _is_push(row, None)), default=None)
            if made:
                return datetime.fromisoformat(made)
        return None

    async def encode(self, deliveries: Sequence[Delivery]) -> list[EncodedDelivery]:
        return await in_batches(encode_delivery, deliveries)

    def add(self, deliveries: Sequence[Delivery], encoded: Sequence[EncodedDelivery]) -> int:
        """A part of a change: keep those that are not known yet; how many these are.

        A line that their report is late is no longer true: it is given up where it was not sent yet.
        """
        known, past = rows_of(self._table), rows_of(self._past)
        keyed = zip((delivery.key for delivery in deliveries), (row for row, _ in encoded), strict=True)
        new = {key: row for key, row in keyed if key not in known and key not in past}
        if new:
            late = (f"{row['report_key']} {LATE} {row['chat']}" for row in new.values() if row.get("revision") != LATE)
            untrue = {key: known[key] for key in late if key in known and known[key]["state"] == "pending"}
            given_up = {"state": "gone", "error": "the report is there", "next_try_at": None}
            put(self._table, {key: {**row, **given_up} for key, row in untrue.items()} | new)
            put(self._parts, dict(parts for _, parts in encoded))
        return len(new)

    async def save(self, delivery: Delivery) -> bool:
        """Keep it in place of the pending one with its key; False, and nothing kept, where there is none any more."""
        row, (parts_id, parts) = encode_delivery(delivery)

        def change() -> bool:
            present = rows_of(self._table).get(delivery.key)
            if present is None or present["state"] != "pending":
                return False
            put(self._table, {delivery.key: row})
            if parts_id not in rows_of(self._parts):  # some parts took the place of others
                put(self._parts, {parts_id: parts})
            return True

        return await self._commits.change(change)

    async def retire(self, before: datetime) -> int:
        """Those made before that moment that are not pending belong to the past; how many these are."""

        def change() -> int:
            old = _finished(self._table, before)
            if old:
                put(self._table, {}, without=old)
                put(self._past, old)
            return len(old)

        return await self._commits.change(change)

    async def prune(self, before: datetime) -> int:
        """Forget those that are not pending and were made before that moment; how many there were."""

        def change() -> int:
            forgotten = 0
            for table in (self._table, self._past):
                if old := _finished(table, before):
                    put(table, {}, without=old)
                    forgotten += len(old)
            if forgotten:
                used = {row["parts"] for table in (self._table, self._past) for row in rows_of(table).values()}
                put(self._parts, {}, without=[key for key in rows_of(self._parts) if key not in used])
            return forgotten

        return await self._commits.change(change)


def _finished(table: Table, before: datetime) -> dict[str, Row]:
    """Not pending, and made before that moment."""
    return {
        key: row
        for key, row in rows_of(table).items()
        if row["state"] != "pending" and datetime.fromisoformat(row["created_at"]) < before
    }


def _is_push(row: Row, since: datetime | None) -> bool:
    if row.get("revision") == LATE or row.get("edits"):
        return False
    return since is None or datetime.fromisoformat(row["created_at"]) >= since
