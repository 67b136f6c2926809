"""与昨日相比: what is new, rises, goes on or fades, in counts of posts that no model guesses.

In: the used posts of the period before and of this one. Out: a section with a point for each theme whose count says
something; every point carries the posts that were counted, and says in computed words who spoke of it or what weighed
most. Where the two stretches differ much in size, themes are judged and told by their share. Always holds: no two
points rest mostly on the same posts; what is quoted is a whole sentence, and where none is short enough, nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from report.clean import width
from report.clean.duplicates import bare
from report.model import HEADINGS, Counted, Point, Section, Status, Tweet
from report.names import short_name
from report.stories import substance
from report.subjects import EVENT
from report.themes import Theme, find_themes
from report.wording import spaced
from report.writer.excerpts import SENTENCE, is_chinese, lines_of

SHOWN = 5  # themes under each heading
SAYS = 3  # posts of a side that are more than chance; of what is new, two by two authors are enough
SAME = 0.5  # of a theme's posts that an earlier point rests on: it tells nothing of its own
MOVED = 1.8  # times the posts that the share before lets expect: a theme rises, and the other way round it fades
MOVED_POSTS = 1.5  # and at least so many posts more or fewer than expected
SAID = 14, 84  # columns of a sentence that is quoted
CLAUSES = re.compile(r"[^；;，,：:]+")
DANGLING = re.compile(
    r"^(?:and|but|so|or|because|which|that|than|then)\b|^[^\w$]|[:：]$|见评论|链接|^(?:但|而|也|所以|因为|如果|然后|并且|[一二三四五六七八九十]，)",
    re.IGNORECASE,
)
EARLY = 80  # characters
CITED = 4  # posts of a point, half of them of each side; only these are quoted, and only their authors named
UNEVEN = 1.25  # stretches of which one has this many times the posts of the other are compared by shares


class Row(NamedTuple):
    """A theme with its posts of both sides, the weightiest first, and the posts to expect now by the share before."""

    theme: Theme
    before: tuple[Tweet, ...]
    now: tuple[Tweet, ...]
    expected: float

    @property
    def moved(self) -> float:
        return len(self.now) - self.expected


def compare(
    before: Sequence[Tweet],
    now: Sequence[Tweet],
    names: Iterable[str] = (),
    days: int = 1,
    told: Mapping[str, str] | None = None,
) -> Section | None:
    """The section, or None where there is nothing to compare with. `days` is the length of each stretch.

    `told` are headlines of reports by the ids of the posts that they rest on.
    """
    if not before or not now:
        return None
    groups = _without_overlap(_sort(_rows(before, now, names)))
    words = _Words(len(before), len(now), told or {}, days)
    children = [
        Section(
            kind="changes",
            heading=heading,
            points=tuple(words.point(f"change-{name}-{n:02}", status, row) for n, row in enumerate(rows, 1)),
        )
        for heading, name, status, rows in groups
        if rows
    ]
    intro = f"{words.before}采用 {len(before)} 条，{words.now} {len(now)} 条。"
    intro += "箭头两边是正文谈到这一项的帖子数，按关键词数。" if children else "没有哪个话题的帖子数有说得上的变化。"
    return Section(kind="changes", heading=HEADINGS["changes"], intro=intro, children=tuple(children))


def _rows(before: Sequence[Tweet], now: Sequence[Tweet], names: Iterable[str]) -> list[Row]:
    rows = []
    for theme, posts in find_themes((*before, *now), names).items():
        found = re.compile(theme.pattern, re.IGNORECASE)
        sides = [
            sorted(
                (tweet for tweet in tweets if tweet.id in posts), key=lambda tweet: (-_weight(tweet, found), tweet.id)
            )
            for tweets in (before, now)
        ]
        rows.append(Row(theme, tuple(sides[0]), tuple(sides[1]), len(sides[0]) * len(now) / len(before)))
    return sorted(rows, key=lambda row: (-abs(row.moved), -len(row.now), row.theme.label))


def _weight(tweet: Tweet, theme: re.Pattern[str]) -> float:
    """How well a post stands for a theme: what it says, how often it has the theme, and whether it begins with it."""
    at = [found.start() for found in theme.finditer(bare(tweet.text))]
    return substance(tweet) + 0.5 * min(len(at), 3) + (at[0] < EARLY)


def _sort(rows: Sequence[Row]) -> Groups:
    """Each theme under its heading, the largest movement first; what says nothing under none."""
    new = [row for row in rows if not row.before and (len(row.now) >= SAYS or len(_speakers(row.now)) > 1)]
    fading = [
        row
        for row in rows
        if len(row.now) < len(row.before) >= SAYS and -row.moved >= MOVED_POSTS and row.expected >= MOVED * len(row.now)
    ]
    rising = [
        row
        for row in rows
        if row.before
        and len(row.before) < len(row.now) >= SAYS
        and row.moved >= MOVED_POSTS
        and len(row.now) >= MOVED * row.expected
    ]
    going = [
        row
        for row in rows
        if row not in fading and row not in rising and row.before and row.now
        and max(len(row.before), len(row.now)) >= SAYS
    ]  # fmt: skip
    going.sort(key=lambda row: (-len(row.before + row.now), row.theme.label))
    return (
        ("新出现", "new", "new", new),
        ("上升", "rising", "continuing", rising),
        ("持续", "continuing", "continuing", going),
        ("退潮", "fading", "changed", fading),
    )


Groups = tuple[tuple[str, str, Status, list[Row]], ...]


def _without_overlap(groups: Groups) -> Groups:
    """At most SHOWN themes under each heading, none that rests mostly on the posts of one that is told."""
    told: list[set[str]] = []
    left: dict[str, list[Row]] = {heading: [] for heading, *_ in groups}
    for heading, *_, rows in sorted(groups, key=lambda group: group[0] == "持续"):
        for row in rows:
            posts = {tweet.id for tweet in (*row.before, *row.now)}
            if len(left[heading]) < SHOWN and all(len(posts & other) <= SAME * len(posts) for other in told):
                left[heading].append(row)
                told.append(posts)
    return tuple((heading, name, status, left[heading]) for heading, name, status, _ in groups)


class _Words:
    """A row in words, all of them computed."""

    def __init__(self, before: int, now: int, told: Mapping[str, str], days: int) -> None:
        self._totals = before, now
        self._told = told
        self._quoted: set[str] = set()
        self.before, self.now = ("前一日", "当日") if days == 1 else (f"前 {days} 天", f"这 {days} 天")

    def point(self, point_id: str, status: Status, row: Row) -> Point:
        a, b = len(row.before), len(row.now)
        text = f"{a} → {b} 条{self._shares(a, b)}。{self._moved(row)}"
        shown = [tweet for tweets in self._shown(row) for tweet in tweets]
        return Point(
            id=point_id,
            headline=row.theme.label,
            text=text,
            citations=tuple(tweet.id for tweet in shown),
            kinds=("changes",),
            status=status,
            counted=Counted(
                by=row.theme.pattern,
                before=tuple(tweet.id for tweet in row.before),
                now=tuple(tweet.id for tweet in row.now),
            ),
        )

    def _shown(self, row: Row) -> tuple[list[Tweet], list[Tweet]]:
        most = CITED // 2 if row.before and row.now else CITED
        return _first_of_authors(row.before)[:most], _first_of_authors(row.now)[:most]

    def _shares(self, a: int, b: int) -> str:
        before, now = self._totals
        if not a or not b or max(before, now) < UNEVEN * min(before, now):
            return ""
        return f"（占 {100 * a / before:.0f}% → {100 * b / now:.0f}%）"

    def _moved(self, row: Row) -> str:
        if not row.before:
            return self._who(row)
        before, now = self._shown(row)
        sides = [(self.before, before, len(_speakers(row.before))), (self.now, now, len(_speakers(row.now)))]
        told = (spaced(when, self._led_by(shown, count, row.theme)) for when, shown, count in sides if shown)
        return "；".join(told) + "。"

    def _who(self, row: Row) -> str:
        shown, count = self._shown(row)[1], len(_speakers(row.now))
        if count == 1:
            said = self._said(shown, row.theme)
            return f"{spaced('都出自', _speakers(shown)[0])}{f'：「{said[1]}」' if said else ''}。"
        names = "、".join(_speakers(shown)[:3])
        return f"{spaced(names, f'等 {count} 人谈到' if count > 3 else '都谈到')}。"

    def _led_by(self, tweets: Sequence[Tweet], speakers: int, theme: Theme) -> str:
        """The headline that a report gave to one of the side's weightiest posts, else what the first of them says."""
        headline = next((self._told[tweet.id] for tweet in tweets if tweet.id in self._told), "")
        if headline:
            return f"：{headline}"
        if said := self._said(tweets, theme):
            return f"{said[0]}：「{said[1]}」"
        return spaced("、".join(_speakers(tweets)[:2]), f"等 {speakers} 人谈到" if speakers > 2 else "谈到")

    def _said(self, tweets: Sequence[Tweet], theme: Theme) -> tuple[str, str] | None:
        """Who says what of it: the sentence that tells most in the weightiest posts, quoted once in a section."""
        found = [said for said in _sentences(tweets, theme) if said[2] not in self._quoted]
        if not found:
            return None
        _, name, words = max(found, key=lambda said: said[0])
        self._quoted.add(words)
        return name, words


