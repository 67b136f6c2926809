"""What the files hold when the program starts: a checkpoint and the journals that go on from it.

The newest checkpoint is `state.json`; where it is damaged it is set aside, and `state.json.1` with the journals since
then holds the same. Nothing is moved where neither can be used.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.store.disk import Disk, StoreError, set_aside, write_whole
from bot.store.journal import find_journals, replay
from bot.store.schema import Damaged, Tables, check_documents, decode_state, encode_state
from report.errors import InputError

log = logging.getLogger(__name__)

BEFORE_JOURNALS = 0  # the number in a checkpoint of an older version; journals begin at 1


@dataclass(frozen=True)
class Recovered:
    """The tables; the number that the next journal gets; the number in state.json; what the operator must know."""

    tables: Tables
    journal: int
    checkpoint: int
    warnings: tuple[str, ...] = ()


def older_generation(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


def recover(path: Path, disk: Disk, now: Callable[[], datetime]) -> Recovered:
    """Read the folder, and put what was found into a checkpoint of its own, so that the next start is quick.

    InputError if no generation can be read; StoreError where the disk gives nothing. A disk that takes no checkpoint
    keeps nobody from starting: the journals still hold what it would.
    """
    older = older_generation(path)
    journals = find_journals(path.parent)
    newest = max(journals, default=0)
    if not path.exists() and not older.exists():
        lost = [str(set_aside(disk, each, now)) for each in journals.values()]
        warnings = [
            f"store: {path} is gone; what had changed since it was written is no use without it: {', '.join(lost)}"
        ]
        return _begin_anew(Recovered({}, newest + 1, newest + 1, tuple(warnings if lost else ())), path, disk)
    try:
        found = load(path)
    except Damaged as damage:
        found = _fall_back(path, damage, disk, now)
    for warning in found.warnings:
        log.error(warning, extra={"action": "recover", "path": str(path)})
    migrated = found.checkpoint == BEFORE_JOURNALS
    if found.journal == found.checkpoint and not migrated and newest < found.journal:
        return found
    anew = Recovered(found.tables, max(newest, found.checkpoint) + 1, max(newest, found.checkpoint) + 1, found.warnings)
    try:
        return _begin_anew(anew, path, disk)
    except StoreError as error:
        log.error("%s; the journals are read again at the next start", error, extra={"action": "recover"})  # noqa: TRY400  the disk's fault
        return Recovered(found.tables, anew.journal, found.checkpoint, found.warnings)


def forget_journals(folder: Path, before: int, disk: Disk) -> None:
    """Those that no generation needs any more; one that cannot be removed does no harm."""
    for number, path in find_journals(folder).items():
        if number < before:
            try:
                disk.remove(path)
            except OSError as error:
                log.warning("store: %s stays: %s", path, error, extra={"action": "checkpoint"})


def _following(folder: Path, number: int) -> Iterator[Path]:
    """The journals that go on from a checkpoint: its own and those after it without a gap.

    Those beyond one are of another time: an older checkpoint was put back.
    """
    journals = find_journals(folder)
    while number != BEFORE_JOURNALS and (path := journals.get(number)):
        yield path
        number += 1


def _drop_orphans(tables: Tables) -> int:
    """Remove the deliveries whose parts were in a line that is lost; how many there were."""
    parts, dropped = tables.get("parts", {}), 0
    for name in ("deliveries", "past"):
        rows = tables.get(name, {})
        orphans = [key for key, row in rows.items() if row.get("parts") not in parts]
        for key in orphans:
            del rows[key]
        dropped += len(orphans)
    return dropped


def _begin_anew(recovered: Recovered, path: Path, disk: Disk) -> Recovered:
    content = encode_state(recovered.tables, recovered.checkpoint)
    write_whole(disk, path, content, keep_as=older_generation(path))
    return recovered


def _fall_back(path: Path, damage: Damaged, disk: Disk, now: Callable[[], datetime]) -> Recovered:
    older = older_generation(path)
    try:
        found = load(older)
    except Damaged as second:
        raise InputError(
            f"store: {path} is unusable ({damage}) and so is {older} ({second}); put a copy of your own in place of "
            f"{path}, or mend it by hand. To begin without subscriptions instead, move both files away: the reports in "
            f"{path.with_name('reports')} are kept"
        ) from damage
    aside = f"it was set aside as {set_aside(disk, path, now)}" if path.exists() else "nothing was there to set aside"
    warning = (
        f"store: {path} was unusable ({damage}); {aside}, and {older} is used, with the journals since then: "
        "nothing is missing, unless a journal was damaged too"
    )
    return Recovered(found.tables, -1, found.checkpoint, (warning, *found.warnings))


def load(path: Path) -> Recovered:
    """A checkpoint with the journals since then; changes nothing. Damaged; StoreError where it cannot be read."""
    try:
        tables, number = decode_state(path.read_bytes())
    except FileNotFoundError:
        raise Damaged("it is not there") from None
    except OSError as exc:
        raise StoreError(
            f"store: {path} cannot be read ({exc.strerror or exc}); look at its rights and the disk"
        ) from exc
    warnings: list[str] = []
    lost = 0
    for journal in _following(path.parent, number):
        if damaged := replay(tables, journal):
            lost += damaged
            warnings.append(
                f"store: {journal} is damaged: {damaged} of its changes are lost; what was sent then may come twice"
            )
    if lost and (orphans := _drop_orphans(tables)):
        warnings.append(f"store: {orphans} deliveries had lost what they were to say and are given up")
    check_documents(tables)
    return Recovered(tables, number, number, tuple(warnings))
