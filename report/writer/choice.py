"""What goes where: what an editor is shown of the drafts, and his answer.

In: drafts as Points by their labels (d1, d2 …). Out: a Choice of labels, with the sentences that he writes himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from report.model import Point, SectionKind
from report.writer.drafts import KINDS, Drafts, Labels

CORE = 10
SHOWN_DRAFTS = 150
SHOWN_IN_FULL = 16  # what the overview can be about
Drafted = Mapping[str, Point]


class Sentence(BaseModel):
    text: str
    points: Labels


class Group(BaseModel):
    heading: str
    points: Labels


class Mood(BaseModel):
    headline: str
    text: str
    points: Labels


class Choice(BaseModel):
    core: Labels
    views: Labels
    events: Labels
    market: Labels
    finance: Labels
    ai: tuple[Group, ...]
    sentiment: tuple[Mood, ...]
    overview: tuple[Sentence, ...]


class Edit(Choice):
    """The editor's answer about drafts of several batches."""

    same: tuple[Labels, ...]


class Day(Choice, Drafts):
    """Drafts and choice in one answer: a day that fits one question."""


def number(points: Iterable[Point]) -> dict[str, Point]:
    """The most important drafts as d1, d2 …; their order among equals is kept."""
    best = sorted(points, key=lambda point: -point.importance)[:SHOWN_DRAFTS]
    return {f"d{at}": point for at, point in enumerate(best, 1)}


def describe(drafts: Drafted) -> str:
    """The question: every draft's id, importance, kinds and headline; the text of those that may lead."""
    lines = []
    for at, (label, point) in enumerate(drafts.items()):
        full = at < SHOWN_IN_FULL or "sentiment" in point.kinds
        line = f"{label} [{point.importance} {' '.join(point.kinds)}] {point.headline}"
        lines.append(f"{line}｜{point.text}" if full or not point.headline else line)
    return f"共 {len(drafts)} 条草稿：\n" + "\n".join(lines)


def complaints(choice: Choice, drafts: Drafted) -> list[str]:
    """What to send a choice back for."""
    said: list[str] = []
    if not any(label in drafts for label in choice.core):
        said.append(f"core 里没有一个已知的编号；编号只能用 d1 到 d{len(drafts)}。")
    if not any(label in drafts for sentence in choice.overview for label in sentence.points):
        said.append("overview 没有写，或没有一句带着已知的编号。")
    return said


def choose_by_importance(drafts: Drafted) -> Choice:
    """The choice without an editor: the most important in the brief, the rest where their first kind says."""
    by_kind: dict[SectionKind, list[str]] = {kind: [] for kind in KINDS}
    for label, point in list(drafts.items())[CORE:]:
        by_kind[next((kind for kind in point.kinds if kind in KINDS), "events")].append(label)
    moods = [Mood(headline=drafts[at].headline, text=drafts[at].text, points=(at,)) for at in by_kind["sentiment"]]
    return Choice(
        core=tuple(drafts)[:CORE],
        views=tuple(by_kind["views"]),
        events=tuple(by_kind["events"]),
        market=tuple(by_kind["market"]),
        finance=tuple(by_kind["finance"]),
        ai=(Group(heading="", points=tuple(by_kind["ai"])),),
        sentiment=tuple(moods),
        overview=(),
    )
