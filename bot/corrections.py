"""Chats that have an older revision of a corrected report: for each a delivery that puts the newest in its place.

Always holds: a chat that is still being sent the old one is corrected when that is finished; one that never got it, has
unsubscribed or is gone is left alone; chats of one kind that wish alike share what they are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from bot.addressing import Audience, audience_of, render
from bot.model import LATE, LEFT, UNKNOWN, Delivery, DeliveryState
from bot.platforms import Part, Platform
from bot.store.tiny import TinyStore
from handlers.base import Services
from handlers.chats import ChatSettings
from report.model import Report, Topic

FINISHED: tuple[DeliveryState, ...] = ("sent", "unknown", "failed", "left")
NOT_THERE = frozenset({"", UNKNOWN, LEFT})


async def correct(
    report: Report, topic: Topic, *, store: TinyStore, platforms: Mapping[str, Platform], services: Services
) -> tuple[Delivery, ...]:
    """One for each chat whose newest delivery of the report is finished, older, and to be seen there."""
    if not report.corrections:
        return ()
    outdated = _outdated(await store.deliveries(report_key=report.key), report.corrections[0].corrects)
    if not outdated:
        return ()
    chats, plain = await store.chats(), ChatSettings(chat="")
    rendered: dict[Audience, tuple[Part, ...]] = {}
    made: list[Delivery] = []
    for each in await store.subscriptions():
        old = outdated.get(each.chat)
        platform = platforms.get(each.chat.partition(":")[0])
        if each.topic != report.topic or old is None or platform is None:
            continue
        audience = audience_of(each, chats.get(each.chat, plain).language_of(services.language))
        if audience not in rendered:
            rendered[audience] = await render(report, topic, audience, platform, services)
            await asyncio.sleep(0)
        parts = rendered[audience]
        made.append(
            Delivery(
                report_key=report.key,
                revision=report.revision,
                chat=each.chat,
                parts=parts,
                edits=platform.match(old.parts, old.sent, parts),
                created_at=services.now(),
            )
        )
    return tuple(made)


def _outdated(deliveries: Iterable[Delivery], revision: int) -> dict[str, Delivery]:
    """By chat: the newest delivery of those that have that revision or an older one, and nothing under way."""
    newest: dict[str, Delivery] = {}
    for each in deliveries:
        if each.revision != LATE and each.revision >= newest.get(each.chat, each).revision:
            newest[each.chat] = each
    return {
        chat: each
        for chat, each in newest.items()
        if each.revision <= revision and each.state in FINISHED and set(each.sent) - NOT_THERE
    }
