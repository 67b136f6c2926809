"""An X API v2 server: the six reads that the product uses, with X's own limits, error bodies and prices.

In: a World of invented posts, a clock, faults to inject. Out: answers as X gives them; `charged` counts the objects
that X would bill (each once a UTC day). As a process: `python -m tests.counterparts.x_server --posts FILE` prints
{"port": …}; POST /faults {"path": "search", "kind": "429"} injects, GET /charged tells the bill.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.counterparts.recording import Recording
from tests.counterparts.x_limits import CALLS, TEXT_FAULTS, WINDOW, Fault, Invalid, check, lost, problem
from tests.counterparts.x_posts import (
    Json,
    Names,
    World,
    is_handle,
    is_reference,
    load_world,
    named,
    show_post,
    show_user,
    within,
)


class XServer:
    """The server; `async with` starts it on a free port."""

    def __init__(
        self,
        world: World,
        *,
        now: Callable[[], datetime],
        token: str = "x-token",  # noqa: S107  of a fake server
        names: Names = "old",
        recording: Path | None = None,
    ) -> None:
        self.world = world
        self.now = now
        self.token = token
        self.names: Names = names
        self.recording = Recording("x", recording)
        self.faults: list[Fault] = []
        self.url = ""
        self.asked = asyncio.Event()  # set by the first call
        self._bought: dict[str, set[str]] = {"posts": set(), "users": set()}
        self._pages: dict[str, tuple[str, int]] = {}
        self._calls: dict[str, list[datetime]] = defaultdict(list)
        self._runner: web.AppRunner | None = None

    @property
    def charged(self) -> dict[str, int]:
        """The objects on the bill: posts and users."""
        return {kind: len(keys) for kind, keys in self._bought.items()}

    def fail(self, route: str, kind: str, *, times: int = 1, after: int = 0, reset_s: float | None = 900.0) -> None:
        self.faults.append(Fault(route, kind, times, after, reset_s))

    async def start(self, port: int = 0) -> int:
        app = web.Application()
        app.router.add_get("/2/tweets/search/recent", self._serving("search", self._search))
        app.router.add_get("/2/users/by", self._serving("users", self._users_by))
        app.router.add_get("/2/users/by/username/{name}", self._serving("users", self._user_by))
        app.router.add_get("/2/users", self._serving("users", self._users))
        app.router.add_get("/2/users/{id}/tweets", self._serving("timeline", self._timeline))
        app.router.add_get("/2/lists/{id}/tweets", self._serving("list", self._list))
        app.router.add_post("/faults", self._add_fault)
        app.router.add_get("/charged", self._tell_charged)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{bound}"
        return int(bound)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def _serving(self, route: str, answer: Callable[[web.Request], Json]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            response = self._faulty(route, request) or self._answered(route, request, answer)
            self.recording.add(request, None, response.status)
            self.asked.set()
            return response

        return handle

    def _answered(self, route: str, request: web.Request, answer: Callable[[web.Request], Json]) -> web.Response:
        headers = self._count_call(route)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return problem("401", headers)
        if headers["x-rate-limit-remaining"] == "-1":
            return problem("429", {**headers, "x-rate-limit-remaining": "0"})
        try:
            check(route, request.query, self.now())
            return web.json_response(answer(request), headers=headers)
        except Invalid as error:
            return web.json_response(error.body, status=400, headers=headers)

    def _faulty(self, route: str, request: web.Request) -> web.Response | None:
        fault = next((one for one in self.faults if one.times and one.route in {"", route}), None)
        if fault is None:
            return None
        if fault.after:
            fault.after -= 1
            return None
        fault.times -= 1
        if fault.kind == "disconnect":
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=499)
        if fault.kind in TEXT_FAULTS:
            return web.Response(text=TEXT_FAULTS[fault.kind], content_type="text/html")
        headers = {"x-rate-limit-limit": str(CALLS[route]), "x-rate-limit-remaining": "0"}
        if fault.reset_s is not None:
            headers["x-rate-limit-reset"] = str(int(self.now().timestamp() + fault.reset_s))
        return problem(fault.kind, headers)

    def _count_call(self, route: str) -> dict[str, str]:
        now = self.now()
        calls = self._calls[route] = [call for call in self._calls[route] if call > now - WINDOW] + [now]
        return {
            "x-rate-limit-limit": str(CALLS[route]),
            "x-rate-limit-remaining": str(max(CALLS[route] - len(calls), -1)),
            "x-rate-limit-reset": str(int((calls[0] + WINDOW).timestamp())),
        }

    def _search(self, request: web.Request) -> Json:
        return self._page(request, self.world.found(request.query["query"]), "next_token")

    def _timeline(self, request: web.Request) -> Json:
        user_id = request.match_info["id"]
        if user_id not in self.world.users or user_id in self.world.gone:
            return {"errors": [lost("user", "id", user_id)]}
        excluded = {"retweets": "retweeted", "replies": "replied_to"}
        kinds = [excluded[word] for word in request.query.get("exclude", "").split(",") if word]
        posts = [post for post in self.world.posts if post["author_id"] == user_id]
        kept = [post for post in posts if not any(is_reference(post, kind) for kind in kinds)]
        return self._page(request, kept, "pagination_token")

    def _list(self, request: web.Request) -> Json:
        list_id = request.match_info["id"]
        if list_id not in self.world.lists:
            return {"errors": [lost("list", "id", list_id)]}
        members = {user["id"] for name in self.world.lists[list_id] if (user := self.world.user_named(name))}
        return self._page(
            request, [post for post in self.world.posts if post["author_id"] in members], "pagination_token"
        )

    def _page(self, request: web.Request, posts: list[Json], token_name: str) -> Json:
        """A page of what matches, newest first; the bill counts what is on it."""
        query = request.query
        token, place = query.get(token_name) or query.get("pagination_token"), 0
        rest = "&".join(f"{key}={query[key]}" for key in sorted(query) if "token" not in key and key != "max_results")
        asked = f"{request.path}?{rest}"
        if token:
            made_for, place = self._pages.get(token, ("", 0))
            if made_for != asked:
                raise Invalid(token_name, token, f"The {token_name} [{token}] is not valid for this request")
        matching = self.world.newest_first(post for post in posts if within(post, query))
        size = int(query.get("max_results", 100 if "/lists/" in request.path else 10))
        page = matching[place : place + size]
        if not page:
            return {"meta": {"result_count": 0}}
        fields = {*query.get("tweet.fields", "").split(","), *query.get("post.fields", "").split(",")}
        self._bill("posts", page)
        meta = {"result_count": len(page), "newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if place + size < len(matching):
            meta["next_token"] = f"b26v89c19zqg8o3f{len(self._pages):08x}"
            self._pages[meta["next_token"]] = (asked, place + size)
        return {
            "data": [show_post(post, fields, self.names) for post in page],
            **self._included(page, query),
            "meta": meta,
        }

    def _included(self, page: list[Json], query: Any) -> Json:
        """What the expansions ask for; it is billed too."""
        expansions = set(query.get("expansions", "").split(","))
        includes: Json = {}
        if "author_id" in expansions:
            users = list({post["author_id"]: self.world.users[post["author_id"]] for post in page}.values())
            self._bill("users", users)
            includes["users"] = [show_user(user, set(query.get("user.fields", "").split(","))) for user in users]
        if "referenced_tweets.id" in expansions:
            ids = {one["id"] for post in page for one in post.get("referenced_tweets", [])}
            posts = [post for post in self.world.posts if post["id"] in ids]
            self._bill("posts", posts)
            fields = set(query.get("tweet.fields", "").split(","))
            includes["tweets"] = [show_post(post, fields, self.names) for post in posts]
        return {"includes": named(includes, self.names)} if includes else {}

    def _users(self, request: web.Request) -> Json:
        ids = request.query.get("ids", "").split(",")
        return self._user_answer(request, "ids", {key: self.world.users.get(key) for key in ids})

    def _users_by(self, request: web.Request) -> Json:
        names = request.query.get("usernames", "").split(",")
        for name in names:
            if not is_handle(name):
                message = f"The `usernames` query parameter value [{name}] does not match ^[A-Za-z0-9_]{{1,15}}$"
                raise Invalid("usernames", name, message)
        return self._user_answer(request, "usernames", {name: self.world.user_named(name) for name in names})

    def _user_by(self, request: web.Request) -> Json:
        name = request.match_info["name"]
        answer = self._user_answer(request, "username", {name: self.world.user_named(name)})
        return {**answer, "data": answer["data"][0]} if "data" in answer else answer

    def _user_answer(self, request: web.Request, parameter: str, asked: dict[str, Json | None]) -> Json:
        if not 1 <= len(asked) <= 100:
            count = f"The number of values in the `{parameter}` query parameter list [{len(asked)}]"
            raise Invalid(parameter, ",".join(asked), f"{count} is not between 1 and 100")
        found = [user for user in asked.values() if user and not {user["id"], user["username"]} & self.world.gone]
        unfound = [key for key, user in asked.items() if user not in found]
        self._bill("users", found)
        fields = set(request.query.get("user.fields", "").split(","))
        answer: Json = {"data": [show_user(user, fields) for user in found]} if found else {}
        return answer | ({"errors": [lost("user", parameter, key) for key in unfound]} if unfound else {})

    def _bill(self, kind: str, rows: list[Json]) -> None:
        day = self.now().astimezone(UTC).date()
        self._bought[kind] |= {f"{day} {row['id']}" for row in rows}

    async def _add_fault(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        self.fail(wanted.pop("path", ""), **wanted)
        return web.json_response({"ok": True})

    async def _tell_charged(self, _: web.Request) -> web.Response:
        return web.json_response(self.charged)


async def _serve(options: argparse.Namespace) -> None:
    def now() -> datetime:
        return options.now or datetime.now(UTC)

    world = load_world(options.posts)
    server = XServer(world, now=now, token=options.token, names=options.names, recording=options.recording)
    port = await server.start(options.port)
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--posts", type=Path, required=True)
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--token", default="x-token")
    parser.add_argument("--names", choices=("old", "new"), default="old")
    parser.add_argument("--now", type=datetime.fromisoformat, help="the clock stands still at this time")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
