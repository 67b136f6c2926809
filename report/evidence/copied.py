"""How much of a quotation stands in a text word for word: what `support` asks of a list of links with excerpts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from report.evidence.spelling import plain
from report.words import HAN

# An excerpt is a link's text: "- [We're introducing an open-source a...](", often cut, the address or the rest missing.
_EXCERPT = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])?[ \t]*\[((?:(?!\]\()[^\n])*)(?:\]\([^\s)]*\)?[ \t]*)?$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[!-~]*")
_BY = re.compile(r"\(@\w{1,20}\)")
_TOKEN = re.compile(rf"[a-z]+|\d+|[{HAN}]")
_CUT = re.compile(r"[A-Za-z0-9]+(?:\.\.\.|…)\s*$")
_SIZE = 3


def excerpts(claim: str) -> list[str]:
    """The excerpts of a claim that is a list of links and nothing else worth a word; [] for any other claim."""
    found = _EXCERPT.findall(claim)
    if not found:
        return []
    rest = _BY.sub(" ", _EXCERPT.sub(" ", claim))
    if len(_tokens(rest)) > 3 + len(found):
        return []
    return [excerpt for part in found if _tokens(excerpt := _CUT.sub("", part))]


def copied(quotations: Sequence[str], texts: Sequence[str]) -> float:
    """The share of runs of three words (Chinese: characters) that stand in the texts too, the quotations' mean.

    1 where no quotation has a word.
    """
    there: set[tuple[str, ...]] = set()
    for text in texts:
        words = _tokens(text)
        for size in range(1, _SIZE + 1):
            there.update(_runs(words, size))
    shares = []
    for quotation in quotations:
        words = _tokens(quotation)
        runs = list(_runs(words, min(_SIZE, len(words)) or 1))
        if runs:
            shares.append(sum(run in there for run in runs) / len(runs))
    return sum(shares) / len(shares) if shares else 1.0


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(plain(_ADDRESS.sub(" ", text)).casefold())


def _runs(words: Sequence[str], size: int) -> zip[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)
