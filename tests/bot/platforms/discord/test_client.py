"""Readers type and press in a simulated Discord, in process; the client is the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.platforms.discord.client import Client
from bot.platforms.discord.encode import encode_message
from bot.platforms.discord.sending import send_part
from bot.platforms.pace import Pace
from handlers.base import Chat, Message
from handlers.words import EN
from report.doc import Picture, doc, heading, paragraph
from tests.bot.platforms.discord.hosting import TABLE, CannedHost, said
from tests.bot.platforms.discord.reading import read_markdown

KEY = "twitter_ai_20260327_20260327"
# simcord's users have English clients.
STALE = EN.say("这个按钮已经失效，发 /help 看看能做什么。")
RENAMED = EN.say("这个命令刚刚改过，重新输入一次试试；发 /help 看看能做什么。")


@pytest.fixture
def host() -> CannedHost:
    return CannedHost()


@pytest.fixture
def simcord_bot(host: CannedHost) -> Client:
    return Client(host, TABLE, defer_after_s=0.2)


@pytest.fixture
def channel(simcord_env: Any) -> Any:
    return simcord_env.create_guild(name="读报").create_text_channel("日报")


@pytest.fixture
def alice(simcord_env: Any, channel: Any) -> Any:
    return simcord_env.guild.add_member(simcord_env.create_user("alice"))


async def test_a_slash_command_is_answered_in_public(host: CannedHost, channel: Any, alice: Any) -> None:
    host.answers["brief"] = [said("今天的简报", f"s:detail:{KEY}")]
    result = await alice.slash(channel, "brief", topic="ai", date="昨天")
    (request,) = host.requests
    assert (request.command, request.arguments, request.pressed) == ("brief", "ai 昨天", False)
    assert request.chat == Chat("discord", str(channel.id), "group", "读报 #日报")
    assert request.user == f"discord:{alice.id}"
    assert (result.response.content, result.ephemeral, result.deferred) == ("今天的简报", False, False)


async def test_options_are_joined_in_the_order_of_the_table(host: CannedHost, channel: Any, alice: Any) -> None:
    """Discord shows the required one first; the request keeps our order."""
    host.answers["ask"] = [said("好")]
    await alice.slash(channel, "ask", question="谁发了模型？", words="ai")
    await alice.slash(channel, "ask", question="谁？")
    assert [request.arguments for request in host.requests] == ["ai 谁发了模型？", "谁？"]


async def test_the_menu_has_no_hidden_commands_and_admin_ones_for_administrators(simcord_env: Any) -> None:
    known = await simcord_env.bot.tree.fetch_commands()
    assert {command.name for command in known} == {"brief", "ask", "detail", "help", "settings", "regenerate", "late"}
    allowed = {command.name: command.default_member_permissions for command in known}
    assert allowed["regenerate"] == discord.Permissions(administrator=True)
    assert allowed["brief"] is None


async def test_the_answer_to_a_button_is_only_for_the_one_who_pressed(
    host: CannedHost, channel: Any, alice: Any
) -> None:
    host.answers = {"brief": [said("简报", f"s:detail:{KEY}")], "detail": [said("详细"), said("第二页")]}
    brief = (await alice.slash(channel, "brief")).response.message
    result = await alice.click(brief, custom_id=f"s:detail:{KEY}")
    assert (host.requests[-1].arguments, host.requests[-1].pressed) == (KEY, True)
    assert (result.response.content, result.ephemeral) == ("详细", True)
    assert [(answer.content, answer.ephemeral) for answer in result.followups] == [("第二页", True)]
    assert brief.content == "简报"


async def test_a_button_on_a_private_page_turns_that_page(host: CannedHost, channel: Any, alice: Any) -> None:
    host.answers = {"brief": [said("简报", "c:detail")], "detail": [said("详细", "c:help")], "help": [said("帮助")]}
    brief = (await alice.slash(channel, "brief")).response.message
    page = await alice.click(brief, custom_id="c:detail")
    turned = await alice.click(page.response.message, custom_id="c:help")
    assert turned.followups == []
    assert page.response.content == "帮助"
    assert page.response.components == []


@pytest.mark.parametrize("action", ["s:nosuch:KEY", "settings", "c:DROP TABLE", "x" * 100])
async def test_a_forged_or_old_button_is_explained(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any, action: str
) -> None:
    view = discord.ui.View(timeout=None).add_item(discord.ui.Button(label="旧", custom_id=action))
    old = await simcord_env.bot.get_channel(channel.id).send("昨天的", view=view)
    result = await alice.click(old, custom_id=action)
    assert (read_markdown(result.response.content).text, result.ephemeral) == (STALE, True)
    assert host.requests == []


async def test_buttons_work_after_a_restart(host: CannedHost, channel: Any, alice: Any, simcord_env: Any) -> None:
    host.answers = {"brief": [said("简报", "c:detail 昨天")], "detail": [said("详细")]}
    brief = (await alice.slash(channel, "brief")).response.message
    await simcord_env.restart_bot(Client(host, TABLE))
    result = await alice.click(brief, custom_id="c:detail 昨天")
    assert result.response.content == "详细"
    assert host.requests[-1].arguments == "昨天"


async def test_discord_keeps_no_view_in_memory(host: CannedHost, channel: Any, alice: Any, simcord_env: Any) -> None:
    host.answers["brief"] = [said("简报", "c:detail")]
    await alice.slash(channel, "brief")
    assert simcord_env.bot.persistent_views == []
    assert not simcord_env.bot._connection._view_store._views


async def test_a_slow_answer_is_announced_before_discord_gives_up(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any
) -> None:
    host.answers["brief"] = [60.0, said("写好了"), said("还有")]
    result = await alice.slash(channel, "brief")
    assert (result.deferred, result.response.content) == (True, "")
    await simcord_env.advance_time(60)
    assert result.response.content == "写好了"
    assert [answer.content for answer in result.followups] == ["还有"]


async def test_an_update_replaces_the_message_before_it(host: CannedHost, channel: Any, alice: Any) -> None:
    host.answers["brief"] = [said("正在合起来读…"), said("合好了", "c:detail", update=True)]
    result = await alice.slash(channel, "brief")
    assert (result.response.content, result.followups) == ("合好了", [])


async def test_nothing_to_say_leaves_nothing_behind(host: CannedHost, channel: Any, alice: Any) -> None:
    result = await alice.slash(channel, "brief")
    assert result.acknowledged
    assert channel.history() == []


async def test_a_picture_is_attached_and_a_lost_one_left_out(
    host: CannedHost, channel: Any, alice: Any, tmp_path: Path
) -> None:
    drawn = tmp_path / "wordcloud.jpg"
    drawn.write_bytes(b"\xff\xd8\xff")
    pictures = [Picture(str(drawn), "词云"), Picture(str(tmp_path / "lost.jpg"), "词云")]
    host.answers["brief"] = [Message(doc(heading("词云", 1), picture, paragraph("字"))) for picture in pictures]
    result = await alice.slash(channel, "brief")
    assert [file.filename for file in result.response.attachments] == ["wordcloud.jpg"]
    assert result.response.embeds[0].image.url.endswith("wordcloud.jpg")
    (second,) = result.followups
    assert (second.attachments, second.embeds[0].image.url, second.embeds[0].title) == ([], None, "词云")


async def test_nobody_is_mentioned(host: CannedHost, channel: Any, alice: Any, simcord_env: Any) -> None:
    host.answers["brief"] = [said(f"@everyone <@{alice.id}>")]
    await alice.slash(channel, "brief")
    callback = next(call for call in simcord_env.http_requests if call.path.endswith("/callback"))
    assert callback.json["data"]["allowed_mentions"]["parse"] == []


async def test_a_deleted_channel_and_a_left_server_are_gone(host: CannedHost, channel: Any, simcord_env: Any) -> None:
    other = simcord_env.guild.create_text_channel("闲聊")
    simcord_env.backend.delete_channel(channel.id)
    await simcord_env.settle()
    assert host.gone == [(f"discord:{channel.id}", "the channel was deleted")]
    simcord_env.backend.remove_guild(simcord_env.guild.id)
    await simcord_env.settle()
    assert (f"discord:{other.id}", "the bot was removed from the server") in host.gone


@pytest.mark.simcord(check_errors=False)
async def test_a_command_of_an_older_table_is_explained(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any
) -> None:
    simcord_env.bot.tree.remove_command("brief")
    result = await alice.slash(channel, "brief")
    assert result.ephemeral
    assert read_markdown(result.response.content).text == RENAMED


async def test_words_half_typed_are_offered_what_may_follow(host: CannedHost, channel: Any, alice: Any) -> None:
    host.offered = {"date": [("3 月 27 日（周五）", "2026-03-27"), ("昨天", "昨天")]}
    choices = await alice.autocomplete(channel, "brief", "date", "3", topic="ai")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("3 月 27 日（周五）", "2026-03-27"),
        ("昨天", "昨天"),
    ]
    ((request, argument, typed),) = host.asked
    assert (request.command, request.arguments, argument, typed) == ("brief", "ai", "date", "3")
    assert request.chat.id == str(channel.id)


async def test_only_who_manages_channels_manages_what_the_chat_gets(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any
) -> None:
    keeper = simcord_env.guild.create_role("管理", permissions=discord.Permissions(manage_channels=True))
    boss = simcord_env.guild.create_role("站长", permissions=discord.Permissions(administrator=True))
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"), roles=[keeper])
    eve = simcord_env.guild.add_member(simcord_env.create_user("eve"), roles=[boss])
    for member in (alice, bob, eve):
        await member.slash(channel, "brief")
    assert [await request.manages() for request in host.requests] == [False, True, True]
    assert {request.language for request in host.requests} == {"en"}


async def test_a_personal_answer_is_only_for_the_one_who_asked(host: CannedHost, channel: Any, alice: Any) -> None:
    host.answers["settings"] = [said("设置", "c:help")]
    result = await alice.slash(channel, "settings")
    assert (result.response.content, result.ephemeral) == ("设置", True)


async def test_a_slow_personal_answer_waits_for_its_reader_alone(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any
) -> None:
    host.answers["settings"] = [60.0, said("设置")]
    result = await alice.slash(channel, "settings")
    assert (result.deferred, result.ephemeral) == (True, True)
    await simcord_env.advance_time(60)
    assert result.response.content == "设置"


async def test_a_question_opens_a_window_and_what_is_written_there_completes_the_command(
    host: CannedHost, channel: Any, alice: Any, simcord_env: Any
) -> None:
    question = Message(doc(paragraph("你在哪个时区？"), paragraph("城市、时区或时差")), prompt="settings timezone")
    host.answers["settings"] = [said("设置", "c:help")]
    host.answers["help"] = [question]
    page = (await alice.slash(channel, "settings")).response
    asked = await alice.click(page.message, custom_id="c:help")
    assert asked.modal["title"] == "你在哪个时区？"
    host.answers["settings"] = [said("改好了")]
    await simcord_env.restart_bot(Client(host, TABLE))
    result = await alice.submit_modal(asked, {"words": " 上海 "})
    assert (host.requests[-1].command, host.requests[-1].arguments) == ("settings", "timezone 上海")
    assert host.requests[-1].pressed
    assert page.content == "改好了"
    assert result.followups == []


async def test_a_question_that_answers_a_command_is_written_out_with_a_button(
    host: CannedHost, channel: Any, alice: Any
) -> None:
    host.answers["settings"] = [Message(doc(paragraph("你在哪个时区？")), prompt="settings timezone")]
    page = (await alice.slash(channel, "settings")).response
    assert page.content.startswith("你在哪个时区？")
    assert "/settings" in page.content
    asked = await alice.click(page.message, custom_id="c:settings timezone")
    assert asked.modal["custom_id"] == "c:settings timezone"


async def test_the_details_hang_in_a_thread_under_the_brief(channel: Any, simcord_env: Any) -> None:
    more = (doc(heading("观点"), paragraph("甲")), doc(heading("事件"), paragraph("乙")))
    brief = Message(doc(heading("AI｜3 月 27 日", 1), paragraph("丙")), more=more, thread=True)
    sent: list[str] = []
    for part in encode_message(brief):
        sent.append(await send_part(simcord_env.bot, str(channel.id), part, sent, pace=Pace(50, 1.0)))
    message = channel.history()[0]
    assert sent[1] == str(message.id) == sent[0]
    thread = simcord_env.bot.get_channel(message.id)
    assert thread.name == "AI｜3 月 27 日"
    assert thread.auto_archive_duration == 1440
    titles = [embed.title async for said in thread.history(oldest_first=True) for embed in said.embeds]
    assert titles == ["观点", "事件"]
