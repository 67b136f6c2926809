"""What the last reports told, and which stories go on from it or only say it again.

In: earlier reports of the topic, the posts of those days that are at hand, today's stories. Out: the stories that have
something to say, each with what was `told` of it, and the posts that are back unchanged, with the reason. A story goes
on when a post of it quotes or answers a post that was told, shares a link with one, or is alike to it in rare words,
names and numbers. Linear cost: only what shares a rare key is ever compared.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from report.clean.duplicates import bare
from report.model import STATUS_URL, Dropped, Period, Report, SectionKind, Story, Told, Tweet, Value
from report.names import NO_NAMES
from report.stories import substance
from report.words import cut

REACH = timedelta(days=14)
GRACE = timedelta(hours=1)  # by which two windows of 24 hours, made on two mornings, may overlap
TELLING: frozenset[SectionKind] = frozenset({"core", "views", "events", "market", "ai", "finance", "other"})
COMMON = 12  # tellings that share a key and may still be of one matter; a key in more of them names a subject
ALIKE = 0.46  # cosine of words weighed by rarity from which a post goes on from a telling
FEW = 5  # tellings that have a name which makes it likelier that two posts tell of one matter
NAMED_ALIKE = 0.30  # the same as ALIKE, where such a name is shared
NAMED_BOTH = 0.6  # of the weight of the names and numbers in a Chinese text that an English one has too
VERY_ALIKE = 0.6  # the same, where no more than the least words are shared
LEAST_SHARED = 3
NEWS = 0.2  # of the weight of a post's words that nobody told yet: below it the post is back unchanged
SHARED = 4  # tellings that give an address and may be of one matter; one in more of them is an author's own
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
HAN = re.compile(r"[\u3400-\u9fff]")
RECALLED = 3  # tellings that a story carries


class Recalled(Value):
    """`stories` in the order given, with what was told of them; `dropped` are posts that are back unchanged."""

    stories: tuple[Story, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True)
class Words:
    """A text as what may be compared: its words, folded, and its numbers (`#71.2`); `names` are those that name."""

    all: frozenset[str]
    names: frozenset[str]
    is_chinese: bool

    @classmethod
    def of(cls, text: str, names: Sequence[str] = ()) -> Words:
        said = bare(text)
        numbers = {f"#{number.replace(',', '')}" for number in NUMBER.findall(said)}
        words = cut(said, names)
        named = {word.casefold() for word in words if word != word.casefold() or any(map(str.isdigit, word))}
        return cls(
            all=frozenset(word.casefold() for word in words) | numbers,
            names=frozenset(named) - NO_NAMES | numbers,
            is_chinese=len(HAN.findall(said)) * 4 > len(said),
        )

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.all if word[0] == "#")


@dataclass(frozen=True)
class Memory:
    """`told`, newest first; the texts behind each (its own and its posts'); which of them have a key."""

    told: tuple[Told, ...] = ()
    texts: tuple[tuple[Words, ...], ...] = ()
    posts: Mapping[str, tuple[int, ...]] | None = None  # id of a post, or address → numbers of tellings

    def about(self, keys: Iterable[str]) -> set[int]:
        """Numbers of the tellings that rest on one of these posts or share one of these addresses."""
        found = (self.posts or {}).get
        return {number for key in keys for number in found(key, ())}


def is_remembered(report: Report, topic: str, period: Period) -> bool:
    """Is it a report of the topic that ended before the period began, at most 14 days ago?"""
    ended = report.period.until
    return report.topic == topic and ended - GRACE <= period.since <= ended + REACH


def remember(reports: Iterable[Report], posts: Iterable[Tweet], names: Sequence[str] = ()) -> Memory:
    """What those reports told, with the words of the posts that are at hand."""
    known = {tweet.id: tweet for tweet in posts}
    told: dict[tuple[object, ...], Told] = {}
    for report in sorted(reports, key=lambda report: (report.last, report.revision), reverse=True):
        for section in report.sections:
            for point in section.all_points() if section.kind in TELLING else ():
                said = Told(day=report.last, headline=point.headline, text=point.text, posts=point.citations)
                if point.citations:
                    told.setdefault((said.day, said.posts), said)
    cited = {post: Words.of(known[post].text, names) for said in told.values() for post in said.posts if post in known}
    own = [Words.of(f"{said.headline}。{said.text}", names) for said in told.values()]
    index: dict[str, list[int]] = defaultdict(list)
    for number, said in enumerate(told.values()):
        at_hand = [known[post] for post in said.posts if post in known]
        for key in {*said.posts, *(key for tweet in at_hand for key in _keys(tweet))}:
            index[key].append(number)
    return Memory(
        told=tuple(told.values()),
        texts=tuple(
            (words, *(cited[post] for post in said.posts if post in cited))
            for words, said in zip(own, told.values(), strict=True)
        ),
        posts={key: tuple(numbers) for key, numbers in index.items() if "/" not in key or len(numbers) <= SHARED},
    )


def recall(
    stories: Sequence[Story], memory: Memory, names: Sequence[str] = (), restored: Collection[str] = ()
) -> Recalled:
    """Stories that go on get what was told; their posts that say nothing new are dropped, unless in `restored`."""
    if not memory.told:
        return Recalled(stories=tuple(stories), dropped=())
    words = {tweet.id: Words.of(tweet.text, names) for story in stories for tweet in story.tweets}
    rarity = _rarity([*words.values(), *(text for texts in memory.texts for text in texts)])
    alike = _Likeness(memory, rarity)
    kept: list[Story] = []
    dropped: list[Dropped] = []
    for story in stories:
        found = {
            number
            for tweet in story.tweets
            for number in memory.about(_keys(tweet)) | alike.to(words[tweet.id])
        }  # fmt: skip
        told = [memory.told[number] for number in sorted(found)]
        seen = frozenset(word for number in found for text in memory.texts[number] for word in text.all)
        stale = {
            tweet.id for tweet in story.tweets
            if found and tweet.id not in restored and _is_stale(words[tweet.id], seen, rarity)
        }  # fmt: skip
        dropped += [_drop(tweet, told[0]) for tweet in story.tweets if tweet.id in stale]
        if left := tuple(tweet for tweet in story.tweets if tweet.id not in stale):
            kept.append(_continue(story, left, told[:RECALLED]))
    kept.sort(key=lambda story: (-story.score, story.lead))
    return Recalled(stories=tuple(kept), dropped=tuple(dropped))


def has_news(text: str, told: Sequence[Told]) -> bool:
    """Does a sentence say something that the tellings do not? A number that they lack is always news."""
    words = Words.of(text)
    said = Words.of(" ".join(f"{each.headline}。{each.text}" for each in told))
    if not words.all:
        return False
    return bool(words.numbers - said.numbers) or len(words.all - said.all) >= NEWS * len(words.all)


def told_words(told: Told) -> str:
    """How a point that goes on begins: 续 3 月 26 日《…》。 Computed, and no claim about a post."""
    day = f"续 {told.day.month} 月 {told.day.day} 日"
    is_whole = told.headline and not told.headline.endswith("…")
    return f"{day}《{told.headline}》。" if is_whole else f"{day}的报道。"


def _keys(tweet: Tweet) -> set[str]:
    """What links a post to others: itself, what it quotes, answers or repeats, and the addresses that it gives."""
    linked = {tweet.id, tweet.quoted_id, tweet.reply_to_id, tweet.reposted_id} - {None}
    for url in tweet.urls:
        found = STATUS_URL.match(url)
        linked.add(found[2] if found else url.split("?")[0].split("#")[0].rstrip("/"))
    return {str(key) for key in linked}


class _Likeness:
    """Which tellings a post is alike to, through an index of rare words."""

    def __init__(self, memory: Memory, rarity: Mapping[str, float]) -> None:
        self._texts = [(number, text) for number, texts in enumerate(memory.texts) for text in texts]
        self._rarity = rarity
        self._sizes = [self._size(text.all) for _, text in self._texts]
        holders: dict[str, list[int]] = defaultdict(list)
        tellings: dict[str, set[int]] = defaultdict(set)
        for at, (number, text) in enumerate(self._texts):
            for word in text.all:
                holders[word].append(at)
                tellings[word].add(number)
        self._held = {word: len(numbers) for word, numbers in tellings.items()}
        self._index = {word: ats for word, ats in holders.items() if self._held[word] <= COMMON}

    def to(self, words: Words) -> set[int]:
        candidates = Counter(at for word in words.all for at in self._index.get(word, ()))
        return {self._texts[at][0] for at in candidates if self._is_alike(words, at)}

    def _is_alike(self, words: Words, at: int) -> bool:
        text = self._texts[at][1]
        shared, named = words.all & text.all, words.names & text.names
        if len(shared) < LEAST_SHARED:
            return False
        if words.is_chinese == text.is_chinese:
            by_name = any(word[0] != "#" and self._held[word] <= FEW for word in named)
            alike = self._weight(shared) / (self._size(words.all) * self._sizes[at])
            return alike >= (NAMED_ALIKE if by_name else ALIKE if len(shared) > LEAST_SHARED else VERY_ALIKE)
        chinese = words if words.is_chinese else text
        return len(named) >= LEAST_SHARED and self._weight(named) >= NAMED_BOTH * self._weight(chinese.names)

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._rarity[word] ** 2 for word in words)

    def _size(self, words: Iterable[str]) -> float:
        return math.sqrt(self._weight(words))


