"""What becomes of a model's answer about a batch: Points that cite tweet ids, and posts that it would drop.

Labels (p1, p2 …) become tweet ids again here, and one that the question does not hold is dropped. Always holds: every
Point cites at least one post that was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from report.check.orders import told_alone
from report.model import Dropped, Point, SectionKind, Tweet
from report.wording import plain, plain_headline
from report.writer.showing import Batch

DraftKind = Literal["views", "events", "market", "ai", "finance", "sentiment"]
KINDS: tuple[DraftKind, ...] = ("views", "events", "market", "ai", "finance", "sentiment")
MOST_CITATIONS = 4
LONGEST_REASON = 20


def _clamp(value: Any) -> Any:
    return min(max(round(value), 1), 10) if isinstance(value, int | float) else value


def _known_kinds(value: Any) -> Any:
    return [kind for kind in value if kind in KINDS] if isinstance(value, list) else value


def _label(value: Any) -> Any:
    return str(value).strip("<>[]@# ").lower() if isinstance(value, str | int) else value


def _labels(value: Any) -> Any:
    return [_label(label) for label in value] if isinstance(value, list) else value


Label = Annotated[str, BeforeValidator(_label)]
Labels = Annotated[tuple[str, ...], BeforeValidator(_labels)]


class DraftPoint(BaseModel):
    id: Label
    headline: str
    text: str
    citations: Labels
    importance: Annotated[int, BeforeValidator(_clamp)]
    kinds: Annotated[tuple[DraftKind, ...], BeforeValidator(_known_kinds)]


class Verdict(BaseModel):
    post: Label
    kind: Literal["ad", "off_topic", "empty"]
    reason: str


class Drafts(BaseModel):
    dropped: tuple[Verdict, ...]
    points: tuple[DraftPoint, ...]


def complaints(batch: Batch) -> Callable[[Drafts], list[str]]:
    """What to send an answer back for: faults in many of its points. Faults in few are cheaper mended or dropped."""

    def check(drafts: Drafts) -> list[str]:
        rootless = [str(at) for at, point in enumerate(drafts.points, 1) if not set(point.citations) & set(batch.posts)]
        if len(rootless) * 3 <= len(drafts.points):
            return []
        known = f"citations 只能用 p1 到 p{len(batch.posts)}"
        return [f"第 {'、'.join(rootless)} 条没有引用，或引用了不存在的编号；{known}。"]

    return check


@dataclass(frozen=True)
class Kept:
    """Points with tweet ids by the labels that the model gave them; what was dropped, and what was left out of both."""

    points: Mapping[str, Point] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    shown: frozenset[str] = frozenset()  # ids of the posts that the model judged
    unknown_citations: int = 0
    rootless_points: int = 0


def keep(drafts: Drafts, batch: Batch) -> Kept:
    """The drafts that rest on posts of the batch. A post that a draft rests on is not dropped."""
    points: dict[str, Point] = {}
    unknown = 0
    for at, draft in enumerate(drafts.points, 1):
        cited = _cite(draft.citations, batch)
        unknown += sum(label not in batch.posts for label in draft.citations)
        point = _point(draft, cited)
        if cited and point.text:
            points[draft.id if draft.id and draft.id not in points else f"d{at}-{len(points)}"] = point
    cited_ids = {post for point in points.values() for post in point.citations}
    judged = {verdict.post: verdict for verdict in drafts.dropped if verdict.post in batch.posts}
    dropped = tuple(
        _drop(batch.posts[label], verdict)
        for label, verdict in judged.items()
        if batch.posts[label].id not in cited_ids
    )
    shown = frozenset(tweet.id for tweet in batch.posts.values())
    return Kept(points, dropped, shown, unknown, len(drafts.points) - len(points))


def _cite(labels: Labels, batch: Batch) -> tuple[str, ...]:
    """Ids of the posts that are meant; a post that gives orders is told alone or not at all."""
    posts = {batch.posts[label].id: batch.posts[label] for label in labels if label in batch.posts}
    return told_alone(tuple(posts), posts)


def _point(draft: DraftPoint, cited: tuple[str, ...]) -> Point:
    kinds: tuple[SectionKind, ...] = tuple(dict.fromkeys(draft.kinds)) or ("events",)
    return Point(
        id="draft",
        headline=plain_headline(draft.headline),
        text=plain(draft.text),
        citations=cited[:MOST_CITATIONS],
        importance=draft.importance,
        kinds=kinds,
    )


def _drop(tweet: Tweet, verdict: Verdict) -> Dropped:
    names = {"ad": "广告", "off_topic": "与话题无关", "empty": "没有内容"}
    reason = plain(verdict.reason)[:LONGEST_REASON] or names[verdict.kind]
    return Dropped(id=tweet.id, author=tweet.author.handle, kind=verdict.kind, reason=reason)
