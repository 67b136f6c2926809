"""How a model lies: each lie takes an honest answer and spoils it, in the points and in what the editor writes.

In: an answer of any of the bot's schemas, and the request's messages. Out: the answer in the lie's form. The claims
stand without quotation marks where the marks alone would give the lie away. A request for mended points is answered
with the same lie again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.counterparts.model_answers import POST

Answer = dict[str, Any]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NAME = re.compile(r"[A-Z][a-z]+-\d[\w.]*|[A-Z][a-z]+ [A-Z][a-z]+|[A-Z][a-z]+[A-Z]\w+")
INVENTED = "我们下个季度会取消全部价格档位，这个决定不会再改"
FILLER = "这标志着行业格局正在被重塑，值得关注，引发热议。"
ENGLISH = "said that everything about software changes from this release on."
MARKED = '**{}** [来源](https://lies.invalid/x "官方") `代码` <b>粗</b>\n- @everyone https://lies.invalid/y'


def said(answer: Answer) -> Iterator[Answer]:
    """Everything in the answer that has a text: points, moods, sentences."""
    for field in ("points", "sentiment", "overview"):
        yield from (part for part in answer.get(field, []) if isinstance(part, dict))


def _bare(words: str) -> str:
    return words.replace("「", "").replace("」", "")


def _reword(answer: Answer, change: Callable[[str], str]) -> None:
    for part in said(answer):
        for field in ("headline", "text"):
            if field in part:
                part[field] = change(part[field])


def change_numbers(answer: Answer, messages: Sequence[str]) -> None:
    """Every figure becomes another one with as many digits."""

    def other(found: re.Match[str]) -> str:
        digits = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), found[0])
        return "4" + digits[1:] if digits[0] == "0" else digits

    _reword(answer, lambda words: NUMBER.sub(other, _bare(words)))


def change_names(answer: Answer, messages: Sequence[str]) -> None:
    """Every product, company and person with a Latin name becomes another of the request."""
    pool = sorted({name for message in messages for post in POST.findall(message) for name in NAME.findall(post[2])})
    moved = {name: pool[(at + 1 + len(pool) // 3) % len(pool)] for at, name in enumerate(pool)}
    _reword(answer, lambda words: NAME.sub(lambda found: moved.get(found[0], found[0]), _bare(words)))


def swap_citations(answer: Answer, messages: Sequence[str]) -> None:
    """Every point cites the posts of the next one; of a sentence, the next one's drafts."""
    for parts, field in ((answer.get("points", []), "citations"), (answer.get("overview", []), "points")):
        cited = [part[field] for part in parts]
        for part, others in zip(parts, [*cited[1:], *cited[:1]], strict=True):
            part[field] = others
    _reword(answer, _bare)


def invent_quotes(answer: Answer, messages: Sequence[str]) -> None:
    _reword(answer, lambda words: re.sub(r"「[^」]*」", f"「{INVENTED}」", words))


def add_filler(answer: Answer, messages: Sequence[str]) -> None:
    for part in said(answer):
        part["text"] += FILLER


def echo_in_points(answer: Answer, messages: Sequence[str]) -> None:
    """A line of the prompt in place of each text, and of each headline the start of it."""
    lines = [line for line in messages[0].splitlines() if len(line) > 12]
    for at, part in enumerate(said(answer)):
        line = lines[at % len(lines)]
        part.update({"text": line}, **({"headline": line[:20]} if "headline" in part else {}))


def repeat_points(answer: Answer, messages: Sequence[str]) -> None:
    """Every point and every choice three times."""
    for field, value in answer.items():
        if isinstance(value, list) and field != "same":
            answer[field] = [item.copy() if isinstance(item, dict) else item for item in value * 3]


def all_ten(answer: Answer, messages: Sequence[str]) -> None:
    for point in answer.get("points", []):
        point["importance"] = 10


def forty_core(answer: Answer, messages: Sequence[str]) -> None:
    """Forty ids in the brief, some of them twice, some of nothing, and all of them elsewhere again."""
    if "core" in answer:
        labels = [*(f"d{number}" for number in range(1, 30)), *(f"d{number}" for number in range(1, 8))]
        answer["core"] = [*labels, "d999", "p1", "", "d0"]
        answer["views"] = answer["events"] = [*labels]


def in_english(answer: Answer, messages: Sequence[str]) -> None:
    for part in said(answer):
        part["text"] = f"The team {ENGLISH}"
        if "headline" in part:
            part["headline"] = "Everything changes"


def in_markup(answer: Answer, messages: Sequence[str]) -> None:
    _reword(answer, MARKED.format)
    for group in answer.get("ai", []):
        group["heading"] = "# <b>[标题](https://lies.invalid/z)</b> @everyone"


def drop_all(answer: Answer, messages: Sequence[str]) -> None:
    """Every post is an advertisement, and there is nothing to tell."""
    labels = [label for message in messages for label, _, _ in POST.findall(message)]
    answer["dropped"] = [{"post": label, "kind": "ad", "reason": "广告"} for label in labels]
    answer |= {field: [] for field in ("points", "core") if field in answer}


LIES: dict[str, Callable[[Answer, Sequence[str]], None]] = {
    "wrong-numbers": change_numbers,
    "wrong-names": change_names,
    "swapped-citations": swap_citations,
    "invented-quotes": invent_quotes,
    "filler": add_filler,
    "echo-points": echo_in_points,
    "duplicates": repeat_points,
    "all-ten": all_ten,
    "forty-core": forty_core,
    "english": in_english,
    "markup": in_markup,
    "drop-all": drop_all,
}
