"""Readable signals of posts, counted: the marks, the vocabulary, and the looks (links, capitals, emoji, length).

In: posts, as they are and folded. Out: one row a post, one column for each of `NAMES`, from 0 to 1. A post's row does
not depend on the others. English words are looked up, since forty patterns over 10,000 posts would take three seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from report.clean.ads.looks import LOOKS, Columns, count_characters, count_looks
from report.clean.ads.marks import MARKS
from report.clean.ads.vocabulary import SIGNALS

MOST = 4  # of one signal: what is there five times says no more
READ = 1500  # folded characters in which signals are looked for

WORDS = MARKS + SIGNALS
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
TOKEN = re.compile(r"--[a-z]+|[a-z0-9]+(?:['.][a-z0-9]+)*|[$%+&#/]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
OPENER = re.compile(
    r"^\W{0,4}(?:try|stop|turn|build|create|discover|imagine|say goodbye|experience|want|need|looking for|ready"
    r"|tired of|forget|steal|how (?:to|i)|here(?:'s| are)|most people|this (?:guy|free|new|ai|is the|one|tool|man|kid)"
    r"|the (?:only|best)|instead of|\d+ |rip|watch|see|learn|join|follow|save|get|grab|upload|skip|bring|comment|reply"
    r"|repost|use my|sign up)\b"
)
DERIVED = (
    "opener", "launch", "maker with substance", "maker without selling", "selling without a maker", "selling",
    "selling much", "marks", "capitals", "chinese", "short", "long", "ends in a pointer", "chinese and selling",
    "news without selling", "status with substance", "picture prompt",
)  # fmt: skip
NAMES = (*(signal.name for signal in WORDS), *(look.name for look in LOOKS), *DERIVED)
ENDINGS = ("", "s", "d", "ed", "es", "ing")


def _spellings(phrase: str) -> Iterator[str]:
    if not phrase.endswith("~"):
        yield phrase
        return
    stem = phrase[:-1]
    yield from (stem + ending for ending in ENDINGS)
    if stem.endswith("e"):
        yield stem[:-1] + "ing"


def _table() -> dict[str, list[int]]:
    """Phrase → numbers of the signals that it belongs to."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, signal in enumerate(WORDS):
        for phrase in signal.english.split("|"):
            for spelling in _spellings(phrase):
                if number not in found[spelling]:
                    found[spelling].append(number)
    return dict(found)


TABLE = _table()
BEGIN_PAIRS, BEGIN_TRIPLES = (
    frozenset(phrase.split(" ")[0] for phrase in TABLE if phrase.count(" ") == spaces) for spaces in (1, 2)
)
PATTERNS = tuple(re.compile(signal.chinese) for signal in WORDS)


def count_signals(texts: Sequence[str], spelt: Sequence[str]) -> Columns:
    """Shape (posts, len(NAMES)). `spelt` holds the same posts, folded."""
    spelt = [text[:READ] for text in spelt]
    rows = len(spelt)
    words = np.array([_count_words(text) for text in spelt], np.float32).reshape(rows, len(WORDS))
    looks = count_looks(spelt)
    length = np.array([max(len(text), 1) for text in spelt], np.float32)
    looks[:, -2:] *= 20 / length[:, None]  # of emoji and digits the share counts
    words = np.asarray(np.minimum(words, MOST) / MOST, np.float32)
    looks = np.asarray(np.minimum(looks, MOST) / MOST, np.float32)
    given = looks[:, [at for at, look in enumerate(LOOKS) if look.name in ("slot", "prompt given")]].any(axis=1)
    picture = words[:, [signal.name for signal in WORDS].index("prompts")] * np.where(given, 1, 0.5)
    return np.column_stack([words, looks, *_derive(texts, spelt, words, length), picture]).astype(np.float32)


def _count_words(text: str) -> list[int]:
    """How often each of WORDS is in a folded text: different phrases, not their repetitions."""
    found = [0] * len(WORDS)
    tokens = TOKEN.findall(NUMBER.sub("0", text))
    pairs = [f"{a} {b}" for a, b in pairwise(tokens) if a in BEGIN_PAIRS]
    triples = [f"{a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False) if a in BEGIN_TRIPLES]
    for phrase in TABLE.keys() & {*tokens, *pairs, *triples}:
        for number in TABLE[phrase]:
            found[number] += 1
    if not text.isascii() and CHINESE.search(text):
        for number, pattern in enumerate(PATTERNS):
            if said := pattern.findall(text):
                found[number] += len(set(said))
    return found


def _derive(
    texts: Sequence[str], spelt: Sequence[str], words: Columns, length: Columns
) -> list[npt.NDArray[np.generic]]:
    has = {signal.name: words[:, at] > 0 for at, signal in enumerate(WORDS)}
    sold = np.array([bool(signal.reason) for signal in SIGNALS])
    long_for = np.sqrt(np.maximum(length / 150, 1))  # a long post has more words of every kind
    selling = (words[:, len(MARKS) :][:, sold] > 0).sum(axis=1) / long_for
    marks = points(words)
    maker = has["maker"] | (has["status"] & has["substance"])
    begun = [text[:READ] for text in texts]
    capitals = count_characters(begun, ("A", "Z")) / np.maximum(count_characters(begun, ("A", "Z"), ("a", "z")), 1)
    chinese = count_characters(spelt, ("\u3400", "\u9fff")) / length > 0.2
    return [
        np.array([bool(OPENER.match(text)) for text in spelt], bool),
        has["maker"] & has["status"],
        has["maker"] & has["substance"],
        maker & (selling < 3) & (marks == 0),
        (selling >= 2) & ~maker,
        np.minimum(selling / 8, 1),
        selling >= 4,
        np.minimum(marks / 4, 1),
        np.minimum(capitals * 2, 1),
        chinese,
        length < 40,
        np.minimum(length / 600, 1),
        np.array([text.endswith(("👇", "↓", "below", ":", "：", "👉", "⬇")) for text in spelt], bool),
        chinese & (selling >= 3),
        (has["told"] | has["mused"]) & (selling < 2),
        has["status"] & has["substance"],
    ]


def points(words: Columns) -> npt.NDArray[np.int64]:
    """The points of the marks of each post."""
    weights = np.array([mark.weight for mark in MARKS])
    return np.asarray(((words[:, : len(MARKS)] > 0) * weights).sum(axis=1), np.int64)
