"""Makes reports when asked or on schedule, keeps them, and makes a delivery for each chat that is due.

Always holds: one report of a key is made at a time; a run that failed reaches nobody; a chat gets what a run made once,
a later rewriting does not reach it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from bot import corrections, money, standing
from bot.addressing import address
from bot.config import Config
from bot.lateness import missing
from bot.library import open_library
from bot.making import Job, picture_path, write_post
from bot.model import Delivery, RunMark
from bot.notices import Notices
from bot.outbox import Outbox
from bot.platforms import Platform
from bot.schedule import find_due
from bot.store.tiny import TinyStore
from bot.worker import make_in_child
from handlers.base import Services
from handlers.chats import KEPT_GONE
from handlers.hours import is_current, last_due
from handlers.newsroom import Spent
from handlers.words import Words
from report.correcting import correct
from report.errors import TuibaoError
from report.model import Period, Progress, Report, Topic, report_key

log = logging.getLogger(__name__)
SCHEDULED_AT_ONCE, ASKED_AT_ONCE = 2, 1  # reports in the making; each is a process
LONGEST_RUN = timedelta(minutes=30)  # a scheduled report's, from its start; then it gives its place to the next
CORRECTED_FOR = timedelta(hours=12)  # longer than a delivery is tried
LONGEST_QUEUE = 3  # readers' reports that wait; one more is refused
KEPT_DELIVERIES, SETTLED_DELIVERIES = timedelta(days=30), timedelta(days=2)
Maker = Callable[[Job, Progress], Awaitable[Report]]


class Busy(TuibaoError):
    """Too many readers' reports wait already."""


class Endless(TuibaoError):
    """A scheduled report took longer than it may."""


class Stopping(TuibaoError):
    """The report was given up because the program stops."""


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
        self._platforms = platforms
        self._now = now
        self._make_report = make_report
        self._longest_run = longest_run
        self._progress = progress or (lambda line: log.info("report: %s", line))
        self._scheduled = asyncio.Semaphore(SCHEDULED_AT_ONCE)
        self._asked = asyncio.Semaphore(ASKED_AT_ONCE)
        self._waiting = 0
        self._keys: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # of what is being made
        self._runs: dict[str, asyncio.Task[None]] = {}  # by topic
        self._making: set[asyncio.Task[Report]] = set()
        self._stopping = False
        self._folder = config.app.data_dir / "posts"
        self.notices = Notices(config, store, platforms, now)
        self.library = open_library(config, store, now)
        self.outbox: Outbox | None = None
        self.services: Services | None = None

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
            elif (due := find_due(topic, mark, now)) and topic.name not in self._runs:
                self._begin(topic, due)
        await self.deliver_due()
        await self.notices.look()

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
        await self._store.mark_run(mark.model_copy(update={"done_at": self._now()}))
        await self._store.prune_deliveries(self._now() - KEPT_DELIVERIES)
        await self._store.retire_deliveries(self._now() - SETTLED_DELIVERIES)
        self._wake()

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

    async def deliver_due(self) -> None:
        """A delivery for each chat whose hour has come and that has not got what its topic's last good run made."""
        for topic in self._config.topics:
            try:
                await self._deliver_topic(topic)
            except TuibaoError as error:
                log.error("outbox: %s: %s", topic.name, error, extra={"action": "deliver_due"})  # noqa: TRY400  a sentence
        try:
            await self._correct_due()
        except TuibaoError as error:
            log.error("outbox: %s", error, extra={"action": "correct"})  # noqa: TRY400  a sentence
        self._wake()

    async def _deliver_topic(self, topic: Topic) -> None:
        marks = [mark for mark in await self._store.runs(topic.name) if mark.report_key or mark.error]
        runs = [mark for mark in marks if mark.due <= self._now()] or marks  # a clock that was ahead left others
        made = [mark for mark in runs if mark.report_key]
        if made and (report := await self._store.report(made[-1].report_key)):
            due = await self._deliveries(report, topic, since=made[-1].revision, due=made[-1].due)
            await self._store.add_deliveries(due)
        if runs and runs[-1].error and self.services:
            lines = await missing(
                topic,
                runs[-1],
                store=self._store,
                platforms=self._platforms,
                language=self.services.language,
                now=self._now(),
            )
            await self._store.add_deliveries(lines)

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
        """Deliveries that put a corrected report in the place of what chats have of it; how many are new."""
        report = await self._store.report(key)
        topic = next((each for each in self._config.topics if report and each.name == report.topic), None)
        if not report or not report.corrections or not topic or not self.services:
            return 0
        made = await corrections.correct(
            report, topic, store=self._store, platforms=self._platforms, services=self.services
        )
        added = await self._store.add_deliveries(made) if made else 0
        self._wake()
        return added

    async def _correct_due(self) -> None:
        """Chats to which the old revision was still on its way when it was corrected."""
        for entry in await self._store.report_entries():
            if entry.revision > 1 and self._now() - entry.created_at < CORRECTED_FOR:
                await self.correct(entry.key)

    async def stop(self) -> None:
        """Give up the reports in the making: processes end, readers are told, runs are made up at the next start."""
        self._stopping = True
        runs = list(self._runs.values())
        for task in (*runs, *self._making):
            task.cancel()
        await asyncio.gather(*runs, *self._making, return_exceptions=True)

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
        making = asyncio.create_task(
            _made(self._make_report(job, progress or self._progress)), name=f"report {job.key}"
        )
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        limit = asyncio.timeout(self._longest_run.total_seconds() if due else None)
        try:
            async with limit:
                report = await making
        except TimeoutError:
            if not limit.expired():
                raise
            minutes = self._longest_run.total_seconds() / 60
            raise Endless(
                f"report: not done after {minutes:g} minutes and given up; look whether a source hangs"
            ) from None
        except asyncio.CancelledError:
            making.cancel()
            if self._stopping and job.stored_only:
                raise Stopping("report: the program is being stopped; ask again in a minute") from None
            raise
        if corrects:
            report = correct(corrects, report, self._now())
            await asyncio.to_thread(write_post, report, self._folder)
            if report is corrects:
                return report
        deliveries = await self._deliveries(report, job.topic, since=report.revision, due=due) if due else ()
        await self._store.save_report(report, deliveries)
        return report

    async def _deliveries(self, report: Report, topic: Topic, *, since: int, due: datetime) -> tuple[Delivery, ...]:
        if self.services is None:
            return ()
        return await address(
            report, topic, since=since, due=due, store=self._store, platforms=self._platforms, services=self.services
        )

    def _wake(self) -> None:
        if self.outbox:
            self.outbox.wake()


async def _made(report: Awaitable[Report]) -> Report:
    return await report
