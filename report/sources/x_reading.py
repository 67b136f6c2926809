"""One reading of a period from X: what is still unread is bought page by page, and each page is kept at once.

In: a topic, its archive, and `call`, which asks X. Out: Collected, from the archive. Order: the query, then the users,
then the lists, a page of each in turn until all are read, the report's posts are enough, or its dollars or the day's
are spent. Always holds: a page is bought and kept in one step that a cancelled task cannot cut; what is covered is
never asked for again; posts that others quote or repost are not bought ($0.005 each): a quoted text comes from the
archive if it is there.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from report.errors import SourceError
from report.model import Period, Topic, Tweet
from report.settings import XSettings
from report.sources import Archive, Collected
from report.sources.shapes import is_nameless
from report.sources.x_budget import Unaffordable
from report.sources.x_buying import NAME, Buyer, Call, Page, with_author
from report.sources.x_errors import XError, sentence, wait_s
from report.sources.x_parts import (
    MARGIN,
    MAX_PAGE,
    MAX_QUERY,
    MAX_USERS,
    MIN_PAGE,
    Cursor,
    Part,
    latest,
    parts_of,
    readable,
    searchable_since,
    unread,
)

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]
Result = TypeVar("Result")
VALID = {
    "search": re.compile(r".+", re.DOTALL),
    "user": re.compile(r"\w{1,15}", re.ASCII),
    "list": re.compile(r"\d{1,19}"),
}


class CutShort(SourceError):
    """X failed before all was read. `collected` is what there is, bought now or before, with its cost and notes."""

    def __init__(self, reason: str, collected: Collected) -> None:
        super().__init__(NAME, reason)
        self.collected = collected


class Reading:
    """The state of one reading; `notes` are what a reader should know, in Chinese."""

    def __init__(
        self,
        *,
        settings: XSettings,
        topic: Topic,
        archive: Archive,
        call: Call,
        now: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        self.settings = settings
        self.topic = topic
        self.archive = archive
        self.buyer = Buyer(settings, topic.name, archive, call, now)
        self.now = now
        self.sleep = sleep
        self.notes: dict[str, None] = {}
        self._unnamed = 0  # authors whose names the budgets did not hold

    async def read(self, period: Period) -> Collected:
        """The period's posts. CutShort says what to do about a failure, and holds what there is."""
        try:
            await self._buy(period)
        except XError as error:
            reason = sentence(error, self.settings.base_url, self.now())
            raise await self._cut_short(reason, period) from error
        except SourceError as error:
            raise await self._cut_short(error.reason, period) from error
        collected = await asyncio.to_thread(self._collect, period)
        if collected.tweets:
            return collected
        note = f"X 上没有找到「{self.topic.called}」这段时间的帖子：请检查查询词、用户名和列表"
        return collected.model_copy(update={"notes": (*collected.notes, note)})

    async def _cut_short(self, reason: str, period: Period) -> CutShort:
        if self.buyer.cost.posts:
            reason += f"; {self.buyer.cost.posts} posts were read before that and are kept"
        return CutShort(reason, await asyncio.to_thread(self._collect, period))

    async def _buy(self, period: Period) -> None:
        cursors = await asyncio.to_thread(self._open, period)
        kept = await asyncio.to_thread(self.archive.posts, self.topic.name, period.since, period.until)
        bought = [tweet for tweet in kept if tweet.source == NAME]
        await self._name(await asyncio.to_thread(self.buyer.unnamed, bought))
        allowance = self.settings.max_posts_per_report - len(bought)
        if allowance >= min(MIN_PAGE.values()):
            cursors = await self._resolve(cursors)
        await self._read_in_turn(cursors, allowance)

    def _open(self, period: Period) -> list[Cursor]:
        """A cursor for each stretch that is still unread, without asking X."""
        length = len(self.topic.query.strip())
        if length > MAX_QUERY:
            query = f"the query of topic {self.topic.name} has {length} characters, X takes {MAX_QUERY}"
            raise SourceError(NAME, f"{query}: shorten it, or make two topics of it")
        cursors: list[Cursor] = []
        for part in parts_of(self.topic):
            if VALID[part.kind].fullmatch(part.name):
                cursors += self._open_part(part, period)
            else:
                self._note(f"{part.called} 写法不对，没有读：用户写成 openai，列表写成数字编号")
        return cursors

    def _open_part(self, part: Part, period: Period) -> list[Cursor]:
        covered = partial(self.archive.is_covered, self.topic.name, part.fingerprint)
        stretch = readable(part, period, self.now())
        searched_from = searchable_since(self.now())
        if part.kind == "search" and period.since < searched_from - MARGIN:
            lost = period.since, min(searched_from, period.until)
            if not covered(*lost):
                self._note("X 只能搜索最近 7 天的帖子，更早的没有去读")
        if stretch is None:
            return []
        stretches = unread(covered, *stretch)
        if part.kind == "list" and stretches:  # a list can only be read from its newest post downwards
            stretches = [(stretches[0][0], latest(self.now()))]
        return [Cursor(part, since, until) for since, until in stretches]

    async def _resolve(self, cursors: list[Cursor]) -> list[Cursor]:
        """The cursors with the users' ids in them; a user who is gone, or too dear today, is named and left out."""
        handles = list(dict.fromkeys(cursor.part.name for cursor in cursors if cursor.part.kind == "user"))
        ids: dict[str, str] = {}
        left_out: set[str] = set()
        for at in range(0, len(handles), MAX_USERS):
            batch = handles[at : at + MAX_USERS]
            if self.buyer.budget.affordable(self.settings.prices.user_usd) < len(batch):
                left_out.update(batch)
                continue
            try:
                found = await self._patiently(partial(self.buyer.handles, batch))
            except Unaffordable:
                left_out.update(batch)
                continue
            ids |= {handle: author.id or "" for handle, author in found.items()}
        opened: list[Cursor] = []
        for cursor in cursors:
            if cursor.part.kind != "user" or ids.get(cursor.part.name):
                opened.append(replace(cursor, user_id=ids.get(cursor.part.name, "")))
            elif cursor.part.name in left_out:
                self._note_unfinished(cursor, by_budget=True)
            else:
                await asyncio.to_thread(self.buyer.give_up, cursor)
                self._note(f"{cursor.part.called} 在 X 上找不到，可能改名或停用了")
        return opened

    async def _read_in_turn(self, cursors: list[Cursor], allowance: int) -> None:
        """A page of each cursor in turn; notes say which were not read to the end, and why."""
        prices = self.settings.prices
        while cursors:
            following: list[Cursor] = []
            for cursor in cursors:
                smallest = MIN_PAGE[cursor.part.kind]
                is_named = cursor.part.kind == "user"
                affordable = self.buyer.budget.affordable(prices.post_usd + (0 if is_named else prices.user_usd))
                if min(allowance, affordable) < smallest:
                    self._note_unfinished(cursor, by_budget=affordable < smallest <= allowance)
                    continue
                try:
                    page = await self._page(cursor, min(MAX_PAGE, allowance, affordable))
                except Unaffordable:
                    self._note_unfinished(cursor, by_budget=True)
                    continue
                allowance -= page.posts
                if page.token:
                    following.append(replace(cursor, token=page.token))
            cursors = following

    async def _page(self, cursor: Cursor, size: int) -> Page:
        """Buy and keep one page with its authors; a user or list that is gone is named, and its reading ends."""
        try:
            page = await self._patiently(partial(self.buyer.page, cursor, size))
        except XError as error:
            if not error.is_gone or cursor.part.kind == "search":
                raise
            await asyncio.to_thread(self.buyer.give_up, cursor)
            page = Page(gone=error.detail)
        if page.gone:
            self._note(f"{cursor.part.called} 在 X 上读不到（{page.gone}）")
        await self._name(page.nameless)
        return page

    async def _name(self, nameless: Sequence[Tweet]) -> None:
        """Look up the authors of these posts, 100 accounts at a time."""
        handles = list(dict.fromkeys(tweet.author.handle for tweet in nameless))
        for at in range(0, len(handles), MAX_USERS):
            batch = set(handles[at : at + MAX_USERS])
            of_batch = [tweet for tweet in nameless if tweet.author.handle in batch]
            self._unnamed += await self._patiently(partial(self.buyer.names, of_batch))

    async def _patiently(self, step: Callable[[], Result]) -> Result:
        """The step in a thread of its own, which a cancelled task does not stop; again where waiting helps."""
        tries = 0
        while True:
            tries += 1
            try:
                return await asyncio.to_thread(step)
            except XError as error:
                seconds = wait_s(error, tries, self.now())
                if seconds is None:
                    raise
                log.warning("x: %s; trying again in %.0f s", error, seconds)
            await self.sleep(seconds)

    def _collect(self, period: Period) -> Collected:
        """What the archive holds of the period, with the names and quoted texts that it knows."""
        tweets = self.archive.posts(self.topic.name, period.since, period.until)
        known = self.archive.authors({tweet.author.handle for tweet in tweets if is_nameless(tweet.author)})
        texts = {tweet.id: tweet.text for tweet in tweets}
        whole = []
        for tweet in tweets:
            quoted = tweet.quoted_text or texts.get(tweet.quoted_id or "", "")
            named = with_author(tweet, known[tweet.author.handle]) if tweet.author.handle in known else tweet
            whole.append(named.model_copy(update={"quoted_text": quoted}))
        if problems := self.buyer.problems:
            self._note(f"X 的回答里有 {len(problems)} 条读不懂：{'；'.join(problems[:5])}")
        if self._unnamed:
            self._note(f"有 {self._unnamed} 个作者没有查名字，只写编号：{self.buyer.budget.words()}")
        return Collected(tweets=tuple(whole), notes=tuple(self.notes), cost=self.buyer.cost)

    def _note_unfinished(self, cursor: Cursor, *, by_budget: bool) -> None:
        most = self.settings.max_posts_per_report
        why = f"已到每份报告 {most} 条的上限；要多读，调高 x.max_posts_per_report"
        what = "没有读完，缺较早的帖子" if cursor.token else "没有读完"
        self._note(f"{cursor.part.called} {what}：{self.buyer.budget.words() if by_budget else why}")

    def _note(self, words: str) -> None:
        self.notes[words] = None
