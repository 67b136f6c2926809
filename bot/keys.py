"""The keys of a tree of settings: what they are called in TOML and in the environment, and what is wrong with one.

In: a pydantic model, the TOML text, pydantic's errors. Out: names and sentences. A value that the model holds as
SecretStr never stands in a sentence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]  # ("topics", 0, "timezone")

PATTERNS = {
    "name": "must be lower-case letters, digits and _, at most 24, with a letter first, like ai",
    "schedule": 'must be times of day, like "08:00"',
    "admins": 'must be written like "telegram:42" or "discord:42"',
}
KINDS = {
    "string_type": "must be text in quotes",
    "tuple_type": 'must be a list, like ["…"]',
    "model_type": "must be a table of keys",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "must be a number"),
}


def toml_name(place: Place) -> str:
    """As TOML has it.

    >>> toml_name(("topics", 0, "timezone"))
    'topics[0].timezone'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def environment_name(place: Place, prefix: str) -> str:
    """The variable that sets it.

    >>> environment_name(("telegram", "token"), "TUIBAO_")
    'TUIBAO_TELEGRAM__TOKEN'
    """
    return prefix + "__".join(map(str, place)).upper()


def leaves(model: type[BaseModel], place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every key that holds no table of its own, with its type; a list of tables ([[topics]]) counts as one."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaves(field.annotation, (*place, name))
        else:
            yield (*place, name), field.annotation


def table(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model of the table at that place, None if there stands something else."""
    for part in place:
        if isinstance(part, int):
            continue
        if part not in model.model_fields:
            return None
        annotation = model.model_fields[part].annotation
        inner = [kind for kind in (annotation, *get_args(annotation)) if _is_model(kind)]
        if not inner:
            return None
        model = inner[0]
    return model


def line_of(text: str, place: Place) -> int | None:
    """The line of the TOML text that sets the key (or, where it is missing, begins its table); None if none does."""
    tables = [part for part in place if isinstance(part, str)]
    index = next((part for part in place if isinstance(part, int)), 0)
    seen: dict[str, int] = {}
    current, begun = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.\"-]+)\s*\]", line):
            current = header[2]
            seen[current] = seen.get(current, -1) + 1
            if current == tables[0] and seen[current] == index:
                begun = number
        elif key := re.match(r"\s*([\w.\"-]+)\s*=", line):
            full = ".".join(filter(None, (current, key[1]))).replace('"', "").split(".")
            if full == tables[: len(full)] and seen.get(current, 0) == (index if current == tables[0] else 0):
                return number
    return begun


def sentences(error: ValidationError, model: type[BaseModel]) -> list[tuple[Place, str]]:
    """Each thing that is wrong: the place, and what to say after its name."""
    return [(detail["loc"], _sentence(detail, model)) for detail in error.errors(include_url=False)]


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(place, model)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"]).removeprefix(f"{place[-1]} ")
    if kind == "literal_error":
        says = f"must be {context['expected']}"
    elif kind == "string_pattern_mismatch":
        key = next(part for part in reversed(place) if isinstance(part, str))
        says = PATTERNS.get(key, "is not well formed")
    else:
        says = KINDS.get(kind, detail["msg"].replace("Input should", "must"))
    return says + _found(detail, model)


def _unknown(place: Place, model: type[BaseModel]) -> str:
    name = str(place[-1])
    siblings = list(owner.model_fields) if (owner := table(model, place[:-1])) else []
    elsewhere = [toml_name(other) for other, _ in leaves(model) if other[-1] == name and len(other) > 1]
    if elsewhere and len(place) == 1:
        return f"is unknown; did you mean {' or '.join(elsewhere)}?"
    if near := difflib.get_close_matches(name.lower(), siblings, 1, 0.5):
        return f"is unknown; did you mean {near[0]}?"
    return f"is unknown; known here: {', '.join(siblings)}"


def _found(detail: ErrorDetails, model: type[BaseModel]) -> str:
    found = detail["input"]
    if not isinstance(found, str | int | float) or _is_secret(detail["loc"], model):
        return ""
    return f", not {found!r}" if len(str(found)) <= 60 else ""


def _is_secret(place: Place, model: type[BaseModel]) -> bool:
    """Also where it is not known what the key holds."""
    names = [part for part in place if isinstance(part, str)]
    owner = table(model, tuple(names[:-1]))
    return owner is None or owner.model_fields[names[-1]].annotation is SecretStr


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
