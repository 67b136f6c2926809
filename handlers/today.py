"""/brief: the report of a day, shortest form first."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handlers.base import Argument, Message, Request, Services, command
from handlers.chats import Wishes
from handlers.lookup import NotFound, find_report, neighbours
from handlers.presentation import present_brief
from handlers.words import ZH, Words
from report.model import Report, Topic

TOPIC = Argument("topic", "话题，如 ai；不填就是第一个")
DATE = Argument("date", "日期，如 2026-01-07、1月7日、昨天；不填就是最新一份")


async def brief_of(
    report: Report,
    topic: Topic,
    services: Services,
    *,
    words: Words = ZH,  # noqa: ARG001  the sentences are Chinese still
    wishes: Wishes | None = None,
    in_place: bool = False,
) -> Message:
    """The brief as it is pushed and as /brief answers it; `in_place` without its cloud: a text cannot become one."""
    picture = services.newsroom.picture(report) if (wishes is None or wishes.cloud) and not in_place else None
    around = await neighbours(report, services)
    return present_brief(report, topic, picture=picture, around=around, now=services.now())


@command("brief", "看简报：十条要点和词云", TOPIC, DATE)
async def brief(request: Request, services: Services) -> AsyncIterator[Message]:
    try:
        report, topic = await find_report(request, services)
    except NotFound as missing:
        yield missing.message
        return
    yield await brief_of(report, topic, services, in_place=request.pressed)
