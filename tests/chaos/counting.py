"""What the counterparts accepted beside what the program was to send: missing, twice, out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.model import UNKNOWN
from bot.store.journal import find_journals, replay
from bot.store.schema import Tables, decode_state

Row = dict[str, Any]


@dataclass(frozen=True)
class Left:
    """What the disk holds of deliveries after the program ended."""

    reports: frozenset[str]
    pending: int
    begun: Mapping[str, int]  # by platform: parts of which nobody knows whether they were accepted


@dataclass
class Count:
    """Of one platform."""

    expected: int = 0
    accepted: int = 0
    missing: int = 0
    unknown: int = 0
    twice: int = 0
    out_of_order: int = 0
    states: Counter[str] = field(default_factory=Counter)


def read_tables(folder: Path) -> Tables:
    """The state as the next start would find it, without changing anything. Raises what it would."""
    tables, number = decode_state((folder / "state.json").read_bytes())
    for later, path in find_journals(folder).items():
        if later >= number and (lost := replay(tables, path)):
            raise AssertionError(f"{lost} changes of {path} are damaged")
    return tables


def look(folder: Path) -> Left:
    tables = read_tables(folder)
    rows = list(tables.get("deliveries", {}).values())
    pending = [row for row in rows if row["state"] == "pending"]
    begun = Counter(_platform(row) for row in pending if row.get("begun_at"))
    return Left(frozenset(tables.get("reports", {})), len(pending), begun)


def count(tables: Tables, platform: str, seen: Mapping[str, Sequence[str]]) -> Count:
    """`seen`: what each chat shows, in its order, as `read_part` reads it."""
    found = Count(accepted=sum(map(len, seen.values())))
    wanted: dict[str, list[tuple[str, bool]]] = {}
    for row in (*tables.get("past", {}).values(), *tables.get("deliveries", {}).values()):
        if _platform(row) != platform:
            continue
        found.states[row["state"]] += 1
        sent = row.get("sent", ())
        parts = tables["parts"][row["parts"]]["parts"]
        chat = row["chat"].partition(":")[2]
        wanted.setdefault(chat, []).extend(
            (read_part(part), at < len(sent) and sent[at] == UNKNOWN) for at, part in enumerate(parts)
        )
    for chat, parts in wanted.items():
        shown = seen.get(chat, ())
        first = {said: at for at, said in reversed(list(enumerate(shown)))}
        found.expected += len(parts)
        found.twice += len(shown) - len(first)
        found.missing += sum(said not in first and not unknown for said, unknown in parts)
        found.unknown += sum(said not in first and unknown for said, unknown in parts)
        order = [first[said] for said, _ in parts if said in first]
        found.out_of_order += sum(before > after for before, after in pairwise(order))
    return found


def read_part(part: Row) -> str:
    """The words of a part, or of a message as a counterpart shows it."""
    embeds = "".join((each.get("title") or "") + (each.get("description") or "") for each in part.get("embeds") or ())
    return "".join(((part.get("text") or "") + (part.get("content") or "") + embeds).split())


def _platform(row: Row) -> str:
    return str(row["chat"]).partition(":")[0]
