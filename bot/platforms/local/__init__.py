"""The chat page on this machine: one more platform, with one reader."""

from bot.platforms.local.chat import LocalPlatform

__all__ = ["LocalPlatform"]
