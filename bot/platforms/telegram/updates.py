"""What Telegram tells, as Requests. In: messages, channel posts, pressed buttons. Out: what to answer, and where.

Always holds: what is meant for another bot, or comes from one, is left alone; in groups and channels only commands and
replies to a question are heard; an edited message asks nothing; a deep link or a question, whose words may be
anybody's, never asks what only admins may.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import telegram
from telegram.constants import ChatType, MessageEntityType

from handlers.actions import COMMAND, read_action, read_command, read_start
from handlers.base import Chat, Command, Request
from handlers.chats import ChatKind
from report.model import Language

KINDS: dict[str, ChatKind] = {ChatType.PRIVATE: "private", ChatType.CHANNEL: "channel"}  # all others are groups
NAME = "telegram"
# What turns the direction of text, or cannot be seen: it comes along when words are copied, and no command means it.
UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
AskAdmin = Callable[[str, int], Awaitable[bool]]  # chat and user: is he one of the chat's administrators?


@dataclass(frozen=True)
class Heard:
    """A request, and the place of its answer."""

    request: Request
    place: str  # as Chat.id is written; also the topic in a private chat, which is no chat of its own
    reply_to: int | None = None  # in a group: the message that the answer replies to
    edit: int | None = None  # the text message under whose button it was asked, where that was made for who pressed
    draft_id: int = 1  # what the stages of the answer are known by


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


def read_language(user: telegram.User | None) -> Language | None:
    """Of the reader's client; None where it does not say."""
    if user is None or not user.language_code:
        return None
    return "zh" if user.language_code.lower().startswith("zh") else "en"


def read_message(message: telegram.Message, commands: Mapping[str, Command], me: str, ask: AskAdmin) -> Heard | None:
    """What a message or a channel post asks; None where it asks this bot nothing."""
    words = UNSEEN.sub("", message.text or "").strip()
    chat, place = _place(message)
    if not words or message.is_automatic_forward or _is_robot(message):
        return None
    asked = read_command(words, me=me)
    addressed = f"@{me}".casefold() in words.split(maxsplit=1)[0].casefold()
    if asked is None:
        question = None if COMMAND.fullmatch(words) else _read_question(message, commands, me)
        if question is None and (chat.kind != "private" or COMMAND.fullmatch(words)):
            return None
        asked = (question[0], f"{question[1]} {words}".strip()) if question else ("help", words)
    elif chat.kind != "private" and asked[0] not in commands and not addressed:
        return None  # another bot's command
    command, arguments = _follow(*asked, commands)
    person = message.from_user if message.sender_chat is None else None
    return Heard(
        Request(
            chat,
            str(person.id) if person else "",
            command,
            arguments,
            language=read_language(person),
            manages=_manages(message, person, ask),
        ),
        place,
        reply_to=message.message_id if chat.kind == "group" else None,
        draft_id=message.message_id,
    )


def read_press(query: telegram.CallbackQuery, commands: Mapping[str, Command], ask: AskAdmin) -> Heard | None:
    """What a pressed button asks; None if it is forged, of another time, or under a message that is out of reach."""
    asked = read_action(query.data or "")
    if asked is None or asked[0] not in commands or query.message is None:
        return None
    message, person = query.message, query.from_user
    chat, place = _place(message) if isinstance(message, telegram.Message) else _whole(message.chat)
    request = Request(
        chat,
        str(person.id),
        *asked,
        pressed=True,
        language=read_language(person),
        manages=_manages(message, person, ask),
    )
    heard = Heard(request, place, draft_id=message.message_id)
    if not isinstance(message, telegram.Message):
        return heard
    edit = message.message_id if message.text or "rich_message" in message.api_kwargs else None
    if chat.kind == "private":
        return replace(heard, edit=edit)
    mine = _asked_by(message, person)
    return replace(heard, reply_to=mine, edit=edit) if mine else replace(heard, reply_to=message.message_id)


def _place(message: telegram.Message) -> tuple[Chat, str]:
    """The chat, and where to answer in it. A forum's topic is a chat of its own, but for the general one."""
    chat, place = _whole(message.chat)
    if not message.is_topic_message or not message.message_thread_id:
        return chat, place
    place = f"{place}/{message.message_thread_id}"
    return (replace(chat, id=place) if chat.kind == "group" else chat), place


def _whole(chat: telegram.Chat) -> tuple[Chat, str]:
    return read_chat(chat), str(chat.id)


def _is_robot(message: telegram.Message) -> bool:
    """Another bot. Who writes for a chat, an anonymous administrator too, is shown as a bot, and is none."""
    return bool(message.from_user and message.from_user.is_bot and message.sender_chat is None)


def _manages(
    message: telegram.MaybeInaccessibleMessage, person: telegram.User | None, ask: AskAdmin
) -> Callable[[], Awaitable[bool]]:
    """May he change what the chat gets? In a channel only administrators can write at all."""
    chat = message.chat
    if chat.type in {ChatType.PRIVATE, ChatType.CHANNEL}:
        return _yes
    if person is not None:
        return partial(ask, str(chat.id), person.id)
    sender = message.sender_chat if isinstance(message, telegram.Message) else None
    return _yes if sender and sender.id == chat.id else _no  # an anonymous administrator writes as the group itself


async def _yes() -> bool:
    return True


async def _no() -> bool:
    return False


def _asked_by(answer: telegram.Message, person: telegram.User) -> int | None:
    """The person's own message that the bot's answered; None if it answered somebody else, or nobody."""
    asked = answer.reply_to_message
    # In a topic, what replies to nothing replies to the topic's first message.
    if not asked or asked.forum_topic_created or not asked.from_user or asked.sender_chat:
        return None
    return asked.message_id if asked.from_user.id == person.id else None


def _read_question(message: telegram.Message, commands: Mapping[str, Command], me: str) -> tuple[str, str] | None:
    """The command in the last line of the bot's question that the message replies to; None if it replies to none."""
    question = message.reply_to_message
    if not question or not question.text or not _is_mine(question, me):
        return None
    *_, last = question.text.splitlines()
    codes = list(question.parse_entities([MessageEntityType.CODE]).values())
    asked = read_command(last) if last in codes[-1:] else None
    known = commands.get(asked[0]) if asked else None
    return asked if known and not known.admin else None


def _is_mine(message: telegram.Message, me: str) -> bool:
    """In a channel posts have no author; who could write the question may also ask it."""
    if message.chat.type == ChatType.CHANNEL:
        return True
    sender = message.from_user
    return bool(sender and sender.is_bot and (sender.username or "").casefold() == me.casefold())


def _follow(command: str, arguments: str, commands: Mapping[str, Command]) -> tuple[str, str]:
    """`/start detail-KEY` is `/detail KEY`; a payload that asks nothing, or what only admins may, is a plain /start."""
    if command != "start" or not arguments:
        return command, arguments
    linked = read_start(arguments)
    known = commands.get(linked[0]) if linked else None
    return linked if linked and known and not known.admin else ("start", "")
