"""What handlers keep and look up: the part of the store that they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime

from handlers.chats import ChatSettings, Subscription
from report.model import DropKind, Report, Value


class Restored(Value):
    """A post that a report dropped and an admin brought back: the topic's next reports keep it."""

    topic: str
    id: str
    author: str
    kind: DropKind  # what it was dropped as, and why
    reason: str
    report_key: str  # in whose ledger it stood
    restored_at: AwareDatetime


class Store(Protocol):
    """What handlers keep and look up."""

    async def report(self, key: str) -> Report | None: ...
    async def report_keys(self, topic: str) -> Sequence[str]:
        """Keys of the topic's reports, oldest last day first."""
        ...

    async def subscriptions(self, chat: str | None = None) -> Sequence[Subscription]: ...
    async def subscribe(self, subscription: Subscription) -> None:
        """Keep it, in place of the chat's older one to the same topic."""
        ...

    async def unsubscribe(self, chat: str, topic: str | None = None) -> int:
        """Forget the chat's subscriptions (to one topic, or all); how many there were."""
        ...

    async def chat(self, chat: str) -> ChatSettings:
        """How the chat is set up; the defaults where nothing is kept of it."""
        ...

    async def change_chat(self, chat: str, change: Callable[[ChatSettings], ChatSettings]) -> ChatSettings:
        """Keep what `change` makes of its settings; two changes at once do not undo each other."""
        ...

    async def change_subscription(
        self, chat: str, topic: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        """The same for a subscription; None where there is none."""
        ...

    async def chat_back(self, chat: str) -> Sequence[Subscription]:
        """The chat is no longer gone; its subscriptions that are alive again, () for one that was there."""
        ...

    async def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        """Was a delivery of the report made for the chat, in that revision or an older one?"""
        ...

    async def restored(self, topic: str) -> Sequence[Restored]:
        """The posts of the topic that were brought back, in that order."""
        ...

    async def restore(self, post: Restored) -> None: ...
    async def take_back(self, topic: str, post_id: str) -> bool:
        """Forget that the post was brought back; was it?"""
        ...

    async def delivered(self, since: datetime) -> Mapping[str, int]:
        """Deliveries made since then, by what became of them (sent, failed, gone, pending); 30 days are kept."""
        ...
