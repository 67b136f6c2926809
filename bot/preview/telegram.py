"""Telegram's parts as bubbles: in, what `send` would send; out, what the template needs of each.

Entities become tags around the words that they cover, in UTF-16 units as Telegram counts; rich HTML keeps the tags that
Telegram knows and nothing else. Always holds: every character of a part is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from bot.config import TelegramSettings
from bot.platforms import Part
from bot.platforms.telegram import TelegramPlatform
from bot.preview.cleaning import clean, picture_data
from handlers.chats import ChatKind

BOT = "TuibaoBot"
TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "strikethrough": ("<s>", "</s>"),
    "underline": ("<u>", "</u>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    # A quote that opens where it is touched: a page without a script has only a hidden box for that.
    "expandable_blockquote": (
        '<label class="quote"><input type="checkbox"><blockquote>',
        "</blockquote></label>",
    ),
}


class ShownTelegram(TelegramPlatform):
    """Never starts, and so has its name from here."""

    def __init__(self, *, rich: bool) -> None:
        super().__init__(TelegramSettings(rich="auto" if rich else "off"))
        self._username = BOT


def draw(part: Part, kind: ChatKind) -> dict[str, Any]:
    """`picture`, `html`, `rich`, rows of `buttons` with `link` and `chosen`."""
    rich = part.get("rich_message") or {}
    markup = rich.get("html") or part.get("html")
    text, entities = part.get("text") or part.get("caption") or "", part.get("entities") or part.get("caption_entities")
    pictures: Mapping[str, str] = part.get("pictures") or rich.get("pictures") or {}
    shown = {f"tg://photo?id={name}": picture_data(path) for name, path in pictures.items()}
    rows = (part.get("reply_markup") or {}).get("inline_keyboard", [])
    return {
        "picture": picture_data(part["photo"]) if part.get("photo") else "",
        "html": clean(markup, shown) if markup else encode_entities(text, entities or []),
        "rich": bool(markup),
        "channel": kind == "channel",
        "buttons": [
            [
                {"label": key["text"], "link": "url" in key, "chosen": key["text"].startswith("✓"), "title": _says(key)}
                for key in row
            ]
            for row in rows
        ],
    }


def encode_entities(text: str, entities: Sequence[Mapping[str, Any]]) -> Markup:
    """Text with entities as HTML. Entities that cross are not Telegram's, and are left out."""
    units = _places(text)
    opening: dict[int, list[tuple[int, str, str]]] = {}
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        before, after = _tags(entity)
        if before and start in units and end in units:
            opening.setdefault(units[start], []).append((units[end], before, after))
    html, still_open = "", list[tuple[int, str]]()
    for at in range(len(text) + 1):
        while still_open and still_open[-1][0] <= at:
            html += still_open.pop()[1]
        for end, before, after in sorted(opening.get(at, ()), key=lambda one: -one[0]):
            if not still_open or end <= still_open[-1][0]:
                html += before
                still_open.append((end, after))
        html += str(escape(text[at : at + 1]))
    return Markup(html)  # noqa: S704  each character was escaped above, the tags are ours


def _places(text: str) -> dict[int, int]:
    """Which character stands at a place in UTF-16 units; places within one are none."""
    places, units = {0: 0}, 0
    for at, character in enumerate(text, 1):
        units += 1 + (character > "\uffff")
        places[units] = at
    return places


def _tags(entity: Mapping[str, Any]) -> tuple[str, str]:
    if entity["type"] == "text_link":
        return str(Markup('<a href="{}">').format(entity["url"])), "</a>"
    return TAGS.get(entity["type"], ("", ""))


def _says(key: Mapping[str, Any]) -> str:
    return str(key.get("callback_data") or key.get("url") or "")
