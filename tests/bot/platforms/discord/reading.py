"""Discord Markdown, read as its clients read it: the words that show, the links, and every other thing that it makes.

Written from Discord's formatting reference, independently of the encoder that it judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LINE_RULES = {
    "heading": re.compile(r" *#{1,3} +"),
    "subtext": re.compile(r" *-# +"),
    "list": re.compile(r" *(?:[-*]|\d+\.) +"),
    "quote": re.compile(r" *>(?:>>)? "),
}
DEAD_RULES = {  # they must never match in what a post says
    "mention": re.compile(r"<(?:@[!&]?|#)\d+>|@everyone|@here"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[A-Za-z0-9_+-]+:"),
    "time": re.compile(r"<t:-?\d+(?::\w)?>"),
    "command": re.compile(r"</[^>]+:\d+>"),
    "invite": re.compile(r"discord(?:app)?\.(?:gg|com/invite)/\w+"),
    "spoiler": re.compile(r"\|\|(?=.+?\|\|)", re.DOTALL),
    "underline": re.compile(r"__(?=.+?__(?!_))", re.DOTALL),
    "emphasis": re.compile(r"\b_(?=[^_]+_\b)"),
}
CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
AUTOLINK = re.compile(r"<([^: >]+:/[^ >]+)>")
ADDRESS = re.compile(r"(?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s]")
LINK = re.compile(r"\[((?:\[[^\]]*\]|\\.|[^\[\]\\])*)\]\(\s*<?((?:\([^)]*\)|[^\s\\()>])*)>?\)")
STYLES = {
    "bold": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "italic": re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
    "strike": re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~"),
}
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")


@dataclass
class Seen:
    """What a reader sees: the words, the addresses behind some of them, the names of the rules that were used."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    made: set[str] = field(default_factory=set)


def read_markdown(source: str, *, line_start: bool = True) -> Seen:
    seen = Seen()
    at = 0
    while at < len(source):
        at = _step(source, at, seen, line_start=(at == 0 and line_start) or (at > 0 and source[at - 1] == "\n"))
    seen.text = seen.text.replace("\u200b", "")
    return seen


def _step(source: str, at: int, seen: Seen, *, line_start: bool) -> int:
    if line_start:
        for name, rule in LINE_RULES.items():
            if found := rule.match(source, at):
                seen.made.add(name)
                return found.end()
    if found := ESCAPE.match(source, at):
        seen.text += found[1]
        return found.end()
    for name, rule in DEAD_RULES.items():
        if found := rule.match(source, at):
            seen.made.add(name)
            seen.text += found[0]
            return found.end()
    return _step_inline(source, at, seen)


def _step_inline(source: str, at: int, seen: Seen) -> int:
    for rule, group in ((AUTOLINK, 1), (ADDRESS, 0)):
        if found := rule.match(source, at):
            seen.text += found[group]
            seen.links.append((found[group], found[group]))
            return found.end()
    if found := LINK.match(source, at):
        inside = read_markdown(found[1], line_start=False)
        seen.text += inside.text
        seen.made |= inside.made
        seen.links += [(inside.text, found[2]), *inside.links]
        return found.end()
    if found := CODE.match(source, at):
        seen.made.add("code")
        seen.text += found[2]
        return found.end()
    for name, rule in STYLES.items():
        if found := rule.match(source, at):
            inside = read_markdown(found[1], line_start=False)
            seen.made |= {name} | inside.made
            seen.text += inside.text
            seen.links += inside.links
            return found.end()
    seen.text += source[at]
    return at + 1
