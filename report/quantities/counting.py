"""Numerals, Arabic, Chinese or English, with what stands before and after them → quantities, and `Opus 4.7`s."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from report.quantities import units
from report.quantities.names import parts_of
from report.quantities.numerals import CHINESE, ENGLISH, ENGLISH_SCALES, ORDINALS, SCALES, chinese, english
from report.quantities.value import Bound, Day, Kind, Name, Quantity

_NUMBER = re.compile(
    r"(?P<arabic>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    rf"|(?P<chinese>[{CHINESE}]+(?:点[零一二三四五六七八九]+(?=[倍万亿个成%]))?)"
    rf"|\b(?=[a-z])(?:(?P<english>(?:{'|'.join([*ENGLISH, *ENGLISH_SCALES])})s?)|(?P<ordinal>{'|'.join(ORDINALS)}))\b"
)
RANGE = re.compile(
    r"[ ]?(?:-{1,2}>?|~|到|至|升至|涨到|降至|to|→|=>)[ ]?(?=(?:US|HK)?[$€£¥￥]?[0-9一二三四五六七八九十两])",
    re.IGNORECASE,
)
# Words in which a numeral counts nothing.
_IDIOM = re.compile(
    r"千万(?=[不别要记小注])|万一|十分(?!钟|之)|百度|千问|百分(?!之)|十足|万能|千方|百计|百科|百搭|万物|"
    r"万事|万象|万维|一千零一夜|五花八门|七嘴八舌|三三两两|四面八方|四处|三方(?!面)|四方|千篇|千奇|百怪|"
    r"三番|两次|再三|三思|九宫|五官|六神|七夕|八卦|九牛|百般|千般|万般|万千|一五一十|三言两语|乱七八糟|"
    r"接二连三|朝三暮四|举一反三|三心二意|四舍五入|十全十美|百花|百姓|万圣|两难|两面|两岸|二手|二次元|"
    r"二维码|三明治|三星|四川|九州|六合|八成(?=是|会)|千里|百年|百战|千锤|万里|万岁|千辛|万苦|十字|二进制|"
    r"十进制|五角|三角|一二|二一|三联|百川|千帆|十[四六]行|[二八十六]+进制|双十一|亿万富|百万富|千万富|"
    r"二元|一元"
)
_SENTENCE = """In By On At The Top Over About From To Than For Of And Only Just Under Nearly Around Since Until After
Before Year Day Week Episode Step Part Chapter A An I If But With Have Has Is Are Was Were My Our We You They All
Almost Up No Or Now So When Then That This What Took Spent Got Made Used Level Round Series Phase Tip Rule Section"""
_NO_NAME = frozenset(_SENTENCE.split())
_REST = re.compile(r"([0-9]{1,4})[ ]?万(?!亿)")
_TH = re.compile(r"(?:st|nd|rd|th)(?![A-Za-z])", re.IGNORECASE)
_FOLLOWED = re.compile(r"[A-Za-z_]|-[A-Za-z]+[0-9]")
_MODEL = re.compile(r"[ ]?(?:[A-Z]|[0-9]|\x00)")  # 8x H100, 2× 512GB
_TAIL = re.compile(r"[A-Za-z0-9_]+(?:[-.][A-Za-z0-9]+)*")
_CAPITAL = re.compile(r"(?<![A-Za-z])([A-Z][A-Za-z]*|[a-z]+[A-Z][A-Za-z]*)[ ]$")


def read_numbers(free: str, folded: str) -> Iterator[Quantity | Name]:
    at = 0
    idioms: set[int] | None = None
    lowered = free.lower()
    while found := _NUMBER.search(lowered, at):
        at = found.end()
        start = found.start()
        if found["arabic"]:
            one = _arabic(free, found, folded)
            at = max(at, one.end if isinstance(one, Quantity) else one.start + len(one.words))
            yield one
        elif found["chinese"]:
            if idioms is None:
                idioms = {n for idiom in _IDIOM.finditer(free) for n in range(idiom.start(), idiom.end())}
            if start not in idioms and (read_one := _chinese(free, found)):
                at = max(at, read_one.end)
                yield read_one
        elif found["ordinal"]:
            yield _plain(found, ORDINALS[found.group().lower()], "ordinal")
        elif spelled := english(lowered, start):
            value, end = spelled
            one = _with_unit(free, start, end, value, is_spelled=True)
            at = max(at, one.end)
            yield one


def _plain(found: re.Match[str], value: float, kind: Kind) -> Quantity:
    return Quantity(
        words=found.group(), start=found.start(), end=found.end(), kind=kind, low=value, high=value, is_spelled=True
    )


def _arabic(free: str, found: re.Match[str], folded: str) -> Quantity | Name:
    start, end = found.span()
    digits = found.group().replace(",", "")
    value = float(digits)
    scale, end, more = _scale(free, end)
    if scale >= 1e8 and (rest := _REST.match(free, end)):
        value, end = value + float(rest[1]) * 1e4 / scale, rest.end()
    if scale == 1.0 and (ordinal := _TH.match(free, end)):
        return Quantity(words="", start=start, end=ordinal.end(), kind="ordinal", low=value, high=value)
    one = _with_unit(free, start, end, value * scale, more=more)
    if scale == 1.0 and one.end == end:
        if _FOLLOWED.match(free, end) and (tail := _TAIL.match(free, start)) and (tail.end() > end):
            words = tail.group()
            if not re.fullmatch(r"[0-9.]+-[A-Za-z]+", words):
                return Name(words, start, parts_of(words))
        capital = _CAPITAL.search(folded, max(0, start - 24), start)
        if one.is_bare and not one.bound and capital and capital[1] not in _NO_NAME and not RANGE.match(free, end):
            words = folded[capital.start(1) : end]
            return Name(words, capital.start(1), parts_of(words), is_loose=True)
    significant = len(digits.replace(".", "").strip("0"))
    one = replace(one, scale=scale, digits=max(significant, 1))
    if (
        one.is_bare
        and scale == 1.0
        and len(digits) == 4
        and 1900 <= value <= 2099
        and "," not in found.group()
        and one.end == end
    ):
        return replace(one, kind="date", day=Day(year=int(value)), low=0, high=0) if not one.bound else one
    return one


def _scale(free: str, end: int) -> tuple[float, int, Bound]:
    """万, million, k … after a number that ends at `end`: their product, the new end, and whether 多 stands between."""
    scale, more = 1.0, ""
    for _ in range(2):
        if found := units.SCALE_CHINESE.match(free, end):
            scale *= SCALES[found["scale"]]
            more = "over" if found["more"] else more
        elif scale == 1.0 and (found := units.SCALE_WORD.match(free, end)):
            letters = found["letter"] or found["attached"]
            scale *= units.letter_scale(letters) if letters else ENGLISH_SCALES[found["word"].lower()]
        else:
            break
        end = found.end()
    return scale, end, "over" if more else ""


def _chinese(free: str, found: re.Match[str]) -> Quantity | None:
    """None for 一些, 统一, 万一 and every other run that states nothing to be checked."""
    start, end, run = found.start(), found.end(), found["chinese"]
    before = free[max(0, start - 1) : start]
    if before == "第":
        value = chinese(run)
        return None if value is None else replace(_plain(found, value, "ordinal"), start=start - 1)
    whole, _, decimals = run.partition("点")
    value = chinese(whole)
    if value is None:
        return None
    if decimals:
        value += (
            (chinese(decimals) or 0.0) / 10 ** len(decimals) if len(decimals) > 1 else (chinese(decimals) or 0) / 10
        )
    one = _with_unit(free, start, end, value, is_spelled=True)
    return one if _states(run, value, one, has_unit=one.end > end) else None


def _states(run: str, value: float, one: Quantity, *, has_unit: bool) -> bool:
    """Whether the run of Chinese numerals states something to be checked."""
    if run == "一":
        return one.kind in ("duration", "money", "percent", "multiple")
    if run in ("百", "千", "万", "亿"):
        return one.kind == "multiple"
    if len(run) == 1:
        return has_unit and run not in "零〇" and one.unit != "CNY"
    if all(character in "零〇一二两三四五六七八九" for character in run):
        return False
    return has_unit or bool(one.bound) or value > 10


def _with_unit(
    free: str, start: int, end: int, value: float, *, is_spelled: bool = False, more: Bound = ""
) -> Quantity:
    before = free[max(0, start - 16) : start]
    currency, taken = units.currency_before(before)
    start -= taken
    bound = more or units.bound_before(before[: len(before) - taken])
    if after := units.OVER_AFTER.match(free, end):
        bound, end = "over", after.end()
    kind, unit, factor, end = _unit(free, end) if not currency else ("money", currency, 1.0, end)
    low = value * factor
    bound, end = _bound_after(free, end, bound)
    around = free[max(0, start - 24) : end + 24] if kind in ("percent", "multiple") else ""
    return Quantity(
        words="", start=start, end=end, kind=kind, low=low, high=low, unit=unit, bound=bound,
        grows=bool(around and units.GROWTH.search(around)), is_spelled=is_spelled, factor=factor,
    )  # fmt: skip


def _bound_after(free: str, end: int, bound: Bound) -> tuple[Bound, int]:
    for pattern, says in ((units.OVER_AFTER, "over"), (units.ABOUT_AFTER, "about"), (units.UNDER_AFTER, "under")):
        if after := pattern.match(free, end):
            return says, after.end()  # type: ignore[return-value]
    return bound, end


def _unit(free: str, end: int) -> tuple[Kind, str, float, int]:
    if units.NO_TENTHS.match(free, end):
        return "count", "", 1.0, end
    if found := units.UNIT.match(free, end):
        word = (found["chinese"] or found["english"] or found["sign"]).lower()
        kind, unit, factor = units.UNITS[word]
        if unit == "x" and _MODEL.match(free, found.end()):
            return "count", "", 1.0, found.end()
        return kind, unit, factor, found.end()
    if (letters := units.ATTACHED.match(free, end)) and (attached := units.attached_unit(letters.group())):
        return (*attached, letters.end())
    if classifier := units.CLASSIFIER.match(free, end):
        return "count", classifier.group().strip(), 1.0, classifier.end()
    return "count", "", 1.0, end
