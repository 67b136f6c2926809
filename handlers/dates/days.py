"""One day: 昨天, 1月7日, 03/04, Jan 7, 上周五, 3 天前.

In: normalised words. Out: the date, None where no rule knows the words; BadDate where one does and there is no such
day. Without a year it is the latest such day that is not in the future. 03/04 is month and day, as in Chinese, unless
that is impossible.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from handlers.dates.said import COUNT, SMALL, YEAR, number
from handlers.dates.wrong import Calendar, bad_count, checked, not_future

FURTHEST = 3650  # days ago
NAMED = {
    **dict.fromkeys(("今天", "今日", "今儿", "今早", "今晚", "today", "tonight", "this morning"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "昨晚", "昨夜", "yesterday", "last night"), 1),
    **dict.fromkeys(("前天", "前日", "day before yesterday"), 2),
    "大前天": 3,
    **dict.fromkeys(("明天", "明日", "明早", "明晚", "tomorrow"), -1),
    **dict.fromkeys(("后天", "day after tomorrow"), -2),
    "大后天": -3,
}
YEARS_AGO = {"今年": 0, "去年": 1, "前年": 2, "明年": -1}
WEEKS_AGO = {
    "上上": 2, "上": 1, "本": 0, "这": 0, "当": 0, "下": -1,
    "last": 1, "previous": 1, "this": 0, "current": 0, "next": -1,
}  # fmt: skip
UNIT_DAYS = {"天": 1, "日": 1, "d": 1, "周": 7, "星": 7, "礼": 7, "w": 7}  # by the unit's first letter
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
WEEK = "(?:周|星期|礼拜)"
YEAR_WORD = "(?:今年|去年|前年|明年)"
NTH = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_BESIDE = rf"(?: ?\(?(?:{WEEK}[一二三四五六日天]|{WEEKDAY})\)?)?"  # a weekday after the date says nothing new
_BEFORE, _NAME = rf"(?:{WEEKDAY} )?", rf"(?P<month>{MONTH})"
_ZH_WEEKDAY, _EN_WEEKDAY = rf"{WEEK}(?P<weekday>[一二三四五六日天1-7])", rf"(?P<weekday>{WEEKDAY})"
_UNIT = rf"(?P<unit>天|日|{WEEK}|月|年|days?|weeks?|months?|years?)"

Rule = Callable[[re.Match[str], Calendar], date]


def read_day(said: str, calendar: Calendar) -> date | None:
    if said in NAMED:
        return not_future(calendar.today - timedelta(days=NAMED[said]), calendar)
    for pattern, rule in _rules():
        if found := pattern.fullmatch(said):
            return rule(found, calendar)
    return None


def is_weekday(said: str) -> bool:
    return any(pattern.fullmatch(said) for pattern, rule in _rules() if rule is _weekday)


def year_of(words: str, calendar: Calendar) -> int:
    """2026, 二〇二六, 去年."""
    return calendar.today.year - YEARS_AGO[words] if words in YEARS_AGO else number(words.rstrip("年"))


def latest(month: int, day: int, calendar: Calendar) -> date:
    """The latest such day that is not in the future."""
    last = calendar.last
    year = last.year if (month, day) <= (last.month, last.day) else last.year - 1
    return checked(year, month, day, calendar)


def month_before(day: date, months: int) -> tuple[int, int]:
    """Year and month, so many months before the day's."""
    at = day.year * 12 + day.month - 1 - months
    return at // 12, at % 12 + 1


def _full(found: re.Match[str], calendar: Calendar) -> date:
    return checked(year_of(found["year"], calendar), number(found["month"]), number(found["day"]), calendar)


def _short_year(found: re.Match[str], calendar: Calendar) -> date:
    """260107, 26-1-7: of this century."""
    return checked(2000 + int(found["year"]), int(found["month"]), int(found["day"]), calendar)


def _month_day(found: re.Match[str], calendar: Calendar) -> date:
    return latest(number(found["month"]), number(found["day"]), calendar)


def _slashed(found: re.Match[str], calendar: Calendar) -> date:
    """1.7, 03/04, 1/7/26, 7.1.2026: month and day, or day and month where only that is possible."""
    month, day = int(found["first"]), int(found["second"])
    if month > 12 >= day >= 1 and month <= 31:
        month, day = day, month
    year = found.groupdict().get("year")
    if year is None:
        return latest(month, day, calendar)
    return checked(int(year) + (2000 if len(year) == 2 else 0), month, day, calendar)


def _english(found: re.Match[str], calendar: Calendar) -> date:
    month, day, year = MONTH_NAMES.index(found["month"][:3]) + 1, int(found["day"]), found["year"]
    return checked(int(year), month, day, calendar) if year else latest(month, day, calendar)


def _of_month(found: re.Match[str], calendar: Calendar) -> date:
    """本月5号, 上个月5号."""
    year, month = month_before(calendar.today, 1 if found["which"].startswith("上") else 0)
    return checked(year, month, number(found["day"]), calendar)


def _day_alone(found: re.Match[str], calendar: Calendar) -> date:
    """7号: of this month or, while that is to come, of the last."""
    day = number(found["day"])
    year, month = month_before(calendar.today, 1 if calendar.today.day < day <= 31 else 0)
    return checked(year, month, day, calendar)


