"""A report, or a part of it, as the Doc and the buttons that a reader gets.

Always holds: the news stands in the first lines; every point is followed by links to its posts; nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.base import Button, Message, Rows
from report.doc import (
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    Spans,
    citation_links,
    doc,
    text,
)
from report.model import HEADINGS, Ledger, Point, Report, Section, SectionKind, Topic

WEEKDAYS = "一二三四五六日"
NUMERALS = "零一两三四五六七八九十"
SHORT: dict[str, str] = {
    "brief": "简报", "detail": "详细", "views": "观点", "events": "事件", "market": "市场", "ai": "AI",
    "finance": "金融", "sentiment": "情绪", "cloud": "词云", "changes": "与昨日相比", "sources": "来源",
}  # fmt: skip
DETAIL: tuple[SectionKind, ...] = ("views", "events", "market")  # the pages of /detail
TITLES = {"ai": "人工智能", "finance": "金融市场", "sentiment": "市场情绪"}
SINGLE: tuple[SectionKind, ...] = ("ai", "market", "finance", "sentiment", "changes")
BESIDE: dict[str, SectionKind] = {
    "finance": "market", "ai": "finance", "sentiment": "changes", "changes": "sentiment",
}  # fmt: skip
FOLDED = 3  # themes under each heading that a push shows
WRITERS = {"offline": "离线写法", "imported": "导入的旧报告"}


def day_words(day: date, *, weekday: bool = False) -> str:
    """3 月 27 日（周五）."""
    words = f"{day.month} 月 {day.day} 日"
    return f"{words}（周{WEEKDAYS[day.weekday()]}）" if weekday else words


def period_words(report: Report, now: datetime, *, weekday: bool = False) -> str:
    """The report's days; with the year where it is not the reader's."""
    year = f"{report.first.year} 年 " if report.first.year != now.astimezone(ZoneInfo(report.timezone)).year else ""
    if report.first == report.last:
        return year + day_words(report.first, weekday=weekday)
    if (report.first.year, report.first.month) == (report.last.year, report.last.month):
        return f"{year}{report.first.month} 月 {report.first.day}–{report.last.day} 日"
    return f"{year}{day_words(report.first)}–{day_words(report.last)}"


def present_brief(
    report: Report, topic: Topic, *, picture: str | None, around: tuple[str, str], now: datetime
) -> Message:
    """The brief with its cloud: what is pushed, and what /brief answers.

    `around` are the keys of the reports before and after it, "" where there is none.
    """
    core, overview = report.section("core"), report.section("overview")
    points = core.points if core else ()
    blocks: list[Block] = [Heading((Span(f"推报 · {topic.called}｜{period_words(report, now, weekday=True)}"),), 1)]
    if title := lead_headline(points):
        blocks.append(Paragraph((Span(title, bold=True),)))
    if picture:
        blocks.append(Picture(picture, "词云图"))
    if overview:
        blocks += [Paragraph(_cited(point, report)) for point in overview.points]
    if counted := _count_words(report.ledger, len(points)):
        blocks.append(Paragraph(text(counted)))
    if points:
        blocks.append(Heading((Span(_core_heading(report, len(points))),), 2))
        blocks += [_item(point, report, number) for number, point in enumerate(points, 1)]
        blocks += [Note(text(core.intro))] if core and core.intro else []
    blocks += _changes_folded(report)
    if overview and overview.intro:
        blocks.append(Note(text(overview.intro)))
    blocks += [Note(text(reader_words(note))) for note in report.ledger.notes if "模型" in note or "预算" in note]
    blocks.append(Note(text(account_words(report.ledger) or WRITERS.get(report.writer, report.writer))))
    return Message(doc(blocks), brief_buttons(report, around, with_cloud=not picture))


def reader_words(note: str) -> str:
    """A note of the ledger without what it asks of whoever runs the bot: readers cannot raise a budget."""
    return re.split(r"[；，：](?=要多用|换一个|检查|请检查|调高|set |raise )", note)[0].rstrip("。") + "。"


def lead_headline(points: Sequence[Point]) -> str:
    """The first headline, and the second beside it where both are short."""
    headlines = [point.headline for point in points[:2] if point.headline]
    if len(headlines) == 2 and sum(map(len, headlines)) <= 30:
        return "，".join(headlines)
    return headlines[0] if headlines else ""


def brief_buttons(report: Report, around: tuple[str, str], *, with_cloud: bool) -> Rows:
    """Only what the report has: sections three a row, then the reports before and after, the sources, the cloud."""
    offered = ["detail"] if any(report.section(kind) for kind in DETAIL) else []
    offered += [kind for kind in SINGLE if report.section(kind)]
    buttons = [Button(SHORT[name], f"s:{name}:{report.key}") for name in offered]
    rows = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    before, after = around
    last = [Button(f"‹ {_key_day(before)}", f"s:brief:{before}")] if before else []
    last += [Button(SHORT["sources"], f"s:sources:{report.key}")] if report.sources else []
    last += [Button(SHORT["cloud"], f"s:cloud:{report.key}")] if with_cloud and report.writer != "imported" else []
    last += [Button(f"{_key_day(after)} ›", f"s:brief:{after}")] if after else []
    return tuple(filter(None, (*rows, tuple(last))))


def present_section(report: Report, topic: Topic, name: str, now: datetime) -> Message:
    """One section as a message; /detail is its first page. A section that the report lacks is said to be lacking."""
    pages = [kind for kind in DETAIL if report.section(kind)]
    kind = (pages[0] if pages else "views") if name == "detail" else name
    section = next((found for found in report.sections if found.kind == kind), None)
    days = period_words(report, now)
    if section is None:
        words = f"{days}的报告没有单独的「{SHORT.get(name, name)}」，要点都在简报里。"
        return Message(doc(Paragraph(text(words))), (_back(report),))
    called = TITLES.get(kind, SHORT[kind]) if kind != "changes" or report.first == report.last else "与前几天相比"
    title = f"{called} · {topic.called}｜{days}" if called != topic.called else f"{called}｜{days}"
    if kind in pages:
        place = f"（{pages.index(kind) + 1}/{len(pages)}）" if len(pages) > 1 else "　"
        title = f"详细 · {topic.called}｜{days}{place}{section.heading}"
    blocks: list[Block] = [Heading((Span(title),), 1), *_section_blocks(section, report)]
    return Message(Doc(tuple(blocks)), _section_buttons(report, kind, pages))


def present_cloud(report: Report, topic: Topic, picture: str | None, now: datetime) -> Message:
    days = period_words(report, now)
    if not picture:
        return Message(doc(Paragraph(text(f"{days}的报告没有词云图。"))), (_back(report),))
    title = Heading((Span(f"词云 · {topic.called}｜{days}"),), 1)
    return Message(doc(title, Picture(picture, "词云图")), (_back(report),))


def present_sources(report: Report, topic: Topic, now: datetime, number: int | None = None) -> Message:
    """Names and links of the posts behind the report, or behind one point of the ten."""
    core = report.section("core")
    points = core.points if core else ()
    title = f"来源 · {topic.called}｜{period_words(report, now)}"
    blocks: list[Block] = [Heading((Span(title),), 1)]
    if number is not None and not 1 <= number <= len(points):
        return Message(doc(Paragraph(text(f"这份简报有 {len(points)} 条，没有第 {number} 条。"))), (_back(report),))
    chosen = [(number, points[number - 1])] if number else list(enumerate(points, 1))
    for place, point in chosen:
        blocks.append(Item(point.headline or point.text[:24], _source_names(point, report), place))
    if number is None:
        example = f"/sources {topic.name} {report.last} 3"
        blocks.append(Note(text(f"整份报告引用 {len(report.sources)} 条帖子。看一条的来源，发 {example}。")))
    return Message(Doc(tuple(blocks)), (_back(report),))


def account_words(ledger: Ledger) -> str:
    """收集 124 条 · 重复 2 · 广告 22 · 跑题 24 · 空帖 17 · 采用 59; "" where nothing was counted."""
    if not ledger.collected:
        return ""
    words = [f"收集 {ledger.collected} 条"]
    counts = (("重复", ledger.copies), ("广告", ledger.ads), ("跑题", ledger.off_topic), ("空帖", ledger.empty))
    words += [f"{name} {count}" for name, count in counts if count]
    words.append(f"采用 {ledger.used}")
    if ledger.failed_sources:
        words.append("没读到 " + "、".join(failure.name for failure in ledger.failed_sources))
    return " · ".join(words)


def _count_words(ledger: Ledger, points: int) -> str:
    if not ledger.collected:
        return ""
    dropped = ledger.collected - ledger.used
    went = f"去掉 {dropped} 条，留下 {ledger.used} 条" if dropped else "全部采用"
    return f"读了 {ledger.collected} 条，{went}。{numeral(points)}条在下面 ↓" if points else ""


def numeral(number: int) -> str:
    """How many, before a measure word: 两条, not 二条."""
    return NUMERALS[number] if 0 <= number <= 10 else str(number)


def _core_heading(report: Report, points: int) -> str:
    return f"{'今日' if report.first == report.last else '这几天的'}{numeral(points)}条"


def _item(point: Point, report: Report, number: int | None = None) -> Item:
    goes_on = point.status == "continuing" and "changes" not in point.kinds and not point.text.startswith("续")
    mark = "（续）" if goes_on and point.headline else ""
    return Item(point.headline + mark, _cited(point, report), number)


def _cited(point: Point, report: Report) -> Spans:
    urls = [source.url for post in point.citations if (source := report.source(post))]
    return (*text(point.text), *citation_links(urls))


def _section_blocks(section: Section, report: Report, level: int = 2) -> list[Block]:
    blocks: list[Block] = [Paragraph(text(section.intro))] if section.intro else []
    blocks += [_item(point, report) for point in section.points]
    for child in section.children:
        blocks += [Heading((Span(child.heading),), level), *_section_blocks(child, report, level + 1)]
    return blocks


def _section_buttons(report: Report, kind: str, pages: Sequence[SectionKind]) -> Rows:
    row = list(_back(report))
    if kind in pages:
        at = pages.index(kind)
        if at > 0:
            row.append(Button(f"‹ {at}/{len(pages)} {SHORT[pages[at - 1]]}", f"s:{pages[at - 1]}:{report.key}"))
        if at + 1 < len(pages):
            row.append(Button(f"{at + 2}/{len(pages)} {SHORT[pages[at + 1]]} ›", f"s:{pages[at + 1]}:{report.key}"))
    else:
        beside = BESIDE.get(kind)
        if beside and report.section(beside):
            row.append(Button(SHORT[beside], f"s:{beside}:{report.key}"))
    return (tuple(row),)


def _back(report: Report) -> tuple[Button, ...]:
    return (Button("‹ 简报", f"s:brief:{report.key}"),)


def _key_day(key: str) -> str:
    return f"{int(key[-4:-2])} 月 {int(key[-2:])} 日"


def _changes_folded(report: Report) -> list[Block]:
    """A line for each heading with what moved most; all of it stands in /changes."""
    section = report.section("changes")
    if not section:
        return []
    called = HEADINGS["changes"] if report.first == report.last else "与前几天相比"
    if not section.all_points():
        return [Heading((Span(called),), 2), Quote((text(section.intro),))] if section.intro else []
    lines: list[Spans] = []
    for child in section.children:
        counts = "；".join(f"{point.headline} {point.text.partition(' 条')[0]}" for point in child.points[:FOLDED])
        more = f"；另 {len(child.points) - FOLDED} 项" if len(child.points) > FOLDED else ""
        lines.append((Span(child.heading, bold=True), Span(f"　{counts}{more}")))
    return [Heading((Span(f"{called}（谈到它的帖子数）"),), 2), Quote(tuple(lines))]


def _source_names(point: Point, report: Report) -> Spans:
    spans: list[Span] = []
    for post in point.citations:
        if source := report.source(post):
            spans += [Span("、")] if spans else []
            spans.append(Span(source.name or source.handle or source.url, url=source.url))
    return tuple(spans) or (Span("没有链接"),)