def _rarity(texts: Sequence[Words]) -> dict[str, float]:
    """Word → log(texts / texts with it), a little above 0 for a word that stands everywhere."""
    counted = Counter(word for text in texts for word in text.all)
    return {word: math.log(len(texts) / count) + 0.05 for word, count in counted.items()}


def _is_stale(words: Words, seen: frozenset[str], rarity: Mapping[str, float]) -> bool:
    new = words.all - seen
    if any(word[0] == "#" for word in new):
        return False
    return sum(rarity[word] for word in new) <= NEWS * sum(rarity[word] for word in words.all)


def _continue(story: Story, left: tuple[Tweet, ...], told: Sequence[Told]) -> Story:
    """The story with the posts that are left; where its lead went it weighs less, by what the lead said more."""
    lost = 0.0 if left[0].id == story.lead else substance(story.tweets[0]) - substance(left[0])
    return story.model_copy(
        update={
            "tweets": left,
            "lead": left[0].id,
            "score": round(story.score - max(lost, 0.0), 4),
            "first_seen": min(tweet.created_at for tweet in left),
            "told": tuple(told),
        }
    )


def _drop(tweet: Tweet, told: Told) -> Dropped:
    reason = f"{told.day.month} 月 {told.day.day} 日已经报过，没有新内容"
    return Dropped(id=tweet.id, author=tweet.author.handle, kind="copy", reason=reason)
