"""The hostile posts of `posts.jsonl` as sources give them to a report, and a day of the demo with all of them in it.

In: the rows, each with its `attack` and its `canary`, a word that stands in no other text. Out: files in a shape that
the bot reads, or the Tweets that it reads from them. Always holds: the canary stands in what the post or its author
says, once everything is shown; `filler` is repeated `times` after the text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo import LAST, NAMES, TIMEZONE, posts_file
from report.model import Period, Story, Topic, Tweet
from report.sources.decode import decode
from report.sources.file import read_posts

POSTS = Path(__file__).with_name("posts.jsonl")
DAY = Period.of_days(LAST, LAST, TIMEZONE)
TOPIC = Topic(name="ai", title="AI", query="AI", files=("posts.json",), names=NAMES, timezone=TIMEZONE)


@dataclass(frozen=True)
class Attack:
    """One hostile post. `canary` is what must stand nowhere but in what is said of it."""

    kind: str
    canary: str
    tweet: Tweet

    def __str__(self) -> str:
        return f"{self.kind}-{self.canary.lower()}"


def rows() -> list[dict[str, Any]]:
    """The rows with their texts at full length."""
    grown = []
    for row in map(json.loads, POSTS.read_text("utf-8").splitlines()):
        text = row["text"] + row.pop("filler", "") * row.pop("times", 0)
        grown.append(row | {"text": text})
    return grown


def attacks() -> list[Attack]:
    found = []
    for row in rows():
        (tweet,) = decode(row, source="file:hostile.jsonl").tweets
        found.append(Attack(row["attack"], row["canary"], tweet))
    return found


def stories_of(tweets: list[Tweet]) -> list[Story]:
    """A story for each, as if nothing had been dropped or joined."""
    return [Story(tweets=(tweet,), lead=tweet.id, score=1.0, first_seen=tweet.created_at) for tweet in tweets]


def benign_posts() -> list[Tweet]:
    """The demo's posts of its last day."""
    with posts_file() as path:
        tweets, _ = read_posts(path)
    return [tweet for tweet in tweets if DAY.holds(tweet.created_at)]


def write_hostile(folder: Path) -> Path:
    path = folder / "hostile.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()), "utf-8")
    return path


def write_benign(folder: Path) -> Path:
    """The demo's file: its last day, and the days before for the comparison."""
    with posts_file() as shipped:
        content = shipped.read_bytes()
    path = folder / "benign.json"
    path.write_bytes(content)
    return path
