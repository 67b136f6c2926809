"""The whole platform over real REST and a real gateway, against the counterpart; every call goes to the checker."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import DiscordSettings
from bot.platforms import ChatGone, Instead, Part, PlatformError, RetryLater
from bot.platforms.discord import DiscordPlatform
from handlers.base import Message
from report.doc import Picture, doc, heading, paragraph
from tests.bot.platforms.discord.hosting import TABLE, CannedHost, calls, command, make_platform, said, until
from tests.counterparts.discord_server import TOKEN, DiscordServer


async def test_it_starts_in_the_given_loop_and_asks_for_no_privileged_intent(
    server: DiscordServer, host: CannedHost
) -> None:
    platform = make_platform(server, gateway_url=server.gateway_url)
    await platform.start(host)
    assert server.gateway.identified[0]["intents"] == 1
    await platform.stop()
    assert all(session.line is None for session in server.gateway.sessions.values())
    assert calls(server, "GET", "/gateway") == []


async def test_without_a_gateway_address_the_api_is_asked(server: DiscordServer, platform: DiscordPlatform) -> None:
    assert len(calls(server, "GET", "/gateway")) == 1
    assert platform.name == "discord"


async def test_commands_are_registered_once_and_again_when_they_changed(
    server: DiscordServer, host: CannedHost
) -> None:
    for table, times in ((TABLE, 1), (TABLE, 1), (TABLE | {"views": command("views")}, 2)):
        settings = DiscordSettings(token=SecretStr(TOKEN), api_url=server.api_url)
        platform = DiscordPlatform(settings, commands=table)
        await platform.start(host)
        await platform.stop()
        assert len(calls(server, "PUT", "/commands")) == times


@pytest.mark.parametrize(("token", "said"), [("MTAw.wrong.secret", "the token is refused"), ("", "no token")])
async def test_a_wrong_token_is_said_without_showing_it(
    server: DiscordServer, host: CannedHost, caplog: pytest.LogCaptureFixture, token: str, said: str
) -> None:
    with pytest.raises(PlatformError, match=said) as raised:
        await make_platform(server, token=token).start(host)
    assert "wrong.secret" not in str(raised.value) + caplog.text


async def test_an_api_out_of_reach_is_said(host: CannedHost, server: DiscordServer) -> None:
    settings = DiscordSettings(token=SecretStr(TOKEN), api_url="http://127.0.0.1:9/api/v10")
    with pytest.raises(PlatformError, match=r"cannot reach http://127\.0\.0\.1:9/api/v10 .*check the network"):
        await DiscordPlatform(settings, commands=TABLE).start(host)


async def test_an_address_that_is_not_discord_is_said(host: CannedHost, server: DiscordServer) -> None:
    server.fail("GET", "/users/@me", 200, {"hello": "I am a router"})
    with pytest.raises(PlatformError, match="does not answer like Discord"):
        await make_platform(server).start(host)


async def test_a_gateway_that_refuses_the_token_is_said(server: DiscordServer, host: CannedHost) -> None:
    server.gateway.token = "another"
    with pytest.raises(PlatformError, match="the token is refused"):
        await make_platform(server).start(host)


async def test_an_outage_at_the_commands_keeps_the_old_ones(
    server: DiscordServer, host: CannedHost, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("GET", "/applications/*/commands", 503, {"message": "Service unavailable", "code": 0})
    platform = make_platform(server)
    await platform.start(host)
    await platform.stop()
    assert "the old ones stay" in caplog.text


async def test_a_part_is_sent_with_its_picture_and_buttons(
    server: DiscordServer, platform: DiscordPlatform, tmp_path: Path
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    drawn = tmp_path / "wordcloud_twitter_ai.jpg"
    drawn.write_bytes(b"\xff\xd8\xff" * 100)
    page = doc(heading("AI｜3 月 27 日", 1), Picture(str(drawn), "词云"), paragraph("头部公司在做减法。"))
    (part,) = platform.encode(Message(page, said("", "s:detail:K").buttons))
    message_id = await platform.send(channel, json.loads(json.dumps(part)))
    (message,) = server.world.seen_by(channel)
    assert message["id"] == message_id
    assert [(file["filename"], file["size"]) for file in message["attachments"]] == [(drawn.name, 300)]
    assert message["embeds"][0]["image"]["url"] == f"attachment://{drawn.name}"
    assert message["components"][0]["components"][0]["custom_id"] == "s:detail:K"
    assert calls(server, "POST", "/messages")[0]["body"]["allowed_mentions"] == {"parse": []}


async def test_a_part_sent_twice_arrives_once_in_each_chat(server: DiscordServer, platform: DiscordPlatform) -> None:
    first, second = server.world.add_guild("读报", ["日报", "备份"])
    (part,) = platform.encode(said("今天的简报"))
    ids = [await platform.send(chat, part) for chat in (first, first, second)]
    assert ids[0] == ids[1] != ids[2]
    assert [len(server.world.seen_by(chat)) for chat in (first, second)] == [1, 1]


async def test_gone_chats(server: DiscordServer, platform: DiscordPlatform) -> None:
    hidden, silent = server.world.add_guild("读报", ["内部", "公告"])
    server.world.denied.update({hidden: 50001, silent: 50013})
    (part,) = platform.encode(said("今天的简报"))
    for chat, code in ((hidden, "50001"), (silent, "50013"), ("42", "10003"), ("kein", "no channel id")):
        with pytest.raises(ChatGone, match=code):
            await platform.send(chat, part)


async def test_what_is_too_long_for_discord_comes_in_two(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    with pytest.raises(Instead, match="2000 or fewer") as caught:
        await platform.send(channel, {"content": "字" * 2001})
    server.recording.calls.pop()  # this one was wrong on purpose
    for part in caught.value.parts:
        await platform.send(channel, part)
    assert "".join(message["content"] for message in server.world.seen_by(channel)) == "字" * 2001


@pytest.mark.parametrize(
    ("status", "body", "after_s"),
    [
        (503, {"message": "Service unavailable", "code": 0}, 0.0),
        (401, {"message": "401: Unauthorized", "code": 0}, 600.0),
        (429, {"message": "banned", "retry_after": 1}, 60.0),
        (403, {"message": "blocked by a proxy"}, 0.0),
    ],
)
async def test_an_outage_is_tried_again_later(
    server: DiscordServer, platform: DiscordPlatform, status: int, body: Part, after_s: float
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.fail("POST", "/channels/*/messages", status, body)
    with pytest.raises(RetryLater) as raised:
        await platform.send(channel, {"content": "今天的简报"})
    assert raised.value.after_s == after_s
    assert TOKEN not in str(raised.value)


async def test_a_dead_network_is_tried_again_later(host: CannedHost) -> None:
    server = DiscordServer()
    await server.start()
    platform = make_platform(server)
    await platform.start(host)
    await server.stop()
    with pytest.raises(RetryLater, match="no answer"):
        await platform.send("42", {"content": "今天的简报"})
    await platform.stop()
    with pytest.raises(RetryLater, match="not connected"):
        await platform.send("42", {"content": "今天的简报"})


async def test_channels_threads_and_servers_that_go_are_told(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    first, second = server.world.add_guild("读报", ["日报", "备份"])
    guild_id = server.world.channels[first]["guild_id"]
    thread = server.world.add_channel(guild_id, "三月", thread_of=second)
    lost = server.world.add_channel(guild_id, "四月", thread_of=second)
    server.world.remove_channel(first)
    server.world.remove_channel(lost)
    await until(lambda: len(host.gone) == 2)
    server.world.kick(guild_id)
    await until(lambda: len(host.gone) == 4)
    assert [chat for chat, _ in host.gone] == [f"discord:{chat}" for chat in (first, lost, second, thread)]


async def test_with_a_channel_its_threads_are_gone(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    thread = server.world.add_channel(server.world.channels[channel]["guild_id"], "三月", thread_of=channel)
    await until(
        lambda: platform._client and platform._client.get_guild(int(server.world.channels[channel]["guild_id"]))
    )
    server.world.remove_channel(channel)
    await until(lambda: len(host.gone) == 2)
    assert {chat for chat, _ in host.gone} == {f"discord:{channel}", f"discord:{thread}"}


async def test_a_cut_connection_is_resumed_and_nothing_is_missed(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "discord")
    (channel,) = server.world.add_guild("读报", ["日报"])
    host.answers["brief"] = [said("简报")]
    await server.gateway.drop()
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    assert server.gateway.resumed == 1
    assert len(server.gateway.identified) == 1


async def test_a_full_bucket_is_waited_for_not_overrun(server: DiscordServer, platform: DiscordPlatform) -> None:
    """Of eight messages at once five go out, the others wait for their turn: discord.py reads the headers."""
    server.limited = True
    (channel,) = server.world.add_guild("读报", ["日报"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.gather(*(platform.send(channel, {"content": f"第 {number} 条"}) for number in range(8)))
    assert len(server.world.seen_by(channel)) == 5
    assert {call["status"] for call in calls(server, "POST", "/messages")} == {200}
