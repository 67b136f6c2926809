"""The connection to Discord, from the settings' addresses: REST for sending, the gateway for hearing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.config import DiscordSettings
from bot.platforms import PLAIN, ChatGone, Host, Outgoing, Part, PlatformError, RetryLater
from bot.platforms.discord.client import DEFER_AFTER_S, READY_AFTER_S, Client
from bot.platforms.discord.corrections import delete_message, edit_part, match_parts
from bot.platforms.discord.encode import encode_message
from bot.platforms.discord.errors import FAILURES, translate
from bot.platforms.discord.sending import OVERALL, send_part
from bot.platforms.pace import Pace
from handlers.base import COMMANDS, Command, Message
from handlers.chats import ChatKind

OWN_API = "https://discord.com/api/v10"
OWN_GATEWAY = "wss://gateway.discord.gg/"
START_TIMEOUT_S = 30.0
STARTING_CALLS = 8  # who we are, the gateway, our commands
GRACE_S, NOT_CONNECTED_S = 10.0, 5.0
NO_TOKEN = "discord: no token; put one into TUIBAO_DISCORD__TOKEN or [discord] token"  # noqa: S105  a message
BAD_TOKEN = (
    "discord: the token is refused; reset it at https://discord.com/developers/applications (Bot, Reset Token) "  # noqa: S105  a message
    "and put the new one into TUIBAO_DISCORD__TOKEN"
)
NOT_DISCORD = (KeyError, TypeError, ValueError)  # what discord.py makes of an answer that is not Discord's

log = logging.getLogger(__name__)


class DiscordPlatform:
    """discord.py in our own event loop. Its addresses are settings of the class, so there is one Discord a process."""

    name = "discord"
    idempotent = True

    def __init__(
        self,
        settings: DiscordSettings,
        *,
        commands: Mapping[str, Command] = COMMANDS,
        admins: Collection[str] = (),
        start_timeout_s: float = START_TIMEOUT_S,
        defer_after_s: float = DEFER_AFTER_S,
        ready_after_s: float = READY_AFTER_S,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace(*OVERALL)
        self._settings = settings
        has_admin = any(admin.startswith("discord:") for admin in admins)  # else nobody there could use theirs
        self._commands = {name: command for name, command in commands.items() if has_admin or not command.admin}
        self._admins = admins
        self._start_timeout_s = start_timeout_s
        self._defer_after_s = defer_after_s
        self._ready_after_s = ready_after_s
        self._client: _AddressedClient | None = None
        self._running: asyncio.Task[None] | None = None

    async def start(self, host: Host) -> None:
        token = self._settings.token.get_secret_value().strip()
        if not token:
            raise PlatformError(NO_TOKEN)
        client = _AddressedClient(
            self._settings,
            host,
            self._commands,
            admins=self._admins,
            defer_after_s=self._defer_after_s,
            ready_after_s=self._ready_after_s,
            pace=self._pace,
        )
        running = asyncio.create_task(client.start(token), name="discord")
        connected = asyncio.create_task(client.connected.wait())
        try:
            await asyncio.wait({running, connected}, timeout=self._start_timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if not connected.done():
                await self._fail(running)
        except BaseException:
            running.cancel()
            await client.close()
            raise
        finally:
            connected.cancel()
        self._pace.note(STARTING_CALLS)
        self._client, self._running = client, running
        running.add_done_callback(_log_end)
        log.info("discord: connected as %s; to invite it: %s", client.user, _invite(client))

    async def _fail(self, running: asyncio.Task[None]) -> None:
        """Say why there is no connection."""
        if not running.done():
            where = self._settings.gateway_url or "the gateway"
            raise RetryLater(f"discord: {where} did not let us in within {self._start_timeout_s:g} s; try later")
        try:
            await running
        except (PlatformError, *FAILURES, *NOT_DISCORD) as error:
            raise _explain(error, self._settings.api_url) from error
        raise RetryLater("discord: the connection was closed before it was ready")

    async def stop(self) -> None:
        client, running = self._client, self._running
        self._client = self._running = None
        if client is None or running is None:
            return
        running.remove_done_callback(_log_end)
        await client.finish(GRACE_S)
        running.cancel()
        await asyncio.wait({running})

    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:  # noqa: ARG002  buttons work in every chat
        return encode_message(message)

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
        return await send_part(self._connected, chat_id, part, before, going, pace=self._pace)

    def match(self, old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
        return match_parts(old, sent, new)

    async def edit(
        self,
        chat_id: str,
        message_id: str,
        part: Part,
        before: Sequence[str] = (),  # noqa: ARG002  the id says where it stands
        going: Outgoing = PLAIN,
    ) -> str:
        return await edit_part(self._connected, chat_id, message_id, part, going, pace=self._pace)

    async def delete(
        self,
        chat_id: str,
        message_id: str,
        before: Sequence[str] = (),  # noqa: ARG002
        going: Outgoing = PLAIN,
    ) -> None:
        await delete_message(self._connected, chat_id, message_id, going, pace=self._pace)

    async def private_chat(self, user_id: str) -> str:
        """Opens it; ChatGone where the user cannot be written to."""
        if not user_id.isdecimal():
            raise ChatGone(f"discord: {user_id!r} is no user's id; copy it in Discord's developer mode")
        try:
            channel = await self._connected.create_dm(discord.Object(int(user_id)))
        except FAILURES as error:
            raise translate(error, f"the user {user_id}") from error
        return str(channel.id)

    @property
    def _connected(self) -> _AddressedClient:
        if self._client is None:
            raise RetryLater("discord: not connected", NOT_CONNECTED_S)
        return self._client


class _AddressedClient(Client):
    """Knows where its Discord is."""

    def __init__(
        self,
        settings: DiscordSettings,
        host: Host,
        commands: Mapping[str, Command],
        *,
        admins: Collection[str],
        defer_after_s: float,
        ready_after_s: float,
        pace: Pace,
    ) -> None:
        super().__init__(
            host, commands, admins=admins, defer_after_s=defer_after_s, ready_after_s=ready_after_s, pace=pace
        )
        self._gateway_asked = not settings.gateway_url and settings.api_url.rstrip("/") != OWN_API
        Route.BASE = settings.api_url.rstrip("/")
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url or OWN_GATEWAY)

    async def setup_hook(self) -> None:
        if self._gateway_asked:
            answer = await self.http.request(Route("GET", "/gateway"))
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(answer["url"])
        await super().setup_hook()


def _invite(client: Client) -> str:
    """The address where a server's administrator lets the bot in, with the few rights that it needs."""
    needed = discord.Permissions(
        view_channel=True,
        send_messages=True,
        create_public_threads=True,
        send_messages_in_threads=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    )
    scopes = ("bot", "applications.commands")
    return discord.utils.oauth_url(client.application_id or 0, permissions=needed, scopes=scopes)


def _explain(error: BaseException, api_url: str) -> PlatformError:
    """The sentence for the operator; it never holds the token."""
    match error:
        case PlatformError():
            return error
        case discord.LoginFailure() | discord.ConnectionClosed(code=4004):
            said = BAD_TOKEN
        case discord.ConnectionClosed():
            return RetryLater(f"discord: the gateway closed the connection with code {error.code}")
        case discord.HTTPException():
            return RetryLater(f"discord: {api_url} answered {error.status}")
        case KeyError() | TypeError() | ValueError():
            said = f"discord: {api_url} does not answer like Discord; check [discord] api_url"
        case _:
            kind = type(error).__name__
            return RetryLater(f"discord: cannot reach {api_url} ({kind}); check the network and [discord] api_url")
    return PlatformError(said)


def _log_end(running: asyncio.Task[None]) -> None:
    """discord.py comes back by itself from everything but this."""
    if not running.cancelled():
        error = running.exception()
        log.error("discord: disconnected for good (%s); check the token and start again", error, exc_info=error)
