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

MODES = (
    "ok", "no-json-schema", "no-json-object", "500-json-schema", "no-stream-options", "prose", "wrong-schema",
    "unknown-ids", "no-citations", "echo", "cut-json", "cut-stream", "broken-chunk", "empty", "429", "429-quota", "500",
    "503", "401", "no-model", "too-long", "drop", "slow",
)  # fmt: skip


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
        refusal = _refuse(mode, body)
        self.statuses.append(refusal[0] if refusal else 200)
        if refusal:
            status, error, headers = refusal
            return web.json_response({"error": error}, status=status, headers=headers)
        text, finish = _say(mode, body)
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


def _refuse(mode: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]] | None:
    """Status, error and headers in OpenAI's words; None where the mode lets this request pass."""
    wanted = (body.get("response_format") or {}).get("type", "text")
    if mode == "no-stream-options" and "stream_options" in body:
        said = "property 'stream_options' is unsupported, did you mean 'stream'?"
        return 400, _error(said, "invalid_request_error"), {}
    if wanted == "json_schema" and mode in {"no-json-schema", "no-json-object", "500-json-schema"}:
        if mode == "500-json-schema":
            return 500, _error("Internal Server Error", "server_error"), {}
        said = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
        return 400, _error(said, "invalid_request_error", "response_format"), {}
    if wanted == "json_object" and mode == "no-json-object":
        said = "'response_format.type' must be 'text'"
        return 422, _error(said, "invalid_request_error", "response_format"), {}
    return _ERRORS.get(mode)


def _error(message: str, kind: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"message": message, "type": kind, "param": param, "code": code}


_ERRORS: dict[str, tuple[int, dict[str, Any], dict[str, str]]] = {
    "429": (
        429,
        _error("Rate limit reached for requests. Please try again in 7s.", "requests", code="rate_limit_exceeded"),
        {"retry-after": "7"},
    ),
    "429-quota": (
        429,
        _error(
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            code="insufficient_quota",
        ),
        {},
    ),
    "500": (
        500,
        _error("The server had an error while processing your request. Sorry about that!", "server_error"),
        {},
    ),
    "503": (503, _error("The engine is currently overloaded, please try again later", "server_error"), {}),
    "401": (
        401,
        _error("Incorrect API key provided: sk-1234*5678.", "invalid_request_error", code="invalid_api_key"),
        {},
    ),
    "no-model": (
        404,
        _error(
            "The model `x` does not exist or you do not have access to it.",
            "invalid_request_error",
            None,
            "model_not_found",
        ),
        {},
    ),
    "too-long": (
        400,
        _error(
            "This model's maximum context length is 8192 tokens.",
            "invalid_request_error",
            "messages",
            "context_length_exceeded",
        ),
        {},
    ),
}


def _say(mode: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """The answer's text and why it ends."""
    answer = answer_to([message["content"] for message in body["messages"]], _schema(body))
    if mode == "wrong-schema":
        return json.dumps({"result": "I have written the points.", "items": []}), "stop"
    if mode in {"unknown-ids", "no-citations"}:
        spoil(answer, ["p999", "2037254607001559305"] if mode == "unknown-ids" else [])
    if mode == "echo":
        return body["messages"][0]["content"], "stop"
    text = json.dumps(answer, ensure_ascii=False)
    match mode:
        case "prose":
            return f"好的，这是结果 {{如下}}：\n\n```json\n{text}\n```\n\n希望有帮助！", "stop"
        case "cut-json":
            return text[: len(text) // 2], "length"
        case "empty":
            return "", "stop"
    return text, "stop"


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
