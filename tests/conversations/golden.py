"""The golden files, and how an answer stands in them: whole where it is first given, later by that place's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.conversations.script import Conversation, read
from tests.conversations.showing import show
from tests.conversations.stage import Turn, perform

FILES = tuple(sorted(path for path in Path(__file__).parent.glob("*.md") if path.name != "README.md"))


def load(path: Path) -> tuple[str, str, list[Conversation]]:
    """The file's text, what stands before its first conversation, and its conversations."""
    text = path.read_text(encoding="utf-8")
    return text, *read(text)


async def play(conversations: list[Conversation]) -> list[list[Turn]]:
    """Each conversation's turns, with the handlers alone."""
    return [await perform(each) for each in conversations]


def answered(conversations: list[Conversation], turns: list[list[Turn]]) -> list[Conversation]:
    """The same conversations with these answers. A long one that was given before in the file is only named."""
    told: dict[tuple[str, ...], str] = {}
    written: list[Conversation] = []
    for conversation, taken in zip(conversations, turns, strict=True):
        lines = [replace(turn.line, answer=show(turn.messages, told, conversation.title)) for turn in taken]
        written.append(replace(conversation, lines=tuple(lines)))
    return written
