"""/brief: the report of a day, shortest form first."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handlers.base import Argument, Message, Request, Services, command
from handlers.chats import Wishes
from handlers.lookup import find_report, neighbours
from handlers.presentation import present_brief
from handlers.words import Words
from report.model import Report, Topic

TOPIC = Argument("topic", "话题，如 ai；不填就是第一个", kind="topic")
DATE = Argument("date", "日期，如 2026-01-07、1月7日、昨天；不填就是最新一份", kind="date")


async def brief_of(
    report: Report, topic: Topic, services: Services, *, words: Words, wishes: Wishes | None = None
) -> Message:
    """The brief as it is pushed and as /brief answers it, in the words' language, as the chat wishes it."""
    return present_brief(
        report,
        topic,
        picture=services.newsroom.picture(report),
        around=await neighbours(report, services),
        now=services.now(),
        words=words,
        wishes=wishes,
    )


async def wishes_of(request: Request, topic: Topic, services: Services) -> Wishes:
    """What the chat's subscription to the topic highlights and mutes: it holds for whatever is asked there, too."""
    held = await services.store.subscriptions(request.chat.key)
    wishes = next((each.wishes for each in held if each.topic == topic.name), Wishes())
    return Wishes(highlight=wishes.highlight, mute=wishes.mute)


@command("brief", "看简报：十条要点和词云", TOPIC, DATE)
async def brief(request: Request, services: Services) -> AsyncIterator[Message]:
    report, topic = await find_report(request, services)
    wishes = await wishes_of(request, topic, services)
    yield await brief_of(report, topic, services, words=request.words, wishes=wishes)
