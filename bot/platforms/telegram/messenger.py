"""The calls that bring parts into chats. Raises only PlatformErrors."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from telegram import Bot, ForceReply, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.platforms import Part, Rejected
from bot.platforms.telegram.errors import translate_error
from bot.platforms.telegram.updates import split_chat_id

UPLOAD_S = 60.0


class Messenger:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._knows_drafts = True  # until the server says no

    async def send(self, chat_id: str, part: Part, *, reply_to: int | None = None) -> int:
        """Send one part; Telegram's id of the message. A picture that is no longer on disk leaves its caption."""
        chat, thread_id = split_chat_id(chat_id)
        place: dict[str, Any] = {"chat_id": chat, "message_thread_id": thread_id}
        if reply_to is not None:
            place["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
        try:
            if part["method"] != "sendPhoto":
                return (await self._bot.send_message(**place, **self._words(part))).message_id
            image = await asyncio.to_thread(_read, part["photo"])
            if image:
                return await self._send_photo(place, part, image)
        except TelegramError as error:
            raise translate_error(error, chat_id) from error
        if not part.get("caption"):
            raise Rejected(f"telegram: the picture {part['photo']} is gone; make the report again")
        return await self.send(chat_id, _without_picture(part), reply_to=reply_to)

    async def edit(self, chat_id: str, message_id: int, part: Part) -> bool:
        """Put a text part in place of a text message; False where Telegram does not let it be edited (any more)."""
        try:
            await self._bot.edit_message_text(
                chat_id=split_chat_id(chat_id)[0], message_id=message_id, **self._words(part)
            )
        except BadRequest as error:
            return "not modified" in error.message.lower()
        except TelegramError as error:
            raise translate_error(error, chat_id) from error
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
        if not self._knows_drafts or not isinstance(chat, int):
            return False
        entities = self._entities(part["entities"])
        try:
            await self._bot.send_message_draft(chat, draft_id, part["text"], thread_id, entities=entities)
        except InvalidToken:  # what the library makes of a 404: an older server does not know the method
            self._knows_drafts = False
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
    return words | ({"reply_markup": part["reply_markup"]} if "reply_markup" in part else {})
