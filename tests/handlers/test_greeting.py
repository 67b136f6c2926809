"""What the bot says where it is added, and where it comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.base import Chat, Message
from handlers.chats import Subscription
from handlers.subscribing.greeting import greet
from report.model import Language
from tests.handlers.fakes import NOW, Conversation

GROUP = Chat("telegram", "-100555", "group", "读者群")


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


async def greeted(talk: Conversation, chat: Chat = GROUP, language: Language | None = "zh") -> list[Message]:
    return [message async for message in greet(chat, language, talk.services)]


def rest(talk: Conversation, topic: str = "ai", chat: Chat = GROUP) -> None:
    """A subscription of a chat that is gone."""
    kept = Subscription(chat=chat.key, topic=topic, kind=chat.kind, created_at=NOW - timedelta(days=9))
    talk.store.resting.append(kept)


async def test_a_group_is_told_once_what_the_bot_does_and_what_to_press(talk: Conversation) -> None:
    (message,) = await greeted(talk)
    assert message.doc.plain().startswith("你好，我是推报。")
    assert [button.action for button in message.buttons[0]] == ["c:subscribe ai", "c:brief"]
    assert await greeted(talk) == []
    kept = await talk.store.chat(GROUP.key)
    assert (kept.greeted_at, kept.seen_language) == (NOW, "zh")


async def test_a_channel_is_told_what_to_type(talk: Conversation) -> None:
    (message,) = await greeted(talk, Chat("telegram", "-100777", "channel"))
    assert "/subscribe" in message.doc.plain()
    assert message.buttons == ()


async def test_a_private_chat_hears_nothing_and_gets_its_reports_again(talk: Conversation) -> None:
    private = Chat("telegram", "55")
    rest(talk, chat=private)
    assert await greeted(talk, private) == []
    assert [each.topic for each in talk.store.held] == ["ai"]


async def test_a_group_that_comes_back_is_told_what_it_gets_again(talk: Conversation) -> None:
    await greeted(talk)
    rest(talk)
    (message,) = await greeted(talk)
    assert message.doc.plain() == "回来了：AI 日报还是每天 08:00（上海时间）送到这里。"
    assert [button.action for button in message.buttons[0]] == ["c:settings ai", "c:unsubscribe ai"]
    assert [each.topic for each in talk.store.held] == ["ai"]
    assert await greeted(talk) == []


async def test_several_that_are_alive_again_are_all_told_and_a_stopped_topic_is_not(talk: Conversation) -> None:
    for topic in ("ai", "finance", "chips"):
        rest(talk, topic)
    (message,) = await greeted(talk)
    assert [line.partition("还是")[0] for line in message.doc.plain().splitlines()] == [
        "回来了：AI 日报",
        "回来了：财经日报",
    ]
    assert [button.action for button in message.buttons[0]] == ["c:settings", "c:unsubscribe"]


async def test_a_group_that_subscribed_before_it_was_greeted_is_not_greeted_any_more(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=GROUP)
    assert await greeted(talk) == []
