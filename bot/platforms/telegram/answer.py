"""One answer on its way to where it was asked for: what is edited, what is sent, what is tried again.

In: what was heard, and the host's Messages, one after the other. Out: the messages in the chat. Always holds: an
answer to a button takes the place of the text above it only in a private chat, and in a group under an answer that was
made for the one who pressed; elsewhere nothing is touched but what this answer itself has sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.platforms import ChatGone, ChatMoved, Host, Instead, Part, PlatformError, RetryLater
from bot.platforms.growing import Growing
from bot.platforms.telegram.encode import RICH
from bot.platforms.telegram.messenger import Messenger
from bot.platforms.telegram.updates import Heard
from handlers.base import Message
from report.doc import Doc, Paragraph, code, plain_block

log = logging.getLogger(__name__)

TYPING_AFTER_S = 1.0
TYPING_EVERY_S = 4.5  # Telegram shows it for 5
DRAFT_EVERY_S = 1.1
DRAFT_FADES_S = 20.0  # it is seen for 30
EDIT_EVERY_S = 4.0  # an edit counts as a message, of which a group has 20 a minute, for everybody's answers
ATTEMPTS = 4
MAX_PLACEHOLDER = 64
T = TypeVar("T")


@dataclass(frozen=True)
class Placed:
    """A message of this answer; `is_text`: it can be edited into another text."""

    message_id: int
    is_text: bool = True


class Answer:
    def __init__(
        self,
        heard: Heard,
        *,
        host: Host,
        messenger: Messenger,
        encode: Callable[..., tuple[Part, ...]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._heard = heard
        self._host = host
        self._messenger = messenger
        self._encode = encode
        self._sleep = sleep
        self._kind = heard.request.chat.kind
        self._chat_id = heard.place
        self._reply_to = heard.reply_to
        self._placed = [Placed(heard.edit)] if heard.edit is not None else []
        self._replaces = bool(self._placed)  # the next message takes the place of what is placed
        self._drafted = False  # a draft is seen, which only a new message takes away
        self._staged: Message | None = None  # the stage that stands in a message
        self._growing = Growing(self._show_stage, sleep, fades_s=DRAFT_FADES_S)

    async def give(self, messages: AsyncIterator[Message]) -> None:
        """Bring every Message; what cannot be brought is logged, a chat that is gone is told to the host."""
        chat = self._heard.request.chat
        typing = asyncio.create_task(self._type())
        try:
            async for message in messages:
                typing.cancel()  # a draft is taken away by whatever the bot is seen to do
                if message.draft:
                    self._growing.grow(message)
                    continue
                await self._growing.stop()
                await self._bring(message)
        except ChatGone as error:
            if self._heard.place == chat.id:  # a topic in a private chat may go, the chat stays
                await self._host.chat_gone(chat.key, str(error))
        except PlatformError as error:
            log.error("%s; the answer to /%s is lost", error, self._heard.request.command, extra={"action": "answer"})  # noqa: TRY400  the reason is all there is
        finally:
            typing.cancel()
            await self._growing.stop()
            await asyncio.wait([typing])
            if isinstance(messages, AsyncGenerator):  # nobody reads on: what is still being made can stop
                await messages.aclose()

    async def _bring(self, message: Message) -> None:
        if message.prompt and self._kind != "channel":
            await self._ask(message)
            return
        updates = message.update or self._replaces
        targets = self._placed if updates and not self._drafted else []
        await self._place(self._encode(_with_command(message), in_place=bool(targets)), targets, clear=updates)

    async def _ask(self, message: Message) -> None:
        """As a question, for which the reader's program opens the reply. It has no buttons: those stand above it."""
        question = message
        if message.buttons:
            await self._bring(replace(message, prompt=""))
            question = Message(Doc(message.doc.blocks[-1:]), prompt=message.prompt)
        *before, last = self._encode(replace(_with_command(question), buttons=(), more=()))
        placed = [await self._persist(part, None) for part in before]
        hint = next((words for block in reversed(message.doc.blocks) if (words := plain_block(block).strip())), "")
        sent = await self._retry(lambda: self._send_question(last, hint[:MAX_PLACEHOLDER]))
        if not message.buttons and (message.update or self._staged):
            await self._clear(self._placed)
        self._replaces, self._drafted, self._staged = False, False, None
        self._placed = [*placed, Placed(sent, is_text=False)]

    async def _send_question(self, part: Part, hint: str) -> int:
        return await self._messenger.ask(self._chat_id, part, hint=hint, reply_to=self._heard.reply_to)

    async def _place(self, parts: Sequence[Part], targets: Sequence[Placed], *, clear: bool) -> None:
        self._replaces, self._drafted, self._staged = False, False, None
        placed: list[Placed] = []
        parts = list(parts)
        while (at := len(placed)) < len(parts):
            try:
                placed.append(await self._persist(parts[at], targets[at] if at < len(targets) else None))
            except Instead as error:
                parts[at : at + 1] = error.parts
                continue
            self._reply_to = None
        if clear:
            await self._clear([each for each in self._placed if each not in placed])
        self._placed = placed

    async def _show_stage(self, stage: Message) -> float:
        """Show a stage as a draft, else as a message that changes; seconds until the next may be shown."""
        parts = [each for each in self._encode(replace(stage, buttons=(), more=())) if each["method"] == "sendMessage"]
        if not parts or stage is self._staged:
            return DRAFT_EVERY_S
        try:
            if self._kind == "private" and await self._messenger.draft(self._chat_id, self._heard.draft_id, parts[-1]):
                self._drafted = True
                return DRAFT_EVERY_S
            stays = self._placed if self._replaces or stage.update else []
            placed = await self._put(parts[-1], stays[0] if stays else None)
        except RetryLater as error:
            return max(error.after_s, EDIT_EVERY_S)
        except PlatformError as error:
            log.info("%s; a stage of an answer was not shown", error, extra={"action": "draft"})
            return EDIT_EVERY_S
        self._reply_to = None
        self._placed = [placed, *stays[1:]]
        self._replaces, self._staged = True, stage
        return EDIT_EVERY_S

    async def _clear(self, left: Sequence[Placed]) -> None:
        """Take away waiting lines that could not be edited into what came: a text cannot become a photo."""
        for each in left:
            if each.message_id != self._heard.edit:
                with contextlib.suppress(PlatformError):
                    await self._messenger.delete(self._chat_id, each.message_id)

    async def _persist(self, part: Part, target: Placed | None) -> Placed:
        return await self._retry(lambda: self._put(part, target))

    async def _retry(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call, waiting as long as Telegram asks and following the chat to its new id."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await call()
            except ChatMoved as error:
                await self._host.chat_moved(self._heard.request.chat.key, error.new_id)
                self._chat_id = error.new_id
            except RetryLater as error:
                await self._sleep(max(error.after_s, 1.0))
        return await call()

    async def _put(self, part: Part, target: Placed | None) -> Placed:
        is_text = part["method"] in {"sendMessage", RICH}
        if target and target.is_text and is_text and await self._messenger.edit(self._chat_id, target.message_id, part):
            return target
        sent = await self._messenger.send(self._chat_id, part, reply_to=self._reply_to)
        return Placed(sent, is_text)

    async def _type(self) -> None:
        if self._kind == "channel":
            return  # nobody types there
        await self._sleep(TYPING_AFTER_S)
        with contextlib.suppress(PlatformError):
            while True:
                await self._messenger.show_typing(self._chat_id)
                await self._sleep(TYPING_EVERY_S)


def _with_command(message: Message) -> Message:
    """A question ends with the command that what is replied to it is read as."""
    if not message.prompt:
        return message
    return replace(message, doc=Doc((*message.doc.blocks, Paragraph(code(f"/{message.prompt}")))))
