"""Dates and times of day in Chinese and English, as far as they are said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from report.quantities.numerals import chinese
from report.quantities.value import Day, Quantity

_MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = {name[:size]: n for n, name in enumerate(_MONTH_NAMES.split(), 1) for size in (3, len(name))} | {"sept": 9}
_WEEKDAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = {name[:size]: n for n, name in enumerate(_WEEKDAY_NAMES.split()) for size in (3, len(name))}
WEEKDAYS |= {f"{name}s": n for n, name in enumerate(_WEEKDAY_NAMES.split())}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTH = rf"(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_TH = r"(?:st|nd|rd|th)?"
_TO = r"[ ]?(?:-|~|到|至|to|and|&)[ ]?"
_LINK = re.compile(rf"{_TO}$", re.IGNORECASE)
_N = r"[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
# (what must be there for the pattern to be tried, pattern)
_NAMED, _ISO, _SLASHED = (
    re.compile(rf"\b(?=[jfmasond]){_MONTH}", re.IGNORECASE),
    re.compile(r"[0-9][-/.][0-9]"),
    re.compile(r"[0-9]/[0-9]"),
)
_ZH_MONTH, _ZH_YEAR, _ZH_DAY = re.compile("月"), re.compile("年"), re.compile("日|号")
_ZH_WEEK, _EN_WEEK = re.compile("周|星期|礼拜"), re.compile(rf"\b(?=[mtwfs])(?:{'|'.join(WEEKDAYS)})", re.IGNORECASE)
_YEAR_THEN = r"(?:1[5-9]|20)[0-9]{2})(?![0-9])"
# May alone is a month only after one of these.
_MAY_BE = "|".join(
    f"(?<={word} )" for word in ("[Ii]n", "[Bb]y", "of", "til", "[Ss]ince", "through", "[Nn]ext", "[Ll]ast")
)
_DATES = [
    (
        _ISO,
        r"(?<![0-9.])(?P<year>(?:19|20)[0-9]{2})(?P<by>[-/.])(?P<month>[0-9]{1,2})(?P=by)(?P<day>[0-9]{1,2})(?![0-9])",
    ),
    (
        _ZH_MONTH,
        (
            r"(?:(?<![0-9])(?P<year>[0-9]{4}|[零〇一二三四五六七八九]{4})[ ]?年[ ]?)?(?<![0-9一二三四五六七八九十.])"
            rf"(?P<month>{_N})[ ]?月(?!间|活|薪|费|饼|亮|球)"
            rf"(?:[ ]?(?P<day>{_N}|[二三]十[一二三四五六七八九]?)(?:[ ]?[日号](?!线))?"
            rf"(?:{_TO}(?P<last>[0-9]{{1,2}})(?=[ ]?[日号]))?(?:[ ]?[日号]))?"
        ),
    ),
    (_ZH_YEAR, r"(?<![0-9.,])(?P<year>(?:19|20)[0-9]{2}|二[〇零][零〇一二三四五六七八九]{2})[ ]?年(?!代|期|利|化|级)"),
    (_ZH_DAY, r"(?<![0-9A-Za-z.])(?P<day>[12]?[0-9]|3[01])[ ]?[日号](?!线|元|圆|均|活|志|码|内|[A-Za-z])"),
    (
        _NAMED,
        (
            rf"\b{_MONTH}[ ]?(?P<day>[0-9]{{1,2}}){_TH}(?![0-9:%]|[ ]?[ap]m\b)"
            rf"(?:{_TO}(?P<last>[0-9]{{1,2}}){_TH}(?![0-9:%]))?(?:,?[ ](?P<year>{_YEAR_THEN})?"
        ),
    ),
    (_NAMED, rf"(?<![0-9.,:$])(?P<day>[0-9]{{1,2}}){_TH}[ ]?(?:of[ ])?{_MONTH}(?:,?[ ](?P<year>{_YEAR_THEN})?"),
    (_NAMED, rf"\b{_MONTH},?[ ](?:of[ ])?(?P<year>'[0-9]{{2}}|(?:19|20)[0-9]{{2}})(?![0-9])"),
    (_NAMED, rf"\b(?!may\b|march\b|mar\b|dec\b|sept?\b|jan\b|jun\b){_MONTH}(?![A-Za-z]|[ ]Fool)"),
    (_NAMED, rf"\b(?-i:(?P<name>(?:{_MAY_BE})May|March|Mar|Dec|Sept?|Jan|Jun))\b\.?"),
    (
        _SLASHED,
        (
            r"(?<![0-9./])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12][0-9]|0?[1-9])(?:/(?P<year>(?:20)?[0-9]{2}))?"
            r"(?![0-9/]|\.[0-9])"
        ),
    ),
    (
        _ZH_WEEK,
        r"(?<![0-9一二两三四五六七八九十几每])(?:周|星期|礼拜)(?P<week>[一二三四五六日天])(?![次个更天篇条轮期场年遍回步])",
    ),
    (re.compile("['’‘]"), r"(?<=[A-Za-z ])['’‘](?P<year>[0-9]{2})(?![0-9A-Za-z])"),
    (
        _EN_WEEK,
        rf"\b(?P<weekday>{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\b(?!/)",
    ),
]
_PATTERNS = [(needed, re.compile(pattern, re.IGNORECASE)) for needed, pattern in _DATES]
_TIME = re.compile(
    r"(?:(?P<part>凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜里|深夜|午夜)[ ]?)?"
    rf"(?:(?<![0-9.:])(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?(?![0-9:])"
    rf"|(?<![0-9.:])(?P<from>{_N})(?:{_TO}(?P<to>{_N}))?[ ]?"
    r"(?P<dot>点(?!半?[子评赞击数明名])|时(?![间段代期刻候速]))(?P<half>半)?(?:(?P<past>[0-9]{1,2})分)?钟?"
    rf"|(?<![0-9.:])(?P<early>[0-9]{{1,2}})(?=(?:[ap]m)?{_TO}[0-9]{{1,2}}[ ]?(?:[ap]\.?m\b|[ap] [PECMG]S?T))"
    rf"|(?<![0-9.:])(?P<plain>[0-9]{{1,2}})(?=[ ]?[ap]\.?m\b|[ap] [PECMG]S?T))"
    r"(?:[ ]?(?P<ampm>[ap])(?:\.?m\b\.?|(?= [PECMG]S?T)))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[0-9]:[0-9]|点|时|[0-9] ?[ap](?:\.?m\b| )", re.IGNORECASE)
_PM = ("下午", "傍晚", "晚上", "晚间", "晚", "夜里", "深夜", "午夜")
_RELATIVE_DAYS = {
    "前天": -2,
    "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "明天": 1, "明日": 1, "明晚": 1,
    "明早": 1, "后天": 2, "today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "tmrw": 1, "last night": -1,
}  # fmt: skip
_RELATIVE = re.compile(
    rf"(?P<day>{'|'.join(_RELATIVE_DAYS)})"
    r"|(?P<count>[0-9]{1,3})[ ]?(?P<unit>天|周|个月|年|days?|weeks?|months?|years?)[ ]?"
    r"(?P<way>前|后|ago|later|from now)"
    r"|(?P<side>去|今|明|前)年|(?P<shift>上|本|这|下)个?(?P<span>月|周)"
    r"|(?P<en>last|this|next)[ ](?P<period>week|month|year)",
    re.IGNORECASE,
)
_SHIFT = {"上": -1, "本": 0, "这": 0, "下": 1, "last": -1, "this": 0, "next": 1, "去": -1, "今": 0, "明": 1, "前": -2}


def _number(text: str | None) -> int | None:
    if not text:
        return None
    value = float(text) if text.isdecimal() else chinese(text)
    return None if value is None else int(value)


def _day(found: re.Match[str]) -> Day | None:
    """None where the numbers make no date: 13 月, 45 日."""
    parts = found.groupdict()
    if parts.get("week"):
        return Day(weekday="一二三四五六日天".index(parts["week"]) % 7 if parts["week"] != "天" else 6)
    if parts.get("weekday"):
        return Day(weekday=WEEKDAYS[parts["weekday"].lower()])
    year, day = _number((parts.get("year") or "").lstrip("'")), _number(parts.get("day"))
    month = MONTHS[parts["name"].lower()] if parts.get("name") else _number(parts.get("month"))
    if year is not None and year < 100:
        year += 2000
    is_date = (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31)
    return Day(year, month, day) if is_date else None


def read_dates(folded: str) -> Iterator[Quantity]:
    """In no order and perhaps overlapping: the caller keeps the earlier pattern's."""
    tried: dict[re.Pattern[str], bool] = {}
    for needed, pattern in _PATTERNS:
        if needed not in tried:
            tried[needed] = bool(needed.search(folded))
        if not tried[needed]:
            continue
        for found in pattern.finditer(folded):
            day = _day(found)
            if day is None:
                continue
            middle, last = found.end(), found.groupdict().get("last")
            if last:
                yield _date(found.start("last"), found.end(), Day(day.year, day.month, int(last)))
                link = _LINK.search(folded, found.start(), found.start("last"))
                middle = link.start() if link else found.start("last")
            yield _date(found.start(), middle, day)


