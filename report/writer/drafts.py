"""From stories to drafts: what the model is shown of the posts, and what becomes of its answer.

In: ranked stories. Out: batches, each as the words of one question; then Points that cite tweet ids. A post is
called p1, p2 … in a question, because models mangle numbers of 19 digits; the labels become tweet ids again here,
and one that the question does not hold is dropped. Always holds: nothing in a post can end the tags that mark it as
material; every Point cites at least one post that was shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator

from report.llm.spending import estimate_tokens
from report.model import Author, Period, Point, SectionKind, Story, Topic, Tweet
from report.wording import HEADLINE_LENGTH, plain, plain_headline, visible

DraftKind = Literal["views", "events", "market", "ai", "finance", "sentiment"]
KINDS: tuple[DraftKind, ...] = ("views", "events", "market", "ai", "finance", "sentiment")
BATCH_POSTS = 80
BATCH_TOKENS = 8_000
POSTS_PER_CALL = 60  # calls for drafts are at most one for so many posts, and one more
POINTS_IN_ALL = 75  # drafts to choose a report from, over all batches
LEAST_POINTS = 12
STORY_POSTS = 4
LONGEST_POST = 4_000
LONGEST_QUOTE = 280
LONGEST_BIO = 64
MOST_CITATIONS = 4
LINK = re.compile(r"https?://(?:www\.)?([^\s/]+)\S*")
OUR_TAG = re.compile(r"<(?=\s*/?\s*p\d)", re.IGNORECASE)


def _clamp(value: Any) -> Any:
    return min(max(round(value), 1), 10) if isinstance(value, int | float) else value


def _known_kinds(value: Any) -> Any:
    return [kind for kind in value if kind in KINDS] if isinstance(value, list) else value


def _labels(value: Any) -> Any:
    return [str(label).strip("<>[]@# ").lower() for label in value] if isinstance(value, list) else value


Labels = Annotated[tuple[str, ...], BeforeValidator(_labels)]


class DraftPoint(BaseModel):
    headline: str
    text: str
    citations: Labels
    importance: Annotated[int, BeforeValidator(_clamp)]
    kinds: Annotated[tuple[DraftKind, ...], BeforeValidator(_known_kinds)]


class Drafts(BaseModel):
    points: tuple[DraftPoint, ...]


@dataclass(frozen=True)
class Batch:
    """Posts of one question, by their labels; `groups` are the labels of each story."""

    posts: Mapping[str, Tweet]
    groups: tuple[tuple[str, ...], ...]
    points: int  # how many drafts to ask for, at most


def shown_posts(story: Story) -> tuple[Tweet, ...]:
    """The lead, and others of the story that say it in other words; four at most."""
    lead = [tweet for tweet in story.tweets if tweet.id == story.lead] or list(story.tweets[:1])
    chosen: dict[str, Tweet] = {}
    for tweet in (*lead, *story.tweets):
        if words := _words(tweet.text) or tweet.quoted_text:
            chosen.setdefault(words.casefold(), tweet)
    return tuple(chosen.values())[:STORY_POSTS]


def batches(stories: Sequence[Story]) -> tuple[Batch, ...]:
    """The stories dealt into few questions like cards: each holds a day in small, so that marks mean the same."""
    shown = [posts for story in stories if (posts := shown_posts(story))]
    tweets = [tweet for posts in shown for tweet in posts]
    tokens = sum(estimate_tokens(tweet.text) for tweet in tweets)
    count = min(max(-(-len(tweets) // BATCH_POSTS), -(-tokens // BATCH_TOKENS)), len(tweets) // POSTS_PER_CALL + 1)
    return tuple(_batch(shown[index::count], POINTS_IN_ALL // count) for index in range(min(count, len(shown))))


def _batch(groups: Sequence[Sequence[Tweet]], points: int) -> Batch:
    posts: dict[str, Tweet] = {}
    labels: list[tuple[str, ...]] = []
    for group in groups:
        numbered = {f"p{len(posts) + number}": tweet for number, tweet in enumerate(group, 1)}
        posts |= numbered
        labels.append(tuple(numbered))
    return Batch(posts, tuple(labels), min(len(posts), max(points, LEAST_POINTS)))


def describe(batch: Batch, topic: Topic, period: Period) -> str:
    """The question: who writes, once each, then the posts as marked material."""
    days = str(period.first) if period.first == period.last else f"{period.first} 至 {period.last}"
    beside = "，股市、商品、利率、数字货币和宏观政策也在其内" if topic.finance else ""
    head = f"主题：{topic.called}{beside}。日期：{days}，时间为 {period.timezone}。共 {len(batch.posts)} 条帖子。"
    authors = {tweet.author.handle: tweet.author for tweet in batch.posts.values()}
    bios = "\n".join(line for author in authors.values() if (line := _introduce(author)))
    posts = "\n".join(_show(label, batch, period) for label in batch.posts)
    return f"{head}最多写 {batch.points} 条要点。\n\n作者简介：\n{bios or '（没有）'}\n\n帖子：\n{posts}"


def _introduce(author: Author) -> str:
    bio = " ".join(OUR_TAG.sub("‹", visible(LINK.sub("", author.bio))).split())
    short = bio if len(bio) <= LONGEST_BIO else re.sub(r"\s\S*$", "", bio[:LONGEST_BIO])
    return f"{_name(author)}：{short}" if bio else ""


def _name(author: Author) -> str:
    return " ".join(re.sub(r"[<>]", " ", visible(author.called)).split())[:40]


def _show(label: str, batch: Batch, period: Period) -> str:
    tweet = batch.posts[label]
    first = next(group[0] for group in batch.groups if label in group)
    when = tweet.created_at.astimezone(ZoneInfo(period.timezone))
    marks = [
        f"{label} {_name(tweet.author)}",
        f"{when:%H:%M}" if period.first == period.last else f"{when:%m-%d %H:%M}",
        f"与 {first} 说同一件事" if first != label else "",
    ]
    if tweet.replies is not None and tweet.replies >= _many_replies(batch):
        marks.append(f"{tweet.replies} 条回复")
    words = _words(tweet.text)
    quoted = next((f"（引用 {other}）" for other, post in batch.posts.items() if post.id == tweet.quoted_id), "")
    if tweet.quoted_text and not quoted:
        quoted = f"（引用：{_words(tweet.quoted_text)[:LONGEST_QUOTE]}）"
    body = words if len(words) <= LONGEST_POST else f"{words[:LONGEST_POST]}……（后文略）"
    return f"<{' '.join(filter(None, marks))}>\n{body}{quoted}\n</{label}>"


def _many_replies(batch: Batch) -> int:
    """What the third most answered post got: only extremes are worth their tokens."""
    counts = sorted((tweet.replies or 0 for tweet in batch.posts.values()), reverse=True)
    return max(counts[2] if len(counts) > 2 else 0, 100)


def _words(text: str) -> str:
    """A post's words: an address as its host, X's own left out; blank lines closed."""
    linked = LINK.sub(lambda found: "" if found[1] == "t.co" else f"[{found[1]}]", text)
    lines = (" ".join(line.split()) for line in OUR_TAG.sub("‹", visible(linked)).splitlines())
    return "\n".join(filter(None, lines))


def complaints(batch: Batch) -> Callable[[Drafts], list[str]]:
    """What to send an answer back for: faults in many of its points. Faults in few are cheaper dropped."""

    def check(drafts: Drafts) -> list[str]:
        said: list[str] = []
        rootless = [str(at) for at, point in enumerate(drafts.points, 1) if not set(point.citations) & set(batch.posts)]
        if len(rootless) * 3 > len(drafts.points):
            known = f"citations 只能用 p1 到 p{len(batch.posts)}"
            said.append(f"第 {'、'.join(rootless)} 条没有引用，或引用了不存在的编号；{known}。")
        long = [point.headline for point in drafts.points if len(point.headline) > HEADLINE_LENGTH * 5 // 4]
        if len(long) * 4 > len(drafts.points):
            said.append(f"标题超过 {HEADLINE_LENGTH} 个字：{'；'.join(long[:5])}。")
        return said

    return check


@dataclass(frozen=True)
class Kept:
    """Points with tweet ids, not numbered yet; and how many citations and points were dropped on the way."""

    points: tuple[Point, ...] = ()
    unknown_citations: int = 0
    dropped_points: int = 0


def keep(drafts: Drafts, batch: Batch) -> Kept:
    """The drafts that rest on posts of the batch."""
    points: list[Point] = []
    unknown = 0
    for draft in drafts.points:
        cited = tuple(dict.fromkeys(batch.posts[label].id for label in draft.citations if label in batch.posts))
        unknown += sum(label not in batch.posts for label in draft.citations)
        headline, text = plain_headline(draft.headline), plain(draft.text)
        if cited and text:
            kinds: tuple[SectionKind, ...] = tuple(dict.fromkeys(draft.kinds)) or ("events",)
            points.append(
                Point(
                    id="draft",
                    headline=headline,
                    text=text,
                    citations=cited[:MOST_CITATIONS],
                    importance=draft.importance,
                    kinds=kinds,
                )
            )
    return Kept(tuple(points), unknown, len(drafts.points) - len(points))
