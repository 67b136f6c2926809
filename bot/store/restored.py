"""The posts that an admin brought back: a table of the state, by topic and post."""

from __future__ import annotations

from collections.abc import Sequence

from tinydb.table import Table

from bot.store.commits import Commits
from bot.store.schema import restored_key
from bot.store.storage import get, put, read_in_batches
from handlers.store import Restored


class RestoredPosts:
    def __init__(self, table: Table, commits: Commits) -> None:
        self._table = table
        self._commits = commits

    async def of(self, topic: str) -> Sequence[Restored]:
        """Those of the topic, in the order in which they were brought back."""
        posts = await read_in_batches(self._table, lambda row: row["topic"] == topic, Restored.model_validate)
        return sorted(posts, key=lambda post: (post.restored_at, post.id))

    async def add(self, post: Restored) -> None:
        key, row = restored_key(post.topic, post.id), post.model_dump(mode="json")
        await self._commits.change(lambda: None if get(self._table, key) else put(self._table, {key: row}))

    async def remove(self, topic: str, post_id: str) -> bool:
        key = restored_key(topic, post_id)

        def change() -> bool:
            known = get(self._table, key) is not None
            if known:
                put(self._table, {}, without=[key])
            return known

        return await self._commits.change(change)
