"""Questions to the real handlers, in a chat that there is not: sayings in, what is answered out.

A saying is what a reader types (`/finance`, `/brief 昨天`) or a button's action (`s:detail:KEY`). The chat is
subscribed with the wishes that were asked for. No report is written: one that would have to be is said to be missing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.app import App
from bot.config import Config
from bot.newsroom import Newsroom
from bot.platforms import PlatformName
from bot.preview.copying import copied_store
from bot.store.tiny import TinyStore
from handlers.actions import read_action, read_command
from handlers.base import COMMANDS, Chat, Message, Request
from handlers.brief import brief_of
from handlers.chats import ChatKind, Subscription, Wishes
from handlers.words import words_of
from report.errors import InputError, TuibaoError
from report.model import Language, Period, Progress, Report, Topic

READER = "preview"
NO_WISHES = Wishes()
MOST_KEYS = 20  # that a sentence names


@dataclass(frozen=True)
class Turn:
    """`said` is "" for a push, `pressed` where it was a button; `alone`: the answer is for the one who asked."""

    said: str
    pressed: bool
    alone: bool
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Scene:
    """`kind` is the chat's, `wishes` what it wants of the reports."""

    platform: PlatformName
    kind: ChatKind = "private"
    language: Language = "zh"
    wishes: Wishes = NO_WISHES

    @property
    def chat(self) -> Chat:
        return Chat(self.platform, "1" if self.kind == "private" else "-1", self.kind)


class PreviewNewsroom(Newsroom):
    """Shows pictures and figures, writes nothing."""

    async def make(
        self,
        topic: Topic,  # noqa: ARG002  as the bot's own newsroom is asked
        period: Period,  # noqa: ARG002
        *,
        rewrite: bool = False,  # noqa: ARG002
        progress: Progress | None = None,  # noqa: ARG002
    ) -> Report:
        raise TuibaoError("preview: it shows what is stored and writes no report; ask the bot for this one")


@asynccontextmanager
async def opened(config: Config, scene: Scene, now: Callable[[], datetime]) -> AsyncIterator[App]:
    """The program without platforms, over a copy of its store, with a subscribed chat."""
    async with copied_store(config.app.data_dir) as store:
        app = App(config, store, {}, now=now)
        app.services = replace(app.services, newsroom=PreviewNewsroom(config, store, {}, now))
        for topic in config.topics[:1]:
            chosen = Subscription(
                chat=scene.chat.key, topic=topic.name, wishes=scene.wishes, kind=scene.kind, created_at=now()
            )
            await store.subscribe(chosen)
        yield app


async def push(app: App, key: str, scene: Scene) -> Turn:
    """The report as it would be sent to the chat; InputError names the reports there are where it is not one."""
    report = await app.services.store.report(key)
    if report is None:
        raise InputError(await _say_keys(app.store, key))
    topic = app.services.topics.get(report.topic) or Topic(name=report.topic, query=report.topic)
    message = await brief_of(report, topic, app.services, words=words_of(scene.language), wishes=scene.wishes)
    return Turn("", pressed=False, alone=False, messages=(message,))


async def ask(app: App, sayings: Sequence[str], scene: Scene) -> list[Turn]:
    """Each saying's answer, without the messages that a later one took the place of."""
    turns: list[Turn] = []
    for said in sayings:
        pressed = read_action(said)
        asked = pressed or read_command(said)
        if asked is None:
            raise InputError(f"preview: {said!r} is neither a command (/finance) nor a button (s:detail:KEY)")
        request = Request(scene.chat, READER, *asked, pressed=pressed is not None, language=scene.language)
        known = COMMANDS.get(asked[0])
        alone = scene.kind != "private" and bool(pressed or (known and known.personal))
        answers: list[Message] = []
        async for message in app.answer(request):
            if answers and (message.update or answers[-1].draft):
                answers.pop()
            answers.append(message)
        turns.append(Turn(_label(said, turns), pressed is not None, alone, tuple(answers)))
    return turns


def _label(said: str, before: Sequence[Turn]) -> str:
    """What the newest button with that action is called."""
    buttons = [button for turn in before for message in turn.messages for row in message.buttons for button in row]
    return next((button.label for button in reversed(buttons) if button.action == said), said)


async def _say_keys(store: TinyStore, key: str) -> str:
    keys = [entry.key for entry in await store.report_entries()][::-1]
    others = f" and {len(keys) - MOST_KEYS} older ones" if len(keys) > MOST_KEYS else ""
    there = f"there are {', '.join(keys[:MOST_KEYS])}{others}" if keys else "there is none yet"
    return f"preview: there is no report {key}; {there}"
