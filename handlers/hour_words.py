"""Hours, stretches of hours and weekdays as people type them and as they are told.

In: words, Chinese or English, full-width or not. Out: "HH:MM", ISO weekdays; None where they cannot be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from handlers.words import Words

NUMERALS = "零一二三四五六七八九"
DIGITS = {**{numeral: n for n, numeral in enumerate(NUMERALS)}, "〇": 0, "两": 2}
NUMBER = r"\d{1,2}|[零〇一二两三四五六七八九十]{1,3}"
BEFORE = r"凌晨|清晨|清早|早晨|早上|上午|早|中午|正午|下午|午后|傍晚|晚上|夜里|夜晚|深夜|半夜|晚"
HOUR = re.compile(
    rf"(?:每天|每日|每晚(?=\d)|每早(?=\d))?(?P<part>{BEFORE})?(?P<hour>{NUMBER})"
    rf"(?P<exact>:(?P<minute>\d{{2}})|[点點时時](?:(?P<half>半)|(?P<quarter>[一三])刻|整|钟|(?P<spoken>{NUMBER})分?)?)?"
    r"(?P<latin>am|pm)?"
)
NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "中午": "12:00", "正午": "12:00", "午夜": "00:00"}
MORNING, EVENING = (
    {"凌晨", "清晨", "清早", "早晨", "早上", "上午", "早"},
    {"傍晚", "晚上", "夜里", "夜晚", "深夜", "半夜", "晚"},
)
TO = re.compile(r"\s*(?:-|~|—+|–|到|至|\bto\b|\buntil\b)\s*")
SEPARATOR = re.compile(r"[\s,、;]+|(?<=[点半整分])和|\band\b")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NUMERALS = "一二三四五六日"
WEEKDAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天1-7])")
STRETCHES = {
    "每天": (), "天天": (), "全部": (), "all": (), "daily": (), "everyday": (), "every day": (),
    "工作日": (1, 2, 3, 4, 5), "平日": (1, 2, 3, 4, 5), "weekdays": (1, 2, 3, 4, 5), "workdays": (1, 2, 3, 4, 5),
    "周末": (6, 7), "weekend": (6, 7), "weekends": (6, 7),
}  # fmt: skip


def folded(words: str) -> str:
    """NFKC, lower case, single blanks: how all that is typed is read."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def read_hour(word: str) -> str | None:
    """HH:MM of `8:00`, `8点半`, `晚上8点`, `早上七点半`, `20时`, `8:30pm`, `8`.

    >>> read_hour("晚上八点半")
    '20:30'
    """
    said = folded(word).replace(" ", "").replace(".m.", "m")
    if said in NAMED:
        return NAMED[said]
    found = HOUR.fullmatch(said)
    hour = _read_number(found["hour"]) if found else None
    if found is None or hour is None:
        return None
    minute = int(found["minute"] or 0) + 30 * bool(found["half"])
    minute += {"一": 15, "三": 45}.get(found["quarter"] or "", 0)
    if found["spoken"]:
        minute += _read_number(found["spoken"]) or 0
    placed = _of_the_day(hour, found["part"] or "", found["latin"] or "")
    if placed is None or minute > 59 or (placed == 24 and minute):
        return None
    return f"{placed % 24:02}:{minute:02}"


def _read_number(word: str) -> int | None:
    """8, 08, 八, 十二, 二十三; None for 一二 and the like."""
    if word.isascii():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return DIGITS.get(word)
    if (tens and tens not in DIGITS) or (ones and ones not in DIGITS):
        return None
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def _of_the_day(hour: int, part: str, latin: str) -> int | None:
    """0 to 24 of an hour in a part of the day; None where they contradict each other."""
    if hour > 24 or (latin and not 1 <= hour <= 12):
        return None
    if latin or not part:
        return hour % 12 + 12 * (latin == "pm") if latin else hour
    if part in MORNING:
        return None if hour > 12 else 0 if part == "凌晨" and hour == 12 else hour
    if hour > 12:
        return hour
    if part in EVENING:  # 晚上 12 点 is midnight, 半夜 2 点 is in the night
        return 24 if hour == 12 else hour + 12 if hour >= 5 else hour
    return hour + 12 if hour <= (6 if part in {"中午", "正午"} else 11) else hour


