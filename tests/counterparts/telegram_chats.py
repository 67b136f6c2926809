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

GONE = {
    "private": "Forbidden: bot was blocked by the user",
    "group": "Forbidden: bot was kicked from the group chat",
    "supergroup": "Forbidden: bot was kicked from the supergroup chat",
    "channel": "Forbidden: bot is not a member of the channel chat",
}
STYLES = {"bold", "italic", "strikethrough", "underline", "spoiler", "code", "pre", "text_link", "blockquote"} | {
    "expandable_blockquote"
}
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
    moved_to: int | None = None
    messages: list[Json] = field(default_factory=list)
    admins: set[int] = field(default_factory=set)
    actions: list[str] = field(default_factory=list)

    def shown(self) -> Json:
        """As it stands in messages."""
        named = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind, **named}

    def message(self, message_id: int) -> Json | None:
        return next((message for message in self.messages if message["message_id"] == message_id), None)


class Rates:
    """30 messages a second over all chats, 20 a minute to one group, 3 in 3 seconds to one person."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = defaultdict(deque)

    def count(self, chat: ChatState) -> None:
        windows = [("", 30, 1.0), (str(chat.id), 3, 3.0) if chat.kind == "private" else (str(chat.id), 20, 60.0)]
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


def check_keyboard(markup: Json | None) -> None:
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
