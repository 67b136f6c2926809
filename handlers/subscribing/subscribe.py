"""/subscribe /unsubscribe: which reports a chat gets, and when. Who manages the chat may change that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from handlers.base import Argument, Button, Message, Request, Services, command, in_rows
from handlers.brief import TOPIC
from handlers.chats import ChatSettings, Subscription
from handlers.hours import timing_of
from handlers.hours.timezones import load_names
from handlers.hours.typed import read_hour, split_words
from handlers.lookup import find_topic, first_topic, own_keys, title_of
from handlers.presentation import day_words
from handlers.settings.choices import why_not
from handlers.settings.names import Shown
from handlers.subscribing.next_report import find_coming
from handlers.subscribing.permission import may_change, refuse
from handlers.subscribing.sentences import coming_words, daily, real_hours, schedule_words, unkept
from handlers.words import Words
from report.doc import Paragraph, Span, coded, doc, text
from report.model import Topic, read_report_key


class NotUnderstood(Exception):
    """The word that is neither a topic nor an hour."""


@dataclass(frozen=True)
class Wanted:
    topic: Topic
    hours: tuple[str, ...]


@command("subscribe", "订阅日报：每天按点送到这里", TOPIC, Argument("hour", "几点送，如 08:00；不填就是写好就送"))
async def subscribe(request: Request, services: Services) -> AsyncIterator[Message]:
    try:
        wanted = read_wanted(request.arguments, services)
    except NotUnderstood as error:
        yield _not_understood(str(error), request, services)
        return
    if not await may_change(request, services):
        yield refuse(request, services, wanted.topic.name)
        return
    key, topic = request.chat.key, wanted.topic
    kept = await services.store.change_subscription(key, topic.name, lambda kept: _renewed(kept, wanted, request))
    again = kept is not None and not wanted.hours
    if kept is None:
        new = Subscription(chat=key, topic=topic.name, created_at=services.now())
        kept = _renewed(new, wanted, request)
        await services.store.subscribe(kept)
    chat = await services.store.change_chat(key, lambda chat: _seen(chat, request))
    await load_names(chat.timezone or topic.timezone)
    coming = await find_coming(kept, chat, topic, services)
    shown = Shown(chat, kept, topic, request.words, services.now(), request.chat.platform, coming)
    yield await _confirm(shown, topic, kept, request, services, again=again)


def _renewed(kept: Subscription, wanted: Wanted, request: Request) -> Subscription:
    """With the hours that were typed; without any, those that it had."""
    place = {"kind": request.chat.kind, "title": request.chat.title}
    return kept.model_copy(update={"hours": wanted.hours or kept.hours, **place})


def _seen(chat: ChatSettings, request: Request) -> ChatSettings:
    """What is pushed there speaks as its subscriber's client does."""
    return chat.model_copy(update={"seen_language": request.language or chat.seen_language})


def read_wanted(arguments: str, services: Services) -> Wanted:
    """Topic and hours of `[topic] [HH:MM …]`, in any order."""
    topic, hours, rest = None, set(), []
    for word in split_words(arguments):
        if found := find_topic(word, services):
            topic = found
        elif hour := read_hour(word):
            hours.add(hour)
        else:
            rest.append(word)
    topic = topic or find_topic(" ".join(rest), services)
    if rest and (topic is None or find_topic(" ".join(rest), services) is None):
        raise NotUnderstood(rest[0])
    return Wanted(topic or first_topic(services), tuple(sorted(hours)))


async def _confirm(
    shown: Shown, topic: Topic, kept: Subscription, request: Request, services: Services, *, again: bool
) -> Message:
    words = request.words
    lines = [_told(shown, topic, kept, again=again)]
    timing = timing_of(kept, shown.settings, topic)
    real = real_hours(timing, topic, shown.now)
    if lost := unkept(kept.hours, real):
        lines.append(why_not(lost, shown, real))
    row = []
    if keys := await own_keys(topic, services):
        day = day_words(read_report_key(keys[-1])[2], words)
        lines.append(words.say("想先看看？{day}的已经在了。", day=day))
        row.append(Button(words.say("看 {day}", day=day), f"s:brief:{keys[-1]}"))
    if request.chat.kind != "channel":  # there buttons lead into the reader's private chat
        row.append(Button(words.say("改时间"), f"c:settings {topic.name} hours"))
        row.append(Button(words.say("退订"), f"c:unsubscribe {topic.name}"))
    return Message(doc([Paragraph(text(line)) for line in lines]), (tuple(row),) if row else ())


