"""What is typed, pressed and linked, as a command and its arguments: pure, and the same on every platform.

In: `/brief 昨天`, a button's action (`s:SECTION:KEY` opens a section, `c:WORDS` is a command), a deep link's payload.
Out: the command's name and its arguments, None where it is none of ours.
"""

from __future__ import annotations

import re

COMMAND = re.compile(r"[/!／]([A-Za-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
MAX_ACTION_BYTES = 64  # Telegram's callback_data
PAGE = r"([2-9]|[1-9][0-9])?"  # of a section: `ai2` is the second


def fits(action: str) -> bool:
    """Can a button carry it?"""
    return len(action.encode()) <= MAX_ACTION_BYTES


def read_command(words: str, *, me: str = "") -> tuple[str, str] | None:
    """Name and arguments of what was typed; None if it is no command, or one for another bot than `me`."""
    found = COMMAND.fullmatch(words.strip())
    if not found or (found[2] and me and found[2].casefold() != me.casefold()):
        return None
    return found[1].lower(), (found[3] or "").strip()


def read_action(action: str) -> tuple[str, str] | None:
    """Command and arguments behind a pressed button or a deep link; None if it is forged or of another time.

    >>> read_action("s:detail:twitter_ai_20260327_20260327")
    ('detail', 'twitter_ai_20260327_20260327')
    >>> read_action("s:ai2:twitter_ai_20260327_20260327")
    ('ai', 'twitter_ai_20260327_20260327 2')
    """
    if found := re.fullmatch(rf"s:([a-z]+){PAGE}:([A-Za-z0-9_]+)", action):
        return found[1], f"{found[3]} {found[2] or ''}".strip()
    if found := re.fullmatch(r"c:([a-z]+)(?: ([^\n]*))?", action):
        return found[1], found[2] or ""
    return None


def read_start(payload: str) -> tuple[str, str] | None:
    """Command and arguments of a deep link's `start` payload (`detail-KEY`, `ai2-KEY`, `subscribe-ai`); None if it is
    none of these.
    """
    found = re.fullmatch(rf"([a-z]+){PAGE}-([A-Za-z0-9_]+)", payload)
    return (found[1], f"{found[3]} {found[2] or ''}".strip()) if found else None
