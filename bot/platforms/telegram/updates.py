"""What Telegram tells, as Requests. In: messages, channel posts, pressed buttons. Out: what to answer, and where.

Always holds: what is meant for another bot is left alone; in groups and channels only commands are heard; an edited
message asks nothing; a deep link, which anybody may have written, never asks what only admins may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import telegram
from telegram.constants import ChatType

from handlers.base import COMMAND, Chat, Command, Request, read_action, read_command, read_start
from handlers.chats import ChatKind

KINDS: dict[str, ChatKind] = {ChatType.PRIVATE: "private", ChatType.CHANNEL: "channel"}  # all others are groups
NAME = "telegram"


@dataclass(frozen=True)
class Heard:
    """A request, and the place of its answer."""

    request: Request
    reply_to: int | None = None  # in a group: the message that the answer replies to
    edit: int | None = None  # in a private chat: the text message under whose button it was asked
    thread_id: int | None = None  # the topic of a forum


def split_chat_id(chat_id: str) -> tuple[int | str, int | None]:
    """What Telegram wants to be told: the chat, and the thread of a forum's topic in it.

    >>> split_chat_id("-100123/45")
    (-100123, 45)
    """
    chat, _, thread = chat_id.partition("/")
    number = int(chat) if re.fullmatch(r"-?[0-9]+", chat) else chat
    return number, int(thread) if re.fullmatch(r"[0-9]+", thread) else None


def read_chat(chat: telegram.Chat) -> Chat:
    return Chat(NAME, str(chat.id), KINDS.get(chat.type, "group"), chat.effective_name or "")


def read_message(message: telegram.Message, commands: Mapping[str, Command], me: str) -> Heard | None:
    """What a message or a channel post asks; None where it asks this bot nothing."""
    chat, words = read_chat(message.chat), (message.text or "").strip()
    if not words or message.is_automatic_forward:
        return None
    asked = read_command(words, me=me)
    addressed = f"@{me}".casefold() in words.split(maxsplit=1)[0].casefold()
    if asked is None:
        if chat.kind != "private" or COMMAND.fullmatch(words):
            return None
        asked = "help", ""
    elif chat.kind != "private" and asked[0] not in commands and not addressed:
        return None  # another bot's command
    command, arguments = _follow(*asked, commands)
    is_person = message.from_user is not None and message.sender_chat is None
    user_id = str(message.from_user.id) if message.from_user and is_person else ""
    return Heard(
        Request(chat, user_id, command, arguments),
        reply_to=message.message_id if chat.kind == "group" else None,
        thread_id=message.message_thread_id if message.is_topic_message else None,
    )


def read_press(query: telegram.CallbackQuery, commands: Mapping[str, Command]) -> Heard | None:
    """What a pressed button asks; None if it is forged, of another time, or under a message that is out of reach."""
    asked = read_action(query.data or "")
    if asked is None or asked[0] not in commands or query.message is None:
        return None
    message, chat = query.message, read_chat(query.message.chat)
    heard = Heard(Request(chat, str(query.from_user.id), *asked, pressed=True))
    if not isinstance(message, telegram.Message):
        return heard
    heard = replace(heard, thread_id=message.message_thread_id if message.is_topic_message else None)
    if chat.kind == "private":
        is_text = bool(message.text) or "rich_message" in message.api_kwargs
        return replace(heard, edit=message.message_id if is_text else None)
    return replace(heard, reply_to=message.message_id)


def _follow(command: str, arguments: str, commands: Mapping[str, Command]) -> tuple[str, str]:
    """`/start detail-KEY` is `/detail KEY`; a payload that asks nothing, or what only admins may, is a plain /start."""
    if command != "start" or not arguments:
        return command, arguments
    linked = read_start(arguments)
    known = commands.get(linked[0]) if linked else None
    return linked if linked and known and not known.admin else ("start", "")
