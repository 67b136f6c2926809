"""What goes in the place of a part that Telegram refuses: plain words for bad styles, two parts for one too long.

In: a part and the refusal. Out: other parts that say the same, or None. Always holds: no letter is lost; none of the
parts is like the one that was refused.
"""

from __future__ import annotations

from typing import Any

from bot.platforms import Part
from bot.platforms.telegram.rendering import units_of

BAD_STYLES = ("can't parse entities", "messageentity", "entity", "entities")
BAD_BUTTONS = ("button", "keyboard")
BAD_PICTURE = (
    "image_process_failed", "photo_invalid", "photo_ext_invalid", "photo_save_file_invalid", "wrong file",
    "wrong remote file", "wrong type", "failed to get http url content", "photo should be uploaded",
)  # fmt: skip
TOO_LONG = ("too long", "too_long")
HALF = 1 / 2
SHORTEST = 200  # UTF-16 units: what is shorter is not too long, whatever is said
MAX_CAPTION = 1000  # UTF-16 units: what surely fits under a picture


def mend(refusal: str, part: Part) -> tuple[Part, ...] | None:
    """The parts that take its place; None where nothing would help."""
    said = refusal.lower()
    if any(words in said for words in TOO_LONG):
        return split(part)
    if any(words in said for words in BAD_PICTURE) and part["method"] == "sendPhoto":
        return (without_picture(part),) if part.get("caption") else ()
    if any(words in said for words in BAD_BUTTONS) and "reply_markup" in part:
        return ({name: value for name, value in part.items() if name != "reply_markup"},)
    if any(words in said for words in BAD_STYLES):
        return make_plain(part)
    return None


def make_plain(part: Part) -> tuple[Part, ...] | None:
    """The same words without styles and links."""
    name = "caption_entities" if part["method"] == "sendPhoto" else "entities"
    return ({**part, name: []},) if part.get(name) else None


def split(part: Part) -> tuple[Part, ...] | None:
    """In two, at the end of a line if there is one in the middle third; under a picture stays what fits there."""
    if part["method"] == "sendPhoto":
        text, entities = part.get("caption", ""), part.get("caption_entities", [])
        at = _place(text, min(MAX_CAPTION, int(units_of(text) * HALF)))
    else:
        text, entities = part.get("text", ""), part.get("entities", [])
        at = _place(text, int(units_of(text) * HALF))
    if units_of(text) < SHORTEST or not text[:at].strip() or not text[at:].strip():
        return None
    edge = units_of(text[:at])
    first = {name: value for name, value in part.items() if name != "reply_markup"}
    names = ("caption", "caption_entities") if part["method"] == "sendPhoto" else ("text", "entities")
    first |= dict(zip(names, (text[:at], _before(entities, edge)), strict=True))
    rest: Part = {
        "method": "sendMessage",
        "text": text[at:],
        "entities": _after(entities, edge),
        "link_preview_options": {"is_disabled": True},
    }
    return first, rest | ({"reply_markup": part["reply_markup"]} if "reply_markup" in part else {})


def without_picture(part: Part) -> Part:
    """The caption alone, as a message."""
    words: Part = {
        "method": "sendMessage",
        "text": part["caption"],
        "entities": part["caption_entities"],
        "link_preview_options": {"is_disabled": True},
    }
    return words | ({"reply_markup": part["reply_markup"]} if "reply_markup" in part else {})


def _place(text: str, edge: int) -> int:
    """Where to cut, in characters: before so many UTF-16 units; after a line's end if one is near."""
    at = used = 0
    while at < len(text) and used + units_of(text[at]) <= edge:
        used += units_of(text[at])
        at += 1
    line = text.rfind("\n", at * 2 // 3, at) + 1
    return line or at


def _before(entities: list[dict[str, Any]], edge: int) -> list[dict[str, Any]]:
    return [
        {**each, "length": min(each["length"], edge - each["offset"])} for each in entities if each["offset"] < edge
    ]


def _after(entities: list[dict[str, Any]], edge: int) -> list[dict[str, Any]]:
    found = []
    for each in entities:
        start, end = max(each["offset"], edge), each["offset"] + each["length"]
        if end > start:
            found.append({**each, "offset": start - edge, "length": end - start})
    return found
