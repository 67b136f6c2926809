"""What a press or a command opens of a report: a section, its cloud, its sources.

In: a report, the part's name, whose reader it is for. Out: a Message. Always holds: what the report lacks is said to be
lacking, with a button that leads back.
"""

from __future__ import annotations

from datetime import datetime

from handlers.base import Button, Message, Rows
from handlers.chats import Wishes
from handlers.presentation.corrections import correction_blocks
from handlers.presentation.days import key_day
from handlers.presentation.labels import BESIDE, DETAIL, label_of, title_of
from handlers.presentation.pages import Page, pages_of
from handlers.presentation.points import section_blocks, short_of, source_names
from handlers.presentation.reading import Reading, read
from handlers.words import Words
from report.doc import Block, Doc, Heading, Item, Note, Picture, Span, coded, doc, paragraph
from report.model import Report, Topic

LABEL = 10  # characters of a group's heading on a button


def present_section(
    report: Report,
    topic: Topic,
    name: str,
    now: datetime,
    *,
    words: Words,
    wishes: Wishes | None = None,
    page: int = 1,
    around: tuple[str, str] = ("", ""),
) -> Message:
    """A page of a section; /detail is its first. `around` are the keys of reports before and after that have it too."""
    reading = read(report, topic, words, now, wishes)
    detail = [page for kind in DETAIL if (section := reading.report.section(kind)) for page in pages_of(section)]
    kind = (detail[0].section.kind if detail else "views") if name == "detail" else name
    found = next((section for section in reading.report.sections if section.kind == kind), None)
    if found is None:
        said = words.say(
            "{days}的报告没有单独的「{section}」，要点都在简报里。",
            days=reading.days,
            section=label_of(name, words, days=reading.length),
        )
        return Message(doc(paragraph(said)), ((_back(reading),),))
    own = pages_of(found)
    shown = own[min(max(page, 1), len(own)) - 1]
    pages = detail if kind in DETAIL else own
    at = next(number for number, each in enumerate(pages) if each == shown)
    blocks: list[Block] = [Heading((Span(_title(reading, kind, at + 1, len(pages))),), 1)]
    return Message(doc(blocks, section_blocks(shown.section, reading)), _rows(reading, name, pages, at, around))


def present_corrections(report: Report, topic: Topic, now: datetime, *, words: Words) -> Doc:
    """What corrections changed in the report; no blocks where there were none."""
    reading = read(report, topic, words, now)
    if not report.corrections:
        return Doc(())
    title = words.say("更正 · {topic}｜{days}", topic=topic.called, days=reading.days)
    return doc(Heading((Span(title),), 1), correction_blocks(reading))


def present_cloud(report: Report, topic: Topic, picture: str | None, now: datetime, *, words: Words) -> Message:
    reading = read(report, topic, words, now)
    if not picture:
        said = words.say("{days}的报告没有词云图。", days=reading.days)
        return Message(doc(paragraph(said)), ((_back(reading),),))
    title = words.say("词云 · {topic}｜{days}", topic=topic.called, days=reading.days)
    return Message(doc(Heading((Span(title),), 1), Picture(picture, words.say("词云图"))), ((_back(reading),),))


def present_sources(report: Report, topic: Topic, now: datetime, number: int | None = None, *, words: Words) -> Message:
    """Names and links of the posts behind the ten, or behind one of them."""
    reading = read(report, topic, words, now)
    back = ((_back(reading),),)
    section = report.section("core")
    told = {point.id: point for point in reading.core}
    points = [told.get(point.id, point) for point in (section.points if section else ())]
    if number is not None and number not in reading.numbers.values():
        said = words.count(
            "这份简报有 {number} 条，没有第 {wanted} 条。",
            "这份简报有 {number} 条，没有第 {wanted} 条。",
            len(points),
            wanted=number,
        )
        return Message(doc(paragraph(said)), back)
    title = words.say("来源 · {topic}｜{days}", topic=topic.called, days=reading.days)
    blocks: list[Block] = [Heading((Span(title),), 1)]
    blocks += [
        Item(short_of(point), source_names(point, reading), reading.numbers[point.id])
        for point in points
        if number in {None, reading.numbers[point.id]}
    ]
    if number is None and points:
        example = f"/sources {topic.name} {report.last} {min(len(points), 3)}"
        cited = len(report.sources)
        said = words.count(
            "整份报告引用 {number} 条帖子。看一条的来源，发 `{example}`。",
            "整份报告引用 {number} 条帖子。看一条的来源，发 `{example}`。",
            cited,
            example=example,
        )
        blocks.append(Note(coded(said)))
    return Message(Doc(tuple(blocks)), back)


def _title(reading: Reading, kind: str, page: int, pages: int) -> str:
    words, topic, days = reading.words, reading.topic.called, reading.days
    called = title_of(kind, words, days=reading.length)
    if kind in DETAIL:
        if pages == 1:
            return words.say("详细 · {topic}｜{days}　{section}", topic=topic, days=days, section=called)
        values = {"topic": topic, "days": days, "page": page, "pages": pages, "section": called}
        return words.say("详细 · {topic}｜{days}（{page}/{pages}）{section}", **values)
    title = words.say("{section} · {topic}｜{days}", section=called, topic=topic, days=days)
    if called == topic:
        title = words.say("{section}｜{days}", section=called, days=days)
    return words.say("{title}（{page}/{pages}）", title=title, page=page, pages=pages) if pages > 1 else title


def _rows(reading: Reading, name: str, pages: list[Page], at: int, around: tuple[str, str]) -> Rows:
    """Back and on through the pages (or to the section beside it); then the days before and after, the sources."""
    words, report = reading.words, reading.report
    kind = pages[at].section.kind
    first = [_back(reading)]
    first += [_turn(reading, pages, at - 1, "‹")] if at else []
    first += [_turn(reading, pages, at + 1, "›")] if at + 1 < len(pages) else []
    if kind not in DETAIL and (beside := BESIDE.get(kind)) and report.section(beside):
        first.append(Button(label_of(beside, words, days=reading.length), f"s:{beside}:{report.key}"))
    before, after = around
    opened = "detail" if name == "detail" else kind
    second = [Button(words.say("‹ {day}", day=key_day(before, words)), f"s:{opened}:{before}")] if before else []
    second += [Button(label_of("sources", words), f"s:sources:{report.key}")] if report.sources else []
    second += [Button(words.say("{day} ›", day=key_day(after, words)), f"s:{opened}:{after}")] if after else []
    return tuple(filter(None, (tuple(first), tuple(second))))


def _turn(reading: Reading, pages: list[Page], to: int, arrow: str) -> Button:
    """「2/3 事件 ›」: another page with what is there."""
    section = pages[to].section
    there = label_of(section.kind, reading.words) if section.kind in DETAIL else _begins_with(pages[to])
    label = f"{to + 1}/{len(pages)} {there}".strip()
    action = pages[to].action(reading.report.key)
    return Button(f"‹ {label}" if arrow == "‹" else f"{label} ›", action)


def _begins_with(page: Page) -> str:
    """The heading of the page's first group, cut short; "" where it has none."""
    heading = page.section.children[0].heading if page.section.children and not page.section.points else ""
    return heading if len(heading) <= LABEL else f"{heading[: LABEL - 1]}…"


def _back(reading: Reading) -> Button:
    return Button(reading.words.say("‹ 简报"), f"s:brief:{reading.report.key}")