def _sentences(tweets: Sequence[Tweet], theme: Theme) -> Iterator[tuple[float, str, str]]:
    """Each whole sentence of the posts (in Chinese, clauses too) that has the theme and is neither too long nor too
    short: how much it tells, who says it, its words.
    """
    found = re.compile(theme.pattern, re.IGNORECASE)
    for place, tweet in enumerate(tweets):
        sentences = [words.strip() for line in lines_of(tweet.text) for words in SENTENCE.findall(line)]
        clauses = [words.strip() for said in sentences if is_chinese(said) for words in CLAUSES.findall(said)]
        for words in (*sentences, *clauses):
            short = words.rstrip("。. ")
            if found.search(bare(short)) and SAID[0] <= width(short) <= SAID[1] and not DANGLING.search(short):
                tells = (
                    bool(EVENT.search(short))
                    + any(map(str.isdigit, short))
                    - 0.6 * (place + short.endswith(("？", "?")))
                )
                yield tells, short_name(tweet.author.called), short


def _first_of_authors(tweets: Sequence[Tweet]) -> list[Tweet]:
    """The weightiest of each author, then the others."""
    first = {tweet.author.handle: tweet for tweet in reversed(tweets)}
    return sorted(tweets, key=lambda tweet: first[tweet.author.handle] is not tweet)


def _speakers(tweets: Sequence[Tweet]) -> list[str]:
    """Short names, whose posts weigh most first."""
    return list(dict.fromkeys(short_name(tweet.author.called) for tweet in tweets))
