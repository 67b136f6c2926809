"""The local page as a platform: one private chat, kept in memory, shown by a web server of its own.

In: what the reader types or presses on the page, and the parts that the outbox sends. Out: messages on every open
page. Always holds: an answer to a press takes the place of the message under the button, as in a private chat of
Telegram, but a message with a picture stays, and the answer follows as a new one; the sections of a brief stand folded
under it, so that no button repeats them.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.config import WebSettings
from bot.platforms import PLAIN, ChatGone, Host, Outgoing, Part, PlatformError, Rejected, RetryLater, Uneditable
from bot.platforms.folding import without_folded
from bot.platforms.local.history import Entry, History, read_mark
from bot.platforms.local.markup import encode_folded, encode_html
from bot.platforms.local.server import make_app
from handlers.actions import read_action, read_command
from handlers.base import COMMANDS, Button, Chat, Command, Message, Request
from handlers.chats import ChatKind
from handlers.words import Words
from report.doc import Doc, Picture
from report.model import Language
from report.split import split_pictures

logger = logging.getLogger(__name__)

CHAT = Chat("local", "me", "private")
READER = "me"
LAST_ANSWERS_S = 10.0  # what is under way when the program stops


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LocalPlatform:
    """`settings.port` 0 takes any free port. `admin` decides which commands the page's menu offers, no more.

    `health` adds to what /health says; `notice` stands above the chat, in the reader's language.
    """

    name = "local"
    idempotent = True  # the page goes with the program

    def __init__(
        self,
        settings: WebSettings,
        *,
        commands: Mapping[str, Command] = COMMANDS,
        health: Callable[[], Awaitable[dict[str, Any]]] | None = None,
        admin: bool = False,
        notice: Callable[[Words], str] = lambda _words: "",
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.settings = settings
        self.history = History(now)
        self.notice = notice
        self._commands = commands
        self._health = health
        self._is_admin = admin
        self._host: Host | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """Where the page is on this machine; "" before it started."""
        return self._url

    async def start(self, host: Host) -> None:
        """Serve the page; PlatformError where the port cannot be had."""
        runner = web.AppRunner(make_app(self), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port).start()
        except OSError as exc:
            await runner.cleanup()
            raise PlatformError(_explain(exc, self.settings)) from exc
        self._host, self._runner = host, runner
        self._url = _address(self.settings.host, runner.addresses[0][1])

    async def stop(self) -> None:
        """Refuse what is new, wait a little for answers under way, close every page's stream."""
        self._host = None
        if self._answers:
            _, unfinished = await asyncio.wait(self._answers, timeout=LAST_ANSWERS_S)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        self.history.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:  # noqa: ARG002  it is private
        """One part, or one for each picture; what folds, the buttons and the question stand under the last."""
        message = message.flattened()
        docs = split_pictures(Doc(tuple(without_folded(message.doc.blocks, message.more))))
        parts: list[Part] = [
            {
                "html": str(encode_html(document)),
                "plain": document.plain(),
                "buttons": [],
                "picture": _encode_picture(document.picture),
                "prompt": "",
            }
            for document in docs
        ]
        html = "\n".join(filter(None, (parts[-1]["html"], str(encode_folded(message.more)))))
        parts[-1] |= {"html": html, "buttons": list(_encode_rows(message)), "prompt": message.prompt}
        return tuple(parts)

    async def send(
        self,
        chat_id: str,
        part: Part,
        before: Sequence[str] = (),  # noqa: ARG002
        going: Outgoing = PLAIN,
    ) -> str:
        """Show it on the page; its id there, which begins with the run's: another run's page is empty."""
        if chat_id != CHAT.id:
            raise ChatGone(f"local: there is no chat {chat_id}; the page's own is {CHAT.id}")
        await going.leaving()
        return f"{self.history.run}-{self.history.add(_decode_part(part))}"

    def match(self, old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:  # noqa: ARG002
        """One after the other."""
        return (*sent, *("" for _ in new[len(sent) :]))

    async def edit(
        self,
        chat_id: str,  # noqa: ARG002
        message_id: str,
        part: Part,
        before: Sequence[str] = (),  # noqa: ARG002
        going: Outgoing = PLAIN,
    ) -> str:
        number = self._number(message_id)
        await going.leaving()
        self.history.replace(number, _decode_part(part))
        return message_id

    async def delete(
        self,
        chat_id: str,  # noqa: ARG002
        message_id: str,
        before: Sequence[str] = (),  # noqa: ARG002
        going: Outgoing = PLAIN,
    ) -> None:
        number = self._number(message_id)
        await going.leaving()
        self.history.remove(number)

    async def private_chat(self, user_id: str) -> str:
        if user_id != READER:
            raise ChatGone(f"local: there is no reader {user_id}; the page's own is {READER}")
        return CHAT.id

    def _number(self, message_id: str) -> int:
        """The message's number in this run's history."""
        mark = read_mark(message_id)
        if mark is None or mark.run != self.history.run or self.history.get(mark.revision) is None:
            raise Uneditable(f"local: message {message_id} is not on the page any more")
        return mark.revision

    def say(self, words: str, language: Language | None = None) -> None:
        """The reader wrote something: show it, and let the answer come. RetryLater while the program stops."""
        host = self._open_host()
        name, arguments = read_command(words) or ("help", words)
        self.history.add(Entry("me", words))
        self._begin(host, Request(CHAT, READER, name, arguments, language=language), under=None)

    def press(self, action: str, message_id: int, language: Language | None = None) -> None:
        """The reader pressed a button; Rejected where that message does not offer it (any more)."""
        host = self._open_host()
        entry = self.history.get(message_id)
        meaning = read_action(action)
        if entry is None or meaning is None or not entry.offers(action):
            raise Rejected(f"local: message {message_id} has no button {action!r}")
        request = Request(CHAT, READER, *meaning, pressed=True, language=language)
        self._begin(host, request, under=None if entry.picture else message_id)

    def menu(self) -> list[Command]:
        """The commands that the reader may know of, in the table's order."""
        return [
            command
            for command in self._commands.values()
            if not command.hidden and (self._is_admin or not command.admin)
        ]

    async def health(self) -> dict[str, Any]:
        return {"status": "ok"} | (await self._health() if self._health else {})

    def _open_host(self) -> Host:
        if self._host is None:
            raise RetryLater("local: the program is stopping")
        return self._host

    def _begin(self, host: Host, request: Request, *, under: int | None) -> None:
        task = asyncio.create_task(self._answer(host, request, under))
        self._answers.add(task)
        task.add_done_callback(self._finish)

    async def _answer(self, host: Host, request: Request, under: int | None) -> None:
        """Show what is answered; the first message may stand in the place of the one `under` the button."""
        with self.history.answering():
            place = under
            shown: int | None = None
            growing = False
            async for message in host.answer(request):
                entries = [_decode_part(part) for part in self.encode(message)]
                if shown is not None:
                    place = shown if message.update or growing else None
                elif entries[0].picture:
                    place = None
                shown = self._show(entries, place)
                growing = message.draft

    def _show(self, entries: list[Entry], place: int | None) -> int:
        """The last one's id."""
        first, *others = entries
        shown = self.history.add(first) if place is None else self.history.replace(place, first)
        for entry in others:
            shown = self.history.add(entry)
        return shown

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._answers.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            logger.error("local: an answer broke off", exc_info=failure, extra={"action": "answer_failed"})


def _encode_rows(message: Message) -> Iterator[list[dict[str, str]]]:
    """Without the buttons for what is shown already, and those that lead into a private chat: this is one."""
    shown = {name for name, there in (("more", message.more), ("picture", message.doc.picture)) if there}

    def is_wanted(button: Button) -> bool:
        return not button.private and button.opens not in shown

    for row in message.buttons:
        if wanted := [{"label": button.label, "action": button.action} for button in row if is_wanted(button)]:
            yield wanted


def _encode_picture(picture: Picture | None) -> dict[str, str] | None:
    return {"path": picture.path, "alt": picture.alt} if picture else None


def _decode_part(part: Part) -> Entry:
    """An entry of a part that `encode` made, also one that was kept as JSON since; Rejected where it is another."""
    try:
        picture = part["picture"] or {"path": "", "alt": ""}
        return Entry(
            "bot",
            plain=part["plain"],
            html=part["html"],
            buttons=tuple(tuple((button["label"], button["action"]) for button in row) for row in part["buttons"]),
            picture=picture["path"],
            alt=picture["alt"],
            prompt=part.get("prompt", ""),
        )
    except (KeyError, TypeError, AttributeError) as exc:
        raise Rejected("local: this part was not encoded for the local page") from exc


def _address(host: str, port: int) -> str:
    """What to open on this machine; a server that listens everywhere is here too."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  it is compared, not bound
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def _explain(exc: OSError, settings: WebSettings) -> str:
    if exc.errno == errno.EADDRINUSE:
        return f"local: port {settings.port} of {settings.host} is taken; choose another one with --port"
    return (
        f"local: cannot listen on {settings.host}, port {settings.port} ({exc.strerror or exc}); "
        "choose another port with --port, or another [web] host"
    )
