"""Telegram's errors as what to do: wait, unsubscribe, use the other id, give up. No message holds the token."""

from __future__ import annotations

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.platforms import ChatGone, ChatMoved, PlatformError, Rejected, RetryLater
from bot.platforms.telegram.request import is_in_doubt

# 400s that mean what a 403 means: the bot may not write there, and will not be allowed to by trying again.
GONE = (
    "chat not found",
    "group chat was deactivated",
    "user not found",
    "have no rights to send",
    "need administrator rights in the channel",
    "not enough rights",
    "chat_admin_required",
    "channel_private",
    "user is deactivated",
    "group chat was deleted",
    "chat_write_forbidden",
    "chat_restricted",
    "peer_id_invalid",
)
TOPIC_GONE = ("message thread not found", "topic_closed", "topic_deleted")
UNREACHABLE_S = 5.0
REFUSED_TOKEN_S = 60.0  # an outage of the token is the operator's to mend, and no reason to lose a subscriber


def wait_asked_s(error: RetryAfter) -> float:
    """Seconds that a 429 asks to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def translate_error(error: TelegramError, chat_id: int | str) -> PlatformError:  # noqa: PLR0911  a table
    """What the error asks of who sent something to the chat."""
    said = f"telegram: chat {chat_id}: {error.message}"
    match error:
        case RetryAfter():
            return RetryLater(said, wait_asked_s(error))
        case ChatMigrated():
            return ChatMoved(said, str(error.new_chat_id))
        case Forbidden():
            return ChatGone(said)
        case BadRequest():
            # Without a topic it is the general one that is closed: the group's other topics are not.
            gone = (*GONE, *TOPIC_GONE) if "/" in str(chat_id) else GONE
            return ChatGone(said) if any(words in error.message.lower() for words in gone) else Rejected(said)
        case InvalidToken() | EndPointNotFound():
            return RetryLater("telegram: the token is refused; take the current one from @BotFather", REFUSED_TOKEN_S)
        case _ if "Too Large" in error.message:  # 413 never shrinks
            return Rejected(said)
        case _:
            return RetryLater(said, UNREACHABLE_S, in_doubt=is_in_doubt(error.__cause__))


def lacks_right_to_pictures(error: TelegramError) -> bool:
    """May the bot write there, but send no pictures?"""
    return bool(re.search(r"not enough rights to send (photos|media)", error.message, re.IGNORECASE))


def is_unknown_method(error: TelegramError, *, edits: bool) -> bool:
    """Is the server older than the method that was called?

    An edit has a method that every server knows: an older one overlooks the rich text, and misses a plain one.
    """
    if isinstance(error, EndPointNotFound):  # the library's word for a 404; for a 401 too, which is the token's
        return "unauthorized" not in str(error.__cause__).lower()
    said = error.message.lower()
    return "method not found" in said or (edits and "text is empty" in said)


def explain_start(error: TelegramError, base_url: str) -> str:
    """Why the bot cannot start, and what to do."""
    match error:
        case InvalidToken():
            return (
                f"telegram: {base_url} refuses the token; take the current one from @BotFather "
                "and set it as TUIBAO_TELEGRAM__TOKEN (or telegram.token)"
            )
        case RetryAfter():
            return f"telegram: {base_url} limits this bot; start again later ({error.message})"
        case Conflict():
            return f"telegram: another program uses this token; stop it ({error.message})"
        case _:
            return (
                f"telegram: {base_url} is out of reach ({error.message}); "
                "check the network, the proxy and telegram.base_url"
            )
