"""Who gets a report now, and what each is shown: a report and the chats in, a delivery for each chat out.

Always holds: a chat gets what a run made once; what chats of one kind wish alike is rendered once for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.lateness import late_since, with_note
from bot.model import Delivery
from bot.platforms import Part, Platform
from bot.store.tiny import TinyStore
from handlers.base import Services
from handlers.brief import brief_of
from handlers.chats import ChatKind, ChatSettings, Subscription, Wishes
from handlers.hours import Timing, arrival, arrives_now, timing_of
from handlers.words import words_of
from report.model import Language, Report, Topic

AT_A_TURN = 500  # subscriptions looked at between two turns of the loop: about 4 ms


@dataclass(frozen=True)
class Audience:
    """What a rendering depends on: the platform, what buttons can do there, and what is wished."""

    platform: str
    kind: ChatKind
    language: Language
    wishes: Wishes
    late: str = ""  # the hour that is not kept


async def address(
    report: Report,
    topic: Topic,
    *,
    since: int,
    due: datetime | None,
    store: TinyStore,
    platforms: Mapping[str, Platform],
    services: Services,
) -> tuple[Delivery, ...]:
    """One for each chat that wants the report now and has had no revision of it from `since` on.

    `due` is the hour of the run that made it.
    """
    now = services.now()
    wanting = await _wanting(report, topic, since=since, due=due, store=store, services=services)
    rendered: dict[Audience, tuple[Part, ...]] = {}
    for audience in dict.fromkeys(wanting.values()):
        if platform := platforms.get(audience.platform):
            rendered[audience] = await render(report, topic, audience, platform, services)
            await asyncio.sleep(0)  # readers wait, and there may be as many audiences as chats
    return tuple(
        Delivery(report_key=report.key, revision=report.revision, chat=chat, parts=parts, created_at=now)
        for chat, audience in wanting.items()
        if (parts := rendered.get(audience))
    )


async def _wanting(
    report: Report, topic: Topic, *, since: int, due: datetime | None, store: TinyStore, services: Services
) -> dict[str, Audience]:
    """The chats that are due, each with the audience that it belongs to."""
    now = services.now()
    had = {each.chat for each in await store.deliveries(report_key=report.key) if each.revision >= since}
    chats, plain = await store.chats(), ChatSettings(chat="")
    arrivals: dict[Timing, datetime] = {}  # thousands of chats have the same
    wanting: dict[str, Audience] = {}
    for number, each in enumerate(await store.subscriptions()):
        if number % AT_A_TURN == 0:
            await asyncio.sleep(0)
        if each.topic != report.topic or each.chat in had:
            continue
        settings = chats.get(each.chat, plain)
        timing = timing_of(each, settings, topic)
        if timing not in arrivals:
            arrivals[timing] = arrival(report.created_at, timing)
        if arrives_now(each, arrivals[timing], timing, now):
            late = late_since(due, report.created_at, arrivals[timing], timing, now)
            wanting[each.chat] = replace(audience_of(each, settings.language_of(services.language)), late=late)
    return wanting


async def render(
    report: Report, topic: Topic, audience: Audience, platform: Platform, services: Services
) -> tuple[Part, ...]:
    """The report's brief as that audience is shown it."""
    words = words_of(audience.language)
    message = await brief_of(report, topic, services, words=words, wishes=audience.wishes)
    return platform.encode(with_note(message, audience.late, words), kind=audience.kind)


def audience_of(subscription: Subscription, language: Language) -> Audience:
    platform = subscription.chat.partition(":")[0]
    return Audience(platform, subscription.kind, language, subscription.wishes)
