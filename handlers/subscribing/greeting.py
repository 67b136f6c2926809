"""What the bot says where it was added, or comes back within 90 days: one message, or nothing.

A private chat is greeted by /start. Always holds: a chat is greeted once, however often the bot is added.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from handlers.base import Button, Chat, Message, Services
from handlers.chats import ChatSettings, Subscription
from handlers.hours.timezones import load_names
from handlers.lookup import first_topic
from handlers.subscribing.sentences import daily, schedule_words
from handlers.words import Words, words_of
from report.doc import Paragraph, doc, paragraph, text
from report.model import Language


async def greet(chat: Chat, language: Language | None, services: Services) -> AsyncIterator[Message]:
    alive = await services.store.chat_back(chat.key)
    if chat.kind == "private":
        return
    settings, new = await _note_greeting(chat, language, services)
    words = words_of(settings.language or language or services.language)
    running = [each for each in alive if each.topic in services.topics]
    if running:
        yield await _welcome_back(chat, running, words, services)
    elif new and not await services.store.subscriptions(chat.key):
        yield _introduce(chat, words, services)


async def _note_greeting(chat: Chat, language: Language | None, services: Services) -> tuple[ChatSettings, bool]:
    """The chat's settings, and whether it was not greeted before: decided where they are kept, two may ask at once."""
    new = False

    def greeted(settings: ChatSettings) -> ChatSettings:
        nonlocal new
        new = settings.greeted_at is None
        seen = settings.seen_language or language
        return settings.model_copy(update={"greeted_at": settings.greeted_at or services.now(), "seen_language": seen})

    return await services.store.change_chat(chat.key, greeted), new


def _introduce(chat: Chat, words: Words, services: Services) -> Message:
    if chat.kind == "channel":  # told to the one who added the bot, in his private chat
        named = words.say("我进了频道「{title}」。在那里发 /subscribe，日报就每天送过去。", title=chat.title)
        return Message(doc(paragraph(named)))
    said = [words.say("你好，我是推报。每天读完 X 上的帖子，去掉广告和重复，写成一份报告，每一条都附原帖链接。")]
    said.append(words.say("管理员按一下「每天送到这里」就订好了；谁都可以发 /brief 先看一份。"))
    buttons = (
        Button(words.say("每天送到这里"), f"c:subscribe {first_topic(services).name}"),
        Button(words.say("看最新一份"), "c:brief"),
    )
    return Message(doc([Paragraph(text(line)) for line in said]), (buttons,))


async def _welcome_back(chat: Chat, alive: Sequence[Subscription], words: Words, services: Services) -> Message:
    """回来了：AI 日报还是每天 08:00 送到这里。"""
    lines = []
    for each in alive:
        topic, settings = services.topics[each.topic], await services.store.chat(each.chat)
        await load_names(settings.timezone or topic.timezone)
        schedule = schedule_words(each, settings, topic, services.now(), words)
        if each.chat == chat.key:
            said = words.say("回来了：{daily}还是{schedule}送到这里。", daily=daily(topic, words), schedule=schedule)
        else:
            said = words.say(
                "回来了：{daily}还是{schedule}送到原来的话题里。", daily=daily(topic, words), schedule=schedule
            )
        lines.append(Paragraph(text(said)))
    if chat.kind == "channel":
        return Message(doc(lines))
    own = [each for each in alive if each.chat == chat.key]
    named = f" {own[0].topic}" if len(own) == 1 else ""
    buttons = (Button(words.say("设置"), f"c:settings{named}"), Button(words.say("退订"), f"c:unsubscribe{named}"))
    return Message(doc(lines), (buttons,) if own else ())
