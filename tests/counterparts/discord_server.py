"""A small Discord: REST under /api/v10, a gateway, and /test for the one who tests.

`python -m tests.counterparts.discord_server --port 0 --recording FILE` prints one JSON line with its addresses.
Every REST call is recorded for the checker. /test takes and gives JSON: see `discord_controls`.
"""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import json
import sys
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.counterparts.discord_controls import control_routes
from tests.counterparts.discord_gateway import Gateway
from tests.counterparts.discord_limits import ApiError, Json, check_commands
from tests.counterparts.discord_places import EPHEMERAL
from tests.counterparts.discord_world import World
from tests.counterparts.faults import Faults, drop
from tests.counterparts.recording import Recording, read_body

API = "/api/v10"
TOKEN = "MTAw.counterpart.token"
MESSAGES_IN_5_S, CALLS_IN_1_S = 5, 50

BODY: web.RequestKey[Any] = web.RequestKey("body")
FILES: web.RequestKey[list[Json]] = web.RequestKey("files")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DiscordServer:
    """Start it, point `api_url` (and, if wanted, `gateway_url`) at it, then act through `world`."""

    def __init__(self, *, token: str = TOKEN, recording: Path | None = None, limited: bool = False) -> None:
        self.world = World()
        self.gateway = Gateway(self.world, token)
        self.recording = Recording("discord", recording)
        self.token = token
        self.limited = limited  # 5 messages in 5 s to a channel
        self.faults: list[Json] = []
        self.port = 0
        self._sent: dict[str, list[float]] = {}
        self._all: deque[float] = deque()
        self.chance = Faults()
        self.statuses: Counter[int] = Counter()
        self.records = True  # else nothing is kept of the calls: a benchmark makes too many
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def start(self, port: int = 0) -> None:
        app = web.Application(middlewares=[self._middle], client_max_size=30 * 1024**2)
        app.add_routes([web.get("/gateway", self.gateway.handle), *self._api_routes(), *control_routes(self)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        await self.gateway.stop()
        if self._runner:
            await self._runner.cleanup()

    def fail(self, method: str, path: str, status: int, body: Json, *, times: int = 1) -> None:
        """Answer matching calls (`/channels/*/messages`) with that instead."""
        self.faults.append({"method": method, "path": path, "status": status, "body": body, "times": times})

    @web.middleware
    async def _middle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        body = await read_body(request)
        if isinstance(body, dict) and "payload_json" in body:
            files = [value for value in body.values() if isinstance(value, dict) and "filename" in value]
            body = body["payload_json"] | {"files": files}
        request[FILES] = body.get("files", []) if isinstance(body, dict) else []
        request[BODY] = {k: v for k, v in body.items() if k != "files"} if isinstance(body, dict) else body
        try:
            response = await self._answer(request, handler)
        except ApiError as error:
            headers = {"Via": "1.1 counterpart"}
            headers |= {"Retry-After": str(error.body["retry_after"])} if error.status == 429 else {}
            response = _json(error.body, status=error.status, headers=headers)
        self.statuses[response.status] += 1
        if self.records:
            self.recording.add(request, body, response.status)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(API)
        chance = self.chance.draw() if "/messages" in path else None
        if chance == "dropped before":
            return drop(request)
        if chance == "late":
            await asyncio.sleep(self.chance.late_s)
        if chance == "429":
            raise ApiError(429, 0, "You are being rate limited.", retry_after=1.0, **{"global": False})
        if chance == "500":
            return _json({"message": "500: Internal Server Error", "code": 0}, status=500)
        response = self._planned(request.method, path) or await self._carry_out(request, handler, path)
        return drop(request) if chance == "dropped after" else response

    def _planned(self, method: str, path: str) -> web.Response | None:
        """The next fault that a test wished for the call."""
        for fault in self.faults:
            if fault["times"] and fault["method"] == method and fnmatch.fnmatch(path, fault["path"]):
                fault["times"] -= 1
                if fault["status"] == 429 and "global" in fault["body"]:
                    raise ApiError(429, 0, **fault["body"])
                return _json(fault["body"], status=fault["status"])
        return None

    async def _carry_out(self, request: web.Request, handler: Handler, path: str) -> web.StreamResponse:
        by_token = path.startswith(("/webhooks/", "/interactions/"))
        if not by_token and path != "/gateway" and request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        if not by_token and self.limited:
            self._count_all()
        response = await handler(request)
        if self.limited and path.endswith("/messages"):
            left = MESSAGES_IN_5_S - len(self._sent.get(path, ()))
            response.headers.update({"X-RateLimit-Limit": str(MESSAGES_IN_5_S), "X-RateLimit-Remaining": str(left)})
            response.headers.update({"X-RateLimit-Reset-After": "5", "X-RateLimit-Bucket": "messages"})
        return response

    def _count_all(self) -> None:
        """ApiError 429 for the fifty-first call within a second."""
        now = self.world.now_s()
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        if len(self._all) >= CALLS_IN_1_S:
            raise ApiError(429, 0, "You are being rate limited.", retry_after=1.0, **{"global": True})
        self._all.append(now)

    def _count(self, path: str) -> None:
        """ApiError 429 for the sixth message to a channel within 5 s."""
        now = self.world.now_s()
        recent = [sent for sent in self._sent.get(path, ()) if sent > now - 5]
        if self.limited and len(recent) >= MESSAGES_IN_5_S:
            wait_s = round(recent[0] + 5 - now, 3)
            raise ApiError(429, 0, "You are being rate limited.", retry_after=wait_s, **{"global": False})
        self._sent[path] = [*recent, now]

    def _api_routes(self) -> list[web.RouteDef]:
        def route(method: str, path: str, handler: Handler) -> web.RouteDef:
            return web.route(method, API + path, handler)

        return [
            route("GET", "/gateway", self._get_gateway),
            route("GET", "/gateway/bot", self._get_gateway),
            route("GET", "/users/@me", self._get_me),
            route("GET", "/oauth2/applications/@me", self._get_application),
            route("GET", "/applications/{app}/commands", self._get_commands),
            route("PUT", "/applications/{app}/commands", self._put_commands),
            route("POST", "/users/@me/channels", self._open_dm),
            route("GET", "/channels/{channel}", self._get_channel),
            route("GET", "/channels/{channel}/messages", self._get_messages),
            route("POST", "/channels/{channel}/messages", self._create_message),
            route("PATCH", "/channels/{channel}/messages/{message}", self._edit_message),
            route("DELETE", "/channels/{channel}/messages/{message}", self._delete_message),
            route("POST", "/channels/{channel}/messages/{message}/threads", self._open_thread),
            route("POST", "/interactions/{id}/{token}/callback", self._answer_interaction),
            route("POST", "/webhooks/{app}/{token}", self._follow_up),
            route("PATCH", "/webhooks/{app}/{token}/messages/{message}", self._edit_answer),
            route("DELETE", "/webhooks/{app}/{token}/messages/{message}", self._delete_answer),
        ]

    async def _get_gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        more = {"shards": 1, "session_start_limit": limit} if request.path.endswith("/bot") else {}
        return _json({"url": self.gateway_url, **more})

    async def _get_me(self, _: web.Request) -> web.Response:
        return _json(self.world.bot)

    async def _get_application(self, _: web.Request) -> web.Response:
        about = {"id": self.world.application_id, "name": "推报", "description": "", "icon": None, "flags": 0}
        about |= {"bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64, "summary": ""}
        return _json(about | {"owner": self.world.user("7"), "bot": self.world.bot})

    async def _get_commands(self, request: web.Request) -> web.Response:
        in_all_languages = request.query.get("with_localizations") == "true"
        return _json(self.world.described_commands(in_all_languages=in_all_languages))

    async def _put_commands(self, request: web.Request) -> web.Response:
        check_commands(request[BODY])
        return _json(self.world.register(request[BODY]))

    async def _open_dm(self, request: web.Request) -> web.Response:
        return _json(self.world.channels[self.world.add_dm(request[BODY]["recipient_id"])])

    async def _get_channel(self, request: web.Request) -> web.Response:
        return _json(self.world.open_channel(request.match_info["channel"]))

    async def _get_messages(self, request: web.Request) -> web.Response:
        after, limit = request.query.get("after", "0"), int(request.query.get("limit", 50))
        return _json(self.world.history(request.match_info["channel"], after, limit))

    async def _create_message(self, request: web.Request) -> web.Response:
        channel = self.world.open_channel(request.match_info["channel"], to_write=True)
        self._count(request.path.removeprefix(API))
        return _json(self.world.post(channel["id"], request[BODY], request[FILES], nonce=True))

    async def _edit_message(self, request: web.Request) -> web.Response:
        self.world.open_channel(request.match_info["channel"])
        return _json(self.world.edit(request.match_info["message"], request[BODY], request[FILES]))

    async def _delete_message(self, request: web.Request) -> web.Response:
        self.world.open_channel(request.match_info["channel"])
        self.world.delete(request.match_info["message"])
        return web.Response(status=204)

    async def _open_thread(self, request: web.Request) -> web.Response:
        path = request.match_info
        return _json(self.world.open_thread(path["channel"], path["message"], request[BODY]), status=201)

    async def _answer_interaction(self, request: web.Request) -> web.Response:
        path = request.match_info
        message = self.world.answer(path["id"], path["token"], request[BODY], request[FILES])
        if not request.query.get("with_response"):
            return web.Response(status=204)
        kind = request[BODY]["type"]
        about = {"id": path["id"], "type": 2}
        if not message:
            return _json({"interaction": about, "resource": {"type": kind}})
        about |= {"response_message_id": message["id"]}
        return _json({"interaction": about, "resource": {"type": kind, "message": message}})

    async def _follow_up(self, request: web.Request) -> web.Response:
        made = self.world.follow(request.match_info["token"])
        message = self.world.post(made.channel_id, request[BODY], request[FILES])
        if message["flags"] & EPHEMERAL:
            self.world.readers[message["id"]] = made.user_id
        return _json(message)

    def _answered(self, request: web.Request) -> str:
        made = self.world.follow(request.match_info["token"])
        message = request.match_info["message"]
        return str(made.original) if message == "@original" else message

    async def _edit_answer(self, request: web.Request) -> web.Response:
        return _json(self.world.edit(self._answered(request), request[BODY], request[FILES]))

    async def _delete_answer(self, request: web.Request) -> web.Response:
        self.world.delete(self._answered(request))
        return web.Response(status=204)


def _json(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """With Discord's bare content type: discord.py reads no other as JSON."""
    told = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data, ensure_ascii=False).encode(), status=status, headers=told)


async def _serve(options: argparse.Namespace) -> None:
    server = DiscordServer(token=options.token, recording=options.recording, limited=options.limited)
    server.records = options.recording is not None
    await server.start(options.port)
    about = {"port": server.port, "api_url": server.api_url, "gateway_url": server.gateway_url, "token": server.token}
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--limited", action="store_true", help="5 messages in 5 s to a channel")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
