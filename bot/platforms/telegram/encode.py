"""A Message as Telegram's own parts: JSON that `send` needs nothing else for.

In: a Doc and buttons. Out: sendPhoto for each picture, sendMessage for the rest, the buttons under the last. Styles
are entities, never markup, so nothing in a post can be unescaped. Always holds: the limits below; entities never
cross; nothing is a link but what the Doc calls one; a message without a visible character is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.platforms import Part
from bot.platforms.telegram.rendering import Rendered, render, visible
from handlers.base import MAX_ACTION_BYTES, Button, Message, Rows, read_action, read_start
from report.doc import Block, Doc, Heading, Picture
from report.split import cut, split

MAX_TEXT = 4096  # UTF-16 units
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_ROW = 8
MAX_BUTTONS = 100
MAX_START = 64  # characters of a deep link's payload


def encode_message(message: Message, *, username: str = "", channel: bool = False) -> tuple[Part, ...]:
    """The message in as few parts as the limits allow; () if nothing in it can be seen.

    In a channel buttons become deep links to `username`; those that cannot, or without a username, are left out.
    """
    parts = [part for group in _by_picture(message.doc) for part in _encode_group(group)]
    keyboard = encode_buttons(message.buttons, username=username, channel=channel)
    if parts and keyboard:
        parts[-1]["reply_markup"] = {"inline_keyboard": keyboard}
    return tuple(parts)


def encode_buttons(rows: Rows, *, username: str = "", channel: bool = False) -> list[list[dict[str, str]]]:
    """Rows of at most 8, 100 in all; a button that Telegram would refuse is left out."""
    keyboard: list[list[dict[str, str]]] = []
    left = MAX_BUTTONS
    for row in rows:
        encoded = [_encode_link(button, username) if channel else _encode_button(button) for button in row]
        buttons = [button for button in encoded if button][:left]
        left -= len(buttons)
        keyboard += [buttons[at : at + MAX_ROW] for at in range(0, len(buttons), MAX_ROW)]
    return keyboard


def encode_start(action: str) -> str:
    """The deep link's payload that asks what the button asks; "" if no payload can."""
    asked = read_action(action)
    payload = "-".join(asked) if asked else ""
    return payload if len(payload) <= MAX_START and read_start(payload) == asked else ""


def _encode_button(button: Button) -> dict[str, str]:
    label, action = visible(button.label), button.action
    can_be_sent = action and action == visible(action) and len(action.encode()) <= MAX_ACTION_BYTES
    return {"text": label, "callback_data": action} if label and can_be_sent else {}


def _encode_link(button: Button, username: str) -> dict[str, str]:
    label, payload = visible(button.label), encode_start(button.action)
    return {"text": label, "url": f"https://t.me/{username}?start={payload}"} if label and payload and username else {}


def _by_picture(document: Doc) -> Iterable[Doc]:
    """The document cut before its second picture, its third, and so on."""
    group: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Picture) and any(isinstance(before, Picture) for before in group):
            yield Doc(tuple(group))
            group = []
        group.append(block)
    yield Doc(tuple(group))


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
    """What goes under the picture: all, if it fits; else of the first section what fits. And the rest."""
    if _fits_caption(words):
        return words, Doc(())
    sections = (at for at, block in enumerate(words.blocks) if at and isinstance(block, Heading) and block.level == 2)
    end = next(sections, len(words.blocks))
    caption, rest = cut(Doc(words.blocks[:end]), _fits_caption)
    return caption, Doc((*rest.blocks, *words.blocks[end:]))


def _encode_texts(document: Doc) -> list[Part]:
    return [_encode_text(rendered) for rendered in map(render, split(document, _fits_text)) if rendered.text]


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
