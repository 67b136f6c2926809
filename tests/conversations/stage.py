"""The program behind a conversation, and the conversation without any platform: what the handlers answer.

In: a setting and its lines. Out: for each line the Messages, as the reader of a platform that adds nothing would get
them. Every conversation begins with a store of its own, at one fixed moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from bot.app import App
from bot.config import AppSettings, Config
from bot.platforms.telegram.encode import encode_start
from bot.store.tiny import TinyStore
from handlers.actions import COMMAND, read_action, read_command, read_start
from handlers.base import COMMANDS, Button, Chat, Message, Request
from handlers.chats import Subscription
from report.doc import doc, paragraph
from report.errors import NothingToReport
from report.model import Period, Progress, Report, Topic, report_key
from tests.conversations.reports import NOW, TOPICS, invented
from tests.conversations.script import PERSONS, Conversation, Line, Setting
from tests.handlers.fakes import MemoryNewsroom, MemoryStore

BOT = "TuibaoTestBot"
STALE = {
    "zh": "这个按钮已经失效，发 /help 看看能做什么。",
    "en": "This button no longer works; send /help to see what does.",
}
UNASKED = Request.__dataclass_fields__["manages"].default


@dataclass
class InventedNewsroom(MemoryNewsroom):
    """Writes a range from the invented reports of its days."""

    cloud: str = "cloud.jpg"

    async def make(
        self, topic: Topic, period: Period, *, rewrite: bool = False, progress: Progress | None = None
    ) -> Report:
        inside = [
            report
            for report in invented().values()
            if report.topic == topic.name and period.first <= report.first and report.last <= period.last
        ]
        if not inside:
            raise NothingToReport(f"{topic.name}: no posts in the period")
        key = report_key(topic.name, period.first, period.last, asked=not rewrite)
        present = self.store.reports.get(key)
        days = {"first": period.first, "last": period.last}
        made = inside[-1].model_copy(update={"key": key, "created_at": NOW, **days})
        made = made.model_copy(update={"revision": present.revision + 1 if present else 1})
        self.store.reports[key] = made
        return made

    def picture(self, report: Report) -> str | None:
        return self.cloud


@dataclass
class Stage:
    """`chat_of` and `user_of` say what the platform calls a place and a person."""

    setting: Setting
    platform: str
    user_of: Callable[[str], str]
    admins: frozenset[str]
    cloud: str = "cloud.jpg"
    store: MemoryStore = field(init=False)
    app: App = field(init=False)

    def __post_init__(self) -> None:
        keys = list(invented())[-self.setting.reports if self.setting.reports >= 0 else 0 :]
        keys = [] if self.setting.reports == 0 else keys
        if self.setting.reports == 1:
            keys = [key for key in invented() if "_ai_" in key][-1:]
        self.store = MemoryStore({key: invented()[key] for key in keys})
        topics = tuple(TOPICS.values())
        config = Config(app=AppSettings(data_dir=Path("nowhere"), admins=tuple(sorted(self.admins))), topics=topics)
        self.app = App(config, cast("TinyStore", self.store), {}, now=lambda: NOW)
        newsroom = InventedNewsroom(self.store, cloud=self.cloud)
        self.app.services = replace(self.app.services, newsroom=newsroom)

    def subscribe(self, chat: Chat) -> None:
        """What the setting says that the chat has already."""
        for words in self.setting.subscribed:
            topic, *hours = words.split()
            self.store.held.append(
                Subscription(chat=chat.key, topic=topic, hours=tuple(hours), kind=chat.kind, created_at=NOW)
            )

    def commands_of(self, user: str) -> Collection[str]:
        """Names; an admin's command is to everybody else one that does not exist."""
        is_admin = f"{self.platform}:{user}" in self.admins
        return [name for name, command in COMMANDS.items() if is_admin or not command.admin]

    def manages(self, request: Request) -> bool:
        """May this person change what the chat gets, as the platform would say? The program's admins come apart."""
        return request.chat.kind == "private" or request.user_id in {"", self.user_of("群主")}

    async def answer(self, request: Request) -> AsyncIterator[Message]:
        """As a platform asks: the client's language, and who manages, where the platform has not said."""

        async def manages() -> bool:
            return self.manages(request)

        if request.manages is UNASKED:
            request = replace(request, manages=manages)
        request = replace(request, language=request.language or self.setting.language)
        async for message in self.app.answer(request):
            yield message


