"""与昨日相比: what is new, goes on or fades, in counts of posts that no model guesses.

In: the used posts of the period before and of this one. Out: a section with a point for each term whose count says
something; every point carries the posts that were counted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from report.duplicates import bare
from report.model import HEADINGS, Counted, Point, Section, Status, Tweet
from report.names import NO_NAMES
from report.words import cut

SHOWN = 5  # terms under each heading
LEAST = 2  # posts that make a term worth telling
CANDIDATES = 80  # terms that are counted
SUM = re.compile(r"[亿万]|美元|人民币|百分")
FADED = 3  # a term fades when this many times fewer posts have it

Rows = Mapping[str, tuple[Sequence[str], Sequence[str]]]


def compare(before: Sequence[Tweet], now: Sequence[Tweet], names: Iterable[str] = (), days: int = 1) -> Section | None:
    """The section, or None where there is nothing to compare with or nothing to tell. `days` is the length of each."""
    if not before or not now:
        return None
    terms = _find_terms((*before, *now), tuple(names))
    earlier, later = [(tweet.id, bare(tweet.text)) for tweet in before], [(tweet.id, bare(tweet.text)) for tweet in now]
    rows: Rows = {term: (_count(term, earlier), _count(term, later)) for term in terms}
    new = [t for t, (a, b) in rows.items() if not a and len(b) >= LEAST]
    fading = [t for t, (a, b) in rows.items() if len(a) >= max(LEAST, FADED * max(len(b), 1))]
    going = [t for t, (a, b) in rows.items() if t not in fading and len(a) >= LEAST and len(b) >= LEAST]
    groups: tuple[tuple[str, Status, list[str]], ...] = (
        ("新出现", "new", _most(new, rows, 1)),
        ("持续", "continuing", _most(going, rows, 1)),
        ("退潮", "changed", _most(fading, rows, 0)),
    )
    children = [_child(heading, status, chosen, rows) for heading, status, chosen in groups if chosen]
    if not children:
        return None
    stretches = ("前一日", "当日") if days == 1 else (f"前 {days} 天", f"这 {days} 天")
    counts = f"{stretches[0]}采用 {len(before)} 条，{stretches[1]} {len(now)} 条。"
    intro = f"{counts}箭头两边是正文提到该词的帖子数。"
    return Section(kind="changes", heading=HEADINGS["changes"], intro=intro, children=tuple(children))


def _find_terms(tweets: Sequence[Tweet], names: tuple[str, ...]) -> list[str]:
    """Names and themes that several posts have, in their usual spelling, most frequent first."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for tweet in tweets:
        for word in dict.fromkeys(cut(tweet.text, names)):
            spelt[word.casefold()][word] += 1
    usual = {folded: max(sorted(counted), key=lambda word: counted[word]) for folded, counted in spelt.items()}
    telling = [folded for folded, word in usual.items() if _tells(word) and spelt[folded].total() >= LEAST]
    telling.sort(key=lambda folded: (-spelt[folded].total(), folded))
    return [usual[folded] for folded in telling[:CANDIDATES]]


def _tells(word: str) -> bool:
    """Names, and Chinese words of three characters or more: shorter words are talk, not themes, and sums are none."""
    if word.casefold() in NO_NAMES or SUM.search(word):
        return False
    latin = any(character.isupper() for character in word) and len(word) > 1
    return latin or (not word.isascii() and len(word) >= 3)


def _count(term: str, texts: Sequence[tuple[str, str]]) -> list[str]:
    """Ids of the posts whose text has the term, whole where it is Latin."""
    whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(term)}(?![A-Za-z0-9])", re.IGNORECASE)
    return [post for post, text in texts if whole.search(text)]


def _most(terms: Iterable[str], rows: Rows, side: int) -> list[str]:
    """The terms with the most posts on one side; of terms with the very same posts only the first is kept."""
    chosen: dict[tuple[str, ...], str] = {}
    for term in sorted(terms, key=lambda term: (-len(rows[term][side]), -len(term), term)):
        chosen.setdefault(tuple(rows[term][side]), term)
    return list(chosen.values())[:SHOWN]


def _child(heading: str, status: Status, terms: Sequence[str], rows: Rows) -> Section:
    return Section(
        kind="changes",
        heading=heading,
        points=tuple(
            Point(
                id=f"change-{status}-{number:02}",
                headline=term,
                text=f"{len(rows[term][0])} → {len(rows[term][1])} 条。",
                citations=(*rows[term][1][:3], *rows[term][0][:4])[:4],
                kinds=("changes",),
                status=status,
                counted=Counted(by=term, before=tuple(rows[term][0]), now=tuple(rows[term][1])),
            )
            for number, term in enumerate(terms, 1)
        ),
    )
