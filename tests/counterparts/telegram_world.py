"""The world behind a Telegram Bot API server: what the bot's calls do to chats.

In: what people do (telegram_people), from a test; calls by method and parameters, from a bot. Out: updates for the bot,
messages for the test. Refuses with `Refused` what Telegram refuses.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from tests.counterparts.telegram_chats import BOT, ChatState, Json, Rates, Refused, check_keyboard, check_text, member
from tests.counterparts.telegram_menus import Menus
from tests.counterparts.telegram_people import NOW, TelegramPeople, public
from tests.counterparts.telegram_rich import check_rich
from tests.counterparts.telegram_text import settle

TOKEN = "7000001:AAtest-token_of_the_counterpart_000000"
FLAGS = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
TEXTUAL = ("text", "entities", "rich_message", "html")  # what an edit puts in place of one another
IMAGES = (b"\xff\xd8\xff", b"\x89PNG")
DRAFT_S = 30.0


class TelegramWorld(TelegramPeople):
    def __init__(
        self,
        *,
        token: str = TOKEN,
        limits: bool = False,
        rich: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.token = token
        self.limits = limits
        self.rich = rich  # False: an older server, which knows no rich messages
        self.menus = Menus()
        self._clock = clock
        self._rates = Rates(clock)
        self._files: set[str] = set()
        self.uploads = 0  # of pictures
        self.lasting: set[int] = set()  # messages that are too old to be deleted
        self.accepted: list[tuple[int, int, float]] = []  # chat, message, when

    def messages(self, chat_id: int) -> list[Json]:
        """What the bot sent, in order, as it reads now; `edits` are the texts that it had before."""
        return self.chats[chat_id].messages

    async def wait_messages(self, chat_id: int, count: int, timeout_s: float = 10) -> list[Json]:
        """The messages, when there are so many; TimeoutError else."""
        await self.until(lambda: len(self.messages(chat_id)) >= count, timeout_s)
        return self.messages(chat_id)

    def accepted_messages(self) -> list[tuple[int, int, float]]:
        """Chat, message and moment of each message that was accepted, in their order."""
        return self.accepted

    def set_limits(self, *, on: bool) -> None:
        self.limits = on

    def draft(self, chat_id: int) -> str:
        """The words of the draft that is seen in the chat now; "" if there is none."""
        seen = self.chats[chat_id].draft
        return str(seen["text"]) if seen and self._clock() - seen["at"] < DRAFT_S else ""

    # What the bot does

    async def call(self, token: str, method: str, parameters: Json) -> Any:
        """The result of a method (its name in lower case); Refused where Telegram refuses it."""
        if token != self.token:
            well_formed = re.fullmatch(r"\d+:[\w-]{30,}", token)
            raise Refused(401, "Unauthorized") if well_formed else Refused(404, "Not Found")
        if method == "getupdates":
            return await self.get_updates(parameters)
        carry_out = METHODS.get(method)
        if carry_out is None or (method == "sendrichmessage" and not self.rich):
            raise Refused(404, "Not Found")
        return carry_out(self, parameters)

    def _get_me(self, _: Json) -> Json:
        return BOT | dict.fromkeys(FLAGS, False)

    def _send_message(self, parameters: Json) -> Json:
        text, entities = parameters.get("text", ""), parameters.get("entities", [])
        chat = self._writable_chat(parameters, "text messages")
        check_text(text, entities, limit=4096, what="message")
        text, entities = settle(text, entities)
        return self._place(chat, parameters, {"text": text, "entities": entities})

    def _send_photo(self, parameters: Json) -> Json:
        caption, entities = parameters.get("caption", ""), parameters.get("caption_entities", [])
        photo, chat = parameters.get("photo"), self._writable_chat(parameters, "photos")
        check_text(caption, entities, limit=1024, what="message caption")
        caption, entities = settle(caption, entities)
        sizes = self._take_photo(photo)
        return self._place(chat, parameters, {"photo": sizes, "caption": caption, "caption_entities": entities})

    def _take_photo(self, photo: Any) -> list[Json]:
        """The sizes of an upload, or of a file that is known."""
        if isinstance(photo, bytes) and not photo.startswith(IMAGES):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if not isinstance(photo, bytes) and photo not in self._files:
            raise Refused(400, "Bad Request: wrong remote file identifier specified: Wrong string length")
        self.uploads += isinstance(photo, bytes)
        file_id = f"photo-{self._next()}" if isinstance(photo, bytes) else str(photo)
        self._files.add(file_id)
        return [{"file_id": file_id, "file_unique_id": file_id, "width": 1600, "height": 900}]

    def _edit_media(self, parameters: Json) -> Json:
        chat, media = self._open_chat(parameters), parameters.get("media", {})
        message = chat.message(int(parameters.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        source = str(media.get("media", ""))
        photo = parameters.get(source.removeprefix("attach://")) if source.startswith("attach://") else source
        caption, entities = media.get("caption", ""), media.get("caption_entities", [])
        check_text(caption, entities, limit=1024, what="message caption")
        caption, entities = settle(caption, entities)
        content = {"photo": self._take_photo(photo), "caption": caption, "caption_entities": entities}
        check_keyboard(parameters.get("reply_markup"), only_inline=True)
        before = {name: message.pop(name) for name in (*TEXTUAL, *content) if name in message}
        message["edits"].append(before.get("text", before.get("caption", before.get("html"))))
        message |= content | {"reply_markup": parameters.get("reply_markup"), "edit_date": NOW}
        return public(message)

    def _send_rich(self, parameters: Json) -> Json:
        pictures = parameters.get("rich_message", {}).get("media")
        chat = self._writable_chat(parameters, "photos" if pictures else "text messages")
        return self._place(chat, parameters, self._read_rich(parameters))

    def _read_rich(self, parameters: Json) -> Json:
        """What a rich message leaves in the chat; `html` is for the tests."""
        rich = parameters.get("rich_message", {})
        text = check_rich(rich, parameters, self._files)
        blocks: list[Json] = [{"type": "paragraph", "text": text}]
        for each in rich.get("media", []):
            source = str(each["media"]["media"])
            photo = parameters.get(source.removeprefix("attach://")) if source.startswith("attach://") else source
            blocks.append({"type": "photo", "photo": self._take_photo(photo)})
        return {"rich_message": {"blocks": blocks}, "html": rich["html"]}

    def _place(self, chat: ChatState, parameters: Json, content: Json) -> Json:
        markup, thread = parameters.get("reply_markup"), parameters.get("message_thread_id")
        check_keyboard(markup, only_inline=chat.kind == "channel")
        replied = chat.replied(parameters.get("reply_parameters"), int(thread) if thread else None)
        if self.limits:
            self._rates.count(chat, paid=bool(parameters.get("allow_paid_broadcast")))
        sender = {"sender_chat": chat.shown()} if chat.kind == "channel" else {"from": BOT}
        message = {"message_id": self._next(), "date": NOW, "chat": chat.shown(), **sender, **content}
        message |= {"reply_markup": markup} if markup else {}
        if thread:
            message |= {"message_thread_id": int(thread), "is_topic_message": True}
            message["reply_to_message"] = chat.topics[int(thread)]
        if replied:
            shown = public(replied).items()
            message["reply_to_message"] = {name: value for name, value in shown if name != "reply_to_message"}
        message |= {"reply_to": replied["message_id"] if replied else None, "edits": []}
        self.accepted.append((chat.id, message["message_id"], self._clock()))
        chat.messages.append(message)
        chat.draft = None
        return public(message)

    def _send_draft(self, parameters: Json) -> bool:
        chat, text, entities = self._open_chat(parameters), parameters.get("text", ""), parameters.get("entities", [])
        if text:
            check_text(text, entities, limit=4096, what="message")
        return chat.show_draft(int(parameters["draft_id"]), *settle(text, entities), self._clock())

    def _edit_text(self, parameters: Json) -> Json:
        chat = self._open_chat(parameters)
        message = chat.message(int(parameters.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if "text" not in message and "html" not in message:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        if "force_reply" in (message.get("reply_markup") or {}):
            raise Refused(400, "Bad Request: message can't be edited")
        markup = parameters.get("reply_markup")
        if "rich_message" in parameters and self.rich:
            content = self._read_rich(parameters)
        else:
            text, entities = parameters.get("text", ""), parameters.get("entities", [])
            check_text(text, entities, limit=4096, what="message")
            content = dict(zip(("text", "entities"), settle(text, entities), strict=True))
        check_keyboard(markup, only_inline=True)
        before = {name: message.pop(name) for name in TEXTUAL if name in message}
        if (content, markup) == (before, message.get("reply_markup")):
            message |= before
            said = "specified new message content and reply markup are exactly the same as a current content and reply"
            raise Refused(400, f"Bad Request: message is not modified: {said} markup of the message")
        message["edits"].append(before.get("text", before.get("html")))
        message |= content | {"reply_markup": markup, "edit_date": NOW}
        return public(message)

    def _delete(self, parameters: Json) -> bool:
        chat = self._open_chat(parameters)
        message = chat.message(int(parameters.get("message_id", 0)))
        if message is None:
            raise Refused(400, "Bad Request: message to delete not found")
        if message["message_id"] in self.lasting:
            raise Refused(400, "Bad Request: message can't be deleted for everyone")
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
        was_set = self.menus.set(parameters, self.chats)
        self._ring()
        return was_set

    def _get_member(self, parameters: Json) -> Json:
        chat, user_id = self._open_chat(parameters), int(parameters["user_id"])
        if user_id == BOT["id"]:
            return chat.bot
        if user_id not in self.seen | chat.members.keys():
            raise Refused(400, "Bad Request: PARTICIPANT_ID_INVALID")
        person = {"id": user_id, "is_bot": False, "first_name": "读者"}
        return member(person, chat.members.get(user_id, "member"))

    def _agree(self, _: Json) -> bool:
        return True

    def _open_chat(self, parameters: Json) -> ChatState:
        """The chat that is meant, if the bot may write there."""
        chat_id = str(parameters.get("chat_id", ""))
        chat = self.chats.get(int(chat_id)) if re.fullmatch(r"-?\d+", chat_id) else None
        if chat is None and chat_id.isdecimal() and int(chat_id) in self.seen:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.moved_to:
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, said, migrate_to_chat_id=chat.moved_to)
        if chat.closed:
            raise Refused(403, chat.closed)
        return chat

    def _writable_chat(self, parameters: Json, what: str) -> ChatState:
        chat, thread = self._open_chat(parameters), parameters.get("message_thread_id")
        chat.check_rights(what, int(thread) if thread else None)
        return chat


METHODS: dict[str, Callable[[TelegramWorld, Json], Any]] = {
    "getme": TelegramWorld._get_me,
    "sendmessage": TelegramWorld._send_message,
    "sendrichmessage": TelegramWorld._send_rich,
    "sendphoto": TelegramWorld._send_photo,
    "editmessagetext": TelegramWorld._edit_text,
    "editmessagemedia": TelegramWorld._edit_media,
    "sendmessagedraft": TelegramWorld._send_draft,
    "deletemessage": TelegramWorld._delete,
    "answercallbackquery": TelegramWorld._answer_press,
    "sendchataction": TelegramWorld._show_action,
    "setmycommands": TelegramWorld._set_menu,
    "getchatmember": TelegramWorld._get_member,
    "deletewebhook": TelegramWorld._agree,
    "logout": TelegramWorld._agree,
    "close": TelegramWorld._agree,
}
