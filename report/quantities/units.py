"""What follows or stands before a number: scales, currencies, units, classifiers, and words that make it a bound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from report.quantities.value import Bound, Kind

Unit = tuple[Kind, str, float]  # kind, unit, factor

_SECONDS = {
    1e-6: "微秒 us µs", 1e-3: "毫秒 ms millisecond", 1.0: "秒 秒钟 sec second", 60.0: "分钟 min minute",
    3600.0: "小时 个小时 钟头 个钟头 hr hour", 86400.0: "天 day", 604800.0: "周 星期 个星期 礼拜 个礼拜 week wk",
}  # fmt: skip
_MONTHS = {
    1.0: "个月 month mo mth", 3.0: "个季度 quarter", 12.0: "年 岁 year yr yo", 120.0: "decade",
    1200.0: "个世纪 century",
}  # fmt: skip
_CURRENCIES = {
    "USD": "美元 美金 刀 usd dollar buck usdt usdc", "CNY": "元 块 块钱 人民币 元人民币 rmb cny yuan renminbi",
    "HKD": "港元 港币 hkd", "EUR": "欧元 eur euro", "GBP": "英镑 gbp pound quid", "JPY": "日元 日圆 jpy yen",
    "KRW": "韩元 krw won", "INR": "卢比 inr rupee", "CAD": "加元 cad", "AUD": "澳元 aud", "SGD": "新元 新币 sgd",
    "TWD": "新台币 台币 twd", "cents": "美分 cent",
}  # fmt: skip
_MEASURES = {
    "GB": "gb gib", "MB": "mb mib", "TB": "tb tib", "KB": "kb kib", "PB": "pb", "bit": "bit 位元 比特",
    "GW": "gw 吉瓦 gigawatt", "MW": "mw 兆瓦 megawatt", "kW": "kw 千瓦 kilowatt", "W": "瓦", "kWh": "kwh 千瓦时",
    "TWh": "twh", "GWh": "gwh", "Hz": "hz",
    "GHz": "ghz", "MHz": "mhz", "km": "km kmh kph 公里 千米 kilometer kilometre", "mile": "mile 英里 mph",
    "m": "米 meter metre",
    "cm": "cm 厘米", "mm": "毫米", "nm": "nm 纳米", "kg": "kg 公斤 千克", "g": "克 gram", "t": "吨 tonne ton",
    "inch": "inch inches 英寸", "ft": "ft feet foot 英尺", "°": "度 degree", "lb": "lb lbs 磅", "fps": "fps 帧",
    "barrel": "桶 barrel", "oz": "oz ounce 盎司", "px": "px 像素 pixel", "dB": "db 分贝", "sqft": "sqft",
}  # fmt: skip
_RATES: dict[Unit, str] = {
    ("percent", "%", 1.0): "% percent pct",
    ("percent", "%", 0.1): "‰",
    ("percent", "%", 10.0): "成",
    ("percent", "折", 10.0): "折",
    ("points", "pp", 1.0): "个百分点 百分点 pp ppt pps",
    ("points", "点", 1.0): "个点",
    ("points", "bp", 0.01): "bp bps 基点 个基点",
    ("multiple", "x", 1.0): "倍 x × times fold",
}
_CLASSIFIERS = (
    "季度|周年|周岁|成员|倍速|支队|[个家位名人条款种项次篇张份部台只件套本场轮步层类组支枚颗座间段句章节届批代行页字帖门匹头辆艘架栋封幅"
    "集期路股手号点维遍趟席国省市城地方者拨道口笔单词户所]"
)
_LETTERS = {
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mm": 1e6,
    "mil": 1e6,
    "mln": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "t": 1e12,
    "tn": 1e12,
}
_ATTACHED: dict[str, Unit] = {
    "h": ("duration", "s", 3600.0), "s": ("duration", "s", 1.0), "d": ("duration", "s", 86400.0),
    "y": ("duration", "mo", 12.0), "g": ("measure", "GB", 1.0), "hrs": ("duration", "s", 3600.0),
}  # fmt: skip
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "₩": "KRW", "₹": "INR"}
_DOLLARS = {"US": "USD", "HK": "HKD", "C": "CAD", "CA": "CAD", "A": "AUD", "AU": "AUD", "S": "SGD", "NT": "TWD"}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _table() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for factors, name in ((_SECONDS, "s"), (_MONTHS, "mo")):
        table |= {word: ("duration", name, factor) for factor, words in factors.items() for word in words.split()}
    table |= {word: ("money", name, 1.0) for name, words in _CURRENCIES.items() for word in words.split()}
    table |= {word: ("measure", name, 1.0) for name, words in _MEASURES.items() for word in words.split()}
    table |= {word: unit for unit, words in _RATES.items() for word in words.split()}
    table |= {f"percentage {word}": ("points", "pp", 1.0) for word in ("point", "points")}
    table |= {f"basis {word}": ("points", "bp", 0.01) for word in ("point", "points")}
    table |= {
        "per cent": ("percent", "%", 1.0),
        "centuries": table["century"],
        "percentage-point": ("points", "pp", 1.0),
    }
    plurals = {f"{word}s": unit for word, unit in table.items() if word.isascii() and word.isalpha() and len(word) > 1}
    return {**plurals, **table}


UNITS = _table()
_CHINESE_UNITS = [word for word in UNITS if not word.isascii()]
_ENGLISH_UNITS = [word for word in UNITS if word.isascii() and word[-1].isalpha()]
# 元 is not 元素, 年 not 年级, 成 not 成为, 天 not 天然, 分 alone is a score.
_NOT_UNIT = r"级|素|老|旦|宇宙|(?<=周)年"
UNIT = re.compile(
    rf"(?:[ ]?(?P<half>个半|半)?(?P<chinese>{_alternatives(_CHINESE_UNITS)})(?!{_NOT_UNIT})"
    rf"|[ ]?-?[ ]?(?P<english>{_alternatives(_ENGLISH_UNITS)})(?![A-Za-z0-9])|[ ]?(?P<sign>[%‰×]))",
    re.IGNORECASE,
)
NO_TENTHS = re.compile(r"[ ]?成(?=[为功立员本长果熟分就交品型效绩人年名百千])")
CLASSIFIER = re.compile(rf"[ ]?(?:{_CLASSIFIERS})")
ATTACHED = re.compile(r"[A-Za-z]+")
_WORDS = "hundred|thousand|million|billion|trillion|quadrillion|dozen|crore|lakh"
SCALE_WORD = re.compile(
    rf"[ ]?[-+]?[ ]?(?P<word>(?i:{_WORDS}))s?(?![A-Za-z])"
    r"|(?P<letter>[ ]?(?:K|M|MM|B|T)|[ ]?-?(?:mn|bn|Bn|tn))(?![A-Za-z0-9])"
    r"|(?P<attached>[kmbtKMBTwW]|mil|mln)(?![A-Za-z0-9])"
)
SCALE_CHINESE = re.compile(
    r"[ ]?(?P<more>[多余来几+])?[ ]?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)(?![度问米克瓦兆分])"
)
CURRENCY_BEFORE = re.compile(
    r"(?:(?P<area>US|HK|CA|AU|NT|[CAS])?(?P<symbol>[$€£¥￥₩₹])|(?<![A-Za-z])(?P<code>USD|RMB|CNY|HKD|EUR|GBP|JPY))[ ]?$"
)
OVER_AFTER = re.compile(r"[ ]?(?:\+(?![0-9])|(?:多|余)(?!少|数)|以上|出头|开外|起步|or more|plus(?![a-z]))")
ABOUT_AFTER = re.compile(r"[ ]?(?:左右|上下(?!文)|许(?!多|可)|ish(?![a-z])|or so)")
UNDER_AFTER = re.compile(r"[ ]?(?:以下|以内|之内|不到|or less|or fewer)")
_UNDER = (
    "no more than|not more than|never >|不到|不足|少于|低于|小于|至多|最多|不超过|不超|将近|接近|近|under|below|"
    "less than|fewer than|up to|at most|nearly|almost|close to|<=?|≤"
)
_OVER = (
    "超过|超|逾|突破|破|多于|大于|高于|至少|最少|"
    "不少于|不低于|不下|over|more than|above|at least|exceed(?:s|ed|ing)?|>=?|≥|"
    "no less than|no fewer than"
)
_ABOUT = r"大约|约|大概|差不多|几乎|about|around|approximately|approx\.?|roughly|circa|some|[~≈±]"
_BOUND_BEFORE = re.compile(
    rf"(?:(?P<under>{_UNDER})|(?P<over>{_OVER})|(?P<about>{_ABOUT}))(?:了|达|到| a)?[ ]*$", re.IGNORECASE
)
_NEGATED = re.compile(r"(?:不|未|没|没有|无法|难以|(?:\bnever|\bnot|n't|\bno)(?: \w{1,7})?)[ ]?$")
GROWTH = re.compile(
    r"增|涨|升|提高|提升|上扬|暴增|飙|多了|grew|grow|increas|\bup\b|rise|rose|gain|jump|surg|soar|higher|faster|more\b",
    re.IGNORECASE,
)


def bound_before(text: str) -> Bound:
    """What the words that end here make of the number after them."""
    found = _BOUND_BEFORE.search(text)
    if not found:
        return ""
    if found["over"] and _NEGATED.search(text, 0, found.start()):
        return "under"
    return found.lastgroup  # type: ignore[return-value]


def currency_before(text: str) -> tuple[str, int]:
    """The currency whose sign or code ends here, and how long that is; ("", 0) for none."""
    found = CURRENCY_BEFORE.search(text)
    if not found:
        return "", 0
    if found["code"]:
        return UNITS[found["code"].lower()][1], len(found.group())
    area = found["area"] or ""
    return (_DOLLARS.get(area, "USD") if found["symbol"] == "$" else SYMBOLS[found["symbol"]]), len(found.group())


def letter_scale(letters: str) -> float:
    return 1e4 if letters in "wW" else _LETTERS[letters.strip(" -").lower()]


def attached_unit(letters: str) -> Unit | None:
    """Of letters that touch the number: h, s, d; None where they make it a name (4o, 3D)."""
    return _ATTACHED.get(letters) or UNITS.get(letters.lower())
