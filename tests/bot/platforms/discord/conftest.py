"""A Discord of our own, a Host, and the platform between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.platforms.discord import DiscordPlatform
from tests.bot.platforms.discord.hosting import CannedHost, make_platform
from tests.counterparts.discord_server import DiscordServer
from tests.counterparts.recording import CHECKER, violations


@pytest.fixture(scope="module")
def recordings() -> Iterator[list[Path]]:
    """What the module's tests said to Discord; the checker reads it all at once."""
    kept: list[Path] = []
    yield kept
    if CHECKER.exists() and kept:
        assert violations(*kept) == []


@pytest.fixture
async def server(tmp_path: Path, recordings: list[Path]) -> AsyncIterator[DiscordServer]:
    server = DiscordServer()
    await server.start()
    yield server
    await server.stop()
    recordings.append(server.recording.save(tmp_path / "discord.jsonl"))


@pytest.fixture(autouse=True)
def _own_addresses() -> Iterator[None]:
    """discord.py keeps its addresses in classes: put them back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.fixture
def host() -> CannedHost:
    return CannedHost()


@pytest.fixture
async def platform(server: DiscordServer, host: CannedHost) -> AsyncIterator[DiscordPlatform]:
    platform = make_platform(server)
    await platform.start(host)
    yield platform
    await platform.stop()
