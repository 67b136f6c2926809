"""Chinese and English numerals → values. Nothing raises; what is no numeral is None."""

from __future__ import annotations

import re
import sys
import unicodedata

CHINESE = "零〇一二两三四五六七八九十百千万亿"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2} | {c: n for n, c in enumerate("三四五六七八九", 3)}
_SMALL = {"十": 10, "百": 100, "千": 1000}
SCALES = {
    "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9,
    "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip
ENGLISH_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
    "quadrillion": 1e15, "crore": 1e7, "lakh": 1e5,
}  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {word: float(n) for n, word in enumerate(_ONES.split())} | {
    word: 10.0 * n for n, word in enumerate(_TENS.split(), 2)
}
_NTH = "first second third fourth fifth sixth seventh eighth ninth tenth"
ORDINALS = {word: float(n) for n, word in enumerate(_NTH.split(), 1)}
_SIMPLE = str.maketrans(
    "萬億兩個點號週時鐘歲項種條張倍幾數餘過約達數貳參", "万亿两个点号周时钟岁项种条张倍几数余过约达数二三"
)
_FOLD = {
    **{code: unicodedata.decimal(chr(code)) + 48 for code in range(128, sys.maxunicode + 1) if chr(code).isdecimal()},
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；"},
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t"), 32),
    **dict.fromkeys(map(ord, "‐‑‒–—−﹣"), 45),  # but a long one behind a word: `in 18 months—3x faster`
    **dict.fromkeys(map(ord, "～〜∼"), 126),
    **_SIMPLE,
    ord("➡"): ord("→"),
    ord("İ"): ord("I"),  # the one letter whose lower case is longer
    ord("✕"): ord("×"),
    ord("＋"): ord("+"),
}
_ASIDE = re.compile(r"(?<=[a-z]{3})—(?=[$€£]?\d)")


def fold(text: str) -> str:
    """The same length: any script's digits, full-width forms, dashes, spaces and 萬億兩 as their plain ones."""
    return text if text.isascii() else _ASIDE.sub(" ", text).translate(_FOLD)


def chinese(run: str) -> float | None:
    """两万五 → 25000, 一百二十 → 120, 二〇二六 → 2026, 百万 → 1000000."""
    if not run:
        return None
    if all(character in _DIGITS for character in run):
        return float("".join(str(_DIGITS[character]) for character in run))
    total = section = digit = 0.0
    last = 1.0
    has_digit = after_zero = False
    for character in run:
        if character in _DIGITS:
            digit, has_digit, after_zero = float(_DIGITS[character]), True, after_zero or character in "零〇"
            continue
        if character in _SMALL:
            last = float(_SMALL[character])
            section += (digit if has_digit else 1.0) * last
        else:
            last = 1e4 if character == "万" else 1e8
            section += digit
            total = ((total + section) or 1.0) * last if character == "亿" else total + (section or 1.0) * last
            section = 0.0
        digit, has_digit, after_zero = 0.0, False, False
    shorthand = digit * last / 10 if has_digit and not after_zero and last > 10 else digit
    return total + section + shorthand


_WORD = re.compile(r"[ -]{1,2}(?:and )?(?:a )?([a-z]{3,11})(?![a-z])")


_FIRST = re.compile(r"[a-z]{1,11}")


def english(text: str, start: int) -> tuple[float, int] | None:
    """The numeral in lower-case words that begins at `start`, like `two hundred and ten thousand`, and its end."""
    first = _FIRST.match(text, start)
    word = first.group() if first else ""
    if first is None or (word not in ENGLISH and word not in ENGLISH_SCALES and word != "a"):
        return None
    total, section, end = 0.0, 1.0 if word == "a" else ENGLISH.get(word, ENGLISH_SCALES.get(word, 0.0)), first.end()
    before = word
    for _ in range(12):  # as many as nine digits take
        following = _WORD.match(text, end)
        word = following.group(1) if following else ""
        if following is None or not _goes_on(before, word):
            break
        if word in ("hundred", "dozen"):
            section *= ENGLISH_SCALES[word]
        elif word in ENGLISH_SCALES:
            total, section = total + section * ENGLISH_SCALES[word], 0.0
        else:
            section += ENGLISH[word]
        before, end = word, following.end()
    return None if before == "a" else (total + section, end)


def _goes_on(before: str, word: str) -> bool:
    if word in ENGLISH_SCALES:
        return True
    if word not in ENGLISH:
        return False
    return before in ENGLISH_SCALES or (ENGLISH.get(before, 0) >= 20 and 0 < ENGLISH[word] < 10)
