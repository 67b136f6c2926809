"""/detail /views /events /market /ai /finance /sentiment /changes /cloud /sources: one part of a report each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

from handlers.base import Argument, Handler, Message, Request, Services, command
from handlers.lookup import NotFound, find_report
from handlers.presentation import present_cloud, present_section, present_sources
from handlers.today import DATE, TOPIC

SECTIONS = {
    "detail": "看详细分析：观点、事件、市场观察",
    "views": "看重要观点与见解",
    "events": "看关键事件与发展",
    "market": "看个股与数字货币、市场观察",
    "ai": "看人工智能专项",
    "finance": "看金融市场专项",
    "sentiment": "看市场情绪",
    "changes": "看与昨日相比变了什么",
}


def _open(name: str) -> Handler:
    async def section(request: Request, services: Services) -> AsyncIterator[Message]:
        try:
            report, topic = await find_report(request, services)
        except NotFound as missing:
            yield missing.message
            return
        yield present_section(report, topic, name, services.now())

    return section


for _name, _description in SECTIONS.items():
    command(_name, _description, TOPIC, DATE)(_open(_name))


@command("cloud", "看词云", TOPIC, DATE)
async def cloud(request: Request, services: Services) -> AsyncIterator[Message]:
    try:
        report, topic = await find_report(request, services)
    except NotFound as missing:
        yield missing.message
        return
    yield present_cloud(report, topic, services.newsroom.picture(report), services.now())


@command("sources", "看一份报告的来源，或其中一条的", TOPIC, DATE, Argument("number", "第几条，如 3；不填就是全部"))
async def sources(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.arguments.split()
    number = int(words.pop()) if words and re.fullmatch(r"[0-9]{1,3}", words[-1]) else None
    try:
        report, topic = await find_report(replace(request, arguments=" ".join(words)), services)
    except NotFound as missing:
        yield missing.message
        return
    yield present_sources(report, topic, services.now(), number)
