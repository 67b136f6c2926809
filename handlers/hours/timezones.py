"""Timezones as people type them, from CLDR's cities and countries (Babel) and the tz database.

In: a city, a zone, a country or an offset, in Chinese or English. Out: names of zones, none, one or several to choose
from. Babel's data take 60 ms: they are loaded when they are first asked for, in a thread.
"""

from __future__ import annotations

import asyncio
import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from handlers.words import Words
from report.model import Language, TimezoneName

LONGEST = 40  # characters of what is read
CHOICES = 12
MONTHS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))  # winter and summer, in either half
OFFSET = re.compile(r"(?:(?:utc|gmt)?([+-])|utc|gmt)(\d{1,2})(?::?([0-5]\d))?")
AREA = re.compile(r"(?:utc)?([东西])([一二三四五六七八九十]{1,2}|\d{1,2})(半)?时?区(半)?")
NUMERALS = ("零", *"一二三四五六七八九十", "十一", "十二", "十三", "十四")
# What readers call a zone and neither the tz database nor CLDR has: a zone and its names on a line.
CALLED = Path(__file__).with_name("cities.tsv")
# Countries by other names than CLDR's, and their codes there.
LANDS = {
    "usa": "US", "america": "US", "uk": "GB", "britain": "GB", "england": "GB", "英格兰": "GB",
    "uae": "AE", "阿联酋": "AE", "korea": "KR", "南韩": "KR", "俄国": "RU", "沙特": "SA",
}  # fmt: skip
# Zones without daylight saving that keep an offset of no whole hours.
BROKEN: Mapping[int, TimezoneName] = {
    210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon",
    525: "Australia/Eucla", 570: "Australia/Darwin", -570: "Pacific/Marquesas", -210: "America/St_Johns",
    630: "Australia/Lord_Howe", 765: "Pacific/Chatham",
}  # fmt: skip
# Of a country with many zones, the first of each offset; these stand for theirs.
KNOWN_BEST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
    "Pacific/Honolulu", "America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg",
    "America/Halifax", "America/Mexico_City", "America/Sao_Paulo", "Europe/London", "Europe/Paris", "Europe/Madrid",
    "Europe/Lisbon", "Europe/Kyiv", "Europe/Moscow", "Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Novosibirsk",
    "Asia/Vladivostok", "Asia/Shanghai", "Asia/Jakarta", "Asia/Almaty", "Australia/Sydney", "Australia/Adelaide",
    "Australia/Perth",
)  # fmt: skip


FIXED = ("EST", "MST", "HST")
AT_HAND: Mapping[TimezoneName, Mapping[Language, str]] = {  # where most are: Babel need not be loaded for them
    "Asia/Shanghai": {"zh": "上海", "en": "Shanghai"},
    "UTC": {"zh": "UTC", "en": "UTC"},
}


@dataclass(frozen=True)
class Found:
    """`zones`: one is what was meant, of several one is to be chosen. `near`: they are only the nearest to it."""

    zones: tuple[TimezoneName, ...] = ()
    near: bool = False

    @property
    def zone(self) -> TimezoneName | None:
        return self.zones[0] if len(self.zones) == 1 and not self.near else None


@dataclass(frozen=True)
class Atlas:
    zones: Mapping[str, TimezoneName]  # by their own names, folded
    named: Mapping[str, tuple[TimezoneName, ...]]  # by city or country, folded
    cities: Mapping[Language, Mapping[TimezoneName, str]]  # as they are called
    newer: Mapping[str, TimezoneName]  # of older names: PRC is Asia/Shanghai


def read_timezone(words: str) -> Found:
    """The zone that is meant, or those that may be; with `near`, what stands nearest to something unknown.

    >>> read_timezone("东京").zone, read_timezone("UTC+8").zone, read_timezone("GMT-5:30").zones
    ('Asia/Tokyo', 'Etc/GMT-8', ('Etc/GMT+5', 'Etc/GMT+6'))
    """
    said = _folded(words)[:LONGEST]
    atlas = _atlas()
    if zone := atlas.zones.get(said):
        return Found((zone,))
    if (offset := _read_offset(said.replace(" ", ""))) is not None:
        return _at_offset(offset)
    for name in (said, re.sub(r"(?:标准|夏令)?时间$|\s?(?:standard |daylight )?time$|[市州]$", "", said).strip()):
        if zones := atlas.named.get(name):
            return Found(zones)
    return Found(_nearest(said, atlas), near=True)


def _read_offset(said: str) -> int | None:
    """Minutes east of UTC, at most 14 hours; None where it is no offset."""
    if found := OFFSET.fullmatch(said.replace("−", "-")):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        sign = -1 if found[1] == "-" else 1
    elif found := AREA.fullmatch(said):
        hours = int(found[2]) if found[2].isdigit() else NUMERALS.index(found[2]) if found[2] in NUMERALS else 99
        minutes, sign = hours * 60 + 30 * bool(found[3] or found[4]), 1 if found[1] == "东" else -1
    else:
        return None
    return sign * minutes if minutes <= 14 * 60 else None


