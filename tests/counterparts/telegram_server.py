"""A Telegram Bot API server for tests: real bodies, real refusals, long polling, and a hand on the other side.

In process: `async with TelegramServer() as server`, `server.say(...)`, `server.press(...)`, `server.messages(...)`;
as a process: `python -m tests.counterparts.telegram_server --port 0 --recording FILE` prints one JSON line with its
port; the same methods answer to `POST /test/NAME` with their arguments as JSON: `{"result": ...}`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.counterparts.faults import Faults, drop
from tests.counterparts.recording import Recording
from tests.counterparts.telegram_chats import BOT, Json, Refused
from tests.counterparts.telegram_world import TOKEN, TelegramWorld

JSON_FIELDS = {"entities", "caption_entities", "reply_markup", "link_preview_options", "reply_parameters"} | {
    "allowed_updates", "commands", "scope", "rich_message", "media",
}  # fmt: skip
SENDING = ("send", "editmessage", "deletemessage")
BY_CHANCE: dict[str, Json] = {
    "429": {"code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}},
    "500": {"code": 500, "description": "Internal Server Error", "parameters": {}},
}
TEST_METHODS = (
    "add_chat", "speak", "say", "say_anonymously", "press", "press_label", "invite", "block", "leave", "unblock",
    "restrict", "promote", "appoint", "open_topic", "end_topic", "migrate", "messages", "wait_messages", "draft",
    "fail", "set_limits", "state", "accepted_messages", "refused_calls",
)  # fmt: skip


class TelegramServer(TelegramWorld):
    def __init__(
        self,
        *,
        token: str = TOKEN,
        limits: bool = False,
        rich: bool = True,
        recording: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(token=token, limits=limits, rich=rich, clock=clock)
        self.recording = Recording("telegram", recording, clock)
        self.url = ""
        self.chance = Faults()
        self.statuses: Counter[int] = Counter()
        self.records = True  # else nothing is kept of the calls: a benchmark makes too many
        self._faults: list[Json] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1; the port."""
        app = web.Application(client_max_size=20 * 2**20)
        app.router.add_post("/test/{name}", self._serve_test)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{bound}"
        return bound

    async def stop(self) -> None:
        self._poll += 1
        self._ring()
        if self._runner:
            await self._runner.cleanup()

    def fail(self, method: str, code: int, description: str = "", times: int = 1, **parameters: int) -> None:
        """Answer the next calls of a method so. Code 0: carry the call out, then close without an answer."""
        fault = {"method": method.lower(), "code": code, "description": description, "parameters": parameters}
        self._faults += [fault] * times

    def refused_calls(self) -> Json:
        """How many calls were answered with each status."""
        return {str(status): count for status, count in self.statuses.items()}

    def state(self) -> Json:
        """What the bot did besides messages."""
        actions = {str(chat.id): chat.actions for chat in self.chats.values()}
        return {
            "menus": self.menus.kept,
            "presses": self.presses,
            "actions": actions,
            "calls": len(self.recording.calls),
        }

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            recorded, parameters = await read_parameters(request)
        except ConnectionResetError:
            return web.Response()  # the client went away in the middle of its question
        method = request.match_info["method"].lower()
        chance = self.chance.draw() if method.startswith(SENDING) else None
        if chance == "dropped before":
            return drop(request)
        if chance == "late":
            await asyncio.sleep(self.chance.late_s)
        fault = BY_CHANCE.get(chance or "") or self._planned(method)
        answer = await self._answer(request.match_info["token"], method, parameters, fault)
        transport = request.transport
        if transport is None or transport.is_closing():
            return web.Response()  # nobody waits for it any more
        self.statuses[answer[0]] += 1
        if self.records:
            self.recording.add(request, recorded, answer[0])
        self._ring()
        if chance == "dropped after":
            return drop(request)
        if fault and not fault["code"]:
            transport.close()
        return web.json_response(answer[1], status=answer[0])

    def _planned(self, method: str) -> Json | None:
        """The next fault that a test wished for the method."""
        fault = next((one for one in self._faults if one["method"] == method), None)
        if fault:
            self._faults.remove(fault)
        return fault

    async def _answer(self, token: str, method: str, parameters: Json, fault: Json | None) -> tuple[int, Json]:
        if fault and fault["code"]:
            return _refusal(Refused(fault["code"], fault["description"], **fault["parameters"]))
        try:
            return 200, {"ok": True, "result": await self.call(token, method, parameters)}
        except Refused as error:
            return _refusal(error)

    async def _serve_test(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in TEST_METHODS:
            raise web.HTTPNotFound(text=f"one of {', '.join(TEST_METHODS)}")
        result = getattr(self, name)(**(await request.json() if request.can_read_body else {}))
        return web.json_response({"result": await result if asyncio.iscoroutine(result) else result})


def _refusal(error: Refused) -> tuple[int, Json]:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return error.code, body | ({"parameters": error.parameters} if error.parameters else {})


async def read_parameters(request: web.Request) -> tuple[Json, Json]:
    """The body as the checker wants it, and as this server uses it: files as bytes, JSON fields decoded."""
    recorded: Json = {}
    used: Json = {name: _decoded(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        recorded = await request.json()
        return recorded, used | recorded
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            recorded[name], used[name] = {"filename": value.filename, "size": len(content)}, content
        else:
            recorded[name] = used[name] = _decoded(name, str(value))
    return recorded, used


def _decoded(name: str, value: str) -> Any:
    if name == "show_alert":
        return value.lower() == "true"
    return json.loads(value) if name in JSON_FIELDS else value


async def serve(port: int, recording: Path | None, *, limits: bool, rich: bool) -> None:
    server = TelegramServer(recording=recording, limits=limits, rich=rich)
    server.records = recording is not None
    bound = await server.start(port)
    about = {"port": bound, "url": server.url, "token": server.token, "username": BOT["username"]}
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--limits", action="store_true", help="answer 429 where Telegram would")
    parser.add_argument("--older", action="store_true", help="know no rich messages")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.recording, limits=options.limits, rich=not options.older))
