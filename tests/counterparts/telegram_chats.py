"""What a Telegram server knows and refuses: chats, their messages, the limits of a message and of sending."""

from __future__ import annotations

import math
import re
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

Json = dict[str, Any]

BOT: Json = {"id": 7000001, "is_bot": True, "first_name": "推报", "username": "TuibaoTestBot"}
GONE = {
    "private": "Forbidden: bot was blocked by the user",
    "group": "Forbidden: bot was kicked from the group chat",
    "supergroup": "Forbidden: bot was kicked from the supergroup chat",
    "channel": "Forbidden: bot is not a member of the channel chat",
}
STYLES = {"bold", "italic", "strikethrough", "underline", "spoiler", "code", "pre", "text_link", "blockquote"} | {
    "expandable_blockquote"
}
ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
ALONE = {"code", "pre"}  # they hold no other style
HTTP_URL = re.compile(r"(https?://)?[^\s/?#:@.]+(\.[^\s/?#:@.]+)+(:\d+)?([/?#]\S*)?", re.IGNORECASE)


class Refused(Exception):
    """The server's answer to a call that it does not carry out."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass
class ChatState:
    id: int
    kind: str  # as Telegram says it: private, group, supergroup, channel
    title: str
    closed: str = ""  # why the bot may not write there
    can_send: bool = True  # else it is in the group, and silenced
    moved_to: int | None = None
    messages: list[Json] = field(default_factory=list)  # the bot's
    said: dict[int, Json] = field(default_factory=dict)  # other people's
    members: dict[int, str] = field(default_factory=dict)  # the status of those who are more, or less, than members
    bot: Json = field(default_factory=dict)  # what the bot is there
    actions: list[str] = field(default_factory=list)
    drafts: list[Json] = field(default_factory=list)  # all that were shown
    draft: Json | None = None  # the one that is seen
    is_forum: bool = False
    topics: dict[int, Json] = field(default_factory=dict)  # the first message of each
    ended: dict[int, str] = field(default_factory=dict)  # topics that are closed or deleted

    def shown(self) -> Json:
        """As it stands in messages."""
        named = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.kind, **named, **forum}

    def message(self, message_id: int) -> Json | None:
        return next((message for message in self.messages if message["message_id"] == message_id), None)

    def replied(self, reply: Json | None, thread: int | None) -> Json | None:
        """The message that is replied to: one of this chat, and of this topic."""
        if not reply:
            return None
        number = int(reply["message_id"])
        found = self.message(number) or self.said.get(number) or self.topics.get(number)
        if found and found.get("message_thread_id") == thread:
            return found
        if reply.get("allow_sending_without_reply"):
            return None
        raise Refused(400, "Bad Request: message to be replied not found")

    def show_draft(self, draft_id: int, text: str, entities: list[Json], now: float) -> bool:
        if self.kind != "private":
            raise Refused(400, "Bad Request: TEXTDRAFT_PEER_INVALID")
        if not draft_id:
            raise Refused(400, "Bad Request: RANDOM_ID_INVALID")
        self.draft = {"draft_id": draft_id, "text": text, "entities": entities, "at": now}
        self.drafts.append(self.draft)
        return True

    def check_rights(self, what: str, thread: int | None) -> None:
        """Refuse what the bot may not send here: `what` is "text messages" or "photos"."""
        if self.kind == "channel" and not self.can_send:
            raise Refused(400, "Bad Request: need administrator rights in the channel chat")
        if not self.can_send:
            raise Refused(400, f"Bad Request: not enough rights to send {what} to the chat")
        if thread is not None and (thread not in self.topics or self.ended.get(thread) == "deleted"):
            raise Refused(400, "Bad Request: message thread not found")
        if self.ended.get(thread or 0) == "closed":
            raise Refused(400, "Bad Request: TOPIC_CLOSED")


def bot_member(kind: str, status: str = "", *, can_send: bool = True) -> Json:
    """The bot as a member of a chat of that kind, as Telegram shows it; without a status: as it is added there."""
    status = status or ("administrator" if kind == "channel" else "member")
    if status == "restricted" and kind == "channel":
        status = "administrator"
    return {**member(BOT, status), **({"can_send_messages": can_send} if status == "restricted" else {})} | (
        {"can_post_messages": can_send} if kind == "channel" and status == "administrator" else {}
    )


def member(user: Json, status: str) -> Json:
    rights: dict[str, Json] = {
        "creator": {"is_anonymous": False},
        "administrator": dict.fromkeys(ADMIN_RIGHTS, False) | {"can_manage_chat": True},
        "restricted": dict.fromkeys(MEMBER_RIGHTS, True) | {"is_member": True, "until_date": 0},
        "kicked": {"until_date": 0},
    }
    return {"user": user, "status": status, **rights.get(status, {})}


class Rates:
    """30 messages a second over all chats (1000 paid ones), 20 a minute to one group, 3 in 3 seconds to one person."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = defaultdict(deque)

    def count(self, chat: ChatState, *, paid: bool = False) -> None:
        overall = ("paid", 1000, 1.0) if paid else ("", 30, 1.0)
        windows = [overall, (str(chat.id), 3, 3.0) if chat.kind == "private" else (str(chat.id), 20, 60.0)]
        now = self._clock()
        for name, calls, seconds in windows:
            sent = self._sent[name]
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= calls:
                wait_s = max(1, math.ceil(sent[0] + seconds - now))
                raise Refused(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)
        for name, _, _ in windows:
            self._sent[name].append(now)


