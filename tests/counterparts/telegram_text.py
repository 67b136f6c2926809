"""What a Telegram server makes of a text that it takes: trimmed, entities tidied, and what it finds by itself.

In: text and entities that `check_text` let pass. Out: the text as it is kept and the entities as they are shown.
Offsets are UTF-16 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

MERGED = ("bold", "italic", "underline", "strikethrough", "spoiler")  # two that touch are one
FOUND = {
    "bot_command": re.compile(r"(?<![\w/>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/])"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z]\w{2,31}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*"),
    "url": re.compile(r"https?://[^\s/?#]+\.[a-z]{2,24}[!-~]*", re.IGNORECASE),
}


def settle(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """As the message stands in the chat, and in every update that shows it."""
    kept = text.strip()
    skipped = units(text[: len(text) - len(text.lstrip())])
    trimmed = [_trim(entity, -skipped, units(kept)) for entity in entities]
    given = list(_merge([entity for entity in trimmed if entity["length"] > 0]))
    return kept, sorted([*given, *_find(kept, given)], key=lambda one: (one["offset"], -one["length"]))


def styled(message: Json, style: str) -> list[str]:
    """The words of a message that have this style, or that Telegram found to be of this kind."""
    words = str(message.get("text") or message.get("caption") or "").encode("utf-16-le", "surrogatepass")
    entities = message.get("entities") or message.get("caption_entities") or []
    places = [(2 * one["offset"], 2 * (one["offset"] + one["length"])) for one in entities if one["type"] == style]
    return [words[start:end].decode("utf-16-le", "surrogatepass") for start, end in places]


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _trim(entity: Json, shift: int, last: int) -> Json:
    start, end = entity["offset"] + shift, entity["offset"] + entity["length"] + shift
    start, end = max(start, 0), min(end, last)
    return entity | {"offset": start, "length": end - start}


def _merge(entities: list[Json]) -> Iterator[Json]:
    for style in MERGED:
        merged: list[Json] = []
        for entity in sorted((one for one in entities if one["type"] == style), key=lambda one: int(one["offset"])):
            before = merged[-1] if merged else None
            if before and entity["offset"] <= before["offset"] + before["length"]:
                end = max(before["offset"] + before["length"], entity["offset"] + entity["length"])
                merged[-1] = before | {"length": end - before["offset"]}
            else:
                merged.append(entity)
        yield from merged
    yield from (entity for entity in entities if entity["type"] not in MERGED)


def _find(text: str, given: list[Json]) -> Iterator[Json]:
    """Commands, mentions, hashtags and addresses in plain words; in code and in links there are none."""
    closed = [
        (one["offset"], one["offset"] + one["length"]) for one in given if one["type"] in {"code", "pre", "text_link"}
    ]
    for style, pattern in FOUND.items():
        for found in pattern.finditer(text):
            start, end = units(text[: found.start()]), units(text[: found.end()])
            if not any(begin < end and start < stop for begin, stop in closed):
                yield {"type": style, "offset": start, "length": end - start}
                closed.append((start, end))