def _told(shown: Shown, topic: Topic, kept: Subscription, *, again: bool) -> str:
    words = shown.words
    at = shown.coming or shown.now
    values = {
        "daily": daily(topic, words),
        "schedule": schedule_words(kept, shown.settings, topic, shown.now, words),
        "when": coming_words(at, shown.now, words),
    }
    if again:
        return words.say("已经订着了：{daily}，{schedule}送到这里，下一份{when}到。", **values)
    if at.date() == shown.now.astimezone(at.tzinfo).date():
        return words.say("订好了：{daily}，{schedule}送到这里，{when}就有第一份。", **values)
    return words.say("订好了：{daily}，{schedule}送到这里，{when}是第一份。", **values)


@command("unsubscribe", "退订这里的日报", TOPIC)
async def unsubscribe(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.words
    held = await services.store.subscriptions(request.chat.key)
    if not held:
        offer = Button(words.say("每天送到这里"), f"c:subscribe {first_topic(services).name}")
        said = words.say("这里没有订阅。想订就发 /subscribe。")
        yield Message(doc(Paragraph(text(said))), ((offer,),) if request.chat.kind != "channel" else ())
        return
    if not await may_change(request, services):
        yield refuse(request, services, held[0].topic)
        return
    word = request.arguments.strip()
    topic = find_topic(word, services)
    name = topic.name if topic else word if word in {each.topic for each in held} else ""
    if word and word not in {"all", "全部"} and not name:
        said = words.say("这里没有「{word}」。订了这些，退订哪一个？", word=word[:20])
        yield _ask_which(said, held, words, services)
    elif not word and len(held) > 1:
        yield _ask_which(words.say("退订哪一个？"), held, words, services)
    else:
        yield await _unsubscribe(name or (held[0].topic if len(held) == 1 else ""), request, services)


async def _unsubscribe(name: str, request: Request, services: Services) -> Message:
    """From one topic, or from all ("")."""
    words = request.words
    if not await services.store.unsubscribe(request.chat.key, name or None):
        return Message(doc(Paragraph(text(words.say("这里没有订阅「{topic}」。", topic=title_of(name, services))))))
    said = words.say("退订好了，以后不再送到这里。想回来就发 `/subscribe`。")
    if name in services.topics:  # others may go on coming here
        ended = daily(services.topics[name], words)
        said = words.say("退订好了，{daily}不再送到这里。想回来就发 `/subscribe {name}`。", daily=ended, name=name)
    again = Button(words.say("再订回来"), f"c:subscribe {name}")
    offered = name in services.topics and request.chat.kind != "channel"
    return Message(doc(Paragraph(coded(said))), ((again,),) if offered else ())


def _ask_which(said: str, held: Sequence[Subscription], words: Words, services: Services) -> Message:
    buttons = [Button(title_of(each.topic, services), f"c:unsubscribe {each.topic}") for each in held]
    return Message(
        doc(Paragraph(text(said))), (*in_rows(buttons, 3), (Button(words.say("全部"), "c:unsubscribe all"),))
    )


def _not_understood(word: str, request: Request, services: Services) -> Message:
    words = request.words
    name = first_topic(services).name
    said = words.say(
        "没看懂「{word}」。话题有：{topics}；时间写成 08:00 或 晚上8点。",
        word=word[:20],
        topics=words.enumerate(services.topics),
    )
    example = (Span(words.say("例如 ")), Span(f"/subscribe {name} 08:00", code=True))
    button = Button(words.say("订 {topic}，08:00", topic=title_of(name, services)), f"c:subscribe {name} 08:00")
    return Message(doc(Paragraph(text(said)), Paragraph(example)), ((button,),))