@dataclass(frozen=True)
class Turn:
    """What one line led to. `action` is what was pressed; `stale` and `unheard`: the platform's own affair."""

    line: Line
    messages: tuple[Message, ...] = ()
    action: str = ""
    stale: bool = False
    unheard: bool = False
    link: str = ""  # a button that leads into the private chat: the payload that opens it
    missing: bool = False  # the label is on no button


async def perform(conversation: Conversation) -> list[Turn]:
    """The conversation with the handlers alone."""
    stage = Stage(conversation.setting, "telegram", lambda who: str(PERSONS[who] or ""), frozenset({"telegram:1"}))
    stage.subscribe(place_of(stage, "读者"))
    said: dict[str, list[Message]] = {}  # by chat
    turns: list[Turn] = []
    for line in conversation.lines:
        turn = await _take(stage, line, said)
        turns.append(turn)
    return turns


def place_of(stage: Stage, who: str) -> Chat:
    """Where that person speaks."""
    ids: Mapping[str, str] = {"群": "-1001", "话题": "-1001/45", "频道": "-1002"}
    kind = stage.setting.kind
    return Chat(stage.platform, stage.user_of(who) if kind == "private" else ids[stage.setting.place], kind, "读报")


async def _take(stage: Stage, line: Line, said: dict[str, list[Message]]) -> Turn:
    chat, user = place_of(stage, line.who), stage.user_of(line.who)
    shown = said.setdefault(chat.id, [])
    turn = Turn(line)
    if line.pressed:
        button = find_button(line.pressed, shown)
        if button is None:
            missing = Message(doc(paragraph(f"（没有「{line.pressed}」这个按钮）")))
            return replace(turn, messages=(missing,), missing=True)
        asked = read_action(button.action)
        turn = replace(turn, action=button.action)
        if asked is None or asked[0] not in stage.commands_of(user):
            return replace(turn, messages=(Message(doc(paragraph(STALE[stage.setting.language]))),), stale=True)
        if chat.kind == "channel" or (button.private and chat.kind != "private"):
            if not (payload := encode_start(button.action)):
                return replace(turn, messages=(Message(doc(paragraph(STALE[stage.setting.language]))),), stale=True)
            turn, chat = replace(turn, link=payload), Chat(stage.platform, user, "private", "读者")
            shown = said.setdefault(chat.id, [])
        request = Request(chat, user, *asked, pressed=not turn.link)
    else:
        heard = understand(line.words, chat, shown, stage.commands_of(user))
        if heard is None:
            return replace(turn, unheard=True)
        request = Request(chat, user, *heard)
    answers: list[Message] = []
    for _ in range(line.times):
        answers += [message async for message in stage.answer(request)]
    shown += answers
    return replace(turn, messages=tuple(answers))


def understand(words: str, chat: Chat, shown: Sequence[Message], known: Collection[str]) -> tuple[str, str] | None:
    """Command and arguments of what was typed, as every platform reads them; None where it is not for the bot."""
    asked = read_command(words, me=BOT)
    if asked is None and shown and shown[-1].prompt and not words.startswith("/"):
        command, _, arguments = shown[-1].prompt.partition(" ")
        return command, f"{arguments} {words}".strip()
    if asked is None:
        return ("help", words) if chat.kind == "private" and not COMMAND.fullmatch(words.strip()) else None
    if chat.kind != "private" and asked[0] not in known and f"@{BOT}".casefold() not in words.casefold():
        return None
    linked = read_start(asked[1]) if asked[0] == "start" else None
    if asked[0] == "start" and asked[1]:
        meant = COMMANDS.get(linked[0]) if linked else None
        return linked if linked and meant and not meant.admin else ("start", "")
    return asked


def find_button(pressed: str, shown: Sequence[Message]) -> Button | None:
    """The newest button with that label; 「[[s:detail:KEY]]」 is one with that action, offered or not."""
    if pressed.startswith("["):
        return Button(pressed, pressed[1:-1])
    buttons = [button for message in shown for row in message.buttons for button in row]
    return next((button for button in reversed(buttons) if button.label == pressed), None)
