"""Quantities and dates: changed ones that are caught, honest ones that are refused, and what it costs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from benchmarks.measures.figure import Figure, NoData, find
from report.quantities import unsupported_quantities
from report.quantities.reading import read

_CHANGED = re.compile(r"number (\S+)->(\S+)")
_LINK = re.compile(r"\]\([^)]*\)")
_STATUS = re.compile(r"/status/([0-9]+)")
_BULLET = re.compile(r"\n(?=\s*[-*] )")
_COUNTED = {"changes", "noise"}  # sections whose points a program counts: compared with their counts, not with posts


@dataclass
class Evidence:
    """As the check gets it: texts, the times that they were written at, names."""

    texts: list[str] = field(default_factory=list)
    written: list[datetime] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def lacks(self, claim: str) -> list[str]:
        return unsupported_quantities(claim, self.texts, written=self.written, names=self.names)


def measure(data: Path) -> Iterator[Figure]:
    posts = _posts(data)
    yield from _claims(find(data, "support/claims*.jsonl"), posts)
    examples = data.parent / "examples"
    yield from _examples(sorted(examples.glob("twitter_*.json")), posts)
    yield from _translations(sorted(data.glob("recaps/*.jsonl")))
    yield from _speed(posts)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _posts(data: Path) -> dict[str, dict[str, Any]]:
    return {str(row["id"]): row for path in sorted(data.glob("tweets/*.jsonl")) for row in _rows(path)}


def _written(text: str) -> datetime:
    """ISO, or as API v1.1 writes it: `Fri Mar 27 00:20:08 +0000 2026`."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        weekday, month, day, clock, zone, year = text.split()
        return parsedate_to_datetime(f"{weekday}, {day} {month} {year} {clock} {zone}").astimezone(UTC)


def _evidence(ids: list[str], texts: list[str], posts: dict[str, dict[str, Any]]) -> Evidence:
    found = Evidence(list(texts))
    for post in (posts[one] for one in ids if one in posts):
        author = post["author"]
        quoted = posts.get(post.get("quotedTweetId") or "", {})
        found.texts += [author.get("bio") or "", quoted.get("text") or ""]
        found.names += [f"@{author['handle']}", author["name"]]
        found.written.append(_written(post["createdAt"]))
    return found


def _claims(path: Path, posts: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    changed = caught = refused_for_it = honest = refused = 0
    for row in _rows(path):
        evidence = _evidence(row["tweet_ids"], row["tweets"], posts)
        change = _CHANGED.fullmatch(row["how"])
        if change and change[1] != change[2]:
            lacking = evidence.lacks(row["claim"])
            changed += 1
            caught += bool(lacking)
            refused_for_it += any(change[2] in words for words in lacking)
        elif row["label"] == "supported":
            honest += 1
            refused += bool(evidence.lacks(row["claim"]))
    if not changed or not honest:
        raise NoData(f"{path} has no changed numbers or no supported claims")
    detail = f"of {changed}; {refused_for_it} with the changed number among the reasons; no-op changes left out"
    yield Figure("changed numbers caught", caught / changed, ">= 0.95", detail)
    yield Figure("honest claims refused for a quantity", refused / honest, "<= 0.02", f"of {honest}")


def _points(section: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from section.get("points", ())
    for child in section.get("children", ()):
        yield from _points(child)


def _examples(paths: list[Path], posts: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    """Reports written by hand; a post's replies and likes are handed in beside its text."""
    points = refused = 0
    for path in paths:
        for section in json.loads(path.read_text(encoding="utf-8"))["sections"]:
            for point in () if section["kind"] in _COUNTED else _points(section):
                ids = [one for one in point["citations"] if one in posts]
                if not ids:
                    continue
                evidence = _evidence(ids, [posts[one]["text"] for one in ids], posts)
                evidence.texts += [
                    f"{posts[one].get('replies')} replies, {posts[one].get('likes')} likes" for one in ids
                ]
                points += 1
                refused += bool(evidence.lacks(f"{point['headline']}：{point['text']}"))
    if points:
        yield Figure("points of the hand-written report refused", refused / points, "<= 0.02", f"{refused} of {points}")


def _bullets(text: str) -> dict[tuple[str, ...], str]:
    """The posts that a bullet cites, where no other cites the same → its text without links."""
    found: dict[tuple[str, ...], list[str]] = {}
    for bullet in _BULLET.split(text):
        if cited := tuple(_STATUS.findall(bullet)):
            found.setdefault(cited, []).append(_LINK.sub("]", bullet))
    return {cited: bullets[0] for cited, bullets in found.items() if len(bullets) == 1}


def _translations(paths: list[Path]) -> Iterator[Figure]:
    """Bullets of one recap in both languages: the Chinese one as a claim about the English one."""
    pairs = refused = changed = missed = 0
    for row in (row for path in paths for row in _rows(path) if row.get("recap_zh")):
        english, chinese = _bullets(row["recap_md"]), _bullets(row["recap_zh"])
        for cited in english.keys() & chinese.keys():
            pairs += 1
            if unsupported_quantities(chinese[cited], [english[cited]]):
                refused += 1
            elif worse := _with_another_number(chinese[cited]):
                changed += 1
                missed += not unsupported_quantities(worse, [english[cited]])
    if pairs:
        yield Figure("translated bullets refused", refused / pairs, "<= 0.01", f"{refused} of {pairs}")
        detail = f"of {changed} bullets whose middle number became twice itself and one"
        yield Figure("changed numbers in them caught", 1 - missed / changed, ">= 0.95", detail)


def _with_another_number(text: str) -> str:
    """The middle one of its numbers, not of its list markers, doubled and one more; "" where it has none."""
    places = list(re.finditer(r"(?<![0-9.,])[0-9]{1,9}(?:\.[0-9]+)?(?![0-9.,])", text))
    stated = [(one.start, one.end) for one in read(text).quantities]
    places = [found for found in places if any(start <= found.start() < end for start, end in stated)]
    if not places:
        return ""
    middle = places[len(places) // 2]
    return f"{text[: middle.start()]}{2 * float(middle.group()) + 1:.12g}{text[middle.end() :]}"


def _speed(posts: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    """A hundred points against four posts of their own each, read for the first time."""
    rows = sorted(posts.values(), key=lambda row: str(row["id"]))[:500]
    if len(rows) < 500:
        return
    claims = [f"作者说：{row['text'][:140]}，约 30% 的用户每月多花 20 美元" for row in rows[:100]]
    times = []
    for _ in range(3):
        read.cache_clear()
        began = time.process_time()
        for n, claim in enumerate(claims):
            unsupported_quantities(claim, [row["text"] for row in rows[100 + 4 * n : 104 + 4 * n]])
        times.append(1000 * (time.process_time() - began))
    letters = sum(len(row["text"]) for row in rows[100:]) / 400
    detail = f"processor time, the best of 3; {letters:.0f} characters a post"
    yield Figure("ms for 100 points against 4 posts each", min(times), "<= 200", detail)
