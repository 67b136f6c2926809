"""The invented posts, users and lists that the X counterpart serves, and how X would show them.

In: pages of X API v2 (`data`, `includes.users`), as JSON or JSON Lines; `lists` beside them: list id → handles. Out:
posts that match, and only the fields that were asked for, under the old or the new names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

Json = dict[str, Any]
Names = Literal["old", "new"]
NEW_NAMES = {
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "tweets": "posts",
}
SHORT = 280


@dataclass
class World:
    """What there is on this X. `gone` are handles and ids of accounts that were suspended."""

    posts: list[Json]
    users: dict[str, Json]
    lists: dict[str, list[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def user_named(self, handle: str) -> Json | None:
        return next((one for one in self.users.values() if one["username"].casefold() == handle.casefold()), None)

    def newest_first(self, posts: Iterable[Json]) -> list[Json]:
        return sorted(posts, key=lambda post: (post["created_at"], post["id"]), reverse=True)

    def found(self, query: str) -> list[Json]:
        """Recent search: no retweets (as since May 2026); `from:` and `lang:` hold, other operators are let pass; of
        the words that remain, one must stand in the text."""
        words = [word.strip('()"').casefold() for word in query.split()]
        handles = {word.removeprefix("from:") for word in words if word.startswith("from:")}
        langs = {word.removeprefix("lang:") for word in words if word.startswith("lang:")}
        plain = [word for word in words if word and ":" not in word and word not in {"or", "and"} and word[0] != "-"]
        return [
            post
            for post in self.posts
            if not is_reference(post, "retweeted")
            and (not handles or self.users[post["author_id"]]["username"].casefold() in handles)
            and (not langs or post.get("lang") in langs)
            and (not plain or any(word in whole_text(post).casefold() for word in plain))
        ]


def load_world(path: Path) -> World:
    """A world from a file of pages."""
    text = path.read_text(encoding="utf-8")
    try:
        pages = [json.loads(text)]
    except ValueError:
        pages = [json.loads(line) for line in text.splitlines() if line.strip()]
    return make_world(*pages)


def make_world(*pages: Json) -> World:
    posts: dict[str, Json] = {}
    users: dict[str, Json] = {}
    lists: dict[str, list[str]] = {}
    for page in pages:
        posts |= {post["id"]: post for post in page.get("data", [])}
        users |= {user["id"]: user for user in page.get("includes", {}).get("users", [])}
        lists |= page.get("lists", {})
    return World(list(posts.values()), users, lists)


def whole_text(post: Json) -> str:
    note = post.get("note_tweet") or post.get("note_post") or {}
    return str(note.get("text") or post["text"])


def is_reference(post: Json, kind: str) -> bool:
    references = post.get("referenced_tweets") or post.get("referenced_posts") or []
    return any(reference["type"] == kind for reference in references)


def within(post: Json, query: Mapping[str, str]) -> bool:
    """Is the post in [start_time, end_time)?"""
    moment = datetime.fromisoformat(post["created_at"])
    start, end = query.get("start_time"), query.get("end_time")
    return (not start or moment >= datetime.fromisoformat(start)) and (not end or moment < datetime.fromisoformat(end))


def show_post(post: Json, fields: set[str], names: Names) -> Json:
    """The post with the fields that are always there and those asked for; a long text is cut."""
    text = whole_text(post)
    whole: Json = {
        **{NEW_TO_OLD.get(name, name): value for name, value in post.items()},
        "text": text if len(text) <= SHORT else text[: SHORT - 1] + "…",
        "edit_history_tweet_ids": [post["id"]],
    }
    if len(text) > SHORT:
        whole["note_tweet"] = {"text": text}
    asked = {NEW_TO_OLD.get(name, name) for name in fields} | {"id", "text", "edit_history_tweet_ids"}
    return named({name: value for name, value in whole.items() if name in asked}, names)


def show_user(user: Json, fields: set[str]) -> Json:
    return {name: value for name, value in user.items() if name in fields | {"id", "name", "username"}}


def named(row: Json, names: Names) -> Json:
    """The row's own keys under the old or the new names."""
    return row if names == "old" else {NEW_NAMES.get(name, name): value for name, value in row.items()}


def is_handle(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_]{1,15}", name) is not None


NEW_TO_OLD = {new: old for old, new in NEW_NAMES.items() if old != "tweets"}
