"""A Host that says what a test tells it to, and remembers what it heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from bot.config import DiscordSettings
from bot.platforms.discord import DiscordPlatform
from handlers.base import Argument, Button, Command, Message, Request
from report.doc import doc, paragraph
from tests.counterparts.discord_server import TOKEN, DiscordServer
from tests.hosts import Listening

Step = Message | asyncio.Event | float  # an event: wait for it; a number: so many seconds of simulated time


@dataclass
class CannedHost(Listening):
    answers: dict[str, list[Step]] = field(default_factory=dict)

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        self.requests.append(request)
        for step in self.answers.get(request.command, ()):
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step

    async def complete(self, request: Request, argument: str, typed: str) -> Sequence[tuple[str, str]]:
        offered = await super().complete(request, argument, typed)
        if argument == "slow":
            await asyncio.Event().wait()
        return offered


async def _nothing(_request: Request, _services: object) -> AsyncIterator[Message]:
    return
    yield


def said(words: str, *actions: str, update: bool = False) -> Message:
    return Message(doc(paragraph(words)), tuple((Button(action, action),) for action in actions), update=update)


def command(
    name: str, *arguments: Argument, admin: bool = False, hidden: bool = False, personal: bool = False
) -> Command:
    return Command(name, f"试试 {name}", _nothing, arguments, admin, hidden, personal or admin)


ADMIN = "discord:502"
TABLE = {
    made.name: made
    for made in (
        command("brief", Argument("topic", "话题", kind="topic"), Argument("date", "日期，如 昨天", kind="date")),
        command("ask", Argument("words", "可以不填"), Argument("question", "问题", required=True)),
        command("detail", Argument("date", "日期")),
        command("help"),
        command("settings", Argument("topic", "话题", kind="subscription"), personal=True),
        command("regenerate", Argument("topic", "话题"), admin=True),
        command("old", hidden=True),
        command("late", Argument("slow", "想很久", kind="topic")),
    )
}


def make_platform(server: DiscordServer, *, token: str = TOKEN, gateway_url: str = "") -> DiscordPlatform:
    settings = DiscordSettings(token=SecretStr(token), api_url=server.api_url, gateway_url=gateway_url)
    return DiscordPlatform(
        settings, commands=TABLE, admins=[ADMIN], start_timeout_s=5, defer_after_s=0.1, ready_after_s=0.05
    )


async def until(holds: Callable[[], object]) -> None:
    """Let the loop run until it holds; at most 5 s."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  what holds is the world's state, which has no event
            await asyncio.sleep(0.005)


def calls(server: DiscordServer, method: str, ending: str) -> list[dict[str, Any]]:
    return [c for c in server.recording.calls if c["method"] == method and c["path"].endswith(ending)]
