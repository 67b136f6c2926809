"""Quoted words: where they stand in a sentence, and whether a post has them.

In: a point's words; the texts of its posts. Out: the quotations, and the words around them. Always holds: a quotation
counts as standing in a text only as whole words in their order; blanks, line breaks, width, case, links, emoji, dashes
and the form of inner quotation marks may differ, and 「……」 may leave words out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

CLOSING = {"「": "」", "『": "』", "“": "”"}
ADDRESS = re.compile(r"https?://\S+|\bt\.co/\w+", re.IGNORECASE)
ELLIPSIS = re.compile(r"\s*(?:…+|\.{3,}|。{3,}|[\[［(（](?:…+|\.{3,})[\]］)）])\s*")
ALIKE = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−－", "-"), "。": ".", "、": ",", **dict.fromkeys("「」『』“”‘’\"'`´′″@#*_~", None)}
)
EDGES = " .,!?;:-·|/()[]【】《》，。！？；：、…"
SHORTEST_PART = 2  # characters between two gaps: single ones could be picked from anywhere
MOST_GAPS = 3


@dataclass(frozen=True)
class Quotation:
    """`words` without their marks; `start` and `end` with them, as in a slice."""

    words: str
    start: int
    end: int


def find_quotations(text: str) -> list[Quotation]:
    """Quotations in 「」, 『』, “” and pairs of "", the outermost of nested ones, in order."""
    closings = _closings(text)
    found: list[Quotation] = []
    at = 0
    while at < len(text):
        if end := closings.get(at, 0):
            found.append(Quotation(text[at + 1 : end], at, end + 1))
            at = end
        at += 1
    return found


def _closings(text: str) -> dict[int, int]:
    """Where each quotation opens, and where it closes; one that never closes is left out."""
    closings: dict[int, int] = {}
    opened: dict[str, list[int]] = {closing: [] for closing in CLOSING.values()}
    straight = None
    for at, character in enumerate(text):
        if character in CLOSING:
            opened[CLOSING[character]].append(at)
        elif opened.get(character):
            closings[opened[character].pop()] = at
        elif character == '"' and straight is not None:
            closings[straight] = at
            straight = None
        elif character == '"' and not (at and text[at - 1].isdigit() and not text[at + 1 : at + 2].isalnum()):
            straight = at
    return closings


def outside(text: str) -> str:
    """The words around the quotations; each is left as empty marks."""
    pieces, at = [], 0
    for quotation in find_quotations(text):
        pieces.append(text[at : quotation.start] + "「」")
        at = quotation.end
    return "".join(pieces) + text[at:]


def has_loose_mark(text: str) -> bool:
    """Does a quotation mark open or close without its other half?"""
    marks = "".join(CLOSING) + "".join(CLOSING.values())
    return any(mark in outside(text).replace("「」", "") for mark in marks)


def stands_in(words: str, texts: Iterable[str]) -> bool:
    """Does one of the texts have these words, whole and in this order? Never true of none.

    >>> stands_in("larger and more intelligent", ["It is LARGER and more  intelligent. https://t.co/x"])
    True
    >>> stands_in("art", ["a fresh start"])
    False
    """
    parts = [part for piece in ELLIPSIS.split(words) if (part := fold(piece).strip(EDGES))]
    if not parts:
        return any(words.strip() in text for text in texts) if words.strip() else False
    if len(parts) > MOST_GAPS + 1 or (len(parts) > 1 and min(map(len, parts)) < SHORTEST_PART):
        return False
    patterns = [_pattern(part) for part in parts]
    return any(_follow(patterns, fold(text)) for text in texts)


def _follow(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    at = 0
    for pattern in patterns:
        found = pattern.search(text, at)
        if not found:
            return False
        at = found.end()
    return True


def _pattern(part: str) -> re.Pattern[str]:
    body = r"\s*".join(re.escape(character) for character in part if not character.isspace())
    before = r"(?<![a-z0-9])(?<!\d[.,](?=\d))" if part[0].isascii() and part[0].isalnum() else ""
    after = r"(?!(?!e?s(?![a-z0-9]))[a-z0-9]|(?<=\d)[.,]\d)" if part[-1].isascii() and part[-1].isalnum() else ""
    return re.compile(before + body + after)


def fold(text: str) -> str:
    """What must be equal in equal words: no links, emoji, quotation marks; one width, one case, one kind of dash."""
    said = unicodedata.normalize("NFKC", html.unescape(ADDRESS.sub(" ", text))).translate(ALIKE).casefold()
    kept = "".join(
        c for c in said if unicodedata.category(c) not in {"So", "Sk", "Cf", "Co", "Cs", "Cc", "Me"} or c == "\n"
    )
    return re.sub(r"\s+", " ", re.sub(r"[\ufe00-\ufe0f]", "", kept))
