"""Golden conversations as files: what is said and answered, readable as a chat.

In: the text of one file. Out: its conversations, each with its setting and its lines. `write` gives the text back, so
that a file written anew differs only in what is answered. See README.md beside this for how one is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from handlers.actions import read_command
from handlers.chats import ChatKind
from report.model import Language

Place = Literal["私聊", "群", "话题", "频道"]
KINDS: dict[Place, ChatKind] = {"私聊": "private", "群": "group", "话题": "group", "频道": "channel"}
PERSONS = {"读者": 7, "管理员": 1, "群主": 5, "路人": 9, "频道": 0}
SPEECH = re.compile(rf"({'|'.join(PERSONS)}) ▸ (.*?)(?: ×(\d+))?")
MANY = re.compile(r"\{(.+?)×(\d+)\}")
CODE = re.compile(r"\{U\+([0-9A-F]{4,5})\}")
SETTING = re.compile(r"（(.+)）")
INDENT = " " * 7


class Wrong(Exception):
    """The file is not written as these files are."""


@dataclass(frozen=True)
class Line:
    """One thing that somebody says or presses, `times` times, and the answer as it stands in the file."""

    who: str
    said: str
    times: int = 1
    answer: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is typed: {字×5000} is that many, {U+202E} that character."""
        many = MANY.sub(lambda found: found[1] * int(found[2]), self.said)
        return CODE.sub(lambda found: chr(int(found[1], 16)), many)

    @property
    def is_command(self) -> bool:
        return read_command(self.words) is not None

    @property
    def pressed(self) -> str:
        """The label in 「[详细]」, "" where nothing is pressed."""
        return self.said[1:-1] if self.said.startswith("[") and self.said.endswith("]") else ""


@dataclass(frozen=True)
class Setting:
    """Where it happens: one line in （）, its words parted by ；."""

    words: str = ""
    place: Place = "私聊"
    language: Language = "zh"
    reports: int = -1  # the newest so many of `reports.yaml`; -1 all
    subscribed: tuple[str, ...] = ()  # 「已订 ai 21:00」: topic and hours
    only: str = ""  # one platform alone

    @property
    def kind(self) -> ChatKind:
        return KINDS[self.place]


@dataclass(frozen=True)
class Conversation:
    title: str
    setting: Setting
    lines: tuple[Line, ...] = field(default=())

    @property
    def persons(self) -> set[str]:
        return {line.who for line in self.lines}


def read(text: str) -> tuple[str, list[Conversation]]:
    """What stands before the first conversation, and all conversations. Wrong names the line that cannot be read."""
    head, *told = re.split(r"^## ", text, flags=re.MULTILINE)
    return head, [_read_conversation(each) for each in told]


def write(head: str, conversations: Sequence[Conversation]) -> str:
    return head + "\n".join("\n".join(_write_conversation(each)) + "\n" for each in conversations)


def _read_conversation(text: str) -> Conversation:
    title, *rest = text.rstrip().split("\n")
    setting = Setting()
    lines: list[Line] = []
    for line in rest:
        if (found := SETTING.fullmatch(line)) and not lines:
            setting = _read_setting(found[1])
        elif speech := SPEECH.fullmatch(line):
            lines.append(Line(speech[1], speech[2], int(speech[3] or 1)))
        elif lines and (line.startswith(("推报 ", INDENT, "（")) or not line):
            lines[-1] = replace(lines[-1], answer=(*lines[-1].answer, line))
        elif line:
            raise Wrong(f"{title}: {line!r} is no speech, no answer and no setting")
    return Conversation(title, setting, tuple(lines))


def _read_setting(words: str) -> Setting:
    setting = Setting(words)
    for word in words.split("；"):
        if word in KINDS:
            setting = replace(setting, place=word)
        elif word == "英文":
            setting = replace(setting, language="en")
        elif word == "没有报告":
            setting = replace(setting, reports=0)
        elif word == "只有一份报告":
            setting = replace(setting, reports=1)
        elif word.startswith("已订 "):
            setting = replace(setting, subscribed=(*setting.subscribed, word.removeprefix("已订 ")))
        elif word.startswith("只在 "):
            setting = replace(setting, only=word.removeprefix("只在 ").lower())
        else:
            raise Wrong(f"（{words}）: what is {word!r}?")
    return setting


def _write_conversation(conversation: Conversation) -> Iterator[str]:
    yield f"## {conversation.title}"
    if conversation.setting.words:
        yield f"（{conversation.setting.words}）"
    for line in conversation.lines:
        yield f"{line.who} ▸ {line.said}" + (f" ×{line.times}" if line.times > 1 else "")
        yield from line.answer
