"""The details hang in a thread under the brief where the bot may open one, and nowhere else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from bot.platforms import ChatGone, RetryLater
from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.encode import encode_message, encode_thread_name
from handlers.base import Button, Message
from report.doc import Doc, Span, doc, heading, paragraph
from report.doc import Paragraph as Para
from tests.bot.platforms.discord.hosting import calls, until
from tests.bot.platforms.discord.test_encode import documents
from tests.counterparts.discord_limits import check_thread
from tests.counterparts.discord_places import OPEN_THREADS, SEND_IN_THREADS
from tests.counterparts.discord_server import DiscordServer

BRIEF = Message(
    doc(heading("推报 · AI｜3 月 27 日（周五）", 1), Para((Span("新模型开源", bold=True),)), paragraph("概述。")),
    ((Button("详细", "s:detail:K", opens="more"),),),
    more=(doc(heading("观点"), paragraph("甲")), doc(heading("事件"), paragraph("乙"))),
    thread=True,
)


async def send_all(platform: DiscordPlatform, chat_id: str, message: Message = BRIEF) -> list[str]:
    """As the outbox does it: the parts are stored as JSON, each is sent with the ids of those before it."""
    sent: list[str] = []
    for part in json.loads(json.dumps(platform.encode(message))):
        sent.append(await platform.send(chat_id, part, sent))
    return sent


@given(documents)
def test_any_document_names_a_thread(document: Doc) -> None:
    check_thread({"name": encode_thread_name(document)})


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("AI｜3 月 27 日\n（周五）", "AI｜3 月 27 日"),
        ("a\u202eb\u200b\tc  @everyone", "ab c @everyone"),
        ("字" * 101, "字" * 99 + "…"),
        ("\u200b", "…"),
    ],
)
def test_a_threads_name_is_one_clean_line(words: str, name: str) -> None:
    assert encode_thread_name(Doc((Para((Span(words),)),))) == name


def test_without_the_wish_or_without_details_there_is_no_thread() -> None:
    plain = encode_message(Message(BRIEF.doc, BRIEF.buttons))
    assert encode_message(Message(BRIEF.doc, BRIEF.buttons, more=BRIEF.more)) == plain
    assert encode_message(Message(BRIEF.doc, BRIEF.buttons, thread=True)) == plain


async def test_the_details_hang_in_a_thread_under_the_brief(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    brief, thread, *parts = await send_all(platform, channel)
    assert thread == brief
    assert server.world.channels[thread]["name"] == "AI｜3 月 27 日（周五）：新模型开源"
    assert server.world.channels[thread]["thread_metadata"]["auto_archive_duration"] == 1440
    assert [message["embeds"][0]["title"] for message in server.world.seen_by(thread)] == ["观点", "事件"]
    assert [message["id"] for message in server.world.seen_by(thread)] == parts
    (message,) = server.world.seen_by(channel)
    assert message["components"][0]["components"][0]["label"] == "详细"


async def test_a_thread_that_is_open_already_is_used(server: DiscordServer, platform: DiscordPlatform) -> None:
    """Its answer was lost: the outbox tries that part again."""
    (channel,) = server.world.add_guild("读报", ["日报"])
    brief, thread, section, _ = platform.encode(BRIEF)
    sent = [await platform.send(channel, brief)]
    assert [await platform.send(channel, thread, sent) for _ in range(2)] == sent * 2
    assert await platform.send(channel, section, sent * 2)
    assert len(calls(server, "POST", "/threads")) == 2


@pytest.mark.parametrize("right", [OPEN_THREADS, SEND_IN_THREADS])
async def test_where_threads_are_forbidden_the_brief_is_all_and_discord_is_not_asked(
    server: DiscordServer, platform: DiscordPlatform, right: int
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    await until(lambda: platform._client and platform._client.get_channel(int(channel)))
    server.world.forbid(channel, right)
    channel_of = platform._client.get_channel if platform._client else None
    assert channel_of
    await until(lambda: getattr(channel_of(int(channel)), "overwrites", None))
    _, *others = await send_all(platform, channel)
    assert others == ["", "", ""]
    assert calls(server, "POST", "/threads") == []


async def test_in_a_thread_and_in_a_direct_message_the_brief_is_all(
    server: DiscordServer, platform: DiscordPlatform
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    thread = server.world.add_channel(server.world.channels[channel]["guild_id"], "三月", thread_of=channel)
    for chat in (thread, server.world.add_dm("7")):
        assert (await send_all(platform, chat))[1:] == ["", "", ""]
        assert len(server.world.seen_by(chat)) == 1


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (403, 50001), (400, 160006), (404, 10008)])
async def test_a_refused_thread_does_not_end_the_subscription(
    server: DiscordServer, platform: DiscordPlatform, status: int, code: int
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.fail("POST", "/channels/*/threads", status, {"message": "no", "code": code})
    assert (await send_all(platform, channel))[1:] == ["", "", ""]


async def test_an_outage_at_the_thread_is_tried_again_later(server: DiscordServer, platform: DiscordPlatform) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.fail("POST", "/channels/*/threads", 401, {"message": "no", "code": 0})
    with pytest.raises(RetryLater):
        await send_all(platform, channel)


async def test_a_thread_that_was_deleted_meanwhile_is_left_alone(
    server: DiscordServer, platform: DiscordPlatform
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    brief, thread, section, _ = platform.encode(BRIEF)
    sent = [await platform.send(channel, brief)]
    sent.append(await platform.send(channel, thread, sent))
    server.world.remove_channel(sent[1])
    assert await platform.send(channel, section, sent) == ""
    with pytest.raises(ChatGone):
        await platform.send(sent[1], brief)
