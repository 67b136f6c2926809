"""The buttons under a message: in, a Message; out, blocks of at most 5 rows of 5, as Discord's components.

Always holds: an action stands in a message once; what the message itself shows, and what leads into a private chat,
has no button; the one that says what holds at present (its label begins with ✓) is green.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.platforms.discord.markdown import printable, shorten
from handlers.base import Button, Message

MAX_ROWS, MAX_ROW, MAX_LABEL, MAX_CUSTOM_ID = 5, 5, 80, 100
ACTION_ROW, BUTTON, SECONDARY, SUCCESS = 1, 2, 2, 3
PRESENT = "✓"


def encode_buttons(message: Message) -> list[list[dict[str, Any]]]:
    """The components of as many messages as the buttons need; [] where there are none."""
    with_picture = message.doc.picture is not None
    rows = [
        [button for button in row if not button.private and not (with_picture and button.opens == "picture")]
        for row in message.buttons
    ]
    return [
        [{"type": ACTION_ROW, "components": [_encode_button(button) for button in row]} for row in block]
        for block in _layout(rows)
    ]


def _layout(buttons: list[list[Button]]) -> Iterator[list[list[Button]]]:
    """Blocks of at most 5 rows of at most 5, in order; an action that was there before is not repeated."""
    seen: set[str] = set()
    rows: list[list[Button]] = []
    for row in buttons:
        fresh = [button for button in {button.action: button for button in row}.values() if button.action not in seen]
        seen.update(button.action for button in fresh)
        rows += [fresh[start : start + MAX_ROW] for start in range(0, len(fresh), MAX_ROW)]
    yield from (rows[start : start + MAX_ROWS] for start in range(0, len(rows), MAX_ROWS))


def _encode_button(button: Button) -> dict[str, Any]:
    label = printable(button.label).strip() or "…"
    style = SUCCESS if label.startswith(PRESENT) else SECONDARY
    label = shorten(label, MAX_LABEL)
    return {"type": BUTTON, "style": style, "label": label, "custom_id": button.action[:MAX_CUSTOM_ID]}
