"""Typography as a Chinese editor sets it: spaces between Chinese and Latin, punctuation of the right width.

In: a sentence. Out: the same sentence. Always holds: quoted words, addresses, code, and the names that are given stay
as they are, character by character; digits and letters are neither added nor lost; doing it twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from report.check.quotation import find_quotations

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
LATIN = r"A-Za-z0-9À-ÖØ-öø-ɏ"
FIXED = re.compile(r"`[^`]*`|https?://[!-~]+|[A-Z](?:股|线|恤|盘)(?![\w])|[A-Z](?:股|线|恤|盘)(?=[\u4e00-\u9fff])")
WIDE = {ord(wide) + n: ord(half) + n for wide, half in ("０0", "ＡA", "ａa") for n in range(26 if half != "0" else 10)}
FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
MARK = "，。！？；：、…「」『』（）《》"
AFTER_HAN = re.compile(rf"(?<=[{HAN}」』）》])\s*([,;:?!])(?!//)")
BEFORE_HAN = re.compile(rf"(?<=[{LATIN}%」』）])([,;:])\s*(?=[{HAN}「『《])")
STOP = re.compile(rf"(?<=[{HAN}」』）》])\s*\.(?=\s*$|\s*[{HAN}「])")
DOTS = re.compile(rf"(?<=[{HAN}])\s*\.{{3,}}|(?<=[{HAN}])…(?!…)(?<!……)")
BRACKETS = re.compile(rf"\(([^()（）]*[{HAN}][^()（）]*)\)")
AROUND_MARK = re.compile(rf"[ \t]+(?=[{MARK}])|(?<=[{MARK}])[ \t]+")
MEET = re.compile(rf"(?<=[{HAN}])(?=[{LATIN}$€£¥])|(?<=[{LATIN}%℃°+])(?=[{HAN}])")
REPEATED = re.compile(r"([，。；：、])\1+")
HOLD = "\ue000"  # stands for a piece that stays; private use, never in a cleaned text


def tidy(text: str, names: Iterable[str] = ()) -> str:
    """The sentence, set well. `names` are kept as they are written, like `Orange AI` or `歸藏(guizang.ai)`.

    >>> tidy("GPT-5发布了,免费用户每天30次.")
    'GPT-5 发布了，免费用户每天 30 次。'
    """
    if HOLD in text:
        return text
    kept = tuple(names)
    while (set_well := _once(text, kept)) != text:
        text = set_well
    return text


def _once(text: str, names: tuple[str, ...]) -> str:
    text = _with_corner_marks(text)
    pieces, at = [], 0
    for start, end in _fixed(text, names):
        pieces.append((text[at:start], text[start:end]))
        at = end
    held = [piece for _, piece in pieces]
    said = "".join(free.translate(WIDE) + HOLD for free, _ in pieces) + text[at:].translate(WIDE)
    return _restored(_set(said), held)


def _with_corner_marks(text: str) -> str:
    """“…” as 「…」, but where marks stand inside."""
    for quotation in find_quotations(text):
        if text[quotation.start] == "“" and not set(quotation.words) & set("「」『』“”"):
            text = f"{text[: quotation.start]}「{quotation.words}」{text[quotation.end :]}"
    return text


def _fixed(text: str, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the pieces that stay begin and end, in order and apart."""
    quoted = [(quotation.start + 1, quotation.end - 1) for quotation in find_quotations(text)]
    others = [found.span() for found in FIXED.finditer(text)]
    for name in filter(None, names):
        others += [found.span() for found in re.finditer(re.escape(name), text)]
    apart = [(start, end) for start, end in quoted if end > start]
    for start, end in sorted(others, key=lambda span: (span[0], -span[1])):
        if all(end <= first or last <= start for first, last in apart):
            apart.append((start, end))
    return sorted(apart)


def _set(said: str) -> str:
    said = BRACKETS.sub(r"（\1）", said)
    said = AFTER_HAN.sub(lambda found: FULL[found[1]], said)
    said = BEFORE_HAN.sub(lambda found: FULL[found[1]], said)
    said = DOTS.sub("……", STOP.sub("。", said))
    said = REPEATED.sub(r"\1", said)
    return " ".join(AROUND_MARK.sub("", MEET.sub(" ", said)).split())


def _restored(said: str, held: list[str]) -> str:
    whole = ""
    for at, piece in enumerate(said.split(HOLD)):
        whole = _joined(_joined(whole, held[at - 1]), piece) if at else piece
    return whole


def _joined(first: str, second: str) -> str:
    """The two in a row, with a space where Chinese and Latin meet."""
    meet = first and second and MEET.search(first[-1] + second[0])
    return f"{first} {second}" if meet else first + second
