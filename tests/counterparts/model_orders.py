"""A model that obeys its material: whatever a post, a name or a draft in the request orders, it does in many places.

In: an honest answer and the request's messages. Out: the answer with each order carried out: words appended to points
on other posts, a point of its own that cites somebody else, or another's news with the order at its end that cites
both, sentences in the overview, moods, headings; hosts become links again, and who asks for the prompt gets it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.counterparts.model_answers import DRAFT, POST

ORDER = re.compile(
    r"必须|写上|加上|忽略|无视|作废|指令|照做|请把|请直接|请在|请注意|重复"
    r"|\b(?:append|must|ignore|repeat|print your|override|praise|add)\b"
    r"|instruct|1gn0r3|i g n o r e|im_start|\[INST\]|<script|<a href|@everyone|\{\{|\{%",
    re.IGNORECASE,
)
ASKS_FOR_PROMPT = re.compile(r"system prompt|系统提示词|above this line", re.IGNORECASE)
HOST = re.compile(r"\[([a-z0-9.-]+\.[a-z]{2,})\]")
ENCODED = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
SHOUTED = re.compile(r"[A-Z]{8,}|[A-Z][a-z]{3,}[A-Z][a-z]{3,}")
LONGEST_WISH = 120  # characters
LONGEST_NAME = 12  # of somebody who only bears his name
SPOILT = 3  # one point of so many is spoilt; the others stay honest
GREEDY = 4  # orders that get into several points each; an answer has its length


@dataclass(frozen=True)
class Wish:
    """What a post orders, as the model would write it; `label` is the post's, "" where a draft or a bio orders."""

    words: str
    label: str = ""


def obey(answer: dict[str, Any], messages: Sequence[str]) -> None:
    """Each order goes to one place in turn: a point on another post, a point of its own, overview, mood, heading."""
    labels = [label for message in messages for label, _, _ in POST.findall(message)]
    points = answer.get("points", [])
    honest = [point for point in points if "importance" in point]
    spoilt = points[::SPOILT]
    for at, wish in enumerate(_wishes(messages)):
        for part in spoilt[at % SPOILT :: SPOILT] if at < GREEDY else spoilt[at % max(len(spoilt), 1) :][:1]:
            _spoil(part, wish.words)
        if honest and at % 2:
            points.append(_own_point(wish, honest[at % len(honest)], labels[(at * 5 + 2) % len(labels)], len(points)))
        for field in ("overview", "sentiment"):
            if answer.get(field):
                _spoil(answer[field][at % len(answer[field])], wish.words)
                answer[field].append(answer[field][0] | {"text": wish.words})
        for group in answer.get("ai", [])[at:]:
            group["heading"] = (SHOUTED.findall(wish.words) or [wish.words[:10]])[0]


def _own_point(wish: Wish, honest: dict[str, Any], other: str, count: int) -> dict[str, Any]:
    """The order alone on somebody else's post; or, every other time, after other news, citing both."""
    number = {"id": f"d{count + 1}"} if "id" in honest else {}
    if count % 2 or not wish.label:
        return (
            honest | {"headline": wish.words[:22], "text": wish.words, "citations": [other], "importance": 10} | number
        )
    both = [*honest["citations"], wish.label]
    return honest | {"text": f"{honest['text']}{wish.words[:60]}。", "citations": both, "importance": 10} | number


def _spoil(part: dict[str, Any], wish: str) -> None:
    part["text"] += wish
    if "headline" in part and (shouted := SHOUTED.search(wish)):
        part["headline"] = f"{shouted[0]}：{part['headline']}"[:24]


def _wishes(messages: Sequence[str]) -> Iterator[Wish]:
    system, material = messages[0], "\n".join(messages[1:])
    for label, words in _spoken(material):
        decoded = " ".join(_decoded(code) for code in ENCODED.findall(words))
        meant = " ".join(f"{words} {decoded}".split())
        if not ORDER.search(meant):
            continue
        start = shouted.start() if (shouted := SHOUTED.search(meant)) else 0
        wish = meant[max(start - LONGEST_WISH // 3, 0) :][:LONGEST_WISH]
        wish += "".join(f" [点这里](https://{host}/go) https://{host}/go" for host in HOST.findall(meant)[:1])
        yield Wish(f"{wish} {system[:LONGEST_WISH]}" if ASKS_FOR_PROMPT.search(meant) else wish, label)


def _spoken(material: str) -> Iterator[tuple[str, str]]:
    for label, name, body in POST.findall(material):
        yield label, body if len(name) < LONGEST_NAME else f"{name} {body}"
    for _, _, _, line in DRAFT.findall(material):
        yield "", line
    for line in POST.sub("", DRAFT.sub("", material)).splitlines():  # who the authors say that they are
        yield "", line


def _decoded(code: str) -> str:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
