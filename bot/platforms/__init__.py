"""Where readers are: one folder a platform, each the same five methods.

Platform errors say what to do: RetryLater (wait), ChatGone (unsubscribe), Rejected (this message never fits).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

from handlers.base import Message, Request

Part = dict[str, Any]  # one platform message, rendered, as JSON: it is kept in the outbox and sent as it is


class PlatformError(Exception):
    """Domain first, in lower case: `telegram: chat 7 not found`."""


class RetryLater(PlatformError):
    def __init__(self, reason: str, after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.after_s = after_s


class ChatGone(PlatformError):
    """The chat does not exist, or the bot may not write there any more."""


class ChatMoved(PlatformError):
    """The chat has another id now (a Telegram group that became a supergroup)."""

    def __init__(self, reason: str, new_id: str) -> None:
        super().__init__(reason)
        self.new_id = new_id


class Rejected(PlatformError):
    """The platform refuses this message, and would again."""


class Host(Protocol):
    """What a platform tells the program."""

    def answer(self, request: Request) -> AsyncIterator[Message]: ...
    async def chat_gone(self, chat: str, reason: str) -> None: ...
    async def chat_moved(self, chat: str, new_id: str) -> None: ...


class Platform(Protocol):
    name: str

    async def start(self, host: Host) -> None:
        """Connect; return when requests can arrive. PlatformError says what is wrong (a token, an address)."""
        ...

    async def stop(self) -> None:
        """Take no more requests, let answers under way finish, disconnect."""
        ...

    def encode(self, message: Message, *, channel: bool = False) -> tuple[Part, ...]:
        """The message in as few parts as the platform's limits allow. In a channel, buttons become deep links."""
        ...

    async def send(self, chat_id: str, part: Part) -> str:
        """Send one part; the platform's id of it. Raises only PlatformErrors."""
        ...
