"""The Telegram bot: one python-telegram-bot Application inside the program's own event loop.

start: getMe, long polling (pending updates are kept), the menu of commands. Then each update is answered in a task of
its own, so that a slow answer holds up no other. stop: no more updates, answers under way finish.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Update, User
from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import (
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.config import TelegramSettings
from bot.platforms import PLAIN, Host, Outgoing, Part, PlatformError, RetryLater
from bot.platforms.telegram.answer import Answer
from bot.platforms.telegram.corrections import match_parts
from bot.platforms.telegram.encode import encode_link, encode_message
from bot.platforms.telegram.errors import explain_start
from bot.platforms.telegram.membership import Members, Membership
from bot.platforms.telegram.menus import make_menus, set_menus
from bot.platforms.telegram.messenger import Messenger, Server
from bot.platforms.telegram.pace import Limiter
from bot.platforms.telegram.polling import App, PollingBot, close, log_polling, stop_polling, updater_of
from bot.platforms.telegram.request import Request
from bot.platforms.telegram.updates import NAME, Heard, read_language, read_message, read_press
from handlers.base import COMMANDS, Command, Message
from handlers.chats import ChatKind
from handlers.words import words_of

log = logging.getLogger(__name__)

POLL_S = 30
NOT_RUNNING_S, CONNECTIONS = 5.0, 256
GRACE_S = 10.0  # for answers under way, when the program stops
UPDATES = (UpdateType.MESSAGE, UpdateType.CHANNEL_POST, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER)
TOKEN_WRITERS = ("telegram", "aiohttp")  # they log addresses, and Telegram's addresses hold the token
Context = CallbackContext[Any, Any, Any, Any]


@dataclass(frozen=True)
class _Running:
    application: App
    messenger: Messenger
    host: Host
    members: Members
    membership: Membership


class TelegramPlatform:
    name = NAME
    idempotent = False

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        commands: Mapping[str, Command] = COMMANDS,
        admins: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        grace_s: float = GRACE_S,
    ) -> None:
        self._settings = settings
        self._grace_s = grace_s
        self._answering: set[asyncio.Task[Any] | None] = set()
        self._commands = commands
        self._admins = admins
        self._open = {name: command for name, command in commands.items() if not command.admin}
        self._clock = clock
        self._limiter = Limiter(paid=settings.paid_broadcast, clock=clock, sleep=sleep)
        self._sleep = sleep
        self._server = Server(rich=settings.rich == "auto")
        self._username = ""
        self._running: _Running | None = None

    @property
    def username(self) -> str:
        """The bot's name, known once it was started."""
        return self._username

    async def start(self, host: Host) -> None:
        """Poll for updates; PlatformError says what is wrong with the token or the address, without the token."""
        for name in TOKEN_WRITERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        if not self._settings.token.get_secret_value():
            raise PlatformError("telegram: no token is set; take one from @BotFather and set TUIBAO_TELEGRAM__TOKEN")
        application = self._build()
        failure = ""
        kind: type[PlatformError] = PlatformError
        try:
            await application.initialize()
            self._username = application.bot.username
            messenger = Messenger(application.bot, self._server, paid=self._settings.paid_broadcast)
            members, membership = Members(messenger, self._clock), Membership(host, self._give, self._sleep)
            self._running = _Running(application, messenger, host, members, membership)
            await application.start()
            await updater_of(application).start_polling(
                timeout=POLL_S, allowed_updates=UPDATES, error_callback=log_polling
            )
        except TelegramError as error:
            failure = explain_start(error, self._settings.base_url)
            kind = PlatformError if isinstance(error, InvalidToken | Conflict) else RetryLater
        if failure:  # raised here, not above: the error beneath may hold the token
            self._running = None
            await close(application)
            raise kind(failure)
        menus = make_menus(self._commands, self._admins)
        application.create_task(set_menus(application.bot, menus), name="menus")  # nobody waits for them
        log.info("telegram: @%s is polling", self._username, extra={"action": "start"})

    async def stop(self) -> None:
        if self._running:
            application = self._running.application
            await stop_polling(application)
            await self._end_answers()
            await close(application)
        self._running = None

    async def _end_answers(self) -> None:
        """Answers under way finish, but in time: the library would wait for them without end."""
        answering = {task for task in self._answering if task}
        if answering:
            _, late = await asyncio.wait(answering, timeout=self._grace_s)
            for task in late:
                log.warning("telegram: an answer did not end in %g s", self._grace_s, extra={"action": "stop"})
                task.cancel()

    def encode(self, message: Message, *, kind: ChatKind = "private", in_place: bool = False) -> tuple[Part, ...]:
        """The message in as few parts as fit; deep links need the username, which start() learns.

        `in_place`: it is to take the place of a text.
        """
        rich = self._server.rich
        return encode_message(message, username=self._username, kind=kind, rich=rich, in_place=in_place)

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
        """Send one part, as a reply to the first of those before it."""
        first = next((int(sent) for sent in before if sent.isdecimal()), None)
        return str(await self._messenger.send(chat_id, part, reply_to=first, going=going))

    def match(self, old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
        return match_parts(old, sent, new)

    async def edit(
        self,
        chat_id: str,
        message_id: str,
        part: Part,
        before: Sequence[str] = (),  # noqa: ARG002  a message knows where it stands
        going: Outgoing = PLAIN,
    ) -> str:
        await self._messenger.replace(chat_id, int(message_id), part, going)
        return message_id

    async def delete(
        self,
        chat_id: str,
        message_id: str,
        before: Sequence[str] = (),  # noqa: ARG002
        going: Outgoing = PLAIN,
    ) -> None:
        await self._messenger.delete(chat_id, int(message_id), going)

    async def private_chat(self, user_id: str) -> str:
        """It has the user's id; whether the user ever wrote to the bot shows when something is sent."""
        return user_id

    @property
    def _messenger(self) -> Messenger:
        if not self._running:
            raise RetryLater("telegram: the bot is not running", NOT_RUNNING_S)
        return self._running.messenger

    def _build(self) -> App:
        base_url = self._settings.base_url.rstrip("/")
        bot = PollingBot(
            self._settings.token.get_secret_value(),
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=Request(CONNECTIONS),
            get_updates_request=Request(),
            rate_limiter=self._limiter,
        )
        application: App = ApplicationBuilder().bot(bot).job_queue(None).concurrent_updates(True).build()
        heard = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
        application.add_handler(MessageHandler(heard, self._on_message))
        application.add_handler(CallbackQueryHandler(self._on_press))
        application.add_handler(ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(_log_failure)
        return application

    async def _on_message(self, update: Update, _: Context) -> None:
        message, running = update.effective_message, self._running
        if not message or not running:
            return
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await running.membership.hear_move(message)
            return
        commands = self._commands_of(message.from_user)
        if heard := read_message(message, commands, self._username, running.members.administers):
            await self._give(heard, running.host.answer(heard.request))

    async def _on_press(self, update: Update, _: Context) -> None:
        query, running = update.callback_query, self._running
        if not query or not running:
            return
        heard = read_press(query, self._commands_of(query.from_user), running.members.administers)
        stale = words_of(read_language(query.from_user) or "zh").say("这个按钮已经失效，发 /help 看看能做什么。")
        if heard and heard.request.chat.kind == "channel":  # one reader's question is no channel's business
            url = encode_link(query.data or "", self._username)
            await self._end_press(query.id, alert="" if url else stale, url=url)
            return
        await self._end_press(query.id, alert="" if heard else stale)
        if heard:
            await self._give(heard, running.host.answer(heard.request))

    def _commands_of(self, person: User | None) -> Mapping[str, Command]:
        """Those that there are for him: an admin's command is to anybody else one that does not exist."""
        return self._commands if person and f"{NAME}:{person.id}" in self._admins else self._open

    async def _on_membership(self, update: Update, _: Context) -> None:
        if update.my_chat_member and self._running:
            await self._running.membership.hear_change(update.my_chat_member)

    async def _give(self, heard: Heard, messages: AsyncIterator[Message]) -> None:
        if not self._running:
            return
        answer = Answer(
            heard,
            host=self._running.host,
            messenger=self._running.messenger,
            encode=partial(self.encode, kind=heard.request.chat.kind),
            sleep=self._sleep,
        )
        task = asyncio.current_task()
        self._answering.add(task)
        try:
            await answer.give(messages)
        finally:
            self._answering.discard(task)

    async def _end_press(self, query_id: str, *, alert: str = "", url: str = "") -> None:
        if not self._running:
            return
        try:
            await self._running.messenger.answer_press(query_id, alert=alert, url=url)
        except PlatformError as error:  # the press was too long ago: it waits no more
            log.info("%s", error, extra={"action": "press"})


async def _log_failure(_: object, context: Context) -> None:
    log.error("telegram: an update could not be answered", exc_info=context.error, extra={"action": "answer"})
