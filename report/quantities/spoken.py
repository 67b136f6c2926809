"""Quantities that are told rather than counted: halves, thirds, doubled, dozens, 数百, a year and a half."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from report.quantities.numerals import CHINESE, ENGLISH, ENGLISH_SCALES, SCALES, chinese
from report.quantities.units import GROWTH, UNITS
from report.quantities.value import Bound, Kind, Quantity

_Said = tuple[Kind, float, float, str, Bound]  # kind, low, high, unit, bound
_Found = re.Match[str]

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_PLURALS = {"dozen": 12.0, "ten": 10.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
            "trillion": 1e12}  # fmt: skip
_TIMES = {"doubl": 2.0, "twice": 2.0, "tripl": 3.0, "thrice": 3.0, "quadrupl": 4.0, "quintupl": 5.0}
_FEW = "one|two|three|four|five|six|seven|eight|nine|ten"
_NTHS = "third|quarter|fourth|fifth|sixth|eighth|tenth"
_PERIODS = "second|minute|hour|day|week|month|quarter|year|decade|century"
_LARGE = "thousand|million|billion|trillion"
_NUMERAL = r"[0-9]{1,6}|[一二两三四五六七八九十]{1,3}"
_PERIODS_ZH = "年|月|小时|钟头|星期|天|分钟|世纪"


def _unit(word: str, value: float) -> _Said:
    kind, unit, factor = UNITS.get(word.lower()) or UNITS["个" + word]
    return kind, value * factor, value * factor, unit, ""


def _one(value: float, kind: Kind = "count", unit: str = "") -> _Said:
    return kind, value, value, unit, ""


def _few(text: str | None) -> float:
    if not text or text.lower() in ("a", "an"):
        return 1.0
    return float(text) if text[0].isdecimal() else ENGLISH.get(text.lower()) or chinese(text) or 1.0


def _of_hundred(found: _Found) -> _Said:
    whole = found["whole"]
    part, _, decimals = found["part"].partition("点")
    value = float(part) if part[0].isdecimal() else (chinese(part) or 0.0)
    if decimals:
        value += (chinese(decimals) or 0.0) / 10 ** len(decimals)
    return _one(value / (chinese(whole) or 1.0) * 100, "percent", "%" if whole in "百千" else "fraction")


def _vague(found: _Found) -> _Said:
    low = SCALES[found["scale"]] * SCALES.get(found["more"] or "", 1.0)
    return "count", low, low * 10, "", "vague"


def _plural(found: _Found) -> _Said:
    first = found["first"].lower()
    low = _PLURALS[first] * _PLURALS.get((found["second"] or "").lower(), 1.0)
    return "count", low, low * (8 if first == "dozen" else 10), "", "vague"


def _teens(found: _Found) -> _Said:
    tens, scale = chinese(found["tens"]) or 10.0, SCALES.get(found["scale"] or "", 1.0)
    return "count", (tens + 1) * scale, (tens + 9) * scale, "", "vague"


def _and_a_half(found: _Found) -> _Said:
    value, period = _few(found["n"]) + 0.5, found["unit"] or found["before"]
    return _unit(period, value) if period else _one(value)


_SPOKEN: list[tuple[str, str, Callable[[_Found], _Said]]] = [  # (words of which one must be there, pattern, meaning)
    (
        "分之",
        rf"(?P<whole>[{CHINESE}]{{1,8}})分之(?P<part>[0-9]{{1,6}}(?:\.[0-9]{{1,4}})?|[{CHINESE}]{{1,8}}(?:点[{CHINESE}]{{1,8}})?)",
        _of_hundred,
    ),
    (
        "半",
        rf"(?<![上下前后大0-9])(?:(?P<n>{_NUMERAL})[ ]?个)?半个?(?P<unit>{_PERIODS_ZH})(?!导|度)",
        lambda found: _unit(found["unit"], (_few(found["n"]) if found["n"] else 0.0) + 0.5),
    ),
    (
        "半",
        rf"(?P<n>{_NUMERAL})[ ]?个?(?P<unit>{_PERIODS_ZH})半(?!导|年|个|天)",
        lambda found: _unit(found["unit"], _few(found["n"]) + 0.5),
    ),
    ("半 腰斩", r"一半|过半|半数|大半(?!年|天)|近半|对半|减半|腰斩", lambda _: _one(50.0, "percent", "fraction")),
    ("十几", r"(?P<tens>[二三四五六七八九]?十)几[ ]?(?P<scale>[万亿])?", _teens),
    ("成千上万", "成千上万", lambda _: ("count", 1e3, 1e5, "", "vague")),
    ("成百上千", "成百上千", lambda _: ("count", 1e2, 1e4, "", "vague")),
    (
        "数 几 上",
        r"(?:数以|好?几|数|上)(?P<scale>十万|百万|千万|十亿|百亿|千亿|万亿|[十百千万亿])(?P<more>[万亿])?(?:计)?(?![升下])",
        _vague,
    ),
    (
        "翻",
        r"翻(?:了)?(?P<n>[两三四五六]|[2-6])番",
        lambda found: _one(2.0 ** _few(found["n"]), "multiple", "x"),
    ),
    ("翻 加倍 一倍", r"翻(?:了)?(?:一)?(?:倍|番)|加倍|一倍(?!半)", lambda _: _one(2.0, "multiple", "x")),
    ("俩 双 both couple pair", r"俩|双方|双双|\b(?:both|couple|pair)\b", lambda _: _one(2.0)),
    ("/ per", r"(?:/|per )[ ]?1?M(?:tok(?:ens?)?)?(?![A-Za-z])", lambda _: _one(1e6)),
    ("fold", rf"(?P<n>{'|'.join(ENGLISH)})-?fold", lambda found: _one(_few(found["n"]), "multiple", "x")),
    (
        " ".join(_TIMES),
        r"\b(?:(?:doubl|tripl|quadrupl|quintupl)(?:e|ed|es|ing)|twice|thrice)\b",
        lambda found: _one(
            next(n for stem, n in _TIMES.items() if found.group().lower().startswith(stem)), "multiple", "x"
        ),
    ),
    (
        "half",
        rf"\b(?P<n>{_FEW}|[0-9]{{1,4}}|an?)[ ]?(?:(?P<before>{_PERIODS}) )?and a half(?: (?P<unit>{_PERIODS})s?)?\b",
        _and_a_half,
    ),
    (
        "half quarter",
        rf"\b(?:(?P<n>a|one|three) )?(?P<part>half|quarter)s?(?: of an? |[ -](?:an? )?)(?P<scale>{_LARGE}|dozen)\b",
        lambda found: _one(
            _few(found["n"]) / _PARTS[found["part"].lower()] * ENGLISH_SCALES[found["scale"].lower()],
        ),
    ),
    ("half", rf"\bhalf[ -](?:an? )?(?P<unit>{_PERIODS})\b", lambda found: _unit(found["unit"], 0.5)),
    ("half halv", r"\b(?:half|halve|halves|halved|halving)\b", lambda _: _one(50.0, "percent", "fraction")),
    (
        _NTHS.replace("|", " "),
        rf"\b(?P<n>{_FEW}|an?|[1-9])[ -](?P<part>{_NTHS})s?\b(?! ?(?:party|time|of 20))",
        lambda found: _one(100 * _few(found["n"]) / _PARTS[found["part"].lower()], "percent", "fraction"),
    ),
    (
        "illionth",
        r"\b(?P<scale>m|b|tr)illionth\b",
        lambda found: _one(ENGLISH_SCALES[found["scale"].lower() + "illion"]),
    ),
    (
        "0s 年代",
        r"(?<![0-9.,$€£])(?:[0-9]{2}[ ]?世纪[ ]?)?(?P<n>(?:19|20)?[0-9]0)(?:[ ]?年代|s(?![a-z]))",
        lambda found: _one(float(found["n"]) % 100, "count", "年代"),
    ),
    (
        "decades",
        r"(?<!two )(?<!three )(?<!four )(?<!five )(?<![0-9] )\bdecades",
        lambda _: ("count", 10.0, 100.0, "", "vague"),
    ),
    ("decade", r"\bdecade(?!s)", lambda _: _one(120.0, "duration", "mo")),
    ("首 冠", r"榜首|首[位次个届款]|夺冠|冠军", lambda _: _one(1.0, "ordinal")),
    ("fortnight", r"\bfortnight\b", lambda _: _one(14 * 86400.0, "duration", "s")),
    (
        _PERIODS.replace("|", " "),
        rf"\b(?:an?|one|per|this|last|next|past|every|each)[ -](?P<unit>{_PERIODS})\b",
        lambda found: _unit(found["unit"], 1.0),
    ),
    ("watt", r"\ban?[ -](?P<unit>(?:giga|mega|kilo)watt)\b", lambda found: _unit(found["unit"], 1.0)),
    (
        "dozens tens hundreds thousands millions billions trillions",
        rf"(?<![0-9] )\b(?P<first>{'|'.join(_PLURALS)})s(?: of (?P<second>{_LARGE})s)?\b",
        _plural,
    ),
    (
        "few several many",
        rf"\b(?:a few|several|few|many)[ -](?P<first>dozen|hundred|{_LARGE})(?:[ -](?P<second>{_LARGE}))?\b",
        _plural,
    ),
]
_COMPILED = [(hints.split(), re.compile(pattern, re.IGNORECASE), means) for hints, pattern, means in _SPOKEN]


def read_spoken(folded: str) -> Iterator[Quantity]:
    """In no order and perhaps overlapping."""
    lowered = folded.lower()
    for hints, pattern, means in _COMPILED:
        if not any(hint in lowered for hint in hints):
            continue
        for found in pattern.finditer(folded):
            kind, low, high, unit, bound = means(found)
            around = folded[max(0, found.start() - 24) : found.end() + 24]
            yield Quantity(
                words=found.group(), start=found.start(), end=found.end(), kind=kind, low=low, high=high, unit=unit,
                bound=bound, is_spelled=True, grows=kind == "multiple" or bool(GROWTH.search(around)),
            )  # fmt: skip
