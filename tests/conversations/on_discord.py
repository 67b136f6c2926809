"""Conversations on the real Discord platform, against a REST API and a gateway of our own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import SecretStr

from bot.config import DiscordSettings
from bot.platforms.discord import DiscordPlatform
from handlers.actions import read_command
from handlers.base import COMMANDS, Chat
from tests.bot.platforms.discord.hosting import until
from tests.conversations.platforms import Theatre
from tests.conversations.script import PERSONS, Conversation
from tests.conversations.seeing import Seen, see_discord
from tests.conversations.stage import Stage, Turn
from tests.counterparts.discord_server import DiscordServer

MAX_OPTION = 6000  # characters that a client sends of one option
MANAGE_CHANNELS, ADMINISTRATOR = 1 << 4, 1 << 3
CLIENTS = {"zh": "zh-CN", "en": "en-GB"}


@dataclass
class DiscordVisit:
    server: DiscordServer
    theatre: Theatre
    numbers: Iterator[int]
    admins: set[str]  # the platform's own, which grows
    name: str = "discord"
    places: frozenset[str] = frozenset({"私聊", "群", "话题"})  # a channel is a place like any other there

    def enter(self, conversation: Conversation) -> tuple[Stage, DiscordPerson]:
        base, world = next(self.numbers) * 100, self.server.world
        users = {who: str(base + number) for who, number in PERSONS.items()}
        world.locales.update(dict.fromkeys(users.values(), CLIENTS[conversation.setting.language]))
        world.rights.update({users["群主"]: MANAGE_CHANNELS, users["管理员"]: ADMINISTRATOR})
        self.admins.add(f"discord:{users['管理员']}")
        place = conversation.setting.place
        channel = ""
        if place != "私聊":
            (channel,) = world.add_guild("读报", ["日报"])
            if place == "话题":
                channel = world.add_channel(world.channels[channel]["guild_id"], "AI", thread_of=channel)
        chats = {who: channel or world.add_dm(users[who]) for who in users}
        stage = Stage(
            conversation.setting,
            "discord",
            lambda who: users[who] if PERSONS[who] else "",
            frozenset({f"discord:{users['管理员']}"}),
            self.theatre.cloud,
        )
        return stage, DiscordPerson(self.server, stage, users, chats)


@dataclass
class DiscordPerson:
    server: DiscordServer
    stage: Stage
    users: dict[str, str]
    chats: dict[str, str]
    window: str = ""  # the interaction that was answered with a window for words
    prompt: str = ""  # what the last answer asks for

    def chat(self, who: str) -> Chat:
        return Chat("discord", self.chats[who], self.stage.setting.kind, "读报")

    def can(self, turn: Turn) -> bool:
        """Only what is in the reader's menu can be typed, in its form, or what a window asks for."""
        if turn.action:
            return bool(self.server.world.seen_by(self.chats[turn.line.who], self.users[turn.line.who]))
        if not turn.line.is_command and (self.window or self.prompt):
            return True
        asked = read_command(turn.line.words)
        known = COMMANDS.get(asked[0]) if asked else None
        if asked is None or known is None or known.hidden:
            return False
        if known.admin and self.stage.setting.kind != "private" and turn.line.who != "管理员":
            return False
        needs = any(argument.required for argument in known.arguments)
        return (bool(known.arguments) or not asked[1]) and (bool(asked[1]) or not needs) and len(asked[1]) < MAX_OPTION

    async def act(self, turn: Turn, theatre: Theatre) -> Seen | None:
        channel, user = self.chats[turn.line.who], self.users[turn.line.who]
        before = self._shown(channel, user)
        pressed = ""
        world: Any = self.server.world
        if not turn.action and not turn.line.is_command and not self.window:
            self.window = await self._open_window(channel, user, theatre)
        for _ in range(turn.line.times):
            finished = theatre.finished
            if turn.action:
                pressed = self._offering(turn.action, channel, user)
                made = world.press(pressed, user, turn.action, forged=True)
            elif not turn.line.is_command:
                made = world.submit(self.window, turn.line.words)
            else:
                made = world.slash(channel, user, *self._form(turn.line.words))
            if turn.stale:
                await until(lambda made=made: made.answered is not None)  # type: ignore[misc]  # a lambda's default has no type
                await asyncio.sleep(0.01)
            else:
                await theatre.wait(finished + 1)
            self.window = made.id if made.modal else ""
        self.prompt = next((message.prompt for message in turn.messages[-1:]), "")
        if self.window:
            return None
        seen = Seen()
        messages = world.seen_by(channel, user)
        for message in messages:
            if before.get(message["id"]) != _content(message):
                seen += see_discord(message)
        same = [see_discord(message) for message in messages if message["id"] == pressed]
        return seen if seen.texts or not same else same[0]

    async def _open_window(self, channel: str, user: str, theatre: Theatre) -> str:
        """A question in a message has a button that opens a window for the answer; the interaction of its press."""
        finished = theatre.finished
        action = f"c:{self.prompt}"
        made: Any = self.server.world.press(self._offering(action, channel, user), user, action, forged=True)
        await until(lambda: made.answered is not None)
        await theatre.wait(finished + 1)
        theatre.said.clear()
        return str(made.id)

    def _form(self, words: str) -> tuple[str, dict[str, str]]:
        """The command with its words in the first field: the fields are joined again."""
        name, arguments = read_command(words) or ("", "")
        fields = [field.name for field in COMMANDS[name].arguments]
        return name, {fields[0]: arguments} if arguments else {}

    def _offering(self, action: str, channel: str, user: str) -> str:
        messages = self.server.world.seen_by(channel, user)
        found = [each for each in messages if any(action == said for _, said in see_discord(each).buttons)]
        return str((found or messages)[-1]["id"])

    def _shown(self, channel: str, user: str) -> dict[str, str]:
        return {each["id"]: _content(each) for each in self.server.world.seen_by(channel, user)}


def _content(message: dict[str, Any]) -> str:
    return json.dumps([message.get(name) for name in ("content", "embeds", "components", "attachments")])


@asynccontextmanager
async def discord(theatre: Theatre, calls: list[dict[str, Any]]) -> AsyncIterator[DiscordVisit]:
    """The platform at its counterpart; `calls` gets what it asked."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY  # discord.py keeps its addresses in classes
    server = DiscordServer()
    await server.start()
    admins = {"discord:0"}  # so that their commands are there from the start
    settings = DiscordSettings(token=SecretStr(server.token), api_url=server.api_url)
    platform = DiscordPlatform(settings, admins=admins)
    await platform.start(theatre)
    try:
        yield DiscordVisit(server, theatre, count(1), admins)
    finally:
        await platform.stop()
        await server.stop()
        calls += server.recording.calls
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