def _date(start: int, end: int, day: Day) -> Quantity:
    return Quantity(words="", start=start, end=end, kind="date", low=0, high=0, day=day)


def read_times(folded: str) -> Iterator[Quantity]:
    """A bare 三点 may as well be three points: it is left to the counts."""
    if not _CLOCK.search(folded):
        return
    for found in _TIME.finditer(folded):
        part, marked = found["part"] or "", bool(found["part"] or found["ampm"])
        if found["dot"] == "点" and not (marked or found["half"] or found["past"] or found.group().endswith("钟")):
            continue
        if found["dot"] == "时" and not marked:
            continue
        hours = [_number(found[name]) for name in ("hour", "from", "to", "early", "plain")]
        minute = int(found["minute"] or found["past"] or (30 if found["half"] else 0))
        values = [_minutes(hour, minute, part, found["ampm"]) for hour in hours if hour is not None]
        if minute > 59 or not values or max(values) > 24 * 60:
            continue
        is_plain = not marked and max(values) < 13 * 60
        yield Quantity(
            words=found.group(), start=found.start(), end=found.end(), kind="time", low=values[0], high=values[-1],
            unit="12h" if is_plain else "",
        )  # fmt: skip


def _minutes(hour: int, minute: int, part: str, ampm: str | None) -> int:
    if hour < 12 and (part in _PM or (ampm or "").lower() == "p"):
        hour += 12
    elif hour == 12 and (part in ("凌晨", "午夜") or (ampm or "").lower() == "a"):
        hour = 0
    return hour * 60 + minute


