"""Pairs of posts that tell one thing in other words, or in the other language.

In: posts and their keys. Out: pairs of ids. Linear cost: a post is compared only with the few latest posts that have
two of its telling keys.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from report.model import Tweet
from report.stories.concepts import MATTER
from report.stories.keys import Day, Keys, parts_of

TELLING = 10  # heaviest keys of a post, by which it is looked up
LATEST = 6  # posts remembered for each key
COMPARED = 4  # posts that a post is compared with
ALIKE = 0.40  # from which two posts tell one story
ALIKE_ACROSS = 0.36  # the same between a Chinese and a Latin post, over the keys that both languages have
ALIKE_OWN = 0.52  # the same between two posts of one author, who speaks of one matter all day
SAYS_LITTLE = 60.0  # a post of fewer keys (five or so) is taken to say as much, and not all of it in common
CONTAINED = 0.75  # how far the shorter post decides how much there is to have in common
NAMES_ALONE = 0.75  # what is left of it where two names are all that is common between languages
UNSAID = 0.25  # how much, between languages, words weigh that only one of them has
OTHER_FIGURES = 0.75  # what is left of a likeness where both give figures, none the same
OTHER_VERSION = 0.5  # the same where both name one product with another version


def find_alike(tweets: Sequence[Tweet], day: Day) -> Iterator[tuple[str, str]]:
    """Pairs of posts, the earlier one first."""
    latest: dict[str, deque[str]] = {}
    author = {tweet.id: tweet.author.handle.casefold() for tweet in tweets}
    for tweet in sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id)):
        keys = day.posts[tweet.id]
        telling = (*keys.keys[:TELLING], *keys.own)
        hits = Counter(chain.from_iterable([latest[key] for key in telling if key in latest]))
        near = [(count, other) for other, count in hits.items() if count > 1]
        for _, other in sorted(near, reverse=True)[:COMPARED]:
            same = author[other] == author[tweet.id]
            if likeness(keys, day.posts[other], day.weight, same) >= _needed(keys, day.posts[other], same):
                yield other, tweet.id
        for key in telling:
            latest.setdefault(key, deque(maxlen=LATEST)).append(tweet.id)


def likeness(first: Keys, second: Keys, weight: Mapping[str, float], same_author: bool = False) -> float:
    """0 for nothing in common, 1 for the same keys. A short post is like the long one that says all that it says."""
    both = {*first.keys, *first.own}.intersection((*second.keys, *second.own))
    both.difference_update(*map(parts_of, first.versions & second.versions))
    own = both.intersection((*first.own, *second.own))
    if same_author:
        both -= own
    strong = sum(key[0] != MATTER for key in both)
    if strong < 2 and not (strong and len(both) > 2):
        return 0.0
    common = sum(weight[key] ** 2 for key in both)
    across = first.is_chinese != second.is_chinese
    sizes = [keys.shared + UNSAID * (keys.whole - keys.shared) if across else keys.whole for keys in (first, second)]
    named = sum(weight[key] ** 2 for key in own)
    less, more = sorted(max(size + named, common, SAYS_LITTLE) for size in sizes)
    alike = common / (math.pow(less, CONTAINED) * math.pow(more, 1 - CONTAINED))
    if across and len(both) - strong < 2 and strong < 3 and both.isdisjoint(first.figures):
        alike *= NAMES_ALONE
    if first.figures and second.figures and not first.figures & second.figures:
        alike *= OTHER_FIGURES
    if _conflict(first.versions, second.versions):
        alike *= OTHER_VERSION
    return alike


def _needed(first: Keys, second: Keys, same_author: bool) -> float:
    if same_author:
        return ALIKE_OWN
    return ALIKE if first.is_chinese == second.is_chinese else ALIKE_ACROSS


def _conflict(first: frozenset[str], second: frozenset[str]) -> bool:
    """Do both name a product, each another version of it?"""
    if not first or not second or first & second:
        return False
    return not {parts_of(key)[0] for key in first}.isdisjoint(parts_of(key)[0] for key in second)
