"""One spelling of many: full-width and Chinese digits, every dash, filling words, spaces inside a Chinese date.

In: what was typed. Out: lower case, in which a rule can match the whole. `number` reads the digits of both scripts.
"""

from __future__ import annotations

import re
import unicodedata

DASHES = re.compile("[\u2010-\u2015\u2212\u30fb\ufe58]|(?<=[0-9])ー(?=[0-9])")
FILLING = re.compile(r"(?<![a-z])(?:the|of|on|for)(?![a-z])|[,;、，。!?]|的?(?:报告|简报|日报)$|的$")
CLOCK = re.compile(r"(?<=\d)[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:[ap]m|z|utc|gmt|[+-]\d{2}:?\d{2}))?$")
UNITS, COUNTS = "年月日号天周个星礼", "0-9〇零一二两三四五六七八九十廿卅"
INSIDE = re.compile(rf"(?<=[{COUNTS}]) (?=[{UNITS}])|(?<=[年月近去前后上下本这个]) (?=[{COUNTS}{UNITS}])")

# None of these has a group of its own: rules name theirs.
YEAR = r"(?:[0-9]{4}|[〇零一二三四五六七八九]{4})"
SMALL = r"(?:[0-9]{1,2}|[〇零一二三四五六七八九十廿卅元正]{1,3})"
DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "元": 1,
    "正": 1,
}
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNT = rf"(?:[0-9]{{1,9}}|[〇零一二两三四五六七八九十廿卅百]{{1,5}}|an?|{'|'.join(ENGLISH)})"


def normalise(typed: str) -> str:
    """As the rules expect it.

    >>> normalise("２０２６ 年 1 月 7 日（周三）"), normalise("January 7th, 2026")
    ('2026年1月7日(周三)', 'january 7th 2026')
    """
    said = unicodedata.normalize("NFKC", typed[:500]).casefold()
    said = re.sub(r"(?<=[0-9])。(?=[0-9])", ".", said)
    said = DASHES.sub("-", said).replace("\u301c", "~").replace("○", "〇").replace("卄", "廿")
    said = " ".join(FILLING.sub(" ", " ".join(said.split())).split())
    said = CLOCK.sub("", said)
    return INSIDE.sub("", said)


def number(words: str) -> int:
    """What YEAR, SMALL and COUNT match, as a number.

    >>> number("二十七"), number("十"), number("二〇二六"), number("a")
    (27, 10, 2026, 1)
    """
    if words in {"a", "an"}:
        return 1
    if words in ENGLISH:
        return ENGLISH.index(words)
    if words.isdecimal():
        return int(words)
    words = words.replace("廿", "二十").replace("卅", "三十")
    hundreds, _, rest = words.rpartition("百")
    if "十" not in rest:
        value = int("".join(str(DIGITS[character]) for character in rest)) if rest else 0
    else:
        tens, _, ones = rest.partition("十")
        value = 10 * (number(tens) if tens.strip("零〇") else 1) + (number(ones) if ones else 0)
    return value + 100 * (number(hundreds or "一") if "百" in words else 0)
