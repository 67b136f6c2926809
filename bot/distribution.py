"""From reports to deliveries: who gets what a run made, who a correction, who a line that it is late.

Always holds: a chat gets what a run made once; a delivery is for the outbox to send, and is never made twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot import corrections
from bot.addressing import address
from bot.config import Config
from bot.lateness import missing
from bot.model import Delivery
from bot.outbox import Outbox
from bot.platforms import Platform
from bot.store.tiny import TinyStore
from handlers.base import Services
from report.errors import TuibaoError
from report.model import Report, Topic

log = logging.getLogger(__name__)
CORRECTED_FOR = timedelta(hours=36)  # longer than a delivery is tried, quiet hours and all
KEPT_DELIVERIES, SETTLED_DELIVERIES = timedelta(days=30), timedelta(days=2)


class Distribution:
    """`services` and `outbox` are set when they are there; until then nobody is addressed."""

    def __init__(
        self, config: Config, store: TinyStore, platforms: Mapping[str, Platform], now: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._store = store
        self._platforms = platforms
        self._now = now
        self.outbox: Outbox | None = None
        self.services: Services | None = None

    async def address(self, report: Report, topic: Topic, *, since: int, due: datetime) -> tuple[Delivery, ...]:
        """One for each chat whose hour has come and that has had no revision from `since` on; not kept yet."""
        if self.services is None:
            return ()
        return await address(
            report, topic, since=since, due=due, store=self._store, platforms=self._platforms, services=self.services
        )

    async def deliver_due(self) -> None:
        """Each minute. A topic that fails keeps no other waiting."""
        for topic in self._config.topics:
            try:
                await self._deliver(topic)
            except TuibaoError as error:
                log.error("outbox: %s: %s", topic.name, error, extra={"action": "deliver_due"})  # noqa: TRY400  a sentence
        try:
            await self._correct_due()
        except TuibaoError as error:
            log.error("outbox: %s", error, extra={"action": "correct"})  # noqa: TRY400  a sentence
        self.wake()

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
        self.wake()
        return added

    async def tidy(self) -> None:
        """Deliveries of the last month stay."""
        await self._store.prune_deliveries(self._now() - KEPT_DELIVERIES)
        await self._store.retire_deliveries(self._now() - SETTLED_DELIVERIES)

    def wake(self) -> None:
        if self.outbox:
            self.outbox.wake()

    async def _deliver(self, topic: Topic) -> None:
        marks = [mark for mark in await self._store.runs(topic.name) if mark.report_key or mark.error]
        runs = [mark for mark in marks if mark.due <= self._now()] or marks  # a clock that was ahead left others
        made = [mark for mark in runs if mark.report_key]
        if made and (report := await self._store.report(made[-1].report_key)):
            due = await self.address(report, topic, since=made[-1].revision, due=made[-1].due)
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

    async def _correct_due(self) -> None:
        """Chats to which the old revision was still on its way when it was corrected."""
        for entry in await self._store.report_entries():
            if entry.revision > 1 and self._now() - entry.created_at < CORRECTED_FOR:
                await self.correct(entry.key)
