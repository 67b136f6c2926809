"""Copies: reposts, and posts that say the same but for links, handles, emoji and punctuation.

In: posts, and those of the days before. Out: for each copy, the id of the post that it repeats (the earliest of its
kind). Linear cost: MinHash signatures in buckets that stay small, whatever is posted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from report.model import Tweet

LINK = re.compile(r"https?://\S+|\bt\.co/\w+")
HANDLE = re.compile(r"@\w+")
REPOST = re.compile(r"^RT @\w+: ?")
NO_WORD = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d+")
SIMILARITY = 0.8  # of the sets of 4-character pieces; below it, different numbers or names begin to pass as copies
BANDS, ROWS = 10, 4  # of a signature: two texts with 0.8 in common share a band with a probability of 0.995
HELD = 4  # texts in a bucket; what is near to more than these only makes them slower
BEGINNING = 40  # normalised characters that tell which text was cut
SHORTEST = 24  # normalised characters; shorter texts are copies only when equal


def bare(text: str) -> str:
    """The words without repost mark, links and handles, white space folded."""
    text = REPOST.sub("", text)
    if "http" in text or "t.co/" in text:
        text = LINK.sub(" ", text)
    return " ".join((HANDLE.sub(" ", text) if "@" in text else text).split())


def normalised(text: str) -> str:
    """Letters and digits alone, compatibility forms and case folded: what must be equal in equal posts."""
    said = bare(text)
    said = said if said.isascii() else unicodedata.normalize("NFKC", said)
    return NO_WORD.sub("", said.casefold())


def find_copies(tweets: Sequence[Tweet], earlier: Sequence[Tweet] = ()) -> dict[str, str]:
    """Copy id → id of the original. Originals are the earliest posts, a reposted post before its reposts.

    `earlier` are posts of the days before: they may be originals, never copies. Texts that differ in a digit are no
    copies: a corrected figure is news.
    """
    ordered = sorted(tweets, key=_by_time)
    known = {tweet.id for tweet in ordered} | {tweet.id for tweet in earlier}
    copies: dict[str, str] = {}
    texts = _Texts()
    for tweet in sorted(earlier, key=_by_time):
        texts.find_or_keep(tweet)
    old = {tweet.id for tweet in earlier}
    for tweet in ordered:
        if tweet.id in old:
            continue
        if tweet.reposted_id in known and _root(str(tweet.reposted_id), copies) != tweet.id:
            copies[tweet.id] = str(tweet.reposted_id)
        elif original := texts.find_or_keep(tweet):
            copies[tweet.id] = original
    return {copy: _root(original, copies) for copy, original in copies.items()}


def _by_time(tweet: Tweet) -> tuple[datetime, str]:
    return tweet.created_at, tweet.id


class _Texts:
    """The texts seen so far: by their whole, by their beginning, and by signatures in buckets that stay small."""

    def __init__(self) -> None:
        from rensa import RMinHash  # noqa: PLC0415  compiled and only needed while a report is made

        self._signature = RMinHash
        self._whole: dict[str, str] = {}
        self._begun: dict[str, tuple[str, str]] = {}
        self._alone: dict[str, tuple[str, str] | None] = {}  # digits → the one text that has them; None: more have
        self._buckets: dict[int, tuple[tuple[str, str], ...]] = {}

    def find_or_keep(self, tweet: Tweet) -> str:
        """The id of the post that this one repeats; "" where it is the first of its kind, which is then kept."""
        words = normalised(tweet.text)
        if not words:
            return ""
        original = self._whole.get(words) or self._find_cut(tweet.text, words)
        if not original and len(words) >= SHORTEST:
            original = self._find_near(tweet.id, words)
        if not original:
            self._whole[words] = tweet.id
            self._begun.setdefault(words[:BEGINNING], (words, tweet.id))
        return original

    def _find_cut(self, text: str, words: str) -> str:
        """The original of a repost that was cut at its end, as the old API gave it."""
        if not (REPOST.match(text) and text.rstrip().endswith("…")):
            return ""
        whole, post = self._begun.get(words[:BEGINNING], ("", ""))
        return post if whole.startswith(words) and len(words) >= BEGINNING else ""

    def _find_near(self, post: str, words: str) -> str:
        """The first of the like texts with the same digits; only texts in one bucket are compared.

        A text is signed when another one has its digits.
        """
        digits = "".join(DIGITS.findall(words))
        if digits not in self._alone:
            self._alone[digits] = post, words
            return ""
        if alone := self._alone[digits]:
            self._hold(alone, self._sign(digits, _pieces(alone[1])))
            self._alone[digits] = None
        pieces = _pieces(words)
        buckets = self._sign(digits, pieces)
        for original, others in sorted({found for bucket in buckets for found in self._buckets.get(bucket, ())}):
            if _shared(pieces, _pieces(others)) >= SIMILARITY:
                return original
        self._hold((post, words), buckets)
        return ""

    def _sign(self, digits: str, pieces: list[str]) -> list[int]:
        """The buckets of a text."""
        signature = self._signature(num_perm=BANDS * ROWS, seed=7)
        signature.update(pieces)
        digest = signature.digest()
        return [hash((band, digits, *digest[band : band + ROWS])) for band in range(0, BANDS * ROWS, ROWS)]

    def _hold(self, text: tuple[str, str], buckets: Sequence[int]) -> None:
        for bucket in buckets:
            held = self._buckets.get(bucket, ())
            if len(held) < HELD:
                self._buckets[bucket] = (*held, text)


def _pieces(words: str) -> list[str]:
    return [words[at : at + 4] for at in range(len(words) - 3)]


def _shared(first: Sequence[str], second: Sequence[str]) -> float:
    """How many of the pieces of both are in each, from 0 to 1."""
    pieces = set(first)
    both = len(pieces.intersection(second))
    return both / (len(pieces) + len(set(second)) - both)


def _root(post: str, copies: dict[str, str]) -> str:
    seen = {post}
    while post in copies and copies[post] not in seen:
        post = copies[post]
        seen.add(post)
    return post
