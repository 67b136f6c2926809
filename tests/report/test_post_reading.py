"""Reading posts: ours, the first reports with their slips, and other people's."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.errors import InputError
from report.model import Checked, ModelCost, Report, Section, SectionKind, XCost, post_id
from report.post import export, normal_form, read

SHARED = Path(__file__).parents[2] / "../shared"
POSTS = SHARED / "data/posts"
EXAMPLE = SHARED / "examples/twitter_ai_20260327_20260327.md"
needs_shared = pytest.mark.skipif(not POSTS.is_dir(), reason="the folder of real posts is not beside the checkout")
FOREIGN = sorted(path for folder in ("digests_zh", "hextra_cn", "ainews_zh") for path in (POSTS / folder).glob("*.md"))


def read_body(body: str, title: str = "twitter_ai_20260107_20260107") -> Report:
    return read(f'---\ntitle: "{title}"\ndate: 2026-01-07\n---\n\n{body}', name="post.md").report


def outline(sections: tuple[Section, ...]) -> list[object]:
    """Sections as [kind, heading, intro, (headline, text)…, [child]…]: short enough to compare by eye."""
    return [
        [
            section.kind,
            section.heading,
            section.intro,
            *((point.headline, point.text) for point in section.points),
            *outline(section.children),
        ]
        for section in sections
    ]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("主要话题与行业趋势概述", "overview"),
        ("行业影响可能最大的10个信息点概述", "core"),
        ("核心信息（10个信息点概述）", "core"),
        ("重要观点与见解", "views"),
        ("关键事件与发展", "events"),
        ("个股与数字货币/市场相关观察与反应", "market"),
        ("人工智能相关内容（技术、发展与应用）", "ai"),
        ("金融市场相关内容（如果涉及）", "finance"),
        ("市场情绪分析", "sentiment"),
        ("广告内容过滤", "noise"),
        ("与昨日相比", "changes"),
        ("🔭 今日洞察", "other"),
        ("这是一个很长的标题：某公司发布关于人工智能发展的长篇报告全文", "other"),
    ],
)
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_heading_is_told_by_its_meaning_at_any_level(heading: str, kind: SectionKind, level: int) -> None:
    (section,) = read_body(f"{'#' * level} {heading}\n\n- 一点").sections
    assert section.kind == kind
    assert [point.id for point in section.points] == [f"{kind}-01"]


def test_a_heading_swallowed_by_a_list_is_set_right() -> None:
    body = (
        "## 简要部分\n\n### 主要话题与行业趋势概述\n\n今日有以下几点：\n\n1. **甲**：一\n2. **乙**：二\n"
        "3. **影响最大的10个信息点概述\n\n1. **丙**：三\n2. **丁**：四\n\n"
        "## 详细分析部分\n\n### 重要观点与见解\n\n**戊**：五\n"
    )
    post = read(f"---\ndate: 2026-01-07\n---\n\n{body}", name="twitter_ai_20260107_20260107.md")
    assert outline(post.report.sections) == [
        ["overview", "主要话题与行业趋势概述", "今日有以下几点：", ("甲", "一"), ("乙", "二")],
        ["core", "核心信息", "", ("丙", "三"), ("丁", "四")],
        ["views", "重要观点与见解", "", ("戊", "五")],
    ]
    assert post.problems == ("第 13 行：「影响最大的10个信息点概述」混在列表里，粗体没有闭合，当作标题",)


def test_a_heading_without_its_number_sign_is_set_right() -> None:
    body = "### 金融市场\n- 利率\n  - 降息预期升温\n\n广告内容过滤\n- 已剔除。\n\n## 词云分析\n\n![词云图](w)\n"
    assert outline(read_body(body).sections) == [
        ["finance", "金融市场", "", ["finance", "利率", "", ("", "降息预期升温")]],
        ["noise", "广告内容过滤", "", ("", "已剔除。")],
    ]


def test_groups_make_way_for_their_sections_wherever_they_stand() -> None:
    body = "## 详细分析部分（慢慢读）\n\n### 专项分析\n\n#### 人工智能相关内容\n\n- 一\n\n### 市场情绪分析\n\n平静。\n"
    assert outline(read_body(body).sections) == [
        ["ai", "人工智能相关内容", "", ("", "一")],
        ["sentiment", "市场情绪分析", "平静。"],
    ]


def test_sections_come_in_their_fixed_order() -> None:
    body = "## 市场情绪分析\n\n- a\n\n## 读者来信\n\n- b\n\n## 核心信息\n\n- c\n\n## 主要话题\n\nd\n"
    assert [section.kind for section in read_body(body).sections] == ["overview", "core", "sentiment", "other"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("**甲**：一\n\n**乙**: 二", [("甲", "一"), ("乙", "二")]),
        ("**甲：**一", [("甲", "一")]),
        ("- **甲** 出了新版\n- 一**乙**：二", [("", "甲 出了新版"), ("", "一乙：二")]),
        ("1. **甲**\n   一段\n2. **乙**", [("甲", "一段"), ("乙", "")]),
        ("**甲**\n\n一段长文\n\n另一段", [("甲", "一段长文"), ("", "另一段")]),
        ("甲乙。\n\n丙丁。", [("", "甲乙。"), ("", "丙丁。")]),
        ("> 引文\n\n另一段", [("", "引文"), ("", "另一段")]),
        ("```\n代码一\n代码二\n```\n\n另一段", [("", "代码一代码二"), ("", "另一段")]),
        ("- 很长的一句话，长到不会是一个小标题，它说的是一件事情，下面的列表只是它的细节而已，真的很长\n  - 细节", [
            ("", "很长的一句话，长到不会是一个小标题，它说的是一件事情，下面的列表只是它的细节而已，真的很长"),
            ("", "细节"),
        ]),
        ("- *斜* `code` \\*星\\* &amp; <br/>完\n- 二", [("", "斜 code *星* & 完"), ("", "二")]),
    ],
)  # fmt: skip
def test_lead_ins_lists_and_paragraphs_become_points(body: str, expected: list[tuple[str, str]]) -> None:
    (section,) = read_body(f"## 重要观点\n\n{body}\n").sections
    assert section.intro == ""
    assert [(point.headline, point.text) for point in section.points] == expected


@pytest.mark.parametrize(
    "body",
    [
        "### 新品\n\n- 一\n- 二",
        "**新品**：\n\n- 一\n- 二",
        "**新品**（某厂）\n- 一\n- 二",
        "- **新品**：\n  - 一\n  - 二",
        "- 新品\n  - 一\n  - 二",
        "先说一句。\n\n新品：\n- 一\n- 二",
    ],
)
def test_a_label_above_a_list_heads_a_sub_section(body: str) -> None:
    (section,) = read_body(f"## 关键事件\n\n{body}\n").sections
    (child,) = section.children
    assert child.heading.startswith("新品")
    assert child.kind == "events"
    assert [point.text for point in child.points] == ["一", "二"]


def test_links_become_citations() -> None:
    body = (
        "## 重要观点\n\n- 甲说好。[原文](https://twitter.com/alice_1/status/2037254607001559305?s=20)\n"
        "- 乙发布[新版](https://blog.example/new)（[来源](https://blog.example/b)）\n- [原文](https://blog.example/c)\n"
        "- 丙[点这里](javascript:alert(1))\n- 丁[¹](https://x.com/i/status/2037254607001559306)[²](https://blog.example/new)\n"
    )
    post = read(f"---\ntitle: twitter_ai_20260107_20260107\ndate: 2026-01-07\n---\n{body}", name="x")
    (section,) = post.report.sections
    x_post, new, second, third = (
        "2037254607001559305",
        *(post_id(f"https://blog.example/{page}") for page in ("new", "b", "c")),
    )
    assert [(point.text, point.citations) for point in section.points] == [
        ("甲说好。", (x_post,)),
        ("乙发布新版", (new, second)),
        ("原文", (third,)),
        ("丙[点这里](javascript:alert(1))", ()),
        ("丁", ("2037254607001559306", new)),
    ]
    source = post.report.source(x_post)
    assert source is not None
    assert (source.url, source.handle) == (f"https://x.com/alice_1/status/{x_post}", "alice_1")
    anonymous = post.report.source("2037254607001559306")
    assert anonymous is not None
    assert anonymous.handle == ""


def test_a_running_paragraph_is_cut_after_each_run_of_citations() -> None:
    one, two = "[¹](https://x.com/a/status/111111)", "[²](https://x.com/b/status/222222)"
    (section,) = read_body(f"## 主要话题\n\n甲。{one}{two}乙。{one}丙。\n\n丁。{two}\n").sections
    assert [(point.text, point.citations) for point in section.points] == [
        ("甲。", ("111111", "222222")),
        ("乙。", ("111111",)),
        ("丙。", ()),
        ("丁。", ("222222",)),
    ]


@pytest.mark.parametrize(
    ("text", "name", "subject", "created_at"),
    [
        ('---\ntitle: "twitter_btc_20260101_20260107"\ndate: "2026-01-08 09:00:00 +0800"\n---\n- y', "n.md",
         "btc_20260101_20260107", "2026-01-08T09:00"),
        ("---\ntitle: 周报\n---\n- y", "2026-01-08-twitter_ai_20260107_20260107.md",
         "ai_20260107_20260107", "2026-01-07T00:00"),
        ("---\ndate: '2026-01-07T20:44:00.731046Z'\n---\n- y", "n.md",
         "imported_20260108_20260108", "2026-01-08T04:44"),
        ("- y", "2026-01-07-digest.md", "imported_20260107_20260107", "2026-01-07T00:00"),
        ("- y", "2025-06__2025-06-03.md", "imported_20250603_20250603", "2025-06-03T00:00"),
        ("- y", "26-01-07-digest.md", "imported_20260107_20260107", "2026-01-07T00:00"),
        ("## 日报 2026年1月7日\n\n- y", "n.md", "imported_20260107_20260107", "2026-01-07T00:00"),
        ("## 日报 2026/13/7 与 2026/1/8\n\n- y", "n.md", "imported_20260108_20260108", "2026-01-08T00:00"),
        ("某报告 (2026-01-05 至 2026-01-07)\n\n- y", "n.md", "imported_20260105_20260107", "2026-01-07T00:00"),
        ("\ufeff---\r\ndate: 2026-1-7 8:05\r\n---\r\n- y\r\n", "n.md",
         "imported_20260107_20260107", "2026-01-07T08:05"),
    ],
)  # fmt: skip
def test_key_and_date_come_from_the_first_place_that_has_them(
    text: str, name: str, subject: str, created_at: str
) -> None:
    report = read(text, name=name).report
    assert report.key == f"twitter_{subject}"
    assert report.created_at == datetime.fromisoformat(f"{created_at}+08:00")
    assert report.writer == "imported"


def test_the_topic_of_a_post_that_names_none_can_be_given() -> None:
    report = read("- y", name="2026-01-07.md", topic="digests", timezone="America/New_York").report
    assert (report.topic, report.key) == ("digests", "twitter_digests_20260107_20260107")
    assert report.created_at == datetime(2026, 1, 7, tzinfo=ZoneInfo("America/New_York"))
    assert report.first == date(2026, 1, 7)


@pytest.mark.parametrize("name", ["notes.md", "2025-06.md", "2026-02-30.md"])
def test_a_post_without_a_date_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"post: .* does not say of which day"):
        read("---\ntitle: x\n---\n\n# x\n\n- y\n", name=name)


def test_an_unknown_timezone_is_refused() -> None:
    with pytest.raises(InputError, match="timezone 'Mars/Base' is unknown"):
        read("- y", name="2026-01-07.md", timezone="Mars/Base")


def test_what_has_no_place_is_named_with_its_lines() -> None:
    text = (
        "---\ndate: 2026-01-07\n---\n## 观点\n\n| a | b |\n| --- | --- |\n| c | d |\n\n<div>x</div>\n\n"
        "- 一 ![图](p.png)\n- 二 [坏](ftp://a.example/x) ![词云图](wordcloud_x.jpg)\n"
    )
    assert read(text, name="x.md").problems == (
        "没有报告编号，主题记为 imported",
        "第 6 行：表格没有读入",
        "第 10 行：HTML 没有读入",
        "第 12 行：图片没有读入",
        "第 13 行：链接 'ftp://a.example/x' 不是网址，没有当作出处",
    )


def test_broken_front_matter_is_named_and_the_rest_is_read() -> None:
    post = read("---\ntitle: [\n---\n## 观点\n\n- 一\n", name="twitter_ai_20260107_20260107.md")
    assert post.problems[0].startswith("front matter 读不懂：")
    assert [point.text for point in post.report.sections[0].points] == ["一"]


def test_a_post_without_anything_in_it_says_so() -> None:
    assert read("", name="twitter_ai_20260107_20260107.md").problems == ("没有 front matter", "没有读到任何内容")


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        (
            "账目：收集 9 条 · 重复 1 · 广告 2 · 跑题 1 · 空帖 1 · 采用 4",
            {"collected": 9, "copies": 1, "ads": 2, "empty": 1, "used": 4},
        ),
        ("账目：收集 9 条 · 重复 1 · 广告 2 · 跑题 2 · 采用 4", {"off_topic": 2, "empty": 0}),
        (
            "账目：收集 9 条 · 重复 1 · 跑题 2 · 采用 4 · 模型 3 次 0.0087 美元 · X 0.62 美元 · 核对 8 条，退回 1",
            {
                "used": 4,
                "model": ModelCost(calls=3, usd=0.0087),
                "x": XCost(usd=0.62),
                "checked": Checked(points=8, sent_back=1),
            },
        ),
        ("账目：X 0.065 美元", {"collected": 0, "x": XCost(usd=0.065)}),
        ("账目：核对 8 条，去掉 1", {"checked": Checked(points=8, refused=1)}),
        (
            "费用：模型 4 次，输入 12 token，输出 3 token，0.0123 美元 · X 9 条帖子，2 个作者，0.065 美元",
            {"model": ModelCost(calls=4, usd=0.0123), "x": XCost(usd=0.065)},
        ),
        ("账目：收集 很多 条 · 别的", {"collected": 0}),
    ],
)
def test_the_ledger_is_read(footer: str, expected: dict[str, object]) -> None:
    ledger = read_body(f"## 观点\n\n- 一\n\n---\n\n{footer}\n").ledger
    assert {name: getattr(ledger, name) for name in expected} == expected


def test_a_rule_with_something_else_under_it_is_no_ledger() -> None:
    (section,) = read_body("## 观点\n\n- 一\n\n---\n\n账目混乱，说明不清。\n").sections
    assert [point.text for point in section.points] == ["一", "账目混乱，说明不清。"]


PIECES = st.sampled_from([
    *("# ", "## 核心信息", "- ", "  - ", "1. ", "**", "**甲**：", "**乙：**", "> ", "\n", "\n\n", "---\n", "```\n"),
    *("<b>", "| a |\n|---|\n", "[¹](https://x.com/a/status/123456)", "[x](y)", "[原文](https://a.example)", "!["),
    *("广告内容过滤", "账目：收集 1 条", "说明：", "甲", "；", " ", "\\", "&amp;"),
])  # fmt: skip
MARKDOWN = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@settings(deadline=None)
@given(MARKDOWN)
def test_any_markdown_is_read_and_settles(body: str) -> None:
    """Whatever it says, exporting what was read and reading that changes nothing."""
    report = read(body, name="twitter_ai_20260107_20260107.md").report
    assert normal_form(report) == report
    post = export(report, cloud="w.jpg")
    assert read(post, name="x.md").report == report
    assert export(read(post, name="x.md").report, cloud="w.jpg") == post


@needs_shared
@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("2025-11-07-twitter_ai_20251107_20251108.md",
         {"overview": 1, "core": 10, "views": 5, "events": 7, "market": 3, "ai": 14, "finance": 7, "noise": 1}),
        ("2026-01-07-twitter_ai_20260107_20260107.md",
         {"overview": 3, "core": 10, "views": 3, "events": 9, "ai": 4, "finance": 4, "sentiment": 2}),
    ],
)  # fmt: skip
def test_the_first_reports_become_whole_ones(name: str, points: dict[str, int]) -> None:
    post = read((POSTS / "seeds" / name).read_text("utf-8"), name=name)
    assert {section.kind: len(section.all_points()) for section in post.report.sections} == points
    assert len(post.problems) == 1
    exported = export(post.report, cloud=f"wordcloud_{post.report.key}.jpg")
    again = read(exported, name=name)
    assert again.report == post.report
    assert again.problems == ()


@needs_shared
def test_our_own_post_is_read_and_written_byte_for_byte() -> None:
    text = EXAMPLE.read_text("utf-8")
    post = read(text, name=EXAMPLE.name)
    assert post.problems == ()
    assert export(post.report, cloud="wordcloud_twitter_ai_20260327_20260327.jpg") == text
    report = post.report
    assert (
        len([cited for section in report.sections for point in section.all_points() for cited in point.citations])
        == 135
    )
    assert len(report.sources) == 73
    assert [child.heading for child in report.sections[2].children] == ["新出现", "持续", "退潮"]
    assert {point.status for point in report.sections[2].all_points()} == {"new", "continuing", "changed"}
    ledger = report.ledger
    assert (ledger.collected, ledger.copies, ledger.ads, ledger.off_topic, ledger.empty, ledger.used) == (
        124,
        2,
        22,
        24,
        17,
        59,
    )


@needs_shared
def test_other_peoples_posts_become_reports_that_do_not_change_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    became, lines, refused = 0, 0, []
    for path in FOREIGN:
        try:
            post = read(path.read_text("utf-8"), name=path.name)
        except InputError:
            refused.append(path.name)
            continue
        assert post.report.sections, path.name
        exported = export(post.report, cloud="w.jpg")
        again = read(exported, name=path.name)
        assert again.report == post.report, path.name
        assert again.problems == (), path.name
        assert export(again.report, cloud="w.jpg") == exported, path.name
        became, lines = became + 1, lines + len(post.problems)
    with capsys.disabled():
        print(f"\n{became} of {len(FOREIGN)} posts became reports, {lines} lines of problems")  # noqa: T201  the figures are wanted
    assert refused == ["2025-06___index.md"]
