"""Telegram: Messages as classic messages with entities, answers to commands and buttons, long polling."""

from __future__ import annotations

import os

from bot.platforms.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]

# The library's switch to its coming behaviour; without it every 429 warns of a deprecation inside the library.
os.environ.setdefault("PTB_TIMEDELTA", "1")
