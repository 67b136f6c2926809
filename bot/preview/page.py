"""The page: a platform's parts below one another, as its readers would see them.

In: a configuration, a report's key, what is asked, and how it is to look. Out: the HTML of one file that needs no other
and runs no script. InputError where the key or a saying cannot be used, StoreError as the disk gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.config import Config, DiscordSettings, WebSettings
from bot.platforms import Part
from bot.preview.asking import Scene, Turn, ask, opened, push
from handlers.base import Message
from handlers.words import words_of

Encode = Callable[[Message, bool], Sequence[Part]]  # the message, and whether it takes a text's place


@dataclass(frozen=True)
class Look:
    """`rich` is Telegram's alone."""

    scene: Scene
    rich: bool = True


@dataclass(frozen=True)
class _Shown:
    """One answer on the page."""

    said: str
    pressed: bool
    alone: bool
    parts: list[dict[str, Any]] = field(default_factory=list)


async def make_page(
    config: Config, key: str, sayings: Sequence[str], look: Look, *, now: Callable[[], datetime]
) -> str:
    """The brief of `key` where nothing is asked, else the answers."""
    async with opened(config, look.scene, now) as app:
        brief = await push(app, key, look.scene)
        turns = await ask(app, sayings, look.scene) if sayings else [brief]
        return draw_page(turns, look, key)


def draw_page(turns: Sequence[Turn], look: Look, title: str) -> str:
    """The HTML of the whole page."""
    scene = look.scene
    encode, draw = _platform(look)
    shown = [
        _Shown(turn.said, turn.pressed, turn.alone, [draw(part) for part in _encode(encode, turn, scene)])
        for turn in turns
    ]
    environment = Environment(
        loader=PackageLoader("bot.preview", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    words = words_of(scene.language)
    return environment.get_template(f"{scene.platform}.html").render(
        title=title,
        language="zh-CN" if scene.language == "zh" else "en",
        kind=scene.kind,
        turns=shown,
        style=_style("chat.css", "bot.web") if scene.platform == "local" else "",
        own_style=_style("preview.css", "bot.preview.templates"),
        say={
            "bot": words.say("推报"),
            "alone": words.say("只有你能看到"),
            "thread": words.say("子区"),
        },
    )


def _encode(encode: Encode, turn: Turn, scene: Scene) -> list[Part]:
    """A press in a private chat puts its answer in place of a text, which cannot become a photo in Telegram."""
    in_place = turn.pressed and scene.kind == "private"
    return [part for message in turn.messages for part in encode(message, in_place)]


def _platform(look: Look) -> tuple[Encode, Callable[[Part], dict[str, Any]]]:
    """The platform's own encoder, and what draws its parts; only its library is loaded."""
    kind = look.scene.kind
    match look.scene.platform:
        case "telegram":
            from bot.preview import telegram  # noqa: PLC0415

            shown = telegram.ShownTelegram(rich=look.rich)
            return lambda message, in_place: shown.encode(
                message, kind=kind, in_place=in_place
            ), lambda part: telegram.draw(part, kind)
        case "discord":
            from bot.platforms.discord import DiscordPlatform  # noqa: PLC0415
            from bot.preview import discord  # noqa: PLC0415

            there = DiscordPlatform(DiscordSettings())
            return lambda message, _: there.encode(message, kind=kind), discord.draw
        case "local":
            from bot.platforms.local import LocalPlatform  # noqa: PLC0415
            from bot.preview import local  # noqa: PLC0415

            here = LocalPlatform(WebSettings())
            return lambda message, _: here.encode(message, kind=kind), local.draw


def _style(name: str, package: str) -> str:
    folder = resources.files(package.partition(".")[0]).joinpath(*package.split(".")[1:])
    return (folder / name).read_text(encoding="utf-8")
