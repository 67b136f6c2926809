"""The index of reports (a table of the state) over their files; the newest few stay in memory."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence

from tinydb.table import Table

from bot.model import ReportEntry
from bot.store.commits import Commits
from bot.store.reports import ReportFiles
from bot.store.schema import Row
from bot.store.storage import Generations, get, put, read_in_batches
from report.model import Report

CACHED_REPORTS = 8  # readers of a day open the same one
log = logging.getLogger(__name__)


class Index:
    """`warn` gets a sentence for the operator where a file is damaged."""

    def __init__(self, table: Table, files: ReportFiles, commits: Commits, warn: Callable[[str], None]) -> None:
        self._table = table
        self._files = files
        self._commits = commits
        self._warn = warn
        self._cache: OrderedDict[str, Report] = OrderedDict()
        self._saving = asyncio.Lock()

    def enter(self, entries: Sequence[ReportEntry], storage: Generations) -> None:
        """Put them on disk; blocks: the program starts."""
        with storage.drafting() as operations:
            put(self._table, {entry.key: entry.model_dump(mode="json") for entry in entries})
        storage.append([operations])
        storage.keep(storage.submit())

    async def report(self, key: str) -> Report | None:
        """The newest revision; where its file is damaged, the one before; None if there is none."""
        row = get(self._table, key)
        if row is None:
            return None
        if (cached := self._cache.get(key)) and cached.revision == row["revision"]:
            self._cache.move_to_end(key)
            return cached
        report = await asyncio.to_thread(self._files.read, key, row["revision"])
        if report is None:
            await self._forget(key, row)
        else:
            self._remember(report)
        return report

    async def older(self, key: str, revision: int) -> Report | None:
        """That revision, None where its file is gone or damaged."""
        row = get(self._table, key)
        if row is None or not 1 <= revision <= row["revision"]:
            return None
        found = await asyncio.to_thread(self._files.read, key, revision)
        return found if found and found.revision == revision else None

    async def entries(self, topic: str | None) -> Sequence[ReportEntry]:
        """Oldest last day first."""
        entries = await read_in_batches(
            self._table, lambda row: topic in {None, row["topic"]}, ReportEntry.model_validate
        )
        return sorted(entries, key=lambda entry: (entry.last, entry.first, entry.key))

    async def save(self, report: Report, with_it: Callable[[], int]) -> int:
        """The file first, then the entry together with the change `with_it`, whose value is returned."""
        entry = ReportEntry.of(report).model_dump(mode="json")
        async with self._saving:
            self._commits.check_open()
            known = get(self._table, report.key)
            await asyncio.to_thread(self._files.save, report, replaces=known["revision"] if known else None)

            def change() -> int:
                put(self._table, {report.key: entry})
                return with_it()

            value = await self._commits.change(change)
            self._remember(report)
        return value

    async def _forget(self, key: str, row: Row) -> None:
        """No file of it is readable: better made anew than promised."""
        warning = f"store: report {key} has no readable file; it is forgotten; /regenerate makes it again"
        log.error(warning, extra={"action": "forget", "report": key})
        self._warn(warning)

        def change() -> None:
            if get(self._table, key) == row:  # nobody made it meanwhile
                put(self._table, {}, without=[key])

        await self._commits.change(change)

    def _remember(self, report: Report) -> None:
        self._cache[report.key] = report
        self._cache.move_to_end(report.key)
        while len(self._cache) > CACHED_REPORTS:
            self._cache.popitem(last=False)
