"""Chinese cut into words, where the places and the kinds of the words are asked for and not the words."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from report.evidence.glossary import load_glossary
from report.words import han_cutter, stop_words

# Characters that no person's name ends with or holds, though a surname may stand before them: 于是他说, 何时会说.
_NO_NAME = frozenset("他她它我你们人者员是就也都还又才不没有会能要可在和与对把被让说的了时方")


def split(run: str) -> list[str]:
    """A run of Chinese as its words, all of them."""
    return han_cutter()(run)


def inner_places(run: str) -> set[int]:
    """The places inside the words of a run of Chinese, where no other word can begin or end: 东北大学 → 1, 2, 3."""
    return set(range(1, len(run))) - set(accumulate(map(len, split(run))))


@lru_cache(maxsize=4096)
def is_person(word: str) -> bool:
    """May these two or three characters, of which the first is a surname, be a person's name?

    If a tagger says so, or if it is no word of the language, nor made of such.
    """
    parts = split(word)
    known, stop = load_glossary().english, stop_words()
    if any(part in known or part in stop for part in (word, *parts) if len(part) > 1) or _NO_NAME & set(word[1:]):
        return False
    return len(parts) > 1 or _tagged_as_name(word)


def _tagged_as_name(word: str) -> bool:
    """False where rjieba has no wheel."""
    try:
        import rjieba  # noqa: PLC0415  as in `report.words`
    except ImportError:
        return False
    return [kind[:2] for _, kind in rjieba.tag(word)] == ["nr"]
