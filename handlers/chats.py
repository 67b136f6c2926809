"""What is kept of a chat: its own settings, and its subscriptions with their wishes. Values only.

A chat's language, timezone and quiet hours hold for everything in it; when and how a topic's report comes is each
subscription's own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from report.model import Language, SectionKind, TimezoneName, Value

ChatKind = Literal["private", "group", "channel"]
Length = Literal["headline", "brief", "full"]
Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Annotated[int, Field(ge=1, le=7)]  # ISO: 1 is Monday
MAX_KEYWORDS, LONGEST_KEYWORD = 20, 40
Keyword = Annotated[str, Field(min_length=1, max_length=LONGEST_KEYWORD)]
Keywords = Annotated[tuple[Keyword, ...], Field(max_length=MAX_KEYWORDS)]
KEPT_GONE = timedelta(days=90)  # what a chat had set up, after the bot was removed or blocked


class Wishes(Value):
    """How a report is shown. Two chats that wish alike, on one platform, get one rendering."""

    length: Length = "brief"
    sections: tuple[SectionKind, ...] | None = None  # None: all that there are
    cloud: bool = True
    highlight: Keywords = ()  # NFKC; no two differ only in case
    mute: Keywords = ()
    thread: bool = False  # Discord: the details in a thread under the brief


class Subscription(Value):
    """A chat that gets a topic's report. Its hours are in the chat's timezone, () is as soon as the report is made."""

    chat: str  # Chat.key
    topic: str
    hours: tuple[Hour, ...] = ()
    weekdays: tuple[Weekday, ...] = ()  # () is every day
    wishes: Wishes = Wishes()
    kind: ChatKind = "private"
    title: str = ""
    created_at: AwareDatetime


class ChatSettings(Value):
    """A chat as it was set up; one of which nothing is kept has the defaults."""

    chat: str  # Chat.key
    language: Language | None = None  # chosen in /settings
    seen_language: Language | None = None  # of the client of whoever set it up; used where none was chosen
    timezone: TimezoneName | None = None  # None: the topic's
    quiet: tuple[Hour, Hour] | None = None  # from, until: nothing is pushed between
    greeted_at: AwareDatetime | None = None
    gone_at: AwareDatetime | None = None  # the bot was removed or blocked; kept for 90 days
    gone_reason: str = ""

    def language_of(self, otherwise: Language) -> Language:
        """Of what is pushed there: chosen, else as its reader's client had it, else `otherwise`."""
        return self.language or self.seen_language or otherwise


def whole_of(chat: str) -> str:
    """The chat that a place is in: `telegram:-100123` of the forum topic `telegram:-100123/45`; else itself."""
    return chat.partition("/")[0]
