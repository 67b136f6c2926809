"""The running program: store, platforms, handlers, schedule and outbox, wired and stopped in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from bot import silence
from bot.config import Config
from bot.newsroom import Newsroom
from bot.outbox import Outbox
from bot.platforms import Platform, PlatformError, RetryLater
from bot.press import Maker
from bot.schedule import Bell
from bot.store.tiny import TinyStore
from bot.worker import make_in_child
from handlers.base import Chat, Message, Request, Services
from handlers.completion import complete_argument
from handlers.dispatch import answer, settle
from handlers.hours import Timing, arrival, next_due
from handlers.subscribing.greeting import greet
from handlers.words import words_of
from report.errors import InputError, TuibaoError
from report.model import Language, Progress

log = logging.getLogger(__name__)
RECONNECT_S = 30.0


class App:
    """Implements platforms.Host."""

    def __init__(
        self,
        config: Config,
        store: TinyStore,
        platforms: Mapping[str, Platform],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        progress: Progress | None = None,
        make_report: Maker = make_in_child,
    ) -> None:
        self._config = config
        self.store = store
        self._platforms = platforms
        self.newsroom = Newsroom(config, store, platforms, now, progress, make_report=make_report)
        self.services = Services(
            store=store,
            newsroom=self.newsroom,
            topics=MappingProxyType({topic.name: topic for topic in config.topics}),
            admins=frozenset(config.app.admins),
            now=now,
            language=config.app.language,
        )
        self.outbox = Outbox(store, platforms, self, now, self._may_push)
        self.newsroom.distribution.services = self.services
        self.newsroom.distribution.outbox = self.outbox
        self._bell = Bell(self.newsroom.tick)
        self._connecting: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        """The handler's messages. Who speaks is not gone, whatever was heard before."""
        try:
            await self.store.chat_back(request.chat.key)
        except TuibaoError as error:
            log.error("chats: %s is not noted to be back: %s", request.chat.key, error, extra={"action": "answer"})  # noqa: TRY400  the disk's fault
        async for message in answer(request, self.services):
            yield message

    async def complete(self, request: Request, argument: str, typed: str) -> Sequence[tuple[str, str]]:
        return await complete_argument(await settle(request, self.services), argument, typed, self.services)

    async def greet(self, chat: Chat, language: Language | None) -> AsyncIterator[Message]:
        async for message in greet(chat, language, self.services):
            yield message

    async def chat_gone(self, chat: str, reason: str) -> None:
        log.info("chats: %s is gone: %s", chat, reason, extra={"action": "chat_gone"})
        await self.store.chat_gone(chat, reason, self.services.now())

    async def chat_back(self, chat: str) -> None:
        if await self.store.chat_back(chat):
            log.info("chats: %s is back", chat, extra={"action": "chat_back"})

    async def chat_moved(self, chat: str, new_id: str) -> None:
        new = f"{chat.partition(':')[0]}:{new_id}"
        log.info("chats: %s is now %s", chat, new, extra={"action": "chat_moved"})
        await self.store.chat_moved(chat, new)

    async def _may_push(self, chat: str, at: datetime) -> datetime:
        """A part that is tried again keeps the chat's quiet hours, too."""
        settings = await self.store.chat(chat)
        zone = settings.timezone or self._config.topics[0].timezone
        return arrival(at, Timing(zone, quiet=settings.quiet)) if settings.quiet else at

    def describe(self) -> tuple[str, str]:
        """Where readers find it, and the next run of each topic."""
        pages = {name: getattr(platform, "url", "") for name, platform in self._platforms.items()}
        runs = [f"{topic.name} {next_due(topic, self.services.now()):%m-%d %H:%M %Z}" for topic in self._config.topics]
        return ", ".join(f"{name} {url}".strip() for name, url in pages.items()), ", ".join(runs)

    async def start(self) -> None:
        """Connect the platforms together, then deliver and ring.

        One that is out of reach is tried until it is there, the others do not wait for it. PlatformError where one
        refuses us (a token, a port).
        """
        await self.newsroom.forget_gone()  # before one of them can be told to be back
        async with asyncio.TaskGroup() as group:
            for platform in self._platforms.values():
                group.create_task(self._connect(platform))
        self.outbox.start()
        self._bell.start()
        await self.newsroom.tick()

    async def stop(self) -> None:
        """No new work; what is under way is accepted and marked; then disconnect."""
        self._bell.stop()
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        try:
            await self.newsroom.stop()
            await self.outbox.stop()
            stopped = await asyncio.gather(*(each.stop() for each in self._platforms.values()), return_exceptions=True)
            for error in filter(None, stopped):
                log.error("app: a platform did not stop in order", exc_info=error, extra={"action": "stop"})
        finally:
            await self.store.close()

    async def _connect(self, platform: Platform) -> None:
        """Once; if it is out of reach, again in the background."""
        try:
            await platform.start(self)
        except RetryLater as error:
            log.warning("%s; trying again every %g s", error, RECONNECT_S, extra={"action": "start"})
            task = asyncio.create_task(self._reconnect(platform), name=f"connect {platform.name}")
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _reconnect(self, platform: Platform) -> None:
        while True:
            await asyncio.sleep(RECONNECT_S)
            try:
                await platform.start(self)
            except RetryLater as error:
                log.info("%s; trying again", error, extra={"action": "start"})
            except PlatformError as error:
                log.error("%s; it stays off until the next start", error, extra={"action": "start"})  # noqa: TRY400  a sentence
                return
            else:
                self.outbox.wake()
                return


