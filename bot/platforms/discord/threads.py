"""A thread under a message: in, the channel and the message; out, the thread's id, "" where there can be none.

Sources: https://discord.com/developers/docs/resources/channel#start-thread-from-message: such a thread has the id of
its message.
"""

from __future__ import annotations

import logging
from typing import Literal

import discord

from bot.platforms import ChatGone, Rejected
from bot.platforms.discord.errors import FAILURES, translate

THERE_ALREADY = 160004
OPEN_MINUTES: Literal[1440] = 1440  # without a word in it, until it is put away

log = logging.getLogger(__name__)


async def open_thread(client: discord.Client, chat_id: str, name: str, message_id: str) -> str:
    """Open it, or find it where it is open already. Raises RetryLater."""
    channel = client.get_channel(int(chat_id))
    if not message_id or (channel is not None and not may_open_threads(channel)):
        return ""
    try:
        await client.http.start_thread_with_message(
            int(chat_id), int(message_id), name=name, auto_archive_duration=OPEN_MINUTES
        )
    except FAILURES as error:
        if isinstance(error, discord.HTTPException) and error.code == THERE_ALREADY:
            return message_id
        translated = translate(error, f"a thread in chat {chat_id}")
        if not isinstance(translated, ChatGone | Rejected):
            raise translated from error
        log.info("%s; the details stay behind the buttons", translated)
        return ""
    return message_id


def may_open_threads(channel: discord.abc.Snowflake) -> bool:
    """Not in a direct message or in a thread; to ask in vain too often would shut us out of Discord for a while."""
    if not isinstance(channel, discord.TextChannel):
        return False
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.create_public_threads and allowed.send_messages_in_threads
