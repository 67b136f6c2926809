"""When a chat's next report really comes: after what it has had already, and at once where one waits for it."""

from __future__ import annotations

from datetime import datetime

from handlers.base import Services
from handlers.chats import ChatSettings, Subscription
from handlers.hours import arrival, arrives_now, next_arrival, timing_of
from handlers.lookup import own_keys
from report.model import Topic


async def find_coming(subscription: Subscription, settings: ChatSettings, topic: Topic, services: Services) -> datetime:
    """In the chat's timezone; now, if the newest report is due and was not pushed there."""
    now = services.now()
    timing = timing_of(subscription, settings, topic)
    keys = await own_keys(topic, services)
    newest = await services.store.report(keys[-1]) if keys else None
    had = None
    if newest:
        pushed = await services.store.was_pushed(newest.key, newest.revision, subscription.chat)
        if not pushed and arrives_now(subscription, arrival(newest.created_at, timing), timing, now):
            return now.astimezone(timing.zone)
        had = newest.created_at if pushed else None
    return next_arrival(timing, topic, now, had)
