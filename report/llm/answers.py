"""Requests to the language model and its answers as files; and what an answer says.

In: a Request. Out: `HASH.request.md`, which a person can read and answer, and beside it `HASH.answer.txt`, the answer
as it came. Always holds: the hash is that of model, messages and schema, so the same question is never paid for
twice; files are written whole or not at all; only answers that came to their end are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

Answer = TypeVar("Answer", bound=BaseModel)

CUT = "回答在结尾处断了，JSON 不完整。请重新输出完整的 JSON，写短一些。"
NO_JSON = "回答里没有 JSON 对象。请只输出一个 JSON 对象，前后不要有别的文字。"
RESPONSE_KEYS = {"type", "enum", "const", "required", "description", "$ref"}  # what every strict server knows
MAX_COMPLAINTS = 5
LONGEST_LITERAL = 8


@dataclass(frozen=True)
class Turn:
    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class Request:
    """One question to the model. `label` says for people what it is; it is not part of the hash."""

    model: str
    turns: tuple[Turn, ...]
    schema_name: str
    schema: Mapping[str, Any]
    label: str = ""

    @property
    def name(self) -> str:
        """16 hexadecimal digits that stand for this question."""
        turns = [(turn.role, turn.text) for turn in self.turns]
        content = json.dumps([self.model, turns, self.schema], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def schema_text(self) -> str:
        return json.dumps(self.schema, ensure_ascii=False, separators=(",", ":"))

    def and_then(self, answer: str, complaint: str) -> Request:
        """The question that follows an answer which cannot be used."""
        retry = Turn("user", f"上面的回答不能用：\n{complaint}\n请改正，重新输出完整的 JSON。")
        said = (Turn("assistant", answer),) if answer.strip() else ()
        return replace(self, turns=(*self.turns, *said, retry))

    def as_text(self) -> str:
        """The question as a person reads it."""
        heads = [
            f"# {self.label or self.schema_name}",
            f"model: {self.model}\nanswer: {self.name}.answer.txt, beside this file",
        ]
        turns = [f"## {turn.role}\n\n{turn.text}" for turn in self.turns]
        return "\n\n".join([*heads, *turns, f"## schema of the answer ({self.schema_name})\n\n{self.schema_text}\n"])


class AnswerFiles:
    """The folder with all questions and answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, request: Request) -> str:
        """The kept answer; "" where there is none yet."""
        try:
            return self._answer_path(request).read_text("utf-8-sig", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def keep_request(self, request: Request) -> Path:
        path = self._folder / f"{request.name}.request.md"
        if not path.exists():
            _write_whole(path, request.as_text())
        return path

    def keep_answer(self, request: Request, text: str) -> None:
        _write_whole(self._answer_path(request), text)

    def _answer_path(self, request: Request) -> Path:
        return self._folder / f"{request.name}.answer.txt"


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8", errors="replace")
    temporary.replace(path)


def read_answer(text: str, answer: type[Answer]) -> Answer:
    """What the text says; ValueError is the complaint to send back, in the model's working language."""
    try:
        return answer.model_validate(find_json(text))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        lines = [f"{'.'.join(map(str, fault['loc'])) or 'JSON'}: {fault['msg']}" for fault in faults[:MAX_COMPLAINTS]]
        raise ValueError("JSON 的结构不对：\n" + "\n".join(lines)) from None


def find_json(text: str) -> dict[str, Any]:
    r"""The longest JSON object in a text, whatever prose or fence is around it; ValueError is the complaint.

    >>> find_json('Here you are: ```json\n{"points": []}\n``` Anything else?')
    {'points': []}
    """
    decoder = json.JSONDecoder(strict=False)
    best: dict[str, Any] | None = None
    length, start = 0, text.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            rest = text[error.pos :].rstrip()  # half a literal or escape, where the cut went through one
            if error.msg.startswith("Unterminated") or (len(rest) < LONGEST_LITERAL and not rest.endswith("}")):
                if len(text) - start > length:
                    raise ValueError(CUT) from None
                break
            end = start + 1
        except RecursionError:
            raise ValueError(NO_JSON) from None
        else:
            if end - start > length:
                best, length = value, end - start
        start = text.find("{", end)
    if best is None:
        raise ValueError(NO_JSON)
    return best


def strict_schema(answer: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema as strict mode demands it: all fields required, no others, plain keywords only."""
    strict: dict[str, Any] = _strict(answer.model_json_schema())
    return strict


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {key: value for key, value in node.items() if key in RESPONSE_KEYS}
    for key in ("properties", "$defs"):
        if key in node:
            kept[key] = {name: _strict(child) for name, child in node[key].items()}
    for key in ("items", "anyOf"):
        if key in node:
            kept[key] = _strict(node[key])
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return {"$ref": kept["$ref"]} if "$ref" in kept else kept
