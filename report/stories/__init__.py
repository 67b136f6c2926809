"""Posts → stories, best first.

Posts tell one story when one quotes or answers the other, when they are parts of one thread, when several accounts
share an article's address, or when they are alike (`alike.py`), in one language or two. Linear cost: nothing is
compared with all.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from urllib.parse import parse_qsl, urlencode, urlsplit

from report.clean import threads
from report.model import STATUS_URL, Story, Tweet
from report.names import names_in
from report.stories.alike import find_alike
from report.stories.keys import Day, read_keys
from report.stories.ranking import substance, worth
from report.uncollected import uncollected

__all__ = ["group", "substance"]

THREAD = 40  # parts of the longest thread; X lets 25 be posted at once, and an account that never stops tells no story
COMMON = 6  # posts with one address that may be a home page; more of them speak of a product, not of one story
SIGNATURE = 3  # posts of one author with one address: it stands under all that he writes
TRACKING = re.compile(r"utm\w*|fbclid|gclid|igshid|ref(?:_src|_url)?|si|s|t|source|campaign|mc_\w+", re.IGNORECASE)
ARTICLE = re.compile(r"/[^/]*(?:\d|[^/]{8,}|/[^/]+/)|\?")  # in an address; without it, it may be a home page
TERMS = 8


def group(tweets: Sequence[Tweet], names: Iterable[str] = ()) -> list[Story]:
    """Stories of the posts, best first; every post stands in exactly one. `names` are kept whole."""
    with uncollected():
        return _group(tweets, tuple(names))


def _group(tweets: Sequence[Tweet], names: Sequence[str]) -> list[Story]:
    day = read_keys(tweets, names)
    joined = _Groups(tweet.id for tweet in tweets)
    for first, second in (*_connected(tweets), *_pointing(tweets), *find_alike(tweets, day)):
        joined.join(first, second)
    members: dict[str, list[Tweet]] = defaultdict(list)
    for tweet in tweets:
        members[joined.root(tweet.id)].append(tweet)
    value = worth(tweets, day)
    stories = [_make_story(posts, value, day) for posts in members.values()]
    return sorted(stories, key=lambda story: (-story.score, story.lead))


def _make_story(posts: list[Tweet], value: dict[str, float], day: Day) -> Story:
    """Its lead is the post worth most; every account that tells it adds to its score, with falling returns."""
    ordered = sorted(posts, key=lambda tweet: (-value[tweet.id], tweet.created_at, tweet.id))
    authors = {tweet.author.handle.casefold() for tweet in posts}
    score = value[ordered[0].id] + 0.35 * math.log2(len(authors)) + 0.05 * math.log2(len(posts))
    return Story(
        tweets=tuple(ordered),
        lead=ordered[0].id,
        score=round(score, 4),
        terms=_terms(ordered, day),
        first_seen=min(tweet.created_at for tweet in posts),
    )


def _terms(ordered: Sequence[Tweet], day: Day) -> tuple[str, ...]:
    """What names the story: names first, those that most of its posts have before others, in the lead's order."""
    lead = ordered[0]
    words = day.words[lead.id]
    others = Counter(chain.from_iterable(day.words[tweet.id] for tweet in ordered[1:]))
    named = {name.casefold() for name in names_in(lead.text)}
    names = [word for word in words if word in named] + [word for word in others if word in day.names]
    names = sorted(dict.fromkeys(names), key=others.__getitem__, reverse=True)[:TERMS] if others else names[:TERMS]
    if len(names) < TERMS:
        left = {*words, *others}.difference(names)
        rest = [(-day.weight.get(word, 1.0) * (1 + others.get(word, 0)), word) for word in left]
        names += [word for _, word in sorted(rest)[: TERMS - len(names)]]
    return tuple(day.spelt[word] for word in names)


def _connected(tweets: Sequence[Tweet]) -> Iterable[tuple[str, str]]:
    """Pairs joined by a quote, an answer, a repost, or a thread; what two posts quote may itself be unknown."""
    known = {tweet.id for tweet in tweets}
    first: dict[str, str] = {}
    for tweet in tweets:
        others = [match[2] for match in map(STATUS_URL.match, tweet.urls) if match]
        others += [other for other in (tweet.quoted_id, tweet.reply_to_id, tweet.reposted_id) if other]
        for other in dict.fromkeys(others):
            if other != tweet.id:
                yield other if other in known else first.setdefault(other, tweet.id), tweet.id
    for thread in threads(tweet for tweet in tweets if not tweet.link):
        if len(thread) <= THREAD:
            yield from pairwise(tweet.id for tweet in thread)


def _pointing(tweets: Sequence[Tweet]) -> Iterable[tuple[str, str]]:
    """Pairs of different authors who point to one article. What an author puts under all his posts joins none."""
    pointing: dict[str, list[Tweet]] = defaultdict(list)
    for tweet in tweets:
        for address in {_address(url) for url in tweet.urls} - {""}:
            pointing[address].append(tweet)
    for address, posts in pointing.items():
        often = Counter(tweet.author.handle for tweet in posts)
        meant = [tweet for tweet in posts if often[tweet.author.handle] < SIGNATURE]
        if len({tweet.author.handle for tweet in meant}) > 1 and (len(meant) <= COMMON or ARTICLE.search(address)):
            yield from pairwise(tweet.id for tweet in meant)


def _address(url: str) -> str:
    """What tells an article's address from others: without its scheme and tracking; "" for a post."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if STATUS_URL.match(url) or parts.netloc == "t.co":
        return ""
    query = urlencode([pair for pair in parse_qsl(parts.query) if not TRACKING.fullmatch(pair[0])])
    path = parts.path.rstrip("/")
    return f"{parts.netloc.casefold().removeprefix('www.')}{path}" + (f"?{query}" if query else "")


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
