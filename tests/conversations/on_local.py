"""Conversations on the chat page of this machine, as its server hands them to the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.config import WebSettings
from bot.platforms import Rejected
from bot.platforms.local import LocalPlatform
from bot.platforms.local.history import Entry
from handlers.base import Chat
from tests.conversations.platforms import Theatre
from tests.conversations.reports import NOW
from tests.conversations.script import Conversation, Line
from tests.conversations.seeing import Seen, read_html
from tests.conversations.stage import STALE, Stage, Turn


@dataclass
class LocalVisit:
    platform: LocalPlatform
    theatre: Theatre
    name: str = "local"
    places: frozenset[str] = frozenset({"私聊"})

    def enter(self, conversation: Conversation) -> tuple[Stage, LocalPerson]:
        admins = frozenset({"local:me" if conversation.persons == {"管理员"} else "local:another"})
        stage = Stage(conversation.setting, "local", lambda _who: "me", admins, self.theatre.cloud)
        return stage, LocalPerson(self.platform, stage)


@dataclass
class LocalPerson:
    platform: LocalPlatform
    stage: Stage

    def chat(self, who: str) -> Chat:
        return Chat("local", "me")

    def can(self, turn: Turn) -> bool:
        """Nobody comes there by a deep link, and a press that no message offers is refused before it is read."""
        offered = not turn.action or turn.stale or self._offers(turn.action)
        return offered and not turn.line.words.startswith("/start ")

    async def act(self, turn: Turn, theatre: Theatre) -> Seen:
        history = self.platform.history
        mark = history.mark
        pressed = 0
        for _ in range(turn.line.times):
            finished = theatre.finished
            if turn.action:
                pressed = self._offering(turn.action)
                try:
                    self.platform.press(turn.action, pressed)
                except Rejected:
                    return Seen([STALE[self.stage.setting.language]])  # the page says it, in the reader's language
            else:
                self.platform.say(self._complete(turn.line), self.stage.setting.language)
            await theatre.wait(finished + 1)
        _, fresh = history.since(mark)
        return sum((_see(kept.entry) for kept in fresh if kept.entry.who == "bot"), Seen())

    def _complete(self, line: Line) -> str:
        """After a question the page has put the command into the box already."""
        last = self.platform.history.since(None)[1][-1:]
        prompt = last[0].entry.prompt if last else ""
        return f"/{prompt} {line.words}" if prompt and not line.is_command else line.words

    def _offers(self, action: str) -> bool:
        return any(kept.entry.offers(action) for kept in self.platform.history.since(None)[1])

    def _offering(self, action: str) -> int:
        """The newest message with that button, else the newest."""
        kept = self.platform.history.since(None)[1]
        return ([each for each in kept if each.entry.offers(action)] or list(kept))[-1].id


def _see(entry: Entry) -> Seen:
    return Seen([read_html(entry.html)], [pair for row in entry.buttons for pair in row])


@asynccontextmanager
async def local(theatre: Theatre) -> AsyncIterator[LocalVisit]:
    platform = LocalPlatform(WebSettings(port=0), now=lambda: NOW)
    await platform.start(theatre)
    try:
        yield LocalVisit(platform, theatre)
    finally:
        await platform.stop()
