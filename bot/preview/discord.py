"""Discord's parts as messages: in, what `send` would send; out, what the template needs of each.

Markdown is read as Discord's clients read it, those of its rules that our encoder uses. Always holds: every character
of a part is escaped; what is no rule of Discord's stays as it is written, since a reader would see it so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from bot.platforms import Part
from bot.preview.cleaning import picture_data

GREEN = 3  # a button's style: what is chosen now
LINES = (
    ("subtext", re.compile(r"-# +(.*)")),
    ("h1", re.compile(r"# +(.*)")),
    ("h2", re.compile(r"## +(.*)")),
    ("h3", re.compile(r"### +(.*)")),
)
INLINE = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|`(?P<code>[^`]+)`"
    r"|\[(?P<label>(?:\\.|[^\[\]\\])*)\]\(\s*<?(?P<url>https?://[^\s<>]+?)>?\)"
    r"|<(?P<auto>https?://[^\s<>]+)>"
    r"|(?P<bare>https?://[^\s<>]*[^\s<>.,:;\"')\]])"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*(?!\*)"
    r"|~~(?P<strike>(?:\\.|[^\\])+?)~~"
    r"|\*(?P<italic>(?:\\.|[^\\*])+?)\*",
    re.DOTALL,
)
STYLES = {"bold": "b", "strike": "s", "italic": "i"}


def draw(part: Part) -> dict[str, Any]:
    """`content`, `embeds`, `pictures` that no embed shows, rows of `buttons`, and `thread` where it opens one."""
    files = {f"attachment://{file['filename']}": picture_data(file["path"]) for file in part.get("files", ())}
    embeds = [_draw_embed(embed, files) for embed in part.get("embeds", ())]
    placed = {embed["picture"] for embed in embeds}
    return {
        "content": encode_markdown(part.get("content") or ""),
        "embeds": embeds,
        "pictures": [data for data in files.values() if data and data not in placed],
        "thread": _thread_name(part.get("thread")),
        "inside": "inside" in part,
        "buttons": [
            [
                {
                    "label": key.get("label", ""),
                    "chosen": key.get("style") == GREEN,
                    "title": key.get("custom_id") or key.get("url") or "",
                }
                for key in row.get("components", ())
            ]
            for row in part.get("components", ())
        ],
    }


def _draw_embed(embed: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "colour": f"#{int(embed.get('color') or 0x202225):06x}",
        "title": encode_markdown(embed.get("title") or ""),
        "description": encode_markdown(embed.get("description") or ""),
        "fields": [
            {
                "name": encode_markdown(one["name"]),
                "value": encode_markdown(one["value"]),
                "inline": bool(one.get("inline")),
            }
            for one in embed.get("fields", ())
        ],
        "picture": files.get((embed.get("image") or {}).get("url", ""), ""),
        "footer": (embed.get("footer") or {}).get("text", ""),
    }


def _thread_name(thread: Any) -> str:
    return str(thread.get("name") or "…") if isinstance(thread, Mapping) else str(thread or "")


def encode_markdown(source: str) -> Markup:
    """Lines with their own rules (small print, headings, quotes), then what stands within them."""
    if not source:
        return Markup()
    html: list[Markup] = []
    quote: list[str] = []
    for line in [*source.split("\n"), None]:
        if line is not None and line.startswith("> "):
            quote.append(line[2:])
            continue
        if quote:
            html.append(Markup("<blockquote>{}</blockquote>").format(_encode_inline("\n".join(quote))))
            quote = []
        if line is not None:
            html.append(_encode_line(line))
    return Markup("").join(html)


def _encode_line(line: str) -> Markup:
    for name, rule in LINES:
        if found := rule.fullmatch(line):
            return Markup('<div class="{}">{}</div>').format(name, _encode_inline(found[1]))
    return Markup('<div class="line">{}</div>').format(_encode_inline(line))


def _encode_inline(source: str) -> Markup:
    html, at = Markup(), 0
    for found in INLINE.finditer(source):
        html += escape(source[at : found.start()]) + _encode_found(found)
        at = found.end()
    return html + escape(source[at:])


def _encode_found(found: re.Match[str]) -> Markup:
    name = found.lastgroup or ""
    match name:
        case "escaped":
            return escape(found["escaped"])
        case "code":
            return Markup("<code>{}</code>").format(found["code"])
        case "url":
            return Markup('<a href="{}">{}</a>').format(found["url"], _encode_inline(found["label"]))
        case "auto" | "bare":
            return Markup('<a href="{}">{}</a>').format(found[name], found[name])
        case _:
            tag = STYLES[name]
            return Markup("<{}>{}</{}>").format(tag, _encode_inline(found[name]), tag)
