"""Asking Telegram for updates: what goes wrong meanwhile is logged and tried again, and the end in its order."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ExtBot, Updater

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)  # what the library makes of a shape unknown to it
RAW = "GetUpdates"  # to the server the same; the library would warn that it has a method
log = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]


class PollingBot(ExtBot[Any]):
    """A refused token in the middle of polling is an outage, not the end: somebody may mend it.

    What cannot be read is stepped over.
    """

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        try:
            return await super().get_updates(*args, **kwargs)
        except InvalidToken:
            raise NetworkError("the token is refused; take the current one from @BotFather") from None
        except UNREADABLE:
            return await self._step_over(kwargs.get("offset"), kwargs.get("allowed_updates"))

    async def _step_over(self, offset: int | None, wanted: Sequence[str] | None) -> tuple[Update, ...]:
        """The same updates, empty ones in the place of those that cannot be read: else they came for ever."""
        asked = {"offset": offset, "timeout": 0, "allowed_updates": list(wanted or ())}
        raw: list[dict[str, Any]] = await self.do_api_request(RAW, asked)
        read = []
        for each in raw:
            try:
                read.append(Update.de_json(each, self))
            except UNREADABLE as error:
                log.error("telegram: an update cannot be read and is stepped over: %r", error, extra={"action": "poll"})  # noqa: TRY400  the library has logged it
                read.append(Update(each["update_id"]))
        return tuple(read)


async def stop_polling(application: App) -> None:
    updater = updater_of(application)
    if updater.running:
        await updater.stop()


async def close(application: App) -> None:
    await stop_polling(application)
    if application.running:
        await application.stop()
    await application.shutdown()
    await application.bot.shutdown()


def updater_of(application: App) -> Updater:
    if application.updater is None:
        raise RuntimeError("telegram: the application was built without an updater")
    return application.updater


def log_polling(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        log.error(
            "telegram: another program polls with this token, each takes updates from the other; stop one of them",
            extra={"action": "poll"},
        )
    else:
        log.warning("telegram: no updates: %s; trying again", error.message, extra={"action": "poll"})
