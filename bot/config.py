"""The configuration: TOML for choices, environment for secrets (`TUIBAO_TELEGRAM__TOKEN`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from report.model import TimezoneName, Topic, Value
from report.settings import LlmSettings, XSettings


class AppSettings(Value):
    data_dir: Path = Path("data")
    language: Literal["zh", "en"] = "zh"
    timezone: TimezoneName = "Asia/Shanghai"
    admins: tuple[Annotated[str, Field(pattern=r"^(telegram|discord|local):\w+$")], ...] = ()


class TelegramSettings(Value):
    token: SecretStr = SecretStr("")
    base_url: str = "https://api.telegram.org"
    rich: Literal["auto", "off"] = "auto"
    webhook: str = ""


class DiscordSettings(Value):
    token: SecretStr = SecretStr("")
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = ""  # "": asked from the API


class WebSettings(Value):
    """The local chat page; port 0 leaves it off."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    public_url: str = ""


class StoreSettings(Value):
    url: str = "tinydb:"


class Config(Value):
    app: AppSettings = AppSettings()
    topics: tuple[Topic, ...]
    x: XSettings = XSettings()
    llm: LlmSettings = LlmSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    web: WebSettings = WebSettings()
    store: StoreSettings = StoreSettings()
