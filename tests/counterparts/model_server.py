"""A language model's server, as OpenAI's API and those like it speak: it follows the schema that it is asked for.

What it says comes from `model_answers`. `mode` is what it does wrong, in `times` calls (or all)
from the one number `after` on.

    python -m tests.counterparts.model_server --port 0 --mode ok
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from typing import Any, Self

from aiohttp import web

from tests.counterparts.model_answers import answer_to, spoil
from tests.counterparts.model_lies import LIES
from tests.counterparts.model_orders import obey
from tests.counterparts.model_refusals import refuse

MODES = (
    "ok", "no-json-schema", "no-json-object", "500-json-schema", "no-stream-options", "prose", "wrong-schema",
    "unknown-ids", "no-citations", "echo", "cut-json", "cut-stream", "broken-chunk", "empty", "429", "429-quota", "500",
    "503", "401", "no-model", "too-long", "drop", "slow", "refusal", "huge", "gullible", *LIES,
)  # fmt: skip
HUGE = 400_000  # characters


class ModelServer:
    """`async with ModelServer("429", times=2) as server:` then `server.base_url`; `calls` are the bodies it got."""

    def __init__(
        self, mode: str = "ok", *, times: int | None = None, after: int = 0, port: int = 0, delay_s: float = 3600
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode {mode!r} is unknown; choose of {', '.join(MODES)}")
        self.mode = mode
        self.times = times
        self.after = after
        self.port = port
        self.calls: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.said: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._delay_s = delay_s
        self._stopping = asyncio.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    def release(self) -> None:
        """Let the requests that the mode slow holds, and those to come, be answered."""
        self._stopping.set()

    async def __aexit__(self, *_: object) -> None:
        self.release()
        await self._runner.cleanup()

    async def _models(self, _request: web.Request) -> web.Response:
        card = {"id": "tuibao-test", "object": "model", "created": 1_700_000_000, "owned_by": "tests"}
        return web.json_response({"object": "list", "data": [card]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._answer(request)
        finally:
            self._at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(body)
        number = len(self.calls) - self.after
        mode = self.mode if number > 0 and (self.times is None or number <= self.times) else "ok"
        if mode == "drop":
            self.statuses.append(0)
            if request.transport:
                request.transport.abort()
            return web.Response()
        if mode == "slow":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._delay_s)
        refusal = refuse(mode, body)
        self.statuses.append(refusal[0] if refusal else 200)
        if refusal:
            status, error, headers = refusal
            return web.json_response({"error": error}, status=status, headers=headers)
        text, finish = _say(mode, body)
        self.said.append(text)
        if not body.get("stream"):
            message = {"role": "assistant", "content": text, "refusal": None}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
            return web.json_response(
                _envelope(body, "chat.completion") | {"choices": [choice], "usage": _usage(body, text)}
            )
        return await _stream(request, body, text, finish, mode)


async def _stream(
    request: web.Request, body: Mapping[str, Any], text: str, finish: str, mode: str
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    envelope = _envelope(body, "chat.completion.chunk")

    async def send(delta: dict[str, Any], finished: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finished}
        await response.write(_event(envelope | {"choices": [choice]}))

    await send({"role": "assistant", "content": ""})
    for at in range(0, len(text), 200):
        if at and mode == "cut-stream":
            return response
        if at and mode == "broken-chunk":
            await response.write(b'data: {"id": "chatcmpl-1", "choi\n\n')
        await send({"content": text[at : at + 200]})
    await send({}, finish)
    if (body.get("stream_options") or {}).get("include_usage"):
        await response.write(_event(envelope | {"choices": [], "usage": _usage(body, text)}))
    await response.write(b"data: [DONE]\n\n")
    return response


def _event(chunk: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _envelope(body: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": body["model"]}


def _usage(body: Mapping[str, Any], text: str) -> dict[str, int]:
    asked = sum(len(message["content"].encode()) for message in body["messages"]) // 4
    said = len(text.encode()) // 4
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _say(mode: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """The answer's text and why it ends."""
    messages = [message["content"] for message in body["messages"]]
    answer = answer_to(messages, _schema(body))
    match mode:
        case "wrong-schema":
            answer = {"result": "I have written the points.", "items": []}
        case "unknown-ids" | "no-citations":
            spoil(answer, ["p999", "2037254607001559305"] if mode == "unknown-ids" else [])
        case "gullible":
            obey(answer, messages)
        case lie if lie in LIES:
            LIES[lie](answer, messages)
    return _word(mode, json.dumps(answer, ensure_ascii=False), messages[0]), "length" if mode == "cut-json" else "stop"


def _word(mode: str, text: str, prompt: str) -> str:
    """The answer's JSON as the mode words it."""
    worded = {
        "prose": f"好的，这是结果 {{如下}}：\n\n```json\n{text}\n```\n\n希望有帮助！",
        "refusal": "I'm sorry, but I can't help with that request.",
        "huge": f'{text[:-1]}, "notes": "{"这条很重要。" * (HUGE // 6)}"}}',
        "cut-json": text[: len(text) // 2],
        "empty": "",
        "echo": prompt,
    }
    return worded.get(mode, text)


def _schema(body: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the answer: where the request puts it, else as its words give it."""
    wanted = body.get("response_format") or {}
    if "json_schema" in wanted:
        schema: dict[str, Any] = wanted["json_schema"]["schema"]
        return schema
    _, _, said = body["messages"][0]["content"].rpartition("JSON Schema:")
    return dict(json.loads(said))


async def _serve(mode: str, port: int, times: int | None, delay_s: float) -> None:
    async with ModelServer(mode, times=times, port=port, delay_s=delay_s) as server:
        sys.stdout.write(json.dumps({"port": server.port, "base_url": server.base_url, "mode": mode}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="a language model's server for tests")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--mode", choices=MODES, default="ok")
    parser.add_argument("--times", type=int, help="calls that the mode is for; then ok")
    parser.add_argument("--delay-s", type=float, default=3600, help="how long the mode slow waits")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.mode, options.port, options.times, options.delay_s))


if __name__ == "__main__":
    main()
