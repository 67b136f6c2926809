"""Parts to discord.py's arguments, and its errors to ours.

A part sent again within a few minutes to the same chat is not sent twice: its nonce is made from what it says. What
belongs to a thread that could not be opened, or that was closed or deleted since, is left out: nothing of it is gone,
the buttons under the brief show the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import discord

from bot.platforms import ChatGone, Part
from bot.platforms.discord.errors import FAILURES, translate
from bot.platforms.discord.threads import open_thread

NO_MENTIONS = discord.AllowedMentions.none()

log = logging.getLogger(__name__)


async def send_part(
    client: discord.Client, chat_id: str, part: Part, before: Sequence[str] = (), nonce: str = ""
) -> str:
    """Send it to a channel, or do what it says with the messages `before` it; the id of what was made, "" for nothing.

    Raises only PlatformErrors.
    """
    if not chat_id.isdecimal():
        raise ChatGone(f"discord: chat {chat_id!r} is no channel id")
    if "thread" in part:
        return await open_thread(client, chat_id, part["thread"]["name"], before[-1] if before else "")
    if "inside" not in part:
        return await _send(client, chat_id, part, nonce)
    opener: int = part["inside"]
    thread = before[opener] if opener < len(before) else ""
    try:
        inside = {key: part[key] for key in part if key != "inside"}
        return await _send(client, thread, inside, nonce) if thread else ""
    except ChatGone as error:
        log.info("discord: a part for a thread is left out: %s", error)
        return ""


async def _send(client: discord.Client, chat_id: str, part: Part, nonce: str) -> str:
    channel = client.get_partial_messageable(int(chat_id))
    try:
        message = await channel.send(**read_part(part), nonce=nonce or make_nonce(chat_id, part))
    except FAILURES as error:
        raise translate(error, f"chat {chat_id}") from error
    return str(message.id)


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
