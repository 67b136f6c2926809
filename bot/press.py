"""One report from a Job, by a process of its own: not longer than it may take, given up when the program stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.making import Job
from bot.worker import make_in_child
from report.errors import TuibaoError
from report.model import Progress, Report

log = logging.getLogger(__name__)
LONGEST_RUN = timedelta(minutes=30)  # a scheduled report's, from its start; then it gives its place to the next
Maker = Callable[[Job, Progress], Awaitable[Report]]


class Endless(TuibaoError):
    """A scheduled report took longer than it may."""


class Stopping(TuibaoError):
    """The report was given up because the program stops."""


class Press:
    def __init__(
        self,
        progress: Progress | None = None,
        *,
        make_report: Maker = make_in_child,
        longest_run: timedelta = LONGEST_RUN,
    ) -> None:
        self._progress = progress or (lambda line: log.info("report: %s", line))
        self._make_report = make_report
        self._longest_run = longest_run
        self._making: set[asyncio.Task[Report]] = set()
        self._stopping = False

    async def make(self, job: Job, progress: Progress | None = None, *, scheduled: bool = False) -> Report:
        """TuibaoErrors of the making; Endless for a scheduled one that hangs, Stopping for a reader's at the end."""
        making = asyncio.create_task(
            _made(self._make_report(job, progress or self._progress)), name=f"report {job.key}"
        )
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        limit = asyncio.timeout(self._longest_run.total_seconds() if scheduled else None)
        try:
            async with limit:
                return await making
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

    async def stop(self) -> None:
        self._stopping = True
        making = list(self._making)
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)


async def _made(report: Awaitable[Report]) -> Report:
    return await report