def relative_days(folded: str, said: date) -> set[Day]:
    """What 昨天, last month, 3 days ago and next Tuesday come to for one who wrote on the day `said`."""
    days: set[Day] = set()
    for found in _RELATIVE.finditer(folded):
        if found["day"]:
            days.add(full(said, _RELATIVE_DAYS[found["day"].lower()]))
        elif found["count"]:
            sign = -1 if found["way"].lower() in ("前", "ago") else 1
            days.add(_moved(said, found["unit"].lower(), sign * int(found["count"])))
        elif found["side"]:
            days.add(Day(said.year + _SHIFT[found["side"]]))
        else:
            shift = _SHIFT[(found["shift"] or found["en"]).lower()]
            span = found["span"] or found["period"].lower()
            if span in ("周", "week"):
                monday = -said.weekday() + 7 * shift
                days |= {full(said, monday + n) for n in range(7)}
            else:
                days.add(_moved(said, span, shift))
    return days


def full(said: date, shift: int = 0) -> Day:
    try:
        moved = said + timedelta(days=shift)
    except OverflowError:
        moved = said
    return Day(moved.year, moved.month, moved.day, moved.weekday())


def _moved(said: date, unit: str, count: int) -> Day:
    if unit.startswith(("天", "day")):
        return full(said, count)
    if unit.startswith(("周", "week")):
        return full(said, 7 * count)
    if unit in ("月", "个月") or unit.startswith("month"):
        months = said.year * 12 + said.month - 1 + count
        return Day(months // 12, months % 12 + 1)
    return Day(said.year + count)
