"""What a correction changed, as readers are told: a word in the title, a line beneath it, and all of it in /changes."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from handlers.presentation.days import day_words
from handlers.presentation.labels import TITLES, title_of
from handlers.presentation.points import cited, links_of, note, short_of
from handlers.presentation.reading import Reading
from handlers.words import Words
from report.correcting import COUNTED, NUMBERED
from report.doc import Block, Heading, Item, Paragraph, Span, text
from report.model import Change, Correction, Report


def counts_of(correction: Correction, words: Words) -> str:
    """改了 2 条，删去 1 条，新增 1 条."""
    changed = sum(bool(each.before and each.now) for each in correction.changes)
    removed = sum(each.now is None for each in correction.changes)
    added = sum(each.before is None for each in correction.changes)
    told = [
        words.count("改了 {number} 条", "改了 {number} 条", changed) if changed else "",
        words.count("删去 {number} 条", "删去 {number} 条", removed) if removed else "",
        words.count("新增 {number} 条", "新增 {number} 条", added) if added else "",
    ]
    return words.enumerate(list(filter(None, told)))


def correction_note(report: Report, words: Words) -> Iterator[Block]:
    """Under the title of a corrected report."""
    if report.corrections:
        newest = report.corrections[0]
        at = _moment(newest, report, words)
        yield note(words.say("{at} 更正：{counts}。/changes 看改了什么。", at=at, counts=counts_of(newest, words)))


def correction_blocks(reading: Reading) -> Iterator[Block]:
    """Each correction, the newest first: what the points said and what they say now."""
    words, report = reading.words, reading.report
    for each in report.corrections:
        yield Heading((Span(words.say("{at} 更正", at=_moment(each, report, words))),), 2)
        yield Paragraph(text(words.say("{counts}。", counts=counts_of(each, words))))
        for change in each.changes:
            yield from _blocks_of(change, reading)


def _moment(correction: Correction, report: Report, words: Words) -> str:
    """1 月 8 日 10:32."""
    at = correction.at.astimezone(ZoneInfo(report.timezone))
    return f"{day_words(at.date(), words)} {at:%H:%M}"


def _blocks_of(change: Change, reading: Reading) -> Iterator[Block]:
    words = reading.words
    point = change.now or change.before
    if point is None or change.section in COUNTED:
        return
    if change.section == "core":
        gone = NUMBERED.fullmatch(point.id)
        number = reading.numbers.get(point.id) or int(gone[2] if gone else 0)
        where = words.say("第 {number} 条", number=number)
    elif change.section in TITLES:
        where = title_of(change.section, words, days=reading.length)
    else:
        where = words.say("概述")
    told = {"where": where, "headline": short_of(point)}
    if change.before is None:
        yield Item(words.say("新增 · {where}：{headline}", **told), cited(point, reading))
    elif change.now is None:
        yield Item("", (*text(words.say("删去 · {where}：{headline}", **told)), *links_of(point, reading)))
        yield note(words.say("原来写的是：{said}", said=point.text))
    else:
        yield Item(words.say("改了 · {where}：{headline}", **told), cited(point, reading))
        yield note(words.say("原来写的是：{said}", said=_said(change, reading)))


def _said(change: Change, reading: Reading) -> str:
    """What the point said, with its old headline where that was another."""
    before, now = change.before, change.now
    if before is None:
        return ""
    if now is None or before.headline == now.headline or not before.headline:
        return before.text
    return reading.words.say("{headline}：{said}", headline=before.headline, said=before.text)
