"""What a diligent, dull model answers: points that quote the posts word for word, a choice of the drafts' ids.

In: the messages of a request and the schema that it asks for. Out: an answer of that schema, the same each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

POST = re.compile(r"<(p\d+) (.+?) (?:\d\d-\d\d )?\d\d:\d\d[^>\n]*>\n(.*?)\n</\1>", re.DOTALL)
DRAFT = re.compile(r"^(d\d+) \[(\d+) ?([a-z ]*)\] (.*)$", re.MULTILINE)
MARKET = re.compile(
    r"\$\d|\b(?:stocks?|oil|crude|futures|yield|btc|bitcoin|rate hike)\b|油价|股|币|收益率", re.IGNORECASE
)
AI = re.compile(r"\b(?:ai|agents?|claude|gpt|llm|model|codex|skills?|prompt)\b|模型|智能", re.IGNORECASE)
OPINION = re.compile(r"\b(?:i think|should|believe|imo|need to)\b|认为|应该|觉得", re.IGNORECASE)
MOOD = re.compile(r"lol|haha|!!|笑|哈哈", re.IGNORECASE)


def answer_to(messages: Sequence[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """By the schema's fields, from the posts or drafts in the messages; an unknown schema is filled plainly."""
    fields = schema["properties"]
    words = next((message for message in messages if POST.search(message) or DRAFT.search(message)), "")
    if "core" in fields:
        return _choose(words)
    if "points" in fields:
        return _draft(words)
    filled: dict[str, Any] = _fill(schema, schema)
    return filled


def _draft(words: str) -> dict[str, Any]:
    points = []
    for label, name, body in POST.findall(words):
        quote = max(re.split(r"[\n「」<>]", body.partition("（引用")[0]), key=len).strip()[:90]
        if len(quote) < 12:
            continue
        kinds = ["sentiment"] if MOOD.search(body) else ["views"] if OPINION.search(body) else ["events"]
        kinds = ["market", "finance"] if MARKET.search(body) else kinds + (["ai"] if AI.search(body) else [])
        headline = f"{name[:12]}：{quote[:10].strip()}"
        text = f"{name} 写道：「{quote}」。" + ("（推文所述，未核实）" if "market" in kinds else "")
        importance = min(3 + len(body) // 100, 9)
        points.append(
            {"headline": headline, "text": text, "citations": [label], "importance": importance, "kinds": kinds}
        )
    return {"points": points}


def _choose(words: str) -> dict[str, Any]:
    drafts = [(label, kinds.split(), line.split("｜")) for label, _, kinds, line in DRAFT.findall(words)]
    rest: dict[str, list[str]] = {kind: [] for kind in ("views", "events", "market", "finance", "ai", "sentiment")}
    for label, kinds, _ in drafts[10:]:
        kind = "ai" if "ai" in kinds and "views" not in kinds else (kinds or ["events"])[0]
        rest[kind].append(label)
    lines = {label: parts for label, _, parts in drafts}
    half = -(-len(rest["ai"]) // 2)
    return {
        "same": [],
        "core": [label for label, _, _ in drafts[:10]],
        "views": rest["views"],
        "events": rest["events"],
        "market": rest["market"][: len(rest["market"]) // 2],
        "finance": rest["market"][len(rest["market"]) // 2 :] + rest["finance"],
        "ai": [
            {"heading": "模型与产品", "points": rest["ai"][:half]},
            {"heading": "开发实践", "points": rest["ai"][half:]},
        ],
        "sentiment": [
            {"headline": lines[label][0], "text": lines[label][-1], "points": [label]}
            for label in rest["sentiment"][:4]
        ],
        "overview": [{"text": parts[-1], "points": [label]} for label, _, parts in drafts[:4]],
    }


def _fill(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The plainest value that a schema allows."""
    if "$ref" in schema:
        return _fill(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _fill(schema["anyOf"][0], root)
    if schema.get("type") == "object":
        return {name: _fill(child, root) for name, child in schema["properties"].items()}
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
