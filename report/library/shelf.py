"""All volumes in memory, bound the first time that somebody looks something up, kept up with the store since.

In: a store's list of reports. Out: volumes, oldest first. Always holds: the loop is never held, binding runs in
threads; one binding at a time; a report that was written anew replaces its volume; beyond MOST_ENTRIES the oldest
volumes are left out; ranges that readers asked for are left out: they retell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from report.library.volumes import Volume, bind
from report.model import Report, is_asked

MOST_ENTRIES = 80_000  # about 50 MB; a topic's daily reports are 25,000 a year


class Listed(Protocol):
    """A line of a store's index."""

    @property
    def key(self) -> str: ...
    @property
    def revision(self) -> int: ...


class Reports(Protocol):
    async def report(self, key: str) -> Report | None: ...
    async def report_entries(self, topic: str | None = None) -> Sequence[Listed]:
        """Oldest last day first."""
        ...


class Shelf:
    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._volumes: dict[str, Volume] = {}
        self._binding = asyncio.Lock()

    async def volumes(
        self, topics: Sequence[str] = (), first: date | None = None, last: date | None = None
    ) -> tuple[Volume, ...]:
        """Those of the topics (none: all) that tell of a day between first and last."""
        await self._keep_up()
        return tuple(
            volume
            for volume in self._volumes.values()
            if (not topics or volume.topic in topics)
            and (first is None or volume.last >= first)
            and (last is None or volume.first <= last)
        )

    async def _keep_up(self) -> None:
        async with self._binding:
            listed = [each for each in await self._reports.report_entries() if not is_asked(each.key)]
            volumes: dict[str, Volume] = {}
            entries = 0
            for each in reversed(listed):  # the newest, as far as there is room
                if entries >= MOST_ENTRIES:
                    break
                volume = self._volumes.get(each.key)
                if volume is None or volume.revision != each.revision:
                    report = await self._reports.report(each.key)
                    volume = await asyncio.to_thread(bind, report) if report else None
                if volume:
                    volumes[each.key] = volume
                    entries += len(volume.entries)
            self._volumes = dict(reversed(volumes.items()))
