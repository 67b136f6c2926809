"""Answers that take long: one at a time for each reader, and closed as soon as nobody reads on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from handlers.base import Message, Request, Services
from report.doc import doc, paragraph


async def in_turn(
    answer: AsyncGenerator[Message, None], request: Request, services: Services
) -> AsyncIterator[Message]:
    """The answer, or why it is not the reader's turn."""
    async with aclosing(answer) as growing:
        with services.turns.take(reader_of(request)) as free:
            if not free:
                yield Message(doc(paragraph(request.words.say("上一个还没答完，等它出来再发下一个。"))))
                return
            async for message in growing:
                yield message


def reader_of(request: Request) -> str:
    """Who waits: the reader, or the channel for a post without one."""
    return request.user if request.user_id else request.chat.key
