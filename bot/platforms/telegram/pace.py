"""Telegram's limits, where its library asks for them: 30 a second, 20 a minute to a group, 3 in 3 s to a person.

Counts every call that makes or changes a message, and the deletions of a broadcast; a 429 holds up its own chat only.
(The limiter that comes with the library is a leaky bucket: it lets 59 calls through in one second and 39 to a group in
one minute, does not count private chats, and knows no priority.)
Sources: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.platforms import PLAIN, Outgoing
from bot.platforms.pace import Clock, Limit, Pace, Sleep
from bot.platforms.telegram.errors import wait_asked_s

FREE, PAID = (30, 1.0), (1000, 1.0)
PERSON, GROUP = (3, 3.0), (20, 60.0)
FLEETING = frozenset({"sendchataction", "sendmessagedraft", "sendrichmessagedraft"})  # they leave no message


class Limiter(BaseRateLimiter[Outgoing]):
    """`rate_limit_args` of a call is how a part of a broadcast goes out; without it a reader waits, and goes first."""

    def __init__(self, *, paid: bool = False, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._pace = Pace(*(PAID if paid else FREE), clock=clock, sleep=sleep)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def process_request(  # noqa: PLR0917  the library's own signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Outgoing | None,
    ) -> Any:
        """Make the call when its chat and the bot have room for it."""
        going = rate_limit_args
        if not is_counted(endpoint, broadcast=going is not None):
            await (going or PLAIN).leaving()
            return await callback(*args, **kwargs)
        chat = str(data.get("chat_id", ""))
        async with self._pace.turn(chat, _limit_of(chat), urgent=going is None, leaving=(going or PLAIN).leaving):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._pace.hold(chat, wait_asked_s(error))
                raise


def is_counted(endpoint: str, *, broadcast: bool) -> bool:
    """Does the call make or change a message? Methods that the library has not got are not all written alike."""
    name = endpoint.lower()
    return name.startswith(("send", "editmessage", *(("deletemessage",) if broadcast else ()))) and name not in FLEETING


def _limit_of(chat: str) -> Limit:
    return PERSON if chat.isdigit() else GROUP
