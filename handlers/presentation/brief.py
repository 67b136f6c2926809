"""The brief of a report: what is pushed, and what /brief answers.

In: a report, whose reader it is for, the keys of the reports around it. Out: a Message. Always holds: the news stands
in the first lines; nothing is invented; what a platform cannot show of it, its buttons open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from handlers.base import Button, Message, Rows, in_rows
from handlers.chats import Wishes
from handlers.presentation.account import account_words, count_words
from handlers.presentation.corrections import correction_note
from handlers.presentation.days import key_day, period_words
from handlers.presentation.edition import note_words
from handlers.presentation.labels import DETAIL, SINGLE, label_of, numeral, title_of
from handlers.presentation.points import cited, headline_of, item_of, note, unfolded
from handlers.presentation.reading import Reading, read
from handlers.words import SEMICOLON, Words, mark
from report.doc import Block, Doc, Heading, Paragraph, Picture, Quote, Span, Spans, doc, paragraph, text
from report.model import Point, Report, Topic

FOLDED = 3  # themes under each heading that a push shows
LEAD_LENGTH = 30  # characters of two headlines in one line
ROW = 3  # sections' buttons
AFTER_HEADING = mark("　")
AFTER_COUNTS, OF_THE_MODEL = " 条", ("模型", "预算")  # in a report's text and its notes, which are Chinese
WRITERS = {"offline": mark("离线写法"), "imported": mark("导入的旧报告"), "llm": mark("语言模型写的")}


def present_brief(
    report: Report,
    topic: Topic,
    *,
    picture: str | None,
    around: tuple[str, str],
    now: datetime,
    words: Words,
    wishes: Wishes | None = None,
) -> Message:
    """`around` are the keys of the reports before and after it, "" where there is none."""
    reading = read(report, topic, words, now, wishes)
    subscribe = (Button(words.say("每天送到私聊"), f"c:subscribe {topic.name}", private=True),)
    if reading.wishes.length == "headline":
        whole = (Button(label_of("brief", words), f"s:brief:{report.key}"),)
        rows: Rows = (whole, *_beside(reading, around, picture=bool(picture)), subscribe)
        return Message(doc(_head(reading), _headlines(reading), _foot(reading)), rows)
    pictures = [Picture(picture, words.say("词云图"))] if picture and reading.wishes.cloud else []
    beside = _beside(reading, around, picture=bool(picture), opens="picture" if pictures else "")
    first = (*_head(reading), *pictures, *_body(reading))
    more = tuple(Doc(tuple(unfolded(section, reading))) for section in reading.shown)
    brief = doc(first, _changes_folded(reading), _foot(reading))
    rows = (*_section_rows(reading), *beside, subscribe)
    is_full = reading.wishes.length == "full" and bool(more)
    flat = doc(first, (block for section in more for block in section.blocks), _foot(reading)) if is_full else None
    return Message(brief, rows, more=more, thread=reading.wishes.thread, flat=flat)


def lead_headline(points: Sequence[Point], words: Words) -> str:
    """The first headline, and the second beside it where both are short."""
    headlines = [point.headline for point in points[:2] if point.headline]
    if len(headlines) == 2 and sum(map(len, headlines)) <= LEAD_LENGTH:
        return words.say("{first}，{second}", first=headlines[0], second=headlines[1])
    return headlines[0] if headlines else ""


def _head(reading: Reading) -> Iterator[Block]:
    """The title, the headline, and where the reader's keywords stand."""
    words = reading.words
    days = period_words(reading.report, reading.now, words, weekday=True)
    title = words.say("推报 · {topic}｜{days}", topic=reading.topic.called, days=days)
    if reading.report.corrections:
        title = words.say("{title} · 已更正", title=title)
    yield Heading((Span(title),), 1)
    yield from correction_note(reading.report, words)
    if lead := lead_headline(reading.core, words):
        yield Paragraph((Span(lead, bold=True),))
    for keyword in reading.wishes.highlight:
        found = [
            str(reading.numbers[point.id]) for point in reading.core if keyword in reading.starred.get(point.id, ())
        ]
        if found:
            numbers = words.enumerate(found)
            yield paragraph(words.say("★ 你关注的「{keyword}」：第 {numbers} 条", keyword=keyword, numbers=numbers))


def _headlines(reading: Reading) -> Iterator[Block]:
    for point in reading.core:
        yield headline_of(point, reading, reading.numbers.get(point.id))


