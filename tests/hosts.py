"""The program as a platform sees it, in memory: it offers and greets as it was told to, and remembers what it heard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from handlers.base import Chat, Message, Request
from report.model import Language


@dataclass(kw_only=True)
class Listening:
    """All of platforms.Host but `answer`, which each kind has in its own way."""

    requests: list[Request] = field(default_factory=list)
    offered: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict)  # by argument
    asked: list[tuple[Request, str, str]] = field(default_factory=list)  # what was offered something
    greetings: list[Message] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    languages: list[Language | None] = field(default_factory=list)  # that greetings were asked for in
    gone: list[tuple[str, str]] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)

    async def complete(self, request: Request, argument: str, typed: str) -> Sequence[tuple[str, str]]:
        self.asked.append((request, argument, typed))
        return self.offered.get(argument, ())

    async def greet(self, chat: Chat, language: Language | None) -> AsyncIterator[Message]:
        self.greeted.append(chat.key)
        self.languages.append(language)
        for message in self.greetings:
            yield message

    async def chat_gone(self, chat: str, reason: str) -> None:
        self.gone.append((chat, reason))

    async def chat_back(self, chat: str) -> None:
        self.back.append(chat)

    async def chat_moved(self, chat: str, new_id: str) -> None:
        self.moved.append((chat, new_id))
