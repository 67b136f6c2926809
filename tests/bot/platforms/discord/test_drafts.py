"""Drafts come as fast as they may be shown and no faster; what is no draft never waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.drafts import pace_drafts
from handlers.base import Message
from tests.bot.platforms.discord.hosting import CannedHost, Step, calls, said, until
from tests.counterparts.discord_server import DiscordServer

LONG, NOW = 3600.0, 0.0


def draft(words: str) -> Message:
    return replace(said(words), draft=True)


async def run(steps: Sequence[Step], every_s: float) -> list[str]:
    async def tell() -> AsyncIterator[Message]:
        for step in steps:
            if isinstance(step, Message):
                yield step
            elif isinstance(step, float):
                await asyncio.sleep(step)

    return [message.doc.plain() async for message in pace_drafts(tell(), every_s)]


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([], []),
        ([said("完")], ["完"]),
        ([draft("一"), said("完")], ["一", "完"]),
        ([draft("一"), draft("二"), draft("三"), said("完")], ["一", "完"]),
        ([draft("一"), draft("二")], ["一", "二"]),
        ([said("甲"), draft("一"), draft("二"), said("乙"), said("丙")], ["甲", "一", "乙", "丙"]),
    ],
)
async def test_of_drafts_in_a_hurry_the_first_shows_and_then_the_answer(steps: list[Step], shown: list[str]) -> None:
    assert await run(steps, LONG) == shown


async def test_drafts_that_take_their_time_all_show() -> None:
    steps: list[Step] = [draft("一"), 0.02, draft("二"), 0.02, draft("三"), 0.02, said("完")]
    assert await run(steps, NOW) == ["一", "二", "三", "完"]


async def test_a_draft_that_was_held_back_shows_when_its_time_comes() -> None:
    assert await run([draft("一"), draft("二"), draft("三"), 0.1, said("完")], 0.01) == ["一", "三", "完"]


async def test_an_answer_that_breaks_breaks_here_too() -> None:
    async def tell() -> AsyncIterator[Message]:
        yield draft("一")
        raise ValueError("坏了")

    paced = pace_drafts(tell(), LONG)
    assert (await anext(paced)).doc.plain() == "一"
    with pytest.raises(ValueError, match="坏了"):
        await anext(paced)


async def test_drafts_edit_the_first_answer_and_what_follows_takes_their_place(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    ready = asyncio.Event()
    host.answers["brief"] = [draft("一"), draft("一二"), ready, said("一二三", "c:help"), said("还有")]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: [message["content"] for message in server.world.seen_by(channel)] == ["一"])
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
