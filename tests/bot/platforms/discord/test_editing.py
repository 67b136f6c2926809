"""Corrections on Discord, and a part of which nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import discord
import pytest

from bot.platforms import ChatGone, InDoubt, Instead, Outgoing, Part, Uneditable
from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.corrections import match_parts
from bot.platforms.discord.mending import make_plain, split, without_files
from tests.bot.platforms.discord.hosting import calls, until
from tests.counterparts.discord_places import READ_HISTORY
from tests.counterparts.discord_server import DiscordServer

BRIEF: Part = {"embeds": [{"title": "AI 日报", "description": "甲"}]}
OPENER: Part = {"thread": {"name": "AI 日报"}}


SURPLUS = ("1", "1", "1/3", "1/4")


def inside(words: str, opener: int = 1) -> Part:
    return {"inside": opener, "content": words}


@pytest.mark.parametrize(
    ("old", "sent", "new", "edits"),
    [
        ([BRIEF], ["1"], [BRIEF], ("1",)),
        ([BRIEF], ["1"], [BRIEF, BRIEF], ("1", "")),
        ([BRIEF, BRIEF], ["1", "2"], [BRIEF], ("1", "2")),
        ([BRIEF, OPENER, inside("a")], ["1", "1", "3"], [BRIEF, OPENER, inside("b")], ("1", "1", "1/3")),
        ([BRIEF, OPENER, inside("a"), inside("b")], "1134", [BRIEF, OPENER, inside("c")], SURPLUS),
        ([BRIEF, OPENER, inside("a")], ["1", "1", "3"], [BRIEF, BRIEF, OPENER, inside("b", 2)], ("1", "", "1", "1/3")),
        ([BRIEF, OPENER, inside("a")], ["1", "", ""], [BRIEF, OPENER, inside("b")], ("1", "", "")),
        ([BRIEF], ["?"], [BRIEF], ("-",)),
        ([BRIEF, BRIEF], ["-", "2"], [BRIEF, BRIEF], ("-", "2")),
    ],
)  # fmt: skip
def test_each_kind_takes_the_place_of_its_own(
    old: list[Part], sent: Sequence[str], new: list[Part], edits: tuple[str, ...]
) -> None:
    assert match_parts(old, sent, new) == edits


async def test_a_brief_with_its_thread_is_corrected_in_place(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    old: list[Part] = [BRIEF, OPENER, inside("观点"), inside("事件")]
    sent: list[str] = []
    for part in old:
        sent.append(await platform.send(channel, part, sent))
    new: list[Part] = [{"embeds": [{"title": "AI 日报（已更正）", "description": "乙"}]}, OPENER, inside("观点二")]
    edits = platform.match(old, sent, new)
    done: list[str] = []
    for at, part in enumerate(new):
        done.append(await platform.edit(channel, edits[at], part, done))
    await platform.delete(channel, edits[3], done)
    await platform.delete(channel, edits[3], done)  # it is gone already
    assert done == sent[:3]
    (brief,) = server.world.seen_by(channel)
    assert brief["embeds"][0]["title"] == "AI 日报（已更正）"
    assert [message["content"] for message in server.world.seen_by(sent[1])] == ["观点二"]
    server.world.delete(sent[0])
    with pytest.raises(Uneditable, match="it was deleted"):
        await platform.edit(channel, sent[0], BRIEF)
    server.world.denied[channel] = 50001
    with pytest.raises(ChatGone):
        await platform.edit(channel, sent[0], BRIEF)


async def test_the_same_nonce_makes_one_message_of_two_tries(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    first = await platform.send(channel, BRIEF, (), Outgoing("a" * 25))
    assert await platform.send(channel, BRIEF, (), Outgoing("a" * 25)) == first
    assert await platform.send(channel, BRIEF, (), Outgoing("b" * 25)) != first
    bodies = [call["body"] for call in calls(server, "POST", "/messages")]
    assert {body["enforce_nonce"] for body in bodies} == {True}


async def test_where_the_nonce_is_too_old_the_channel_is_asked(
    server: DiscordServer, platform: DiscordPlatform
) -> None:
    channel, other = server.world.add_guild("读报", ["日报", "备份"])
    begun = discord.utils.utcnow() - timedelta(minutes=3)
    first = await platform.send(channel, BRIEF, (), Outgoing("a" * 25))
    server.world.nonces.clear()
    assert await platform.send(channel, BRIEF, (), Outgoing("a" * 25, begun)) == first
    assert await platform.send(channel, BRIEF, (first,), Outgoing("b" * 25, begun)) != first
    assert await platform.send(other, BRIEF, (), Outgoing("c" * 25, begun))
    assert [len(server.world.seen_by(each)) for each in (channel, other)] == [2, 1]


async def test_where_the_bot_may_not_look_nobody_can_know(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.world.forbid(channel, READ_HISTORY)
    await until(lambda: platform._connected.get_channel(int(channel)))
    known = platform._connected.get_channel(int(channel))
    assert isinstance(known, discord.TextChannel)
    await until(lambda: not known.permissions_for(known.guild.me).read_message_history)
    begun = discord.utils.utcnow() - timedelta(minutes=3)
    with pytest.raises(InDoubt, match="read the message history"):
        await platform.send(channel, {"content": "一"}, (), Outgoing("a" * 25, begun))
    assert server.world.seen_by(channel) == []


async def test_a_channel_without_files_gets_the_words(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.fail("POST", "/channels/*/messages", 403, {"message": "Missing Permissions", "code": 50013})
    part: Part = {
        "embeds": [{"description": "甲", "image": {"url": "attachment://c.jpg"}}],
        "files": [{"path": "c.jpg", "filename": "c.jpg", "description": ""}],
    }
    with pytest.raises(Instead) as caught:
        await platform.send(channel, part)
    (plain,) = caught.value.parts
    await platform.send(channel, plain)
    assert server.world.seen_by(channel)[0]["embeds"][0]["description"] == "甲"


async def test_an_admin_is_written_to_in_private(server: DiscordServer, platform: DiscordPlatform) -> None:
    chat = await platform.private_chat("502")
    await platform.send(chat, {"content": "没写成"})
    assert str(server.world.channels[chat]["recipients"][0]["id"]) == "502"
    assert [message["content"] for message in server.world.seen_by(chat)] == ["没写成"]


def test_what_is_too_long_is_cut_where_it_may_be() -> None:
    two: Part = {"embeds": [{"description": "甲"}, {"description": "乙"}], "components": [{"components": []}]}
    assert split(two) == (
        {"embeds": [{"description": "甲"}]},
        {"components": [{"components": []}], "embeds": [{"description": "乙"}]},
    )
    one: Part = {"embeds": [{"title": "题", "description": "甲" * 200 + "\n" + "乙" * 200, "footer": {"text": "末"}}]}
    first, second = split(one) or ({}, {})
    assert (
        first["embeds"][0]["description"] + "\n" + second["embeds"][0]["description"] == one["embeds"][0]["description"]
    )
    assert "footer" not in first["embeds"][0]
    assert second["embeds"][0]["footer"] == {"text": "末"}
    assert split({"content": "短"}) is None


def test_plain_text_has_all_the_words() -> None:
    part: Part = {"content": "零", "embeds": [{"title": "题", "description": "甲\n" * 900}, {"description": "乙"}]}
    plain = make_plain(part)
    assert all(len(each["content"]) <= 2000 for each in plain)
    words = "\n".join(each["content"] for each in plain)
    assert (words.count("甲"), words.count("乙"), "**题**" in words) == (900, 1, True)
    assert without_files({"embeds": [{"image": {"url": "attachment://c.jpg"}}], "files": [{}]}) == ()
