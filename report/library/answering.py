"""A question → an answer from what was reported, each point of it held against its posts before anybody sees it.

In: a question, the hits for it, their posts, a model. Out: points, as each passes the check. The order: the best hits
and their posts become one question to the model, its points are mended, checked, and those that do not hold are
dropped. Always holds: posts, reports and the reader's question are material, between tags that nothing in them can end;
a point cites posts that were shown; one call, no second try for a point that fell.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from report.check import Rule, check_point
from report.check.editing import mend
from report.check.orders import told_alone
from report.library.ranking import Hit
from report.llm import Model
from report.llm.spending import estimate_tokens
from report.model import Language, Period, Point, SectionKind, Tweet
from report.wording import plain, visible
from report.writer.drafts import MOST_CITATIONS, Label, Labels
from report.writer.prompts import prompt
from report.writer.showing import name_of, show_post, without_tags

MOST_HITS = 24
MOST_POINTS = 8
MOST_TOKENS = 4_200  # of hits and posts: with prompt, question and schema about 5,500
LONGEST_POST = 900  # characters
LONGEST_QUESTION = 300
LONGEST: dict[Language, int] = {"zh": 600, "en": 1_800}  # characters of an answer
ANSWER_TOKENS = 2_000
NO_SECOND_TRY: frozenset[Rule] = frozenset(("filler", "hearsay"))  # in a report these are sent back once
PROMPTS: dict[Language, str] = {"zh": "ask", "en": "ask_english"}


class Said(BaseModel):
    text: str
    citations: Labels


class Answered(BaseModel):
    """`points` are empty where the material does not say it."""

    points: tuple[Said, ...]


@dataclass(frozen=True)
class Material:
    """What the model is shown: posts by the labels of the question, and the words of it."""

    posts: Mapping[Label, Tweet] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    money: frozenset[str] = frozenset()  # ids of posts that points on markets rest on

    def by_id(self) -> dict[str, Tweet]:
        return {post.id: post for post in self.posts.values()}


@dataclass(frozen=True)
class Checking:
    """How points are held against their posts."""

    period: Period
    language: Language = "zh"
    names: tuple[str, ...] = ()  # the topics' own


def gather(hits: Sequence[Hit], posts: Mapping[str, Tweet], timezone: str) -> Material:
    """The best hits whose posts are at hand, as far as there is room; a post once."""
    labels: dict[str, str] = {}
    shown: list[str] = []
    tokens = 0
    zone = ZoneInfo(timezone)
    for number, hit in enumerate(hits[:MOST_HITS], 1):
        cited = [posts[post] for post in hit.entry.citations[:MOST_CITATIONS] if post in posts]
        if not cited:
            continue
        new = {post.id: f"p{len(labels) + at}" for at, post in enumerate(_new(cited, labels), 1)}
        known = {**labels, **new}
        lines = [_show_hit(hit, f"r{number}", [known[post.id] for post in cited])]
        for post in _new(cited, labels):
            marks = f"{new[post.id]} {name_of(post.author)} | {post.created_at.astimezone(zone):%Y-%m-%d}"
            lines.append(show_post(marks, new[post.id], post, known, LONGEST_POST))
        tokens += sum(map(estimate_tokens, lines))
        if tokens > MOST_TOKENS and shown:
            break
        labels = known
        shown += lines
    money = {post for hit in hits if hit.entry.is_money for post in hit.entry.citations}
    return Material({label: posts[post] for post, label in labels.items()}, tuple(shown), frozenset(money))


def _new(cited: Iterable[Tweet], labels: Mapping[str, str]) -> list[Tweet]:
    return [post for post in cited if post.id not in labels]


def _show_hit(hit: Hit, label: str, cited: Sequence[str]) -> str:
    """What a report said, as a guide to its posts."""
    day = hit.days[0]
    days = str(day.last) if day.first == day.last else f"{day.first} 至 {day.last}"
    said = "｜".join(filter(None, (hit.entry.headline, hit.entry.text)))
    return f"<{label} {days} 所引 {' '.join(cited)}>\n{without_tags(' '.join(visible(said).split()))}\n</{label}>"


def describe(question: str, material: Material, today: str) -> str:
    """The question to the model: what the reader asks, then the material."""
    asked = " ".join(re.sub(r"[<>]", " ", visible(question)).split())[:LONGEST_QUESTION]
    return f"今天是 {today}。\n\n<q>\n{asked}\n</q>\n\n" + "\n".join(material.shown)


async def ask(model: Model, question: str, material: Material, language: Language, today: str) -> Answered:
    """What the model says, before any of it is checked. Raises ModelErrors."""
    return await model.ask(
        await asyncio.to_thread(prompt, PROMPTS[language]),
        describe(question, material, today),
        Answered,
        label="读者提问",
        answer_tokens=ANSWER_TOKENS,
    )


async def hold(said: Answered, material: Material, checking: Checking) -> AsyncGenerator[Point, None]:
    """The points that hold, in their order, each as it passes."""
    length = 0
    seen: set[str] = set()
    for number, draft in enumerate(said.points[: 2 * MOST_POINTS], 1):
        point = await asyncio.to_thread(_held, draft, f"answer-{number:02}", material, checking)
        if point is None or point.text in seen or length + len(point.text) > LONGEST[checking.language]:
            continue
        seen.add(point.text)
        length += len(point.text)
        yield point
        if len(seen) == MOST_POINTS:
            return


def _held(draft: Said, point_id: str, material: Material, checking: Checking) -> Point | None:
    """The point, mended, if it may stand; else None."""
    posts = material.by_id()
    cited = dict.fromkeys(material.posts[label].id for label in draft.citations if label in material.posts)
    citations = told_alone(tuple(cited), posts)[:MOST_CITATIONS]
    rests_on = [posts[post] for post in citations]
    kind: SectionKind = "market" if material.money & set(citations) else "overview"  # a sentence without headline
    _, text = mend("", plain(draft.text), rests_on, kind=kind, language=checking.language)
    faults = check_point(
        "",
        text,
        rests_on,
        checking.period,
        kind=kind,
        language=checking.language,
        names=checking.names,
    )
    if any(fault.severity == "must" or fault.rule in NO_SECOND_TRY for fault in faults):
        return None
    return Point(id=point_id, text=text, citations=citations)
