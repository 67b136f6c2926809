"""A question to the reader as a modal: in, a Message with a `prompt`; out, a window with one line to fill in.

The window's id says which command the line completes, so it works after a restart too. Always holds: Discord's limits;
where a label must be cut, the whole text stands above the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord

from bot.platforms.discord.markdown import encode_spans, one_line, shorten, units
from bot.platforms.discord.pages import encode_blocks, join_lines
from handlers.actions import read_action
from handlers.base import Button, Message
from handlers.words import Words
from report.doc import Doc, Note, Span, text

MAX_TITLE, MAX_LABEL, MAX_PLACEHOLDER, MAX_ABOVE = 45, 45, 100, 4000
MAX_CUSTOM_ID, MAX_ANSWER = 100, 200
FIRST_SENTENCE = re.compile(r"(.*?[？?])\s*(.+)")
LINE = "words"  # the text input's own id


class Question(discord.ui.Modal):
    """Finished from the start: discord.py would keep an open one in memory until its reader answers."""

    def __init__(self, message: Message) -> None:
        title, *others = _lines(message.doc) or ["…"]
        label, placeholder = (others or [title])[0], " ".join(others[1:])
        shown = shorten(title, MAX_TITLE), shorten(label, MAX_LABEL), shorten(placeholder, MAX_PLACEHOLDER)
        super().__init__(title=shown[0], custom_id=f"c:{message.prompt}"[:MAX_CUSTOM_ID], timeout=None)
        if shown != (title, label, placeholder):
            self.add_item(discord.ui.TextDisplay(_encode_above(message.doc)))
        line = discord.ui.TextInput[Question](custom_id=LINE, placeholder=shown[2] or None, max_length=MAX_ANSWER)
        self.add_item(discord.ui.Label(text=shown[1], component=line))
        self.stop()


def write_out(message: Message, words: Words) -> Message:
    """The question where no window can be opened: how to answer it, and a button that can open one."""
    example = words.say("点「填写」来回答；也可以发 {command} …，把「…」换成答案。", command=f"/{message.prompt}")
    action = f"c:{message.prompt}"
    rows = ((Button(words.say("填写"), action),),) if read_action(action) else ()
    asked = Doc((*message.doc.blocks, Note(text(example))))
    return replace(message, doc=asked, buttons=(*rows, *message.buttons), prompt="")


def read_answer(data: Mapping[str, Any]) -> str:
    """What was written into the line of a submitted window, on one line."""
    for component in data.get("components") or ():
        inner = component.get("component") or {}
        if said := component.get("value") or inner.get("value") or read_answer(component):
            return " ".join(str(said).split())[:MAX_ANSWER]
    return ""


def _lines(document: Doc) -> list[str]:
    """Its lines without what Discord would not show; of a single one the question and what follows it."""
    lines = [line for line in map(one_line, document.plain().splitlines()) if line]
    if len(lines) != 1:
        return lines
    asked = FIRST_SENTENCE.match(lines[0])
    return [asked[1], asked[2]] if asked else lines


def _encode_above(document: Doc) -> str:
    whole = join_lines(list(filter(str.strip, encode_blocks(document.blocks, quiet=True)))).strip()
    if whole and units(whole) <= MAX_ABOVE:
        return whole
    return shorten(encode_spans((Span(document.plain()[: MAX_ABOVE // 4]),)), MAX_ABOVE)
