"""The answer to one interaction: in time, in order, to the right eyes.

Discord waits 3 s for a first sign, so a slow answer is announced; for 15 min more messages may follow. After that a
public answer goes to the channel, and one that only its reader may see is dropped with a line in the log. What follows
a draft takes its place. A question that answers a press opens a window to write into; elsewhere it is written out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import discord

from bot.platforms import Part, PlatformError
from bot.platforms.discord.asking import Question, write_out
from bot.platforms.discord.encode import encode_message
from bot.platforms.discord.errors import FAILURES, translate
from bot.platforms.discord.sending import read_edit, read_part
from bot.platforms.growing import Growing
from handlers.base import Message
from handlers.words import Words

TOKEN_LIVES_S = 14.5 * 60  # 15 min, less what an answer may be under way
DRAFT_EVERY_S = 1.5
ORIGINAL, IN_CHANNEL = 0, -1
# Unknown webhook, unknown interaction, already acknowledged, invalid webhook token: this way is closed.
CLOSED_CODES = {10015, 10062, 40060, 50027}

log = logging.getLogger(__name__)


class Answer:
    """`ephemeral`: for the one who asked; `in_place`: into the message that was pressed, which is his own."""

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        *,
        ephemeral: bool,
        in_place: bool,
        words: Words,
        clock: Callable[[], float],
        send: Callable[[Part], Awaitable[str]],
    ) -> None:
        self.interaction = interaction
        self.ephemeral = ephemeral
        self.in_place = in_place
        self._words = words
        self._clock = clock
        self._send = send
        self._ends = clock() + TOKEN_LIVES_S
        self._shown: list[int] = []  # the last Message: ids of follow-ups, ORIGINAL, IN_CHANNEL
        self._drafted = False  # it is a draft
        self._original_open = True  # nothing stands there yet, or only the sign of waiting

    async def give(self, messages: AsyncIterator[Message], *, defer_after_s: float) -> None:
        """Show each message as it comes, and a sign of waiting if the first takes longer than `defer_after_s`."""
        growing = Growing(self._show_stage, asyncio.sleep)
        first = asyncio.ensure_future(anext(messages, None))
        try:
            await asyncio.wait({first}, timeout=defer_after_s)
            if not first.done():
                await self._try(self._defer)
            message = await first
            if message is not None and message.personal and not self.interaction.response.is_done():
                self.ephemeral = True
            while message is not None:
                await self._bring(message, growing)
                message = await anext(messages, None)
        finally:
            first.cancel()
            await asyncio.wait({first})
            await growing.stop()
            if isinstance(messages, AsyncGenerator):  # nobody reads on: what is still being made can stop
                await messages.aclose()
        if self._original_open and self._is_open():
            await self._try(self._leave)

    async def _bring(self, message: Message, growing: Growing) -> None:
        if message.draft:
            growing.grow(message)
            return
        await growing.stop()
        if not (message.prompt and await self._ask(message)):
            await self._show(write_out(message, self._words) if message.prompt else message)

    async def _show_stage(self, stage: Message) -> float:
        """Seconds until the next may be shown."""
        await self._show(stage)
        return DRAFT_EVERY_S

    async def _ask(self, message: Message) -> bool:
        """Open a window, which only a press that nothing has answered yet can; did it?"""
        pressed = self.interaction.type is discord.InteractionType.component
        if not pressed or self.interaction.response.is_done() or not self._is_open():
            return False
        asked = await self._try(self.interaction.response.send_modal, Question(message))
        self._original_open = not asked
        return asked

    async def _defer(self) -> None:
        if self.in_place:
            await self.interaction.response.defer()
        else:
            await self.interaction.response.defer(ephemeral=self.ephemeral, thinking=True)

    async def _leave(self) -> None:
        """There was nothing to say: leave no sign of waiting behind."""
        if not self.interaction.response.is_done():
            await self._defer()
        if not self.in_place:
            await self.interaction.delete_original_response()

    async def _show(self, message: Message) -> None:
        if message.draft and not self._is_open():
            return
        before = self._shown if message.update or self._drafted else []
        self._shown, self._drafted = [], message.draft
        for old, part in zip_longest(before, encode_message(replace(message, thread=False))):
            if part is None:
                await self._try(self._remove, old)
            elif old in (None, IN_CHANNEL) or not self._is_open():
                await self._put(part)
            else:
                await self._replace(old, part)

    def _is_open(self) -> bool:
        return self._clock() < self._ends

    async def _put(self, part: Part) -> None:
        """Send it the first way that is open: the interaction's own answer, a follow-up, the channel."""
        if self._is_open() and await self._try(self._send_answer, part):
            return
        if self._is_open() or self._drafted:
            return
        if self.ephemeral:
            log.warning("discord: an answer came too late for its reader: %s", part)
        elif await self._try(self._send, part):
            self._shown.append(IN_CHANNEL)

    async def _send_answer(self, part: Part) -> None:
        if not self._original_open:
            sent = await self.interaction.followup.send(**read_part(part), ephemeral=self.ephemeral, wait=True)
            self._shown.append(sent.id)
            return
        if self.interaction.response.is_done():
            await self.interaction.edit_original_response(**read_edit(part))
        elif self.in_place:
            await self.interaction.response.edit_message(**read_edit(part))
        else:
            await self.interaction.response.send_message(**read_part(part), ephemeral=self.ephemeral)
        self._original_open = False
        self._shown.append(ORIGINAL)

    async def _replace(self, old: int, part: Part) -> None:
        if old == ORIGINAL:
            done = await self._try(lambda: self.interaction.edit_original_response(**read_edit(part)))
        else:
            done = await self._try(lambda: self.interaction.followup.edit_message(old, **read_edit(part)))
        if done:
            self._shown.append(old)
        else:
            await self._put(part)

    async def _remove(self, old: int) -> None:
        if old == ORIGINAL:
            await self.interaction.delete_original_response()
        elif old != IN_CHANNEL:
            await self.interaction.followup.delete_message(old)

    async def _try(self, call: Callable[..., Awaitable[object]], *arguments: Any) -> bool:
        """Did it work? What did not is logged; a closed way is not tried again."""
        try:
            await call(*arguments)
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code in CLOSED_CODES:
                self._ends = self._clock()
                log.info("discord: chat %s: Discord waits no more (%d)", self.interaction.channel_id, error.code)
            else:
                log.warning("%s", translate(error, f"answer in chat {self.interaction.channel_id}"))
            return False
        except PlatformError as error:
            log.warning("discord: an answer is lost: %s", error)
            return False
        return True