def _weekday(found: re.Match[str], calendar: Calendar) -> date:
    """The latest such day, today included."""
    return calendar.today - timedelta(days=(calendar.today.weekday() - _weekday_number(found["weekday"])) % 7)


def _last_weekday(found: re.Match[str], calendar: Calendar) -> date:
    """The latest before today."""
    return calendar.today - timedelta(days=(calendar.today.weekday() - _weekday_number(found["weekday"]) - 1) % 7 + 1)


def _in_week(found: re.Match[str], calendar: Calendar) -> date:
    """上周五, 本周一, this friday, friday last week."""
    monday = calendar.today - timedelta(days=calendar.today.weekday() + 7 * WEEKS_AGO[found["week"]])
    return not_future(monday + timedelta(days=_weekday_number(found["weekday"])), calendar)


def _ago(found: re.Match[str], calendar: Calendar) -> date:
    """3 天前, two weeks ago; a month ago is the same day, or the month's last where it is shorter."""
    count, unit = number(found["count"]), found["unit"][0]
    days = count * UNIT_DAYS.get(unit, 365 if unit in "年y" else 30)
    if not 1 <= days <= FURTHEST:
        raise bad_count(FURTHEST, calendar)
    if unit in UNIT_DAYS:
        return calendar.today - timedelta(days=days)
    year, month = month_before(calendar.today, count * (12 if unit in "年y" else 1))
    next_year, next_month = month_before(calendar.today, count * (12 if unit in "年y" else 1) - 1)
    last = date(next_year, next_month, 1) - timedelta(days=1)
    return min(last, date(year, month, 1) + timedelta(days=calendar.today.day - 1))


def _from_now(found: re.Match[str], calendar: Calendar) -> date:
    days = number(found["count"]) * UNIT_DAYS.get(found["unit"][0], 30)
    return not_future(calendar.today + timedelta(days=min(max(days, 1), FURTHEST)), calendar)


def _weekday_number(words: str) -> int:
    """0 is Monday."""
    if words[:3] in DAY_NAMES:
        return DAY_NAMES.index(words[:3])
    return 6 if words in "日天7" else "一二三四五六".find(words) if words in "一二三四五六" else int(words) - 1


RULES: tuple[tuple[str, Rule], ...] = (
    (rf"(?P<year>[0-9]{{4}})[-/. ](?P<month>[0-9]{{1,2}})[-/. ](?P<day>[0-9]{{1,2}})日?{_BESIDE}", _full),
    (rf"(?P<year>{YEAR}年|{YEAR_WORD})(?P<month>{SMALL})[-/.月](?P<day>{SMALL})[日号]?{_BESIDE}", _full),
    (r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _full),
    (r"(?!(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])$)(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", _short_year),
    (r"(?P<first>0[1-9]|1[0-2])(?P<second>0[1-9]|[12][0-9]|3[01])", _slashed),
    (r"(?P<year>[2-9][0-9])([-/.])(?P<month>0?[1-9]|1[0-2])\2(?P<day>[0-9]{1,2})", _short_year),
    (r"(?P<first>[0-9]{1,2})([-/.])(?P<second>[0-9]{1,2})\2(?P<year>[2-9][0-9]|[0-9]{4})", _slashed),
    (rf"(?P<month>{SMALL})月(?P<day>{SMALL})[日号]?{_BESIDE}", _month_day),
    (rf"(?P<first>[0-9]{{1,2}})[-/.](?P<second>[0-9]{{1,2}})[日号]?{_BESIDE}", _slashed),
    (rf"{_BEFORE}{_NAME}\.? ?{NTH}(?: (?P<year>[0-9]{{4}}))?{_BESIDE}", _english),
    (rf"{_BEFORE}{NTH} ?{_NAME}\.?(?: (?P<year>[0-9]{{4}}))?{_BESIDE}", _english),
    (rf"(?P<year>[0-9]{{4}}) {_NAME}\.? {NTH}{_BESIDE}", _english),
    (rf"(?P<which>上个?月|本月|当月|这个?月)(?P<day>{SMALL})[日号]", _of_month),
    (rf"(?P<day>{SMALL})[日号]", _day_alone),
    (r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)", _day_alone),
    (_ZH_WEEKDAY, _weekday),
    (_EN_WEEKDAY, _weekday),
    (rf"(?:last|past|previous) {_EN_WEEKDAY}", _last_weekday),
    (rf"(?P<week>上上|上|本|这|下)一?个?{_ZH_WEEKDAY}", _in_week),
    (rf"(?P<week>this|next) {_EN_WEEKDAY}", _in_week),
    (rf"{_EN_WEEKDAY} (?P<week>last|this|next) week", _in_week),
    (rf"(?P<week>last|this|next) week {_EN_WEEKDAY}", _in_week),
    (rf"(?P<count>{COUNT}) ?个?{_UNIT} ?(?:之前|以前|前|ago|back)", _ago),
    (rf"(?P<count>{COUNT}) ?个?{_UNIT} ?(?:之后|以后|后|later|from now)", _from_now),
    (rf"in (?P<count>{COUNT}) {_UNIT}", _from_now),
)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Rule], ...]:
    """Compiled when the first day is read, so that the start does not wait for it."""
    return tuple((re.compile(pattern), rule) for pattern, rule in RULES)
