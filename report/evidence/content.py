"""What a text holds that can be looked for in another text, in Chinese and English alike.

In: texts. Out: their units of content (names, numbers, words), each with a weight by how much it tells, and an index in
which a unit of another text is found: a name under any alias, a word by its stem, in the other language through the
glossary. Always holds: linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from report.evidence.aliases import Aliases
from report.evidence.glossary import Glossary, load_glossary, stem
from report.evidence.naming import claimed_names
from report.evidence.ordinary import is_ordinary
from report.evidence.spelling import Spelled, compact, plain
from report.words import HAN, cut, stop_words

Kind = Literal["name", "number", "latin", "han"]
_LATIN_OR_NUMBER = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
COMMON, GLOSSED, RARE = 0.25, 1.0, 1.6  # by how few posts of a field hold such a word; set by hand
_SENTENCE = re.compile(r"(?<=[.!?。！？；])\s+|[\n。！？；]+")
_NOISE = re.compile(r"https?://[!-~]+|&(?:[a-z]{2,6}|#\d{1,6});")
_LONGEST_WORD = 24
_MONEY = str.maketrans({"$": " dollar ", "€": " euro ", "£": " pound ", "¥": " yuan ", "￥": " yuan "})
_SCALES = {
    "": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "百亿": 1e10, "千亿": 1e11, "万亿": 1e12, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "thousand": 1e3,
    "million": 1e6, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_AMOUNT = re.compile(
    r"(?<![a-z0-9])(?<!\d[.,])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)(?![.,]?\d)"
    r"(?:[ ]?(?P<scale>[十百千]?[万亿]|万亿|[百千]|(?:thousand|(?:m|b|tr)illion)\b|(?<=\d)(?:bn|[kmbt])\b))?"
)


@dataclass(frozen=True)
class Unit:
    """`text` is a stem, a number, a Chinese word or a name as it is spelled; `forms` are what it may look like."""

    kind: Kind
    text: str
    weight: float
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Index:
    """A text in which units are looked up."""

    spelled: Spelled | None  # None: names are looked up in `tight`, for texts that are known to hold them
    tight: str
    stems: frozenset[str]
    phrase: str  # the stems in order, a space on each side
    han: str

    @classmethod
    def of(cls, texts: Sequence[str], spelled: Spelled | None = None) -> Index:
        found = [word for text in texts for word in (*_stems(text), "|")]
        han = spelled.han if spelled else "".join("".join(texts).casefold().split())
        tight = "" if spelled else compact("".join(texts))
        return cls(spelled, tight, frozenset(found), f" {' '.join(found)} ", han)

    def share(self, unit: Unit, glossary: Glossary) -> float:
        """How much of a unit stands here: 1, 0.5 where only a common word of the other language answers to it, 0."""
        if unit.kind == "name":
            return float(any(map(self._holds_name, unit.forms)))
        if unit.text in (self.han if unit.kind == "han" else self.stems):
            return 1.0
        if unit.kind == "han":
            answers = [phrase for phrase in glossary.english.get(unit.text, ()) if self._holds(phrase)]
        else:
            answers = [word for word in glossary.chinese.get(unit.text, ()) if word in self.han]
        if not answers:
            return 0.0
        return 0.5 if unit.weight > COMMON and all(answer in glossary.common for answer in answers) else 1.0

    def _holds(self, phrase: str) -> bool:
        return f" {phrase} " in self.phrase if " " in phrase else phrase in self.stems

    def _holds_name(self, form: str) -> bool:
        if self.spelled:
            return self.spelled.holds(form)
        return compact(form) in self.tight if form.isascii() else form.casefold() in self.han


def sentences(texts: Iterable[str]) -> list[Index]:
    """An index for each sentence, short ones together with the next."""
    return [Index.of([part]) for text in texts for part in _parts(text)]


@lru_cache(maxsize=2048)
def units(text: str, aliases: Aliases) -> tuple[Unit, ...]:
    """What a text holds, each unit once. Kept for the next point that cites the same post."""
    found: dict[tuple[str, str], Unit] = {}
    for unit in _units(_NOISE.sub(" ", plain(text)), aliases):
        found.setdefault((unit.kind, unit.text), unit)
    return tuple(found.values())


def _parts(text: str) -> Iterable[str]:
    kept = ""
    for part in _SENTENCE.split(text):
        kept = f"{kept} {part}" if kept else part
        if len(kept) > 60:
            yield kept
            kept = ""
    if kept:
        yield kept


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _LATIN_OR_NUMBER.findall(_written_out(plain(text).casefold().translate(_MONEY)))]


def _written_out(folded: str) -> str:
    """With each amount in full, as both languages may scale it: 390 亿, 39 billion and 39b → 39000000000."""
    return _AMOUNT.sub(lambda found: f"{_value(found):.12g} ", folded)


def _value(found: re.Match[str]) -> float:
    return float(found["digits"].replace(",", "")) * _SCALES[found["scale"] or ""]


def _units(text: str, aliases: Aliases) -> Iterable[Unit]:
    glossary = load_glossary()
    named = ""
    for name in claimed_names(text, aliases):
        forms = tuple(dict.fromkeys([name.spelled, *aliases.forms(name.groups)]))
        yield Unit("name", name.spelled.casefold(), RARE, forms)
        named += f" {name.spelled.casefold()} "
    for word in _LATIN_OR_NUMBER.findall(_written_out(text.casefold())):
        if word[0].isdigit():
            if len(word) > 1:
                yield Unit("number", word, GLOSSED)
        elif len(word) > 1 and len(word) < _LONGEST_WORD and word not in stop_words() and word not in named:
            root = stem(word)
            yield Unit("latin", root, _weight(root, word, glossary))
    for word in cut(re.sub(rf"[^{HAN}]+", " ", text)):
        for piece in _known(word, glossary):
            if piece not in named:
                weight = COMMON if piece in glossary.common else GLOSSED
                yield Unit("han", piece, weight)


def _weight(root: str, word: str, glossary: Glossary) -> float:
    if root in glossary.common:
        return COMMON
    return GLOSSED if root in glossary.chinese or is_ordinary(word) else RARE


def _known(word: str, glossary: Glossary) -> list[str]:
    """The word, if the glossary has it or it has no parts; else the longest parts that the glossary has."""
    if word in glossary.english or len(word) < 3:
        return [word]
    parts, at = [], 0
    while at < len(word):
        size = next(
            (n for n in range(min(glossary.longest, len(word) - at), 1, -1) if word[at : at + n] in glossary.english), 0
        )
        if size:
            parts.append(word[at : at + size])
        at += size or 1
    return parts or [word]
