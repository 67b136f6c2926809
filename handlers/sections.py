"""/detail /views /events /market /ai /finance /sentiment /changes /cloud /sources: one part of a report each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from handlers.base import Argument, Button, Handler, Message, Request, Services, command
from handlers.brief import DATE, TOPIC, wishes_of
from handlers.lookup import find_report, neighbours
from handlers.presentation import present_cloud, present_corrections, present_section, present_sources
from handlers.presentation.labels import DETAIL
from handlers.presentation.week import present_week, shared_themes
from handlers.words import mark
from report.doc import Doc
from report.model import Report, Topic, report_key

SECTIONS = {
    "detail": mark("看详细分析：观点、事件、市场观察"),
    "views": mark("看重要观点与见解"),
    "events": mark("看关键事件与发展"),
    "market": mark("看个股与数字货币、市场观察"),
    "ai": mark("看人工智能专项"),
    "finance": mark("看金融市场专项"),
    "sentiment": mark("看市场情绪"),
}
WEEK = "7d"  # of /changes, behind a button
OF_A_KEY = re.compile(rf"((?:twitter|range)_\w+) ([0-9]{{1,2}}|{WEEK})")


def _open(name: str) -> Handler:
    async def section(request: Request, services: Services) -> AsyncIterator[Message]:
        request, page = _read_page(request)
        report, topic = await find_report(request, services)
        yield await section_of(report, topic, name, request, services, page=int(page or 1))

    return section


for _name, _description in SECTIONS.items():
    command(_name, _description, TOPIC, DATE)(_open(_name))


@command("changes", "看与昨日相比变了什么，更正过什么", TOPIC, DATE)
async def changes(request: Request, services: Services) -> AsyncIterator[Message]:
    request, page = _read_page(request)
    report, topic = await find_report(request, services)
    earlier = await _week_before(report, topic, services)
    if page == WEEK and earlier:
        yield present_week(report, earlier, topic, services.now(), words=request.words)
        return
    number = int(page) if page.isdecimal() else 1
    message = await section_of(report, topic, "changes", request, services, page=number)
    if number == 1 and report.corrections:
        corrected = present_corrections(report, topic, services.now(), words=request.words)
        message = replace(message, doc=Doc((*corrected.blocks, *message.doc.blocks)))
    if earlier and shared_themes(report, earlier):
        back = Button(request.words.say("再往前比一周"), f"c:changes {report.key} {WEEK}")
        message = replace(message, buttons=(*message.buttons, (back,)))
    yield message


@command("cloud", "看词云", TOPIC, DATE)
async def cloud(request: Request, services: Services) -> AsyncIterator[Message]:
    report, topic = await find_report(request, services)
    yield present_cloud(report, topic, services.newsroom.picture(report), services.now(), words=request.words)


@command("sources", "看一份报告的来源，或其中一条的", TOPIC, DATE, Argument("number", "第几条，如 3；不填就是全部"))
async def sources(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.arguments.split()
    number = int(words.pop()) if words and re.fullmatch(r"[0-9]{1,3}", words[-1]) else None
    report, topic = await find_report(replace(request, arguments=" ".join(words)), services)
    yield present_sources(report, topic, services.now(), number, words=request.words)


async def section_of(
    report: Report, topic: Topic, name: str, request: Request, services: Services, *, page: int = 1
) -> Message:
    """A page of a section as the chat that asks for it wishes it, with buttons to the days beside that have it."""
    before, after = await neighbours(report, services)
    return present_section(
        report,
        topic,
        name,
        services.now(),
        words=request.words,
        wishes=await wishes_of(request, topic, services),
        page=page,
        around=(await _having(before, name, services), await _having(after, name, services)),
    )


def _read_page(request: Request) -> tuple[Request, str]:
    """The request for a report alone, and which page of it a button names, "" for the first."""
    if found := OF_A_KEY.fullmatch(request.arguments):
        return replace(request, arguments=found[1]), found[2]
    return request, ""


async def _having(key: str, name: str, services: Services) -> str:
    """The key, if that report has the section; else ""."""
    report = await services.store.report(key) if key else None
    wanted = set(DETAIL) if name == "detail" else {name}
    return key if report and any(section.kind in wanted for section in report.sections) else ""


async def _week_before(report: Report, topic: Topic, services: Services) -> Report | None:
    """The report on the same weekday a week earlier; None for several days, and where there is none."""
    if report.first != report.last:
        return None
    day = report.first - timedelta(days=7)
    return await services.store.report(report_key(topic.name, day, day))
