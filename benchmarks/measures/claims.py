"""Claims that were changed, or put over other posts: how many are refused, and how many honest ones with them.

From `support/claims*.jsonl` (claim, the posts, what was done to it) and, if the examples are there, from the points of
the one day written by hand. A row that changes nothing ("2->2") is left out. Authors come from `tweets/*.jsonl`; the
author of a swapped post is the same one's, by its label.
"""

from __future__ import annotations

import importlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measures.figure import Figure, NoData, find
from report.evidence import Evidence
from report.evidence.naming import unsupported_names
from report.evidence.support import is_supported
from report.model import Author, Tweet
from report.sources.file import read_posts as read_file

Rule = Callable[[str, Evidence], bool]
EXAMPLE = "examples/twitter_ai_*.json"
_SEED = 20260327


@dataclass(frozen=True)
class Case:
    """A claim over posts. `how`: original, citation, number or entity."""

    how: str
    claim: str
    posts: tuple[Tweet, ...]
    day: str = ""


def measure(data: Path) -> Iterator[Figure]:
    cases = list(read_claims(data))
    rules = load_rules()
    refused = {name: _refused(cases, rule) for name, rule in rules.items()}
    together = {how: {n for found in refused.values() for n in found[how]} for how in next(iter(refused.values()))}
    total = {how: sum(case.how == how for case in cases) for how in together}
    detail = f"rules: {', '.join(rules)}"
    for how, title, goal in (
        ("number", "changed numbers caught", ">= 0.95"),
        ("entity", "changed names caught", ">= 0.85"),
        ("citation", "swapped posts caught", ">= 0.99"),
        ("original", "honest claims refused", "<= 0.05"),
    ):
        if total.get(how):
            count = len(together[how])
            yield Figure(title, count / total[how], goal, f"{count} of {total[how]}; {detail}")
    for name, found in refused.items():
        counts = ", ".join(f"{how} {len(found[how])}" for how in ("number", "entity", "citation"))
        share = len(found["original"]) / total["original"] if total.get("original") else 0.0
        yield Figure(f"honest claims refused by {name} alone", share, "", f"it catches: {counts}")
    yield from _example(data)


def load_rules() -> dict[str, Rule]:
    """The checks by name; the one of quantities where it is there."""
    rules: dict[str, Rule] = {
        "names": lambda claim, evidence: bool(unsupported_names(claim, evidence)),
        "support": lambda claim, evidence: not is_supported(claim, evidence),
    }
    try:
        quantities = importlib.import_module("report.quantities").unsupported_quantities
    except (ImportError, AttributeError):
        return rules
    rules["quantities"] = lambda claim, evidence: bool(
        quantities(
            claim,
            [*evidence.texts, *evidence.names, *evidence.bios, *evidence.counts],
            written=evidence.dates,
            names=[*evidence.names, *evidence.handles],
        )
    )
    return rules


def _refused(cases: Iterable[Case], rule: Rule) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {how: set() for how in ("number", "entity", "citation", "original")}
    for number, case in enumerate(cases):
        if rule(case.claim, Evidence.of(case.posts)):
            found.setdefault(case.how, set()).add(number)
    return found


def read_claims(data: Path) -> Iterator[Case]:
    found = rows(find(data, "support/claims*.jsonl"))
    known = read_posts(data)
    honest = {row["claim"]: row["tweet_ids"] for row in found if row["how"] == "original"}
    for row in found:
        how, _, change = row["how"].replace(",", " ").partition(" ")
        before, arrow, after = change.partition("->")
        if arrow and before == after:
            continue
        authors = [known[post].author for post in (*row["tweet_ids"], *honest.get(row["claim"], ())) if post in known]
        by = authors[0] if authors else Author(handle="")
        posts = (
            known[post].model_copy(update={"text": text}) if post in known else _post(post, by, text, row["day"])
            for post, text in zip(row["tweet_ids"], row["tweets"], strict=True)
        )
        yield Case(how, row["claim"], tuple(posts), row["day"])


def read_posts(data: Path) -> Mapping[str, Tweet]:
    """The posts of `tweets/*.jsonl` by their ids; none where there is no such file."""
    return {post.id: post for path in sorted(data.glob("tweets/*.jsonl")) for post in read_file(path)[0]}


def _post(post: str, author: Author, text: str, day: str) -> Tweet:
    return Tweet(
        id=post, author=author, text=text, created_at=datetime.fromisoformat(day).replace(tzinfo=UTC), source="x"
    )


def read_example(data: Path) -> list[Case]:
    """The points of the day written by hand, but for counts over days, which rest on more than what is cited."""
    found = sorted(data.parent.glob(EXAMPLE))
    known = read_posts(data)
    if not found or not known:
        raise NoData(f"{data.parent} has no {EXAMPLE}, or {data} no tweets/*.jsonl")
    sections = json.loads(found[0].read_text("utf-8"))["sections"]
    points = [point for section in sections for point in _points(section) if not point.get("counted")]
    cases = []
    for point in points:
        posts = tuple(known[post] for post in point["citations"] if post in known)
        if posts and len(posts) == len(point["citations"]):
            claim = "：".join(filter(None, (point["headline"], point["text"])))
            cases.append(Case("original", claim, posts, "example"))
    return cases


def swapped(case: Case, by_author: Mapping[str, list[Tweet]], chance: random.Random) -> Case:
    """The claim over other posts of the same authors, as many of each."""
    cited = {post.id for post in case.posts}
    others: list[Tweet] = []
    for post in case.posts:
        pool = [other for other in by_author[post.author.handle] if other.id not in cited and len(other.text) > 25]
        others += [chance.choice(pool)] if pool else []
    return Case("citation", case.claim, tuple(others), case.day)


def posts_by_author(data: Path) -> Mapping[str, list[Tweet]]:
    found: dict[str, list[Tweet]] = defaultdict(list)
    for post in read_posts(data).values():
        found[post.author.handle].append(post)
    return found


def _example(data: Path) -> Iterator[Figure]:
    try:
        cases = read_example(data)
    except NoData:
        return
    by_author, chance = posts_by_author(data), random.Random(_SEED)  # noqa: S311  a fixed draw, no secret
    swaps = [found for case in cases for _ in range(5) if (found := swapped(case, by_author, chance)).posts]
    caught: set[int] = set()
    for name, rule in load_rules().items():
        refused = _refused(cases, rule)["original"]
        goal = "" if name == "quantities" else "<= 0.03"
        yield Figure(f"example points refused by {name}", len(refused) / len(cases), goal, f"of {len(cases)}")
        caught |= _refused(swaps, rule)["citation"]
    yield Figure(
        "example points over the author's other posts caught", len(caught) / len(swaps), "", f"of {len(swaps)}"
    )


def _points(section: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from section["points"]
    for child in section.get("children", ()):
        yield from _points(child)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
