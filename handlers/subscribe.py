"""/subscribe /unsubscribe: which reports a chat gets, and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

from handlers.base import Argument, Button, Message, Request, Rows, Services, command
from handlers.chats import Subscription
from handlers.hours import arrival, dues, next_arrival
from handlers.lookup import find_topic, first_topic, own_keys
from handlers.presentation import day_words
from handlers.today import TOPIC
from report.doc import Paragraph, doc, text
from report.model import Topic, read_report_key
from report.wording import spaced

PLACES = {"Asia/Shanghai": "上海时间", "Asia/Hong_Kong": "香港时间", "Asia/Taipei": "台北时间", "UTC": "UTC"}
HOUR = re.compile(r"(\d{1,2})(?::(\d{2})|点(半)?)")


@command("subscribe", "订阅日报：每天按点送到这里", TOPIC, Argument("hour", "几点送，如 08:00；不填就是写好就送"))
async def subscribe(request: Request, services: Services) -> AsyncIterator[Message]:
    words = unicodedata.normalize("NFKC", request.arguments).split()
    topic, hour = first_topic(services), None
    for word in words:
        if found := find_topic(word, services):
            topic = found
        elif (hour := _read_hour(word)) is None:
            yield _not_understood(word, services)
            return
    held = {each.topic: each for each in await services.store.subscriptions(request.chat.key)}
    since = held[topic.name].created_at if topic.name in held else services.now()
    kept = Subscription(
        chat=request.chat.key,
        topic=topic.name,
        hours=(hour,) if hour else (),
        kind=request.chat.kind,
        title=request.chat.title,
        created_at=since,
    )
    await services.store.subscribe(kept)
    yield await _confirm(kept, topic, services)


@command("unsubscribe", "退订这里的日报", TOPIC)
async def unsubscribe(request: Request, services: Services) -> AsyncIterator[Message]:
    held = await services.store.subscriptions(request.chat.key)
    if not held:
        yield Message(doc(Paragraph(text("这里没有订阅。想订就发 /subscribe。"))))
        return
    word = request.arguments.strip()
    topic = find_topic(word, services)
    name = topic.name if topic else word if word in {each.topic for each in held} else ""
    if word and word != "all" and not name:
        yield _not_understood(word, services)
        return
    if not word and len(held) > 1:
        buttons = [Button(_called(each.topic, services), f"c:unsubscribe {each.topic}") for each in held]
        yield Message(doc(Paragraph(text("退订哪一个？"))), (tuple(buttons), (Button("全部", "c:unsubscribe all"),)))
        return
    count = await services.store.unsubscribe(request.chat.key, name or None)
    said = "退订好了，以后不再送到这里。想回来就发 /subscribe。" if count else "这里没有订阅这个话题。"
    yield Message(doc(Paragraph(text(said))))


def _read_hour(word: str) -> str | None:
    """HH:MM of `8:00`, `08:00`, `8点`, `8点半`; None where it is no hour."""
    found = HOUR.fullmatch(word)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or (30 if found[3] else 0))
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


async def _confirm(kept: Subscription, topic: Topic, services: Services) -> Message:
    zone = ZoneInfo(topic.timezone)
    runs = dues(topic, *(services.now().astimezone(zone).date(),) * 2)
    hours = sorted({arrival(run, kept.hours, topic).astimezone(zone).strftime("%H:%M") for run in runs})
    coming = next_arrival(kept.hours, topic, services.now()).astimezone(zone)
    days = (coming.date() - services.now().astimezone(zone).date()).days
    when = ("今天", "明天", "后天")[min(days, 2)]
    daily = spaced(topic.called, "日报")
    place = PLACES.get(topic.timezone, topic.timezone)
    said = f"订好了：{daily}，每天 {'、'.join(hours)}（{place}）送到这里，{when}就有第一份。"
    if kept.hours and not set(kept.hours) & set(hours):
        said = (
            f"{daily}每天 {'、'.join(hours)}（{place}）才写好，{kept.hours[0]} 还没有，写好就送到这里，{when}是第一份。"
        )
    keys = await own_keys(topic, services)
    rows: Rows = ((Button("退订", f"c:unsubscribe {topic.name}"),),)
    if not keys:
        return Message(doc(Paragraph(text(said))), rows)
    day = day_words(read_report_key(keys[-1])[2])
    look = Button(f"看 {day}", f"s:brief:{keys[-1]}")
    return Message(doc(Paragraph(text(said)), Paragraph(text(f"想先看看？{day}的已经在了。"))), ((look, *rows[0]),))


def _called(name: str, services: Services) -> str:
    topic = services.topics.get(name)
    return topic.called if topic else name


def _not_understood(word: str, services: Services) -> Message:
    names = "、".join(services.topics)
    said = f"没看懂「{word[:20]}」。话题有：{names}；时间写成 08:00。"
    return Message(doc(Paragraph(text(said)), Paragraph(text(f"例如 /subscribe {next(iter(services.topics))} 08:00"))))
