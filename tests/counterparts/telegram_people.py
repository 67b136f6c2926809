"""What people do in a Telegram world: write, press, ask bots in, throw them out, close topics, turn groups into others.

Each is told to the bot as an update, as Telegram tells it. In every method `user_id` is who does it; 0 is somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.counterparts.telegram_chats import BOT, GONE, ChatState, Json, bot_member
from tests.counterparts.telegram_text import settle
from tests.counterparts.telegram_updates import Updates

NOW = 1774600000
SOMEBODY = 42
HIDDEN = ("reply_to", "edits", "html")  # what only the tests see of a message
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class TelegramPeople(Updates):
    def __init__(self) -> None:
        super().__init__()
        self.chats: dict[int, ChatState] = {}
        self.languages: dict[int, str] = {}  # of people's clients
        self.presses: dict[str, Json] = {}  # what each pressed button was answered; {} while it waits
        self.seen: set[int] = set()  # people that the bot knows of

    def add_chat(
        self,
        kind: str = "private",
        chat_id: int = 0,
        title: str = "",
        admins: Iterable[int] = (),
        *,
        inside: bool = True,
    ) -> int:
        """A chat that the bot is in, unless it is not `inside` yet; its id."""
        number = self._next()
        ids = {"private": number, "group": -number, "supergroup": -1000000000000 - number}
        chat = ChatState(chat_id or ids.get(kind, -1000000000000 - number), kind, title or f"{kind} {number}")
        chat.members |= dict.fromkeys(admins, "administrator")
        chat.bot = bot_member(kind) if inside else bot_member(kind, "left")
        self.chats[chat.id] = chat
        return chat.id

    def speak(self, user_id: int, language: str) -> None:
        """The language of a person's client, as Telegram says it: zh-hans, en-US."""
        self.languages[user_id] = language

    def say(self, chat_id: int, text: str, user_id: int = 0, *, topic: int = 0, reply_to: int = 0, **more: Any) -> int:
        """Somebody writes, or a channel posts; the message's id. `more` are fields of the message."""
        chat = self.chats[chat_id]
        message: Json = {"message_id": self._next(), "date": NOW, "chat": chat.shown()}
        message |= {"sender_chat": chat.shown()} if chat.kind == "channel" else {"from": self._person(chat, user_id)}
        message["text"], entities = settle(text[:4096], [])
        message |= {"entities": entities} if entities else {}
        if topic:
            message |= {"is_topic_message": True, "message_thread_id": topic, "reply_to_message": chat.topics[topic]}
        if reply_to:
            replied = chat.message(reply_to) or chat.said[reply_to]
            message["reply_to_message"] = {
                name: value for name, value in public(replied).items() if name != "reply_to_message"
            }
        message |= more
        chat.said[message["message_id"]] = message
        edited = "edited_" if "edit_date" in more else ""
        self._tell(edited + ("channel_post" if chat.kind == "channel" else "message"), message)
        return int(message["message_id"])

    def say_anonymously(self, chat_id: int, text: str, **more: Any) -> int:
        """A group's administrator writes as the group."""
        chat = self.chats[chat_id]
        return self.say(chat_id, text, **{"from": ANONYMOUS, "sender_chat": chat.shown(), **more})

    def press(self, chat_id: int, message_id: int, data: str, user_id: int = SOMEBODY) -> str:
        """Press a button under a message; `data` is what the client says, true or not. The press's id in `presses`."""
        chat, press_id = self.chats[chat_id], str(self._next())
        found = chat.message(message_id)
        missing = {"message_id": message_id, "chat": chat.shown(), "date": 0}  # what Telegram gives of an old message
        self.presses[press_id] = {}
        press = {"id": press_id, "from": self._person(chat, user_id), "chat_instance": "1", "data": data}
        self._tell("callback_query", press | {"message": public(found) if found else missing})
        return press_id

    def press_label(self, chat_id: int, label: str, user_id: int = SOMEBODY) -> str:
        """Press the newest button whose label has these words."""
        for message in reversed(self.chats[chat_id].messages):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"]:
                        return self.press(chat_id, message["message_id"], button["callback_data"], user_id)
        raise LookupError(f"no button says {label}")

    def invite(self, chat_id: int, user_id: int = SOMEBODY) -> None:
        """The bot is added; in a channel it can only come as an administrator."""
        chat = self.chats[chat_id]
        chat.closed = ""
        self._change_bot(chat, bot_member(chat.kind), user_id)
        if chat.kind in {"group", "supergroup"}:
            self.say(chat_id, "", user_id, new_chat_members=[BOT])

    def block(self, chat_id: int, *, silently: bool = False) -> None:
        """The bot is blocked or thrown out; `silently`: it was away and hears of it only when it sends."""
        chat = self.chats[chat_id]
        chat.closed = GONE[chat.kind]
        self._change_bot(chat, bot_member(chat.kind, "kicked"), SOMEBODY, silently=silently)

    def leave(self, chat_id: int) -> None:
        """The bot is taken out, and may be added again by anybody."""
        chat = self.chats[chat_id]
        chat.closed = GONE[chat.kind].replace("was kicked from", "is not a member of")
        self._change_bot(chat, bot_member(chat.kind, "left"), SOMEBODY)

    def unblock(self, chat_id: int) -> None:
        chat = self.chats[chat_id]
        chat.closed = ""
        self._change_bot(chat, bot_member(chat.kind), chat_id)

    def restrict(self, chat_id: int, *, can_send: bool) -> None:
        """In a group the bot may read but not write, or may write again; in a channel it loses that right."""
        chat = self.chats[chat_id]
        chat.can_send = can_send
        self._change_bot(chat, bot_member(chat.kind, "restricted", can_send=can_send), SOMEBODY)

    def promote(self, chat_id: int) -> None:
        chat = self.chats[chat_id]
        self._change_bot(chat, bot_member(chat.kind, "administrator"), SOMEBODY)

    def appoint(self, chat_id: int, user_id: int, status: str = "administrator") -> None:
        """Make somebody what `status` says; the bot is not told."""
        self.chats[chat_id].members[user_id] = status

    def open_topic(self, chat_id: int, name: str = "日报") -> int:
        """A topic in a forum; its thread's id, which is that of its first message."""
        chat = self.chats[chat_id]
        chat.is_forum = True
        created = {"name": name, "icon_color": 7322096}
        thread = self._next()
        message = {"message_id": thread, "date": NOW, "chat": chat.shown(), "from": self._person(chat, 0)}
        message |= {"message_thread_id": thread, "is_topic_message": True, "forum_topic_created": created}
        chat.topics[thread] = message
        self._tell("message", message)
        return thread

    def end_topic(self, chat_id: int, thread: int, how: str) -> None:
        """`how`: closed or deleted."""
        self.chats[chat_id].ended[thread] = how

    def migrate(self, chat_id: int, *, silently: bool = False) -> int:
        """The group becomes a supergroup; its new id. The bot is told that it came there, then twice that it moved."""
        chat = self.chats[chat_id]
        chat.moved_to = self.add_chat("supergroup", title=chat.title, inside=False)
        new = self.chats[chat.moved_to]
        new.members |= chat.members
        self._change_bot(new, bot_member("supergroup"), SOMEBODY, silently=silently)
        if not silently:
            self.say(chat_id, "", migrate_to_chat_id=chat.moved_to)
            self.say_anonymously(chat.moved_to, "", migrate_from_chat_id=chat_id)
        return chat.moved_to

    def _change_bot(self, chat: ChatState, member: Json, user_id: int, *, silently: bool = False) -> None:
        before, chat.bot = chat.bot, member
        person = self._person(chat, user_id)
        change = {"chat": chat.shown(), "from": person, "date": NOW}
        if not silently:
            self._tell("my_chat_member", change | {"old_chat_member": before, "new_chat_member": member})

    def _person(self, chat: ChatState, user_id: int) -> Json:
        number = chat.id if chat.kind == "private" else user_id or SOMEBODY
        self.seen.add(number)
        language = {"language_code": self.languages[number]} if number in self.languages else {}
        return {"id": number, "is_bot": False, "first_name": "读者", **language}


def public(message: Json) -> Json:
    """As the bot sees it; of what stands under a message only inline keyboards are told."""
    hidden = HIDDEN if "inline_keyboard" in (message.get("reply_markup") or {}) else (*HIDDEN, "reply_markup")
    return {name: value for name, value in message.items() if name not in hidden and value is not None}
