"""与昨日相比: what is new, goes on or fades, in counts of posts that no model guesses.

In: the used posts of the period before and of this one. Out: a section with a point for each term whose count says
something; every point carries the posts that were counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from report.model import HEADINGS, Counted, Point, Section, Status, Tweet
from report.names import NO_NAMES
from report.words import cut

SHOWN = 5  # terms under each heading
LEAST = 2  # posts that make a term worth telling
FADED = 3  # a term fades when this many times fewer posts have it

Rows = Mapping[str, tuple[Sequence[str], Sequence[str]]]


def compare(before: Sequence[Tweet], now: Sequence[Tweet], names: Iterable[str] = ()) -> Section | None:
    """The section, or None where there is nothing to compare with or nothing to tell."""
    if not before or not now:
        return None
    names = tuple(names)
    spelling: dict[str, str] = {}
    earlier, later = _posts_by_term(before, names, spelling), _posts_by_term(now, names, spelling)
    terms = [term for term in {*earlier, *later} if _tells(spelling[term])]
    rows: Rows = {term: (earlier.get(term, ()), later.get(term, ())) for term in terms}
    new = [t for t, (a, b) in rows.items() if not a and len(b) >= LEAST]
    fading = [t for t, (a, b) in rows.items() if len(a) >= max(LEAST, FADED * max(len(b), 1))]
    going = [t for t, (a, b) in rows.items() if t not in fading and len(a) >= LEAST and len(b) >= LEAST]
    groups: tuple[tuple[str, Status, list[str]], ...] = (
        ("新出现", "new", _most(new, rows, 1)),
        ("持续", "continuing", _most(going, rows, 1)),
        ("退潮", "changed", _most(fading, rows, 0)),
    )
    children = [_child(heading, status, chosen, rows, spelling) for heading, status, chosen in groups if chosen]
    if not children:
        return None
    intro = f"前一日采用 {len(before)} 条，当日 {len(now)} 条。箭头两边是正文提到该词的帖子数。"
    return Section(kind="changes", heading=HEADINGS["changes"], intro=intro, children=tuple(children))


def _tells(word: str) -> bool:
    """Names, and Chinese words of three characters or more: shorter words are talk, not themes."""
    if word.casefold() in NO_NAMES:
        return False
    latin = any(character.isupper() for character in word) and len(word) > 1
    return latin or (not word.isascii() and len(word) >= 3)


def _posts_by_term(tweets: Sequence[Tweet], names: Iterable[str], spelling: dict[str, str]) -> dict[str, list[str]]:
    posts: dict[str, list[str]] = defaultdict(list)
    for tweet in tweets:
        for word in dict.fromkeys(cut(tweet.text, names)):
            folded = word.casefold()
            spelling.setdefault(folded, word)
            if not posts[folded] or posts[folded][-1] != tweet.id:
                posts[folded].append(tweet.id)
    return posts


def _most(terms: Iterable[str], rows: Rows, side: int) -> list[str]:
    """The terms with the most posts on one side; of terms with the very same posts only the first is kept."""
    chosen: dict[tuple[str, ...], str] = {}
    for term in sorted(terms, key=lambda term: (-len(rows[term][side]), -len(term), term)):
        chosen.setdefault(tuple(rows[term][side]), term)
    return list(chosen.values())[:SHOWN]


def _child(heading: str, status: Status, terms: Sequence[str], rows: Rows, spelling: dict[str, str]) -> Section:
    return Section(
        kind="changes",
        heading=heading,
        points=tuple(
            Point(
                id=f"change-{status}-{number:02}",
                headline=spelling[term],
                text=f"{len(rows[term][0])} → {len(rows[term][1])} 条。",
                citations=(*rows[term][1][:3], *rows[term][0][:4])[:4],
                kinds=("changes",),
                status=status,
                counted=Counted(by=spelling[term], before=tuple(rows[term][0]), now=tuple(rows[term][1])),
            )
            for number, term in enumerate(terms, 1)
        ),
    )
