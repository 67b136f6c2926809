"""Points that were found, as a reader gets them: the day, the headline, one line, the links to the posts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.base import Button, Request, Rows, Services, in_rows
from handlers.presentation import day_words, span_words
from handlers.words import Words
from report.doc import Item, citation_links, text
from report.library import Hit
from report.library.ranking import Day
from report.model import Language

MOST_DAYS = 4  # buttons
MOST_NAMED = 3  # days in a line
MOST_LINKS = 4
LINE: dict[Language, int] = {"zh": 90, "en": 200}  # characters
SENTENCE = re.compile(r"(?:「[^」]*」|“[^”]*”|[^「“。！？!?]|[「“])+(?:[。！？!?]+|$)|[。！？!?]+")
CONTINUES = re.compile(r"^续 \d{1,2} 月 \d{1,2} 日(?:《[^《》]{1,60}》|的报道)。")


def hit_item(hit: Hit, request: Request, services: Services) -> Item:
    """「3 月 27 日 · 标题」, then a line and its posts."""
    words = request.words
    headline, body = hit.entry.said(words.language)
    said = " · ".join(filter(None, (_when(hit, words, services), headline)))
    line = one_line(body, words.language)
    return Item(said, (*text(line), *citation_links(hit.entry.urls[:MOST_LINKS])))


def one_line(body: str, language: Language) -> str:
    """Whole sentences as far as they fit; of one that is too long, its clauses, and a sign that more follows."""
    body = CONTINUES.sub("", body)
    longest = LINE[language]
    line = ""
    for sentence in filter(None, SENTENCE.findall(body)):
        if len(line) + len(sentence) > longest:
            break
        line += sentence
    if line:
        return line
    if len(body) <= longest:
        return body
    cut = re.sub(r"[A-Za-z0-9'’.$-]+$", "", body[:longest]) or body[:longest]
    clause = max(cut.rfind(mark) for mark in "，；。")
    cut = cut[:clause] if clause > longest // 2 else cut
    missing = "」" if cut.count("「") > cut.count("」") else "”" if cut.count("“") > cut.count("”") else ""
    return f"{cut.rstrip('，；。,; ')}……{missing}"


def _when(hit: Hit, words: Words, services: Services) -> str:
    """The days that tell of it, and the topic where there are several."""
    newest = sorted(hit.days, key=lambda day: day.last, reverse=True)
    named = [_called(day, words, services) for day in newest[:MOST_NAMED]]
    days = words.enumerate(named)
    if len(hit.days) > MOST_NAMED:
        days = words.say("{days}等 {number} 天", days=days, number=len(hit.days))
    topic = services.topics.get(hit.topic)
    if topic and len(services.topics) > 1:
        return words.say("{topic}　{days}", topic=topic.called, days=days)
    return days


def _called(day: Day, words: Words, services: Services) -> str:
    return span_words(day.first, day.last, words, year=day.last.year != services.now().year)


def brief_buttons(days: Sequence[Day], words: Words) -> Rows:
    """The briefs of these days, newest first, two a row."""
    newest = sorted({day.key: day for day in days}.values(), key=lambda day: (day.last, day.key), reverse=True)
    buttons = [
        Button(words.say("{day}简报", day=day_words(day.last, words)), f"s:brief:{day.key}")
        for day in newest[:MOST_DAYS]
    ]
    return in_rows(buttons, 2)
