"""Words that hold digits: versions, models, handles. They are compared as text, spaces, hyphens and `v` left aside."""

from __future__ import annotations

import re
from itertools import pairwise

from report.quantities.value import Name

_PART = re.compile(r"(?<=[0-9])(?:s|([a-z])s)(?![a-z0-9])|[a-z]+|[0-9]+(?:\.[0-9]+)*", re.IGNORECASE)
_MASKED = re.compile(
    r"https?://[^\s<>\"'）】」》]*|\bt\.co/\w+|\bwww\.\S+|[0-9]\ufe0f?\u20e3"
    r"|\b[a-z0-9-]{1,63}\.(?:com|org|io|ai|dev|net|cn|co|app)(?:/[^\s)\]]*)?",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?m)^[-*>#• ]*(?:\*\*)?(?:[0-9]{1,2}(?:[.)、:]|[ ]?/)(?![0-9])|[(][0-9]{1,2}[)])")
_BREAK = re.compile(r"[,.;:!?()\[\]/+&\n\"、，。；：！？（）]+(?![0-9])|[\u4e00-\u9fff]+")
_TOKEN = re.compile(
    r"[@#]\w+(?:\.[0-9]+)*"
    r"|(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+|(?<=[0-9])\.[0-9][A-Za-z0-9]*)*"
    r"|(?<![0-9.])[0-9]+(?:\.[0-9]+){2,}(?:[-+]?[A-Za-z][A-Za-z0-9.]*)?"
    r"|(?<![0-9.,])[0-9]{13,}(?![0-9])"
)
_CODE = re.compile(r"(?:USD|RMB|CNY|HKD|EUR|GBP|JPY)-?[0-9]", re.IGNORECASE)
# Terms of the language rather than facts.
_TERMS = re.compile(
    r"k12|[bco]2[bco]|p2p|i18n|a11y|k8s|web3|g7|g20|h5|mp[34]|s3|ec2|day[- ]?[01]|[23]d|[45]g", re.IGNORECASE
)
_SCALED = re.compile(r"[ ]?[万亿]")
_DIGIT = re.compile(r"[0-9]")
_COUNTDOWN = re.compile(
    r"T-[0-9]+(?=[ -]?(?:(?:hour|hr|day|minute|min|week|month|year)s?\b|小时|天|分钟|周|个月))", re.IGNORECASE
)
_YEAR = re.compile(r"(?:pre|post|mid|early|late)-?[0-9]{4}", re.IGNORECASE)


def mask(folded: str) -> str:
    """The same length, without addresses and list markers."""
    blank = _MASKED.sub(lambda found: " " * len(found.group()), folded)
    return _LIST.sub(lambda found: " " * len(found.group()), blank)


def read_names(masked: str) -> list[Name]:
    """Those that hold a digit; not `USD500` nor `T-3 hours`, nor a rank like #1."""
    names: list[Name] = []
    if not _DIGIT.search(masked):
        return names
    for found in _TOKEN.finditer(masked):
        words = found.group()
        if _SCALED.match(masked, found.end()):
            words = words.rstrip("0123456789.").rstrip("-_")  # Qwen-320亿 states a size
        if not _DIGIT.search(words):
            continue
        if (
            (words[0] == "#" and words[1:].isdecimal())
            or _CODE.match(words)
            or _COUNTDOWN.match(masked, found.start())
            or _YEAR.fullmatch(words)
        ):
            continue
        names.append(Name(words, found.start(), parts_of(words)))
    return names


def parts_of(text: str) -> tuple[str, ...]:
    """`GPT-5.5` → gpt, 5.5; `v2.0` → 2; a `v` before a number says nothing, nor does its last .0."""
    parts = [_plain((part[1] or part[0]).lower()) for part in _PART.finditer(text)]
    parts = [part for n, part in enumerate(parts) if part != "s" or not n or not parts[n - 1][0].isdecimal()]
    return tuple(
        part for n, part in enumerate(parts) if part != "v" or n + 1 == len(parts) or not parts[n + 1][0].isdecimal()
    )


def _plain(part: str) -> str:
    return part.removesuffix(".0") if part.count(".") == 1 and part[0].isdecimal() else part


class NamedNumbers:
    """The parts of all evidence, to look names up in."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = [text.lower() for text in texts]
        parts = [part for text in texts for piece in _BREAK.split(text) for part in (*parts_of(piece), "|")]
        self._line = f" {' '.join(parts)} "
        self._numbers = {part for part in parts if part[0].isdecimal()}
        self._after: dict[str, set[str]] = {}
        for word, number in pairwise(parts):
            if number[0].isdecimal() and word.isalpha():
                self._after.setdefault(word, set()).add(number)

    def hold(self, name: Name) -> bool:
        """In the same order somewhere; or its number alone, unless its word stands with another number."""
        if name.words.startswith(("@", "#")):
            handle = re.compile(rf"{re.escape(name.words[1:].lower())}(?![0-9a-z_]|\.[0-9])")
            return any(handle.search(text) for text in self._texts)
        if re.fullmatch(r"v[0-9]+", name.words, re.IGNORECASE):
            bare = re.compile(rf"(?<![a-z0-9]){name.words.lower()}(?![0-9])|[a-z] ?{name.words[1:]}(?![0-9.])")
            return any(bare.search(text) for text in self._texts)
        if _TERMS.fullmatch(name.words) or f" {' '.join(name.parts)} " in self._line:
            return True
        return all(self._holds_number(name.parts, n) for n, part in enumerate(name.parts) if part[0].isdecimal())

    def hold_number(self, number: str) -> bool:
        return number in self._numbers

    def _holds_number(self, parts: tuple[str, ...], n: int) -> bool:
        number, letter = parts[n], "".join(parts[n + 1 : n + 2])
        if len(letter) == 1 and letter.isalpha() and f" {number} {letter} " not in self._line:
            return False
        known = self._after.get(parts[n - 1], set()) if n else set()
        if known:
            return number in known
        return number in self._numbers
