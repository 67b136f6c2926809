"""Answers that grow, not faster than Discord takes edits: in and out, messages in their order.

Always holds: a draft comes at the earliest `every_s` after the one before it, and then the newest; what is no draft
comes at once, and a draft that was held back is dropped for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from handlers.base import Message

DRAFT_EVERY_S = 1.5


async def pace_drafts(messages: AsyncIterator[Message], every_s: float = DRAFT_EVERY_S) -> AsyncIterator[Message]:
    coming: asyncio.Future[Message | None] | None = None
    pause: asyncio.Future[None] | None = None
    held: Message | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(take_next(messages))
            if held and pause:
                waits: set[asyncio.Future[Any]] = {coming, pause}
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            else:
                await coming
            if coming.done():
                message, coming = coming.result(), None
                if message is None or not message.draft:
                    last = message or held
                    held = None
                    if last is not None:
                        yield last
                    if message is None:
                        return
                    continue
                held = message
            if held and (pause is None or pause.done()):
                said, held = held, None
                yield said
                pause = asyncio.ensure_future(asyncio.sleep(every_s))
    finally:
        for waiting in (coming, pause):
            if waiting:
                waiting.cancel()


async def take_next(messages: AsyncIterator[Message]) -> Message | None:
    return await anext(messages, None)