def _body(reading: Reading) -> Iterator[Block]:
    """The overview, the counts, the ten."""
    words = reading.words
    core, overview = reading.report.section("core"), reading.report.section("overview")
    if overview:
        yield from (Paragraph(cited(point, reading)) for point in overview.points)
    if counted := count_words(reading.report.ledger, len(reading.core), words, days=reading.length):
        yield paragraph(counted)
    if core and core.points:
        yield Heading((Span(_core_heading(reading)),), 2)
        yield from (item_of(point, reading, reading.numbers.get(point.id)) for point in core.points)
        yield from [note(core.intro)] if core.intro else []
    elif not (overview and overview.points):
        yield paragraph(words.say("这份报告没有写出要点。"))


def _core_heading(reading: Reading) -> str:
    words, points = reading.words, len(reading.core)
    many = numeral(points, words)
    if reading.length == 1:
        return words.count("今日{points}条", "今日{points}条", points, points=many)
    return words.count("这几天的{points}条", "这几天的{points}条", points, points=many)


def _changes_folded(reading: Reading) -> Iterator[Block]:
    """A line for each heading with what moved most; all of it stands in /changes."""
    section = next((section for section in reading.shown if section.kind == "changes"), None)
    if not section:
        return
    words = reading.words
    called = title_of("changes", words, days=reading.length)
    if not section.all_points():
        if section.intro:
            yield from (Heading((Span(called),), 2), Quote((text(section.intro),)))
        return
    lines: list[Spans] = []
    for child in section.children:
        moved = [f"{point.headline} {_counts(point)}" for point in child.points[:FOLDED]]
        if (left := len(child.points) - FOLDED) > 0:
            moved.append(words.count("另 {number} 项", "另 {number} 项", left))
        lines.append(
            (Span(child.heading, bold=True), Span(words.say(AFTER_HEADING) + words.enumerate(moved, between=SEMICOLON)))
        )
    yield Heading((Span(words.say("{section}（谈到它的帖子数）", section=called)),), 2)
    yield Quote(tuple(lines))


def _counts(point: Point) -> str:
    """0 → 4."""
    if point.counted:
        return f"{len(point.counted.before)} → {len(point.counted.now)}"
    return point.text.partition(AFTER_COUNTS)[0]


def _foot(reading: Reading) -> Iterator[Block]:
    """What a reader should know of how it was made, and the account."""
    words, ledger = reading.words, reading.report.ledger
    overview = reading.report.section("overview")
    if reading.wishes.length != "headline":
        yield from [note(overview.intro)] if overview and overview.intro else []
        told = [each for each in ledger.notes if any(word in each for word in OF_THE_MODEL)]
        yield from map(note, dict.fromkeys(note_words(each, words) for each in told))
    if words.language != "zh" and not any(each.language == words.language for each in reading.report.editions):
        yield note(words.say("这份报告只有中文。"))
    if reading.muted:
        yield note(words.count("按静音词略去 {number} 条", "按静音词略去 {number} 条", len(reading.muted)))
    written = WRITERS.get(reading.report.writer, "")
    yield note(account_words(ledger, words) or (words.say(written) if written else reading.report.writer))


def _section_rows(reading: Reading) -> Rows:
    """Only what the report has, three a row."""
    kinds = {section.kind for section in reading.shown}
    offered = ["detail"] if kinds & set(DETAIL) else []
    offered += [kind for kind in SINGLE if kind in kinds]
    buttons = [_open(name, reading, opens="more") for name in offered]
    return in_rows(buttons, ROW)


def _beside(reading: Reading, around: tuple[str, str], *, picture: bool, opens: Literal["", "picture"] = "") -> Rows:
    """The day before or after, the cloud, the sources, the settings; two days have a row of their own."""
    words, (before, after) = reading.words, around
    earlier = [Button(words.say("‹ {day}", day=key_day(before, words)), f"s:brief:{before}")] if before else []
    later = [Button(words.say("{day} ›", day=key_day(after, words)), f"s:brief:{after}")] if after else []
    row = [_open("cloud", reading, opens=opens)] if picture else []
    row += [_open("sources", reading)] if reading.report.sources else []
    row.append(Button(words.say("设置"), "c:settings"))
    if earlier and later:
        return ((*earlier, *later), tuple(row))
    return ((*earlier, *row, *later),)


def _open(name: str, reading: Reading, *, opens: Literal["", "more", "picture"] = "") -> Button:
    return Button(label_of(name, reading.words, days=reading.length), f"s:{name}:{reading.report.key}", opens=opens)
