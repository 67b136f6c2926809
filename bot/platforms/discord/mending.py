"""What goes in the place of a part that Discord refuses: shorter parts for one too long, plain text for a bad form.

Always holds: no line is lost; none of the parts is like the one that was refused.
"""

from __future__ import annotations

import discord

from bot.platforms import ChatGone, Instead, Part, PlatformError
from bot.platforms.discord.front import MAX_CONTENT

BAD_FORM, TOO_LARGE, NO_RIGHT = 50035, 40005, 50013
TOO_LONG = ("or fewer in length", "exceeds maximum size")
SHORTEST = 200  # characters: what is shorter is not too long, whatever is said


def mend(error: BaseException, part: Part, translated: PlatformError) -> PlatformError:
    """Instead, with the parts that take its place; else the error as it was translated."""
    if not isinstance(error, discord.HTTPException):
        return translated
    parts: tuple[Part, ...] | None = None
    if error.code in {TOO_LARGE, NO_RIGHT} and part.get("files"):
        parts = without_files(part)
    elif error.code == BAD_FORM:
        too_long = any(words in error.text for words in TOO_LONG)
        parts = (split(part) if too_long else None) or make_plain(part)
    if not parts or part in parts:
        return translated
    return Instead(str(translated) if not isinstance(translated, ChatGone) else f"{translated}, perhaps files", parts)


def without_files(part: Part) -> tuple[Part, ...]:
    """The same without pictures; () where it was nothing else."""
    embeds = [{name: value for name, value in embed.items() if name != "image"} for embed in part.get("embeds", ())]
    left = {**part, "embeds": [embed for embed in embeds if embed]}
    left = {name: value for name, value in left.items() if name != "files" and value}
    return (left,) if left.keys() - {"components"} else ()


def split(part: Part) -> tuple[Part, ...] | None:
    """In two: its embeds, or the one embed, or its text, at a line's end if there is one."""
    content, embeds = part.get("content") or "", list(part.get("embeds", ()))
    last = {"components": part["components"]} if part.get("components") else {}
    files = {"files": part["files"]} if part.get("files") else {}
    if content and embeds:
        return {"content": content}, {**last, **files, "embeds": embeds}
    if len(embeds) > 1:
        half = len(embeds) // 2
        upper, lower = embeds[:half], embeds[half:]
        if any("image" in embed for embed in lower):  # a file goes with the embed that shows it
            return {"embeds": upper}, {**last, **files, "embeds": lower}
        return {**files, "embeds": upper}, {**last, "embeds": lower}
    if embeds:
        halves = _halves(embeds[0].get("description", ""))
        if halves is None:
            return None
        rest = {name: value for name, value in embeds[0].items() if name in {"color", "footer"}}
        first = {name: value for name, value in embeds[0].items() if name != "footer"}
        return (
            {**files, "embeds": [{**first, "description": halves[0]}]},
            {**last, "embeds": [{**rest, "description": halves[1]}]},
        )
    halves = _halves(content)
    return ({"content": halves[0]}, {**last, "content": halves[1]}) if halves else None


def make_plain(part: Part) -> tuple[Part, ...]:
    """Its words as text, without embeds, buttons and pictures."""
    lines = [part.get("content") or ""]
    for embed in part.get("embeds", ()):
        title = embed.get("title", "")
        lines += [f"**{title}**" if title else "", embed.get("description", "")]
    words = "\n".join(line for line in lines if line)
    found: list[Part] = []
    while words:
        at = words.rfind("\n", 0, MAX_CONTENT // 2) + 1 if len(words) > MAX_CONTENT // 2 else len(words)
        at = at or MAX_CONTENT // 2
        found.append({"content": words[:at].rstrip("\n")})
        words = words[at:].lstrip("\n")
    return tuple(found)


def _halves(text: str) -> tuple[str, str] | None:
    if len(text) < SHORTEST:
        return None
    at = text.rfind("\n", len(text) // 3, len(text) * 2 // 3) + 1 or len(text) // 2
    return text[:at].rstrip("\n"), text[at:]
