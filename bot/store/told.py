"""What the bot's admins were told, and when: a table of the state, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tinydb.table import Table

from bot.model import Told
from bot.store.commits import Commits
from bot.store.storage import put, rows_of

KEPT = timedelta(days=60)


class ToldAdmins:
    def __init__(self, table: Table, commits: Commits) -> None:
        self._table = table
        self._commits = commits

    def all(self) -> Mapping[str, datetime]:
        return {key: Told.model_validate(row).at for key, row in rows_of(self._table).items()}

    async def add(self, key: str, at: datetime) -> None:
        """What was told 60 days before is forgotten."""
        old = [other for other, told in self.all().items() if told < at - KEPT]
        row = Told(key=key, at=at).model_dump(mode="json")
        await self._commits.change(lambda: put(self._table, {key: row}, without=old))
