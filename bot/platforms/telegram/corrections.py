"""Which old message a new part can take the place of: texts and rich messages become anything, photos stay photos."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import LEFT, UNKNOWN
from bot.platforms import Part


def match_parts(old: Sequence[Part], sent: Sequence[str], new: Sequence[Part]) -> tuple[str, ...]:
    """An old message's id for each new part, in their order, "" for one that must be sent; then those without a part.

    What was left or never heard of keeps its place: LEFT, nothing can be done there. Once a new part has to be sent,
    it stands below all the old ones, and so must those that follow it.
    """
    there = [(LEFT if each in {LEFT, UNKNOWN} else each, part) for each, part in zip(sent, old, strict=False)]
    free = [(message_id, part) for message_id, part in there if message_id]
    edits: list[str] = []
    left: list[str] = []
    for part in new:
        while free and not _becomes(free[0][1], part):
            left.append(free.pop(0)[0])
        edits.append(free.pop(0)[0] if free else "")
    return (*edits, *left, *(message_id for message_id, _ in free))


def _becomes(old: Part, new: Part) -> bool:
    return bool(old["method"] != "sendPhoto" or new["method"] == "sendPhoto")