def split_words(words: str) -> list[str]:
    """The words of a list, with what belongs to an hour put to it: `8:30 pm`, `晚上 8点`."""
    joined: list[str] = []
    for word in filter(None, SEPARATOR.split(folded(words))):
        before = joined[-1] if joined else ""
        latin = re.fullmatch(r"[ap]\.?m\.?", word) and before[-1:].isdigit()
        if latin or (re.fullmatch(BEFORE, before) and before not in NAMED):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def read_hours(words: str) -> tuple[str, ...] | None:
    """Sorted, each once; None where one of them is no hour."""
    read = [read_hour(word) for word in split_words(words)]
    hours = {hour for hour in read if hour}
    return tuple(sorted(hours)) if hours and all(read) else None


def read_quiet(words: str) -> tuple[str, str] | None:
    """From and until of `23:00-07:00`, `晚上11点到早上7点`, `23:00 07:00`; None where they are alike or unreadable."""
    said = folded(words).removeprefix("from ")
    parts = TO.split(said)
    ends = [read_hour(part) for part in (parts if len(parts) == 2 else split_words(said))]
    if len(ends) != 2 or not ends[0] or not ends[1] or ends[0] == ends[1]:
        return None
    return ends[0], ends[1]


def read_weekdays(words: str) -> tuple[int, ...] | None:
    """ISO weekdays, () for every day: `工作日`, `周一到周五`, `一三五`, `mon,wed`, `1-5`."""
    said = folded(words)
    if said in STRETCHES:
        return STRETCHES[said]
    days: set[int] = set()
    for word in filter(None, re.split(r"[\s,、;和]+|\band\b", TO.sub("-", said))):
        found = STRETCHES.get(word) or _read_days(word)
        if not found:
            return None
        days.update(found)
    return () if len(days) == 7 else tuple(sorted(days)) or None


def _read_days(word: str) -> Iterable[int]:
    first, to, last = word.partition("-")
    if to:
        start, end = _read_day(first), _read_day(last)
        if not start or not end:
            return ()
        return [(start + step - 1) % 7 + 1 for step in range((end - start) % 7 + 1)]
    if day := _read_day(word):
        return (day,)
    bare = re.sub(r"周|星期(?=.)|礼拜", "", word)
    return [day or 0 for day in map(_read_day, bare)] if re.fullmatch("[一二三四五六日天]+|[1-7]+", bare) else ()


def _read_day(word: str) -> int | None:
    if len(word) >= 3 and word.isascii():
        return next((n for n, name in enumerate(DAY_NAMES, 1) if name.startswith(word.rstrip("s."))), None)
    found = WEEKDAY.fullmatch(word)
    if not found:
        return None
    return (
        int(found[1])
        if found[1].isdigit()
        else DAY_NUMERALS.replace("天", "日").index(found[1].replace("天", "日")) + 1
    )


def weekday_words(weekdays: Sequence[int], words: Words) -> str:
    """每天, 工作日, 周末, 周一、周三: as a sentence has it before its hours."""
    match tuple(weekdays):
        case () | (1, 2, 3, 4, 5, 6, 7):
            return words.say("每天").lower()
        case (1, 2, 3, 4, 5):
            return words.say("工作日")
        case (6, 7):
            return words.say("周末")
        case days:
            return listed([day_name(day, words) for day in days], words)


def weekdays_called(weekdays: Sequence[int], words: Words) -> str:
    """The same as the name of a choice: 每天, 周一到周五, 周六、周日."""
    if len(weekdays) in {0, 7}:
        return words.say("每天")
    if tuple(weekdays) == (1, 2, 3, 4, 5):
        return words.say("周一到周五")
    return listed([day_name(day, words) for day in weekdays], words)


def day_name(day: int, words: Words) -> str:
    return (
        words.say("周一"), words.say("周二"), words.say("周三"), words.say("周四"), words.say("周五"),
        words.say("周六"), words.say("周日"),
    )[day - 1]  # fmt: skip


def listed(items: Iterable[str], words: Words) -> str:
    """08:00、20:00; in English with commas."""
    return ("、" if words.language == "zh" else ", ").join(items)
