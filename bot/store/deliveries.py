"""Deliveries and the parts that they share: two tables of the state. A mark costs the same however many there are.

Always holds: deliveries that say the same name one row of parts; one is changed only while it is pending.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from tinydb.table import Table

from bot.model import LATE, Delivery, DeliveryState
from bot.store.commits import Commits
from bot.store.schema import EncodedDelivery, Row, decode_delivery, encode_delivery
from bot.store.storage import get, in_batches, put, read_in_batches, row_id, rows_of


class Deliveries:
    def __init__(self, table: Table, parts: Table, commits: Commits) -> None:
        self.table = table
        self._parts = parts
        self._commits = commits

    async def all(self, state: DeliveryState | None, report_key: str | None) -> Sequence[Delivery]:
        """Those in that state and of that report, in the order in which they were added."""
        parts = rows_of(self._parts)
        return await read_in_batches(
            self.table,
            lambda row: state in {None, row["state"]} and report_key in {None, row["report_key"]},
            lambda row: decode_delivery(row, parts),
        )

    def get(self, key: str) -> Delivery | None:
        row = get(self.table, key)
        return decode_delivery(row, rows_of(self._parts)) if row else None

    def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        known = rows_of(self.table)
        return any(f"{report_key} {number} {chat}" in known for number in range(1, revision + 1))

    async def count(self, since: datetime | None) -> Mapping[str, int]:
        """How many reports pushed since then are in each state; neither corrections nor what says that one is late."""
        return Counter(
            await read_in_batches(self.table, lambda row: _is_push(row, since), lambda row: str(row["state"]))
        )

    async def encode(self, deliveries: Sequence[Delivery]) -> list[EncodedDelivery]:
        return await in_batches(encode_delivery, deliveries)

    def add(self, deliveries: Sequence[Delivery], encoded: Sequence[EncodedDelivery]) -> int:
        """A part of a change: keep those that are not known yet; how many these are."""
        known = rows_of(self.table)
        keyed = zip((delivery.key for delivery in deliveries), (row for row, _ in encoded), strict=True)
        new = {key: row for key, row in keyed if key not in known}
        if new:
            put(self.table, new)
            put(self._parts, dict(parts for _, parts in encoded))
        return len(new)

    async def save(self, delivery: Delivery) -> bool:
        """Keep it in place of the pending one with its key; False, and nothing kept, where there is none any more."""
        row, (parts_id, parts) = encode_delivery(delivery)

        def change() -> bool:
            present = rows_of(self.table).get(delivery.key)
            if present is None or present["state"] != "pending":
                return False
            put(self.table, {delivery.key: row})
            if parts_id not in rows_of(self._parts):  # some parts took the place of others
                put(self._parts, {parts_id: parts})
            return True

        return await self._commits.change(change)

    async def prune(self, before: datetime) -> int:
        """Forget those that are not pending and were made before that moment; how many there were."""

        def change() -> int:
            old = self.table.search(
                lambda row: row["state"] != "pending" and datetime.fromisoformat(row["created_at"]) < before
            )
            if old:
                put(self.table, {}, without=[row_id(row) for row in old])
                used = {row["parts"] for row in rows_of(self.table).values()}
                put(self._parts, {}, without=[key for key in rows_of(self._parts) if key not in used])
            return len(old)

        return await self._commits.change(change)


def _is_push(row: Row, since: datetime | None) -> bool:
    if row.get("revision") == LATE or row.get("edits"):
        return False
    return since is None or datetime.fromisoformat(row["created_at"]) >= since
