"""An answer that takes its time: a draft that grows in private chats, a message that changes elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.platforms.telegram.answer import DRAFT_EVERY_S, EDIT_EVERY_S, TYPING_AFTER_S, TYPING_EVERY_S
from handlers.base import Button, Message
from report.doc import Picture, doc, paragraph
from tests.bot.platforms.telegram.conftest import FakeHost, FakeTime, say
from tests.counterparts.telegram_server import TelegramServer

DONE = say("两天合看", buttons=((Button("只看市场", "c:help"),),))


@dataclass
class Slow:
    """A handler that says the next thing when it is told to."""

    messages: asyncio.Queue[Message | None] = field(default_factory=asyncio.Queue)

    async def __call__(self) -> AsyncIterator[Message]:
        while message := await self.messages.get():
            yield message

    def say(self, *messages: Message | None) -> None:
        for message in messages:
            self.messages.put_nowait(message)


def stage(words: str, **more: Any) -> Message:
    return say(words, draft=True, **more)


def texts(server: TelegramServer, chat: int) -> list[str]:
    return [str(message.get("text", message.get("caption"))) for message in server.messages(chat)]


def shown(server: TelegramServer, chat: int) -> list[str]:
    return [draft["text"] for draft in server.chats[chat].drafts]


@pytest.fixture
def slow(host: FakeHost) -> Slow:
    handler = Slow()
    host.answers["detail"] = handler
    return handler


@pytest.mark.usefixtures("platform")
class TestInAChat:
    async def test_a_draft_grows_and_gives_way_to_the_answer(
        self, server: TelegramServer, slow: Slow, fake_time: FakeTime
    ) -> None:
        chat = server.add_chat()
        slow.say(stage("正在读…"))
        asked = server.say(chat, "/detail")
        await server.until(lambda: server.draft(chat) == "正在读…")
        slow.say(stage("读完一半…"))
        fake_time.turns.release()
        await server.until(lambda: server.draft(chat) == "读完一半…")
        slow.say(DONE, None)
        await server.wait_messages(chat, 1)
        assert texts(server, chat) == ["两天合看"]
        assert server.messages(chat)[0]["edits"] == []
        assert server.messages(chat)[0]["reply_markup"]
        assert server.draft(chat) == ""
        assert {draft["draft_id"] for draft in server.chats[chat].drafts} == {asked}

    async def test_stages_that_were_overtaken_are_not_shown(
        self, server: TelegramServer, slow: Slow, fake_time: FakeTime
    ) -> None:
        chat = server.add_chat()
        slow.say(stage("一"))
        server.say(chat, "/detail")
        await server.until(lambda: shown(server, chat) == ["一"])
        slow.say(stage("二"), stage("三"), stage("四"))
        server.say(chat, "/help")
        await server.wait_messages(chat, 1)
        assert shown(server, chat) == ["一"]  # the second that a draft has is not over
        fake_time.turns.release()
        await server.until(lambda: shown(server, chat) == ["一", "四"])
        slow.say(DONE, None)
        await server.wait_messages(chat, 2)
        assert shown(server, chat) == ["一", "四"]

    async def test_an_answer_that_overtakes_its_stage_is_not_followed_by_it(
        self, server: TelegramServer, slow: Slow
    ) -> None:
        chat = server.add_chat()
        slow.say(stage("一"), stage("二"), DONE, None)
        server.say(chat, "/detail")
        await server.wait_messages(chat, 1)
        server.say(chat, "/help")
        await server.wait_messages(chat, 2)
        assert texts(server, chat) == ["两天合看", "help："]
        assert server.draft(chat) == ""

    async def test_the_waiting_line_goes_when_the_answer_after_a_draft_has_come(
        self, server: TelegramServer, slow: Slow
    ) -> None:
        chat = server.add_chat()
        slow.say(say("两天 237 条…"), stage("读完一半…"))
        server.say(chat, "/detail")
        await server.until(lambda: server.draft(chat) == "读完一半…")
        slow.say(say("两天合看", update=True), None)
        await server.until(lambda: texts(server, chat) == ["两天合看"])

    async def test_long_drafts_show_their_end(self, server: TelegramServer, slow: Slow) -> None:
        chat = server.add_chat()
        slow.say(Message(doc(*(paragraph("字" * 3000),) * 2, paragraph("刚写到这里")), draft=True))
        server.say(chat, "/detail")
        await server.until(lambda: server.draft(chat).endswith("刚写到这里"))
        slow.say(None)

    async def test_drafts_count_nothing_against_the_limits_of_messages(
        self, server: TelegramServer, slow: Slow, fake_time: FakeTime
    ) -> None:
        chat = server.add_chat()
        server.say(chat, "/detail")
        for number in range(8):
            slow.say(stage(f"第 {number} 步"))
            await server.until(lambda number=number: server.draft(chat) == f"第 {number} 步")  # type: ignore[misc]  # a lambda's default has no type
            fake_time.turns.release()
        slow.say(DONE, None)
        await server.wait_messages(chat, 1)
        assert fake_time.slept == []

    @pytest.mark.parametrize(("code", "said"), [(404, "Not Found"), (400, "Bad Request: TEXTDRAFT_PEER_INVALID")])
    async def test_where_drafts_are_unknown_a_message_changes(
        self, server: TelegramServer, slow: Slow, fake_time: FakeTime, code: int, said: str
    ) -> None:
        chat = server.add_chat()
        server.fail("sendMessageDraft", code, said, times=9)
        slow.say(stage("正在读…"))
        server.say(chat, "/detail")
        await server.wait_messages(chat, 1)
        slow.say(stage("读完一半…"))
        fake_time.turns.release()
        await server.until(lambda: texts(server, chat) == ["读完一半…"])
        slow.say(DONE, None)
        await server.until(lambda: texts(server, chat) == ["两天合看"])
        assert server.messages(chat)[0]["edits"] == ["正在读…", "读完一半…"]
        tried = [call for call in server.recording.calls if call["path"].endswith("/sendMessageDraft")]
        assert len(tried) == (1 if code == 404 else 2)  # a server that does not know it is not asked again

    async def test_a_question_takes_the_place_of_the_last_stage(self, server: TelegramServer, slow: Slow) -> None:
        group = server.add_chat("supergroup")
        slow.say(stage("正在找…"))
        server.say(group, "/detail")
        await server.wait_messages(group, 1)
        slow.say(say("换个词？", prompt="detail"), None)
        await server.until(lambda: texts(server, group) == ["换个词？\n/detail"])

    @pytest.mark.parametrize("code", [401, 429, 500, 502])
    async def test_a_draft_that_fails_loses_no_answer(self, server: TelegramServer, slow: Slow, code: int) -> None:
        chat = server.add_chat()
        server.fail("sendMessageDraft", code, "No", times=3, **({"retry_after": 9} if code == 429 else {}))
        slow.say(stage("正在读…"))
        server.say(chat, "/detail")
        await server.until(lambda: any(call["status"] == code for call in server.recording.calls))
        slow.say(DONE, None)
        await server.until(lambda: texts(server, chat) == ["两天合看"])

    async def test_in_a_group_a_reply_changes_now_and_then(
        self, server: TelegramServer, slow: Slow, fake_time: FakeTime
    ) -> None:
        group = server.add_chat("supergroup")
        slow.say(stage("正在读…"))
        asked = server.say(group, "/detail")
        await server.wait_messages(group, 1)
        slow.say(stage("一"), stage("二"))
        fake_time.turns.release()
        await server.until(lambda: texts(server, group) == ["二"])
        slow.say(DONE, say("还有一句"), None)
        await server.wait_messages(group, 2)
        first, second = server.messages(group)
        assert (first["text"], first["edits"], first["reply_to"]) == ("两天合看", ["正在读…", "二"], asked)
        assert (second["text"], second["reply_to"]) == ("还有一句", None)
        assert shown(server, group) == []

    async def test_a_photo_takes_the_place_of_the_last_stage(
        self, server: TelegramServer, slow: Slow, picture: str
    ) -> None:
        group = server.add_chat("supergroup")
        slow.say(stage("正在画…"))
        server.say(group, "/detail")
        await server.wait_messages(group, 1)
        slow.say(Message(doc(Picture(picture, ""), paragraph("词云"))), None)
        await server.until(lambda: texts(server, group) == ["词云"])

    async def test_an_answer_that_breaks_off_leaves_no_stage_behind(
        self, server: TelegramServer, host: FakeHost, slow: Slow, fake_time: FakeTime
    ) -> None:
        chat = server.add_chat()
        slow.say(stage("正在读…"))
        server.say(chat, "/detail")
        await server.until(lambda: server.draft(chat) == "正在读…")
        slow.say(None)
        fake_time.turns.release()
        server.say(chat, "/help")
        await server.wait_messages(chat, 1)
        assert shown(server, chat) == ["正在读…"]


@pytest.mark.usefixtures("platform")
async def test_a_handler_whose_chat_is_gone_is_not_left_working(server: TelegramServer, host: FakeHost) -> None:
    chat, closed, ready = server.add_chat(), asyncio.Event(), asyncio.Event()

    async def working() -> AsyncIterator[Message]:
        try:
            await ready.wait()
            yield say("一")
            yield say("二")
        finally:
            closed.set()

    host.answers["detail"] = working
    server.say(chat, "/detail")
    server.block(chat, silently=True)
    ready.set()
    await asyncio.wait_for(closed.wait(), 5)
    await asyncio.wait_for(host.heard.acquire(), 5)
    assert [gone for gone, _ in host.gone] == [f"telegram:{chat}"]


def test_an_edit_leaves_room_for_others_in_a_groups_minute() -> None:
    assert 60 / EDIT_EVERY_S <= 15
    assert EDIT_EVERY_S >= 3
    assert DRAFT_EVERY_S >= 1


def test_what_takes_longer_than_a_second_is_seen_to_be_typed_until_it_is_there() -> None:
    assert TYPING_AFTER_S <= 1
    assert TYPING_EVERY_S < 5  # as long as Telegram shows it
