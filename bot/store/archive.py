"""Posts on disk: bought once, kept for ever, read again for nothing.

In: posts of a topic, the authors behind them, what was read of X and what it cost. Out: the same again. A folder a
topic, in it one JSON Lines file a UTC day; beside them `authors.json`, `coverage.json` and `spending.json`. Always
holds: what a method has kept is on the disk when it returns; lines are only ever added, of an id the last one counts;
a torn or damaged line costs itself only and is logged; writers of all processes take turns (`.lock`).
"""

from __future__ import annotations

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout
from pydantic import ValidationError

from bot.store.disk import Disk, StoreError, refused, set_aside, write_whole
from report.model import Author, Tweet, XCost

log = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 30.0
TOPIC = re.compile(r"[a-z][a-z0-9_]{0,23}")


class FileArchive:
    """The archive under a folder, which is made when the first thing is kept. StoreError where the disk refuses."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self.root = root
        self._disk = disk or Disk()
        self._documents: dict[Path, tuple[tuple[int, int, int], dict[str, Any]]] = {}

    def posts(self, topic: str, since: datetime, until: datetime) -> list[Tweet]:
        """Kept posts of [since, until), oldest first, each id once (the newest reading of it)."""
        newest: dict[str, Tweet] = {}
        first, last = f"{since.astimezone(UTC):%Y-%m-%d}", f"{until.astimezone(UTC):%Y-%m-%d}"
        for path in sorted(self._folder(topic).glob("*.jsonl")):
            if first <= path.stem <= last:
                newest |= {tweet.id: tweet for tweet in _read_day(path)}
        inside = (tweet for tweet in newest.values() if since <= tweet.created_at < until)
        return sorted(inside, key=lambda tweet: (tweet.created_at, tweet.id))

    def keep(self, topic: str, tweets: Iterable[Tweet]) -> None:
        """Add the posts to the files of their days."""
        by_day: dict[date, list[Tweet]] = defaultdict(list)
        for tweet in tweets:
            by_day[tweet.created_at.astimezone(UTC).date()].append(tweet)
        with self._writing():
            for day, of_day in by_day.items():
                lines = [tweet.model_dump_json(exclude_defaults=True).encode() + b"\n" for tweet in of_day]
                _append(self._disk, self._folder(topic) / f"{day:%Y-%m-%d}.jsonl", b"".join(lines))

    def authors(self, ids: Iterable[str]) -> Mapping[str, Author]:
        """The known authors among these X user ids; one may also be asked for as `@handle`, in any case."""
        known = self._load("authors")
        by_handle: dict[str, Any] = {}
        found: dict[str, Author] = {}
        for key in ids:
            if key.startswith("@") and not by_handle:
                by_handle = {f"@{row['handle'].casefold()}": row for row in known.values()}
            row = by_handle.get(key.casefold()) if key.startswith("@") else known.get(key)
            if row is not None:
                found[key] = Author.model_validate(row)
        return found

    def keep_authors(self, authors: Iterable[Author]) -> None:
        """Keep those that have an id, in place of what was known of them."""
        rows = {author.id: author.model_dump(exclude_defaults=True) for author in authors if author.id}
        if rows:
            with self._writing():
                self._save("authors", {**self._load("authors"), **rows})

    def is_covered(self, topic: str, fingerprint: str, since: datetime, until: datetime) -> bool:
        stretches = self._load("coverage").get(topic, {}).get(fingerprint, [])
        first, last = since.timestamp(), until.timestamp()
        return any(start <= first and last <= end for start, end in stretches)

    def mark_covered(self, topic: str, fingerprint: str, since: datetime, until: datetime) -> None:
        with self._writing():
            coverage = {name: dict(stretches) for name, stretches in self._load("coverage").items()}
            of_topic = coverage.setdefault(topic, {})
            stretches = [*of_topic.get(fingerprint, []), [since.timestamp(), until.timestamp()]]
            of_topic[fingerprint] = _merged(stretches)
            self._save("coverage", coverage)

    def spent_usd(self, day: date) -> float:
        return float(self._load("spending").get(day.isoformat(), {}).get("usd", 0.0))

    def spent(self, day: date) -> XCost:
        """What was bought on that UTC day, and the dollars that it cost."""
        return XCost.model_validate(self._load("spending").get(day.isoformat(), {}))

    def set_aside_usd(self, day: date, usd: float, budget_usd: float) -> bool:
        """Count these dollars as spent on that UTC day, unless the day would cost more than the budget; were they?"""
        with self._writing():
            if self.spent(day).usd + usd > budget_usd:
                return False
            self._add_spending(day, XCost(usd=usd))
        return True

    def record_spending(self, day: date, cost: XCost) -> None:
        """Add to what was spent on that UTC day; what was set aside is given back as a negative cost."""
        with self._writing():
            self._add_spending(day, cost)

    def _add_spending(self, day: date, cost: XCost) -> None:
        before = self.spent(day)
        total = XCost(
            posts=before.posts + cost.posts, users=before.users + cost.users, usd=round(before.usd + cost.usd, 6)
        )
        self._save("spending", {**self._load("spending"), day.isoformat(): total.model_dump()})

    def topics(self) -> Sequence[str]:
        """The topics of which posts are kept, by name."""
        folders = self.root.iterdir() if self.root.is_dir() else ()
        return sorted(folder.name for folder in folders if TOPIC.fullmatch(folder.name) and any(folder.glob("*.jsonl")))

    def _folder(self, topic: str) -> Path:
        if not TOPIC.fullmatch(topic):
            raise ValueError(f"{topic!r} is no name of a topic; one looks like ai")
        return self.root / topic

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The turn of this writer. StoreError where another keeps it, or the disk refuses."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with FileLock(self.root / ".lock", timeout=LOCK_TIMEOUT_S):
                yield
        except Timeout as error:
            raise StoreError(
                f"archive: another process has been writing to {self.root} for {LOCK_TIMEOUT_S:.0f} s; stop it"
            ) from error
        except OSError as error:
            raise refused(self.root, error) from error

    def _load(self, name: str) -> dict[str, Any]:
        """The document, from memory while its file stays the same. A damaged one is set aside, loudly."""
        path = self.root / f"{name}.json"
        try:
            stamp = _stamp(path)
            if path in self._documents and self._documents[path][0] == stamp:
                return self._documents[path][1]
            document = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict):
            aside = set_aside(self._disk, path, lambda: datetime.fromtimestamp(stamp[1] / 1e9, UTC))
            log.error("archive: %s was damaged; it was moved to %s, and that knowledge starts anew", path, aside)
            return {}
        self._documents[path] = (stamp, document)
        return document

    def _save(self, name: str, document: Mapping[str, Any]) -> None:
        write_whole(self._disk, self.root / f"{name}.json", orjson.dumps(document))


def _stamp(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _read_day(path: Path) -> Iterator[Tweet]:
    """The readings of a day's file in their order; lines that are none are counted in the log."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    damaged = []
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            yield Tweet.model_validate_json(line)
        except ValidationError:
            damaged.append(number)
    if damaged:
        log.warning("archive: %s: line(s) %s are torn or damaged and left out", path, ", ".join(map(str, damaged[:10])))


def _append(disk: Disk, path: Path, lines: bytes) -> None:
    """Add whole lines durably; what a crash has torn before is closed with a line's end first."""
    path.parent.mkdir(exist_ok=True)
    is_new = not path.exists()
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            lines = lines if file.read(1) == b"\n" else b"\n" + lines
        file.write(lines)
        file.flush()
        disk.sync(file.fileno())
    if is_new:
        disk.sync_folder(path.parent)


def _merged(stretches: Iterable[list[float]]) -> list[list[float]]:
    """The same stretches of time in order, those that touch as one."""
    merged: list[list[float]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
