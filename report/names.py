"""The names and the matters in a text, by their spelling alone: for headlines that a program writes."""

from __future__ import annotations

import re

from report.subjects import CASHTAG

NAME = re.compile(r"(?<![\w$])[A-Z][A-Za-z0-9]*(?:[-.'’][A-Za-z0-9]+)*|(?<![a-z])[a-z]+[A-Z0-9][-A-Za-z0-9.]*")
_NO_NAMES = """
team teams entries correction update updates breaking news
html http https url pdf json readme api sdk cpu gpu ram gb tb mb usd ceo cfo cto llm llms pr faq app fp8 rag mit agents
i i'm i've i'd i'll i’m i’ve the a an it its it's it’s this that these those we our we're you your they he she and
but or so if in on at to of for with from by as is are was were be not no yes ok new now today yesterday tomorrow
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december ai what why how when who where here there just also my me us step part hot great good
everyone people one two three rt fwiw imo imho lol wtf btw am pm gmt est pst utc don't can't won't let's
"""
NO_NAMES = frozenset(_NO_NAMES.split())
LONG_NAME = 16  # characters; a longer name is shortened in a headline


def names_in(text: str) -> list[str]:
    """What a text names, in order: cashtags, words with inner capitals or digits, capitals inside a sentence.

    Not units, formats and other words that name no matter.
    """
    found = dict.fromkeys(CASHTAG.findall(text))
    for match in NAME.finditer(text):
        word = match[0]
        if word[-1] == "s" and word[-2:-1] in "'’":
            word = word[:-2]
        word = word.strip(".-'’")
        before = text[max(0, match.start() - 40) : match.start()].rstrip(" \"“'‘(（「『")
        starts = not before or (before[-1] in ".!?。！？:：;；…\n•-" and not re.search(r"[\u3400-\u9fff]$", before))
        plain_word = word[1:].islower()
        if len(word) > 1 and word.casefold() not in NO_NAMES and not (starts and plain_word and text.count(word) < 2):
            found.setdefault(word)
    return list(found)


_HOUSES = """
semiconductor semiconductors labs lab research robotics capital ventures technologies technology ai systems group
institute university foundation studio studios software media partners holdings notes news
"""
HOUSES = frozenset(_HOUSES.split())  # what ends the name of a house, and says nothing by itself


def short_name(name: str) -> str:
    """A name that leaves room in a headline: the part before a bracket or a bar, without emoji."""
    name = re.split(r"[(（|｜@/,，]", name)[0]
    name = "".join(c for c in name if c.isalnum() or c in " .-_'·").strip()
    if len(name) <= LONG_NAME or " " not in name:
        return name[:LONG_NAME]
    words = name.split()
    if words[-1].casefold() in HOUSES:
        return " ".join(words[:-1])[:LONG_NAME].rstrip()
    return words[-1][:LONG_NAME] if all(word[0].isupper() for word in words) else " ".join(words[:2])[:LONG_NAME]
