"""One answer on its way to where it was asked for: what is edited, what is sent, what is tried again.

In: what was heard, and the host's Messages, one after the other. Out: the messages in the chat. Always holds: in a
private chat the answer to a button takes the place of the text above it; elsewhere nothing is touched but what this
answer itself has sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.platforms import ChatGone, ChatMoved, Host, Instead, Part, PlatformError, RetryLater
from bot.platforms.telegram.encode import RICH
from bot.platforms.telegram.messenger import Messenger
from bot.platforms.telegram.updates import Heard
from handlers.base import Message

log = logging.getLogger(__name__)

TYPING_AFTER_S = 1.0
TYPING_EVERY_S = 4.5  # Telegram shows it for 5
ATTEMPTS = 4


@dataclass(frozen=True)
class Placed:
    """A message of this answer; a text can be edited into another."""

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
        self._chat_id = f"{heard.request.chat.id}/{heard.thread_id or ''}"
        self._reply_to = heard.reply_to
        self._placed = [Placed(heard.edit)] if heard.edit is not None else []
        self._replaces = bool(self._placed)

    async def give(self) -> None:
        """Bring every Message; what cannot be brought is logged, a chat that is gone is told to the host."""
        chat = self._heard.request.chat
        typing = asyncio.create_task(self._type())
        try:
            async for message in self._host.answer(self._heard.request):
                typing.cancel()
                await self._bring(message)
        except ChatGone as error:
            await self._host.chat_gone(chat.key, str(error))
        except PlatformError as error:
            log.error("%s; the answer to /%s is lost", error, self._heard.request.command, extra={"action": "answer"})  # noqa: TRY400  the reason is all there is
        finally:
            typing.cancel()
            await asyncio.wait([typing])

    async def _bring(self, message: Message) -> None:
        targets = self._placed if message.update or self._replaces else []
        self._replaces = False
        placed: list[Placed] = []
        parts = list(self._encode(message, in_place=bool(targets)))
        while (at := len(placed)) < len(parts):
            try:
                placed.append(await self._persist(parts[at], targets[at] if at < len(targets) else None))
            except Instead as error:
                parts[at : at + 1] = error.parts
                continue
            self._reply_to = None
        if message.update:
            await self._clear([each for each in self._placed if each not in placed])
        self._placed = placed

    async def _clear(self, left: Sequence[Placed]) -> None:
        """Take away waiting lines that could not be edited into what came: a text cannot become a photo."""
        for each in left:
            if each.message_id != self._heard.edit:
                with contextlib.suppress(PlatformError):
                    await self._messenger.delete(self._chat_id, each.message_id)

    async def _persist(self, part: Part, target: Placed | None) -> Placed:
        """Put the part, waiting as long as Telegram asks and following the chat to its new id."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._put(part, target)
            except ChatMoved as error:
                await self._host.chat_moved(self._heard.request.chat.key, error.new_id)
                self._chat_id = error.new_id
            except RetryLater as error:
                await self._sleep(max(error.after_s, 1.0))
        return await self._put(part, target)

    async def _put(self, part: Part, target: Placed | None) -> Placed:
        is_text = part["method"] in {"sendMessage", RICH}
        if target and target.is_text and is_text and await self._messenger.edit(self._chat_id, target.message_id, part):
            return target
        sent = await self._messenger.send(self._chat_id, part, reply_to=self._reply_to)
        return Placed(sent, is_text)

    async def _type(self) -> None:
        if self._heard.request.chat.kind == "channel":
            return  # nobody types there
        await self._sleep(TYPING_AFTER_S)
        with contextlib.suppress(PlatformError):
            while True:
                await self._messenger.show_typing(self._chat_id)
                await self._sleep(TYPING_EVERY_S)
