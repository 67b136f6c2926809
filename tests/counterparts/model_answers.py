"""What a diligent, dull model answers: points that quote the posts word for word, a choice of the drafts' ids.

In: the messages of a request and the schema that it asks for. Out: an answer of that schema, the same each time. What
is asked for stands in the schema's fields: `points` that are drafted, or mended where they have an id and no
importance; `core` and the other lists of a choice; or all in one answer. Fields that it does not know it fills plainly.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POST = re.compile(r"<(p\d+) ([^|>\n]+?)(?: \|[^>\n]*)?>\n(.*?)\n</\1>", re.DOTALL)
DRAFT = re.compile(r"^(d\d+) \[(\d+) ?([a-z ]*)\] (.*)$", re.MULTILINE)
FAILING = re.compile(r"^<(r\d+) 所引 ([p\d ]+)>$", re.MULTILINE)
TRANSLATED = re.compile(r"^(t\d+) (?:(.*?)｜)?(.*)$", re.MULTILINE)
MOST = re.compile(r"最多写 (\d+) 条要点")
QUOTED = re.compile(r"^(.*?) 写道：「(.*?)」")
MARKET = re.compile(
    r"\$\d|\b(?:stocks?|oil|crude|futures|yield|btc|bitcoin|rate hike)\b|油价|股|币|收益率", re.IGNORECASE
)
AI = re.compile(r"\b(?:ai|agents?|claude|gpt|llm|model|codex|skills?|prompt)\b|模型|智能", re.IGNORECASE)
OPINION = re.compile(r"\b(?:i think|should|believe|imo|need to)\b|认为|应该|觉得", re.IGNORECASE)
MOOD = re.compile(r"lol|haha|!!|笑|哈哈", re.IGNORECASE)
MARKUP = re.compile(r"[\n「」“”\"<>\[\]*`~‹]|^\d+[.)] |……（后文略）", re.MULTILINE)
SHORTEST = 12  # characters that are worth a quotation


@dataclass(frozen=True)
class Draft:
    """A draft as the editor is shown it."""

    label: str
    kinds: tuple[str, ...]
    headline: str
    text: str


def answer_to(messages: Sequence[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """By the schema's fields, from the posts or drafts in the messages; an unknown schema is filled plainly."""
    fields = schema["properties"]
    words = next((message for message in messages if POST.search(message) or DRAFT.search(message)), "")
    answer: dict[str, Any] = {}
    if "points" in fields:
        asked = _resolved(_resolved(fields["points"], schema)["items"], schema)["properties"]
        if "headings" in fields:
            answer = _translate(messages[-1])
        else:
            answer = _mend(words) if "id" in asked and "importance" not in asked else _draft(words)
    if "core" in fields:
        answer |= _choose(_own_drafts(answer["points"]) if "points" in answer else _shown_drafts(words))
    conformed: dict[str, Any] = _conform(answer, schema, schema)
    return conformed


def _draft(words: str) -> dict[str, Any]:
    points: list[dict[str, Any]] = []
    dropped: list[dict[str, Any]] = []
    asked = MOST.search(words)
    most = int(asked[1]) if asked else sys.maxsize
    for label, name, body in POST.findall(words):
        if point := _quote(label, name, body):
            points += [point | {"id": f"d{len(points) + 1}"}] if len(points) < most else []
        else:
            dropped.append({"post": label, "kind": "empty", "reason": "看不出在说什么"})
    return {"points": points, "dropped": dropped}


