"""What an option of the command line may be."""

from __future__ import annotations

from enum import StrEnum


class WriterChoice(StrEnum):
    llm = "llm"
    offline = "offline"


class PlatformChoice(StrEnum):
    telegram = "telegram"
    discord = "discord"
    local = "local"


class KindChoice(StrEnum):
    private = "private"
    group = "group"
    channel = "channel"


class LanguageChoice(StrEnum):
    zh = "zh"
    en = "en"
