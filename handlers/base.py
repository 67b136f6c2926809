"""What every handler gets and gives: a Request and the Services in, Messages out.

A handler is an async generator decorated with `@command`; it yields Messages. One with `update=True` replaces the
message yielded before it (where the platform can edit; else it is sent as a new one): that is how waiting is shown.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from handlers.chats import ChatKind
from handlers.limits import Limits, Turns
from handlers.newsroom import Newsroom
from handlers.store import Store
from handlers.words import Words, words_of
from report.doc import Doc
from report.model import Language, TimezoneName, Topic


@dataclass(frozen=True)
class Button:
    """`action` is what the press says: `s:SECTION:KEY` opens a section of a report, `c:WORDS` is a command.

    `opens`: a platform that shows this (the sections of `Message.more`, the picture) in the message itself leaves the
    button out. `private`: it leads from a group or channel into the reader's private chat with the bot (Telegram: a
    deep link); in a private chat, and where there is no such way, it is left out.
    """

    label: str
    action: str
    opens: Literal["", "more", "picture"] = ""
    private: bool = False


Rows = tuple[tuple[Button, ...], ...]


def in_rows(buttons: Sequence[Button], width: int) -> Rows:
    """So many a row, in their order."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


@dataclass(frozen=True)
class Message:
    """What a handler says.

    `update`: in place of the message yielded before. `draft`: a stage of an answer that grows, which the next message
    takes the place of. `more`: the sections of a brief, each begun by its heading, for platforms that can fold them or
    hang them under it; others leave them to the buttons. `prompt`: a question; what the reader says next is appended to
    this command (`settings ai timezone`), where the platform has a way to ask. `thread`: `more` is wished in a thread
    under the message, where there are such. `personal`: an error or a refusal, for the one who asked alone, where the
    platform can show it so. `flat`: the sections are wished in full; a platform that cannot show `more` unfolded shows
    this in place of `doc`.
    """

    doc: Doc
    buttons: Rows = ()
    update: bool = False
    draft: bool = False
    more: tuple[Doc, ...] = ()
    prompt: str = ""
    thread: bool = False
    personal: bool = False
    flat: Doc | None = None

    def flattened(self) -> Message:
        """The same, with what is wished in full in `doc`, and without the buttons that open it."""
        if self.flat is None:
            return self
        rows = (tuple(button for button in row if button.opens != "more") for row in self.buttons)
        return replace(self, doc=self.flat, more=(), flat=None, buttons=tuple(filter(None, rows)))


@dataclass(frozen=True)
class Chat:
    """Where something is said. `id` is the platform's own, as text; a forum's topic is `-100123/45`, a place in it."""

    platform: str
    id: str
    kind: ChatKind = "private"
    title: str = ""

    @property
    def key(self) -> str:
        """`telegram:-100123`: the name of the chat in the store."""
        return f"{self.platform}:{self.id}"


async def _everybody() -> bool:
    return True


@dataclass(frozen=True)
class Request:
    """One thing that somebody said or pressed."""

    chat: Chat
    user_id: str  # "" for a channel post, which has no person behind it
    command: str  # lower case, without the slash
    arguments: str = ""
    pressed: bool = False  # a button: the answer may replace the message under it
    language: Language | None = None  # of the reader's client; `dispatch` puts the language to answer in there
    timezone: TimezoneName | None = None  # of the chat, put there by `dispatch`; None: the topic's
    manages: Callable[[], Awaitable[bool]] = _everybody  # may the reader change what the chat gets?

    @property
    def words(self) -> Words:
        return words_of(self.language or "zh")

    @property
    def user(self) -> str:
        """`telegram:42`, as the configuration's admins are written."""
        return f"{self.chat.platform}:{self.user_id}"


@dataclass(frozen=True)
class Services:
    """Everything a handler may use; the clock is passed in."""

    store: Store
    newsroom: Newsroom
    topics: Mapping[str, Topic]  # in the configuration's order, never empty
    admins: frozenset[str]
    now: Callable[[], datetime]
    language: Language = "zh"  # where neither the chat nor the reader's client says
    limits: Limits = field(default_factory=Limits)  # who asked how much of late
    turns: Turns = field(default_factory=Turns)  # of what takes long

    def is_admin(self, request: Request) -> bool:
        return bool(request.user_id) and request.user in self.admins


Handler = Callable[[Request, Services], AsyncIterator[Message]]


@dataclass(frozen=True)
class Argument:
    """One word of a command, as Discord shows it in its form. `kind` says what to offer while it is typed."""

    name: str
    description: str
    required: bool = False
    kind: Literal["", "topic", "date", "section", "subscription"] = ""


@dataclass(frozen=True)
class Command:
    name: str
    description: str  # Chinese, at most 100 characters
    handler: Handler
    arguments: tuple[Argument, ...] = ()
    admin: bool = False
    hidden: bool = False  # not in menus
    personal: bool = False  # the answer is for the one who asked, where the platform can show it to him alone
    cost: int = 1  # of the 20 a minute that a reader has


COMMANDS: dict[str, Command] = {}


def command(
    name: str,
    description: str,
    *arguments: Argument,
    admin: bool = False,
    hidden: bool = False,
    personal: bool = False,
    cost: int = 1,
) -> Callable[[Handler], Handler]:
    """Enter a handler into the table of commands, which every platform makes its menu from."""

    def enter(handler: Handler) -> Handler:
        COMMANDS[name] = Command(name, description, handler, arguments, admin, hidden, personal or admin, cost)
        return handler

    return enter
