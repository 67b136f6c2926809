"""Makes reports when asked or on schedule, keeps them, and makes a delivery for each chat that is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
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
from report.model import Period, Progress, Report, Topic

log = logging.getLogger(__name__)
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
    ) -> None:
        self._config = config
        self._store = store
        self._platforms = platforms
        self._now = now
        self._progress = progress or (lambda line: log.info("report: %s", line))
        self._places = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[Report]] = {}
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
        """The scheduled report of a topic: read, write, keep, deliver. A failure is marked, never delivered."""
        now = self._now()
        due = due or schedule.last_due(topic, now)
        report_key = error = ""
        try:
            report = await self.keep(self.job(topic, topic.period(now)), deliver=True)
            report_key = report.key
        except TuibaoError as caught:
            error = str(caught)
            log.error("report: %s failed: %s", topic.name, error, extra={"action": "report"})  # noqa: TRY400  a sentence
        await self._store.prune_deliveries(now - KEPT_DELIVERIES)
        await self._store.mark_run(
            RunMark(topic=topic.name, due=due, done_at=self._now(), report_key=report_key, error=error)
        )
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

    async def deliver_due(self) -> None:
        """Each minute: chats with an hour of their own, and chats whose hour passed while the program was down."""
        for topic in self._config.topics:
            report = await self._latest(topic)
            if report is not None:
                await self._store.add_deliveries(await self._deliveries(report, topic))
        self._wake()

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
            report = await self._latest(topic)
            if report:
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

    async def _latest(self, topic: Topic) -> Report | None:
        """The newest report that the schedule made and that may still be delivered."""
        mark = (await self._store.last_runs()).get(topic.name)
        if mark is None or not mark.report_key or self._now() - mark.done_at > schedule.LATEST:
            return None
        return await self._store.report(mark.report_key)

    async def keep(self, job: Job, *, deliver: bool = False) -> Report:
        """Make a report in a child, keep it; `deliver` keeps a delivery with it for each chat that is due."""
        async with self._places:
            report = await make_in_child(job, self._progress)
        deliveries = await self._deliveries(report, job.topic) if deliver else ()
        await self._store.save_report(report, deliveries)
        return report

    async def _deliveries(self, report: Report, topic: Topic) -> tuple[Delivery, ...]:
        """One for each chat that wants the report now; the store drops those that it has already."""
        now = self._now()
        wanting = [each for each in await self._store.subscriptions() if schedule.is_due(each, report, topic, now)]
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
