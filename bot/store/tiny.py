"""The store of one process: TinyDB in memory, changes appended to a journal off the loop, one write for all who wait.

A method that changes something returns when the change is on disk; StoreError where the disk refuses, and then nothing
of it is kept. Readers see what the disk holds. Chats are named by Chat.key. Many documents are read and made in
batches, so that the loop is not held up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import BaseFileLock

from bot.model import Delivery, DeliveryState, ReportEntry, RunMark
from bot.store.commits import Commits
from bot.store.deliveries import Deliveries
from bot.store.disk import Disk
from bot.store.index import Index
from bot.store.lock import lock_folder, unlock_folder
from bot.store.recovery import recover
from bot.store.reports import ReportFiles
from bot.store.restored import RestoredPosts
from bot.store.schema import run_key
from bot.store.storage import Database, Generations, put, row_id
from bot.store.subscribers import Subscribers
from bot.store.told import ToldAdmins
from handlers.chats import ChatSettings, Subscription
from handlers.store import Restored
from report.model import Report

KEPT_RUNS = 30  # a topic


def utc_now() -> datetime:
    return datetime.now(UTC)


class TinyStore:
    """A handlers.base.Store, and the memory of the outbox and of the schedule. `await TinyStore.open(folder)`."""

    def __init__(self, storage: Generations, files: ReportFiles, lock: BaseFileLock, warnings: list[str]) -> None:
        self._lock = lock
        self._folder = storage.path.parent
        self._files = files
        self._warnings = warnings
        self._commits = Commits(storage)
        database = Database(storage=lambda: storage)
        # No query cache: rows change behind it when a draft becomes what the disk holds.
        names = ("subscriptions", "chats", "deliveries", "past", "parts", "runs", "restored", "reports", "told")
        subscriptions, chats, deliveries, past, parts, self._runs, restored, reports, told = (
            database.table(name, cache_size=0) for name in names
        )
        self._subscribers = Subscribers(subscriptions, chats, deliveries, past, self._commits)
        self._deliveries = Deliveries(deliveries, past, parts, self._commits)
        self._told = ToldAdmins(told, self._commits)
        self._restored = RestoredPosts(restored, self._commits)
        self._index = Index(reports, files, self._commits, warnings.append)

    @classmethod
    async def open(cls, folder: Path, *, now: Callable[[], datetime] = utc_now, disk: Disk | None = None) -> Self:
        """Lock the data folder and read its state.

        InputError says who holds it, or that neither generation is usable; StoreError that the disk refuses.
        """
        return await asyncio.to_thread(cls._open, folder, now, disk or Disk())

    @classmethod
    def _open(cls, folder: Path, now: Callable[[], datetime], disk: Disk) -> Self:
        lock = lock_folder(folder)
        try:
            found = recover(folder / "state.json", disk, now)
            warnings = list(found.warnings)
            files = ReportFiles(folder / "reports", disk, now, warnings.append)
            storage = Generations(folder / "state.json", found, disk)
            store = cls(storage, files, lock, warnings)
            if "reports" not in found.tables and (entries := files.entries()):
                store._index.enter(entries, storage)
                warnings.append(
                    f"store: the index was empty; {len(entries)} reports in {files.folder} were entered again"
                )
        except BaseException:
            unlock_folder(folder, lock)
            raise
        return store

    async def close(self) -> None:
        """Finish the writes under way and free the folder."""
        try:
            await self._commits.close()
        finally:
            unlock_folder(self._folder, self._lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def warnings(self) -> Sequence[str]:
        """What was found damaged since the start: sentences that name the files."""
        return tuple(self._warnings)

    async def report(self, key: str) -> Report | None:
        """The newest revision; where its file is damaged, the one before."""
        return await self._index.report(key)

    async def report_keys(self, topic: str) -> Sequence[str]:
        """Oldest last day first."""
        return [entry.key for entry in await self.report_entries(topic)]

    async def report_entries(self, topic: str | None = None) -> Sequence[ReportEntry]:
        """The index, oldest last day first: what can be known without reading reports."""
        return await self._index.entries(topic)

    async def save_report(self, report: Report, deliveries: Sequence[Delivery] = ()) -> int:
        """Keep the report and its deliveries in one step; how many of these are new."""
        rows = await self._deliveries.encode(deliveries)
        return await self._index.save(report, lambda: self._deliveries.add(deliveries, rows))

    async def older_report(self, key: str, revision: int) -> Report | None:
        """That revision of the report, as far as its file is still there."""
        return await self._index.older(key, revision)

    async def subscriptions(self, chat: str | None = None) -> Sequence[Subscription]:
        """All or a chat's; without those of chats that are gone."""
        return await self._subscribers.subscriptions(chat)

    async def subscribe(self, subscription: Subscription) -> None:
        """Keep it, in place of the chat's older one to the same topic."""
        await self._subscribers.subscribe(subscription)

    async def change_subscription(
        self, chat: str, topic: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        """Keep what `change` makes of it, None where there is none; two changes at once do not undo each other."""
        return await self._subscribers.change_subscription(chat, topic, change)

    async def unsubscribe(self, chat: str, topic: str | None = None) -> int:
        """Forget the chat's subscriptions (to one topic, or all) and what waits for it; how many there were."""
        return await self._subscribers.unsubscribe(chat, topic)

    async def chat(self, chat: str) -> ChatSettings:
        """How the chat is set up; the defaults where nothing is kept of it."""
        return self._subscribers.settings(chat)

    async def chats(self) -> Mapping[str, ChatSettings]:
        """Those of which something is kept, by their keys."""
        return await self._subscribers.all_settings()

    async def change_chat(self, chat: str, change: Callable[[ChatSettings], ChatSettings]) -> ChatSettings:
        """Keep what `change` makes of its settings; two changes at once do not undo each other."""
        return await self._subscribers.change_chat(chat, change)

    async def restored(self, topic: str) -> Sequence[Restored]:
        """The posts of the topic that were brought back, in that order."""
        return await self._restored.of(topic)

    async def restore(self, post: Restored) -> None:
        """Keep that it was brought back; a second time changes nothing."""
        await self._restored.add(post)

    async def take_back(self, topic: str, post_id: str) -> bool:
        """Forget that the post was brought back; was it?"""
        return await self._restored.remove(topic, post_id)

    async def chat_gone(self, chat: str, reason: str, at: datetime) -> int:
        """Let its subscriptions rest, give up its pending deliveries; how many subscriptions there were."""
        return await self._subscribers.gone(chat, reason, at)

    async def chat_back(self, chat: str) -> Sequence[Subscription]:
        """The chat is no longer gone: its subscriptions that are alive again. () at once for one that was there."""
        return await self._subscribers.back(chat)

    async def chat_moved(self, old: str, new: str) -> None:
        """The same chat, with the places in it, under another key; what the new key has already stays as it is."""
        await self._subscribers.moved(old, new)

    async def prune_chats(self, before: datetime) -> int:
        """Forget the chats that are gone since before that moment, with all that they had; how many there were."""
        return await self._subscribers.prune(before)

    async def deliveries(
        self, *, state: DeliveryState | None = None, report_key: str | None = None
    ) -> Sequence[Delivery]:
        """Those in that state and of that report, in the order in which they were added."""
        return await self._deliveries.all(state, report_key)

    async def delivery(self, key: str) -> Delivery | None:
        return self._deliveries.get(key)

    async def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        """Was a delivery of the report made for the chat, in that revision or an older one? Reads no other."""
        return self._deliveries.was_pushed(report_key, revision, chat)

    async def delivered(self, since: datetime | None = None) -> Mapping[str, int]:
        """Reports pushed since then, counted by the state of their deliveries; corrections are no pushes."""
        return await self._deliveries.count(since)

    async def ended(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Deliveries made in [since, until), corrections too, counted by their state."""
        return await self._deliveries.count_ended(since, until)

    async def corrected(self) -> Mapping[str, int]:
        """Corrections, counted by the state of their deliveries."""
        return await self._deliveries.count_corrections()

    async def last_delivered(self) -> datetime | None:
        """When the newest delivery of which something arrived was made."""
        return self._deliveries.last_sent()

    async def add_deliveries(self, deliveries: Sequence[Delivery]) -> int:
        """Keep those that are not known yet (by report, revision and chat); how many these are."""
        rows = await self._deliveries.encode(deliveries)
        return await self._commits.change(lambda: self._deliveries.add(deliveries, rows))

    async def save_delivery(self, delivery: Delivery) -> bool:
        """Keep it in place of the pending one with its key; False, and nothing kept, where there is none any more.

        A chat that was lost or moved meanwhile is so not called back by who was still sending to it.
        """
        return await self._deliveries.save(delivery)

    async def retire_deliveries(self, before: datetime) -> int:
        """Deliveries that are not pending and were made before that moment do not change any more: how many these are.

        They are found as before, and make a change of the others no slower.
        """
        return await self._deliveries.retire(before)

    async def prune_deliveries(self, before: datetime) -> int:
        """Forget deliveries that are not pending and were made before that moment; how many there were."""
        return await self._deliveries.prune(before)

    async def told(self) -> Mapping[str, datetime]:
        """What the admins were told in the last 60 days, and when."""
        return self._told.all()

    async def tell(self, key: str, at: datetime) -> None:
        """Remember that they were told."""
        await self._told.add(key, at)

    async def mark_run(self, run: RunMark) -> None:
        """Keep what became of a scheduled moment; the newest 30 of a topic stay."""

        def change() -> None:
            of_topic = self._runs.search(lambda row: row["topic"] == run.topic)
            newest_first = sorted({*map(row_id, of_topic)} - {run_key(run)}, reverse=True)
            put(
                self._runs,
                {run_key(run): run.model_dump(mode="json")},
                without=newest_first[KEPT_RUNS - 1 :],
            )

        await self._commits.change(change)

    async def runs(self, topic: str) -> Sequence[RunMark]:
        """The topic's runs that are remembered, oldest first."""
        runs = [RunMark.model_validate(row) for row in self._runs.all() if row["topic"] == topic]
        return sorted(runs, key=lambda run: run.due)

    async def last_runs(self, now: datetime | None = None) -> Mapping[str, RunMark]:
        """Each topic's newest scheduled moment that was marked; of those until `now`, where there are some.

        A clock that was ahead for a while has left marks of moments that are still to come.
        """
        runs = [RunMark.model_validate(row) for row in self._runs.all()]
        return {run.topic: run for run in sorted(runs, key=lambda run: (now is None or run.due <= now, run.due))}
