"""Discord: slash commands and buttons in, embeds out.

`platform` connects, `client` hears, `answer` replies in time, `encode` and `markdown` write, `sending` sends,
`commands` makes the menu.
"""

from bot.platforms.discord.platform import DiscordPlatform

__all__ = ["DiscordPlatform"]
