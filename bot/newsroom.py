"""Makes reports when asked or on schedule, keeps them, and makes a delivery for each chat that is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import schedule
from bot.config import Config
from bot.making import Job, picture_path
from bot.model import Delivery, RunMark
from bot.outbox import Outbox
from bot.platforms import Platform
from bot.store.tiny import TinyStore
from bot.worker import make_in_child
from handlers.base import Message, Services, Subscription
from handlers.today import brief_of
from report.errors import TuibaoError
from report.model import Period, Progress, Report, Topic, report_key

log = logging.getLogger(__name__)
Maker = Callable[[Job, Progress], Awaitable[Report]]
KEPT_DELIVERIES = timedelta(days=30)
AT_ONCE = 2  # reports in the making; each is a process


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
    ) -> None:
        self._config = config
        self._store = store
        self._platforms = platforms
        self._now = now
        self._make_report = make_report
        self._progress = progress or (lambda line: log.info("report: %s", line))
        self._places = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[Report]] = {}
        self._running: set[str] = set()  # topics whose scheduled report is being made
        self._folder = config.app.data_dir / "posts"
        self.outbox: Outbox | None = None
        self.services: Services | None = None

    async def make(self, topic: Topic, period: Period, *, revision: int | None = None) -> Report:
        """From the stored posts. Two who ask for the same days at once get one report."""
        job = self.job(topic, period, revision=revision or 1, stored_only=True)
        key = f"{topic.name} {period.first} {period.last} {revision}"
        if key not in self._under_way:
            task = asyncio.create_task(self.keep(job), name=f"report {key}")
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(self._under_way[key])

    async def run(self, topic: Topic, due: datetime | None = None) -> None:
        """The scheduled report of a topic: read, write, keep, deliver. A failure is marked, never delivered.

        A topic that is being run already is not run twice.
        """
        if topic.name in self._running:
            return
        self._running.add(topic.name)
        try:
            await self._run(topic, due or schedule.last_due(topic, self._now()))
        finally:
            self._running.discard(topic.name)

    async def _run(self, topic: Topic, due: datetime) -> None:
        now = self._now()
        period = topic.period(now)
        present = await self._store.report(report_key(topic.name, period.first, period.last))
        mark = RunMark(topic=topic.name, due=due, done_at=now)
        try:
            if present and present.writer != "imported" and topic.window == "yesterday":
                report = present  # the second hour of a day that is over: nothing new to read
            else:
                job = self.job(topic, period, revision=present.revision + 1 if present else 1)
                report = await self.keep(job, deliver=True)
            mark = mark.model_copy(update={"report_key": report.key, "revision": report.revision})
        except TuibaoError as caught:
            mark = mark.model_copy(update={"error": str(caught)})
            log.error("report: %s failed: %s", topic.name, caught, extra={"action": "report"})  # noqa: TRY400  a sentence
        await self._store.prune_deliveries(now - KEPT_DELIVERIES)
        await self._store.mark_run(mark.model_copy(update={"done_at": self._now()}))
        self._wake()

    async def make_up(self) -> None:
        """Run once what was missed while the program was down; a topic that never ran waits for its hour."""
        marks = await self._store.last_runs()
        now = self._now()
        for topic in self._config.topics:
            mark = marks.get(topic.name)
            if mark is None:
                await self._store.mark_run(RunMark(topic=topic.name, due=schedule.last_due(topic, now), done_at=now))
            elif due := schedule.missed(topic, mark.due, now):
                log.info(
                    "schedule: %s missed %s, running it now", topic.name, due.isoformat(), extra={"action": "make_up"}
                )
                await self.run(topic, due)

    async def tick(self) -> None:
        """Each minute: what failed and may be tried again, then what is due for chats with an hour of their own."""
        marks = await self._store.last_runs()
        for topic in self._config.topics:
            mark = marks.get(topic.name)
            if mark and mark.error and schedule.is_worth_retrying(mark.due, mark.done_at, self._now()):
                await self.run(topic, mark.due)
        await self.deliver_due()

    async def deliver_due(self) -> None:
        """A delivery for each chat whose hour has come and that has not got what its topic's last run made."""
        marks = await self._store.last_runs()
        for topic in self._config.topics:
            mark = marks.get(topic.name)
            if mark and mark.report_key and (report := await self._store.report(mark.report_key)):
                await self._store.add_deliveries(await self._deliveries(report, topic, since=mark.revision))
        self._wake()

    async def stop(self) -> None:
        """Give up the reports in the making; their processes end."""
        under_way = list(self._under_way.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def status(self) -> Sequence[str]:
        """Lines for /status, in Chinese."""
        lines: list[str] = []
        now = self._now()
        marks = await self._store.last_runs()
        for topic in self._config.topics:
            due = schedule.next_due(topic, now)
            lines.append(f"{topic.called}：下次 {due:%m-%d %H:%M}（{topic.timezone}）")
            mark = marks.get(topic.name)
            if mark and (mark.error or mark.report_key):
                done = mark.done_at.astimezone(ZoneInfo(topic.timezone))
                lines.append(f"上次 {done:%m-%d %H:%M}：{mark.error or mark.report_key}")
            if mark and mark.report_key and (report := await self._store.report(mark.report_key)):
                lines.append(_cost_words(report))
        states: dict[str, int] = {}
        for delivery in await self._store.deliveries():
            states[delivery.state] = states.get(delivery.state, 0) + 1
        names = {"pending": "在送", "sent": "送达", "failed": "没送到", "gone": "会话已不在"}
        counts = "，".join(f"{name} {states[state]}" for state, name in names.items() if state in states)
        subscriptions = await self._store.subscriptions()
        lines.append(f"订阅 {len(subscriptions)} 个会话；送达记录：{counts or '还没有'}")
        return [*lines, *(f"注意：{warning}" for warning in self._store.warnings)]

    def picture(self, report: Report) -> str | None:
        path = picture_path(self._folder, report.key)
        return str(path) if path.is_file() else None

    async def keep(self, job: Job, *, deliver: bool = False) -> Report:
        """Make a report in a child, keep it; `deliver` keeps a delivery with it for each chat that is due."""
        async with self._places:
            report = await self._make_report(job, self._progress)
        deliveries = await self._deliveries(report, job.topic, since=report.revision) if deliver else ()
        await self._store.save_report(report, deliveries)
        return report

    async def _deliveries(self, report: Report, topic: Topic, *, since: int) -> tuple[Delivery, ...]:
        """One for each chat that wants the report now and has had no revision of it from `since` on."""
        now = self._now()
        had = {each.chat for each in await self._store.deliveries(report_key=report.key) if each.revision >= since}
        wanting = [
            each
            for each in await self._store.subscriptions()
            if each.chat not in had and schedule.is_due(each, report, topic, now)
        ]
        if not wanting or self.services is None:
            return ()
        message = await brief_of(report, topic, self.services)
        rendered = {kind: self._encode(message, kind) for kind in {_audience(each) for each in wanting}}
        return tuple(
            Delivery(
                report_key=report.key,
                revision=report.revision,
                chat=each.chat,
                parts=rendered[_audience(each)],
                created_at=now,
            )
            for each in wanting
            if rendered[_audience(each)]
        )

    def _encode(self, message: Message, audience: tuple[str, bool]) -> tuple[dict[str, object], ...]:
        name, channel = audience
        platform = self._platforms.get(name)
        return platform.encode(message, channel=channel) if platform else ()

    def job(
        self,
        topic: Topic,
        period: Period,
        *,
        revision: int = 1,
        stored_only: bool = False,
        now: datetime | None = None,
    ) -> Job:
        """What to make, with the configuration's folders and services."""
        return Job(
            topic=topic,
            period=period,
            data_dir=self._config.app.data_dir,
            folder=self._folder,
            x=self._config.x,
            llm=self._config.llm,
            revision=revision,
            stored_only=stored_only,
            now=now or self._now(),
        )

    def _wake(self) -> None:
        if self.outbox:
            self.outbox.wake()


def _audience(subscription: Subscription) -> tuple[str, bool]:
    """What a rendering depends on: the platform, and whether buttons become links."""
    return subscription.chat.partition(":")[0], subscription.kind == "channel"


def _cost_words(report: Report) -> str:
    ledger = report.ledger
    model = f"模型 {ledger.model.calls} 次 {ledger.model.usd:.4f} 美元" if ledger.model.calls else "没用模型"
    failed = "；".join(f"{each.name} 没读到：{each.reason}" for each in ledger.failed_sources)
    days = report.last - report.first + timedelta(days=1)
    words = (
        f"{report.key}（{days.days} 天）：采用 {ledger.used}/{ledger.collected} 条，X {ledger.x.usd:.2f} 美元，{model}"
    )
    return f"{words}；{failed}" if failed else words
