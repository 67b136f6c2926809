"""What the model's calls cost on each UTC day, over all reports and all processes, on disk.

In: what a call may cost at most, before it is made; what it came to, after it. Out: the day's sum. One file of JSON
Lines a day, `2026-01-07.jsonl`. Always holds: the line of a call is on the disk before the call is made, so two
processes never spend the same dollar; lines are only added, by one process at a time (`.lock`); a call whose process
died counts with the most that it could cost; a torn line costs itself only.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from report.errors import ModelError
from report.model import ModelCost

LOCK_TIMEOUT_S = 30.0
log = logging.getLogger(__name__)


class DayFull(Exception):
    """The day's dollars do not hold this call; `spent_usd` is what they went for, with what is set aside."""

    def __init__(self, spent_usd: float) -> None:
        super().__init__(f"{spent_usd:.4f} are spent")
        self.spent_usd = spent_usd


@dataclass(frozen=True)
class Entry:
    """A call that is entered and may still cost `most_usd`."""

    day: date
    call: str
    most_usd: float


class Daybook:
    """The book in a folder, which is made at the first call."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._now = now

    def enter(self, most_usd: float, budget_usd: float) -> Entry:
        """Set aside what a call may cost. DayFull where the day's budget does not hold it.

        ModelError where it cannot be written down: what is not counted is not spent.
        """
        entry = Entry(self._now().astimezone(UTC).date(), uuid.uuid4().hex[:16], most_usd)
        with self._writing():
            spent_usd = self.spent(entry.day).usd
            if spent_usd + most_usd > budget_usd + 1e-9:
                raise DayFull(spent_usd)
            _append(self._path(entry.day), {"call": entry.call, "most_usd": most_usd})
        return entry

    def settle(self, entry: Entry, cost: ModelCost) -> None:
        """Write down what the call came to. Where the disk refuses, it goes on counting with the most."""
        try:
            with self._writing():
                _append(self._path(entry.day), {"call": entry.call, **cost.model_dump()})
        except ModelError as error:
            log.warning("%s", error)

    def spent(self, day: date) -> ModelCost:
        """What that UTC day has cost, what is set aside for calls under way included."""
        calls: dict[str, ModelCost] = {}
        for row in _read(self._path(day)):
            try:
                most = ModelCost(usd=row["most_usd"]) if "most_usd" in row else None
                calls[row["call"]] = most or ModelCost(**{key: row[key] for key in row if key != "call"})
            except (KeyError, TypeError, ValueError):
                log.warning("llm: a line of %s is damaged and left out", self._path(day))
        return ModelCost(
            calls=sum(cost.calls for cost in calls.values()),
            tokens_in=sum(cost.tokens_in for cost in calls.values()),
            tokens_out=sum(cost.tokens_out for cost in calls.values()),
            usd=round(sum(cost.usd for cost in calls.values()), 9),
        )

    def _path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.jsonl"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".lock", timeout=LOCK_TIMEOUT_S):
                yield
        except (OSError, Timeout) as error:
            why = "another process keeps its lock" if isinstance(error, Timeout) else error.strerror or error
            raise ModelError(
                f"llm: {self._folder} cannot be written ({why}), so what the model costs cannot be counted and it is "
                "not asked; make the folder writable",
                words="记不下模型的花费，所以没有用模型：请检查数据目录能不能写",
            ) from error


def _read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a day's file in their order; what is no row is left out."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in filter(None, lines):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(row, dict):
            yield row


def _append(path: Path, row: Mapping[str, Any]) -> None:
    """Add a line durably; what a crash has torn before is closed with a line's end first."""
    with path.open("a+b") as file:
        torn = b""
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = b"" if file.read(1) == b"\n" else b"\n"
        file.write(torn + orjson.dumps(row) + b"\n")
        file.flush()
        os.fsync(file.fileno())
