"""Discord's gateway (v10, JSON, zlib-stream where asked): HELLO, IDENTIFY or RESUME, heartbeats, events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.counterparts.discord_limits import Json
from tests.counterparts.discord_world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
AUTHENTICATION_FAILED, NOT_AUTHENTICATED = 4004, 4003


@dataclass
class Session:
    id: str
    events: list[Json] = field(default_factory=list)  # all of them, for RESUME
    line: Line | None = None  # None: disconnected


class Line:
    """One websocket, compressed as its client asked."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._zlib = zlib.compressobj() if compressed else None

    async def send(self, frame: Json) -> None:
        words = json.dumps(frame, ensure_ascii=False).encode()
        with contextlib.suppress(ConnectionError):
            if self._zlib:
                await self.socket.send_bytes(self._zlib.compress(words) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            else:
                await self.socket.send_str(words.decode())


class Gateway:
    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.url = ""
        self.identified: list[Json] = []
        self.resumed = 0
        self.heartbeats = 0
        self.sessions: dict[str, Session] = {}
        self._sending: set[asyncio.Task[None]] = set()
        world.emit = self.emit

    def emit(self, event: str, data: Json) -> None:
        """To every session; those that are disconnected get it when they resume."""
        for session in self.sessions.values():
            self._dispatch(session, event, data)

    def _dispatch(self, session: Session, event: str, data: Any) -> None:
        frame = {"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
        session.events.append(json.loads(json.dumps(frame)))
        if session.line:
            self._send(session.line, frame)

    def _send(self, line: Line, frame: Json) -> None:
        task = asyncio.ensure_future(line.send(frame))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def drop(self) -> None:
        """Cut every connection, as Discord does now and then; clients resume."""
        for session in self.sessions.values():
            if session.line:
                await session.line.socket.close(code=4000)

    async def stop(self) -> None:
        for session in self.sessions.values():
            if session.line:
                await session.line.socket.close(code=1001)
        self.sessions.clear()
        for task in list(self._sending):
            task.cancel()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = Line(socket, compressed=request.query.get("compress") == "zlib-stream")
        await line.send({"op": HELLO, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    session = await self._hear(line, json.loads(message.data), session)
        finally:
            if session and session.line is line:
                session.line = None
        return socket

    async def _hear(self, line: Line, frame: Json, session: Session | None) -> Session | None:
        match frame["op"]:
            case 1:
                self.heartbeats += 1
                await line.send({"op": ACK, "d": None, "s": None, "t": None})
            case 2 | 6 if frame["d"]["token"] != self.token:
                await line.socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
            case 2:
                return self._identify(line, frame["d"])
            case 6:
                return await self._resume(line, frame["d"])
            case _ if session is None:
                await line.socket.close(code=NOT_AUTHENTICATED)
        return session

    def _identify(self, line: Line, data: Json) -> Session:
        self.identified.append({key: value for key, value in data.items() if key != "token"})
        session = Session(self.world.new_id(), line=line)
        self.sessions[session.id] = session
        guilds = [{"id": guild_id, "unavailable": True} for guild_id in self.world.guilds]
        ready = {"v": 10, "user": self.world.bot, "guilds": guilds, "session_id": session.id}
        ready |= {"resume_gateway_url": self.url, "application": {"id": self.world.application_id, "flags": 0}}
        self._dispatch(session, "READY", ready)
        for guild_id in self.world.guilds:
            self._dispatch(session, "GUILD_CREATE", self.world.guild(guild_id) | {"unavailable": False})
        return session

    async def _resume(self, line: Line, data: Json) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await line.send({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return None
        self.resumed += 1
        session.line = line
        for event in session.events[data["seq"] or 0 :]:
            await line.send(event)
        self._dispatch(session, "RESUMED", {})
        return session
