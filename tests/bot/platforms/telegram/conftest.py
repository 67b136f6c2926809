"""A bot that polls the counterpart, a host with canned answers, and a time that passes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import TelegramSettings
from bot.platforms.telegram import TelegramPlatform
from bot.platforms.telegram.answer import DRAFT_EVERY_S, EDIT_EVERY_S, TYPING_AFTER_S, TYPING_EVERY_S
from handlers.base import Command, Message, Request, Services
from report.doc import doc, paragraph
from tests.counterparts import recording
from tests.counterparts.telegram_server import TelegramServer
from tests.hosts import Listening


def say(words: str, **more: Any) -> Message:
    return Message(doc(paragraph(words)), **more)


@dataclass
class FakeTime:
    """Waiting ends at once and moves the clock; only the typing waits for `ticks`, and growing answers for `turns`."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    ticks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds in {TYPING_AFTER_S, TYPING_EVERY_S}:
            await self.ticks.acquire()
            return
        if seconds in {DRAFT_EVERY_S, EDIT_EVERY_S}:
            await self.turns.acquire()
            self.now += seconds
            return
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class FakeHost(Listening):
    """Answers what `answers` has for the command, else the command's own name."""

    answers: dict[str, Callable[[], AsyncIterator[Message]]] = field(default_factory=dict)
    before_gone: Callable[[], Awaitable[None]] | None = None
    heard: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))  # once for each gone and moved

    def can(self, command: str, *messages: Message) -> None:
        async def give() -> AsyncIterator[Message]:
            for message in messages:
                yield message

        self.answers[command] = give

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        self.requests.append(request)
        if request.command not in self.answers:
            yield say(f"{request.command}：{request.arguments}")
            return
        async for message in self.answers[request.command]():
            yield message

    async def chat_gone(self, chat: str, reason: str) -> None:
        if self.before_gone:
            await self.before_gone()
        await super().chat_gone(chat, reason)
        self.heard.release()

    async def chat_moved(self, chat: str, new_id: str) -> None:
        await super().chat_moved(chat, new_id)
        self.heard.release()


async def _silent(request: Request, services: Services) -> AsyncIterator[Message]:
    for _ in ():
        yield say("")


COMMANDS: Mapping[str, Command] = {
    "start": Command("start", "认识一下推报", _silent),
    "help": Command("help", "看看能做什么", _silent),
    "detail": Command("detail", "详细报告", _silent),
    "subscribe": Command("subscribe", "每天送到这里", _silent),
    "regenerate": Command("regenerate", "重写报告", _silent, admin=True),
    "egg": Command("egg", "没写在菜单里", _silent, hidden=True),
}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """All calls of a module's tests; at its end the official specification is asked about them."""
    log = recording.Recording("telegram")
    yield log.calls
    if recording.CHECKER.exists():
        assert recording.violations(log.save(tmp_path_factory.mktemp("calls") / "calls.jsonl")) == []


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
async def server(fake_time: FakeTime, calls: list[dict[str, Any]]) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(limits=True, clock=fake_time.clock) as running:
        yield running
    calls += running.recording.calls


def make_platform(server: TelegramServer, fake_time: FakeTime, token: str = "") -> TelegramPlatform:
    chosen = TelegramSettings(token=SecretStr(token or server.token), base_url=server.url)
    return TelegramPlatform(chosen, commands=COMMANDS, clock=fake_time.clock, sleep=fake_time.sleep)


@pytest.fixture
async def platform(server: TelegramServer, host: FakeHost, fake_time: FakeTime) -> AsyncIterator[TelegramPlatform]:
    running = make_platform(server, fake_time)
    await running.start(host)
    yield running
    await running.stop()


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """A file that begins as a JPEG does."""
    path = tmp_path / "cloud.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 100)
    return str(path)