def check_text(text: str, entities: list[Json], *, limit: int, what: str) -> None:
    """Refuse what Telegram refuses of a text (`what` "message") or of a caption ("message caption")."""
    if what == "message" and not re.sub(r"[\s\u200b-\u200f\u2060-\u2064\ufeff]", "", text):
        raise Refused(400, "Bad Request: message text is empty")
    if _units(text.strip()) > limit:
        raise Refused(400, f"Bad Request: {what} is too long")
    starts = {0, *accumulate(map(_units, text))}
    open_until: list[tuple[int, str]] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        _check_style(entity)
        if start not in starts:
            raise Refused(400, f"Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset {start}")
        while open_until and open_until[-1][0] <= start:
            open_until.pop()
        if start >= _units(text) or end > min([_units(text), *(until for until, _ in open_until)]):
            said = f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            raise Refused(400, f"Bad Request: {said}")
        if end not in starts:
            raise Refused(400, f"Bad Request: entity ends in a middle of a UTF-16 symbol at byte offset {end}")
        open_until.append((end, entity["type"]))


def check_keyboard(markup: Json | None, *, only_inline: bool = False) -> None:
    if markup and "inline_keyboard" not in markup and only_inline:
        raise Refused(400, "Bad Request: inline keyboard expected")
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text", "").strip():
                raise Refused(400, "Bad Request: can't parse inline keyboard button: Button text must be non-empty")
            if "url" in button:
                if not HTTP_URL.fullmatch(button["url"]):
                    said = f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
                    raise Refused(400, f"Bad Request: {said}")
            elif "callback_data" not in button:
                said = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                raise Refused(400, f"Bad Request: {said}")
            elif not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def styles_collide(entities: list[Json]) -> bool:
    """Does code hold, or lie in, another style than a quote? Telegram would drop one of them without a word."""
    spans = [(one["offset"], one["offset"] + one["length"], one["type"]) for one in entities]
    return any(
        kind in ALONE and other not in {"blockquote", "expandable_blockquote"} and start < stop and begin < end
        for at, (start, end, kind) in enumerate(spans)
        for place, (begin, stop, other) in enumerate(spans)
        if at != place
    )


def _check_style(entity: Json) -> None:
    if entity["type"] not in STYLES:
        raise Refused(400, "Bad Request: can't parse MessageEntity: Unsupported type specified")
    if entity["type"] == "text_link" and not HTTP_URL.fullmatch(entity.get("url", "")):
        raise Refused(400, f"Bad Request: entity URL '{entity.get('url', '')}' is invalid: Wrong HTTP URL")
    if entity["length"] <= 0 or entity["offset"] < 0:
        raise Refused(400, "Bad Request: can't parse MessageEntity: Field must be positive")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
