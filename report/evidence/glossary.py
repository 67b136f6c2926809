"""Chinese words and English ones of one meaning, for comparing texts across the two languages without a model.

In: `glossary.tsv`, written by hand. Out: for a Chinese word the stems of its English ones, for an English stem its
Chinese words. Always holds: English is compared by stems, so one form of a word stands for all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# Again and again the longest that fits goes, if enough of the word is left; then a doubled consonant, a last e or i.
_ENDINGS = """
antly izations ization ations ation ments ment ness ities ity ability ibility ables able ively ive ings ing edly ed
ers er ors or ies ally ly ional al ions ion ate ated ates ating ative ator es s y ful less ent ence ences ant ance
ances ently
"""
_LEFT = dict.fromkeys(("ing", "ings", "ed", "es", "s", "y", "ies", "ly"), 3) | dict.fromkeys(
    ("ent", "ence", "ences", "ant", "ance", "ances", "ently", "antly"), 5
)  # letters that stay, 4 for the others: a student does not study
_BY_LENGTH = sorted(_ENDINGS.split(), key=lambda ending: -len(ending))


@dataclass(frozen=True)
class Glossary:
    english: Mapping[str, tuple[str, ...]]  # Chinese word → phrases of stems, "open sourc"
    chinese: Mapping[str, tuple[str, ...]]  # stem → Chinese words, for English words of one part
    common: frozenset[str]  # the Chinese words and the stems that nearly every post could hold
    longest: int


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """`security` and `secured` → `secur`; a number stays. For words in lower case, not empty."""
    if not word.isascii() or word[0].isdigit():
        return word
    for _ in range(3):
        shorter = _shorter(word)
        if shorter == word:
            break
        word = shorter
    return word


def _shorter(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us")):
        return word
    for ending in _BY_LENGTH:
        if word.endswith(ending) and len(word) - len(ending) >= _LEFT.get(ending, 4):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ei" else word


def stems(text: str) -> list[str]:
    """The stems of the Latin words and the numbers of a text, in order; `text` in lower case."""
    return [stem(word) for word in re.findall(r"[a-z]+(?:['’][a-z]{1,2}\b)?|\d+(?:[.,]\d+)*", text)]


@lru_cache(maxsize=1)
def load_glossary() -> Glossary:
    english: dict[str, list[str]] = defaultdict(list)
    chinese: dict[str, list[str]] = defaultdict(list)
    common: set[str] = set()
    part = ""
    for line in (files("report.evidence") / "glossary.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            part = line.split()[1].rstrip(":") if line.split()[1] in {"common:", "special:"} else part
            continue
        chinese_words, english_words = (side.split("|") for side in line.split("\t"))
        phrases = [" ".join(stems(word)) for word in english_words]
        for word in chinese_words:
            english[word] += phrases
        for phrase in phrases:
            if " " not in phrase:
                chinese[phrase] += chinese_words
        if part == "common":
            common.update(chinese_words, phrases)
    return Glossary(
        english={word: tuple(dict.fromkeys(phrases)) for word, phrases in english.items()},
        chinese={stem: tuple(dict.fromkeys(words)) for stem, words in chinese.items()},
        common=frozenset(common),
        longest=max(map(len, english)),
    )
