"""Being added to a server: in, the server; out, where the bot says hello, and in which language."""

from __future__ import annotations

import discord

from handlers.base import Chat
from report.model import Language


def read_language(locale: discord.Locale) -> Language:
    """Of a reader's client."""
    return "zh" if locale.value.startswith("zh") else "en"


def guild_language(guild: discord.Guild) -> Language | None:
    """None where nobody chose: only a community chooses its locale, every other server says en-US."""
    language = read_language(guild.preferred_locale)
    return language if language == "zh" or "COMMUNITY" in guild.features else None


def find_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the server greets its newcomers, else its first channel in which the bot may speak; None: nowhere."""
    candidates = [guild.system_channel, *guild.text_channels]
    return next((channel for channel in candidates if channel and _may_speak(channel)), None)


def _may_speak(channel: discord.TextChannel) -> bool:
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


def name_chat(channel: discord.TextChannel) -> Chat:
    return Chat("discord", str(channel.id), "group", f"{channel.guild.name} #{channel.name}")
