"""What Discord's and the network's errors ask us to do: in, an exception; out, one of the PlatformErrors."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.platforms import ChatGone, PlatformError, Rejected, RetryLater

FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
GONE_CODES = {
    10003: "it was deleted",
    50001: "the bot may not see it",
    50007: "the user takes no messages",
    50013: "the bot may not write there",
    50083: "the thread is closed",
    160005: "the thread is locked",
}
LATER_S = {20016: 60.0, 20028: 60.0, 30046: 3600.0}  # slow mode, a channel's limit, too many edits of old messages
REFUSED_TOKEN_AFTER_S = 600.0


def translate(error: BaseException, what: str) -> PlatformError:
    """What Discord's or the network's error asks us to do about `what`."""
    match error:
        case discord.RateLimited():
            return RetryLater(f"discord: {what}: rate limited", error.retry_after)
        case discord.HTTPException():
            return _translate_answer(error, what)
        case _:
            return RetryLater(f"discord: {what}: no answer ({type(error).__name__})", in_doubt=is_in_doubt(error))


def is_in_doubt(error: BaseException) -> bool:
    """Was the answer lost after the question had left? A refused connection and a name not found come before."""
    return not isinstance(error, aiohttp.ClientConnectorError | discord.DiscordException)


def _translate_answer(error: discord.HTTPException, what: str) -> PlatformError:
    said = f"discord: {what}: {error.status} {error.code} {error.text}".replace("\n", " ")
    if error.code in GONE_CODES:
        return ChatGone(f"discord: {what} is gone: {GONE_CODES[error.code]} ({error.code})")
    if error.code in LATER_S:
        return RetryLater(said, LATER_S[error.code])
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
