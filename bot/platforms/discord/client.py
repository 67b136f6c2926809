"""What Discord tells: commands typed, buttons pressed, windows filled in, servers joined and left, channels gone.

Each becomes a Request or a word to the Host. A button and a window say all by their ids, so those of last year's
message and of the process before this one work too. In a server, what a press brings is only for the one who pressed;
in a direct message it takes the place of what was pressed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.platforms import Host, Part, PlatformError
from bot.platforms.discord.answer import Answer
from bot.platforms.discord.arriving import find_channel, guild_language, name_chat, read_language
from bot.platforms.discord.asking import read_answer
from bot.platforms.discord.commands import Offers, make_commands, register_commands
from bot.platforms.discord.encode import encode_message
from bot.platforms.discord.sending import NO_MENTIONS, OVERALL, send_part
from bot.platforms.pace import Pace
from handlers.actions import read_action
from handlers.base import Chat, Command, Message, Request
from handlers.words import Words, words_of
from report.doc import doc, paragraph

CLOSING_S = 1.0  # for an answer that is given up
DEFER_AFTER_S = 1.0  # Discord gives up after 3
MAX_TYPED = 100
PRESSED = {discord.InteractionType.component, discord.InteractionType.modal_submit}
READY_AFTER_S = 2.0  # without another server, after which all that were there before are known

log = logging.getLogger(__name__)


class Client(discord.Client):
    """Keeps no messages and no members in memory and asks for no privileged intent."""

    def __init__(
        self,
        host: Host,
        commands: Mapping[str, Command],
        *,
        admins: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
        defer_after_s: float = DEFER_AFTER_S,
        ready_after_s: float = READY_AFTER_S,
        pace: Pace | None = None,
    ) -> None:
        self.pace = pace or Pace(*OVERALL)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=NO_MENTIONS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=ready_after_s,
        )
        self.connected = asyncio.Event()
        self._host = host
        self._commands = commands
        self._admins = admins
        self._clock = clock
        self._defer_after_s = defer_after_s
        self._answering: set[asyncio.Task[Any]] = set()
        self._closing = False
        self.tree = _Tree(self)
        for command in make_commands(commands, self.answer_command, self.complete):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        if self.application_id is not None:
            await register_commands(self.tree, self.application_id)

    async def on_connect(self) -> None:
        self.connected.set()

    async def answer_command(self, interaction: discord.Interaction, command: str, arguments: str) -> None:
        request = _request(interaction, command, arguments)
        ephemeral = request.chat.kind != "private" and self._commands[command].personal
        await self._answer(interaction, self._host.answer(request), ephemeral=ephemeral)

    async def complete(
        self, interaction: discord.Interaction, command: str, arguments: str, argument: str, typed: str
    ) -> Offers:
        """What may be typed there; nothing where that takes too long, for it cannot be deferred."""
        request = _request(interaction, command, arguments)
        try:
            async with asyncio.timeout(self._defer_after_s):
                return await self._host.complete(request, argument, typed[:MAX_TYPED])
        except TimeoutError:
            return ()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A press, or a window that was filled in: its line completes the command that its id says."""
        if interaction.type not in PRESSED or self._closing:
            return
        data: Mapping[str, Any] = interaction.data or {}
        said = read_action(str(data.get("custom_id", "")))
        if said is None or not self._is_known(said[0], interaction.user):
            await self.tell(interaction, _words(interaction).say("这个按钮已经失效，发 /help 看看能做什么。"))
            return
        command, arguments = said
        if interaction.type is discord.InteractionType.modal_submit:
            arguments = f"{arguments} {read_answer(data)}".strip()
        request = _request(interaction, command, arguments, pressed=True)
        private = request.chat.kind == "private"
        own = interaction.message is not None and (private or interaction.message.flags.ephemeral)
        await self._answer(interaction, self._host.answer(request), ephemeral=not private, in_place=own)

    def _is_known(self, command: str, person: discord.abc.User) -> bool:
        """An admin's command is to anybody else one that does not exist."""
        known = self._commands.get(command)
        return known is not None and (not known.admin or f"discord:{person.id}" in self._admins)

    async def tell(self, interaction: discord.Interaction, words: str) -> None:
        """One sentence for the one who asked."""
        await self._answer(interaction, _one(Message(doc(paragraph(words)))), ephemeral=True)

    async def _answer(
        self,
        interaction: discord.Interaction,
        messages: AsyncIterator[Message],
        *,
        ephemeral: bool,
        in_place: bool = False,
    ) -> None:
        if self._closing:
            return

        async def send(part: Part) -> str:
            return await send_part(self, str(interaction.channel_id), part, pace=self.pace)

        answer = Answer(
            interaction,
            ephemeral=ephemeral,
            in_place=in_place,
            words=_words(interaction),
            clock=self._clock,
            send=send,
        )
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  discord.py calls handlers in tasks
        self._answering.add(task)
        try:
            await answer.give(messages, defer_after_s=self._defer_after_s)
        finally:
            self._answering.discard(task)

    async def finish(self, grace_s: float) -> None:
        """Take no more requests; wait for the answers under way, but no longer than `grace_s`; disconnect."""
        self._closing = True
        if self._answering:
            _, open_answers = await asyncio.wait(self._answering, timeout=grace_s)
            for task in open_answers:
                log.warning("discord: an answer did not end in %.0f s", grace_s)
                task.cancel()
            if open_answers:
                await asyncio.wait(open_answers, timeout=CLOSING_S)
        await self.close()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Its places are there again, of whatever time; say hello once, where everybody sees it."""
        channel = find_channel(guild)
        for place in (*guild.channels, *guild.threads):
            if channel is None or place.id != channel.id:
                await self._host.chat_back(f"discord:{place.id}")
        if channel is None:
            log.info("discord: nowhere to say hello in server %s", guild.id)
            return
        chat = name_chat(channel)
        try:
            async for message in self._host.greet(chat, guild_language(guild)):
                for part in encode_message(message):
                    await send_part(self, chat.id, part, pace=self.pace)
        except PlatformError as error:
            log.warning("discord: could not say hello: %s", error)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._tell_gone((*guild.channels, *guild.threads), "the bot was removed from the server")

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._tell_gone([channel], "the channel was deleted")

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._host.chat_gone(f"discord:{payload.thread_id}", "the thread was deleted")

    async def _tell_gone(self, channels: Iterable[discord.abc.Snowflake], reason: str) -> None:
        for channel in channels:
            await self._host.chat_gone(f"discord:{channel.id}", reason)


class _Tree(app_commands.CommandTree[Client]):
    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError) -> None:
        """A command that Discord still shows from before is explained; everything else is logged with its trace."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            words = _words(interaction).say("这个命令刚刚改过，重新输入一次试试；发 /help 看看能做什么。")
            await self.client.tell(interaction, words)
        else:
            await super().on_error(interaction, error)


def _request(interaction: discord.Interaction[Any], command: str, arguments: str, *, pressed: bool = False) -> Request:
    return Request(
        _chat(interaction),
        str(interaction.user.id),
        command,
        arguments,
        pressed=pressed,
        language=read_language(interaction.locale),
        manages=partial(_manages, interaction),
    )


async def _manages(interaction: discord.Interaction[Any]) -> bool:
    """May the reader change what the chat gets? In a direct message always, in a server who manages its channels."""
    allowed = interaction.permissions
    return interaction.guild_id is None or allowed.manage_channels or allowed.administrator


def _words(interaction: discord.Interaction[Any]) -> Words:
    return words_of(read_language(interaction.locale))


def _chat(interaction: discord.Interaction) -> Chat:
    private = interaction.guild_id is None
    names = (getattr(interaction.guild, "name", None), getattr(interaction.channel, "name", None))
    title = "" if private else " #".join(filter(None, names))
    return Chat("discord", str(interaction.channel_id), "private" if private else "group", title)


async def _one(message: Message) -> AsyncIterator[Message]:
    yield message
