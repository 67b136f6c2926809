"""A point holds against its posts or it does not; points hold against each other."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from report.check import check_heading, check_point, check_sections, recheck
from report.clean import clean
from report.model import HEADINGS, Counted, Point, Report, Section, SectionKind, Status, Tweet
from report.stories import group
from report.writer.offline import OfflineWriter
from tests.posts import DAY, TOPIC, day_of_posts, period, post

MILA = post(
    1,
    "Mila's free tier drops from 50 to 30 calls a day on Monday, Jan 12. Pro plans stay. It cost us $1.7B last year.",
    name="Zhou Lin",
    by="zhoulin",
    replies=88,
)
TERN = post(2, "望舒 2.5 今天开源，\n「可以商用」。跑分 71.2%。", name="澄海智能", by="chenghai")
POSTS = (MILA, TERN)
PERIOD = period()


def rules(text: str, headline: str = "Mila 降低免费额度", kind: SectionKind = "core", **options: object) -> list[str]:
    posts = options.pop("posts", POSTS)
    return [fault.rule for fault in check_point(headline, text, posts, PERIOD, kind=kind, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Zhou Lin 说，Mila 免费用户每天从 50 次减到 30 次，Pro 不变。",
        "Zhou Lin 写道「Pro plans stay」；去年花了 17 亿美元。",
        "1 月 12 日起，Mila 免费额度降到 30 次，帖子收到 88 条回复。",
        "澄海智能的望舒 2.5 开源，「可以商用」，跑分 71.2%。",
    ],
)
def test_what_stands_in_the_posts_passes(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Zhou Lin 说，Mila 免费用户每天从 50 次减到 20 次。", "quantity"),
        ("Zhou Lin 说，去年花了 170 亿美元。", "quantity"),
        ("Anthropic 说，Mila 免费用户每天 30 次。", "name"),
        ("Zhou Lin 写道「Pro plans go」。", "quote"),
        ("Zhou Lin 写道「专业版不变」。", "quote"),
        ("Zhou Lin 写道「Pro plans stay。", "quote"),
        ("Mila 的额度 3 月 9 日降低。", "date"),
        ("作为 AI 语言模型，我认为 Mila 降低了额度。", "instruction"),
        ("Mila 的免费额度降到 [待补充]。", "placeholder"),
        ("## 核心信息 Mila 降低了额度。", "markup"),
        ("Mila 降低了额度，见 https://evil.example/x。", "link"),
    ],
)
def test_what_does_not_stand_keeps_the_point_out(text: str, rule: str) -> None:
    faults = check_point("Mila 降低免费额度", text, POSTS, PERIOD, kind="core")
    assert [fault.severity for fault in faults if fault.rule == rule][:1] == ["must"]


def test_a_fault_says_in_one_sentence_what_to_do() -> None:
    (fault,) = check_point("Mila 降低免费额度", "Zhou Lin 说，免费用户每天 20 次。", POSTS, PERIOD, kind="core")
    assert "20" in fault.words
    assert fault.words.endswith("照原文写，或删去。")


def test_grave_faults_come_first() -> None:
    found = check_point("", "难的是交接，标志着新阶段，见 https://evil.example/x。", POSTS, PERIOD, kind="views")
    order = [fault.severity for fault in found]
    assert order == sorted(order, key=["must", "style"].index)
    assert set(order) == {"must", "style"}


def test_a_point_without_posts_does_not_stand() -> None:
    assert rules("Mila 降低了额度。", posts=()) == ["citation"]


def test_words_of_the_author_and_of_a_quoted_post_may_be_quoted() -> None:
    quoting = post(3, "So true", quoted_text="Never ship on Friday", name="Ada Quist", by="ada")
    assert "quote" not in rules("Ada Quist 引用「never ship on Friday」。", posts=[quoting])


def test_posts_that_a_program_counted_need_no_post_that_says_so() -> None:
    counted = Counted(by="同一件事的帖子", before=(), now=("1", "2", "3", "4", "5", "6", "7"))
    assert "quantity" in rules("Zhou Lin 也谈到 Mila，合计 7 条。")
    assert rules("Zhou Lin 也谈到 Mila，合计 7 条。", counted=counted) == []


def test_the_earlier_report_that_a_point_goes_on_from_is_named_by_a_program_alone() -> None:
    text = "续 1 月 5 日《Anthropic 涨价 20%》。Zhou Lin 说，Mila 免费用户每天从 50 次减到 30 次。"
    assert rules(text, status="continuing") == []
    assert {"name", "quantity"} <= set(rules(text))


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "a.", "@", "/a", "「", "“", "…", "1", "，", "😀", "z\u0335", "<", "#", "[", "据", " ", "Ab ", "他"],
)
def test_any_20_kilobytes_are_checked_at_once(piece: str) -> None:
    long = piece * (20_000 // len(piece))
    began = time.perf_counter()
    check_point(long[:200], long, [post(1, long), MILA], PERIOD, kind="views")
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("heading", "rule"),
    [("「部署」", "quote"), ("## 部署", "markup"), ("见 evil.shop", "link"), ("Anthropic 的大会", "heading")],
)
def test_a_sub_heading_is_words_alone(heading: str, rule: str) -> None:
    assert rule in {fault.rule for fault in check_heading(heading, POSTS)}
    assert check_heading("部署与运维", POSTS) == ()


# Points together.


def point(name: str, text: str, cited: tuple[str, ...] = (MILA.id,), **fields: object) -> Point:
    return Point.model_validate({"id": name, "headline": text[:9], "text": text, "citations": cited, **fields})


def section(kind: SectionKind, *points: Point, intro: str = "", children: tuple[Section, ...] = ()) -> Section:
    return Section(kind=kind, heading=HEADINGS[kind], points=points, intro=intro, children=children)


FEWER = "够分量的消息只有 1 条，不凑满十条。"
CORE = section("core", point("core-01", "Mila 的免费额度从每天 50 次降到 30 次，Pro 不变。"), intro=FEWER)


def between(*sections: Section, posts: tuple[Tweet, ...] = POSTS) -> list[tuple[str, str]]:
    return [(one.at, one.fault.rule) for one in check_sections(sections, {p.id: p for p in posts}, PERIOD)]


def test_a_sound_report_has_no_fault_between_its_points() -> None:
    assert between(section("overview", point("overview-1", "Mila 降额。")), CORE) == []


def test_a_fact_is_told_once_in_the_brief() -> None:
    again = point("core-02", "Mila 把免费额度从每天 50 次降到 30 次，Pro 照旧。")
    found = between(section("core", *CORE.points, again, intro="只有 2 条。"))
    assert ("core-02", "repeat") in found


def test_a_later_section_returns_to_a_story_only_with_something_new() -> None:
    repeats = point("views-01", "Mila 的免费额度从每天 50 次降到 30 次。")
    adds = point("views-02", "Zhou Lin 说去年为此花了 17 亿美元，工程师抱怨排队。")
    assert between(CORE, section("views", repeats, adds)) == [("views-01", "repeat")]


@pytest.mark.parametrize(
    ("count", "intro", "rule"), [(11, "", "repeat"), (3, "", "ten"), (3, "够分量的只有 3 条。", "")]
)
def test_ten_points_are_ten_or_the_intro_says_why(count: int, intro: str, rule: str) -> None:
    texts = ["额度", "报销", "疫苗", "机器人", "油价", "芯片", "会议", "论文", "电力", "招聘", "相机"]
    points = [point(f"core-{n}", f"{texts[n]}有变化：{texts[n]}部门宣布{texts[n]}新规。") for n in range(count)]
    found = [rule for at, rule in between(section("core", *points, intro=intro)) if at == "core"]
    assert found == ([rule] if rule else [])


def test_a_section_without_points_is_left_out() -> None:
    assert between(CORE, section("views")) == [("views", "no_posts")]
    assert between(CORE, section("noise"), section("cloud")) == []
    assert between(CORE, section("changes", intro="前一日采用 4 条，当日 2 条。没有说得上的变化。")) == []


def test_sections_stand_in_their_order() -> None:
    views = section("views", point("views-01", "澄海智能称望舒 2.5 可以商用。", (TERN.id,)))
    assert between(views, CORE) == [("views", "order")]


def test_ids_are_unique_and_citations_known() -> None:
    twice = section("events", point("core-01", "澄海智能开源望舒 2.5。", (TERN.id, "404")))
    assert between(CORE, twice) == [("core-01", "id"), ("core-01", "citation")]
    many = section("events", point("events-01", "望舒 2.5 开源。", (TERN.id, MILA.id, "3", "4", "5")))
    assert ("events-01", "citation") in between(CORE, many)


def test_the_overview_tells_what_points_tell() -> None:
    stray = section("overview", point("overview-1", "望舒 2.5 开源。", (TERN.id,)))
    assert between(stray, CORE) == [("overview-1", "overview")]


YESTERDAY = post(9, "Mila is slow today, says everyone in our office.", created_at=DAY - timedelta(days=1))


def change(text: str, before: tuple[str, ...], now: tuple[str, ...], status: Status = "continuing") -> Section:
    counted = Counted(by="Mila", before=before, now=now)
    row = point("change-1", text, (*now, *before)[:4], counted=counted, status=status)
    return section("changes", children=(Section(kind="changes", heading="持续", points=(row,)),))


def test_a_change_is_counted_and_the_counts_are_those_of_the_posts() -> None:
    posts = (*POSTS, YESTERDAY)
    assert between(CORE, change("1 → 1 条。", (YESTERDAY.id,), (MILA.id,)), posts=posts) == []
    assert between(CORE, change("1 → 2 条。", (YESTERDAY.id,), (MILA.id,)), posts=posts) == [("change-1", "counted")]
    assert between(CORE, change("1 → 1 条。", (MILA.id,), (YESTERDAY.id,)), posts=posts) == [("change-1", "counted")]
    assert between(CORE, change("变多了。", (YESTERDAY.id,), (MILA.id,)), posts=posts) == [("change-1", "counted")]
    assert between(CORE, change("0 → 1 条。", (), (MILA.id,)), posts=posts) == [("change-1", "status")]


def test_shares_are_those_of_the_counts() -> None:
    true, untrue = (
        change(f"1 → 1 条（占 {share}% → 50%）。", (YESTERDAY.id,), (MILA.id,)).model_copy(
            update={"intro": "前一日采用 4 条，当日 2 条。"}
        )
        for share in (25, 75)
    )
    assert between(CORE, true, posts=(*POSTS, YESTERDAY)) == []
    assert between(CORE, untrue, posts=(*POSTS, YESTERDAY)) == [("change-1", "counted")]


def test_a_change_outside_its_section_is_not_made_up() -> None:
    views = section("views", point("views-01", "谈望舒的帖子 3 → 9 条。", (TERN.id,)))
    assert between(CORE, views) == [("views-01", "counted")]


@pytest.mark.parametrize(
    ("intro", "more", "found"),
    [
        ("没有帖子提到数字货币。", "", []),
        ("没有帖子提到数字货币。", "Bitcoin fell again.", [("market", "zero")]),
        ("没有帖子谈到望舒。", "", [("market", "zero")]),
        ("没有帖子点评个股涨跌。", "", []),
    ],
)
def test_a_zero_is_stated_only_where_it_is_true(intro: str, more: str, found: list[tuple[str, str]]) -> None:
    market = section("market", point("market-01", "望舒开源。", (TERN.id,)), intro=intro)
    assert between(CORE, market, posts=(*POSTS, *([post(5, more)] if more else []))) == found


# Whole reports.


def report(*sections: Section) -> Report:
    return Report(
        key="twitter_ai_20260107_20260107",
        topic="ai",
        first=PERIOD.first,
        last=PERIOD.last,
        timezone=PERIOD.timezone,
        sections=sections,
        created_at=PERIOD.until,
        writer="llm",
    )


async def test_what_is_written_offline_holds() -> None:
    kept = clean(day_of_posts(), TOPIC).kept
    written = await OfflineWriter().write(group(kept), TOPIC, PERIOD, lambda _: None)
    assert recheck(report(*written.sections), {tweet.id: tweet for tweet in kept}, style=True) == []


def test_a_stored_report_is_checked_again_point_by_point_and_as_a_whole() -> None:
    lie = point("views-01", "Zhou Lin 说 Mila 花了 99 亿美元。")
    lines = recheck(report(CORE, section("views", lie), section("noise")), {p.id: p for p in POSTS})
    assert {line.split(" ")[0] for line in lines} == {"views-01"}
    assert lines[0].startswith("views-01 quantity：数字「99 亿美元」")


def test_a_stored_report_whose_posts_are_gone_does_not_hold() -> None:
    assert {line.split("：")[0] for line in recheck(report(CORE), {})} == {"core-01 citation"}


def test_a_section_that_says_it_once_covers_its_sub_sections() -> None:
    price = point("market-01", "Zhou Lin 说去年花了 17 亿美元。")
    said = section("market", price, intro="市场数字均为推文所述，未核实。")
    bare = section("market", price)
    posts = {p.id: p for p in POSTS}
    assert not [line for line in recheck(report(CORE, said), posts, style=True) if "unverified" in line]
    assert [line for line in recheck(report(CORE, bare), posts, style=True) if "unverified" in line]
