"""The bot says hello once, where it may speak and where people look; it never knocks twice."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.discord import DiscordPlatform
from tests.bot.platforms.discord.hosting import CannedHost, make_platform, said, until
from tests.counterparts.discord_server import DiscordServer


@pytest.fixture
async def platform(platform: DiscordPlatform) -> DiscordPlatform:
    """One that knows all servers that were there before."""
    await until(lambda: platform._client and platform._client.is_ready())
    return platform


async def test_a_server_that_was_joined_is_greeted_in_its_first_open_channel(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    host.greetings = [said("你好，我是推报。", "c:subscribe ai")]
    rules, chat, other = server.world.add_guild("读报", ["规则", "闲聊", "日报"], silent=["规则"])
    await until(lambda: server.world.seen_by(chat))
    (hello,) = server.world.seen_by(chat)
    assert hello["content"] == "你好，我是推报。"
    assert hello["components"][0]["components"][0]["custom_id"] == "c:subscribe ai"
    assert (server.world.seen_by(rules), server.world.seen_by(other)) == ([], [])
    assert (host.greeted, host.languages) == ([f"discord:{chat}"], ["zh"])


async def test_a_channel_for_newcomers_comes_first(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    host.greetings = [said("你好")]
    _, lobby = server.world.add_guild("读报", ["日报", "大厅"], system="大厅")
    await until(lambda: server.world.seen_by(lobby))
    assert host.greeted == [f"discord:{lobby}"]


@pytest.mark.parametrize(
    ("about", "language"),
    [
        ({"locale": "zh-TW"}, "zh"),
        ({"locale": "en-US"}, None),
        ({"locale": "en-US", "features": ["COMMUNITY"]}, "en"),
        ({"locale": "ja", "features": ["COMMUNITY"]}, "en"),
    ],
)
async def test_a_locale_that_nobody_chose_is_no_language(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost, about: dict[str, Any], language: str | None
) -> None:
    server.world.add_guild("读报", ["日报"], **about)
    await until(lambda: host.greeted)
    assert host.languages == [language]


async def test_where_it_may_speak_nowhere_nothing_is_said(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    server.world.add_guild("读报", ["规则"], silent=["规则"])
    (channel,) = server.world.add_guild("读书", ["闲聊"])
    await until(lambda: host.greeted)
    assert host.greeted == [f"discord:{channel}"]


async def test_a_greeting_that_is_refused_breaks_nothing(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost, caplog: pytest.LogCaptureFixture
) -> None:
    host.greetings = [said("你好")]
    server.fail("POST", "/channels/*/messages", 403, {"message": "Missing Permissions", "code": 50013})
    server.world.add_guild("读报", ["日报"])
    await until(lambda: "could not say hello" in caplog.text)


async def test_a_server_of_before_is_not_greeted_at_the_start(server: DiscordServer, host: CannedHost) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    platform = make_platform(server)
    await platform.start(host)
    await until(lambda: platform._client and platform._client.get_channel(int(channel)))
    await platform.stop()
    assert host.greeted == []


async def test_a_server_that_let_it_in_again_has_all_its_places_back_and_one_greeting(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    lobby, other = server.world.add_guild("读报", ["大厅", "日报"])
    guild_id = server.world.channels[lobby]["guild_id"]
    thread = server.world.add_channel(guild_id, "三月", thread_of=other)
    await until(lambda: host.greeted)
    server.world.kick(guild_id)
    await until(lambda: len(host.gone) == 3)
    host.back.clear()
    server.world.rejoin(guild_id)
    await until(lambda: len(host.greeted) == 2)
    assert set(host.greeted) == {f"discord:{lobby}"}
    assert host.back == [f"discord:{other}", f"discord:{thread}"]
