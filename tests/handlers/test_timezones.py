"""Timezones as people type them, over all that CLDR and the tz database know."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.hours.timezones import AT_HAND, _atlas, offset_of, place_name, read_timezone, time_of_place
from handlers.words import EN, ZH

JANUARY = datetime(2026, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("上海", "Asia/Shanghai"), ("北京", "Asia/Shanghai"), ("北京时间", "Asia/Shanghai"), ("中国", "Asia/Shanghai"),
        ("东京", "Asia/Tokyo"), ("Tokyo", "Asia/Tokyo"), ("日本", "Asia/Tokyo"), ("tokyo time", "Asia/Tokyo"),
        ("纽约", "America/New_York"), ("new york", "America/New_York"), ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"), ("sao paulo", "America/Sao_Paulo"), ("圣保罗", "America/Sao_Paulo"),
        ("Asia/Tokyo", "Asia/Tokyo"), ("asia/tokyo", "Asia/Tokyo"), ("加尔各答", "Asia/Kolkata"),
        ("台湾", "Asia/Taipei"), ("香港", "Asia/Hong_Kong"), ("旧金山", "America/Los_Angeles"),
        ("德国", "Europe/Berlin"), ("uk", "Europe/London"), ("JP", "Asia/Tokyo"),
        ("阿联酋", "Asia/Dubai"), ("Kiev", "Europe/Kyiv"),
        ("伦敦时间", "Europe/London"), ("胡志明市", "Asia/Ho_Chi_Minh"), ("ＴＯＫＹＯ", "Asia/Tokyo"),
        ("夏威夷", "Pacific/Honolulu"), ("湾区", "America/Los_Angeles"), ("加州", "America/Los_Angeles"),
        ("哈尔滨", "Asia/Shanghai"), ("河内", "Asia/Ho_Chi_Minh"), ("米兰", "Europe/Rome"), ("UTC8", "Etc/GMT-8"),
        ("+8", "Etc/GMT-8"), ("UTC+8", "Etc/GMT-8"), ("utc + 8", "Etc/GMT-8"), ("GMT-3", "Etc/GMT+3"),
        ("东八区", "Etc/GMT-8"), ("西五区", "Etc/GMT+5"), ("东8区", "Etc/GMT-8"), ("零时区", "UTC"), ("UTC", "UTC"),
        ("+5:30", "Asia/Kolkata"), ("GMT+5:30", "Asia/Kolkata"), ("+0545", "Asia/Kathmandu"),
        ("东五区半", "Asia/Kolkata"),
        ("+14", "Etc/GMT-14"), ("-12", "Etc/GMT+12"), ("+0", "UTC"), ("－５", "Etc/GMT+5"),
    ],
)  # fmt: skip
def test_a_place_or_an_offset_leads_to_its_zone(typed: str, zone: str) -> None:
    assert read_timezone(typed).zone == zone


def test_every_zone_is_read_by_its_own_name() -> None:
    assert {name for name in available_timezones() if read_timezone(name).zone != name} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_city_of_cldr_leads_to_its_zone_or_to_a_question(language: str) -> None:
    atlas = _atlas()
    for name, names in Locale(language).time_zones.items():
        zone = atlas.newer.get(name, name)
        if "city" in names and zone in available_timezones():
            found = read_timezone(names["city"])
            assert zone in found.zones, names["city"]
            assert not found.near


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_city_that_a_zone_is_called_after_leads_back_to_its_clock(language: str) -> None:
    words = ZH if language == "zh" else EN
    for zone in sorted(available_timezones() - {"Factory", "localtime"}):
        found = read_timezone(place_name(zone, words)).zones
        offsets = {JANUARY.astimezone(ZoneInfo(each)).utcoffset() for each in found}
        assert JANUARY.astimezone(ZoneInfo(zone)).utcoffset() in offsets, zone


def test_a_country_of_many_zones_is_a_question_with_one_of_each_clock() -> None:
    found = read_timezone("美国")
    assert found == read_timezone("USA") == read_timezone("united states")
    assert found.zone is None
    assert found.zones[:4] == ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
    assert len(found.zones) <= 12
    assert not found.near


def test_an_offset_that_nobody_keeps_offers_those_beside_it() -> None:
    found = read_timezone("GMT-5:30")
    assert (found.zone, found.near, found.zones) == (None, True, ("Etc/GMT+5", "Etc/GMT+6"))


@pytest.mark.parametrize(
    ("typed", "nearest"), [("Tokio", "Asia/Tokyo"), ("Shangai", "Asia/Shanghai"), ("Los Angles", "America/Los_Angeles")]
)
def test_a_slip_offers_the_nearest(typed: str, nearest: str) -> None:
    found = read_timezone(typed)
    assert found.zone is None
    assert found.near
    assert nearest in found.zones


@pytest.mark.parametrize("typed", ["火星", "xyz qq", "", "+15", "+99:00", "东九十区", "🙂", "a" * 100_000])
def test_the_unknown_is_no_zone(typed: str) -> None:
    found = read_timezone(typed)
    assert found.zone is None
    assert found.near


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_every_zone_found_can_be_used(typed: str) -> None:
    for zone in read_timezone(typed).zones:
        ZoneInfo(zone)


@given(st.integers(-12, 14))
def test_whole_hours_become_a_fixed_zone_of_that_offset(hours: int) -> None:
    zone = read_timezone(f"{hours:+}").zone
    assert zone is not None
    offset = JANUARY.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert offset.total_seconds() == hours * 3600
    assert place_name(zone, ZH) == (f"UTC{hours:+}" if hours else "UTC")


@pytest.mark.parametrize(
    ("zone", "chinese", "offset"),
    [
        ("Asia/Shanghai", "上海时间", "UTC+8"),
        ("Asia/Tokyo", "东京时间", "UTC+9"),
        ("Asia/Kolkata", "加尔各答时间", "UTC+5:30"),
        ("America/St_Johns", "圣约翰斯时间", "UTC-3:30"),
        ("PRC", "上海时间", "UTC+8"),
        ("Etc/GMT-8", "UTC+8", "UTC+8"),
        ("Etc/UTC", "UTC", "UTC+0"),
        ("EST", "EST", "UTC-5"),
    ],
)
def test_a_zone_is_called_after_its_city_or_its_offset(zone: str, chinese: str, offset: str) -> None:
    assert time_of_place(zone, ZH) == chinese
    assert offset_of(zone, JANUARY) == offset


def test_english_names_and_what_is_at_hand_agree_with_cldr() -> None:
    assert place_name("America/Los_Angeles", EN) == "Los Angeles"
    assert place_name("Asia/Ho_Chi_Minh", EN) == "Ho Chi Minh City"
    for zone, names in AT_HAND.items():
        if zone != "UTC":
            assert names == {"zh": _atlas().cities["zh"][zone], "en": zone.rpartition("/")[2]}


def test_the_start_does_not_load_babel() -> None:
    code = "import sys, handlers.dispatch; sys.exit('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)  # noqa: S603  our own code
    assert done.returncode == 0
