"""Words that the reports do have, for somebody who found nothing: a slip of a key, a name with a part too much."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from report.library.query import Term
from report.library.volumes import Volume

NEWEST = 60  # volumes whose words are offered
MOST = 2
ALIKE = 0.75
LONGEST = 16  # characters of a word that may be a slip
NAME = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{2,30}")


def find_nearest(volumes: Sequence[Volume], terms: Sequence[Term]) -> tuple[str, ...]:
    """The nearest word for each term, at most two in all."""
    spelled: dict[str, str] = {}
    for volume in volumes[-NEWEST:]:
        for entry in volume.entries:
            for name in NAME.findall(f"{entry.headline} {entry.text}"):
                spelled[name.rstrip(".-").casefold()] = name.rstrip(".-")
    found = (word for term in terms for word in _near(term.said, volumes, spelled))
    return tuple(dict.fromkeys(found))[:MOST]


def _near(said: str, volumes: Sequence[Volume], spelled: dict[str, str]) -> Iterator[str]:
    if len(said) > LONGEST:
        return
    if said.isascii():
        yield from (spelled[name] for name in difflib.get_close_matches(said, spelled, MOST, ALIKE))
        return
    parts = (said[at : at + length] for length in range(len(said) - 1, 1, -1) for at in range(len(said) - length + 1))
    if part := next((part for part in parts if any(part in volume.lines for volume in volumes[-NEWEST:])), ""):
        yield part
