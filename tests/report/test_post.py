"""Writing posts: the shape, the escaping, and that reading gives back what was written."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from report.model import (
    HEADINGS,
    Checked,
    Dropped,
    FailedSource,
    Ledger,
    ModelCost,
    Point,
    Report,
    Section,
    SectionKind,
    Source,
    XCost,
    post_id,
    report_key,
)
from report.post import export, normal_form, read
from report.post.markdown import address, clean, escape, escape_heading
from report.post.outline import meaning

SNIPPETS = st.sampled_from([
    *("[x](javascript:1)", "![", "](", "]", "[^1]", "[a]: b", "*[HTML]: x", "**", "*", "_", "__", "a_b", "`", "``"),
    *("~~", "~", "~~~", "<b>", "</p>", "<!--", "<script>alert(1)</script>", "&amp;", "&#35;", "&", "<", ">", ">>"),
    *("|", "| - |", "$$", "\\", "\\\\", "\\`", "{{ site }}", "{% include x %}", "{", "{{", "%}", "{: .x}", "{#id}"),
    *("{::nomarkdown}", "# ", "#", "##", " #", "- ", "-", "--", "---", "+ ", "1. ", "12) ", "1.", "> ", "= ", "==="),
    *(": ", ":", "：", "^", "!", "...", "\n", "\r\n", "\n\n", "\t", "    ", "\u3000", "\u2028", "\u202e", "\u200b"),
    *("\ufeff", "\x00", "\x0c", "\u200d", "👩‍💻", "@some_one", "/ship", "/exec-review", "@", "/", "https://a.example/b_c"),
    *("中文", "，", "「", "」", "GPT-5.5", "x", " ", "¹", "账目：", "说明：", "核心信息", "专项分析", "词云"),
    *("广告", "观点", "（10 个信息点）"),
])  # fmt: skip
WORDS = st.lists(SNIPPETS | st.text(max_size=4), max_size=6).map("".join)
SOURCES = [
    Source(id="2037254607001559305", url="https://x.com/alice/status/2037254607001559305", handle="alice"),
    Source(id="2037254607001559306", url="https://twitter.com/bob_/status/2037254607001559306?s=20", handle="bob_"),
    Source(id="url:1", url="https://blog.example/a(b)?q=[1]&copy;=<x> y|{{z}}#f*_g_"),
    Source(id="url:2", url="javascript:alert(1)"),
    Source(id="url:3", url="https://x.com@evil.example/a/status/123456"),
    Source(id="url:4", url="https://例え.example/路径"),
]
IDS = st.sampled_from([*(source.id for source in SOURCES), "2037254607001559307", "unknown"])
POINTS = st.builds(
    Point, id=st.just("p"), headline=WORDS | st.just(""), text=WORDS, citations=st.lists(IDS, max_size=3).map(tuple)
)
KINDS: st.SearchStrategy[SectionKind] = st.sampled_from(sorted(HEADINGS))


def sections(depth: int = 0) -> st.SearchStrategy[Section]:
    children = st.lists(sections(depth + 1), max_size=2).map(tuple) if depth < 4 else st.just(())
    return st.builds(
        Section,
        kind=KINDS | st.just("other"),
        heading=WORDS | st.sampled_from(sorted(HEADINGS.values())),
        intro=WORDS | st.just(""),
        points=st.lists(POINTS, max_size=3).map(tuple),
        children=st.just(()) | children,
    )


COUNTS = st.integers(0, 10**6)
DOLLARS = st.floats(0, 1000)
LEDGERS = st.builds(
    Ledger,
    collected=COUNTS,
    copies=COUNTS,
    ads=COUNTS,
    off_topic=COUNTS,
    empty=COUNTS,
    used=COUNTS,
    dropped=st.lists(
        st.builds(Dropped, id=st.just("1"), author=st.just("a"), kind=st.sampled_from(["ad", "copy"]), reason=WORDS),
        max_size=3,
    ).map(tuple),
    failed_sources=st.lists(st.builds(FailedSource, name=WORDS, reason=WORDS), max_size=2).map(tuple),
    notes=st.lists(WORDS, max_size=2).map(tuple),
    model=st.just(ModelCost()) | st.builds(ModelCost, calls=COUNTS, tokens_in=COUNTS, tokens_out=COUNTS, usd=DOLLARS),
    x=st.just(XCost()) | st.builds(XCost, posts=COUNTS, users=COUNTS, usd=DOLLARS),
    checked=st.just(Checked()) | st.builds(Checked, points=COUNTS, sent_back=COUNTS, refused=COUNTS),
)


def make_report(*parts: Section, ledger: Ledger | None = None, **changes: Any) -> Report:
    day = changes.pop("day", date(2026, 3, 27))
    return Report(
        key=report_key(changes.get("topic", "ai"), day, day),
        topic=changes.pop("topic", "ai"),
        first=day,
        last=day,
        timezone=changes.pop("timezone", "Asia/Shanghai"),
        sections=parts,
        sources=tuple(SOURCES),
        ledger=ledger or Ledger(),
        created_at=changes.pop("created_at", datetime(2026, 3, 28, 0, 0, 0, 5, tzinfo=UTC)),
        writer="offline",
    )


def reports(ledgers: st.SearchStrategy[Ledger]) -> st.SearchStrategy[Report]:
    moments = st.datetimes(datetime(2006, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants bare bounds
    return st.builds(
        lambda parts, ledger, topic, zone, moment: make_report(
            *parts, ledger=ledger, topic=topic, timezone=zone, created_at=moment
        ),
        st.lists(sections(), max_size=4),
        ledgers,
        st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True),
        st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC", "Asia/Kathmandu"]),
        moments,
    )


REPORTS = reports(st.just(Ledger()) | LEDGERS)
MANY = settings(deadline=None, max_examples=60)


@MANY
@given(REPORTS)
@example(make_report(Section(kind="overview", heading="", intro="a", points=(Point(id="p", text="b"),))))
def test_what_was_written_is_read_back(report: Report) -> None:
    post = export(report, cloud="wordcloud_x.jpg")
    again = read(post, name="any.md")
    assert again.report == normal_form(report)
    assert again.problems == () if again.report.sections else ("没有读到任何内容",)
    assert export(again.report, cloud="wordcloud_x.jpg") == post


@MANY
@given(REPORTS)
def test_the_normal_form_of_a_normal_form_is_itself(report: Report) -> None:
    once = normal_form(report)
    assert normal_form(once) == once


def expected_words(point: Point, number_of_links: int) -> str:
    lead = f"{point.headline}：{point.text}" if point.headline and point.text else point.headline or point.text
    return lead + "".join("¹²³⁴"[at] for at in range(number_of_links))


def expected(section: Section, level: int, is_core_top: bool = False) -> list[tuple[str, str]]:
    """(tag, words) of what a section must show, top down; running paragraphs are joined."""
    count = f"（{len(section.all_points())} 个信息点）" if is_core_top and section.points else ""
    shown = [(f"h{level}", section.heading + count)]
    if section.intro:
        shown.append(("p", section.intro))
    is_running = section.kind == "overview" and not section.intro and not any(p.headline for p in section.points)
    paragraph = ""
    for point in section.points:
        words = expected_words(point, len(point.citations))
        if not is_running:
            shown.append(("li", words))
            continue
        paragraph += words
        if not point.citations:
            shown.append(("p", paragraph))
            paragraph = ""
    if paragraph:
        shown.append(("p", paragraph))
    for child in section.children:
        shown += expected(child, level + 1)
    return shown


def rendered(markdown: str, preset: str) -> tuple[list[tuple[str, str]], list[str], set[str]]:
    """What a CommonMark parser shows: (tag, words), the addresses of links, the kinds of everything."""
    tree = SyntaxTreeNode(MarkdownIt(preset, {"html": True}).parse(markdown))
    shown: list[tuple[str, str]] = []
    links: list[str] = []
    kinds: set[str] = set()

    def words(node: SyntaxTreeNode) -> str:
        if node.type == "image":
            return ""
        return node.content if not node.children else "".join(map(words, node.children))

    def walk(node: SyntaxTreeNode) -> None:
        kinds.add(node.type)
        if node.type == "link":
            links.append(str(node.attrs["href"]))
        if node.type in {"heading", "paragraph"}:
            in_item = node.parent is not None and node.parent.type == "list_item"
            shown.append(("li" if in_item else node.tag, words(node)))
        for child in node.children:
            walk(child)

    walk(tree)
    return shown, links, kinds


GROUPS = {("h2", "简要部分"), ("h2", "详细分析部分"), ("h2", "专项分析")}
BELOW_A_GROUP = {"overview", "core", "views", "events", "market", "ai", "finance"}


@pytest.mark.parametrize("preset", ["commonmark", "js-default"])
@MANY
@given(report=reports(st.just(Ledger())))
def test_a_parser_shows_exactly_the_report(preset: str, report: Report) -> None:
    """Headings, numbers of points, their words and links; nothing of a post becomes markup."""
    report = normal_form(report)
    shown, links, kinds = rendered(export(report, cloud="w.jpg").split("\n---\n\n", 1)[1], preset)
    wanted = [
        row
        for section in report.sections
        for row in expected(section, 3 if section.kind in BELOW_A_GROUP else 2, is_core_top=section.kind == "core")
    ]
    cloud = [("p", "")] if report.section("cloud") else [("h2", "词云分析"), ("p", "")]
    assert [tag for tag, _ in shown[:2]] == ["p", "h1"]
    assert [row for row in shown[2:] if row not in GROUPS] == [row for row in (*wanted, *cloud) if row not in GROUPS]
    cited = [point.citations for section in report.sections for point in section.all_points()]
    addresses = {source.id: source.url for source in report.sources}
    assert links == [MarkdownIt(preset).normalizeLink(addresses[known]) for ids in cited for known in ids]
    assert not kinds & {
        "html_inline",
        "html_block",
        "em",
        "s",
        "blockquote",
        "fence",
        "code_block",
        "table",
        "hardbreak",
    }


@MANY
@given(REPORTS)
def test_jekyll_finds_nothing_to_run_and_kramdown_nothing_to_change(report: Report) -> None:
    body = export(report, cloud="w.jpg")
    for active in ("{{", "{%", "{:", "{#", "$$", "<<", "\u202e", "\x00"):
        assert active not in body
    assert not any(line.lstrip().startswith(("|", "    ", "~~~", "```", "*[")) for line in body.splitlines())


@pytest.mark.parametrize(
    ("raw", "markdown"),
    [
        ("中文，「引号」GPT-5.5 涨 5%。", "中文，「引号」GPT-5.5 涨 5%。"),
        ("a*b_c_d [x](y)", r"a\*b_c_d \[x\](y)"),
        ("snake_case _em_", r"snake_case \_em\_"),
        ("AT&T &amp; R&D", "AT&T &amp;amp; R&D"),
        ("{{ x }} {% y %} {a}", "&#123;{ x }} &#123;% y %} {a}"),
        ("<b>粗</b>", r"\<b>粗\<`/b`>"),
        ("看 @some_one 的 /ship，和/或 a@b.example", "看 `@some_one` 的 `/ship`，和/或 a@b.example"),
        ("好!", r"好\!"),
        ("a --- b", r"a \-\-\- b"),
        ("涨 5~10", "涨 5&#126;10"),
        ("$0.62 与 $$x$$", r"$0.62 与 \$\$x\$\$"),
        ("a|b\\", r"a\|b\\"),
    ],
)
def test_only_what_would_be_markup_is_escaped(raw: str, markdown: str) -> None:
    assert escape(raw) == markdown


@pytest.mark.parametrize(
    ("raw", "markdown"),
    [
        ("# x", r"\# x"),
        ("#开源", r"\#开源"),
        ("- x", r"\- x"),
        ("-5%", "-5%"),
        ("+ x", r"\+ x"),
        ("1. x", r"1\. x"),
        ("12) x", r"12\) x"),
        ("3.5 倍", "3.5 倍"),
        ("> x", r"\> x"),
        ("===", r"\==="),
        (": x", r"\: x"),
        ("^", "&#94;"),
        ("`x`", r"\`x\`"),
    ],
)
def test_a_line_does_not_begin_as_a_list_a_quote_or_a_heading(raw: str, markdown: str) -> None:
    assert escape(raw, line_start=True) == markdown


def test_a_heading_keeps_its_closing_number_sign() -> None:
    assert escape_heading("C # 与 F #") == r"C \# 与 F \#"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("一行\n两行", "一行两行"),
        ("one\ntwo  three\t四", "one two three 四"),
        ("a\u202eb\u2066c\u200bd\x00e", "abcde"),
        ("👩\u200d💻", "👩\u200d💻"),
        (" \u3000 x \ufeff", "x"),
    ],
)
def test_clean_makes_one_line_without_what_cannot_be_seen(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://x.com/alice/status/2037254607001559305", "https://x.com/alice/status/2037254607001559305"),
        ("http://mobile.twitter.com/A_1/statuses/123456?s=20", "https://x.com/A_1/status/123456"),
        ("https://x.com/a/status/123456/photo/1", "https://x.com/a/status/123456"),
        ("https://x.com/a/status/123456abc", "https://x.com/a/status/123456abc"),
        ("https://Blog.Example:8080/a b(c)?q=1&r=[2]#d", "https://blog.example:8080/a%20b%28c%29?q=1&r=%5B2%5D#d"),
        ("https://a.example/100%/%7e", "https://a.example/100%25/%7e"),
        ("https://a.example/{{x}}{%y%}|\\", "https://a.example/%7B%7Bx%7D%7D%7B%25y%25%7D%7C%5C"),
        ("https://例え.example/路", "https://xn--r8jz45g.example/%E8%B7%AF"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/b", ""),
        ("https://x.com@evil.example/", ""),
        ("https://[::1]/", ""),
        ("https://", ""),
        ("关于", ""),
        ("", ""),
    ],
)
def test_addresses_are_encoded_or_refused(url: str, safe: str) -> None:
    assert address(url) == safe


@settings(deadline=None)
@given(st.text(max_size=20).map("https://a.example/".__add__) | st.text() | WORDS.map("http://".__add__))
def test_an_address_made_safe_stays_as_it_is(url: str) -> None:
    safe = address(url)
    assert address(safe) == safe
    assert not set(safe) & set("()[]<>{}|\\\"' \n`^") or not safe
    assert safe.isascii()


@pytest.mark.parametrize("kind", sorted(HEADINGS))
def test_every_standard_heading_means_its_kind(kind: SectionKind) -> None:
    assert meaning(HEADINGS[kind]) == kind


GOLDEN = """\
---
layout: post
title: "twitter_ai_20260327_20260327"
date: "2026-03-28 08:00:00 +0800"
posttime: "2026-03-28 08:00:00 +0800"
---

