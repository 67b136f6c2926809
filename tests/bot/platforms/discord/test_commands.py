"""Slash commands speak the reader's language and offer what may follow; none of it is too much for Discord."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import DiscordSettings
from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.commands import encode_choices
from handlers.words import EN
from tests.bot.platforms.discord.hosting import TABLE, CannedHost, calls, make_platform, until
from tests.bot.platforms.discord.test_markdown import words
from tests.counterparts.discord_limits import check_choices
from tests.counterparts.discord_server import TOKEN, DiscordServer


@given(st.lists(st.tuples(words | st.text(max_size=300), words | st.text(max_size=300)), max_size=40))
def test_any_offers_become_at_most_25_choices_in_their_order(offers: list[tuple[str, str]]) -> None:
    choices = encode_choices(offers)
    check_choices({"choices": [choice.to_dict() for choice in choices]})
    values = [value for _, value in offers]
    assert [choice.value for choice in choices] == sorted({c.value for c in choices}, key=values.index)


def test_a_value_that_is_too_long_is_not_offered_and_a_label_is_cut() -> None:
    assert [(choice.name, choice.value) for choice in encode_choices([("长", "x" * 101), ("字" * 101, "ai")])] == [
        ("字" * 99 + "…", "ai")
    ]


async def test_descriptions_are_english_and_chinese_and_names_are_the_same(
    server: DiscordServer, platform: DiscordPlatform
) -> None:
    brief = next(command for command in server.world.commands if command["name"] == "brief")
    topic = brief["options"][0]
    for told, chinese in ((brief, "试试 brief"), (topic, "话题")):
        assert told["description"] == EN.say(chinese)
        assert told["description_localizations"] == {"zh-CN": chinese, "zh-TW": chinese}
        assert not told.get("name_localizations")
    assert (topic["autocomplete"], brief["options"][1]["autocomplete"]) == (True, True)


async def test_commands_are_registered_again_when_only_their_chinese_changed(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    server.world.commands[0]["description_localizations"]["zh-CN"] = "旧的说法"
    again = make_platform(server)
    await again.start(host)
    await again.stop()
    assert len(calls(server, "PUT", "/commands")) == 2
    assert server.world.commands[0]["description_localizations"]["zh-CN"] == "试试 brief"


async def test_what_is_offered_goes_over_the_wire(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    host.offered = {"topic": [("AI 日报", "ai"), ("财经", "finance")]}
    typed = server.world.type(channel, "7", "brief", "topic", "a" * 300, date="昨天")
    await until(lambda: typed.choices is not None)
    assert typed.choices == [
        {"name": "AI 日报", "value": "ai"},
        {"name": "财经", "value": "finance"},
    ]
    ((request, argument, words),) = host.asked
    assert (request.command, request.arguments, request.language) == ("brief", "昨天", "zh")
    assert (argument, words) == ("topic", "a" * 100)


async def test_an_offer_that_takes_too_long_is_none(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    typed = server.world.type(channel, "7", "late", "slow", "")
    await until(lambda: typed.choices is not None)
    assert typed.choices == []


@pytest.mark.parametrize(("locale", "language"), [("zh-TW", "zh"), ("zh-CN", "zh"), ("en-GB", "en"), ("ja", "en")])
async def test_a_reader_is_answered_in_the_language_of_his_client(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost, locale: str, language: str
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    server.world.locales["7"] = locale
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: host.requests)
    assert host.requests[0].language == language


@pytest.mark.parametrize(("admins", "shown"), [((), False), (("telegram:1",), False), (("discord:1",), True)])
async def test_where_no_admin_is_on_discord_nobody_is_shown_what_only_admins_may(
    server: DiscordServer, host: CannedHost, admins: tuple[str, ...], shown: bool
) -> None:
    """In a direct message Discord would show it to everybody."""
    settings = DiscordSettings(token=SecretStr(TOKEN), api_url=server.api_url)
    platform = DiscordPlatform(settings, commands=TABLE, admins=admins, ready_after_s=0.05)
    await platform.start(host)
    await platform.stop()
    assert ("regenerate" in {command["name"] for command in server.world.commands}) == shown


async def test_a_command_for_administrators_is_not_shown_to_others(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    with pytest.raises(ValueError, match="not shown"):
        server.world.slash(channel, "7", "regenerate", {})
    server.world.slash(server.world.add_dm("7"), "7", "regenerate", {})
    await until(lambda: host.requests)
    assert await host.requests[0].manages()
