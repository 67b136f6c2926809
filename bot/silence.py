"""Is nothing delivered any more? The watchdog's question, for /status, /health and the admins."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Config
from bot.store.tiny import TinyStore
from handlers.words import Words

LONGEST = timedelta(hours=36)


async def since(store: TinyStore, config: Config, now: datetime) -> datetime | None:
    """When something was last delivered (or the first chat subscribed), where that is too long ago; else None.

    Only chats count that want a topic of the configuration every day.
    """
    last = await store.last_delivered()
    if last and now - last <= LONGEST:
        return None
    topics = {topic.name for topic in config.topics}
    daily = [each.created_at for each in await store.subscriptions() if each.topic in topics and not each.weekdays]
    if not daily:
        return None
    last = max(min(daily), last or min(daily))
    return last if now - last > LONGEST else None


def say(last: datetime, words: Words) -> str:
    return words.say(
        "从 {last}（UTC）起没有送出过任何东西，超过 36 小时了。看看 /status 和日志。", last=f"{last:%m-%d %H:%M}"
    )
