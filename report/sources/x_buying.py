"""The steps that cost money at X: a page of posts, the names behind ids, the ids behind names.

In: a cursor, ids or handles. Out: what was bought, already kept. Always holds: a step asks X once, then keeps what it
got, then writes down what it cost, then what is covered by it, in this order and in one go, so that a crash between
two of them loses no post; nothing is asked that the report's and the day's budgets do not hold (`x_budget`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from report.model import Author, Tweet, XCost
from report.settings import XSettings
from report.sources import Archive
from report.sources.decode import decode
from report.sources.fields import BadRow, mapping, read_author, read_reference, sequence
from report.sources.shapes import is_nameless
from report.sources.x_budget import Budget, Unaffordable
from report.sources.x_errors import missing
from report.sources.x_parts import MAX_USERS, USER_FIELDS, Cursor

Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]  # a tweepy method and its parameters; XError
NAME = "x"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Page:
    """What a page was: how many posts, the next page's token, the posts of unknown authors, why there is none."""

    posts: int = 0
    token: str = ""
    nameless: tuple[Tweet, ...] = ()
    gone: str = ""


class Buyer:
    """Buys for one topic; `cost` and `problems` add up."""

    def __init__(
        self, settings: XSettings, topic: str, archive: Archive, call: Call, now: Callable[[], datetime]
    ) -> None:
        self.settings = settings
        self.topic = topic
        self.archive = archive
        self.call = call
        self.budget = Budget(settings, archive, now)
        self.cost = XCost()
        self.problems: list[str] = []
        self._paid: set[str] = set()

    def page(self, cursor: Cursor, size: int) -> Page:
        """Buy and keep the cursor's next page of at most `size` posts. Unaffordable where the budgets hold no more."""
        with self.budget.setting_aside(size * self.settings.prices.post_usd):
            return self._page(cursor, size)

    def _page(self, cursor: Cursor, size: int) -> Page:
        answer = self.call(*cursor.request(size))
        rows = sequence(answer.get("data"))
        if not rows and (gone := missing(answer, cursor.part.kind)):
            self.give_up(cursor)
            return Page(gone="; ".join(gone.values()))
        author_ids = {key for row in map(mapping, rows) if (key := read_reference(row.get("author_id")))}
        decoded = decode(answer, source=NAME, authors=self.archive.authors(author_ids))
        self.archive.keep(self.topic, decoded.tweets)
        self._charge(posts=[str(mapping(row).get("id")) for row in rows])
        self.problems += decoded.problems
        token = str(mapping(answer.get("meta")).get("next_token") or "")
        token = self._mark(cursor, decoded.tweets, "" if token == cursor.token else token)
        return Page(len(rows), token, tuple(self.unnamed(decoded.tweets)))

    def give_up(self, cursor: Cursor) -> None:
        """Do not ask for this stretch again."""
        self.archive.mark_covered(self.topic, cursor.part.fingerprint, cursor.since, cursor.until)

    def unnamed(self, tweets: Iterable[Tweet]) -> list[Tweet]:
        """Those whose author's name was never asked for."""
        nameless = [tweet for tweet in tweets if is_nameless(tweet.author)]
        known = self.archive.authors({tweet.author.handle for tweet in nameless})
        return [tweet for tweet in nameless if tweet.author.handle not in known]

    def names(self, tweets: Sequence[Tweet]) -> int:
        """Look up the authors of these posts and keep the posts with their names; how many the budgets left out.

        An account that X does not give any more is kept by its number, so that it is not asked for again.
        """
        wanted = list(dict.fromkeys(tweet.author.handle for tweet in tweets))
        ids = wanted[: min(MAX_USERS, self.budget.affordable(self.settings.prices.user_usd))]
        if not ids:
            return len(wanted)
        try:
            found = self._users({"ids": ids}, len(ids))
        except Unaffordable:
            return len(wanted)
        lost = [Author(handle=user_id, id=user_id) for user_id in ids if user_id not in {one.id for one in found}]
        self.archive.keep_authors(lost)
        by_id = {author.id: author for author in found}
        self.archive.keep(
            self.topic, [with_author(tweet, by_id[tweet.author.id]) for tweet in tweets if tweet.author.id in by_id]
        )
        return len(wanted) - len(ids)

    def handles(self, handles: Sequence[str]) -> Mapping[str, Author]:
        """The accounts behind at most 100 handles, from the archive or, once, from X. Unaffordable as for a page."""
        asked = {f"@{handle}": handle for handle in handles}
        found = {asked[key]: author for key, author in self.archive.authors(asked).items()}
        unknown = [handle for handle in handles if handle not in found]
        if unknown:
            bought = {author.handle.casefold(): author for author in self._users({"usernames": unknown}, len(unknown))}
            found |= {handle: bought[handle.casefold()] for handle in unknown if handle.casefold() in bought}
        return found

    def _users(self, wanted: Mapping[str, Any], count: int) -> list[Author]:
        with self.budget.setting_aside(count * self.settings.prices.user_usd):
            answer = self.call("get_users", {**wanted, "user_fields": list(USER_FIELDS)})
            return self._keep_users(answer)

    def _keep_users(self, answer: Mapping[str, Any]) -> list[Author]:
        rows = sequence(answer.get("data"))
        authors = []
        for row in rows:
            try:
                authors.append(read_author(row))
            except BadRow as error:
                self.problems.append(f"作者：{error}")
        self.archive.keep_authors(authors)
        self._charge(users=[str(mapping(row).get("id")) for row in rows])
        return authors

    def _charge(self, *, posts: Sequence[str] = (), users: Sequence[str] = ()) -> None:
        """Write down the price. What was bought in this reading already is not charged again on the same day."""
        day, prices = self.budget.today, self.settings.prices
        new = {f"{day} {kind} {key}" for kind, keys in (("post", posts), ("user", users)) for key in keys} - self._paid
        self._paid |= new
        bought = sum(" post " in key for key in new), sum(" user " in key for key in new)
        cost = XCost(posts=bought[0], users=bought[1], usd=bought[0] * prices.post_usd + bought[1] * prices.user_usd)
        if new:
            self.archive.record_spending(day, cost)
            self.cost = XCost(
                posts=self.cost.posts + cost.posts,
                users=self.cost.users + cost.users,
                usd=round(self.cost.usd + cost.usd, 6),
            )
            self.budget.spent_usd = self.cost.usd

    def _mark(self, cursor: Cursor, tweets: Sequence[Tweet], token: str) -> str:
        """Mark what the page covers, down to its oldest post; the token, "" where the stretch is read whole."""
        oldest = min((tweet.created_at for tweet in tweets), default=None)
        if token and oldest is not None and cursor.part.kind == "list" and oldest < cursor.since:
            token = ""
        since = cursor.since
        if token:
            since = cursor.until if oldest is None else max(oldest + SECOND, cursor.since)
        if since < cursor.until:
            self.archive.mark_covered(self.topic, cursor.part.fingerprint, since, cursor.until)
        return token


def with_author(tweet: Tweet, author: Author) -> Tweet:
    """The post under its author's name; the nameless address is dropped."""
    return tweet.model_copy(update={"author": author, "link": "" if not is_nameless(author) else tweet.link})
