"""The same conversations on the platforms themselves, each against its counterpart: a person types and presses there.

In: a conversation with the turns that the handlers alone gave. Out: sentences about what the platform's reader sees
that is something else, [] where it is the same. One platform process serves many conversations, one after the other.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.platforms import PlatformError
from handlers.base import Chat, Message, Request
from handlers.chats import ChatKind
from tests.conversations.script import Conversation
from tests.conversations.seeing import Seen, differences, left_standing
from tests.conversations.stage import Stage, Turn
from tests.hosts import Listening

PATIENCE_S = 5.0
DISCORD_ALONE = ("子区", "Thread")  # the details in a thread under a brief
NAMED = re.compile(r"、子区|, thread", re.IGNORECASE)  # in a list of the settings


@dataclass
class Theatre(Listening):
    """A Host that leads every request to the stage of the conversation under way, and knows when it was answered."""

    cloud: str
    stage: Stage | None = None
    finished: int = 0
    said: list[Message] = field(default_factory=list)  # by the handlers, since the last line
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        assert self.stage is not None
        try:
            async for message in self.stage.answer(request):
                self.said.append(message)
                yield message
        finally:
            self.finished += 1
            self._bell.set()

    @property
    def broken(self) -> str:
        """What a platform told of a place that it should not have."""
        return "; ".join(map(str, (*self.gone, *self.back, *self.moved)))

    async def wait(self, finished: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.finished < finished:
                self._bell.clear()
                await self._bell.wait()


class Person(Protocol):
    """Somebody at one platform, in the places of one conversation."""

    def chat(self, who: str) -> Chat: ...
    def can(self, turn: Turn) -> bool:
        """Can this be said or pressed on the platform at all?"""
        ...

    async def act(self, turn: Turn, theatre: Theatre) -> Seen | None:
        """Say it or press it; what then is new or changed for that person; None where a window asks for words."""
        ...


class Visit(Protocol):
    """A platform that runs, and people who come to it."""

    name: str
    places: frozenset[str]  # that there are on it

    def enter(self, conversation: Conversation) -> tuple[Stage, Person]:
        """Chats and people of the conversation's own, and the program behind them."""
        ...


async def visit(conversation: Conversation, turns: Sequence[Turn], there: Visit, theatre: Theatre) -> list[str]:
    """Hold the conversation there."""
    setting = conversation.setting
    if setting.place not in there.places or setting.only not in {"", there.name}:
        return []
    if there.name == "local" and len(conversation.persons) > 1:
        return []
    theatre.stage, person = there.enter(conversation)
    theatre.stage.subscribe(person.chat("读者"))
    found: list[str] = []
    for turn in turns:
        where = f"{there.name}: {conversation.title}: {turn.line.who} ▸ {turn.line.said[:60]}"
        found += [f"{where}: {sentence}" for sentence in await _take(turn, person, theatre, setting.kind)]
    return found


async def _take(turn: Turn, person: Person, theatre: Theatre, kind: ChatKind) -> list[str]:
    if turn.unheard or turn.missing or not person.can(turn):
        return []
    theatre.said.clear()
    try:
        seen = await person.act(turn, theatre)
    except TimeoutError:
        return [f"no answer in {PATIENCE_S:g} s {theatre.broken}"]
    except (PlatformError, ValueError, LookupError) as error:
        return [f"{type(error).__name__}: {error}"]
    said = list(turn.messages) if turn.stale else theatre.said
    if words_of(said) != words_of(turn.messages):
        return [f"another answer than {words_of(turn.messages)}: {words_of(said)}"]
    if seen is None:
        return [] if any(message.prompt for message in said) else ["a window that nobody asked for"]
    return differences(left_standing(said), seen, "private" if turn.link else kind)


def words_of(messages: Sequence[Message]) -> list[str]:
    """What the handlers say everywhere: without the setting that Discord alone has."""
    lines: list[str] = []
    for message in messages:
        labels = [button.label for row in message.buttons for button in row]
        told = [*message.doc.plain().split("\n"), *labels, message.prompt]
        lines += [NAMED.sub("", words) for words in told if not words.startswith(DISCORD_ALONE)]
    return lines
