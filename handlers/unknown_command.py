"""What is said where no command was understood: an unknown name, a slip of the finger, plain words.

In: the Request. Out: one short Message with something that works. Always holds: a stranger is never led to an admin's
command, and whether one exists changes nothing in what he reads; of his words only a name of letters is repeated.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from handlers.base import COMMANDS, Button, Message, Request, Services
from report.doc import Paragraph, coded, doc

SHOWN = 32  # letters of a name; Telegram's longest
SURE = 0.85  # how much alike two long names are, as difflib counts


def unknown(request: Request, services: Services) -> Message:
    """There is no such command; the one that was meant, if it is plain."""
    words, name = request.words, re.sub(r"[^A-Za-z0-9_]", "", request.command)[:SHOWN]
    lacking = words.say("没有 `/{name}` 这个命令。", name=name)
    if meant := nearest(name, _offered(request, services)):
        said = words.join((lacking, words.say("是 `/{name}` 吗？", name=meant)))
        return Message(doc(Paragraph(coded(said))), ((Button(f"/{meant}", f"c:{meant}"),),))
    return Message(doc(Paragraph(coded(words.join((lacking, words.say("能用的都在 `/help` 里。")))))))


def nearest(typed: str, known: Iterable[str]) -> str:
    """The name that a slip turned into `typed`, or that it begins; "" where none is plain."""
    names = sorted(known)
    if begun := [name for name in names if len(typed) >= 3 and name.startswith(typed)]:
        return begun[0] if len(begun) == 1 else ""
    if slipped := [name for name in names if len(name) > 2 and is_slip(typed, name)]:
        return slipped[0]
    return next(iter(difflib.get_close_matches(typed, names, n=1, cutoff=SURE)), "")


def is_slip(typed: str, meant: str) -> bool:
    """One letter too many, too few or wrong, or two side by side swapped.

    >>> is_slip("breif", "brief"), is_slip("stats", "start")
    (True, False)
    """
    if len(typed) == len(meant):
        at = [place for place, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other]
        swapped = len(at) == 2 and at[1] == at[0] + 1 and typed[at[0]] == meant[at[1]] and typed[at[1]] == meant[at[0]]
        return len(at) == 1 or swapped
    shorter, longer = sorted((typed, meant), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def is_plain_words(request: Request, services: Services) -> bool:
    """Did somebody just say something? Platforms send that as `help` with the words; `/help brief` names a command."""
    said = request.arguments.removeprefix("/").casefold()
    return request.command == "help" and bool(said) and said not in _offered(request, services)


def lead_on(request: Request) -> Message:
    """To plain words: where questions go, and where the news is."""
    words = request.words
    ask = "ask" in COMMANDS
    said = words.say("想问什么就发 `/ask 问题`；看今天的发 `/brief`。") if ask else words.say("看今天的发 `/brief`。")
    buttons = (Button(words.say("看最新一份"), "c:brief"), Button(words.say("能做什么"), "c:help"))
    return Message(doc(Paragraph(coded(said))), (buttons,))


def _offered(request: Request, services: Services) -> list[str]:
    """The commands that this reader may be led to."""
    is_admin = services.is_admin(request)
    return [command.name for command in COMMANDS.values() if not command.hidden and (is_admin or not command.admin)]
