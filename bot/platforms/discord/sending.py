"""Parts to discord.py's arguments, and its errors to ours.

A part sent again within a few minutes to the same chat is not sent twice: its nonce is made from what it says.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import discord

from bot.platforms import ChatGone, Part, PlatformError, Rejected, RetryLater

NO_MENTIONS = discord.AllowedMentions.none()
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
GONE_CODES = {
    10003: "it was deleted",
    50001: "the bot may not see it",
    50007: "the user takes no messages",
    50013: "the bot may not write there",
    50083: "the thread is closed",
}
REFUSED_TOKEN_AFTER_S = 600.0

log = logging.getLogger(__name__)


async def send_part(client: discord.Client, chat_id: str, part: Part) -> str:
    """Send it to a channel; the message's id. Raises only PlatformErrors."""
    if not chat_id.isdecimal():
        raise ChatGone(f"discord: chat {chat_id!r} is no channel id")
    channel = client.get_partial_messageable(int(chat_id))
    try:
        message = await channel.send(**read_part(part), nonce=make_nonce(chat_id, part))
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


def translate(error: BaseException, what: str) -> PlatformError:
    """What Discord's or the network's error asks us to do about `what`."""
    match error:
        case discord.RateLimited():
            return RetryLater(f"discord: {what}: rate limited", error.retry_after)
        case discord.HTTPException():
            return _translate_answer(error, what)
        case _:
            return RetryLater(f"discord: {what}: no answer ({type(error).__name__})")


def _translate_answer(error: discord.HTTPException, what: str) -> PlatformError:
    said = f"discord: {what}: {error.status} {error.code} {error.text}".replace("\n", " ")
    if error.code in GONE_CODES:
        return ChatGone(f"discord: {what} is gone: {GONE_CODES[error.code]} ({error.code})")
    if error.status == 401:
        return RetryLater("discord: the token is refused; put a new one into [discord] token", REFUSED_TOKEN_AFTER_S)
    if error.status == 429:
        return RetryLater(said, _retry_after_s(error))
    if error.status >= 500 or error.code == 0:
        return RetryLater(said)
    return Rejected(said)


def _retry_after_s(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 60))
    except ValueError:
        return 60.0
