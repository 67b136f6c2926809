"""The calls that bring parts into chats. Raises only PlatformErrors."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.platforms import Instead, Outgoing, Part, PlatformError, Rejected, RetryLater, Uneditable
from bot.platforms.telegram.encode import RICH
from bot.platforms.telegram.errors import is_unknown_method, lacks_right_to_pictures, translate_error
from bot.platforms.telegram.mending import mend, without_picture
from bot.platforms.telegram.pictures import Pictures
from bot.platforms.telegram.rich import without_pictures
from bot.platforms.telegram.updates import split_chat_id

log = logging.getLogger(__name__)

UPLOAD_S = 60.0
EDIT_RICH = "EditMessageText"  # to the server the same; the library would warn that it has a method, without rich text
NOT_EDITED = ("to edit not found", "can't be edited", "in the message to edit", "message_id_invalid")


@dataclass
class Server:
    """What is known of the server: what it takes, as far as it has not said otherwise."""

    rich: bool = True
    drafts: bool = True


class Messenger:
    """`going` says how a part of a broadcast goes out; without it a reader waits. `paid`: beyond the free limit."""

    def __init__(self, bot: ExtBot[Outgoing], server: Server, *, paid: bool = False) -> None:
        self._bot = bot
        self._server = server
        self._paid = paid
        self._pictures = Pictures()

    async def send(
        self, chat_id: str, part: Part, *, reply_to: int | None = None, going: Outgoing | None = None
    ) -> int:
        """Send one part; Telegram's id of the message.

        Instead: it is not taken as it is, by this server or in this chat, and nothing was sent: a rich message, styles,
        a picture, too many words.
        """
        chat, thread_id = split_chat_id(chat_id)
        place: dict[str, Any] = {"chat_id": chat, "message_thread_id": thread_id}
        if self._paid and going:
            place["allow_paid_broadcast"] = True
        if reply_to is not None:
            place["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
        try:
            if part["method"] == RICH:
                return await self._send_rich(place, part, going)
            if part["method"] == "sendPhoto":
                return await self._send_photo(place, part, going)
            message = await self._bot.send_message(**place, **self._words(part), rate_limit_args=going)
        except TelegramError as error:
            raise self._translate(error, chat_id, part) from error
        return message.message_id

    async def edit(self, chat_id: str, message_id: int, part: Part) -> bool:
        """Put a text or a rich message in place of one; False where Telegram does not let it be edited (any more).

        Instead: as `send`.
        """
        try:
            await self.replace(chat_id, message_id, part)
        except Uneditable:
            return False
        return True

    async def replace(self, chat_id: str, message_id: int, part: Part, going: Outgoing | None = None) -> None:
        """Put a part in the place of a message. Uneditable where Telegram does not let it; Instead: as `send`."""
        place: dict[str, Any] = {"chat_id": split_chat_id(chat_id)[0], "message_id": message_id}
        try:
            if part["method"] == RICH:
                await self._call_rich(EDIT_RICH, place, part, going)
            elif part["method"] == "sendPhoto":
                await self._edit_photo(place, part, going)
            else:
                await self._bot.edit_message_text(**place, **self._words(part), rate_limit_args=going)
        except BadRequest as error:
            said = error.message.lower()
            if "not modified" in said:
                return
            if any(words in said for words in NOT_EDITED):
                raise Uneditable(f"telegram: chat {chat_id}: message {message_id}: {error.message}") from error
            raise self._translate(error, chat_id, part, edits=True) from error
        except TelegramError as error:
            raise self._translate(error, chat_id, part, edits=True) from error

    async def delete(self, chat_id: str, message_id: int, going: Outgoing | None = None) -> None:
        """Uneditable where Telegram keeps it: 48 hours old, or another's. One that is not there is deleted."""
        try:
            await self._bot.delete_message(split_chat_id(chat_id)[0], message_id, rate_limit_args=going)
        except BadRequest as error:
            said = error.message.lower()
            if "message to delete not found" in said:
                return
            if "can't be deleted" in said or "message_delete_forbidden" in said:
                raise Uneditable(f"telegram: chat {chat_id}: message {message_id}: {error.message}") from error
            raise translate_error(error, chat_id) from error
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

    async def _send_photo(self, place: dict[str, Any], part: Part, going: Outgoing | None) -> int:
        message = await self._bot.send_photo(
            **place,
            photo=await self._open(part),
            filename=Path(part["photo"]).name,
            caption=part.get("caption"),
            caption_entities=self._entities(part.get("caption_entities", [])),
            reply_markup=self._keyboard(part),
            write_timeout=UPLOAD_S,
            read_timeout=UPLOAD_S,
            rate_limit_args=going,
        )
        if message.photo:
            self._pictures.learn(part["photo"], message.photo[-1].file_id)
        return message.message_id

    async def _edit_photo(self, place: dict[str, Any], part: Part, going: Outgoing | None) -> None:
        media = InputMediaPhoto(
            await self._open(part),
            caption=part.get("caption"),
            caption_entities=self._entities(part.get("caption_entities", [])),
            filename=Path(part["photo"]).name,
        )
        edited = await self._bot.edit_message_media(
            media,
            **place,
            reply_markup=self._keyboard(part),
            write_timeout=UPLOAD_S,
            read_timeout=UPLOAD_S,
            rate_limit_args=going,
        )
        if isinstance(edited, Message) and edited.photo:
            self._pictures.learn(part["photo"], edited.photo[-1].file_id)

    async def _open(self, part: Part) -> bytes | str:
        """The picture of a part. Instead: it is gone from the disk."""
        image = await self._pictures.open(part["photo"])
        if not image:
            lost = f"telegram: the picture {part['photo']} is gone; make the report again"
            if not part.get("caption"):
                raise Rejected(lost)
            raise Instead(lost, (without_picture(part),))
        return image

    async def _send_rich(self, place: dict[str, Any], part: Part, going: Outgoing | None) -> int:
        sent = await self._call_rich(RICH, place, part, going)
        return int(sent["message_id"])

    async def _call_rich(
        self, method: str, place: dict[str, Any], part: Part, going: Outgoing | None
    ) -> dict[str, Any]:
        """The message's JSON. The library has no method for rich messages."""
        if not self._server.rich:
            raise Instead("telegram: the server takes no rich messages", part["instead"])
        images = {name: await self._pictures.open(path) for name, path in part["pictures"].items()}
        shown = all(images.values())
        media: list[dict[str, Any]] = []
        uploads: dict[str, Any] = {}
        for name, image in images.items() if shown else ():
            if isinstance(image, bytes):
                uploads[name] = InputFile(image, Path(part["pictures"][name]).name)
            source = image if isinstance(image, str) else f"attach://{name}"
            media.append({"id": name, "media": {"type": "photo", "media": source}})
        rich = {"html": part["html"] if shown else without_pictures(part["html"]), "skip_entity_detection": True}
        sent: dict[str, Any] = await self._bot.do_api_request(
            method,
            place | uploads | {"rich_message": rich | ({"media": media} if media else {})} | _markup(part),
            write_timeout=UPLOAD_S,
            read_timeout=UPLOAD_S,
            rate_limit_args=going,
        )
        for path, file_id in zip(part["pictures"].values(), photos_of(sent), strict=False):
            self._pictures.learn(path, file_id)
        return sent

    def _translate(self, error: TelegramError, chat_id: str, part: Part, *, edits: bool = False) -> PlatformError:
        """What to do; what was refused for its form is replaced by another form of the same."""
        translated = translate_error(error, chat_id)
        paths = part.get("pictures", {}).values() if part["method"] == RICH else filter(None, [part.get("photo")])
        if "file identifier" in error.message.lower() and any(list(map(self._pictures.forget, paths))):
            return RetryLater(str(translated))
        if part["method"] != RICH:
            if part["method"] == "sendPhoto" and lacks_right_to_pictures(error) and part.get("caption"):
                return Instead(f"telegram: chat {chat_id} takes no pictures", (without_picture(part),))
            refused = isinstance(translated, Rejected)
            mended = mend(error.message, part) if refused else None
            return translated if mended is None else Instead(str(translated), mended)
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


def photos_of(sent: Any) -> list[str]:
    """The ids of the pictures in a rich message that was sent, in their order; the largest size of each."""
    blocks = (sent.get("rich_message") or {}).get("blocks", []) if isinstance(sent, dict) else []
    return [each["photo"][-1]["file_id"] for each in blocks if each.get("type") == "photo" and each.get("photo")]
