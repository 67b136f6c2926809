"""Conversations on the real Telegram platform, against a Bot API server of our own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from pydantic import SecretStr

from bot.config import TelegramSettings
from bot.platforms.telegram import TelegramPlatform
from handlers.base import Chat
from tests.bot.platforms.telegram.conftest import FakeTime
from tests.conversations.platforms import Theatre
from tests.conversations.script import PERSONS, Conversation
from tests.conversations.seeing import Seen, see_telegram
from tests.conversations.stage import Stage, Turn
from tests.counterparts.telegram_server import TelegramServer

KINDS = {"私聊": "private", "群": "supergroup", "话题": "supergroup", "频道": "channel"}
CLIENTS = {"zh": "zh-hans", "en": "en"}


@dataclass
class TelegramVisit:
    server: TelegramServer
    theatre: Theatre
    numbers: Iterator[int]
    admins: set[str]  # the platform's own, which grows
    name: str = "telegram"
    places: frozenset[str] = frozenset(KINDS)

    def enter(self, conversation: Conversation) -> tuple[Stage, TelegramPerson]:
        base = next(self.numbers) * 100
        users = {who: base + number for who, number in PERSONS.items()}
        for who, user in users.items():
            self.server.add_chat("private", user, title=who)
            self.server.speak(user, CLIENTS[conversation.setting.language])
        self.admins.add(f"telegram:{users['管理员']}")
        place = conversation.setting.place
        chat_id = thread = 0
        if place != "私聊":
            chat_id = self.server.add_chat(KINDS[place], title="读报", admins=(users["群主"],))
        if place == "话题":
            thread = self.server.open_topic(chat_id)
        stage = Stage(
            conversation.setting,
            "telegram",
            lambda who: str(users[who]) if PERSONS[who] else "",
            frozenset({f"telegram:{users['管理员']}"}),
            self.theatre.cloud,
        )
        return stage, TelegramPerson(self.server, stage, users, chat_id, thread)


@dataclass
class TelegramPerson:
    server: TelegramServer
    stage: Stage
    users: dict[str, int]
    chat_id: int  # 0: each has a private chat
    thread: int  # of the forum's topic, 0 elsewhere

    def chat(self, who: str) -> Chat:
        place = f"{self.chat_id}/{self.thread}" if self.thread else str(self.chat_id)
        return Chat("telegram", place if self.chat_id else str(self.users[who]), self.stage.setting.kind, "读报")

    def can(self, turn: Turn) -> bool:
        return True

    async def act(self, turn: Turn, theatre: Theatre) -> Seen:
        user = self.users[turn.line.who]
        chat = self.chat_id or user
        before = self._shown(chat)
        if turn.link:
            return await self._follow_link(turn, chat, user, theatre)
        if turn.action:
            return await self._press(turn, chat, user, theatre)
        for _ in range(turn.line.times):
            finished = theatre.finished
            self.server.say(chat, turn.line.words, user, **self._more(turn, chat))
            await theatre.wait(finished + 1)
        return self._news(chat, before)

    def _more(self, turn: Turn, chat: int) -> dict[str, Any]:
        """Words without a slash answer the last message."""
        more = {"topic": self.thread} if self.thread else {}
        messages = self.server.messages(chat)
        if messages and not turn.line.is_command:
            more["reply_to"] = int(messages[-1]["message_id"])
        return more

    async def _press(self, turn: Turn, chat: int, user: int, theatre: Theatre) -> Seen:
        message = self._offering(turn.action, chat)
        before, finished = self._shown(chat), theatre.finished
        press = self.server.press(chat, message, turn.action, user)
        await self.server.until(lambda: bool(self.server.presses[press]), 5)
        answered = self.server.presses[press]
        if turn.stale:
            return Seen([answered["text"]])
        await theatre.wait(finished + 1)
        seen = self._news(chat, before)
        same = [see_telegram(each) for each in self.server.messages(chat) if each["message_id"] == message]
        return Seen([answered["text"]]) + (seen if seen.texts else (same or [Seen()])[0])

    async def _follow_link(self, turn: Turn, chat: int, user: int, theatre: Theatre) -> Seen:
        """A press in a channel opens the private chat and begins it."""
        press = self.server.press(chat, self._offering(turn.action, chat), turn.action, user)
        await self.server.until(lambda: bool(self.server.presses[press]), 5)
        _, _, payload = self.server.presses[press]["url"].partition("?start=")
        before, finished = self._shown(user), theatre.finished
        self.server.say(user, f"/start {payload}", user)
        await theatre.wait(finished + 1)
        return self._news(user, before)

    def _offering(self, action: str, chat: int) -> int:
        """The newest message with that button; the newest of all where none has it (any more)."""
        messages = self.server.messages(chat)
        found = [each for each in messages if any(action == said for _, said in see_telegram(each).buttons)]
        return int((found or messages or [{"message_id": 7}])[-1]["message_id"])

    def _shown(self, chat: int) -> dict[int, str]:
        return {each["message_id"]: json.dumps(_content(each)) for each in self.server.messages(chat)}

    def _news(self, chat: int, before: dict[int, str]) -> Seen:
        seen = Seen()
        for message in self.server.messages(chat):
            if before.get(message["message_id"]) != json.dumps(_content(message)):
                seen += see_telegram(message)
        return seen


def _content(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in {"edits", "edit_date"}}


@asynccontextmanager
async def telegram(theatre: Theatre, calls: list[dict[str, Any]], *, rich: bool = True) -> AsyncIterator[TelegramVisit]:
    """The platform at its counterpart; `calls` gets what it asked."""
    fake, admins = FakeTime(), set[str]()
    async with TelegramServer(limits=True, clock=fake.clock) as server:
        settings = TelegramSettings(token=SecretStr(server.token), base_url=server.url, rich="auto" if rich else "off")
        platform = TelegramPlatform(settings, admins=admins, clock=fake.clock, sleep=fake.sleep)
        await platform.start(theatre)
        try:
            yield TelegramVisit(server, theatre, count(1), admins)
        finally:
            await platform.stop()
            calls += server.recording.calls
