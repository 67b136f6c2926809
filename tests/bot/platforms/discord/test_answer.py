"""Commands and presses over the wire: who sees the answer, when, and what becomes of it when it is late."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.client import DEFER_AFTER_S
from handlers.words import EN, ZH
from tests.bot.platforms.discord.hosting import CannedHost, Step, calls, said, until
from tests.bot.platforms.discord.reading import read_markdown
from tests.counterparts.discord_server import DiscordServer


async def test_a_command_and_a_press_are_answered_over_the_wire(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    host.answers = {
        "brief": [said("简报", "c:detail 昨天")],
        "detail": [said("详细", "c:help")],
        "help": [said("帮助")],
    }
    server.world.slash(channel, "7", "brief", {"topic": "ai"})
    await until(lambda: server.world.seen_by(channel))
    (brief,) = server.world.seen_by(channel)
    assert (brief["content"], brief["ephemeral"]) == ("简报", False)
    server.world.press(brief["id"], "8", "c:detail 昨天")
    await until(lambda: len(server.world.seen_by(channel, "8")) == 2)
    assert [message["content"] for message in server.world.seen_by(channel, "7")] == ["简报"]
    page = server.world.seen_by(channel, "8")[1]
    server.world.press(page["id"], "8", "c:help")
    await until(lambda: server.world.messages[page["id"]]["content"] == "帮助")
    assert len(server.world.seen_by(channel, "8")) == 2
    assert [request.user_id for request in host.requests] == ["7", "8", "8"]
    assert host.requests[0].chat.title == "读报 #日报"


async def test_in_a_direct_message_a_press_takes_the_place_of_what_was_pressed(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    dm = server.world.add_dm("7")
    host.answers = {"brief": [said("简报", "c:detail")], "detail": [said("详细")]}
    server.world.slash(dm, "7", "brief", {})
    await until(lambda: server.world.seen_by(dm))
    server.world.press(server.world.seen_by(dm)[0]["id"], "7", "c:detail")
    await until(lambda: server.world.seen_by(dm)[0]["content"] == "详细")
    assert [(message["components"], message["ephemeral"]) for message in server.world.seen_by(dm)] == [([], False)]
    assert {(request.chat.kind, request.chat.id, request.chat.title) for request in host.requests} == {
        ("private", dm, "")
    }


async def test_a_thread_is_a_chat_of_its_own(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    thread = server.world.add_channel(server.world.channels[channel]["guild_id"], "三月", thread_of=channel)
    host.answers["brief"] = [said("简报")]
    server.world.slash(thread, "7", "brief", {})
    await until(lambda: server.world.seen_by(thread))
    assert (host.requests[0].chat.key, host.requests[0].chat.kind) == (f"discord:{thread}", "group")
    assert await platform.send(thread, {"content": "今天的简报"})
    assert server.world.seen_by(channel) == []


async def test_a_stale_press_is_one_sentence_in_the_readers_language(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    old = await platform.send(channel, {"content": "去年的"})

    def answers(user: str) -> list[dict[str, Any]]:
        return [message for message in server.world.seen_by(channel, user) if message["id"] != old]

    for user, locale, language in (("8", "zh-CN", ZH), ("9", "en-US", EN)):
        server.world.locales[user] = locale
        server.world.press(old, user, "s:gone:K", forged=True)
        await until(partial(answers, user))
        (told,) = answers(user)
        sentence = language.say("这个按钮已经失效，发 /help 看看能做什么。")
        assert (read_markdown(told["content"]).text, told["ephemeral"]) == (sentence, True)
    assert host.requests == []


async def test_a_press_of_what_only_admins_may_is_to_others_a_stale_one(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    old = await platform.send(channel, {"content": "重写"})
    for user, action in (("8", "c:regenerate ai"), ("9", "c:nonsense ai")):
        server.world.press(old, user, action, forged=True)
    await until(lambda: len(server.world.readers) == 2)
    told = [server.world.seen_by(channel, user)[1]["content"] for user in ("8", "9")]
    assert told[0] == told[1]
    assert host.requests == []


async def test_a_slow_answer_is_deferred_then_replaced(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    ready, long = asyncio.Event(), "字" * 3000
    steps: list[Step] = [
        ready,
        said("正在写…"),
        said("第一份"),
        said(long * 5, "c:detail", update=True),
        said("短", update=True),
    ]
    host.answers["brief"] = steps
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: any(made.answered == 5 for made in server.world.interactions.values()))
    ready.set()
    await until(lambda: calls(server, "DELETE", "") or len(server.world.seen_by(channel)) == 2)
    await until(lambda: [m["content"] for m in server.world.seen_by(channel)] == ["正在写…", "短"])
    assert server.world.seen_by(channel)[1]["components"] == []


async def test_after_15_minutes_a_public_answer_goes_to_the_channel_and_a_private_one_is_dropped(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost, caplog: pytest.LogCaptureFixture
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    late, later = asyncio.Event(), asyncio.Event()
    host.answers = {"brief": [said("正在写…", "c:detail"), late, said("写好了", update=True)]}
    host.answers["detail"] = [said("等等"), later, said("太晚了")]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    server.world.press(server.world.seen_by(channel)[0]["id"], "8", "c:detail")
    await until(lambda: len(server.world.seen_by(channel, "8")) == 2)
    server.world.passed_s += 16 * 60
    late.set()
    await until(lambda: len(server.world.seen_by(channel)) == 2)
    later.set()
    await until(lambda: "came too late" in caplog.text)
    assert [message["content"] for message in server.world.seen_by(channel, "8")] == ["正在写…", "等等", "写好了"]


async def test_after_15_minutes_discord_is_not_even_asked(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    """Too many refusals would shut the bot out."""
    (channel,) = server.world.add_guild("读报", ["日报"])
    late = asyncio.Event()
    host.answers["brief"] = [said("正在写…"), late, said("写好了", update=True)]
    assert platform._client
    platform._client._clock = server.world.now_s
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    server.world.passed_s += 15 * 60 - 10
    late.set()
    await until(lambda: len(server.world.seen_by(channel)) == 2)
    assert [message["content"] for message in server.world.seen_by(channel)] == ["正在写…", "写好了"]
    assert [call for call in server.recording.calls if call["status"] >= 400] == []


async def test_an_interaction_that_discord_gave_up_is_answered_in_the_channel(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    late = asyncio.Event()
    host.answers["brief"] = [late, said("简报")]
    made = server.world.slash(channel, "7", "brief", {})
    made.created_s -= 4
    late.set()
    await until(lambda: [message["content"] for message in server.world.seen_by(channel)] == ["简报"])


async def test_stop_lets_answers_under_way_finish_and_takes_no_more(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    done = asyncio.Event()
    host.answers["brief"] = [said("正在写…"), done, said("写好了", update=True)]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    stopping = asyncio.create_task(platform.stop())
    await asyncio.sleep(0)
    server.world.slash(channel, "7", "help", {})
    done.set()
    await stopping
    assert [message["content"] for message in server.world.seen_by(channel)] == ["写好了"]
    assert [request.command for request in host.requests] == ["brief"]


def test_what_takes_longer_than_a_second_is_deferred() -> None:
    assert DEFER_AFTER_S <= 1
