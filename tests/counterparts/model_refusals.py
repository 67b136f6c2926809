"""The errors of a language model's server, in OpenAI's words: which mode refuses which request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Refusal = tuple[int, dict[str, Any], dict[str, str]]


def refuse(mode: str, body: Mapping[str, Any]) -> Refusal | None:
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


_ERRORS: dict[str, Refusal] = {
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
