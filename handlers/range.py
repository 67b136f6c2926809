"""/range FIRST LAST [section]: several days read together, from what is stored; X is not paid again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

from handlers.base import Argument, Button, Message, Request, Services, command
from handlers.dates import BadDate, read_days
from handlers.hours import is_current
from handlers.lookup import find_topic, first_topic, own_keys, say_missing, today_of
from handlers.presentation import SHORT, day_words, present_section
from handlers.today import brief_of
from report.doc import Block, Heading, Item, Paragraph, Span, doc, text
from report.errors import NothingToReport, TuibaoError
from report.model import Period, Report, Topic, read_report_key, report_key

log = logging.getLogger(__name__)
SECTIONS = {name: words for name, words in SHORT.items() if name not in {"brief", "cloud", "sources"}}
SECTION_WORDS = {**{name: name for name in SECTIONS}, **{words.casefold(): name for name, words in SECTIONS.items()}}
EXAMPLE = "/range 2026-01-01 2026-01-07"


@command(
    "range",
    "把几天合起来看，如 /range 2026-01-01 2026-01-07",
    Argument("first", "第一天，如 2026-01-01；或一段，如 上周、7d", required=True),
    Argument("last", "最后一天，如 2026-01-07"),
    Argument("section", "只看一部分：详细、AI、市场、金融、情绪"),
)
async def range_(request: Request, services: Services) -> AsyncIterator[Message]:
    try:
        topic, first, last, section = await asyncio.to_thread(_read_words, request.arguments, services)
    except BadDate as error:
        yield Message(doc(Paragraph(text(str(error))), Paragraph(text(f"可以这样发：{EXAMPLE}，或 /range 上周。"))))
        return
    report = await services.store.report(report_key(topic.name, first, last, asked=True))
    if report is None or not is_current(report, services.now()):
        days = (last - first).days + 1
        span = day_words(first) if days == 1 else f"{day_words(first)}到 {day_words(last)}（{days} 天）"
        how = "重新读一遍" if days == 1 else "合起来读"
        waiting = f"正在把 {span}存好的帖子{how}，不用再向 X 付费…"
        yield Message(doc(Paragraph(text(waiting))))
        try:
            report = await services.newsroom.make(topic, Period.of_days(first, last, topic.timezone))
        except NothingToReport:
            yield replace(await _list_days(topic, first, last, services), update=True)
            return
        except TuibaoError as error:
            log.warning("range: %s", error, extra={"action": "range", "chat": request.chat.key})
            why = f"没写成：{error.words}" if services.is_admin(request) else "这次没写成，过几分钟再发一次。"
            yield Message(doc(Paragraph(text(why))), update=True)
            return
        yield replace(await _show(report, topic, section, services), update=True)
        return
    yield await _show(report, topic, section, services)


def _read_words(arguments: str, services: Services) -> tuple[Topic, date, date, str]:
    """Topic, days and section; each of topic and section may be left out."""
    words = arguments.split()
    topic = first_topic(services)
    if words and (found := find_topic(words[0], services)):
        topic, words = found, words[1:]
    section = ""
    if len(words) > 1 and words[-1].casefold() in SECTION_WORDS:
        section = SECTION_WORDS[words.pop().casefold()]
    if not words:
        raise BadDate("要看哪几天？")
    first, last = read_days(" ".join(words), today_of(topic, services))
    return topic, first, last, section


async def _show(report: Report, topic: Topic, section: str, services: Services) -> Message:
    if section:
        return present_section(report, topic, section, services.now())
    return await brief_of(report, topic, services)


async def _list_days(topic: Topic, first: date, last: date, services: Services) -> Message:
    """Days without stored posts may have reports: imported ones, for instance. Name them."""
    keys = [
        key
        for key in await own_keys(topic, services)
        if first <= read_report_key(key)[1] and read_report_key(key)[2] <= last
    ]
    if not keys:
        said = f"{day_words(first)}到 {day_words(last)}没有存下帖子，也没有报告。"
        return await say_missing(services, topic, said)
    blocks: list[Block] = [Heading((Span(f"{topic.called}｜{day_words(first)}–{day_words(last)}"),), 1)]
    blocks.append(Paragraph(text("这几天只有写好的报告，没有存下帖子，没法合写；可以一份一份看：")))
    for key in keys:
        report = await services.store.report(key)
        core = report.section("core") if report else None
        headlines = "；".join(point.headline or point.text[:24] for point in core.points[:3]) if core else ""
        blocks.append(Item(day_words(read_report_key(key)[1]), text(headlines)))
    buttons = tuple(Button(f"{day_words(read_report_key(key)[1])}简报", f"s:brief:{key}") for key in keys[:8])
    rows = tuple(buttons[at : at + 2] for at in range(0, len(buttons), 2))
    return Message(doc(blocks), rows)
