"""/subscribe and /unsubscribe as conversations: what is confirmed, by whom it may be done, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.base import Chat, Message
from handlers.chats import Subscription, Wishes
from report.model import Topic
from tests.handlers.fakes import NOW, TOPICS, Conversation, MemoryStore, make_report

GROUP = Chat("telegram", "-100555", "group", "读者群")
PLACES = (
    Chat("telegram", "55"),
    GROUP,
    Chat("telegram", "-100555/45", "group"),
    Chat("telegram", "-100777", "channel"),
    Chat("discord", "9", "group"),
    Chat("discord", "10", "private"),
)


@pytest.fixture
def talk() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


@pytest.mark.parametrize("chat", PLACES, ids=lambda chat: chat.key)
async def test_a_report_can_be_had_in_every_kind_of_place(talk: Conversation, chat: Chat) -> None:
    (message,) = await talk.say("/subscribe", chat=chat)
    assert message.doc.plain() == (
        "订好了：AI 日报，每天 08:00（上海时间）送到这里，明早是第一份。\n想先看看？1 月 7 日的已经在了。"
    )
    in_channel = chat.kind == "channel"  # whose buttons lead into the presser's private chat
    assert labels(message) == [["看 1 月 7 日"] if in_channel else ["看 1 月 7 日", "改时间", "退订"]]
    (kept,) = talk.store.held
    assert (kept.chat, kept.kind, kept.title) == (chat.key, chat.kind, chat.title)


@pytest.mark.parametrize(
    ("typed", "topic", "hours"),
    [
        ("", "ai", ()),
        ("ai", "ai", ()),
        ("财经 8点", "finance", ("08:00",)),
        ("８：００ AI", "ai", ("08:00",)),
        ("ai 08:00 20:00", "ai", ("08:00", "20:00")),
        ("ai 8:30 pm", "ai", ("20:30",)),
        ("晚上8点", "ai", ("20:00",)),
        ("finance 早上七点半", "finance", ("07:30",)),
    ],
)
async def test_topic_and_hours_are_read_in_any_order(
    talk: Conversation, typed: str, topic: str, hours: tuple[str, ...]
) -> None:
    assert "订好了" in await talk.text(f"/subscribe {typed}")
    assert [(each.topic, each.hours) for each in talk.store.held] == [(topic, hours)]


async def test_a_title_of_several_words_is_found() -> None:
    talk = Conversation(topics={"chips": Topic(name="chips", title="AI chips", query="x"), **TOPICS})
    assert "订好了" in await talk.text("/subscribe AI Chips 9点")
    assert [(each.topic, each.hours) for each in talk.store.held] == [("chips", ("09:00",))]


@pytest.mark.parametrize("typed", ["25:00", "火星", "ai 火星", "ai 8:61", "/subscribe"])
async def test_what_is_not_understood_is_named_with_an_example_that_works(talk: Conversation, typed: str) -> None:
    (message,) = await talk.say(f"/subscribe {typed}")
    said, example = message.doc.plain().splitlines()
    assert said.startswith(f"没看懂「{typed.rpartition(' ')[2]}」。话题有：ai、finance；")
    assert talk.store.held == []
    assert "订好了" in await talk.text(example.removeprefix("例如 "))
    assert "已经订着了" not in await talk.text(message.buttons[0][0].action)


async def test_a_second_subscribe_keeps_hours_and_wishes_that_were_set(talk: Conversation) -> None:
    await talk.say("/subscribe ai 21:00")
    await talk.say("/settings ai length full")
    assert "已经订着了：AI 日报，每天 21:00（上海时间）送到这里，下一份今晚到。" in await talk.text("/subscribe")
    (kept,) = talk.store.held
    assert (kept.hours, kept.wishes) == (("21:00",), Wishes(length="full"))
    assert "每天 22:00（上海时间）送到这里，今晚就有第一份" in await talk.text("/subscribe ai 22:00")
    (kept,) = talk.store.held
    assert (kept.hours, kept.wishes, kept.created_at) == (("22:00",), Wishes(length="full"), NOW)


async def test_the_confirmation_tells_hours_that_are_not_kept(talk: Conversation) -> None:
    assert "AI 日报 07:00 还没写好，所以 08:00 送。" in await talk.text("/subscribe ai 7:00")
    assert "AI 日报每天只写 1 份，09:00 送；20:00 没有新的。" in await talk.text("/subscribe ai 9:00 20:00")


async def test_hours_are_of_the_chat_s_own_timezone(talk: Conversation) -> None:
    await talk.say("/settings timezone 纽约")
    assert "每天 08:00（纽约时间）送到这里，明早是第一份" in await talk.text("/subscribe ai 8:00")


async def test_the_client_s_language_is_kept_for_what_is_pushed(talk: Conversation) -> None:
    await talk.say("/subscribe", language="en")
    assert (await talk.store.chat("telegram:55")).seen_language == "en"
    await talk.say("/subscribe", language=None)
    assert (await talk.store.chat("telegram:55")).seen_language == "en"


async def test_in_a_group_a_reader_is_sent_to_the_private_chat(talk: Conversation) -> None:
    await talk.say("/subscribe", chat=GROUP)
    for said in ("/subscribe finance", "/unsubscribe", "/unsubscribe ai"):
        (message,) = await talk.say(said, chat=GROUP, manages=False)
        assert message.doc.plain() == "这里送什么、几点送，由管理员来定。想自己收，就在私聊里发 /subscribe。"
        ((button,),) = message.buttons
        assert button.private
        assert button.action == ("c:subscribe finance" if "finance" in said else "c:subscribe ai")
    assert [each.topic for each in talk.store.held] == ["ai"]
    await talk.say("/unsubscribe", chat=GROUP, manages=False, user="1")  # the bot's admin
    assert talk.store.held == []


async def test_unsubscribing_asks_which_of_several_also_for_one_that_is_not_there(talk: Conversation) -> None:
    await talk.say("/subscribe ai")
    await talk.say("/subscribe finance")
    for said, question in (("/unsubscribe", "退订哪一个？"), ("/unsubscribe 火星", "这里没有「火星」。")):
        (message,) = await talk.say(said)
        assert message.doc.plain().startswith(question)
        assert labels(message) == [["AI", "财经"], ["全部"]]
    (message,) = await talk.say("/unsubscribe 财经")
    assert labels(message) == [["再订回来"]]
    await talk.say("/unsubscribe 全部")
    assert talk.store.held == []
    assert labels((await talk.say("/unsubscribe"))[0]) == [["每天送到这里"]]


async def test_a_topic_that_is_read_no_more_can_be_left(talk: Conversation) -> None:
    talk.store.held.append(Subscription(chat="telegram:55", topic="chips", created_at=NOW - timedelta(days=9)))
    await talk.say("/subscribe")
    (message,) = await talk.say("/unsubscribe")
    assert labels(message) == [["chips", "AI"], ["全部"]]
    assert "退订好了" in await talk.text("/unsubscribe chips")
    assert [each.topic for each in talk.store.held] == ["ai"]
