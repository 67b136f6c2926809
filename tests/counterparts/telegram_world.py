"""The world behind a Telegram Bot API server: what people do, what the bot's calls do to chats.

In: `say`, `press`, `block`, `migrate` from a test; calls by method and parameters from a bot. Out: updates for the bot,
messages for the test. Refuses with `Refused` what Telegram refuses.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from tests.counterparts.telegram_chats import GONE, ChatState, Json, Rates, Refused, check_keyboard, check_text
from tests.counterparts.telegram_rich import check_rich

TOKEN = "7000001:AAtest-token_of_the_counterpart_000000"
BOT: Json = {"id": 7000001, "is_bot": True, "first_name": "推报", "username": "TuibaoTestBot"}
FLAGS = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
TEXTUAL = ("text", "entities", "rich_message", "html")  # what an edit puts in place of one another
HIDDEN = ("reply_to", "edits", "html")
IMAGES = (b"\xff\xd8\xff", b"\x89PNG")


class TelegramWorld:
    def __init__(
        self,
        *,
        token: str = TOKEN,
        limits: bool = False,
        rich: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.limits = limits
        self.rich = rich  # False: an older server, which knows no rich messages
        self.chats: dict[int, ChatState] = {}
        self.menu: list[Json] = []
        self.presses: dict[str, Json] = {}  # what each pressed button was answered; {} while it waits
        self._rates = Rates(clock)
        self._updates: list[Json] = []
        self._allowed: set[str] = set()
        self._files: set[str] = set()
        self._number = 100  # of updates, messages, chats and presses alike
        self._poll = 0
        self._bell = asyncio.Event()

    # What a person does

    def add_chat(self, kind: str = "private", chat_id: int = 0, title: str = "", admins: tuple[int, ...] = ()) -> int:
        """A chat that the bot is in; its id."""
        number = self._next()
        ids = {"private": number, "group": -number, "supergroup": -1000000000000 - number}
        chat = ChatState(chat_id or ids.get(kind, -1000000000000 - number), kind, title or f"{kind} {number}")
        chat.admins |= set(admins)
        self.chats[chat.id] = chat
        return chat.id

    def say(self, chat_id: int, text: str, user_id: int = 0, **more: Any) -> int:
        """Somebody writes, or a channel posts; the message's id. `more` are fields of the message."""
        chat = self.chats[chat_id]
        message = {"message_id": self._next(), "date": 1774600000, "chat": chat.shown(), "text": text, **more}
        if chat.kind != "channel":
            person = user_id or (chat_id if chat.kind == "private" else 42)
            message["from"] = {"id": person, "is_bot": False, "first_name": "读者"}
        edited = "edited_" if "edit_date" in more else ""
        self._tell(edited + ("channel_post" if chat.kind == "channel" else "message"), message)
        return int(message["message_id"])

    def press(self, chat_id: int, message_id: int, data: str, user_id: int = 42) -> str:
        """Press a button under a message; `data` is what the client says, true or not. The press's id in `presses`."""
        chat, press_id = self.chats[chat_id], str(self._next())
        found = chat.message(message_id)
        missing = {"message_id": message_id, "chat": chat.shown(), "date": 0}  # what Telegram gives of an old message
        self.presses[press_id] = {}
        person = {"id": chat_id if chat.kind == "private" else user_id, "is_bot": False, "first_name": "读者"}
        press = {"id": press_id, "from": person, "chat_instance": "1", "data": data}
        self._tell("callback_query", press | {"message": _public(found) if found else missing})
        return press_id

    def block(self, chat_id: int, *, silently: bool = False) -> None:
        """The bot is blocked or thrown out; `silently`: it was away and hears of it only when it sends."""
        chat = self.chats[chat_id]
        chat.closed = GONE[chat.kind]
        member = {"user": BOT, "status": "member"}
        now = {"user": BOT, "status": "kicked", "until_date": 0}
        person = {"id": 42, "is_bot": False, "first_name": "读者"}
        change = {"chat": chat.shown(), "from": person, "date": 1774600000}
        if not silently:
            self._tell("my_chat_member", change | {"old_chat_member": member, "new_chat_member": now})

    def migrate(self, chat_id: int, *, silently: bool = False) -> int:
        """The group becomes a supergroup; its new id."""
        chat = self.chats[chat_id]
        chat.moved_to = self.add_chat("supergroup", title=chat.title)
        if not silently:
            self.say(chat_id, "", migrate_to_chat_id=chat.moved_to)
        return chat.moved_to

    def messages(self, chat_id: int) -> list[Json]:
        """What the bot sent, in order, as it reads now; `edits` are the texts that it had before."""
        return self.chats[chat_id].messages

    async def wait_messages(self, chat_id: int, count: int, timeout_s: float = 10) -> list[Json]:
        """The messages, when there are so many; TimeoutError else."""
        await self.until(lambda: len(self.messages(chat_id)) >= count, timeout_s)
        return self.messages(chat_id)

    async def until(self, holds: Callable[[], bool], timeout_s: float = 10) -> None:
        """Wait for something to be so; it is looked at after each call of the bot."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                await self._bell.wait()

    def set_limits(self, *, on: bool) -> None:
        self.limits = on

    # What the bot does

    async def call(self, token: str, method: str, parameters: Json) -> Any:
        """The result of a method (its name in lower case); Refused where Telegram refuses it."""
        if token != self.token:
            well_formed = re.fullmatch(r"\d+:[\w-]{30,}", token)
            raise Refused(401, "Unauthorized") if well_formed else Refused(404, "Not Found")
        if method == "getupdates":
            return await self._get_updates(parameters)
        carry_out = METHODS.get(method)
        if carry_out is None or (method == "sendrichmessage" and not self.rich):
            raise Refused(404, "Not Found")
        return carry_out(self, parameters)

    async def _get_updates(self, parameters: Json) -> list[Json]:
        self._poll += 1
        mine = self._poll
        self._ring()
        if "allowed_updates" in parameters:
            self._allowed = set(parameters["allowed_updates"])
        offset = int(parameters.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        ends = time.monotonic() + float(parameters.get("timeout", 0))
        while not (found := [update for update in self._updates if self._is_allowed(update)]):
            left = ends - time.monotonic()
            if left <= 0:
                break
            try:
                await asyncio.wait_for(self._bell.wait(), left)
            except TimeoutError:
                break
            if self._poll != mine:
                said = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise Refused(409, f"Conflict: {said}")
        return found[:100]

    def _is_allowed(self, update: Json) -> bool:
        return not self._allowed or bool(self._allowed & update.keys())

    def _get_me(self, _: Json) -> Json:
        return BOT | dict.fromkeys(FLAGS, False)

    def _send_message(self, parameters: Json) -> Json:
        text, entities = parameters.get("text", ""), parameters.get("entities", [])
        chat = self._open_chat(parameters)
        check_text(text, entities, limit=4096, what="message")
        return self._place(chat, parameters, {"text": text, "entities": entities})

    def _send_photo(self, parameters: Json) -> Json:
        caption, entities = parameters.get("caption", ""), parameters.get("caption_entities", [])
        photo, chat = parameters.get("photo"), self._open_chat(parameters)
        check_text(caption, entities, limit=1024, what="message caption")
        if isinstance(photo, bytes) and not photo.startswith(IMAGES):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if not isinstance(photo, bytes) and photo not in self._files:
            raise Refused(400, "Bad Request: wrong remote file identifier specified: Wrong string length")
        file_id = f"photo-{self._next()}" if isinstance(photo, bytes) else str(photo)
        self._files.add(file_id)
        size = {"file_id": file_id, "file_unique_id": file_id, "width": 1600, "height": 900}
        return self._place(chat, parameters, {"photo": [size], "caption": caption, "caption_entities": entities})

    def _send_rich(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        return self._place(chat, parameters, self._read_rich(parameters))

    def _read_rich(self, parameters: Json) -> Json:
        """What a rich message leaves in the chat; `html` is for the tests."""
        rich = parameters.get("rich_message", {})
        text = check_rich(rich, parameters, self._files)
        return {"rich_message": {"blocks": [{"type": "paragraph", "text": text}]}, "html": rich["html"]}

    def _place(self, chat: ChatState, parameters: Json, content: Json) -> Json:
        check_keyboard(parameters.get("reply_markup"))
        if self.limits:
            self._rates.count(chat)
        sender = {"sender_chat": chat.shown()} if chat.kind == "channel" else {"from": BOT}
        message = {"message_id": self._next(), "date": 1774600000, "chat": chat.shown(), **sender, **content}
        message |= {"reply_markup": parameters["reply_markup"]} if "reply_markup" in parameters else {}
        message |= {"reply_to": parameters.get("reply_parameters", {}).get("message_id"), "edits": []}
        chat.messages.append(message)
        return _public(message)

    def _edit_text(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        message = chat.message(int(parameters.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if "text" not in message and "html" not in message:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        markup = parameters.get("reply_markup")
        if "rich_message" in parameters and self.rich:
            content = self._read_rich(parameters)
        else:
            content = {"text": parameters.get("text", ""), "entities": parameters.get("entities", [])}
            check_text(content["text"], content["entities"], limit=4096, what="message")
        check_keyboard(markup)
        before = {name: message.pop(name) for name in TEXTUAL if name in message}
        if (content, markup) == (before, message.get("reply_markup")):
            message |= before
            said = "specified new message content and reply markup are exactly the same as a current content and reply"
            raise Refused(400, f"Bad Request: message is not modified: {said} markup of the message")
        message["edits"].append(before.get("text", before.get("html")))
        message |= content | {"reply_markup": markup}
        return _public(message)

    def _delete(self, parameters: Json) -> bool:
        chat = self._open_chat(parameters)
        message = chat.message(int(parameters.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to delete not found")
        chat.messages.remove(message)
        return True

    def _answer_press(self, parameters: Json) -> bool:
        press_id = str(parameters.get("callback_query_id"))
        if self.presses.get(press_id) != {}:
            said = "query is too old and response timeout expired or query ID is invalid"
            raise Refused(400, f"Bad Request: {said}")
        self.presses[press_id] = {"text": parameters.get("text", ""), "alert": parameters.get("show_alert", False)}
        self.presses[press_id]["url"] = parameters.get("url", "")
        return True

    def _show_action(self, parameters: Json) -> bool:
        self._open_chat(parameters).actions.append(str(parameters["action"]))
        return True

    def _set_menu(self, parameters: Json) -> bool:
        names = [command["command"] for command in parameters["commands"]]
        if not all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names) or len(names) > 100:
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.menu = parameters["commands"]
        return True

    def _get_member(self, parameters: Json) -> Json:
        user_id = int(parameters["user_id"])
        status = "administrator" if user_id in self._open_chat(parameters).admins else "member"
        return {"status": status, "user": {"id": user_id, "is_bot": False, "first_name": "读者"}}

    def _agree(self, _: Json) -> bool:
        return True

    def _open_chat(self, parameters: Json) -> ChatState:
        """The chat that is meant, if the bot may write there."""
        chat_id = str(parameters.get("chat_id", ""))
        chat = self.chats.get(int(chat_id)) if re.fullmatch(r"-?\d+", chat_id) else None
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.moved_to:
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, said, migrate_to_chat_id=chat.moved_to)
        if chat.closed:
            raise Refused(403, chat.closed)
        return chat

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _tell(self, kind: str, content: Json) -> None:
        self._updates.append({"update_id": self._next(), kind: content})
        self._ring()

    def _ring(self) -> None:
        """Wake everybody who waits for something to change."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()


METHODS: dict[str, Callable[[TelegramWorld, Json], Any]] = {
    "getme": TelegramWorld._get_me,
    "sendmessage": TelegramWorld._send_message,
    "sendrichmessage": TelegramWorld._send_rich,
    "sendphoto": TelegramWorld._send_photo,
    "editmessagetext": TelegramWorld._edit_text,
    "deletemessage": TelegramWorld._delete,
    "answercallbackquery": TelegramWorld._answer_press,
    "sendchataction": TelegramWorld._show_action,
    "setmycommands": TelegramWorld._set_menu,
    "getchatmember": TelegramWorld._get_member,
    "deletewebhook": TelegramWorld._agree,
    "logout": TelegramWorld._agree,
    "close": TelegramWorld._agree,
}


def _public(message: Json) -> Json:
    """Without what only the tests see."""
    return {name: value for name, value in message.items() if name not in HIDDEN and value is not None}
