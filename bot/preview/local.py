"""The chat page's parts: in, what its encoder made; out, what the template needs. The page's own style draws them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from bot.platforms import Part
from bot.preview.cleaning import picture_data


def draw(part: Part) -> dict[str, Any]:
    """`html` is escaped already, as the page itself gets it."""
    picture = part["picture"] or {}
    return {
        "html": Markup(part["html"]),  # noqa: S704  the encoder escapes
        "picture": picture_data(picture["path"]) if picture else "",
        "alt": picture.get("alt", ""),
        "buttons": [
            [{"label": key["label"], "chosen": key["label"].startswith("✓"), "title": key["action"]} for key in row]
            for row in part["buttons"]
        ],
    }