def build_platforms(config: Config, store: TinyStore) -> dict[str, Platform]:
    """The platforms that have a token, and the chat page if it has a port; only their libraries are loaded."""
    platforms: dict[str, Platform] = {}
    if config.telegram.token.get_secret_value():
        from bot.platforms.telegram import TelegramPlatform  # noqa: PLC0415

        platforms["telegram"] = TelegramPlatform(config.telegram, admins=config.app.admins)
    if config.discord.token.get_secret_value():
        from bot.platforms.discord import DiscordPlatform  # noqa: PLC0415

        platforms["discord"] = DiscordPlatform(config.discord, admins=config.app.admins)
    if config.web.port:
        from bot.platforms.local import LocalPlatform  # noqa: PLC0415

        platforms["local"] = LocalPlatform(
            config.web, health=partial(_health, store, config), admin="local:me" in config.app.admins
        )
    if not platforms:
        raise InputError(
            "config: nothing to talk to: set TUIBAO_TELEGRAM__TOKEN, TUIBAO_DISCORD__TOKEN or TUIBAO_WEB__PORT"
        )
    return platforms


async def _health(store: TinyStore, config: Config) -> dict[str, object]:
    """For the web page's /health: what waits, and what is wrong."""
    pending = await store.deliveries(state="pending")
    last = await silence.since(store, config, datetime.now(UTC))
    warnings = [*store.warnings, *([silence.say(last, words_of("en"))] if last else [])]
    return {"status": "ok", "pending_deliveries": len(pending), "warnings": warnings}


async def run(config: Config) -> None:
    """`tuibao run`: until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    store = await TinyStore.open(config.app.data_dir)
    try:
        app = App(config, store, build_platforms(config, store))
    except InputError:
        await store.close()
        raise
    try:
        starting, stopping = asyncio.create_task(app.start()), asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return
        await starting
        # What is loaded stays: the collector need not walk through it while readers wait (25 ms at 5,000 chats).
        gc.collect()
        gc.freeze()
        log.info("app: ready on %s; next: %s", *app.describe(), extra={"action": "ready"})
        if not config.x.bearer_token.get_secret_value() and any(topic.reads_x for topic in config.topics):
            log.warning("x: topics read from X, but there is no bearer token; set TUIBAO_X__BEARER_TOKEN")
        await stopping
        log.info("app: stopping", extra={"action": "stop"})
    finally:
        await app.stop()
