"""Posts → stories, best first.

Posts tell one story when one quotes or answers the other, when they are parts of one thread, when they share a link,
or when they share words that few other posts have. Linear cost: every comparison goes through an index of rare keys.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

from report.clean import threads, width
from report.duplicates import bare
from report.model import Story, Tweet
from report.subjects import EVENT, OPINION, SUBJECTS
from report.words import cut

COMMON = 6  # posts that share a key and still tell one story; a key in more of them names a subject, not a story
ALIKE = 0.42  # cosine of rare words from which two posts of different authors tell one story
NUMBER = re.compile(r"\d")


def group(tweets: Sequence[Tweet], names: Iterable[str] = ()) -> list[Story]:
    """Stories of the posts, best first; every post stands in exactly one."""
    names = tuple(names)
    words = {tweet.id: list(dict.fromkeys(word.casefold() for word in cut(tweet.text, names))) for tweet in tweets}
    usual = _usual_spelling(tweets, names)
    rarity = _rarity(words.values())
    joined = _Groups(tweet.id for tweet in tweets)
    for first, second in (*_linked(tweets), *_alike(tweets, words, rarity)):
        joined.join(first, second)
    reach = _reach(tweets)
    members: dict[str, list[Tweet]] = defaultdict(list)
    for tweet in tweets:
        members[joined.root(tweet.id)].append(tweet)
    stories = [_make_story(posts, words, rarity, usual, reach) for posts in members.values()]
    return sorted(stories, key=lambda story: (-story.score, story.lead))


def substance(tweet: Tweet) -> float:
    """How much a post says, about 0 to 3: length with falling returns, figures, an event or an opinion, a subject."""
    said = bare(tweet.text)
    score = math.log1p(min(width(said), 1200) / 60)
    score += 0.25 * min(len(NUMBER.findall(said)), 4) / 4
    score += 0.3 * bool(EVENT.search(said)) + 0.15 * bool(OPINION.search(said))
    return score + 0.3 * any(pattern.search(said) for pattern in SUBJECTS.values())


def _make_story(
    posts: list[Tweet],
    words: Mapping[str, list[str]],
    rarity: Mapping[str, float],
    usual: Mapping[str, str],
    reach: Mapping[str, float],
) -> Story:
    worth = {tweet.id: substance(tweet) + 0.45 * reach[tweet.id] for tweet in posts}
    ordered = sorted(posts, key=lambda tweet: (-worth[tweet.id], tweet.created_at, tweet.id))
    authors = {tweet.author.handle.casefold() for tweet in posts}
    score = worth[ordered[0].id] + 0.5 * math.log2(len(authors)) + 0.15 * math.log2(len(posts))
    counted = Counter(word for tweet in posts for word in words[tweet.id])
    terms = sorted(counted, key=lambda word: (-counted[word] * rarity[word] * _named(usual[word]), word))
    return Story(
        tweets=tuple(ordered),
        lead=ordered[0].id,
        score=round(score, 4),
        terms=tuple(usual[word] for word in terms[:8]),
        first_seen=min(tweet.created_at for tweet in posts),
    )


def _named(word: str) -> float:
    """Names say more about a story than other words."""
    return 1.6 if any(character.isupper() for character in word) else 1.0


def _usual_spelling(tweets: Sequence[Tweet], names: Iterable[str]) -> dict[str, str]:
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for tweet in tweets:
        for word in cut(tweet.text, names):
            spelt[word.casefold()][word] += 1
    return {folded: max(sorted(counted), key=lambda word: counted[word]) for folded, counted in spelt.items()}


def _rarity(texts: Iterable[Sequence[str]]) -> dict[str, float]:
    """Word → log(texts / texts with it): 0 for a word that stands everywhere."""
    texts = list(texts)
    counted = Counter(word for text in texts for word in text)
    return {word: math.log(len(texts) / count) + 0.05 for word, count in counted.items()}


def _reach(tweets: Sequence[Tweet]) -> dict[str, float]:
    """Engagement for that account: 0 at the account's (else everybody's) usual, about 1 at ten times it."""
    everyone = median([tweet.engagement for tweet in tweets]) if tweets else 0
    by_author: dict[str, list[int]] = defaultdict(list)
    for tweet in tweets:
        by_author[tweet.author.handle].append(tweet.engagement)

    def of(tweet: Tweet) -> float:
        own = by_author[tweet.author.handle]
        usual = median(own) if len(own) > 2 else everyone
        return max(-1.0, min(1.5, math.log10((tweet.engagement + 3) / (usual + 3))))

    return {tweet.id: of(tweet) for tweet in tweets}


def _linked(tweets: Sequence[Tweet]) -> Iterable[tuple[str, str]]:
    """Pairs joined by a quote, an answer, a thread or a link that few posts share."""
    known = {tweet.id for tweet in tweets}
    by_key: dict[str, list[str]] = defaultdict(list)
    for tweet in tweets:
        others = {tweet.quoted_id, tweet.reply_to_id, tweet.reposted_id} - {None, tweet.id}
        for other in others:
            by_key[str(other)] += [tweet.id]
        for url in tweet.urls:
            by_key[url.split("?")[0].rstrip("/")].append(tweet.id)
    for key, ids in by_key.items():
        if key in known:
            yield from ((key, post) for post in ids)
        elif len(ids) <= COMMON:
            yield from pairwise(ids)
    for thread in threads(tweets):
        yield from pairwise(tweet.id for tweet in thread)


def _alike(
    tweets: Sequence[Tweet], words: Mapping[str, list[str]], rarity: Mapping[str, float]
) -> Iterable[tuple[str, str]]:
    """Pairs whose rare words are alike: only posts that share a rare word are ever compared."""
    index: dict[str, list[str]] = defaultdict(list)
    for tweet in tweets:
        for word in words[tweet.id]:
            index[word].append(tweet.id)
    shared: dict[tuple[str, str], float] = defaultdict(float)
    common: Counter[tuple[str, str]] = Counter()
    for word, ids in index.items():
        if 2 <= len(ids) <= COMMON:
            for at, first in enumerate(ids):
                for second in ids[at + 1 :]:
                    shared[first, second] += rarity[word] ** 2
                    common[first, second] += 1
    size = {post: math.sqrt(sum(rarity[word] ** 2 for word in found)) or 1.0 for post, found in words.items()}
    for (first, second), product in shared.items():
        if common[first, second] >= 2 and product / (size[first] * size[second]) >= ALIKE:
            yield first, second


class _Groups:
    """Union-find over post ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {post: post for post in ids}

    def root(self, post: str) -> str:
        while self._parent[post] != post:
            self._parent[post] = self._parent[self._parent[post]]
            post = self._parent[post]
        return post

    def join(self, first: str, second: str) -> None:
        self._parent[self.root(second)] = self.root(first)
