"""A report beside the target of its day: which of the target's ten stories are in our ten, and where the others went.

    python -m benchmarks.target REPORT.json TARGET.json

Both are reports as data (KEY.json). A story is in our ten where one of our ten rests on a post that it rests on.
Of one that is not: the section that it stands in, or that its posts were kept and not written about, or why they were
dropped. Below: how our keeping and dropping of posts agrees with the target's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Pick:
    """One of the target's ten: `ours` is our headline where it is in our ten, else "", and `why` says where it went."""

    target: str
    ours: str
    why: str


def compare(report: Row, target: Row) -> list[Pick]:
    """The target's ten in its order."""
    core = _points(report, "core")
    return [_pick(point, core, report) for point in _points(target, "core")]


def agreement(report: Row, target: Row) -> tuple[float, float]:
    """F1 of keeping and of dropping posts, as the target's ledger does."""
    theirs, ours = (_sorted(each["ledger"]) for each in (target, report))
    return _f1(ours[0], theirs[0]), _f1(ours[1], theirs[1])


def _pick(point: Row, core: Sequence[Row], report: Row) -> Pick:
    wanted = set(point["citations"])
    for ours in core:
        if wanted & set(ours["citations"]):
            return Pick(point["headline"], ours["headline"] or ours["text"][:24], "")
    return Pick(point["headline"], "", _where(wanted, report))


def _where(wanted: set[str], report: Row) -> str:
    for section in report["sections"]:
        for point in _all_points(section):
            if wanted & set(point["citations"]):
                return f"in {section['kind']}: {point['headline'] or point['text'][:24]}"
    dropped = {row["id"]: row for row in report["ledger"]["dropped"]}
    if gone := [dropped[post] for post in wanted if post in dropped]:
        return f"{len(gone)} of {len(wanted)} posts dropped: {gone[0]['kind']}, {gone[0]['reason']}"
    return "kept, and not written about"


def _points(report: Row, kind: str) -> list[Row]:
    return [point for section in report["sections"] if section["kind"] == kind for point in _all_points(section)]


def _all_points(section: Row) -> Iterator[Row]:
    yield from section.get("points", ())
    for child in section.get("children", ()):
        yield from _all_points(child)


def _sorted(ledger: Row) -> tuple[set[str], set[str]]:
    return set(ledger["used_ids"]), {row["id"] for row in ledger["dropped"]}


def _f1(ours: set[str], theirs: set[str]) -> float:
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 1.0


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.target REPORT.json TARGET.json")
    report, target = (json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:])
    picks = compare(report, target)
    for at, pick in enumerate(picks, 1):
        print(f"{at:>2} {pick.target}\n   {'= ' + pick.ours if pick.ours else '- missing, ' + pick.why}")
    kept, dropped = agreement(report, target)
    found = sum(bool(pick.ours) for pick in picks)
    print(f"{found} of {len(picks)} stories; F1 of keeping {kept:.2f}, of dropping {dropped:.2f}")


if __name__ == "__main__":
    main()
