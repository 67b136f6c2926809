"""The menus of commands: one for each place and language.

In: the table of commands, the bot's admins. Out: what Telegram shows behind the slash. Always holds: who may only read
is not offered what administrators do; a client in neither language gets English.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, TelegramError

from bot.platforms.telegram.updates import NAME
from handlers.base import Command
from handlers.words import EN, ZH, Words

log = logging.getLogger(__name__)
MANAGING = frozenset({"subscribe", "unsubscribe", "settings"})  # in a group these are its administrators'
LANGUAGES: tuple[tuple[str, Words], ...] = (("", EN), ("zh", ZH))  # "": clients in any other language


@dataclass(frozen=True)
class Menu:
    scope: BotCommandScope
    language: str
    commands: tuple[BotCommand, ...]


def make_menus(commands: Mapping[str, Command], admins: Iterable[str]) -> Iterator[Menu]:
    shown = [command for command in commands.values() if not command.hidden]
    readers = [command for command in shown if not command.admin]
    places: list[tuple[BotCommandScope, Sequence[Command]]] = [
        (BotCommandScopeAllPrivateChats(), readers),
        (BotCommandScopeAllGroupChats(), [command for command in readers if command.name not in MANAGING]),
        (BotCommandScopeAllChatAdministrators(), readers),
    ]
    numbers = [number for platform, _, number in (admin.partition(":") for admin in admins) if platform == NAME]
    places += [(BotCommandScopeChat(int(number)), shown) for number in sorted(set(numbers)) if number.isdecimal()]
    for scope, listed in places:
        for language, words in LANGUAGES:
            yield Menu(scope, language, tuple(BotCommand(each.name, words.say(each.description)) for each in listed))


async def set_menus(bot: Bot, menus: Iterable[Menu]) -> None:
    """Failures are logged: an admin who never wrote to the bot has no chat to put a menu in; an outage ends it."""
    for menu in menus:
        where = getattr(menu.scope, "chat_id", menu.scope.type)
        try:
            await bot.set_my_commands(menu.commands, scope=menu.scope, language_code=menu.language or None)
        except BadRequest as error:
            level = logging.INFO if isinstance(menu.scope, BotCommandScopeChat) else logging.WARNING
            log.log(level, "telegram: the menu of %s was not set: %s", where, error.message, extra={"action": "start"})
        except TelegramError as error:
            log.warning("telegram: the menus were not set: %s", error.message, extra={"action": "start"})
            return
