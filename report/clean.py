"""What is left of the collected posts, and why the others went.

In order: copies, campaigns (one text from many accounts), advertising, empty posts, posts off the topic. Each post goes
for the first reason that fits, so that the counts of the ledger add up to what was collected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from report.ads import find_advertising
from report.duplicates import REPOST, bare, find_copies
from report.model import DropKind, Dropped, Topic, Tweet, Value
from report.subjects import is_about, subjects_of

CAMPAIGN_ACCOUNTS = 4  # that post one text themselves; reposts do not count
THREAD_GAP = timedelta(seconds=30)  # between parts of a thread that were posted together
SHORTEST = 28  # columns (a Chinese character is two) that a post needs to say something


class Cleaned(Value):
    """`kept` in the order of time; `dropped` with a reason each."""

    kept: tuple[Tweet, ...]
    dropped: tuple[Dropped, ...]


def clean(
    tweets: Sequence[Tweet], topic: Topic, *, earlier: Sequence[Tweet] = (), restored: Collection[str] = ()
) -> Cleaned:
    """Sort the posts of a period into those to use and those to drop; copies of `earlier` posts go, `restored` stay."""
    ids = {tweet.id for tweet in tweets}
    copies = {copy: post for copy, post in find_copies([*earlier, *tweets]).items() if copy in ids}
    campaigns = _find_campaigns(tweets, copies)
    on_topic = _find_on_topic(tweets, topic)
    kept: list[Tweet] = []
    dropped: list[Dropped] = []
    for tweet in sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id)):
        said = bare(tweet.text)
        if tweet.id in restored:
            kept.append(tweet)
            continue
        if tweet.id in campaigns or copies.get(tweet.id) in campaigns:
            kind, reason = "ad", f"{campaigns[copies.get(tweet.id, tweet.id)]} 个账号发同一段文字"
        elif tweet.id in copies:
            kind, reason = "copy", f"与 {copies[tweet.id]} 内容相同"
        elif advertising := find_advertising(tweet.text):
            kind, reason = "ad", advertising
        elif width(said) < SHORTEST:
            kind, reason = "empty", "只有链接、图片或一句附和"
        elif tweet.id not in on_topic:
            kind, reason = "off_topic", "与话题无关"
        else:
            kept.append(tweet)
            continue
        dropped.append(_drop(tweet, kind, reason))
    return Cleaned(kept=tuple(kept), dropped=tuple(dropped))


def width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _find_on_topic(tweets: Sequence[Tweet], topic: Topic) -> set[str]:
    """Ids of the posts that touch a subject of the topic, and of the other parts of their threads."""
    subjects = subjects_of(topic)
    found: set[str] = set()
    for thread in threads(tweets):
        words = " ".join(f"{bare(tweet.text)} {tweet.quoted_text}" for tweet in thread)
        named = any(name.casefold() in words.casefold() for name in topic.names)
        if not subjects or named or any(is_about(words, subject) for subject in subjects):
            found.update(tweet.id for tweet in thread)
    return found


def threads(tweets: Iterable[Tweet]) -> list[list[Tweet]]:
    """Posts of one author within seconds of each other, in order: a thread, whether or not the source says so."""
    by_author: dict[str, list[Tweet]] = defaultdict(list)
    for tweet in sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id)):
        by_author[tweet.author.handle].append(tweet)
    found: list[list[Tweet]] = []
    for posts in by_author.values():
        for number, tweet in enumerate(posts):
            if number and tweet.created_at - posts[number - 1].created_at <= THREAD_GAP:
                found[-1].append(tweet)
            else:
                found.append([tweet])
    return found


def _find_campaigns(tweets: Sequence[Tweet], copies: dict[str, str]) -> dict[str, int]:
    """Original id → number of accounts, for texts that many accounts post as their own."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for tweet in tweets:
        original = copies.get(tweet.id, tweet.id)
        if not tweet.reposted_id and not REPOST.match(tweet.text):
            accounts[original].add(tweet.author.handle.casefold())
    return {original: len(names) for original, names in accounts.items() if len(names) >= CAMPAIGN_ACCOUNTS}


def _drop(tweet: Tweet, kind: str, reason: str) -> Dropped:
    kinds: dict[str, DropKind] = {"copy": "copy", "ad": "ad", "empty": "empty", "off_topic": "off_topic"}
    return Dropped(id=tweet.id, author=tweet.author.handle, kind=kinds[kind], reason=reason)
