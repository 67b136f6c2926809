"""The table of commands as Discord's slash commands, registered again only when they changed."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.platforms import PlatformError
from handlers.base import Command

Answer = Callable[[discord.Interaction, str, str], Awaitable[None]]  # the interaction, a command and its arguments
SlashCommand = app_commands.Command[Any, ..., None]
MAX_DESCRIPTION = 100

log = logging.getLogger(__name__)


def make_commands(table: Mapping[str, Command], answer: Answer) -> list[SlashCommand]:
    """One for each command that is not hidden; in servers, those for admins only are shown to administrators."""
    return [_make_command(command, answer) for command in table.values() if not command.hidden]


def _make_command(command: Command, answer: Answer) -> SlashCommand:
    options = [f"option{position}" for position in range(len(command.arguments))]

    async def call(interaction: discord.Interaction, **given: str) -> None:
        words = (given.get(option, "").strip() for option in options)
        await answer(interaction, command.name, " ".join(filter(None, words)))

    told = dict(zip(options, command.arguments, strict=True))
    # discord.py reads a command's options from its signature.
    call.__signature__ = _signature({option: argument.required for option, argument in told.items()})  # type: ignore[attr-defined]
    made = app_commands.describe(**{option: told[option].description[:MAX_DESCRIPTION] for option in options})(call)
    made = app_commands.rename(**{option: told[option].name for option in options})(made)
    slash: SlashCommand = app_commands.Command(
        name=command.name,
        description=command.description[:MAX_DESCRIPTION],
        callback=made,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    slash.default_permissions = discord.Permissions(administrator=True) if command.admin else None
    return slash


def _signature(required: Mapping[str, bool]) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(
                inspect.Parameter(
                    option,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=inspect.Parameter.empty if needed else "",
                    annotation=str,
                )
                for option, needed in required.items()
            ),
        ]
    )


async def register_commands(tree: app_commands.CommandTree[Any], application_id: int) -> bool:
    """Tell Discord the commands if it knows others; was that needed? In an outage the old ones go on working."""
    ours = [command.to_dict(tree) for command in tree.get_commands()]
    try:
        theirs = await tree.client.http.get_global_commands(application_id)
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
            command.get("description") or "",
            str(command.get("default_member_permissions") or ""),
            tuple(sorted(command.get("contexts") or ())),
            tuple(sorted(command.get("integration_types") or ())),
            tuple(
                (option["name"], option["description"], option["type"], bool(option.get("required")))
                for option in command.get("options") or ()
            ),
        )
        for command in commands
    )
