"""Texts → the words that say what they are about.

In: posts as they were written. Out: their words in reading order, or weights for a word cloud. Addresses, handles,
bare numbers, punctuation, emoji, single Chinese characters and stop words of both languages are left out; spellings
like GPT-5.5, LTX-2 or agent-native stay whole, and so do the given names, written as they are given. Always holds:
nothing that an earlier call was given changes a later one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
LETTER = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
# Lengths are bounded: a post of nothing but one letter must not cost the square of its length.
DOMAIN = r"\b(?:[A-Za-z0-9-]{1,63}\.){1,8}"
# What is noise, after the characters without which none of it can stand in a text.
NOISE = (
    ("://", re.compile(r"https?://[!-~]+", re.ASCII)),
    ("www.", re.compile(r"\bwww\.[!-~]+", re.ASCII)),
    ("/", re.compile(rf"{DOMAIN}[a-z]{{2,4}}/[!-~]*", re.ASCII)),  # addresses without https://
    ("@", re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]+|@[A-Za-z0-9_]+", re.ASCII)),
    (".", re.compile(rf"{DOMAIN}(?:com|cn|org|net)\b", re.ASCII)),
    ("＠", re.compile(r"＠[A-Za-z0-9_]+", re.ASCII)),
    ("&", re.compile(r"&(?:[a-z]{2,6}|#\d{1,6});", re.ASCII)),
)
ENDING = re.compile(rf"['’](?<=[{LETTER}].)(?:s|re|ve|ll|d|m)\b", re.IGNORECASE)
NEGATION = re.compile(rf"(?<![{LETTER}])[{LETTER}]{{1,24}}n['’]t\b", re.IGNORECASE)
# A股 and K线; 4o and 2-bit; then what starts with a letter and holds together: Node.js, AT&T, gpt_oss, C++.
LATIN = (
    r"[A-Za-z][股线線]"
    rf"|(?:\d{{1,3}}-?)?[{LETTER}][{LETTER}\d]*(?:(?:[-_+'’]|\.(?=[a-z\d])|&(?=[A-Z]))[{LETTER}\d]+)*(?:\+\+|\#)?"
)
LATIN_RUN = re.compile(rf"(?<![{LETTER}\d])(?:{LATIN})")
RUN = re.compile(rf"({LATIN_RUN.pattern})|([{HAN}]+)")
MEASURE = re.compile(r"v?\d+(?:\.\d+)*[a-z]{0,3}", re.IGNORECASE)  # 24h, 10x, 5am, v2: a number in all but name
NAME_WEIGHT = 1.5
FILLER = re.compile(r"[我你您他她它咱].|.[了的着吗吧呢啊嘛]")  # 我用, 发了: what a cutter takes for a word
SHAPES = frozenset({"2d", "3d", "4d", "4k", "8k", "4o", "5g", "6g"})


def cut(text: str, names: Iterable[str] = ()) -> list[str]:
    """The words of a text in reading order, as often as they stand there; a name as it is spelled in `names`."""
    for mark, noise in NOISE:
        if mark in text:
            text = noise.sub(" ", text)
    if "'" in text or "’" in text:
        text = NEGATION.sub(" ", ENDING.sub(" ", text))
    spelled, pattern = _named(tuple(names))
    words: list[str] = []
    at = 0
    for found in pattern.finditer(text) if spelled else ():
        words += [*_pieces(text[at : found.start()]), spelled[_fold(found[0])]]
        at = found.end()
    words += _pieces(text[at:])
    return words


def count(texts: Iterable[str], names: Iterable[str] = ()) -> dict[str, float]:
    """Weights for a cloud: in how many texts each word stands, half as much again for a name; heaviest first.

    A text counts once for a word, so that nobody wins by repeating it. Letter case and a plural's s are folded for
    counting; the most usual spelling is kept. A name is one of `names`, or Latin with a capital or a digit in it.
    """
    names = tuple(names)
    holders: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        words = cut(text, names)
        holders.update({_fold(word) for word in words})
        for word in words:
            spellings[_fold(word)][word] += 1
    for plural in [folded for folded in holders if len(folded) > 3 and folded[-1] == "s" and folded[-2] != "s"]:
        if plural[:-1] in holders:
            holders[plural[:-1]] += holders.pop(plural)
            spellings[plural[:-1]] += spellings.pop(plural)
    usual = {folded: _most_usual(found) for folded, found in spellings.items()}
    weights = {usual[folded]: held * _prominence(usual[folded], names) for folded, held in holders.items()}
    return dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])))


def _pieces(text: str) -> Iterator[str]:
    if text.isascii():
        return filter(_says_something, LATIN_RUN.findall(text))
    cut_han = han_cutter()
    words: list[str] = []
    for latin, han in RUN.findall(text):
        words += cut_han(han) if han else (latin,)
    return filter(_says_something, words)


@lru_cache(maxsize=1 << 15)
def _says_something(word: str) -> bool:
    """Not a stop word, a number, a single character or what a cutter takes for a word."""
    folded = word.casefold()
    if len(word) < 2 or folded in stop_words() or (len(word) == 2 and FILLER.fullmatch(word)):
        return False
    return word.isalpha() or folded in SHAPES or not MEASURE.fullmatch(word)


def _most_usual(spellings: Counter[str]) -> str:
    """The spelling that stands most often; of equals an abbreviation or, of a frequent word, the one with capitals."""
    is_rare = spellings.total() < 4  # a capital may only begin its sentence
    return max(
        spellings, key=lambda word: (spellings[word], word.isupper() and len(word) < 5, word.islower() == is_rare, word)
    )


def _prominence(word: str, names: tuple[str, ...]) -> float:
    is_name = word in names or word != word.casefold() or any(map(str.isdigit, word))
    return NAME_WEIGHT if is_name else 1.0


def _fold(word: str) -> str:
    return " ".join(word.casefold().split())


@lru_cache(maxsize=8)
def _named(names: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    """Names by their folded spelling, and what finds them: the longest first, none as a part of a longer Latin word."""
    spelled = {_fold(name): name for name in names if name.strip()}
    longest_first = sorted(spelled, key=lambda name: (-len(name), name))
    words = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    return spelled, re.compile(rf"(?<![A-Za-z\d])(?:{words})(?![A-Za-z\d])", re.IGNORECASE)


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    folder = files("report") / "stopwords"
    return frozenset(word for name in ("zh.txt", "en.txt") for word in (folder / name).read_text("utf-8").split())


@lru_cache(maxsize=1)
def han_cutter() -> Callable[[str], list[str]]:
    """What cuts a run of Chinese: rjieba, or jieba (the same words, slower) on a machine that it has no wheel for."""
    cut_chinese: Callable[[str], Iterable[str]]
    try:
        import rjieba  # noqa: PLC0415  45 MB that an idle bot does not need
    except ImportError:
        import jieba  # noqa: PLC0415  0.7 s to load

        cut_chinese = jieba.cut
    else:
        cut_chinese = rjieba.cut
    return lambda run: list(cut_chinese(run))
