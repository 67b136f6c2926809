"""Reports on disk, a file each: KEY.json is the newest revision, KEY.rN.json are the ones before.

Blocking: call it in a thread. A damaged file is set aside, and the newest older revision is used.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot.model import ReportEntry
from bot.store.disk import Disk, StoreError, refused, set_aside, write_whole
from report.errors import InputError
from report.model import Report

log = logging.getLogger(__name__)


class ReportFiles:
    def __init__(self, folder: Path, disk: Disk, now: Callable[[], datetime], warn: Callable[[str], None]) -> None:
        self.folder = folder
        self._disk = disk
        self._now = now
        self._warn = warn

    def save(self, report: Report, *, replaces: int | None) -> None:
        """Durable when it returns. `replaces` is the revision that the index knows, None if it knows none."""
        if not re.fullmatch(r"\w+", report.key, re.ASCII):
            raise InputError(f"store: {report.key!r} cannot name a report; use letters, digits and _")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise refused(self.folder, exc) from exc
        keep_as = None
        if replaces is not None and replaces != report.revision:
            older = self._older(report.key, replaces)
            # It exists already where a crash came between this file and the index: then KEY.json is not that revision.
            keep_as = None if older.exists() else older
        write_whole(self._disk, self._path(report.key), report.model_dump_json(indent=1).encode(), keep_as=keep_as)

    def read(self, key: str, revision: int) -> Report | None:
        """That revision; where its file is missing or damaged, an older one, else the newest; None if no file is good.

        What is damaged is set aside.
        """
        candidates = [self._path(key), self._older(key, revision), *self._all_older(key)]
        others: list[Report] = []
        for path in dict.fromkeys(candidates):
            report = self._read(path, key)
            if report and report.revision == revision:
                return report
            if report:
                others.append(report)
        return max(others, key=lambda report: (report.revision < revision, report.revision), default=None)

    def entries(self) -> list[ReportEntry]:
        """An index made from the files."""
        paths = [path for path in sorted(self.folder.glob("*.json")) if "." not in path.stem]
        return [ReportEntry.of(report) for path in paths if (report := self._read(path, path.stem))]

    def _read(self, path: Path, key: str) -> Report | None:
        try:
            report = Report.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as exc:
            self._set_aside(path, f"{exc.error_count()} errors, the first: {exc.errors(include_url=False)[0]['msg']}")
            return None
        except OSError as exc:
            raise StoreError(f"store: {path} cannot be read ({exc.strerror or exc}); look at the disk") from exc
        if report.key != key:
            self._set_aside(path, f"it holds the report {report.key}")
            return None
        return report

    def _set_aside(self, path: Path, reason: str) -> None:
        aside = set_aside(self._disk, path, self._now)
        warning = f"store: {path} was unusable ({reason}); it was set aside as {aside}; /regenerate makes it again"
        log.error(warning, extra={"action": "recover", "path": str(path)})
        self._warn(warning)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _older(self, key: str, revision: int) -> Path:
        return self.folder / f"{key}.r{revision}.json"

    def _all_older(self, key: str) -> list[Path]:
        """Newest first."""
        found = {
            int(number[1]): path
            for path in self.folder.glob(f"{key}.r*.json")
            if (number := re.fullmatch(r".*\.r(\d+)\.json", path.name))
        }
        return [found[number] for number in sorted(found, reverse=True)]