def _quote(label: str, name: str, body: str) -> dict[str, Any] | None:
    """A point that quotes the longest stretch of a post, None where that says nothing."""
    quote = cut(max(MARKUP.split(body.partition("（引用")[0]), key=len).strip(), 90)
    if len(quote) < SHORTEST:
        return None
    kinds = ["sentiment"] if MOOD.search(body) else ["views"] if OPINION.search(body) else ["events"]
    kinds = ["market", "finance"] if MARKET.search(body) else kinds + (["ai"] if AI.search(body) else [])
    return {
        "headline": f"{cut(name, 12)}：{cut(quote, 10)}",
        "text": f"{name} 写道：「{quote}」。" + ("（推文所述，未核实）" if "market" in kinds else ""),
        "citations": [label],
        "importance": min(3 + len(body) // 100, 9),
        "kinds": kinds,
    }


def cut(words: str, length: int) -> str:
    """At most that many characters, and no half of a Latin word or a figure."""
    head = words[:length]
    if words[length : length + 1].isascii() and re.match(r"[\w.,%$'-]", words[length : length + 1]):
        head = re.sub(r"[A-Za-z0-9.,%$'_-]+$", "", head).rstrip() or head
    return head.strip()


def _mend(words: str) -> dict[str, Any]:
    """Each failing point anew, as a quotation of the first post that it cites."""
    shown = {label: (name, body) for label, name, body in POST.findall(words)}
    points = []
    for repair, cited in FAILING.findall(words):
        label = next((label for label in cited.split() if label in shown), None)
        if label and (point := _quote(label, *shown[label])):
            points.append(point | {"id": repair})
    return {"points": points}


def _translate(words: str) -> dict[str, Any]:
    """Who wrote what, where the quotation needs no translation; of the others only who wrote."""
    points = []
    for label, headline, text in TRANSLATED.findall(words):
        found = QUOTED.match(text)
        name, quote = found.groups() if found else (headline.partition("：")[0], "")
        said = f"{name} wrote: “{quote}”." if quote.isascii() else f"{name} wrote about it."
        points.append({"id": label, "headline": f"{name} wrote" if headline else "", "text": said})
    return {"headings": [], "points": points}


def _own_drafts(points: Sequence[Mapping[str, Any]]) -> list[Draft]:
    best = sorted(points, key=lambda point: -int(point["importance"]))
    return [Draft(point["id"], tuple(point["kinds"]), point["headline"], point["text"]) for point in best]


def _shown_drafts(words: str) -> list[Draft]:
    lines = [(label, kinds, line.partition("｜")) for label, _, kinds, line in DRAFT.findall(words)]
    return [Draft(label, tuple(kinds.split()), parts[0], parts[2] or parts[0]) for label, kinds, parts in lines]


def _choose(drafts: Sequence[Draft]) -> dict[str, Any]:
    rest: dict[str, list[str]] = {kind: [] for kind in ("views", "events", "market", "finance", "ai", "sentiment")}
    for draft in drafts[10:]:
        kind = "ai" if "ai" in draft.kinds and "views" not in draft.kinds else (draft.kinds or ("events",))[0]
        rest[kind].append(draft.label)
    by_label = {draft.label: draft for draft in drafts}
    half = -(-len(rest["ai"]) // 2)
    return {
        "same": [],
        "core": [draft.label for draft in drafts[:10]],
        "views": rest["views"],
        "events": rest["events"],
        "market": rest["market"][: len(rest["market"]) // 2],
        "finance": rest["market"][len(rest["market"]) // 2 :] + rest["finance"],
        "ai": [
            {"heading": "模型与产品", "points": rest["ai"][:half]},
            {"heading": "开发实践", "points": rest["ai"][half:]},
        ],
        "sentiment": [
            {"headline": by_label[label].headline, "text": by_label[label].text, "points": [label]}
            for label in rest["sentiment"][:4]
        ],
        "overview": [{"text": draft.text, "points": [draft.label]} for draft in drafts[:4]],
    }


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    return schema


def _conform(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The value with the schema's fields and no others: what is lacking is filled."""
    schema = _resolved(schema, root)
    if isinstance(value, dict) and "properties" in schema:
        return {
            name: _conform(value[name], child, root) if name in value else _fill(child, root)
            for name, child in schema["properties"].items()
        }
    if isinstance(value, list) and "items" in schema:
        return [_conform(item, schema["items"], root) for item in value]
    return value


def _fill(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The plainest value that a schema allows."""
    schema = _resolved(schema, root)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _fill(schema["anyOf"][0], root)
    if schema.get("type") == "object":
        return {name: _fill(child, root) for name, child in schema.get("properties", {}).items()}
    return {"string": "", "integer": 1, "number": 1, "boolean": False, "array": [], "null": None}[schema["type"]]


def answer_file(request: Path) -> Path:
    """Answer a request that was kept as a file, as a person would who puts the answer beside it."""
    words = request.read_text("utf-8")
    schema = json.loads(words.rpartition("\n\n")[2])
    turns = re.split(r"^## (?:system|user|assistant)\n\n", words, flags=re.MULTILINE)[1:]
    answer = request.with_name(request.name.removesuffix(".request.md") + ".answer.txt")
    answer.write_text(f"```json\n{json.dumps(answer_to(turns, schema), ensure_ascii=False, indent=1)}\n```\n", "utf-8")
    return answer


def spoil(answer: Any, ids: Sequence[str]) -> None:
    """Put these ids in place of all citations, at any depth."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if key == "citations":
                answer[key] = list(ids)
            else:
                spoil(value, ids)
    elif isinstance(answer, list):
        for item in answer:
            spoil(item, ids)
