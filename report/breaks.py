"""Where a run of words may be cut: after a sentence, after a clause, between words, at worst between characters.

In: spans. Out: places in their order, as offsets into the plain text. Always holds: no place lies inside a link or
inside what a reader sees as one character; a number and its unit, a word, an address, a citation and the sentence
before it are kept together by every place above `CHARACTER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

import regex

from report.doc import ACTIVE, Span, Spans, is_citation, plain_spans

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
MAX_ATOM = 64  # characters that are looked at beyond what fits, to know what the last place lies in
MAX_GRAPHEME = 32  # code points; marks piled up beyond that are cut like any other text
# 约 7% 的, 5–11 点, $1.2 billion, 100 万 token, 16 GB RAM, 3 月 27 日: at most four, with the words around them.
NUMBER = r"[$€£¥￥₩+\-−±<>≤≥≈~]{0,3}[\d½¼¾](?:[\d.,:：/–—~～^-]*\d)?\s?[%％‰°+]?"
MAGNITUDE = r"(?:\s?(?:thousand|million|billion|trillion|bn|mn)\b)?"
UNIT_WORD = rf"(?:[{HAN}]{{1,4}}|[A-Za-zµμ°]{{1,16}}(?:·[A-Za-z])?)"
UNIT = rf"{MAGNITUDE}(?:\s?/?{UNIT_WORD}(?:[ \u00a0/]{UNIT_WORD})?)?"
QUANTITY = rf"(?:[{HAN}]{{1,2}}\s?|[A-Z]{{1,3}}\s?|No\.\s?)?(?:{NUMBER}{UNIT}\s?){{1,4}}"
# 三十亿美元, 百分之七, 十二个百分点, 第三季度
FIGURES = "零〇一二两三四五六七八九十百千万亿几半"
SPELT = (
    rf"百分之[{FIGURES}点]{{1,8}}|第?[{FIGURES}]{{1,8}}(?:点[{FIGURES}]{{1,4}})?[多余]?个?"
    r"(?:[美欧日港]?元|英镑|百分点|基点|小时|分钟|秒|天|周|月|季度|年|倍|成|人|条|家|名|次|款|项)"
)
WORD = r"[^\W_](?:[^\W_]|['’.\-+&_](?=[^\W_]))*"
ATOM = re.compile(rf"(?:{ACTIVE.pattern})|{QUANTITY}|{SPELT}|(?=[A-Za-z\u00c0-\u2fff\uac00-\ud7a3])(?![{HAN}]){WORD}")
CLOSERS = "[」』”’）)\\]】》〉]*"
SENTENCE = re.compile(rf"(?:[。！？；!?;\n]+{CLOSERS}\s*|\.{CLOSERS}\s+)")
CLAUSE = re.compile(rf"[，、：,:…]+{CLOSERS}\s*|\s+")
FREE, ATOMIC, STYLED, LINKED = 0, 1, 2, 4


class Rank(IntEnum):
    CHARACTER = 0
    WORD = 1
    CLAUSE = 2
    SENTENCE = 3


class Place(NamedTuple):
    at: int
    rank: Rank
    inside: bool  # of bold words, of code


def find_places(spans: Spans, reach: int) -> Sequence[Place]:
    """The places after the first character and before the last, up to `reach` characters."""
    text = plain_spans(spans)[: reach + MAX_ATOM]
    state = _states(text, spans)
    ranks = dict.fromkeys((found.end() for found in CLAUSE.finditer(text)), Rank.CLAUSE)
    ranks |= dict.fromkeys((found.end() for found in SENTENCE.finditer(text)), Rank.SENTENCE)
    ranks |= dict.fromkeys(_after_citations(text, spans), Rank.SENTENCE)
    return [
        Place(at, Rank.CHARACTER if state[at] & ATOMIC else ranks.get(at, Rank.WORD), inside=bool(state[at] & STYLED))
        for at in grapheme_ends(text)
        if at <= reach and not state[at] & LINKED
    ]


def best_place(places: Sequence[Place]) -> int:
    """Of the places that can be reached: the last sentence, else clause, in the farther half; else the last word."""
    reached = [place for place in places if not place.inside] or places
    half = reached[-1].at / 2
    for rank, least in ((Rank.SENTENCE, half), (Rank.CLAUSE, half), (Rank.WORD, 0)):
        if found := next((each for each in reversed(reached) if each.rank >= rank and each.at > least), None):
            return found.at
    return reached[-1].at


def _states(text: str, spans: Spans) -> bytearray:
    """What each offset lies inside of."""
    state = bytearray(len(text) + 1)
    for found in ATOM.finditer(text):
        state[found.start() + 1 : found.end()] = bytes([ATOMIC]) * (found.end() - found.start() - 1)
    for start, end, span in _placed(spans, len(text)):
        mark = LINKED if span.url is not None else STYLED if _is_styled(span) else FREE
        for at in range(start + 1, end) if mark else ():
            state[at] |= mark
    after_link = -1
    for start, end, span in _placed(spans, len(text)):
        if is_citation(span):
            blank = len(text[:start].rstrip())
            if blank != after_link:
                for at in range(blank, start + 1):
                    state[at] |= ATOMIC
        after_link = end if span.url is not None else after_link
    return state


def _after_citations(text: str, spans: Spans) -> Iterator[int]:
    """Where the words go on after the citations of a sentence."""
    citing = {start for start, _, span in _placed(spans, len(text)) if is_citation(span)}
    for _, end, span in _placed(spans, len(text)):
        follows = len(text) - len(text[end:].lstrip())
        if is_citation(span) and follows not in citing:
            yield follows


def _placed(spans: Spans, limit: int) -> Iterator[tuple[int, int, Span]]:
    at = 0
    for span in spans:
        if at >= limit:
            return
        if span.text:
            yield at, min(at + len(span.text), limit), span
        at += len(span.text)


def _is_styled(span: Span) -> bool:
    return span.bold or span.italic or span.strike or span.code


def grapheme_ends(text: str) -> Iterator[int]:
    """After what a reader sees as one character: an emoji of several code points, a flag, a letter with marks."""
    for found in regex.finditer(r"\X", text):
        yield from range(found.start() + MAX_GRAPHEME, found.end(), MAX_GRAPHEME)
        if found.end() < len(text):
            yield found.end()
