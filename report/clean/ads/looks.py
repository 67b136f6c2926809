"""How posts look: links, capitals, emoji, bullets; what is counted without knowing a language.

In: folded texts. Out: counts, one row a post. A pattern is tried only where one of its `needs` stands, since looking
for a piece of text costs a tenth of a search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import digits
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Columns = npt.NDArray[np.float32]


class Look(NamedTuple):
    """`name` is a column of the model; one of `needs` stands wherever `pattern` is found."""

    name: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...] = ("",)


_ENDINGS = ("com", "ai", "io", "app", "xyz", "fun", "org", "net", "co", "dev", "example", "site", "store")
LOOKS = (
    Look(
        "link", re.compile(rf"https?:|\b[a-z0-9-]++\.(?:{'|'.join(_ENDINGS)})\b"),
        ("http", *(f".{ending}" for ending in _ENDINGS)),
    ),
    Look("handle", re.compile(r"@\w")),
    Look("hashtag", re.compile(r"#\w")),
    Look("cashtag", re.compile(r"\$[a-z]")),
    Look("referral link", re.compile(r"[?&](?:ref|referral|aff|via|invite|promo\w*|utm_\w+)="), ("=",)),
    Look("address", re.compile(r"\b(?=\w{32})(?=\w*\d)(?:0x[0-9a-f]{38,42}|[1-9a-z]{32,48})\b")),
    Look("phone", re.compile(r"\+\d{2,3}[ \d]{7,}")),
    Look("arrow", re.compile("[👇👉⬇↓🧵➡]"), tuple("👇👉⬇↓🧵➡")),
    Look("bullet", re.compile("[→✅•▪🔹·]|- (?=[a-z])"), (*"→✅•▪🔹·", "- ")),
    Look("question", re.compile(r"\?"), ("?",)),
    Look("shout", re.compile(r"!"), ("!",)),
    Look("quote", re.compile('["“「]'), tuple('"“「')),
    Look(
        "comment word", re.compile(r"(?:comment|reply|drop|type|send|dm)(?: me)? [\"'“「]"),
        (' "', " '", " “", " 「"),
    ),
    Look("slot", re.compile(r"\[[a-z ]{3,20}\]|\{[a-z ]{3,20}\}"), ("[", "{")),
    Look("prompt given", re.compile(r"\bprompts?\W{0,3}[:👇⬇]"), ("prompt",)),
    Look(
        "we did", re.compile(r"\bwe(?:'ve| have|'re| are| just)(?: now| just| also)? [a-z]{3,}"),
        ("we'", "we have", "we are", "we just"),
    ),
    Look(
        "version",
        re.compile(r"\b(?=[a-z-]++(?: v?)?[0-9]+\.)[a-z-]*[a-z][- ]?v?[0-9]+\.[0-9]+\b|\bv[0-9]+\b"),
        (*(f"{digit}." for digit in digits), *(f"v{digit}" for digit in digits)),
    ),
    Look("no, no", re.compile(r"(?:\bno (?:more )?[\w ]{2,20}[.,!] ?){2}"), ("no ",)),
    Look("emoji", re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")),
    Look("digits", re.compile(r"\d")),
)  # fmt: skip


def count_looks(spelt: Sequence[str]) -> Columns:
    """Shape (posts, len(LOOKS))."""
    return np.array([_count(look, spelt) for look in LOOKS], np.float32).T.reshape(len(spelt), len(LOOKS))


def _count(look: Look, texts: Sequence[str]) -> list[int]:
    found, needs = look.pattern.findall, look.needs
    if len(needs) == 1:
        return [len(found(text)) if needs[0] in text else 0 for text in texts]
    return [len(found(text)) if _has(text, needs) else 0 for text in texts]


def _has(text: str, needs: tuple[str, ...]) -> bool:
    for need in needs:  # noqa: SIM110  a generator would cost more than what it looks for
        if need in text:
            return True
    return False


def count_characters(texts: Sequence[str], *ranges: tuple[str, str]) -> Columns:
    """Of each text, how many characters lie in one of the ranges (first, last)."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    inside = np.zeros(len(codes), bool)
    for pair in ranges:
        inside |= (codes >= ord(pair[0])) & (codes <= ord(pair[-1]))
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    return np.bincount(rows[inside], minlength=len(texts)).astype(np.float32)
