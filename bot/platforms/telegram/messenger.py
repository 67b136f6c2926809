"""The calls that bring parts into chats. Raises only PlatformErrors."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.platforms import Instead, Part, PlatformError, Rejected
from bot.platforms.telegram.encode import RICH
from bot.platforms.telegram.errors import is_unknown_method, lacks_right_to_pictures, translate_error
from bot.platforms.telegram.rich import without_pictures
from bot.platforms.telegram.updates import split_chat_id

log = logging.getLogger(__name__)

UPLOAD_S = 60.0
EDIT_RICH = "EditMessageText"  # to the server the same; the library would warn that it has a method, without rich text
NOT_EDITED = ("not modified", "to edit not found", "can't be edited", "in the message to edit", "message_id_invalid")


@dataclass
class Server:
    """What is known of the server: what it takes, as far as it has not said otherwise."""

    rich: bool = True
    drafts: bool = True


class Messenger:
    def __init__(self, bot: Bot, server: Server) -> None:
        self._bot = bot
        self._server = server

    async def send(self, chat_id: str, part: Part, *, reply_to: int | None = None) -> int:
        """Send one part; Telegram's id of the message. A picture that is gone, or not wanted, leaves its caption.

        Instead: a rich message is not taken, by this server or in this chat; nothing was sent.
        """
        chat, thread_id = split_chat_id(chat_id)
        place: dict[str, Any] = {"chat_id": chat, "message_thread_id": thread_id}
        if reply_to is not None:
            place["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
        try:
            if part["method"] == RICH:
                return await self._send_rich(place, part)
            if part["method"] != "sendPhoto":
                return (await self._bot.send_message(**place, **self._words(part))).message_id
            image = await asyncio.to_thread(_read, part["photo"])
            if image:
                return await self._send_photo(place, part, image)
            lost = f"the picture {part['photo']} is gone; make the report again"
        except TelegramError as error:
            if part["method"] != "sendPhoto" or not lacks_right_to_pictures(error):
                raise self._translate(error, chat_id, part) from error
            lost = f"chat {chat_id} takes no pictures"
        if not part.get("caption"):
            raise Rejected(f"telegram: {lost}")
        return await self.send(chat_id, _without_picture(part), reply_to=reply_to)

    async def edit(self, chat_id: str, message_id: int, part: Part) -> bool:
        """Put a text or a rich message in place of one; False where Telegram does not let it be edited (any more).

        Instead: as `send`.
        """
        place: dict[str, Any] = {"chat_id": split_chat_id(chat_id)[0], "message_id": message_id}
        try:
            if part["method"] == RICH:
                await self._call_rich(EDIT_RICH, place, part)
            else:
                await self._bot.edit_message_text(**place, **self._words(part))
        except BadRequest as error:
            said = error.message.lower()
            if part["method"] == RICH and not any(words in said for words in NOT_EDITED):
                raise self._translate(error, chat_id, part, edits=True) from error
            return "not modified" in said
        except TelegramError as error:
            raise self._translate(error, chat_id, part, edits=True) from error
        return True

    async def delete(self, chat_id: str, message_id: int) -> None:
        try:
            await self._bot.delete_message(split_chat_id(chat_id)[0], message_id)
        except TelegramError as error:
            raise translate_error(error, chat_id) from error

    async def show_typing(self, chat_id: str) -> None:
        chat, thread_id = split_chat_id(chat_id)
        try:
            await self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread_id)
        except TelegramError as error:
            raise translate_error(error, chat_id) from error

    async def ask(self, chat_id: str, part: Part, *, hint: str = "", reply_to: int | None = None) -> int:
        """Send a text part as a question: the program of who is asked opens the reply. Telegram's id of the message."""
        chat, thread_id = split_chat_id(chat_id)
        try:
            message = await self._bot.send_message(
                chat,
                message_thread_id=thread_id,
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                **self._words(part)
                | {"reply_markup": ForceReply(selective=True, input_field_placeholder=hint or None)},
            )
        except TelegramError as error:
            raise translate_error(error, chat_id) from error
        return message.message_id

    async def draft(self, chat_id: str, draft_id: int, part: Part) -> bool:
        """Show a text part for half a minute, in a private chat; False where this server or this chat cannot."""
        chat, thread_id = split_chat_id(chat_id)
        if not self._server.drafts or not isinstance(chat, int):
            return False
        entities = self._entities(part["entities"])
        try:
            await self._bot.send_message_draft(chat, draft_id, part["text"], thread_id, entities=entities)
        except InvalidToken as error:  # what the library makes of a 404 too: an older server has no such method
            self._server.drafts = "unauthorized" in error.message.lower()
            return False
        except BadRequest:
            return False
        except TelegramError as error:
            raise translate_error(error, chat_id) from error
        return True

    async def member_status(self, chat_id: str, user_id: int) -> str:
        """What the user is in the chat: `creator`, `administrator`, `member` …"""
        try:
            return (await self._bot.get_chat_member(split_chat_id(chat_id)[0], user_id)).status
        except TelegramError as error:
            raise translate_error(error, chat_id) from error

    async def answer_press(self, query_id: str, *, alert: str = "", url: str = "") -> None:
        """End the button's waiting, with an alert or by opening a deep link."""
        try:
            await self._bot.answer_callback_query(
                query_id, text=alert or None, show_alert=True if alert else None, url=url or None
            )
        except TelegramError as error:
            raise translate_error(error, "of a pressed button") from error

    async def _send_photo(self, place: dict[str, Any], part: Part, image: bytes) -> int:
        message = await self._bot.send_photo(
            **place,
            photo=image,
            filename=Path(part["photo"]).name,
            caption=part.get("caption"),
            caption_entities=self._entities(part.get("caption_entities", [])),
            reply_markup=self._keyboard(part),
            write_timeout=UPLOAD_S,
            read_timeout=UPLOAD_S,
        )
        return message.message_id

    async def _send_rich(self, place: dict[str, Any], part: Part) -> int:
        sent = await self._call_rich(RICH, place, part)
        return int(sent["message_id"])

    async def _call_rich(self, method: str, place: dict[str, Any], part: Part) -> dict[str, Any]:
        """The message's JSON. The library has no method for rich messages."""
        if not self._server.rich:
            raise Instead("telegram: the server takes no rich messages", part["instead"])
        images = {name: await asyncio.to_thread(_read, path) for name, path in part["pictures"].items()}
        shown = all(images.values())
        media = [{"id": name, "media": {"type": "photo", "media": f"attach://{name}"}} for name in images]
        rich = {"html": part["html"] if shown else without_pictures(part["html"]), "skip_entity_detection": True}
        files = {name: InputFile(image, Path(part["pictures"][name]).name) for name, image in images.items()}
        uploads: dict[str, Any] = files if shown else {}
        sent: dict[str, Any] = await self._bot.do_api_request(
            method,
            place | uploads | {"rich_message": rich | ({"media": media} if uploads else {})} | _markup(part),
            write_timeout=UPLOAD_S,
            read_timeout=UPLOAD_S,
        )
        return sent

    def _translate(self, error: TelegramError, chat_id: str, part: Part, *, edits: bool = False) -> PlatformError:
        """What to do; a rich message that was refused is replaced by its classic form."""
        translated = translate_error(error, chat_id)
        if part["method"] != RICH:
            return translated
        if is_unknown_method(error, edits=edits):
            if self._server.rich:
                log.warning("telegram: the server takes no rich messages; briefs are classic", extra={"action": "send"})
            self._server.rich = False
            return Instead("telegram: the server takes no rich messages", part["instead"])
        if isinstance(translated, Rejected) or lacks_right_to_pictures(error):
            log.warning("%s; its classic form goes instead", translated, extra={"action": "send"})
            return Instead(str(translated), part["instead"])
        return translated

    def _words(self, part: Part) -> dict[str, Any]:
        return {
            "text": part["text"],
            "entities": self._entities(part["entities"]),
            "link_preview_options": LinkPreviewOptions(**part["link_preview_options"]),
            "reply_markup": self._keyboard(part),
        }

    def _entities(self, entities: list[dict[str, Any]]) -> tuple[MessageEntity, ...]:
        return MessageEntity.de_list(entities, self._bot)

    def _keyboard(self, part: Part) -> InlineKeyboardMarkup | None:
        keyboard = part.get("reply_markup")
        return InlineKeyboardMarkup.de_json(keyboard, self._bot) if keyboard else None


def _markup(part: Part) -> Part:
    return {"reply_markup": part["reply_markup"]} if "reply_markup" in part else {}


def _read(path: str) -> bytes:
    """The file's bytes; none where it is gone."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""


def _without_picture(part: Part) -> Part:
    words = {
        "method": "sendMessage",
        "text": part["caption"],
        "entities": part["caption_entities"],
        "link_preview_options": {"is_disabled": True},
    }
    return words | _markup(part)
