"""Copies: reposts, and posts that say the same but for links, handles, emoji and punctuation.

In: posts. Out: for each copy, the id of the post that it repeats (the earliest of its kind). Linear cost: MinHash
signatures in a locality-sensitive index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from report.model import Tweet

LINK = re.compile(r"https?://\S+|\bt\.co/\w+")
HANDLE = re.compile(r"@\w+")
REPOST = re.compile(r"^RT @\w+: ?")
SIMILARITY = 0.8  # of the sets of 4-character pieces; below it, different numbers or names begin to pass as copies
PERMUTATIONS = 128
SHORTEST = 24  # normalised characters; shorter texts are copies only when equal


def bare(text: str) -> str:
    """The words without repost mark, links and handles, white space folded."""
    return " ".join(HANDLE.sub(" ", LINK.sub(" ", REPOST.sub("", text))).split())


def normalised(text: str) -> str:
    """Letters and digits alone, compatibility forms and case folded: what must be equal in equal posts."""
    return "".join(c for c in unicodedata.normalize("NFKC", bare(text)).casefold() if c.isalnum())


def find_copies(tweets: Sequence[Tweet]) -> dict[str, str]:
    """Copy id → id of the original. Originals are the earliest posts, a reposted post before its reposts.

    Texts that differ in a digit are no copies: a corrected figure is news.
    """
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415  compiled and only needed while a report is made

    ordered = sorted(tweets, key=lambda tweet: (tweet.created_at, tweet.id))
    known = {tweet.id for tweet in ordered}
    copies: dict[str, str] = {}
    by_text: dict[str, str] = {}
    index = RMinHashLSH(threshold=SIMILARITY, num_perm=PERMUTATIONS, num_bands=16)
    signatures: list[tuple[str, RMinHash, str]] = []
    for tweet in ordered:
        if tweet.reposted_id in known and _root(str(tweet.reposted_id), copies) != tweet.id:
            copies[tweet.id] = tweet.reposted_id
            continue
        words = normalised(tweet.text)
        if words and words in by_text:
            copies[tweet.id] = by_text[words]
            continue
        if len(words) >= SHORTEST:
            signature = RMinHash(num_perm=PERMUTATIONS, seed=7)
            signature.update([words[at : at + 4] for at in range(len(words) - 3)])
            digits = "".join(c for c in words if c.isdigit())
            near = [
                signatures[key]
                for key in sorted(index.query(signature))
                if signatures[key][2] == digits and signatures[key][1].jaccard(signature) >= SIMILARITY
            ]
            if near:
                copies[tweet.id] = near[0][0]
                continue
            index.insert(len(signatures), signature)
            signatures.append((tweet.id, signature, digits))
        if words:
            by_text[words] = tweet.id
    return {copy: _root(original, copies) for copy, original in copies.items()}


def _root(post: str, copies: dict[str, str]) -> str:
    seen = {post}
    while post in copies and copies[post] not in seen:
        post = copies[post]
        seen.add(post)
    return post
