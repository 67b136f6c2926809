"""The page's routes: the page and its files, a stream of what is new, what the reader says and presses, /health.

The stream is Server-Sent Events: `messages` (all that a page has not seen, oldest first) and `typing`. An event's id
is the history's mark, which a page sends back when it reconnects.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment

from bot.config import WebSettings
from bot.platforms import Rejected, RetryLater
from bot.platforms.local.guard import add_headers, guard, is_address, netloc
from bot.platforms.local.history import History, Kept, read_mark
from bot.platforms.local.phrases import page_language, page_phrases
from handlers.base import Command
from handlers.words import Words, words_of
from report.model import Language

MAX_BODY_BYTES = 64 * 1024
PING_S = 15.0  # a stream that says nothing would not notice that its page is gone
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
ASSETS = {"chat.css": "text/css", "chat.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Page(Protocol):
    """What the routes ask of the platform."""

    settings: WebSettings
    history: History
    notice: Callable[[Words], str]

    def say(self, words: str, language: Language | None = None) -> None: ...
    def press(self, action: str, message_id: int, language: Language | None = None) -> None: ...
    def menu(self) -> list[Command]: ...
    async def health(self) -> dict[str, Any]: ...


class Routes:
    """One page's handlers, with the files that they serve."""

    def __init__(self, page: Page) -> None:
        self.page = page
        folder = resources.files("bot") / "web"
        self._assets = {name: (folder / name).read_bytes() for name in ASSETS}
        self._version = hashlib.sha256(b"".join(self._assets.values())).hexdigest()[:12]
        environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._template = environment.from_string((folder / "chat.html").read_text(encoding="utf-8"))

    async def show_page(self, request: web.Request) -> web.Response:
        language = _language(request) or "zh"
        words = words_of(language)
        html = self._template.render(
            language="zh-CN" if language == "zh" else "en",
            notice=self.page.notice(words),
            commands=[(command, words.say(command.description)) for command in self.page.menu()],
            phrases=page_phrases(words),
            version=self._version,
        )
        headers = {"Cache-Control": "no-store", "Content-Language": language}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def show_asset(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._assets:
            raise web.HTTPNotFound
        kept = {"Cache-Control": "max-age=31536000, immutable" if "v" in request.query else "no-cache"}
        return web.Response(body=self._assets[name], content_type=ASSETS[name], charset="utf-8", headers=kept)

    async def show_picture(self, request: web.Request) -> web.FileResponse:
        """The picture of a message: no other file can be named."""
        entry = self.page.history.get(int(request.match_info["message"]))
        kind = mimetypes.guess_type(entry.picture)[0] if entry and entry.picture else None
        if entry is None or kind not in PICTURE_TYPES:
            raise web.HTTPNotFound
        return web.FileResponse(Path(entry.picture), headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """What is new, until the page or the program goes."""
        history = self.page.history
        mark = read_mark(request.headers.get("Last-Event-ID", ""))
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        typing: bool | None = None
        with history.waiting() as news:
            while not history.closed:
                news.clear()
                written = b"retry: 1000\n\n"  # and a sign that the server is still there
                anew, fresh = history.since(mark)
                if anew or fresh:
                    mark = history.mark
                    messages = [_encode_kept(kept, history.run) for kept in fresh]
                    written += _encode_event("messages", {"anew": anew, "messages": messages}, str(mark))
                if typing != (history.typing > 0):
                    typing = history.typing > 0
                    written += _encode_event("typing", typing)
                try:
                    await response.write(written)
                except ConnectionError:
                    return response
                await _wait(news, PING_S)
        return response

    async def hear(self, request: web.Request) -> web.Response:
        """POST /say {"text": …}: 202, and the answer comes through the stream."""
        words = (await _read_body(request)).get("text")
        if not isinstance(words, str) or not words.strip():
            raise web.HTTPBadRequest(text='local: send {"text": "/help"}\n')
        try:
            self.page.say(words.strip(), _language(request))
        except RetryLater as exc:
            raise web.HTTPServiceUnavailable(text=f"{exc}\n") from exc
        return web.json_response({}, status=202)

    async def hear_press(self, request: web.Request) -> web.Response:
        """POST /press {"action": …, "message": …}: 202; 409 where the message has no such button (any more)."""
        body = await _read_body(request)
        action, message = body.get("action"), body.get("message")
        if not isinstance(action, str) or type(message) is not int:
            raise web.HTTPBadRequest(text='local: send {"action": "c:help", "message": 1}\n')
        try:
            self.page.press(action, message, _language(request))
        except Rejected as exc:
            raise web.HTTPConflict(text=f"{exc}\n") from exc
        except RetryLater as exc:
            raise web.HTTPServiceUnavailable(text=f"{exc}\n") from exc
        return web.json_response({}, status=202)

    async def show_health(self, _request: web.Request) -> web.Response:
        """200 while all is well, 503 where `status` says something else than "ok"."""
        health = await self.page.health()
        return web.json_response(health, status=200 if health["status"] == "ok" else 503)


def make_app(page: Page) -> web.Application:
    routes = Routes(page)
    public = netloc(page.settings.public_url)
    app = web.Application(
        middlewares=[guard(own_names(page.settings), frozenset({public} - {""}))], client_max_size=MAX_BODY_BYTES
    )
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", routes.show_page)
    app.router.add_get("/static/{name}", routes.show_asset)
    app.router.add_get(r"/picture/{message:\d{1,9}}", routes.show_picture)
    app.router.add_get("/events", routes.stream)
    app.router.add_get("/health", routes.show_health)
    app.router.add_post("/say", routes.hear)
    app.router.add_post("/press", routes.hear_press)
    return app


def own_names(settings: WebSettings) -> frozenset[str]:
    """Host names that the page may be called by, beside addresses and localhost."""
    names = {settings.host.lower(), (urlsplit(settings.public_url).hostname or "").lower()}
    return frozenset(name for name in names if name and not is_address(name))


def _language(request: web.Request) -> Language | None:
    return page_language(request.headers.get("Accept-Language", ""))


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="local: the body is no JSON object\n")
    return body


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return


def _encode_event(name: str, data: Any, mark: str = "") -> bytes:
    head = f"id: {mark}\n" if mark else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _encode_kept(kept: Kept, run: str) -> dict[str, Any]:
    """A message as the page reads it."""
    entry = kept.entry
    return {
        "id": kept.id,
        "who": entry.who,
        "at": kept.at.isoformat(),
        "plain": entry.plain,
        "html": entry.html,
        "buttons": [[{"label": label, "action": action} for label, action in row] for row in entry.buttons],
        "picture": {"url": f"/picture/{kept.id}?v={run}-{kept.revision}", "alt": entry.alt} if entry.picture else None,
        "prompt": entry.prompt,
    }
