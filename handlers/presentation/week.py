"""A day beside the same weekday a week earlier: how many posts spoke of a theme on each.

In: two stored reports. Out: a Message. Always holds: only themes that both reports counted, by the same pattern, are
compared: what a report did not list was not counted, which is not zero.
"""

from __future__ import annotations

from datetime import datetime

from handlers.base import Button, Message
from handlers.presentation.days import day_words, period_words
from handlers.presentation.labels import label_of
from handlers.words import Words
from report.doc import Heading, Item, Note, Span, citation_links, doc, text
from report.model import Point, Report, Topic


def shared_themes(report: Report, earlier: Report) -> list[tuple[Point, Point]]:
    """Each theme's point in both, in the later report's order."""
    known = {(point.headline, point.counted.by): point for point in _counted(earlier) if point.counted}
    pairs = ((point, known.get((point.headline, point.counted.by))) for point in _counted(report) if point.counted)
    return [(point, before) for point, before in pairs if before]


def present_week(report: Report, earlier: Report, topic: Topic, now: datetime, *, words: Words) -> Message:
    days = period_words(report, now, words)
    title = words.say("与一周前相比 · {topic}｜{days}", topic=topic.called, days=days)
    items = [_item(point, before, report, earlier, words) for point, before in shared_themes(report, earlier)]
    note = words.say("只列这两天都数过的话题，按同样的关键词数；别的话题那天没有单列，不等于没有。")
    if not items:
        note = words.say("这两天没有都数过的话题，没法比。")
    back = Button(words.say("‹ {section}", section=label_of("changes", words)), f"s:changes:{report.key}")
    brief = Button(words.say("‹ 简报"), f"s:brief:{report.key}")
    return Message(doc(Heading((Span(title),), 1), items, Note(text(note))), ((back, brief),))


def _counted(report: Report) -> tuple[Point, ...]:
    section = report.section("changes")
    return section.all_points() if section else ()


def _item(point: Point, before: Point, report: Report, earlier: Report, words: Words) -> Item:
    then, now = (len(each.counted.now) if each.counted else 0 for each in (before, point))
    said = words.say(
        "{earlier} {then} 条 → {day} {now} 条。",
        earlier=day_words(earlier.last, words),
        then=then,
        day=day_words(report.last, words),
        now=now,
    )
    links = citation_links(source.url for post in point.citations if (source := report.source(post)))
    return Item(point.headline, (*text(said), *links))
