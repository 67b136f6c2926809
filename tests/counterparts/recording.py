"""Every call that a counterpart got, as a JSON line: t, service, method, path, query, body, status.

An uploaded file stands in the body as {"filename": …, "size": …}. `violations` asks the checker that knows the
official specifications, where it is at hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from aiohttp import web

CHECKER = Path(__file__).resolve().parents[3] / "shared" / "tools" / "check_calls.py"
Service = Literal["telegram", "discord", "x"]


class Recording:
    """Calls in the order of their answers; kept in memory and, where a path is given, in a file. `clock` is the
    counterpart's own: where a test makes time pass, the calls keep the rates by that time.
    """

    def __init__(self, service: Service, path: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.service = service
        self._clock = clock
        self.path = path
        self.calls: list[dict[str, Any]] = []

    def add(self, request: web.Request, body: Any, status: int) -> None:
        call = {
            "t": self._clock(),
            "service": self.service,
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "body": body,
            "status": status,
        }
        self.calls.append(call)
        if self.path:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(call, ensure_ascii=False) + "\n")

    def save(self, path: Path) -> Path:
        path.write_text("".join(json.dumps(call, ensure_ascii=False) + "\n" for call in self.calls), encoding="utf-8")
        return path


async def read_body(request: web.Request) -> Any:
    """The body as the checker wants it: JSON as it is; a form as a dict, values that are JSON decoded, files named."""
    if not request.body_exists:
        return None
    if request.content_type == "application/json":
        return await request.json()
    form = await request.post()
    body: dict[str, Any] = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            body[name] = {"filename": value.filename, "size": len(value.file.read())}
        else:
            body[name] = _decoded(str(value))
    return body


def _decoded(words: str) -> Any:
    if words[:1] not in "[{":
        return words
    try:
        return json.loads(words)
    except ValueError:
        return words


def violations(*recordings: Path, rates: bool = False) -> list[str]:
    """What the checker finds in the recordings; [] where all calls are allowed."""
    options = ["--rates"] if rates else []
    done = subprocess.run(  # noqa: S603  our own checker on our own files
        [sys.executable, str(CHECKER), *map(str, recordings), *options], capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines()[:-1]
