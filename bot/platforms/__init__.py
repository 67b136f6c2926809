"""Where readers are: one folder a platform, each the same few methods.

Platform errors say what to do: RetryLater (wait), ChatGone (let its subscriptions rest), ChatMoved (use the other id),
Instead (send other parts), Uneditable (leave the old message), Rejected (this message never fits).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from handlers.base import Chat, Message, Request
from handlers.chats import ChatKind
from report.model import Language

PlatformName = Literal["telegram", "discord", "local"]
Part = dict[str, Any]  # one platform message, rendered, as JSON: it is kept in the outbox and sent as it is


class PlatformError(Exception):
    """Domain first, in lower case: `telegram: chat 7 not found`."""


class RetryLater(PlatformError):
    """It was not taken now. `in_doubt`: nobody knows; the answer was lost (a time-out, a lost connection)."""

    def __init__(self, reason: str, after_s: float = 0.0, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.after_s = after_s
        self.in_doubt = in_doubt


class ChatGone(PlatformError):
    """The chat does not exist, or the bot may not write there any more."""


class ChatMoved(PlatformError):
    """The chat has another id now (a Telegram group that became a supergroup)."""

    def __init__(self, reason: str, new_id: str) -> None:
        super().__init__(reason)
        self.new_id = new_id


class Rejected(PlatformError):
    """The platform refuses this message, and would again."""


class Instead(PlatformError):
    """The platform cannot show this part, nothing of it was sent: these take its place."""

    def __init__(self, reason: str, parts: Sequence[Part]) -> None:
        super().__init__(reason)
        self.parts = tuple(parts)


class Uneditable(PlatformError):
    """The message stays as it is: it was deleted, is too old, or is of a kind that cannot become this part."""


class InDoubt(PlatformError):
    """Nobody can find out any more whether an earlier try was accepted, and it must not come twice."""


class KeptBack(Exception):
    """What `Outgoing.leaving` raises: the call is not to leave."""


async def _at_once() -> None:
    """Nothing to do before."""


@dataclass(frozen=True)
class Outgoing:
    """How a part of a delivery goes out; it gives way to what readers wait for.

    `nonce`: the same for the same part of the same delivery, however often it is tried, and for no other. `begun_at`:
    an earlier try began then, and nobody knows whether it was accepted. `leaving` is awaited when the limits let the
    call leave, before it does; what it raises keeps the call back.
    """

    nonce: str = ""
    begun_at: datetime | None = None
    leaving: Callable[[], Awaitable[None]] = _at_once


PLAIN = Outgoing()


class Host(Protocol):
    """What a platform tells the program."""

    def answer(self, request: Request) -> AsyncIterator[Message]: ...
    async def complete(self, request: Request, argument: str, typed: str) -> Sequence[tuple[str, str]]:
        """What may follow what was typed for that argument of the request's command: labels and values, best first."""
        ...

    def greet(self, chat: Chat, language: Language | None) -> AsyncIterator[Message]:
        """What the bot says where it was added or let in again: once, or nothing."""
        ...

    async def chat_gone(self, chat: str, reason: str) -> None: ...
    async def chat_back(self, chat: str) -> None:
        """The bot may write there again: what was set up there holds again, quietly."""
        ...

    async def chat_moved(self, chat: str, new_id: str) -> None: ...


class Platform(Protocol):
    name: str
    idempotent: bool  # does it make one message of two tries with the same nonce?

    async def start(self, host: Host) -> None:
        """Connect; return when requests can arrive. PlatformError says what is wrong (a token, an address)."""
        ...

    async def stop(self) -> None:
        """Take no more requests, let answers under way finish, disconnect."""
        ...

    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:
        """The message in as few parts as the platform's limits allow, for a chat of that kind."""
        ...

    async def send(
        self,
        chat_id: str,
        part: Part,
        before: Sequence[str] = (),
        going: Outgoing = PLAIN,
    ) -> str:
        """Send one part; the platform's id of it, "" where the part is not wanted in this chat.

        `before` are the ids of the parts before it, which it may answer or hang under. Raises only PlatformErrors.
        """
        ...

    def match(self, old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
        """Which message each new part can take the place of: ids, "" for a part that is to be sent.

        `sent` are the ids of the old parts. Ids beyond the number of new parts are to be deleted.
        """
        ...

    async def edit(
        self,
        chat_id: str,
        message_id: str,
        part: Part,
        before: Sequence[str] = (),
        going: Outgoing = PLAIN,
    ) -> str:
        """Put the part in the place of a message that was pushed; its id.

        Uneditable where it cannot be; one that says the same already is edited.
        """
        ...

    async def delete(
        self,
        chat_id: str,
        message_id: str,
        before: Sequence[str] = (),
        going: Outgoing = PLAIN,
    ) -> None:
        """Delete a message that was pushed; one that is not there is deleted. Uneditable where it cannot be."""
        ...

    async def private_chat(self, user_id: str) -> str:
        """The id of the chat with one user alone, for what admins are told. ChatGone where there is none."""
        ...
