"""What is to be read of X: the query, the timelines and the lists of a topic, each with the stretches still unread.

In: a topic, a period, what the archive says is covered. Out: Parts, and Cursors that know their next request. Always
holds: times are whole seconds; a stretch ends at least 15 s ago, since X refuses later ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from report.model import Period, Topic

Kind = Literal["search", "user", "list"]
MAX_PAGE = 100
MIN_PAGE: dict[Kind, int] = {"search": 10, "user": 5, "list": 1}
MAX_QUERY = 512
MAX_USERS = 100  # of a look-up
SEARCHED = timedelta(days=7)
LATEST = timedelta(seconds=15)
MARGIN = timedelta(minutes=1)  # what a request may take to arrive
STEPS = (timedelta(hours=1), timedelta(minutes=1))
POST_FIELDS = (
    "author_id", "created_at", "entities", "lang", "note_tweet", "public_metrics", "referenced_tweets",
)  # fmt: skip
USER_FIELDS = ("description", "name", "public_metrics", "username")

Covered = Callable[[datetime, datetime], bool]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Part:
    """One thing to read: a query, a user's timeline or a list's."""

    kind: Kind
    name: str  # the query, the handle without @, the list's id

    @property
    def fingerprint(self) -> str:
        """Under which its coverage is kept: changing the query leaves what was read of the users known."""
        return hashlib.sha256(f"{self.kind}:{self.name}".encode()).hexdigest()[:16]

    @property
    def called(self) -> str:
        """As a reader would call it."""
        return {"search": f"查询「{self.name}」", "user": f"用户 {self.name}", "list": f"列表 {self.name}"}[self.kind]


@dataclass(frozen=True)
class Cursor:
    """Where the reading of one stretch of a part stands; newest posts come first. `user_id` for timelines."""

    part: Part
    since: datetime
    until: datetime
    user_id: str = ""
    token: str = ""

    def request(self, size: int) -> tuple[str, dict[str, Any]]:
        """The tweepy method and its parameters for the next page of at most `size` posts."""
        wanted: dict[str, Any] = {"max_results": size, "tweet_fields": list(POST_FIELDS)}
        if self.part.kind == "list":
            return "get_list_tweets", {**wanted, "id": self.part.name, **self._page("pagination_token")}
        wanted |= {"start_time": self.since, "end_time": self.until}
        if self.part.kind == "user":
            wanted |= {"id": self.user_id, "exclude": ["retweets", "replies"]}
            return "get_users_tweets", {**wanted, **self._page("pagination_token")}
        return "search_recent_tweets", {**wanted, "query": self.part.name, **self._page("next_token")}

    def _page(self, name: str) -> dict[str, str]:
        return {name: self.token} if self.token else {}


def parts_of(topic: Topic) -> list[Part]:
    """The query, then the users, then the lists of a topic, each once; addresses and @ are taken off."""
    users = [Part("user", name.strip().rstrip("/").rpartition("/")[2].removeprefix("@")) for name in topic.users]
    lists = [Part("list", name.strip().rstrip("/").rpartition("/")[2]) for name in topic.lists]
    query = [Part("search", topic.query.strip())] if topic.query.strip() else []
    return list(dict.fromkeys([*query, *users, *lists]))


def readable(part: Part, period: Period, now: datetime) -> Stretch | None:
    """What X still lets us read of the period; None where that is nothing."""
    since, until = _whole(period.since), min(_whole(period.until), latest(now))
    if part.kind == "search":
        since = max(since, searchable_since(now))
    return (since, until) if since < until else None


def searchable_since(now: datetime) -> datetime:
    """The start of what recent search answers about at `now`."""
    return _whole(now - SEARCHED + MARGIN)


def latest(now: datetime) -> datetime:
    """The end of what X answers about at `now`."""
    return _whole(now - LATEST)


def unread(covered: Covered, since: datetime, until: datetime) -> list[Stretch]:
    """The stretches of [since, until) that are not covered, to the minute, in order."""
    if covered(since, until):
        return []
    hour, minute = STEPS
    runs: list[Stretch] = []
    for start, end in _chunks(since, until, hour):
        if covered(start, end):
            continue
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [_trimmed(covered, run, minute) for run in runs]


def _trimmed(covered: Covered, run: Stretch, step: timedelta) -> Stretch:
    """The run without what is covered at its two ends."""
    since, until = run
    while since + step < until and covered(since, since + step):
        since += step
    while until - step > since and covered(until - step, until):
        until -= step
    return since, until


def _chunks(since: datetime, until: datetime, step: timedelta) -> list[Stretch]:
    starts = [since + step * number for number in range(-(-(until - since) // step))]
    return [(start, min(start + step, until)) for start in starts]


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
