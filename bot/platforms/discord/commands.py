"""The table of commands as Discord's slash commands, registered again only when they changed.

Their names are the same everywhere; their descriptions are English, and Chinese where the reader's client is.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from bot.platforms import PlatformError
from bot.platforms.discord.markdown import one_line, printable, shorten, units
from handlers.base import Argument, Command
from handlers.words import EN, ZH

Answer = Callable[[discord.Interaction, str, str], Awaitable[None]]  # the interaction, a command and its arguments
Offers = Sequence[tuple[str, str]]  # labels and values
# The same, then the argument that is being typed and what stands there.
Complete = Callable[[discord.Interaction, str, str, str, str], Awaitable[Offers]]
SlashCommand = app_commands.Command[Any, ..., None]
Choices = list[app_commands.Choice[str]]
MAX_DESCRIPTION, MAX_CHOICES, MAX_CHOICE = 100, 25, 100
CHINESE = {discord.Locale.chinese, discord.Locale.taiwan_chinese}

log = logging.getLogger(__name__)


class Translator(app_commands.Translator):
    """Knows a string in Chinese where it was made by `_described`."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002  discord.py's own form
    ) -> str | None:
        return string.extras.get("zh") if locale in CHINESE else None


def make_commands(table: Mapping[str, Command], answer: Answer, complete: Complete) -> list[SlashCommand]:
    """One for each command that is not hidden; in servers, those for admins only are shown to administrators."""
    return [_make_command(command, answer, complete) for command in table.values() if not command.hidden]


def _make_command(command: Command, answer: Answer, complete: Complete) -> SlashCommand:
    options = [f"option{position}" for position in range(len(command.arguments))]
    told = dict(zip(options, command.arguments, strict=True))

    async def call(interaction: discord.Interaction, **given: str) -> None:
        words = (given.get(option, "").strip() for option in options)
        await answer(interaction, command.name, " ".join(filter(None, words)))

    # discord.py reads a command's options from its signature.
    call.__signature__ = _signature({option: argument.required for option, argument in told.items()})  # type: ignore[attr-defined]
    made = app_commands.describe(**{option: _described(argument.description) for option, argument in told.items()})(
        call
    )
    made = app_commands.rename(**{option: argument.name for option, argument in told.items()})(made)
    slash: SlashCommand = app_commands.Command(
        name=command.name,
        description=_described(command.description),
        callback=made,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for option, argument in told.items():
        if argument.kind:
            slash.autocomplete(option)(_make_autocomplete(command, argument, complete))
    slash.default_permissions = discord.Permissions(administrator=True) if command.admin else None
    return slash


def _make_autocomplete(
    command: Command, argument: Argument, complete: Complete
) -> Callable[[discord.Interaction, str], Coroutine[Any, Any, Choices]]:
    async def offer(interaction: discord.Interaction, typed: str) -> Choices:
        given = dict(iter(interaction.namespace))
        others = (str(given.get(each.name) or "").strip() for each in command.arguments if each is not argument)
        words = " ".join(filter(None, others))
        return encode_choices(await complete(interaction, command.name, words, argument.name, typed))

    return offer


def encode_choices(offers: Offers) -> Choices:
    """The first 25 that Discord can take: a value that is too long would be another one when cut."""
    choices: dict[str, app_commands.Choice[str]] = {}
    for label, value in offers:
        if value.strip() and units(value) <= MAX_CHOICE and printable(value) == value and value not in choices:
            choices[value] = app_commands.Choice(name=shorten(one_line(label), MAX_CHOICE) or value, value=value)
    return list(choices.values())[:MAX_CHOICES]


def _described(chinese: str) -> app_commands.locale_str:
    return app_commands.locale_str(
        shorten(EN.say(chinese), MAX_DESCRIPTION), zh=shorten(ZH.say(chinese), MAX_DESCRIPTION)
    )


def _signature(required: Mapping[str, bool]) -> inspect.Signature:
    parameter = partial(inspect.Parameter, kind=inspect.Parameter.KEYWORD_ONLY, annotation=str)
    return inspect.Signature(
        [
            inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(
                parameter(option, default=inspect.Parameter.empty if needed else "")
                for option, needed in required.items()
            ),
        ]
    )


async def register_commands(tree: app_commands.CommandTree[Any], application_id: int) -> bool:
    """Tell Discord the commands if it knows others; was that needed? In an outage the old ones go on working."""
    translator = Translator()
    await tree.set_translator(translator)
    ours = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    route = Route("GET", "/applications/{application_id}/commands", application_id=application_id)
    try:
        theirs = await tree.client.http.request(route, params={"with_localizations": "true"})
        if _shapes(ours) == _shapes(theirs):
            return False
        await tree.sync()
    except app_commands.CommandSyncFailure as error:
        raise PlatformError(f"discord: the commands are refused: {error}") from error
    except discord.HTTPException as error:
        log.warning("discord: the commands could not be registered, the old ones stay: %s", error)
        return False
    log.info("discord: %d commands registered", len(ours))
    return True


def _shapes(commands: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What a reader would see of the commands, in one order and with Discord's defaults."""
    return sorted(
        (
            command["name"],
            command.get("type") or 1,
            *_told(command),
            str(command.get("default_member_permissions") or ""),
            tuple(sorted(command.get("contexts") or ())),
            tuple(sorted(command.get("integration_types") or ())),
            tuple(
                (
                    option["name"],
                    *_told(option),
                    option["type"],
                    bool(option.get("required")),
                    bool(option.get("autocomplete")),
                )
                for option in command.get("options") or ()
            ),
        )
        for command in commands
    )


def _told(described: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    localised = described.get("description_localizations") or {}
    return described.get("description") or "", tuple(sorted(localised.items()))