def _at_offset(minutes: int) -> Found:
    """A zone that always keeps it: a city's for broken hours; where nobody does, the whole hours beside it."""
    hours, rest = divmod(minutes, 60)
    if not rest and hours >= -12:
        return Found((_fixed(hours),))
    if minutes in BROKEN:
        return Found((BROKEN[minutes],))
    return Found(tuple(_fixed(each) for each in (hours + 1, hours) if -12 <= each <= 14), near=True)


def _fixed(hours: int) -> TimezoneName:
    return f"Etc/GMT{-hours:+}" if hours else "UTC"


async def load_names(zone: TimezoneName) -> None:
    """Before `place_name`: Babel's data, where they are needed and not there yet, in a thread."""
    if zone not in AT_HAND and not _atlas.cache_info().currsize:
        await asyncio.to_thread(_atlas)


def place_name(zone: TimezoneName, words: Words) -> str:
    """The city that a zone is called after, or its offset: 东京, New York, UTC+8."""
    if zone in AT_HAND:
        return AT_HAND[zone][words.language]
    atlas = _atlas()
    own = atlas.newer.get(zone, zone) if zone not in FIXED else zone
    if found := re.fullmatch(r"(?:Etc/)?GMT(?:([+-])(\d+))?", own):
        return f"UTC{'-' if found[1] == '+' else '+'}{found[2]}" if found[2] and found[2] != "0" else "UTC"
    return atlas.cities[words.language].get(own) or own.rpartition("/")[2].replace("_", " ")


def time_of_place(zone: TimezoneName, words: Words) -> str:
    """上海时间, Tokyo time, UTC+8."""
    place = place_name(zone, words)
    return place if place.startswith("UTC") or place in FIXED else words.say("{place}时间", place=place)


def offset_of(zone: TimezoneName, now: datetime) -> str:
    """UTC+8, UTC+5:30, as it is now."""
    minutes = int((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _folded(words: str) -> str:
    """Lower case, no accents, _ and single blanks alike: sao paulo."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", words).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[_'’.,，。]", " ", letters).split())


@cache
def _atlas() -> Atlas:
    """Read once: CLDR's data are constants."""
    from babel import Locale  # noqa: PLC0415  60 ms that the start need not wait
    from babel.core import get_global  # noqa: PLC0415

    known = available_timezones()
    newer = {old: new for old, new in get_global("zone_aliases").items() if new in known}
    places = {zone: land for zone, land in get_global("zone_territories").items() if zone in known}
    named: defaultdict[str, dict[TimezoneName, None]] = defaultdict(dict)
    cities: dict[Language, dict[TimezoneName, str]] = {"zh": {}, "en": {}}
    for language, own in cities.items():
        for zone, names in Locale(language).time_zones.items():
            current = newer.get(zone, zone)
            if current in known and "city" in names:
                named[_folded(names["city"])][current] = None
                own[current] = names["city"] if zone == current else own.get(current, names["city"])
    for zone in known:
        if "/" in zone and not zone.startswith("Etc/"):
            named[_folded(zone.rpartition("/")[2])][newer.get(zone, zone)] = None
    territories = [Locale(language).territories for language in cities]
    named |= {name: zones for name, zones in _name_lands(places, territories).items() if name not in named}
    for zone, *names in (line.split("\t") for line in CALLED.read_text("utf-8").splitlines()):
        named |= {_folded(name): {zone: None} for name in names}
    by_name = {_folded(zone): zone for zone in sorted(known)}
    return Atlas(by_name, {name: tuple(found) for name, found in named.items()}, cities, newer)


def _name_lands(
    places: Mapping[TimezoneName, str], territories: Iterable[Mapping[str, str]]
) -> Mapping[str, dict[TimezoneName, None]]:
    """Countries by what CLDR calls them, by their codes, and by what else they are called."""
    lands = _by_land(places)
    names = [(str(called[land]), land) for called in territories for land in lands if land in called]
    names += [*((land, land) for land in lands), *LANDS.items()]
    return {_folded(name): dict.fromkeys(lands[land]) for name, land in names if land in lands}


def _by_land(places: Mapping[TimezoneName, str]) -> Mapping[str, tuple[TimezoneName, ...]]:
    """Each country's zones, one of each offset in winter and summer."""
    lands: defaultdict[str, dict[tuple[object, ...], TimezoneName]] = defaultdict(dict)
    for zone in [*(zone for zone in KNOWN_BEST if zone in places), *sorted(places)]:
        offsets = tuple(month.astimezone(ZoneInfo(zone)).utcoffset() for month in MONTHS)
        lands[places[zone]].setdefault(offsets, zone)
    return {land: tuple(zones.values())[:CHOICES] for land, zones in lands.items()}


def _nearest(said: str, atlas: Atlas) -> tuple[TimezoneName, ...]:
    """The zones of the names that begin so, then of those most like it."""
    begin = [name for name in atlas.named if len(said) > 1 and name.startswith(said)]
    alike = difflib.get_close_matches(said, atlas.named, n=4, cutoff=0.6)
    return tuple(dict.fromkeys(_flat(atlas.named[name] for name in [*begin, *alike])))[:4]


def _flat(groups: Iterable[tuple[TimezoneName, ...]]) -> Iterable[TimezoneName]:
    return (zone for group in groups for zone in group)
