"""Corrections of what was pushed: which old message a new part takes the place of, edited, deleted.

A message in a thread is named `THREAD/MESSAGE`, so that it is found again after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import discord

from bot.model import LEFT, UNKNOWN
from bot.platforms import Outgoing, Part, Uneditable
from bot.platforms.discord.errors import FAILURES, translate
from bot.platforms.discord.mending import mend
from bot.platforms.discord.sending import CHANNEL, LONGEST_S, read_edit
from bot.platforms.pace import Pace

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
FIXED = {10008: "it was deleted", 50005: "it is not the bot's", 50083: "its thread is closed", 50021: "it is Discord's"}


def match_parts(old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
    """An old message for each new part of the same kind, in their order, "" for one to be sent; then those left over.

    Of three kinds: in the channel, what opens the thread, in the thread. A thread without a new opener stays.
    """
    pairs = list(zip(old, sent, strict=False))
    free: dict[str, list[str]] = {"channel": [], "thread": [], "inside": []}
    for part, message_id in pairs:
        kind = _kind(part)
        if message_id in {LEFT, UNKNOWN}:
            free[kind].append(LEFT)  # it keeps its place: nothing can be done there
        elif message_id:
            thread = sent[part["inside"]] if kind == "inside" else ""
            free[kind].append(f"{thread}/{message_id}" if kind == "inside" else message_id)
    edits = [free[_kind(part)].pop(0) if free[_kind(part)] else "" for part in new]
    return (*edits, *free["channel"], *free["inside"])


async def edit_part(
    client: discord.Client, chat_id: str, message_id: str, part: Part, going: Outgoing, *, pace: Pace
) -> str:
    """Put the part in the place of the message; the message's own id. Uneditable where Discord does not let it."""
    if "thread" in part:
        return message_id  # it is open; its name may stay
    thread, _, number = message_id.rpartition("/")
    place = thread or chat_id
    message = client.get_partial_messageable(int(place)).get_partial_message(int(number))
    arguments = read_edit({key: part[key] for key in part if key != "inside"})
    async with pace.turn(place, CHANNEL, leaving=going.leaving):
        try:
            async with asyncio.timeout(LONGEST_S):
                await message.edit(**arguments)
        except FAILURES as error:
            raise _fixed(error, place, number) or mend(error, part, translate(error, f"chat {place}")) from error
    return number


async def delete_message(client: discord.Client, chat_id: str, message_id: str, going: Outgoing, *, pace: Pace) -> None:
    """Uneditable where Discord does not let it; one that is not there is deleted."""
    thread, _, number = message_id.rpartition("/")
    place = thread or chat_id
    message = client.get_partial_messageable(int(place)).get_partial_message(int(number))
    async with pace.turn(place, CHANNEL, leaving=going.leaving):
        try:
            async with asyncio.timeout(LONGEST_S):
                await message.delete()
        except discord.NotFound:
            return
        except FAILURES as error:
            raise _fixed(error, place, number) or translate(error, f"chat {place}") from error


def _kind(part: Part) -> str:
    return "thread" if "thread" in part else "inside" if "inside" in part else "channel"


def _fixed(error: BaseException, place: str, number: str) -> Uneditable | None:
    if isinstance(error, discord.HTTPException) and error.code in FIXED:
        return Uneditable(f"discord: chat {place}: message {number} stays as it is: {FIXED[error.code]} ({error.code})")
    return None
