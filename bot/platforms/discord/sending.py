"""Parts to discord.py's arguments, and its errors to ours.

A part sent again within a few minutes is not sent twice: it has the nonce of its delivery. Later than that the channel
itself is asked. What belongs to a thread that could not be opened, or that was closed or deleted since, is left out:
nothing of it is gone, the buttons under the brief show the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord

from bot.platforms import PLAIN, ChatGone, InDoubt, Outgoing, Part
from bot.platforms.discord.errors import FAILURES, translate
from bot.platforms.discord.mending import mend
from bot.platforms.discord.threads import open_thread
from bot.platforms.pace import Pace

NO_MENTIONS = discord.AllowedMentions.none()
OVERALL, CHANNEL = (50, 1.0), (5, 5.0)  # the second is what Discord's headers say of a channel's messages
LONGEST_S = 60.0  # for a call with what discord.py tries again by itself
NONCE_LIVES = timedelta(minutes=2)  # "a few minutes", https://discord.com/developers/docs/resources/message
LOOKED_AT = 500  # messages of a channel, to find one of ours
SKEW = timedelta(seconds=10)  # between our clock and Discord's

log = logging.getLogger(__name__)


async def send_part(
    client: discord.Client,
    chat_id: str,
    part: Part,
    before: Sequence[str] = (),
    going: Outgoing | None = None,
    *,
    pace: Pace,
) -> str:
    """Send it to a channel, or do what it says with the messages `before` it; the id of what was made, "" for nothing.

    Without `going` a reader waits for it. Raises only PlatformErrors.
    """
    if not chat_id.isdecimal():
        raise ChatGone(f"discord: chat {chat_id!r} is no channel id")
    if "thread" in part:
        async with pace.turn(chat_id, None, urgent=going is None, leaving=(going or PLAIN).leaving):
            return await open_thread(client, chat_id, part["thread"]["name"], before[-1] if before else "")
    if "inside" not in part:
        return await _send(client, chat_id, part, before, going, pace)
    opener: int = part["inside"]
    thread = before[opener] if opener < len(before) else ""
    inside = {key: part[key] for key in part if key != "inside"}
    try:
        return await _send(client, thread, inside, before, going, pace) if thread.isdecimal() else ""
    except ChatGone as error:
        log.info("discord: a part for a thread is left out: %s", error)
        return ""


async def _send(  # noqa: PLR0917  what send_part was given
    client: discord.Client, chat_id: str, part: Part, before: Sequence[str], going: Outgoing | None, pace: Pace
) -> str:
    channel = client.get_partial_messageable(int(chat_id))
    going, urgent = going or PLAIN, going is None
    arguments = read_part(part)
    async with pace.turn(chat_id, CHANNEL, urgent=urgent, leaving=going.leaving):
        is_old = going.begun_at and discord.utils.utcnow() - going.begun_at > NONCE_LIVES
        if is_old and (found := await _find(client, channel, part, before, going)):
            return found
        try:
            async with asyncio.timeout(LONGEST_S):
                message = await channel.send(**arguments, nonce=going.nonce or make_nonce(chat_id, part))
        except FAILURES as error:
            raise mend(error, part, translate(error, f"chat {chat_id}")) from error
    return str(message.id)


async def _find(
    client: discord.Client,
    channel: discord.PartialMessageable,
    part: Part,
    before: Sequence[str],
    going: Outgoing,
) -> str:
    """The id of our message that says the same, sent since the part was begun; "" if there is none.

    InDoubt where the bot may not look.
    """
    cannot = f"discord: chat {channel.id}: whether a part arrived cannot be seen"
    if not await _may_look(client, channel.id):  # Discord would say that there is nothing
        raise InDoubt(f"{cannot}; give the bot the right to read the message history")
    looked = 0
    begun = going.begun_at or discord.utils.utcnow()
    own = client.user.id if client.user else 0
    try:
        async for message in channel.history(after=begun - SKEW, limit=LOOKED_AT, oldest_first=True):
            looked += 1
            if message.author.id == own and str(message.id) not in before and _says(message, part):
                return str(message.id)
    except FAILURES as error:
        raise translate(error, f"the history of chat {channel.id}") from error
    if looked == LOOKED_AT:
        raise InDoubt(f"{cannot} among so many messages")
    return ""


async def _may_look(client: discord.Client, channel_id: int) -> bool:
    try:
        channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
    except FAILURES as error:
        raise translate(error, f"chat {channel_id}") from error
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    return channel.permissions_for(channel.guild.me).read_message_history


def _says(message: discord.Message, part: Part) -> bool:
    """Discord may take blanks away, and nothing else."""
    shown = [(_letters(embed.title), _letters(embed.description)) for embed in message.embeds]
    wished = [(_letters(embed.get("title")), _letters(embed.get("description"))) for embed in part.get("embeds", ())]
    return _letters(message.content) == _letters(part.get("content")) and shown == wished


def _letters(text: str | None) -> str:
    return "".join((text or "").split())


def make_nonce(chat_id: str, part: Part) -> str:
    """25 characters, as many as Discord takes; the same for the same words to the same chat."""
    said = json.dumps([chat_id, part], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:25]


def read_part(part: Part) -> dict[str, Any]:
    """The arguments of a new message."""
    embeds, files = _open_pictures(part)
    arguments: dict[str, Any] = {"content": part.get("content"), "allowed_mentions": NO_MENTIONS}
    arguments |= {"embeds": embeds} if embeds else {}
    arguments |= {"files": files} if files else {}
    return arguments | ({"view": _read_rows(part["components"])} if part.get("components") else {})


def read_edit(part: Part) -> dict[str, Any]:
    """The arguments that put the part in the place of whatever the message said before."""
    embeds, files = _open_pictures(part)
    return {
        "content": part.get("content"),
        "embeds": embeds,
        "attachments": files,
        "view": _read_rows(part["components"]) if part.get("components") else None,
        "allowed_mentions": NO_MENTIONS,
    }


def _open_pictures(part: Part) -> tuple[list[discord.Embed], list[discord.File]]:
    """Embeds and their pictures; a picture that is not on disk any more is left out of both."""
    files: list[discord.File] = []
    lost: set[str] = set()
    for file in part.get("files", ()):
        try:
            data = io.BytesIO(Path(file["path"]).read_bytes())
        except OSError as error:
            log.warning("discord: picture %s is left out: %s", file["path"], error)
            lost.add(f"attachment://{file['filename']}")
        else:
            files.append(discord.File(data, file["filename"], description=file["description"] or None))
    embeds = [discord.Embed.from_dict(embed) for embed in part.get("embeds", ())]
    for embed in embeds:
        if embed.image.url in lost:
            embed.set_image(url=None)
    return [
        embed for embed in embeds if embed.title or embed.description or embed.footer.text or embed.image.url
    ], files


def _read_rows(rows: list[dict[str, Any]]) -> discord.ui.View:
    """The buttons as a view that is finished already: discord.py would keep a live one in memory for each message."""
    view = discord.ui.View(timeout=None)
    for position, row in enumerate(rows):
        for button in row["components"]:
            view.add_item(
                discord.ui.Button(
                    style=discord.ButtonStyle(button["style"]),
                    label=button["label"],
                    custom_id=button["custom_id"],
                    row=position,
                )
            )
    view.stop()
    return view
