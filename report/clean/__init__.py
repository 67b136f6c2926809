"""What is left of the collected posts, and why the others went.

In order: copies, campaigns (one text from many accounts), advertising, empty posts, posts off the topic. Each post goes
for the first reason that fits, so that the counts of the ledger add up to what was collected. What an admin brought
back stays, copies excepted. `doubtful` are those that a rule dropped which is often wrong: a model may bring them back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from report.clean.ads import Verdict, judge
from report.clean.duplicates import REPOST, bare, find_copies
from report.model import DropKind, Dropped, Topic, Tweet, Value
from report.subjects import HANDLES, NEAR, is_about, subjects_of
from report.uncollected import uncollected

CAMPAIGN_ACCOUNTS = 4  # that post one text themselves; reposts do not count
THREAD_GAP = timedelta(seconds=30)  # between parts of a thread that were posted together
SHORTEST = 28  # columns (a Chinese character is two) that a post needs to say something
SURE, SUSPECT = 0.8, 0.25  # probabilities of advertising: of one part of a thread, and of another that goes with it
WIDE = re.compile(r"[\u2e80-\U0010ffff]+")
SUBSTANCE = 60  # columns of a post off the topic from which a model's second look is worth its tokens


class Cleaned(Value):
    """`kept` in the order of time; `dropped` with a reason each."""

    kept: tuple[Tweet, ...]
    dropped: tuple[Dropped, ...]


class _Sorted(NamedTuple):
    """What is known of the posts together, before each goes its way."""

    said: dict[str, str]
    copies: dict[str, str]
    campaigns: dict[str, int]
    verdicts: dict[str, Verdict]
    on_topic: set[str]


def clean(
    tweets: Sequence[Tweet], topic: Topic, *, earlier: Sequence[Tweet] = (), restored: Collection[str] = ()
) -> Cleaned:
    """Sort the posts of a period into those to use and those to drop.

    `earlier` are posts of the days before: what repeats one of them is a copy. `restored` are ids that an admin brought
    back: they are neither advertising nor empty nor off the topic.
    """
    with uncollected():
        found = _look(tweets, earlier, topic)
    kept: list[Tweet] = []
    dropped: list[Dropped] = []
    for tweet in sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id)):
        gone = _drop(tweet, found)
        if gone is None or (tweet.id in restored and gone.kind != "copy"):
            kept.append(tweet)
        else:
            dropped.append(gone)
    return Cleaned(kept=tuple(kept), dropped=tuple(dropped))


def _look(tweets: Sequence[Tweet], earlier: Sequence[Tweet], topic: Topic) -> _Sorted:
    copies = find_copies(tweets, earlier)
    said = {tweet.id: bare(tweet.text) for tweet in (*earlier, *tweets)}
    campaigns, verdicts = _find_campaigns(tweets, copies), _judge(tweets)
    return _Sorted(said, copies, campaigns, verdicts, _find_on_topic(tweets, earlier, topic, said))


def _drop(tweet: Tweet, found: _Sorted) -> Dropped | None:
    """Where the post goes; None where it stays."""

    def gone(kind: DropKind, reason: str, *, doubtful: bool = False) -> Dropped:
        return Dropped(id=tweet.id, author=tweet.author.handle, kind=kind, reason=reason, doubtful=doubtful)

    original = found.copies.get(tweet.id)
    verdict = found.verdicts[tweet.id]
    if (original or tweet.id) in found.campaigns:
        return gone("ad", f"{found.campaigns[original or tweet.id]} 个账号发同一段文字")
    if original:
        return gone("copy", f"与 {original} 内容相同")
    if verdict.is_advertising:
        return gone("ad", verdict.reason, doubtful=verdict.doubtful)
    said = found.said[tweet.id]
    columns = width(said)
    if columns < SHORTEST:
        return gone(
            "empty", "只有链接、图片或一句附和", doubtful=bool(said and (tweet.quoted_text or tweet.reply_to_id))
        )
    if tweet.id not in found.on_topic:
        near = columns >= SUBSTANCE and bool(NEAR.search(said))
        return gone("off_topic", "与话题无关", doubtful=near)
    return None


def width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return len(text) if text.isascii() else len(text) + sum(map(len, WIDE.findall(text)))


def _find_on_topic(
    tweets: Sequence[Tweet], earlier: Sequence[Tweet], topic: Topic, said: Mapping[str, str]
) -> set[str]:
    """Ids of the posts that touch a subject of the topic, of their threads, and of what quotes or answers them.

    `said` are their bare texts by id.
    A post that quotes or answers a post at hand is about what that one is about.
    """
    subjects = subjects_of(topic)
    names = [name.casefold() for name in topic.spellings]
    found: set[str] = set()
    for thread in threads([*earlier, *tweets]):
        words = " ".join([f"{said[tweet.id]} {tweet.quoted_text}" for tweet in thread])
        folded = words.casefold() if names else ""
        named = any(name in folded for name in names)
        handled = "ai" in subjects and any(HANDLES.search(tweet.text) for tweet in thread)
        if not subjects or named or handled or any(is_about(words, subject) for subject in subjects):
            found.update(tweet.id for tweet in thread)
    for tweet in sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id)):
        if tweet.quoted_id in found or tweet.reply_to_id in found:
            found.add(tweet.id)
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


def _judge(tweets: Sequence[Tweet]) -> dict[str, Verdict]:
    """A verdict for each id. A post of a thread that is surely advertising elsewhere needs less to be the same."""
    verdicts = dict(zip((tweet.id for tweet in tweets), judge([tweet.text for tweet in tweets]), strict=True))
    for thread in threads(tweets):
        sure = max((verdicts[tweet.id] for tweet in thread), key=lambda verdict: verdict.probability)
        if sure.probability < SURE:
            continue
        for tweet in thread:
            verdict = verdicts[tweet.id]
            if not verdict.is_advertising and verdict.probability >= SUSPECT:
                verdicts[tweet.id] = verdict.model_copy(update={"reason": sure.reason, "doubtful": True})
    return verdicts


def _find_campaigns(tweets: Sequence[Tweet], copies: dict[str, str]) -> dict[str, int]:
    """Original id → number of accounts, for texts that many accounts post as their own."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for tweet in tweets:
        original = copies.get(tweet.id, tweet.id)
        if not tweet.reposted_id and not REPOST.match(tweet.text):
            accounts[original].add(tweet.author.handle.casefold())
    return {original: len(names) for original, names in accounts.items() if len(names) >= CAMPAIGN_ACCOUNTS}
