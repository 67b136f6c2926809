"""Does the check let honest points through that nobody tuned it on, and stop them with one thing changed?

Points written by hand over the shipped invented posts before the check was run on them, in Chinese and in English:
`tests/report/check/honest_points.jsonl`. They need no data folder. A spoilt point is one without a `must` fault in
which a number, a name, a quoted word or the posts are others.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measures.figure import Figure
from benchmarks.spoiling import SPOILS, Case, World
from bot.demo import FIRST, LAST, NAMES, TIMEZONE, posts_file
from report.model import Period, Tweet
from report.sources.file import read_posts

POINTS = Path(__file__).parents[2] / "tests" / "report" / "check" / "honest_points.jsonl"
SPOILT = ("a number changed", "a name changed", "a quoted word changed", "other posts of its authors")
PERIOD = Period.of_days(FIRST, LAST, TIMEZONE)
NAME = re.compile(r"[A-Z][a-z]+ [A-Z][\w-]+")  # of a person: Greta Lindqvist-Hale
NO_NAMES = ("大模型", "智能体", "征求意见稿", "智能体管理办法")  # among the demo topic's, and words for all that
_TIMES = 3  # spoilt copies of each point, by other draws


def measure(_: Path) -> Iterator[Figure]:
    cases, posts = read_cases()
    for language, title in (("zh", "Chinese"), ("en", "English")):
        of_one = [case for case in cases if case.language == language]
        refused = [rules for case in of_one if (rules := must(case))]
        counted = Counter(rule for rules in refused for rule in rules)
        detail = " ".join([f"of {len(of_one)}", *(f"{rule} {count}" for rule, count in counted.most_common())])
        yield Figure(f"honest {title} points refused", len(refused) / len(of_one), "<= 0.05", detail)
    for name in SPOILT:
        caught, total = spoil(name, cases, posts)
        goal = SPOILS[name][2]
        yield Figure(f"honest points, {name}: caught", caught / total, goal, f"of {total}")


def read_cases() -> tuple[list[Case], dict[str, Tweet]]:
    """The points with their posts, and all posts by id."""
    with posts_file() as path:
        posts = {post.id: post for post in read_posts(path)[0]}
    rows = [json.loads(line) for line in POINTS.read_text("utf-8").splitlines()]
    cases = [
        Case(
            row["headline"],
            row["text"],
            tuple(posts[post] for post in row["citations"]),
            row["kind"],
            language=row.get("language", "zh"),
            names=NAMES,
        )
        for row in rows
    ]
    return cases, posts


def must(case: Case) -> set[str]:
    """The rules by which a point is refused."""
    return {fault.rule for fault in case.faults(PERIOD) if fault.severity == "must"}


def spoil(name: str, cases: list[Case], posts: dict[str, Tweet]) -> tuple[int, int]:
    """How many spoilt copies of the points that stand are caught, and of how many."""
    change, rules, _ = SPOILS[name]
    sound = [case for case in cases if not must(case)]
    authors = [post.author.called for post in posts.values() if NAME.fullmatch(post.author.called)]
    world = World(tuple(sound), posts, tuple(dict.fromkeys((*(n for n in NAMES if n not in NO_NAMES), *authors))))
    chance = random.Random(7)  # noqa: S311  the same spoilt points every time
    spoilt = [bad for _ in range(_TIMES) for case in sound if (bad := change(case, world, chance))]
    return sum(any(fault.rule in rules for fault in bad.faults(PERIOD)) for bad in spoilt), len(spoilt)
