"""Which posts are told as one story: pairs joined rightly and wrongly, on invented days whose stories are known."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from benchmarks.measures.figure import Figure, NoData, find
from report.clean.duplicates import find_copies
from report.model import Author, Tweet
from report.stories import group

KNOWN = Path(__file__).parents[2] / "tests" / "report" / "stories" / "known_stories.jsonl"
NOON = datetime(2026, 1, 7, 4, tzinfo=UTC)
UNANIMOUS = "(6,6)"  # votes of the paraphrase corpus


def read_days(path: Path = KNOWN) -> dict[str, list[tuple[str, Tweet]]]:
    """Day → its posts, each with the name of its story."""
    days: dict[str, list[tuple[str, Tweet]]] = {}
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        post = Tweet(
            id=_id(row["id"]),
            author=Author(handle=row["by"], name=row["name"]),
            text=row["text"],
            created_at=NOON + timedelta(minutes=row["at"]),
            urls=tuple(row.get("urls", ())),
            quoted_id=_id(row["quoted"]) if row.get("quoted") else None,
            source="file:known",
        )
        days.setdefault(row["day"], []).append((row["story"], post))
    return days


def pairs_of(day: Sequence[tuple[str, Tweet]]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """The pairs of ids that are one story, and those that `group` joins."""
    of = {post.id: story for story, post in day}
    known = {frozenset(pair) for pair in combinations(of, 2) if of[pair[0]] == of[pair[1]]}
    found = {
        frozenset((first.id, second.id))
        for story in group([post for _, post in day])
        for first, second in combinations(story.tweets, 2)
    }
    return known, found


def measure(data: Path) -> Iterator[Figure]:
    days = read_days()
    sums = [pairs_of(day) for day in days.values()]
    known, found = (sum(len(side) for side in sides) for sides in zip(*sums, strict=True))
    right = sum(len(a & b) for a, b in sums)
    posts = sum(map(len, days.values()))
    detail = f"{posts} invented posts in {len(days)} days; {right} right of {found} joined, {known} known"
    yield Figure("stories: pairs joined that belong together (precision)", right / max(found, 1), ">= 0.95", detail)
    yield Figure("stories: pairs found of those that belong together", right / max(known, 1), ">= 0.80", detail)
    for name, (of, joined) in zip(days, sums, strict=True):
        shares = f"precision {len(of & joined) / max(len(joined), 1):.2f}"
        yield Figure(f"stories: found on day {name} alone", len(of & joined) / len(of), "", shares)
    yield from _paraphrases(data)


def _paraphrases(data: Path) -> Iterator[Figure]:
    """Pairs that six of six readers call the same: wider than a copy, so without a goal."""
    try:
        path = find(data, "duplicates/*.tsv")
    except NoData:
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) > 2]
    pairs = [row for row in rows if row[2].strip() == UNANIMOUS]
    copies = sum(bool(find_copies([_bare_post(1, a), _bare_post(2, b)])) for a, b, *_ in pairs)
    yield Figure("unanimous paraphrases that are copies", copies / max(len(pairs), 1), "", f"{copies} of {len(pairs)}")


def _bare_post(number: int, text: str) -> Tweet:
    author = Author(handle=f"reader{number}")
    return Tweet(
        id=_id(number), author=author, text=text, created_at=NOON + timedelta(minutes=number), source="file:pairs"
    )


def _id(number: int) -> str:
    return f"{2_008_700_000_000_000_000 + number}"
