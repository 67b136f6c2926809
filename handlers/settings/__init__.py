"""/settings: how a chat gets its reports. Every button is a command that can be typed as well.

`/settings [topic] [setting [value]]`: without a setting the overview, without a value the setting's page, with one the
change, after which its page is shown anew. Anybody may look; who manages the chat may change.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from handlers.base import Argument, Button, Message, Request, Services, command
from handlers.chats import Subscription
from handlers.hours.timezones import load_names
from handlers.lookup import find_topic, title_of
from handlers.settings import pages
from handlers.settings.names import OF_THE_CHAT, Setting, Shown, called, find_setting, settings_of, typed_name
from handlers.settings.reading import BadValue, read_change, read_chat_change
from handlers.subscribing.next_report import find_coming
from handlers.subscribing.permission import may_change, refuse
from handlers.subscribing.sentences import close_up, daily
from handlers.words import words_of
from report.doc import Paragraph, Span, doc, text


@dataclass(frozen=True)
class Wanted:
    """What the words name; "" and None where they do not."""

    topic: str = ""
    name: Setting | None = None
    value: str = ""
    unknown: str = ""  # a word that is neither


@command(
    "settings",
    "设置：时间、时区、长短、语言、关键词",
    Argument("topic", "哪一份订阅；只有一份就不用填", kind="subscription"),
    Argument("setting", "改哪一项，如 时间、时区、免打扰"),
    Argument("value", "改成什么，如 08:00、东京"),
    personal=True,
)
async def settings(request: Request, services: Services) -> AsyncIterator[Message]:
    held = await services.store.subscriptions(request.chat.key)
    wanted = read_wanted(request.arguments, held, services)
    chosen = next((each for each in held if each.topic == wanted.topic), None)
    if chosen is None and not wanted.topic and len(held) == 1:
        chosen = held[0]
    shown = await _show(request, chosen, services)
    allowed = await may_change(request, services)
    pressable = allowed and request.chat.kind != "channel"  # buttons of a channel lead into the reader's private chat
    if wanted.name and wanted.value and not wanted.unknown and not allowed:
        yield refuse(request, services, shown.name)
    elif wanted.unknown:
        yield _not_understood(wanted.unknown, shown)
    elif wanted.topic and chosen is None and wanted.name not in OF_THE_CHAT:
        yield _not_held(wanted.topic, shown, services)
    elif wanted.name is None or (wanted.name not in OF_THE_CHAT and chosen is None):
        message = _overview(wanted, shown, held, services, buttons=pressable)
        if shown.subscription and not allowed:
            message = replace(message, buttons=((pages.back_to_brief(shown),),))
        yield message if pressable or not allowed else _with_hint(message, shown)
    elif wanted.name not in settings_of(shown):
        yield _not_understood(wanted.name, shown)
    elif not wanted.value:
        message = pages.page(shown, wanted.name, buttons=pressable)
        yield message if pressable or not allowed else _with_hint(message, shown)
    elif wanted.value == "?":
        yield pages.ask(shown, wanted.name)
    else:
        yield await _change(wanted.name, wanted.value, shown, request, services)


def _with_hint(message: Message, shown: Shown) -> Message:
    return replace(message, doc=doc(message.doc.blocks, pages.explain_typing(shown)))


def read_wanted(arguments: str, held: Sequence[Subscription], services: Services) -> Wanted:
    """A word that names both a topic and a setting is the topic where a setting or nothing follows."""
    first, _, rest = " ".join(arguments.split()).partition(" ")
    second, _, value = rest.partition(" ")
    topic = find_topic(first, services)
    name = topic.name if topic else first if first in {each.topic for each in held} else ""
    setting = find_setting(first)
    if name and (not second or find_setting(second)):
        return Wanted(name, find_setting(second), value)
    if setting:
        return Wanted(name=setting, value=rest)
    return Wanted(unknown=second if name else first) if first else Wanted()


async def _show(request: Request, chosen: Subscription | None, services: Services) -> Shown:
    chat = await services.store.chat(request.chat.key)
    topic = services.topics.get(chosen.topic) if chosen else None
    zone = chat.timezone or (topic.timezone if topic else "UTC")
    await load_names(zone)
    coming = await find_coming(chosen, chat, topic, services) if chosen and topic else None
    return Shown(chat, chosen, topic, request.words, services.now(), request.chat.platform, coming)


def _overview(
    wanted: Wanted, shown: Shown, held: Sequence[Subscription], services: Services, *, buttons: bool
) -> Message:
    """Of the one subscription that is meant; else the question which one, or the offer to subscribe."""
    titles = [(each.topic, title_of(each.topic, services)) for each in held]
    if shown.subscription:
        others = [(name, title) for name, title in titles if name != shown.name]
        more = bool(set(services.topics) - {each.topic for each in held})
        return pages.overview(shown, others, buttons=buttons, more=more)
    if held:
        return pages.choose(shown, titles, wanted.name, wanted.value, buttons=buttons)
    said = shown.words.say("这里还没有订阅。订了以后，每一项都能在这里改。")
    page = pages.overview(shown, (), buttons=buttons)
    offers = []
    for topic in list(services.topics.values())[:3]:
        label = shown.words.say("订阅 {daily}", daily=daily(topic, shown.words))
        offers.append((Button(close_up(label), f"c:subscribe {topic.name}"),))
    blocks = (page.doc.blocks[0], Paragraph(text(said)), *page.doc.blocks[1:])
    if buttons:
        return replace(page, doc=doc(blocks), buttons=(*offers, *page.buttons))
    own = Button(shown.words.say("每天送到私聊"), f"c:subscribe {next(iter(services.topics))}", private=True)
    return replace(page, doc=doc(blocks), buttons=((own,),))


async def _change(name: Setting, value: str, shown: Shown, request: Request, services: Services) -> Message:
    """Make the change where the settings are kept, then show the page with the new value."""
    key = request.chat.key
    try:
        if name in OF_THE_CHAT:
            read = await asyncio.to_thread(read_chat_change, name, value, shown.words)  # Babel loads for 0.1 s
            await services.store.change_chat(key, read)
        else:
            await services.store.change_subscription(key, shown.name, read_change(name, value, shown.words))
    except BadValue as error:
        return pages.complain(shown, name, error)
    held = await services.store.subscriptions(key)
    now = await _show(request, next((each for each in held if each.topic == shown.name), None), services)
    if name == "language":
        now = replace(
            now,
            words=words_of(now.settings.language_of(request.language or services.language)),
        )
    return pages.page(now, name, buttons=request.chat.kind != "channel")


def _not_held(topic: str, shown: Shown, services: Services) -> Message:
    said = shown.words.say("这里没有订「{topic}」。", topic=title_of(topic, services))
    button = Button(close_up(shown.words.say("订阅 {topic}", topic=title_of(topic, services))), f"c:subscribe {topic}")
    return Message(doc(Paragraph(text(said))), ((button,),))


def _not_understood(word: str, shown: Shown) -> Message:
    words = shown.words
    names = words.enumerate(called(name, words) for name in settings_of(shown))
    said = words.say("没有「{word}」这一项。能改的有：{names}。", word=word[:20], names=names)
    topic = f" {shown.name}" if shown.name else ""
    example = (Span(words.say("例如 ")), Span(f"/settings{topic} {typed_name('language', words)} en", code=True))
    return Message(
        doc(Paragraph(text(said)), Paragraph(example)), ((Button(words.say("设置"), f"c:settings{topic}"),),)
    )
