"""A Message as Telegram's own parts: JSON that `send` needs nothing else for.

In: a Doc and buttons. Out: one sendRichMessage where the server takes it and the Message is a brief; else sendPhoto
for each picture, sendMessage for the rest, the buttons under the last. Classic styles are entities, never markup, so
nothing in a post can be unescaped. Always holds: the limits below; entities never cross; nothing is a link but what
the Doc calls one; a message without a visible character is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from telegram.helpers import create_deep_linked_url

from bot.platforms import Part
from bot.platforms.telegram.rendering import Rendered, render, visible
from bot.platforms.telegram.rich import encode_rich
from handlers.actions import fits, read_action, read_start
from handlers.base import Button, Message, Rows
from handlers.chats import ChatKind
from report.doc import Doc, Heading, Item, Picture
from report.split import cut, split_numbered, split_pictures

MAX_TEXT = 4096  # UTF-16 units
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_ROW = 8
MAX_BUTTONS = 100
MAX_START = 64  # characters of a deep link's payload
SECTION = re.compile(r"s:([a-z]+\d{0,2}):([A-Za-z0-9_]+)")
RICH = "sendRichMessage"


@dataclass(frozen=True)
class Shown:
    """Where buttons stand, and what can be seen there without them."""

    kind: ChatKind
    rich: bool = False
    details: bool = False
    picture: bool = False

    def leaves(self, button: Button) -> bool:
        """Is it of use? Under a channel's rich message only the way into the private chat, and what is not in it."""
        if (button.opens == "more" and self.details) or (button.opens == "picture" and self.picture):
            return False
        if button.private:
            return self.kind != "private"
        return not (self.rich and self.kind == "channel") or button.opens == "more"


def encode_message(
    message: Message,
    *,
    username: str = "",
    kind: ChatKind = "private",
    rich: bool = False,
    in_place: bool = False,
) -> tuple[Part, ...]:
    """The message in as few parts as the limits allow; () if nothing in it can be seen.

    `rich`: the server takes rich messages; a brief becomes one, which carries its classic form in `instead`.
    `in_place`: it takes the place of a text, which cannot become a photo. Deep links lead to `username`.
    """
    classic = _encode_classic(message.flattened(), username=username, kind=kind, in_place=in_place)
    found = encode_rich(message) if rich and message.more else None
    if found is None:
        return classic
    part: Part = {"method": RICH, "html": found.html, "pictures": found.pictures, "instead": list(classic)}
    shown = Shown(kind, rich=True, details=found.folded == len(message.more), picture=bool(found.pictures))
    return (_with_buttons(part, message.buttons, shown, username),)


def encode_buttons(rows: Rows, shown: Shown, *, username: str = "") -> list[list[dict[str, str]]]:
    """Rows of at most 8, 100 in all; what is seen already, and what Telegram would refuse, is left out."""
    keyboard: list[list[dict[str, str]]] = []
    left = MAX_BUTTONS
    for row in rows:
        encoded = [_encode_button(button, shown.kind, username) for button in row if shown.leaves(button)]
        buttons = [button for button in encoded if button][:left]
        left -= len(buttons)
        keyboard += [buttons[at : at + MAX_ROW] for at in range(0, len(buttons), MAX_ROW)]
    return keyboard


def encode_link(action: str, username: str) -> str:
    """The deep link that asks in the private chat what the button asks; "" if none can."""
    payload = encode_start(action)
    return create_deep_linked_url(username, payload) if payload and username else ""


def encode_start(action: str) -> str:
    """The deep link's payload that asks what the button asks; "" if no payload can."""
    asked, section = read_action(action), SECTION.fullmatch(action)
    payload = f"{section[1]}-{section[2]}" if section else "-".join(asked or ())
    return payload if asked and len(payload) <= MAX_START and read_start(payload) == asked else ""


def _encode_button(button: Button, kind: ChatKind, username: str) -> dict[str, str]:
    label, action = visible(button.label), button.action
    if kind == "channel" or button.private:
        url = encode_link(action, username)
        return {"text": label, "url": url} if label and url else {}
    can_be_sent = action and action == visible(action) and fits(action)
    return {"text": label, "callback_data": action} if label and can_be_sent else {}


def _with_buttons(part: Part, rows: Rows, shown: Shown, username: str) -> Part:
    keyboard = encode_buttons(rows, shown, username=username)
    return part | ({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {})


def _encode_classic(message: Message, *, username: str, kind: ChatKind, in_place: bool) -> tuple[Part, ...]:
    """A picture that a button can open is no part of what takes a text's place."""
    document = message.doc
    if in_place and any(button.opens == "picture" for row in message.buttons for button in row):
        document = Doc(tuple(block for block in document.blocks if not isinstance(block, Picture)))
    parts = [part for group in split_pictures(document) for part in _encode_group(group)]
    if parts:
        shown = Shown(kind, picture=document.picture is not None)
        parts[-1] = _with_buttons(parts[-1], message.buttons, shown, username)
    return tuple(parts)


def _encode_group(document: Doc) -> list[Part]:
    words = Doc(tuple(block for block in document.blocks if not isinstance(block, Picture)))
    if not document.picture:
        return _encode_texts(words)
    caption, rest = _cut_caption(words)
    part: Part = {"method": "sendPhoto", "photo": document.picture.path}
    rendered = render(caption)
    if rendered.text:
        part |= {"caption": rendered.text, "caption_entities": rendered.entities}
    return [part, *_encode_texts(rest)]


def _cut_caption(words: Doc) -> tuple[Doc, Doc]:
    """What goes under the picture: all, if it fits; else of the first section what fits, no point cut. And the rest."""
    if _fits_caption(words):
        return words, Doc(())
    sections = (at for at, block in enumerate(words.blocks) if at and isinstance(block, Heading) and block.level == 2)
    end = next(sections, len(words.blocks))
    caption, rest = cut(Doc(words.blocks[:end]), _fits_caption)
    at = len(caption.blocks) - 1
    if isinstance(point := words.blocks[at], Item) and point != caption.blocks[at] and _fits_text(Doc((point,))):
        caption, rest = Doc(words.blocks[:at]), Doc(words.blocks[at:end])
    return caption, Doc((*rest.blocks, *words.blocks[end:]))


def _encode_texts(document: Doc) -> list[Part]:
    if not _fits_text(document):  # else a part of nothing but blanks would have a number
        document = Doc(tuple(block for block in document.blocks if render(Doc((block,))).text))
    parts = map(render, split_numbered(document, _fits_text))
    return [_encode_text(rendered) for rendered in parts if rendered.text]


def _encode_text(rendered: Rendered) -> dict[str, Any]:
    return {
        "method": "sendMessage",
        "text": rendered.text,
        "entities": rendered.entities,
        "link_preview_options": {"is_disabled": True},
    }


def _fits_text(document: Doc) -> bool:
    return _fits(render(document), MAX_TEXT)


def _fits_caption(document: Doc) -> bool:
    return _fits(render(document), MAX_CAPTION)


def _fits(rendered: Rendered, units: int) -> bool:
    return rendered.units <= units and len(rendered.entities) <= MAX_ENTITIES
