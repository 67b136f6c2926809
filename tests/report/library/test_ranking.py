"""What is found, in which order, and how often it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.library.nearest import find_nearest
from report.library.query import read_terms
from report.library.ranking import Found, find
from report.library.volumes import bind
from report.model import Report, Section
from tests.report.library.reports import point, points, report_on

DAY = date(2026, 1, 7)
TODAY = date(2026, 1, 8)


def look(words: str, *reports: Report, every: bool = True) -> Found:
    return find([bind(report) for report in reports], read_terms(words), TODAY, every=every)


def headlines(found: Found) -> list[str]:
    return [hit.entry.headline for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("智谱", "Zhipu 开放 GLM-6 权重"),
        ("zhipu", "Zhipu 开放 GLM-6 权重"),
        ("z.ai glm", "Zhipu 开放 GLM-6 权重"),
        ("权限", "林越：难的是权限"),
        ("tern 3", "Tern-3 在 RepoBench 拿到 71.2%"),
        ("repobench", "Tern-3 在 RepoBench 拿到 71.2%"),
        ("澄海", "望舒 2.5 开放权重"),
        ("approval", "林越：难的是权限"),
    ],
)
def test_points_are_found_by_any_name_in_either_language(words: str, first: str) -> None:
    assert headlines(look(words, report_on(DAY, points())))[0] == first


def test_those_with_all_words_come_first_and_the_others_after_them_where_they_are_few() -> None:
    found = look("权重 价格", report_on(DAY, points()))
    assert headlines(found)[0] == "Zhipu 开放 GLM-6 权重"
    assert found.whole == 1
    assert len(found.hits) > 1


def test_a_word_that_nothing_has_is_named() -> None:
    found = look("智谱 量子", report_on(DAY, points()))
    assert found.lacking == ("量子",)
    assert headlines(found) == ["Zhipu 开放 GLM-6 权重"]
    assert look("量子", report_on(DAY, points())).hits == ()


def test_the_newer_of_two_alike_comes_first() -> None:
    told = [
        report_on(DAY - timedelta(days=age), [point(age + 1, f"限额第 {age} 改", "限额又改了。")])
        for age in (90, 0, 30)
    ]
    assert headlines(look("限额", *told)) == ["限额第 0 改", "限额第 30 改", "限额第 90 改"]


def test_a_matter_that_goes_on_is_one_hit_with_its_days() -> None:
    first = point(1, "Mila 免费额度下调", "Mila 的免费额度降到每天 30 次。")
    then = point(2, "Mila 道歉", "续 1 月 5 日《Mila 免费额度下调》。Mila 为额度一事道歉。", status="continuing")
    again = point(1, "Mila 的额度", "额度的事还在吵。")
    other = point(3, "Mila 开新办公室", "Mila 在里昂开了办公室。")
    found = look(
        "Mila",
        report_on(date(2026, 1, 5), [first]),
        report_on(date(2026, 1, 6), [then, other]),
        report_on(date(2026, 1, 7), [again]),
    )
    days = {hit.entry.headline: [day.last.day for day in hit.days] for hit in found.hits}
    assert len(days) == 2
    assert days.pop("Mila 开新办公室") == [6]
    ((own, *others),) = days.values()
    assert sorted([own, *others]) == [5, 6, 7]
    assert others == sorted(others, reverse=True)


def test_two_points_of_one_report_on_one_post_are_two() -> None:
    told = [
        point(1, "Halden 新卡推迟", "Halden 把新卡推到 6 月。", citations=("2008700000000000001",)),
        point(
            2, "Halden 盘后跌 6%", "信发出后 Halden 跌了 6%。", citations=("2008700000000000001", "2008700000000000002")
        ),
    ]
    assert len(look("Halden", report_on(DAY, told)).hits) == 2
    again = point(3, "Halden 的卡", "Halden 再说一次。", citations=("2008700000000000001",))
    assert len(look("Halden", report_on(DAY, told), report_on(TODAY, [again])).hits) == 2


def test_what_only_retells_is_not_found() -> None:
    more = (
        Section(kind="overview", heading="概述", points=(point(1, "", "权重都在开放。"),)),
        Section(kind="changes", heading="与昨日相比", points=(point(2, "权重", "0 → 4 条。"),)),
    )
    found = look("权重", report_on(DAY, points(), more=more))
    assert {hit.entry.kind for hit in found.hits} == {"core"}


def test_an_english_edition_is_searched_and_told() -> None:
    english = [point(3, "Lin Yue: permissions are the hard part", "Nobody dares to let it merge code.")]
    found = look("nobody dares", report_on(DAY, points(), english=english))
    assert found.hits[0].entry.said("en")[0] == "Lin Yue: permissions are the hard part"
    assert found.hits[0].entry.said("zh")[0] == "林越：难的是权限"


def test_who_finds_nothing_is_told_the_nearest_word() -> None:
    volumes = [bind(report_on(DAY, points()))]
    assert find_nearest(volumes, read_terms("Nortwind")) == ("Northwind",)
    assert find_nearest(volumes, read_terms("望舒五号")) == ("望舒",)
    assert find_nearest(volumes, read_terms("字" * 300)) == ()


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60), st.booleans())
def test_any_words_over_any_points_give_each_point_once_at_most(texts: Sequence[str], words: str, every: bool) -> None:
    told = [point(number, text[:10], text or "空") for number, text in enumerate(texts, 1)]
    found = look(words, report_on(DAY, told), every=every)
    assert len({id(hit.entry) for hit in found.hits}) == len(found.hits)
    assert 0 <= found.whole <= len(found.hits)
    assert found == look(words, report_on(DAY, told), every=every)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6))
def test_a_line_is_found_where_it_stands(texts: Sequence[str]) -> None:
    told = [point(number, "", text) for number, text in enumerate(texts, 1)]
    volume = bind(report_on(DAY, told))
    assert len(volume.starts) == len(volume.entries) + 1
    assert "\n".join(volume.line(at) for at in range(len(volume.entries))) == volume.lines
