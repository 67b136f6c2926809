"""What was reported, to look up and to ask: the stored reports as volumes, their posts, and a model that may answer.

`search` finds points by words; `answer` answers a question from them. Always holds: nothing here knows a chat; a model
is asked only within the budgets of its settings; where none is to be had, the best hits are the answer, and the Answer
says why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from report.errors import AnswersMissing, BudgetSpent, ModelError
from report.library.nearest import find_nearest
from report.library.query import read_terms
from report.library.ranking import Found, Hit, find
from report.library.shelf import Reports, Shelf
from report.model import Language, Period, Point, Topic, Tweet

if TYPE_CHECKING:
    from report.llm import Model

__all__ = ["Answer", "Found", "Hit", "Library", "Question"]

WITHIN_S = 100.0  # an answer that takes longer is given up
AT_ONCE = 4  # questions with the model
QUESTION_TERMS = 12
log = logging.getLogger(__name__)
Posts = Callable[[Topic, Sequence[Hit]], Awaitable[Mapping[str, Tweet]]]  # those that the hits cite, by id
Reason = Literal["", "no_model", "budget", "unreachable", "no_posts"]


@dataclass(frozen=True)
class Question:
    """What a reader wants to know, of which topics and days."""

    words: str
    topics: tuple[Topic, ...]
    first: date
    last: date
    language: Language = "zh"


@dataclass(frozen=True)
class Answer:
    """An answer as far as it has come. `reason` says why no model answered; `hits` are what is nearest.

    Every point has passed the check; `posts` are those that they rest on.
    """

    hits: tuple[Hit, ...] = ()
    points: tuple[Point, ...] = ()
    posts: Mapping[str, Tweet] | None = None
    reason: Reason = ""
    done: bool = False


class Library:
    """`model` gives a model for one question, None where none is set up."""

    def __init__(
        self,
        reports: Reports,
        posts: Posts,
        now: Callable[[], datetime],
        model: Callable[[], Model | None] = lambda: None,
    ) -> None:
        self._shelf = Shelf(reports)
        self._posts = posts
        self._now = now
        self._model = model
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def search(
        self,
        words: str,
        topics: Sequence[Topic],
        first: date | None = None,
        last: date | None = None,
        *,
        every: bool = True,
    ) -> Found:
        """The points that have these words, best and newest first; of whole reports between these days."""
        volumes = await self._shelf.volumes([topic.name for topic in topics], first, last)
        names = _names(topics)
        today = self._now().astimezone(ZoneInfo(topics[0].timezone)).date()

        def look() -> Found:
            terms = read_terms(words, names) if every else read_terms(words, names, most=QUESTION_TERMS)
            found = find(volumes, terms, today, every=every)
            return found if found.hits else replace(found, near=find_nearest(volumes, terms))

        return await asyncio.to_thread(look)

    async def find(self, question: Question) -> Found:
        """What the question may be answered from."""
        return await self.search(question.words, question.topics, question.first, question.last, every=False)

    async def answer(self, question: Question, found: Found) -> AsyncGenerator[Answer, None]:
        """The answer as it grows: empty while the model is asked, then with each point, last the whole (`done`).

        Raises AnswersMissing (replay).
        """
        so_far = Answer(hits=found.hits)
        if not found.hits:
            yield replace(so_far, done=True)
            return
        model = self._model()
        if model is None:
            yield replace(so_far, reason="no_model", done=True)
            return
        await asyncio.to_thread(import_module, "report.library.answering")  # half a second the first time
        from report.library import answering  # noqa: PLC0415

        timezone = question.topics[0].timezone
        hits = found.hits[: answering.MOST_HITS]
        material = await asyncio.to_thread(answering.gather, hits, await self._cited(question, hits), timezone)
        if not material.posts:
            yield replace(so_far, reason="no_posts", done=True)
            return
        yield so_far
        try:
            async with self._slots, asyncio.timeout(WITHIN_S):
                today = f"{self._now().astimezone(ZoneInfo(timezone)):%Y-%m-%d}"
                said = await answering.ask(model, question.words, material, question.language, today)
        except AnswersMissing:
            raise
        except (ModelError, TimeoutError) as error:
            log.warning("ask: %s", str(error) or "the answer took too long", extra={"action": "ask"})
            reason: Reason = "budget" if isinstance(error, BudgetSpent) else "unreachable"
            yield replace(so_far, reason=reason, done=True)
            return
        checking = answering.Checking(_period(hits, timezone), question.language, _names(question.topics))
        so_far = replace(so_far, posts=material.by_id())
        async with aclosing(answering.hold(said, material, checking)) as points:
            async for point in points:
                so_far = replace(so_far, points=(*so_far.points, point))
                yield so_far
        yield replace(so_far, done=True)

    async def _cited(self, question: Question, hits: Sequence[Hit]) -> dict[str, Tweet]:
        posts: dict[str, Tweet] = {}
        for topic in question.topics:
            posts |= await self._posts(topic, [hit for hit in hits if hit.topic == topic.name])
        return posts


def _names(topics: Sequence[Topic]) -> tuple[str, ...]:
    return tuple(name for topic in topics for name in topic.names)


def _period(hits: Sequence[Hit], timezone: str) -> Period:
    """The days that the hits tell of."""
    days = [day for hit in hits for day in hit.days]
    first, last = min(day.first for day in days), max(day.last for day in days)
    return Period.of_days(first - timedelta(days=1), last, timezone)
