"""One try of a step: the call to the platform, and the delivery as it is marked on the disk when the call leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.model import LEFT, Delivery
from bot.outbox.decide import Step, is_left_alone, make_nonce
from bot.platforms import KeptBack, Outgoing, Platform


class Attempt:
    """`begin` marks a delivery as begun; None where nobody wants it any more. It may raise KeptBack."""

    def __init__(self, delivery: Delivery, begin: Callable[[Delivery], Awaitable[Delivery | None]]) -> None:
        self.delivery = delivery
        self.unwanted = False
        self._begin = begin

    async def take(self, step: Step, platforms: Mapping[str, Platform]) -> str:
        """Send, edit or delete; the platform's id of what is there. PlatformErrors, or KeptBack: no call was made."""
        delivery = self.delivery
        name, _, chat_id = delivery.chat.partition(":")
        platform = platforms[name]
        going = Outgoing(make_nonce(delivery), delivery.begun_at, self._leave)
        if step.replaces == LEFT or is_left_alone(delivery, step):
            return LEFT
        if step.part is None:
            if step.replaces:
                await platform.delete(chat_id, step.replaces, delivery.sent, going)
            return ""
        if step.replaces:
            return await platform.edit(chat_id, step.replaces, step.part, delivery.sent, going)
        return await platform.send(chat_id, step.part, delivery.sent, going)

    async def _leave(self) -> None:
        """The call is about to leave."""
        begun = await self._begin(self.delivery)
        if begun is None:
            self.unwanted = True
            raise KeptBack
        self.delivery = begun
