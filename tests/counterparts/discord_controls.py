"""What the one who tests may do to the Discord counterpart over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from tests.counterparts.discord_gateway import Gateway
from tests.counterparts.discord_limits import Json
from tests.counterparts.discord_world import Interaction, World


class Server(Protocol):
    world: World
    gateway: Gateway
    statuses: Counter[int]

    def fail(self, method: str, path: str, status: int, body: Json, *, times: int = 1) -> None: ...


def control_routes(server: Server) -> list[web.RouteDef]:
    """POST /test/ACTION with its arguments as a JSON object; the answer is {"result": …} or {"error": …}."""
    world, gateway = server.world, server.gateway
    actions: dict[str, Callable[..., Any]] = {
        "add_guild": world.add_guild,  # name, channels, [silent], [system], [locale], [features] → channel ids
        "add_channel": world.add_channel,  # guild_id, name, [thread_of] → its id
        "add_dm": world.add_dm,  # user_id → channel id
        "slash": lambda **told: world.slash(**told).id,  # channel_id, user_id, name, options
        "press": lambda **told: world.press(**told).id,  # message_id, user_id, action, [forged]
        "type": lambda **told: world.type(**told).id,  # channel_id, user_id, name, option, typed, and options
        "choices": lambda interaction_id: _made(world, interaction_id).choices,  # → what was offered, null: nothing yet
        "modal": lambda interaction_id: _made(world, interaction_id).modal,  # → the window, null: none
        "submit": lambda **told: world.submit(**told).id,  # interaction_id, words
        "permit": lambda user_id, rights: world.rights.update({user_id: rights}),
        "speak": lambda user_id, locale: world.locales.update({user_id: locale}),
        "messages": world.seen_by,  # channel_id, [user_id] → messages, each with "ephemeral"
        "remove_channel": world.remove_channel,  # channel_id
        "kick": world.kick,  # guild_id
        "rejoin": world.rejoin,  # guild_id
        "forbid": world.forbid,  # channel_id, rights
        "deny": lambda channel_id, code: world.denied.update({channel_id: code}),
        "fail": server.fail,  # method, path, status, body, [times]
        "accepted": lambda: world.accepted,  # → channel, message, when
        "statuses": lambda: {str(status): count for status, count in server.statuses.items()},
        "drop": gateway.drop,  # cuts the gateway's connections
        "state": lambda: {
            "commands": [command["name"] for command in world.commands],
            "sessions": sum(session.line is not None for session in gateway.sessions.values()),
            "identified": len(gateway.identified),
            "resumed": gateway.resumed,
        },
    }

    async def act(request: web.Request) -> web.Response:
        told = await request.json() if request.body_exists else {}
        try:
            result = actions[request.match_info["action"]](**told)
            result = await result if asyncio.iscoroutine(result) else result
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": result})

    return [web.post("/test/{action}", act)]


def _made(world: World, interaction_id: str) -> Interaction:
    return next(made for made in world.interactions.values() if made.id == interaction_id)