Twitter AI 报告（2026-03-27 至 2026-03-27）

# Twitter AI 话题总结报告

## 简要部分

### 主要话题与行业趋势概述

北极星发布新模型。[¹](https://x.com/alice/status/2037254607001559305)油价回落。[¹](https://x.com/bob_/status/2037254607001559306)

### 核心信息（2 个信息点）

1. **北极星发布 NS-2**：每周总额不变。[¹](https://x.com/alice/status/2037254607001559305)[²](https://x.com/bob_/status/2037254607001559306)
2. 修好了 `/ship`。

## 与昨日相比

前一日 3 条，当日 4 条。

### 新出现

- **NS-2**：0 → 2 条。[¹](https://x.com/alice/status/2037254607001559305)

## 专项分析

### 人工智能相关内容

#### 模型

- **NS-2 开源**[¹](https://x.com/alice/status/2037254607001559305)

## 市场情绪分析

- 平静。

## 广告与噪声

收集 6 条，去掉 3 条。

- 广告 2 条：课程引流 2 条。
- 重复 1 条。

## 词云分析

![词云图](wordcloud_twitter_ai_20260327_20260327.jpg)

---

账目：收集 6 条 · 重复 1 · 广告 2 · 跑题 0 · 空帖 0 · 采用 3 · 模型 4 次 0.0123 美元 \
· X 0.03 美元 · 核对 8 条，退回 2，去掉 1

没有读到的来源：

- **rss:https://feed.example**：HTTP 503

说明：

- 模型没有回应，改用摘录。
"""


def test_the_shape_of_a_post() -> None:
    first, second = SOURCES[0].id, SOURCES[1].id
    ad = Dropped(id="1", author="a", kind="ad", reason="课程引流")
    report = make_report(
        Section(kind="sentiment", heading="市场情绪分析", points=(Point(id="s", text="平静。"),)),
        Section(
            kind="ai",
            heading="人工智能相关内容",
            children=(
                Section(
                    kind="ai",
                    heading="模型",
                    points=(Point(id="a", headline="NS-2 开源", text="", citations=(first,)),),
                ),
            ),
        ),
        Section(
            kind="overview",
            heading="主要话题与行业趋势概述",
            points=(
                Point(id="o1", text="北极星发布新模型。", citations=(first,)),
                Point(id="o2", text="油价回落。", citations=(second,)),
            ),
        ),
        Section(
            kind="core",
            heading="核心信息",
            points=(
                Point(
                    id="c1",
                    headline="北极星发布 NS-2",
                    text="每周总额不变。",
                    citations=(first, second, "unknown", first),
                ),
                Point(id="c2", text="修好了 /ship。"),
                Point(id="c3", text="  "),
            ),
        ),
        Section(
            kind="changes",
            heading="与昨日相比",
            intro="前一日 3 条，当日 4 条。",
            children=(
                Section(
                    kind="changes",
                    heading="新出现",
                    points=(Point(id="n", headline="NS-2", text="0 → 2 条。", citations=(first,)),),
                ),
            ),
        ),
        Section(kind="finance", heading="金融市场相关内容"),
        ledger=Ledger(
            collected=6,
            copies=1,
            ads=2,
            used=3,
            dropped=(ad, ad),
            failed_sources=(FailedSource(name="rss:https://feed.example", reason="HTTP 503"),),
            notes=("模型没有回应，改用摘录。",),
            model=ModelCost(calls=4, tokens_in=1200, tokens_out=300, usd=0.01231),
            x=XCost(posts=6, usd=0.03),
            checked=Checked(points=8, sent_back=2, refused=1, faults=("数字不在帖子里",)),
        ),
    )
    assert export(report, cloud="wordcloud_twitter_ai_20260327_20260327.jpg") == GOLDEN


def test_an_empty_report_is_still_a_post() -> None:
    post = export(make_report(), cloud="")
    assert post.endswith("# Twitter AI 话题总结报告\n")
    assert "词云" not in post


def test_a_cited_x_post_without_a_source_is_linked_by_its_id_alone() -> None:
    report = make_report(
        Section(kind="views", heading="重要观点与见解", points=(Point(id="v", text="x", citations=("1" * 19,)),))
    )
    assert f"- x[¹](https://x.com/i/status/{'1' * 19})" in export(report, cloud="")
    assert normal_form(report).sources == (Source(id="1" * 19, url=f"https://x.com/i/status/{'1' * 19}"),)


def test_a_section_called_otherwise_gets_the_heading_of_its_kind() -> None:
    """Its kind would else be lost; one of no kind gets the kind that its heading names."""
    point = Point(id="p", text="x")
    report = make_report(
        Section(kind="views", heading="大家怎么说", points=(point,)),
        Section(kind="other", heading="金融一览", points=(point,)),
        Section(kind="other", heading="读者来信", points=(point,)),
    )
    assert [(section.kind, section.heading) for section in normal_form(report).sections] == [
        ("views", "重要观点与见解"),
        ("finance", "金融一览"),
        ("other", "读者来信"),
    ]


def test_another_timezone_is_written_and_read() -> None:
    post = export(make_report(Section(kind="ai", heading="", intro="x"), timezone="America/New_York"), cloud="")
    assert 'posttime: "2026-03-27 20:00:00 -0400"\ntimezone: "America/New_York"\n' in post
    assert read(post, name="x.md").report.timezone == "America/New_York"


def test_ids_of_pages_follow_from_their_addresses() -> None:
    report = make_report(
        Section(kind="views", heading="观点", points=(Point(id="v", text="x", citations=("url:1", "url:2", "url:3")),))
    )
    (source,) = normal_form(report).sources
    assert source.url == "https://blog.example/a%28b%29?q=%5B1%5D&copy;=%3Cx%3E%20y%7C%7B%7Bz%7D%7D#f%2A_g_"
    assert source.id == post_id(source.url)
