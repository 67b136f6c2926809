"""What a model is shown of the posts: batches of stories, each as the words of one question.

In: ranked stories, and why a rule would drop some of their posts. Out: batches. A post is called p1, p2 … in a
question, because models mangle numbers of 19 digits. Always holds: nothing in a post can end the tags that mark it as
material.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from report.llm.spending import estimate_tokens
from report.model import Author, DropKind, Dropped, Period, Story, Told, Topic, Tweet
from report.wording import visible

BATCH_POSTS = 110
BATCH_TOKENS = 11_000
POSTS_PER_CALL = 60  # calls for drafts are at most one for so many posts, and one more
POINTS_IN_ALL = 75  # drafts to choose a report from, over all batches
LEAST_POINTS = 12
STORY_POSTS = 4
LONGEST_POST = 2_000
LONGEST_DOUBTFUL = 240
LONGEST_QUOTE = 280
LONGEST_BIO = 40
LONGEST_TOLD = 40
LINK = re.compile(r"https?://(?:www\.)?([^\s/]+)\S*")
OUR_TAG = re.compile(r"<(?=\s*/?\s*[pr]\d)", re.IGNORECASE)
# What a bio must have to be worth its tokens: whose account, which office, which trade.
TELLS = re.compile(
    r"@\w|\b(?:c[etfop]o|vp|founder|founding|president|chief|head|lead|director|partner|investor|engineer\w*|research\w*"
    r"|scientist|professor|author|editor|product|pm|building|build|creator|maker|prev|official|team)\b"
    r"|创始|首席|总裁|工程|研究|科学家|负责|投资|产品|开发|作者|记者|教授|主编|官方|博主",
    re.IGNORECASE,
)
DOUBTS: dict[DropKind, str] = {"ad": "广告", "off_topic": "跑题", "empty": "空", "copy": "重复"}


@dataclass(frozen=True)
class Batch:
    """Posts of one question, by their labels; `groups` are the labels of each story."""

    posts: Mapping[str, Tweet]
    groups: tuple[tuple[str, ...], ...]
    points: int  # how many drafts to ask for, at most
    told: Mapping[str, Told]  # by the label of a story's first post
    doubts: Mapping[str, str]  # by label: what a rule takes the post for


def shown_posts(story: Story) -> tuple[Tweet, ...]:
    """The lead, and others of the story that say it in other words; four at most."""
    lead = [tweet for tweet in story.tweets if tweet.id == story.lead] or list(story.tweets[:1])
    chosen: dict[str, Tweet] = {}
    for tweet in (*lead, *story.tweets):
        if words := _words(tweet.text) or tweet.quoted_text:
            chosen.setdefault(words.casefold(), tweet)
    return tuple(chosen.values())[:STORY_POSTS]


def batches(stories: Sequence[Story], doubtful: Iterable[Dropped] = ()) -> tuple[Batch, ...]:
    """The stories dealt into few questions like cards: each holds a day in small, so that marks mean the same."""
    shown = [(story, posts) for story in stories if (posts := shown_posts(story))]
    tweets = [tweet for _, posts in shown for tweet in posts]
    tokens = sum(estimate_tokens(tweet.text) for tweet in tweets)
    count = min(max(-(-len(tweets) // BATCH_POSTS), -(-tokens // BATCH_TOKENS)), len(tweets) // POSTS_PER_CALL + 1)
    doubts = {row.id: DOUBTS[row.kind] for row in doubtful}
    return tuple(_batch(shown[at::count], POINTS_IN_ALL // count, doubts) for at in range(min(count, len(shown))))


def _batch(shown: Sequence[tuple[Story, Sequence[Tweet]]], points: int, doubts: Mapping[str, str]) -> Batch:
    posts: dict[str, Tweet] = {}
    labels: list[tuple[str, ...]] = []
    told: dict[str, Told] = {}
    for story, tweets in shown:
        numbered = {f"p{len(posts) + number}": tweet for number, tweet in enumerate(tweets, 1)}
        posts |= numbered
        labels.append(tuple(numbered))
        if story.told:
            told[labels[-1][0]] = story.told[0]
    doubted = {label: doubts[tweet.id] for label, tweet in posts.items() if tweet.id in doubts}
    return Batch(posts, tuple(labels), min(len(posts), max(points, LEAST_POINTS)), told, doubted)


def describe(batch: Batch, topic: Topic, period: Period) -> str:
    """The question: who writes, once each, then the posts as marked material."""
    days = str(period.first) if period.first == period.last else f"{period.first} 至 {period.last}"
    beside = "，股市、商品、利率、数字货币和宏观政策也在其内" if topic.finance else ""
    head = f"主题：{topic.called}{beside}。日期：{days}（{period.timezone}）。共 {len(batch.posts)} 条帖子。"
    sure = [tweet for label, tweet in batch.posts.items() if label not in batch.doubts]
    authors = {tweet.author.handle: tweet.author for tweet in sure}
    bios = "\n".join(line for author in authors.values() if (line := _introduce(author)))
    posts = "\n".join(_show(label, batch, period) for label in batch.posts)
    return f"{head}最多写 {batch.points} 条要点。\n\n作者简介：\n{bios or '（没有）'}\n\n帖子：\n{posts}"


def _introduce(author: Author) -> str:
    bio = " ".join(without_tags(visible(LINK.sub("", author.bio))).split())
    bio = bio if TELLS.search(bio) else ""
    short = bio if len(bio) <= LONGEST_BIO else re.sub(r"\s\S*$", "", bio[:LONGEST_BIO])
    return f"{name_of(author)}：{short}" if bio else ""


def name_of(author: Author) -> str:
    """An author as the tags and the list of authors call him: no character that ends a tag or a mark."""
    return " ".join(re.sub(r"[<>|]", " ", visible(author.called)).split())[:40]


def _show(label: str, batch: Batch, period: Period) -> str:
    tweet = batch.posts[label]
    first = next(group[0] for group in batch.groups if label in group)
    when = tweet.created_at.astimezone(ZoneInfo(period.timezone))
    marks = [
        f"{label} {name_of(tweet.author)}",
        "" if period.first == period.last else f"{when:%m-%d}",
        f"同 {first}" if first != label else "",
        f"疑{batch.doubts[label]}" if label in batch.doubts else "",
        _told(batch.told.get(label)),
    ]
    if tweet.replies is not None and tweet.replies >= _many_replies(batch):
        marks.append(f"{tweet.replies} 条回复")
    labels = {post.id: at for at, post in batch.posts.items()}
    longest = LONGEST_DOUBTFUL if label in batch.doubts else LONGEST_POST
    return show_post(" | ".join(filter(None, marks)), label, tweet, labels, longest)


def show_post(marks: str, label: str, tweet: Tweet, labels: Mapping[str, str], longest: int = LONGEST_POST) -> str:
    """A post between its tags, with what it quotes: the label where that is shown too (`labels` by id), else words."""
    words = _words(tweet.text)
    quoted_label = labels.get(tweet.quoted_id or "")
    quoted = f"（引用 {quoted_label}）" if quoted_label else ""
    if tweet.quoted_text and not quoted:
        quoted = f"（引用：{_words(tweet.quoted_text)[:LONGEST_QUOTE]}）"
    body = words if len(words) <= longest else f"{words[:longest]}……（后文略）"
    return f"<{marks}>\n{body}{quoted}\n</{label}>"


def without_tags(words: str) -> str:
    """The words with nothing that would open or close a tag of a question."""
    return OUR_TAG.sub("‹", words)


def _told(told: Told | None) -> str:
    if told is None:
        return ""
    words = " ".join(re.sub(r"[<>|]", " ", visible(told.headline or told.text)).split())[:LONGEST_TOLD]
    return f"{told.day:%m-%d} 报过：{words}"


def _many_replies(batch: Batch) -> int:
    """What the third most answered post got: only extremes are worth their tokens."""
    counts = sorted((tweet.replies or 0 for tweet in batch.posts.values()), reverse=True)
    return max(counts[2] if len(counts) > 2 else 0, 100)


def _words(text: str) -> str:
    """A post's words: an address as its host, X's own left out; blank lines closed."""
    linked = LINK.sub(lambda found: "" if found[1] == "t.co" else f"[{found[1]}]", text)
    lines = (" ".join(line.split()) for line in without_tags(visible(linked)).splitlines())
    return "\n".join(filter(None, lines))
