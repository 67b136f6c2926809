"""Posts that are on disk already, and the keeping of those that a source without an archive of its own gives."""

from __future__ import annotations

import asyncio

from report.model import Period
from report.sources import Archive, Collected, PostSource


class StoredSource:
    """The archive as a source: what regenerating reads."""

    name = "stored"

    def __init__(self, archive: Archive, topic: str) -> None:
        self._archive = archive
        self._topic = topic

    async def read(self, period: Period) -> Collected:
        posts = await asyncio.to_thread(self._archive.posts, self._topic, period.since, period.until)
        texts = {post.id: post.text for post in posts}
        quoted = {post.id: post.quoted_text or texts.get(post.quoted_id or "", "") for post in posts}
        return Collected(tweets=tuple(post.model_copy(update={"quoted_text": quoted[post.id]}) for post in posts))


class KeptSource:
    """Another source, whose posts are kept in the archive before they are given on."""

    def __init__(self, source: PostSource, archive: Archive, topic: str) -> None:
        self.name = source.name
        self._source = source
        self._archive = archive
        self._topic = topic

    async def read(self, period: Period) -> Collected:
        collected = await self._source.read(period)
        await asyncio.to_thread(self._archive.keep, self._topic, collected.tweets)
        return collected
