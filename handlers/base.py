"""What every handler gets and gives: a Request and the Services in, Messages out.

A handler is an async generator decorated with `@command`; it yields Messages. One with `update=True` replaces the
message yielded before it (where the platform can edit; else it is sent as a new one): that is how waiting is shown.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime

from handlers.chats import ChatKind, ChatSettings, Subscription
from handlers.limits import Limits
from handlers.turns import Turns
from handlers.words import Words, words_of
from report.doc import Doc
from report.library import Library
from report.model import DropKind, Language, ModelCost, Period, Progress, Report, TimezoneName, Topic, Value, XCost

COMMAND = re.compile(r"[/!／]([A-Za-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
MAX_ACTION_BYTES = 64  # Telegram's callback_data


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


class Restored(Value):
    """A post that a report dropped and an admin brought back: the topic's next reports keep it."""

    topic: str
    id: str
    author: str
    kind: DropKind  # what it was dropped as, and why
    reason: str
    report_key: str  # in whose ledger it stood
    restored_at: AwareDatetime


class Spent(Value):
    """What some UTC days cost, over all reports, also those that failed."""

    model: ModelCost = ModelCost()
    x: XCost = XCost()


class Store(Protocol):
    """What handlers keep and look up."""

    async def report(self, key: str) -> Report | None: ...
    async def report_keys(self, topic: str) -> Sequence[str]:
        """Keys of the topic's reports, oldest last day first."""
        ...

    async def subscriptions(self, chat: str | None = None) -> Sequence[Subscription]: ...
    async def subscribe(self, subscription: Subscription) -> None:
        """Keep it, in place of the chat's older one to the same topic."""
        ...

    async def unsubscribe(self, chat: str, topic: str | None = None) -> int:
        """Forget the chat's subscriptions (to one topic, or all); how many there were."""
        ...

    async def chat(self, chat: str) -> ChatSettings:
        """How the chat is set up; the defaults where nothing is kept of it."""
        ...

    async def change_chat(self, chat: str, change: Callable[[ChatSettings], ChatSettings]) -> ChatSettings:
        """Keep what `change` makes of its settings; two changes at once do not undo each other."""
        ...

    async def change_subscription(
        self, chat: str, topic: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        """The same for a subscription; None where there is none."""
        ...

    async def chat_back(self, chat: str) -> Sequence[Subscription]:
        """The chat is no longer gone; its subscriptions that are alive again, () for one that was there."""
        ...

    async def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        """Was a delivery of the report made for the chat, in that revision or an older one?"""
        ...

    async def restored(self, topic: str) -> Sequence[Restored]:
        """The posts of the topic that were brought back, in that order."""
        ...

    async def restore(self, post: Restored) -> None: ...
    async def take_back(self, topic: str, post_id: str) -> bool:
        """Forget that the post was brought back; was it?"""
        ...

    async def delivered(self, since: datetime) -> Mapping[str, int]:
        """Deliveries made since then, by what became of them (sent, failed, gone, pending); 30 days are kept."""
        ...


class Newsroom(Protocol):
    """Who makes reports, and keeps them to be looked up."""

    @property
    def library(self) -> Library: ...

    async def make(
        self, topic: Topic, period: Period, *, rewrite: bool = False, progress: Progress | None = None
    ) -> Report:
        """Write it from the stored posts, reading nothing from X; keep it; raise TuibaoError where that is impossible.

        It is kept beside the topic's own reports (a range that was asked for); `rewrite`: as the next revision of one.
        """
        ...

    async def status(self, words: Words) -> Sequence[str]:
        """Lines for /status: next runs, last report, deliveries, today's money, what went wrong."""
        ...

    async def spent(self, first: date, last: date) -> Spent:
        """What these UTC days cost, both included."""
        ...

    def picture(self, report: Report) -> str | None:
        """Path of the report's word cloud, None if there is none."""
        ...


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


def read_command(words: str, *, me: str = "") -> tuple[str, str] | None:
    """Name and arguments of what was typed; None if it is no command, or one for another bot than `me`."""
    found = COMMAND.fullmatch(words.strip())
    if not found or (found[2] and me and found[2].casefold() != me.casefold()):
        return None
    return found[1].lower(), (found[3] or "").strip()


PAGE = r"([2-9]|[1-9][0-9])?"  # of a section: `ai2` is the second


def read_action(action: str) -> tuple[str, str] | None:
    """Command and arguments behind a pressed button or a deep link; None if it is forged or of another time.

    >>> read_action("s:detail:twitter_ai_20260327_20260327")
    ('detail', 'twitter_ai_20260327_20260327')
    >>> read_action("s:ai2:twitter_ai_20260327_20260327")
    ('ai', 'twitter_ai_20260327_20260327 2')
    """
    if found := re.fullmatch(rf"s:([a-z]+){PAGE}:([A-Za-z0-9_]+)", action):
        return found[1], f"{found[3]} {found[2] or ''}".strip()
    if found := re.fullmatch(r"c:([a-z]+)(?: ([^\n]*))?", action):
        return found[1], found[2] or ""
    return None


def read_start(payload: str) -> tuple[str, str] | None:
    """Command and arguments of a deep link's `start` payload (`detail-KEY`, `ai2-KEY`, `subscribe-ai`); None if it is
    none of these.
    """
    found = re.fullmatch(rf"([a-z]+){PAGE}-([A-Za-z0-9_]+)", payload)
    return (found[1], f"{found[3]} {found[2] or ''}".strip()) if found else None
