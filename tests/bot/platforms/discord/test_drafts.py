"""An answer that grows: drafts in one message, and the answer in their place."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.platforms.discord import DiscordPlatform
from handlers.base import Message
from tests.bot.platforms.discord.hosting import CannedHost, calls, said, until
from tests.counterparts.discord_server import DiscordServer


def draft(words: str) -> Message:
    return replace(said(words), draft=True)


async def test_drafts_edit_the_first_answer_and_what_follows_takes_their_place(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    ready = asyncio.Event()
    host.answers["brief"] = [draft("一"), draft("一二"), ready, said("一二三", "c:help"), said("还有")]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: [message["content"] for message in server.world.seen_by(channel)] == ["一二"])
    ready.set()
    await until(lambda: [message["content"] for message in server.world.seen_by(channel)] == ["一二三", "还有"])
    assert len(calls(server, "PATCH", "/messages/@original")) == 1


async def test_a_draft_that_comes_after_15_minutes_is_not_worth_a_message(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    late = asyncio.Event()
    host.answers["brief"] = [said("正在写…"), late, draft("一"), said("写好了")]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    server.world.passed_s += 16 * 60
    late.set()
    await until(lambda: len(server.world.seen_by(channel)) == 2)
    assert [message["content"] for message in server.world.seen_by(channel)] == ["正在写…", "写好了"]
