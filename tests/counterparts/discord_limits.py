"""What Discord refuses about a message or a command, in its own error bodies (API v10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Problem = tuple[tuple[str, ...], str, str]  # where, code, words
# https://discord.com/developers/docs/reference#locales
EUROPEAN = {
    *("da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR", "ro"),
    *("fi", "sv-SE", "tr", "cs", "el", "bg", "ru", "uk"),
}
LOCALES = EUROPEAN | {"id", "vi", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"}
NAME = re.compile(r"[-_'\w]{1,32}")


class ApiError(Exception):
    """An answer other than 2xx: status and body."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code, **more}


def check_message(body: Json, files: int, *, creates: bool) -> None:
    """ApiError 50035 with the places of all faults, 50006 for nothing at all."""
    _refuse(list(_message_problems(body)))
    if creates and not files and not any(body.get(key) for key in ("content", "embeds", "components")):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_commands(commands: list[Json]) -> None:
    found: list[Problem] = []
    for position, command in enumerate(commands):
        found += _command_problems(command, (str(position),))
    _refuse(found)


def check_thread(body: Json) -> None:
    name = body.get("name") or ""
    _refuse([*_required(name.strip(), "name"), *_too_long(name, 100, "name")])


def check_choices(data: Json) -> None:
    choices = data.get("choices") or []
    found: list[Problem] = []
    if len(choices) > 25:
        found.append((("data", "choices"), "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length."))
    for position, choice in enumerate(choices):
        for key in ("name", "value"):
            place = ("data", "choices", str(position), key)
            found += [*_required(choice.get(key), *place), *_too_long(choice.get(key), 100, *place)]
    _refuse(found)


def check_modal(data: Json) -> None:
    found = [*_required(data.get("title"), "data", "title"), *_too_long(data.get("title"), 45, "data", "title")]
    found += _required(data.get("custom_id"), "data", "custom_id")
    found += _too_long(data.get("custom_id"), 100, "data", "custom_id")
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        found.append((("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."))
    for position, component in enumerate(components):
        place = ("data", "components", str(position))
        if component["type"] == 10:
            found += _required(component.get("content"), *place, "content")
            found += _too_long(component.get("content"), 4000, *place, "content")
            continue
        line = component["component"]
        found += [*_required(component.get("label"), *place, "label")]
        found += _too_long(component.get("label"), 45, *place, "label")
        found += _too_long(line.get("placeholder"), 100, *place, "component", "placeholder")
        found += _required(line.get("custom_id"), *place, "component", "custom_id")
    _refuse(found)


def _refuse(found: list[Problem]) -> None:
    if not found:
        return
    errors: Json = {}
    for place, code, words in found:
        node = errors
        for step in place:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": words})
    raise ApiError(400, 50035, "Invalid Form Body", errors=errors)


def _too_long(text: str | None, limit: int, *place: str) -> Iterator[Problem]:
    if text and len(text) > limit:
        yield place, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length."


def _required(text: str | None, *place: str) -> Iterator[Problem]:
    if not text:
        yield place, "BASE_TYPE_REQUIRED", "This field is required"


def _message_problems(body: Json) -> Iterator[Problem]:
    yield from _too_long(body.get("content"), 2000, "content")
    yield from _too_long(body.get("nonce"), 25, "nonce")
    embeds = body.get("embeds") or []
    if len(embeds) > 10:
        yield ("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."
    if sum(map(_embed_size, embeds)) > 6000:
        yield ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
    for position, embed in enumerate(embeds):
        yield from _embed_problems(embed, ("embeds", str(position)))
    yield from _component_problems(body.get("components") or [])


def _embed_size(embed: Json) -> int:
    fields = [text for field in embed.get("fields") or [] for text in (field["name"], field["value"])]
    texts = (embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text"), *fields)
    return sum(len(text or "") for text in texts)


def _embed_problems(embed: Json, place: tuple[str, ...]) -> Iterator[Problem]:
    yield from _too_long(embed.get("title"), 256, *place, "title")
    yield from _too_long(embed.get("description"), 4096, *place, "description")
    yield from _too_long((embed.get("footer") or {}).get("text"), 2048, *place, "footer", "text")
    if not any(embed.get(key) for key in ("title", "description", "footer", "image", "fields", "thumbnail", "author")):
        yield from _required("", *place, "description")
    for position, told in enumerate(embed.get("fields") or []):
        for key, limit in (("name", 256), ("value", 1024)):
            yield from _required(told[key].strip(), *place, "fields", str(position), key)
            yield from _too_long(told[key], limit, *place, "fields", str(position), key)
    if len(embed.get("fields") or []) > 25:
        yield (*place, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."


def _component_problems(rows: list[Json]) -> Iterator[Problem]:
    seen: set[str] = set()
    if len(rows) > 5:
        yield ("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
    for position, row in enumerate(rows):
        place = ("components", str(position), "components")
        buttons = row.get("components") or []
        if not 1 <= len(buttons) <= 5:
            yield place, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        for column, button in enumerate(buttons):
            action = button.get("custom_id")
            yield from _required(action, *place, str(column), "custom_id")
            yield from _too_long(action, 100, *place, str(column), "custom_id")
            yield from _required(button.get("label"), *place, str(column), "label")
            yield from _too_long(button.get("label"), 80, *place, str(column), "label")
            if action in seen:
                words = "Component custom id cannot be duplicated"
                yield (*place, str(column), "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", words
            seen.add(action)


def _command_problems(command: Json, place: tuple[str, ...]) -> Iterator[Problem]:
    name = command.get("name") or ""
    if not NAME.fullmatch(name) or name != name.lower():
        yield (*place, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"
    yield from _required(command.get("description"), *place, "description")
    yield from _too_long(command.get("description"), 100, *place, "description")
    for locale, words in (command.get("description_localizations") or {}).items():
        at = (*place, "description_localizations", locale)
        if locale not in LOCALES:
            yield at, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.'
        yield from _required(words, *at)
        yield from _too_long(words, 100, *at)
    optional_seen = False
    for position, option in enumerate(command.get("options") or []):
        yield from _command_problems(option, (*place, "options", str(position)))
        if option.get("required") and optional_seen:
            words = "Required options must be placed before non-required options"
            yield (*place, "options", str(position)), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words
        optional_seen = optional_seen or not option.get("required")
