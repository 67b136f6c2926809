"""Makes reports when asked or on schedule, and keeps them, each with a delivery for every chat that is due.

Always holds: one report of a key is made at a time; a run that failed reaches nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from bot import money, standing
from bot.config import Config
from bot.distribution import Distribution
from bot.library import open_library
from bot.making import Job, picture_path, write_post
from bot.model import Delivery, RunMark
from bot.notices import Notices
from bot.platforms import Platform
from bot.press import LONGEST_RUN, Maker, Press
from bot.schedule import RETRY_EVERY, find_due
from bot.store.tiny import TinyStore
from bot.worker import make_in_child
from handlers.chats import KEPT_GONE
from handlers.hours import is_current, last_due
from handlers.newsroom import Spent
from handlers.words import Words
from report.correcting import correct
from report.errors import TuibaoError
from report.model import Period, Progress, Report, Topic, report_key

log = logging.getLogger(__name__)
SCHEDULED_AT_ONCE, ASKED_AT_ONCE = 2, 1  # reports in the making; each is a process
LONGEST_QUEUE = 3  # readers' reports that wait; one more is refused


class Busy(TuibaoError):
    """Too many readers' reports wait already."""


class Newsroom:
    """Implements handlers.base.Newsroom."""

    def __init__(
        self,
        config: Config,
        store: TinyStore,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        progress: Progress | None = None,
        *,
        make_report: Maker = make_in_child,
        longest_run: timedelta = LONGEST_RUN,
    ) -> None:
        self._config = config
        self._store = store
        self._now = now
        self._press = Press(progress, make_report=make_report, longest_run=longest_run)
        self._scheduled = asyncio.Semaphore(SCHEDULED_AT_ONCE)
        self._asked = asyncio.Semaphore(ASKED_AT_ONCE)
        self._waiting = 0
        self._keys: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # of what is being made
        self._runs: dict[str, asyncio.Task[None]] = {}  # by topic
        self._resting: dict[str, datetime] = {}  # topics whose run the disk did not let us mark, until when
        self._folder = config.app.data_dir / "posts"
        self.distribution = Distribution(config, store, platforms, now)
        self.notices = Notices(config, store, platforms, now)
        self.library = open_library(config, store, now)

    async def make(
        self, topic: Topic, period: Period, *, rewrite: bool = False, progress: Progress | None = None
    ) -> Report:
        """From the stored posts. A reader's range is made once, the second who asks gets the same; `rewrite` makes the
        next revision of the topic's own report.
        """
        key = report_key(topic.name, period.first, period.last, asked=not rewrite)
        if self._waiting > LONGEST_QUEUE:
            raise Busy("report: too many are being made; try again in a few minutes")
        self._waiting += 1
        try:
            async with self._asked, self._one_of(key):
                present = await self._store.report(key)
                if present and not rewrite and is_current(present, self._now()):
                    return present
                revision = present.revision + 1 if present else 1
                job = await self.job(topic, period, key=key, revision=revision, stored_only=True)
                return await self._keep(job, progress=progress, corrects=present if rewrite else None)
        finally:
            self._waiting -= 1

    def _one_of(self, key: str) -> asyncio.Lock:
        """One report of a key is made at a time."""
        return self._keys.setdefault(key, asyncio.Lock())

    async def tick(self) -> None:
        """Each minute: start the runs that are due, deliver what is due. A topic that fails keeps no other waiting."""
        await self.forget_gone()
        now = self._now()
        marks = await self._store.last_runs(now)
        for topic in self._config.topics:
            mark = marks.get(topic.name)
            if mark is None:
                await self._store.mark_run(RunMark(topic=topic.name, due=last_due(topic, now), done_at=now))
            elif (due := find_due(topic, mark, now)) and self._is_free(topic, now):
                self._begin(topic, due)
        await self.distribution.deliver_due()
        await self.notices.look()

    def _is_free(self, topic: Topic, now: datetime) -> bool:
        return topic.name not in self._runs and self._resting.get(topic.name, now) <= now

    def _forget_run(self, name: str, _: asyncio.Task[None]) -> None:
        self._runs.pop(name, None)

    async def run(self, topic: Topic, due: datetime) -> None:
        """The scheduled report of a topic: read, write, keep, deliver. A failure is marked, never delivered."""
        extra = {"action": "report", "topic": topic.name, "due": due.isoformat()}
        log.info("report: making %s", topic.name, extra=extra)
        before = (await self._store.last_runs(self._now())).get(topic.name)
        again = before is not None and before.due == due and bool(before.error)
        first = before.first_try_at if before and again else self._now()
        mark = RunMark(topic=topic.name, due=due, done_at=due, first_try_at=first)
        try:
            report = await self._make_due(topic, due)
            mark = mark.model_copy(update={"report_key": report.key, "revision": report.revision})
        except TuibaoError as error:
            mark = mark.model_copy(update={"error": str(error), "words": error.words})
            log.error("report: %s failed: %s", topic.name, error, extra=extra)  # noqa: TRY400  a sentence
        except Exception as error:
            mark = mark.model_copy(update={"error": f"report: {type(error).__name__}: {error}; the log has the rest"})
            log.exception("report: %s failed", topic.name, extra=extra)
        try:
            await self._store.mark_run(mark.model_copy(update={"done_at": self._now()}))
            await self.distribution.tidy()
        except TuibaoError as error:
            self._resting[topic.name] = self._now() + RETRY_EVERY  # not every minute: a report is paid for
            log.error("report: what became of %s is not marked: %s", topic.name, error, extra=extra)  # noqa: TRY400  a sentence
        self.distribution.wake()

    async def forget_gone(self) -> None:
        """The chats that have been gone for 90 days; a disk that refuses is tried again in a minute."""
        try:
            await self._store.prune_chats(self._now() - KEPT_GONE)
        except TuibaoError as error:
            log.error("chats: who is long gone is not forgotten: %s", error, extra={"action": "forget"})  # noqa: TRY400  a sentence

    async def _make_due(self, topic: Topic, due: datetime) -> Report:
        """The report of the run; what an earlier run made of a day that is over stays as it is."""
        period = topic.period(due)
        key = report_key(topic.name, period.first, period.last)
        async with self._scheduled, self._one_of(key):
            present = await self._store.report(key)
            if present and topic.window == "yesterday" and await self._was_run(topic, key):
                return present
            revision = present.revision + 1 if present else 1
            return await self._keep(await self.job(topic, period, key=key, revision=revision), due=due)

    async def _was_run(self, topic: Topic, key: str) -> bool:
        return any(mark.report_key == key for mark in await self._store.runs(topic.name))

    async def failed_run(self, topic: Topic) -> bool:
        """Did the topic's newest run make no report?"""
        mark = (await self._store.last_runs(self._now())).get(topic.name)
        return mark is not None and bool(mark.error)

    async def run_again(self, topic: Topic) -> Report:
        """The run that failed once more, with its sources, delivered when it is made; one under way is waited for.

        TuibaoError where it fails again.
        """
        mark = (await self._store.last_runs(self._now())).get(topic.name)
        if mark and topic.name not in self._runs:
            self._begin(topic, mark.due)
        if under_way := self._runs.get(topic.name):
            await asyncio.wait({under_way})
        mark = (await self._store.last_runs(self._now())).get(topic.name)
        if mark is None or mark.error:
            raise TuibaoError(mark.error if mark else "report: it never ran", words=mark.words if mark else "")
        report = await self._store.report(mark.report_key)
        if report is None:
            raise TuibaoError(f"report: {mark.report_key} is gone; look at /status")
        return report

    def _begin(self, topic: Topic, due: datetime) -> None:
        run = asyncio.create_task(self.run(topic, due), name=f"run {topic.name}")
        self._runs[topic.name] = run
        run.add_done_callback(partial(self._forget_run, topic.name))

    async def correct(self, key: str) -> int:
        return await self.distribution.correct(key)

    async def stop(self) -> None:
        """Give up the reports in the making: processes end, readers are told, runs are made up at the next start."""
        runs = list(self._runs.values())
        for task in runs:
            task.cancel()
        await self._press.stop()
        await asyncio.gather(*runs, return_exceptions=True)

    async def status(self, words: Words) -> Sequence[str]:
        """Lines for /status."""
        return await standing.describe(self._store, self._config, self._now(), words)

    async def spent(self, first: date, last: date) -> Spent:
        return await asyncio.to_thread(money.spent, self._config, first, last)

    def picture(self, report: Report) -> str | None:
        path = picture_path(self._folder, report.key)
        return str(path) if path.is_file() else None

    async def job(
        self,
        topic: Topic,
        period: Period,
        *,
        key: str,
        revision: int = 1,
        stored_only: bool = False,
        now: datetime | None = None,
    ) -> Job:
        """What to make, with the configuration's folders and services and the posts that an admin brought back."""
        return Job(
            topic=topic,
            period=period,
            key=key,
            data_dir=self._config.app.data_dir,
            folder=self._folder,
            x=self._config.x,
            llm=self._config.llm,
            revision=revision,
            stored_only=stored_only,
            restored=tuple(post.id for post in await self._store.restored(topic.name)),
            now=now or self._now(),
        )

    async def _keep(
        self,
        job: Job,
        *,
        due: datetime | None = None,
        progress: Progress | None = None,
        corrects: Report | None = None,
    ) -> Report:
        """Make a report, keep it; of a run that was `due` with a delivery for each chat whose hour has come.

        What says the same as the one that it `corrects` is not kept.
        """
        report = await self._press.make(job, progress, scheduled=due is not None)
        if corrects:
            report = correct(corrects, report, self._now())
            await asyncio.to_thread(write_post, report, self._folder)
            if report is corrects:
                return report
        deliveries: Sequence[Delivery] = ()
        if due:
            deliveries = await self.distribution.address(report, job.topic, since=report.revision, due=due)
        await self._store.save_report(report, deliveries)
        return report
