"""The counterpart as a process of its own, driven through /test, as the end-to-end tests drive it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.config import DiscordSettings
from bot.platforms.discord import DiscordPlatform
from tests.bot.platforms.discord.hosting import TABLE, CannedHost, said
from tests.counterparts.recording import CHECKER, violations

ROOT = Path(__file__).parents[4]


@pytest.fixture
async def about(tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    """What the process said when it was ready."""
    words = ["-m", "tests.counterparts.discord_server", "--port", "0", "--recording", str(tmp_path / "calls.jsonl")]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    yield json.loads(await process.stdout.readline())
    process.terminate()
    await process.wait()


@pytest.mark.process
async def test_a_reader_asks_and_is_answered_between_processes(about: dict[str, Any], tmp_path: Path) -> None:
    host = CannedHost()
    host.answers["brief"] = [said("今天的简报", "c:help")]
    settings = DiscordSettings(token=SecretStr(about["token"]), api_url=about["api_url"])
    platform = DiscordPlatform(settings, commands=TABLE)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{about['port']}") as session:

        async def act(action: str, **told: Any) -> Any:
            async with session.post(f"/test/{action}", json=told) as response:
                answer = await response.json()
            return answer["result"] if response.status == 200 else answer["error"]

        await platform.start(host)
        (channel,) = await act("add_guild", name="读报", channels=["日报"])
        assert "has the options" in await act(
            "slash", channel_id=channel, user_id="7", name="brief", options={"x": "y"}
        )
        await act("slash", channel_id=channel, user_id="7", name="brief", options={"topic": "ai"})
        async with asyncio.timeout(5):
            while not (messages := await act("messages", channel_id=channel)):
                pass
        assert [(message["content"], message["ephemeral"]) for message in messages] == [("今天的简报", False)]
        assert (await act("state"))["sessions"] == 1
        await platform.stop()
    calls = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"/api/v10/users/@me", "/api/v10/gateway"} <= {call["path"] for call in calls}
    if CHECKER.exists():
        assert violations(tmp_path / "calls.jsonl", rates=True) == []
