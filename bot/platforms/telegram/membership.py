"""Who belongs where: the bot in its chats, and the administrators of a group.

In: what Telegram tells of the bot's own membership, of groups that moved, of a member that is asked for. Out: the host
is told that a chat is gone or moved; a greeting where the bot came. Always holds: a chat's changes are taken in their
order; one move is told once; who cannot be asked after is no administrator.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal
from weakref import WeakValueDictionary

import telegram
from telegram.constants import ChatMemberStatus

from bot.platforms import Host, PlatformError
from bot.platforms.telegram.messenger import Messenger
from bot.platforms.telegram.updates import NAME, Heard, read_chat, read_language
from handlers.base import Chat, Message, Request

log = logging.getLogger(__name__)

KNOWN_FOR_S = 60.0
MOST_KNOWN = 4096
MOVES_KEPT = 256
# A group that becomes a supergroup is told of twice, and before that as a chat that the bot was added to.
SETTLED_AFTER_S = 2.0
ADMINISTRATORS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
Presence = Literal["present", "absent"]
Give = Callable[[Heard, AsyncIterator[Message]], Awaitable[None]]


class Members:
    """Who administers which group, asked when somebody needs to know, and remembered for a minute."""

    def __init__(self, messenger: Messenger, clock: Callable[[], float]) -> None:
        self._messenger = messenger
        self._clock = clock
        self._known: dict[tuple[str, int], tuple[float, bool]] = {}

    async def administers(self, chat_id: str, user_id: int) -> bool:
        now = self._clock()
        asked_at, known = self._known.get((chat_id, user_id), (-KNOWN_FOR_S, False))
        if now - asked_at < KNOWN_FOR_S:
            return known
        try:
            status = await self._messenger.member_status(chat_id, user_id)
        except PlatformError as error:
            log.warning("%s; taken for no administrator", error, extra={"action": "member"})
            return False
        if len(self._known) >= MOST_KNOWN:
            self._known = {key: at for key, at in self._known.items() if now - at[0] < KNOWN_FOR_S}
        self._known[chat_id, user_id] = now, status in ADMINISTRATORS
        return status in ADMINISTRATORS


class Membership:
    """`give` brings Messages to a place, as answers are brought."""

    def __init__(self, host: Host, give: Give, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._host = host
        self._give = give
        self._sleep = sleep
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._moves: deque[tuple[str, str]] = deque(maxlen=MOVES_KEPT)

    async def hear_change(self, change: telegram.ChatMemberUpdated) -> None:
        chat = read_chat(change.chat)
        turn = self._turns.setdefault(chat.key, asyncio.Lock())
        before, now = (read_presence(each, chat) for each in (change.old_chat_member, change.new_chat_member))
        async with turn:
            if now == "absent":
                what = "blocked" if chat.kind == "private" else "removed or silenced"
                await self._host.chat_gone(chat.key, f"telegram: the bot was {what}")
            elif before == "absent":
                await self._greet(chat, change.from_user)

    async def hear_move(self, message: telegram.Message) -> None:
        """One of the two messages that tell of a group's new id."""
        here = str(message.chat.id)
        old, new = (
            (here, str(message.migrate_to_chat_id))
            if message.migrate_to_chat_id
            else (str(message.migrate_from_chat_id), here)
        )
        if (old, new) not in self._moves:
            self._moves.append((old, new))
            await self._host.chat_moved(f"{NAME}:{old}", new)

    async def _greet(self, chat: Chat, person: telegram.User) -> None:
        language = read_language(person)
        if chat.kind == "group":
            await self._sleep(SETTLED_AFTER_S)
            if chat.id in {new for _, new in self._moves}:
                return
        messages = self._host.greet(chat, language)
        place = chat
        if chat.kind == "channel":  # its readers did not ask for it; who brought the bot there did
            place, messages = Chat(NAME, str(person.id), title=person.full_name), _without_buttons(messages)
        await self._give(Heard(Request(place, str(person.id), "start", language=language), place.id), messages)


def read_presence(member: telegram.ChatMember, chat: Chat) -> Presence:
    """Is the bot there, and may it write?"""
    match member:
        case telegram.ChatMemberLeft() | telegram.ChatMemberBanned():
            return "absent"
        case telegram.ChatMemberRestricted():
            return "present" if member.is_member and member.can_send_messages else "absent"
        case telegram.ChatMemberAdministrator() if chat.kind == "channel":
            return "present" if member.can_post_messages else "absent"
        case telegram.ChatMemberMember() if chat.kind == "channel":
            return "absent"  # only administrators post there
        case _:
            return "present"


async def _without_buttons(messages: AsyncIterator[Message]) -> AsyncIterator[Message]:
    """In the private chat they would be about that chat, not about the channel."""
    async for message in messages:
        yield Message(message.doc)
