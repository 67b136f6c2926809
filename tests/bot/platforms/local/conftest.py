"""A started page, a host that answers what it is told to, and a reader of its stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.config import WebSettings
from bot.platforms.local import LocalPlatform
from handlers.base import Argument, Command, Message, Request, Services
from report.doc import doc, paragraph
from tests.hosts import Listening


async def _unused(_request: Request, _services: Services) -> AsyncIterator[Message]:
    yield Message(doc())


COMMANDS = {
    "start": Command("start", "从这里开始", _unused),
    "help": Command("help", "能做什么", _unused),
    "range": Command(
        "range", "合看几天", _unused, (Argument("first", "第一天", required=True), Argument("last", "最后一天"))
    ),
    "regenerate": Command("regenerate", "重写", _unused, admin=True),
    "secret": Command("secret", "不在菜单里", _unused, hidden=True),
}


@dataclass
class Script(Listening):
    """A host that answers each command with prepared messages; a callable between them is awaited."""

    answers: dict[str, Sequence[Message | Callable[[], Any]]] = field(default_factory=dict)

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        self.requests.append(request)
        for step in self.answers.get(request.command, [Message(doc(paragraph(f"答：{request.command}")))]):
            if isinstance(step, Message):
                yield step
            else:
                await step()


class Stream:
    """What an open page hears."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.last_id = ""

    async def event(self) -> tuple[str, Any]:
        """Name and data of the next event."""
        name, data = "", None
        async with asyncio.timeout(10):
            while line := (await self.response.content.readline()).decode():
                key, _, value = line.rstrip("\n").partition(": ")
                if key == "id":
                    self.last_id = value
                elif key == "event":
                    name = value
                elif key == "data":
                    data = json.loads(value)
                elif not line.strip() and name:
                    return name, data
        raise EOFError

    async def messages(self) -> list[dict[str, Any]]:
        """The messages of the next event that has any, or that starts the page anew."""
        while True:
            name, data = await self.event()
            if name == "messages":
                found: list[dict[str, Any]] = data["messages"]
                return found


@dataclass
class Reader:
    """A browser's requests, without the browser."""

    platform: LocalPlatform
    host: Script
    session: aiohttp.ClientSession

    @asynccontextmanager
    async def stream(self, last_id: str = "") -> AsyncIterator[Stream]:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        async with self.session.get("/events", headers=headers) as response:
            assert response.status == 200
            yield Stream(response)

    async def say(self, words: str) -> int:
        async with self.session.post("/say", json={"text": words}) as response:
            return response.status

    async def press(self, action: str, message: int) -> int:
        async with self.session.post("/press", json={"action": action, "message": message}) as response:
            return response.status


def fixed_now() -> datetime:
    return datetime(2026, 1, 7, 8, 0, tzinfo=UTC)


@pytest.fixture
def make_platform() -> Callable[..., LocalPlatform]:
    def make(**options: Any) -> LocalPlatform:
        settings = WebSettings(**options.pop("settings", {}))
        given: dict[str, Any] = {"commands": COMMANDS, "now": fixed_now} | options
        return LocalPlatform(settings, **given)

    return make


@pytest.fixture
def host() -> Script:
    return Script()


@pytest.fixture
async def reader(make_platform: Callable[..., LocalPlatform], host: Script) -> AsyncIterator[Reader]:
    platform = make_platform(notice=lambda words: words.say("演示：帖子都是虚构的"))
    await platform.start(host)
    async with aiohttp.ClientSession(platform.url) as session:
        yield Reader(platform, host, session)
    await platform.stop()
