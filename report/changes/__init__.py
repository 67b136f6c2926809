"""与昨日相比: what is new, rises, goes on or fades, in counts of posts that no model guesses.

In: the used posts of the period before and of this one. Out: a section with a point for each theme whose count says
something; every point carries the posts that were counted, and says in computed words who spoke of it or what weighed
most. Where the two stretches differ much in size, themes are judged and told by their share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from report.changes.themes import LEAST, Theme, find_themes
from report.clean import width
from report.clean.duplicates import bare
from report.model import HEADINGS, Counted, Point, Section, Status, Tweet
from report.stories import substance
from report.wording import spaced
from report.writer.quoting import SENTENCE, excerpt, plain, short_name

SHOWN = 6  # themes under each heading
MOVED = 1.8  # times the posts that the share before lets expect: a theme rises, and the other way round it fades
MOVED_POSTS = 1.5  # and at least so many posts more or fewer than expected
SAID = 72  # columns of a clause that is quoted
CLAUSE = re.compile(r"[；;，,] ?|: |：| [-–—] ")
EARLY = 80  # characters
LED = 2  # posts of a side whose headline may stand for it
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
    groups = _sort(_rows(before, now, names))
    words = _Words(len(before), len(now), told or {}, days)
    children = [
        Section(
            kind="changes",
            heading=heading,
            points=tuple(words.point(f"change-{name}-{n:02}", status, row) for n, row in enumerate(rows[:SHOWN], 1)),
        )
        for heading, name, status, rows in groups
        if rows
    ]
    intro = f"{words.before}采用 {len(before)} 条，{words.now} {len(now)} 条。"
    intro += "箭头两边是正文提到该词的帖子数。" if children else "没有哪个话题的帖子数有说得上的变化。"
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


def _sort(rows: Sequence[Row]) -> tuple[tuple[str, str, Status, list[Row]], ...]:
    """Each theme under its heading, the largest movement first; what says nothing under none."""
    new = [row for row in rows if not row.before and len(row.now) >= LEAST]
    fading = [
        row
        for row in rows
        if len(row.before) >= LEAST and -row.moved >= MOVED_POSTS and row.expected >= MOVED * len(row.now)
    ]
    rising = [row for row in rows if row.before and row.moved >= MOVED_POSTS and len(row.now) >= MOVED * row.expected]
    going = [
        row
        for row in rows
        if row not in fading and row not in rising and row.before and row.now and len(row.before + row.now) > LEAST
    ]
    return (
        ("新出现", "new", "new", new),
        ("上升", "rising", "continuing", rising),
        ("持续", "continuing", "continuing", going),
        ("退潮", "fading", "changed", fading),
    )


class _Words:
    """A row in words, all of them computed."""

    def __init__(self, before: int, now: int, told: Mapping[str, str], days: int) -> None:
        self._totals = before, now
        self._told = told
        self.before, self.now = ("前一日", "当日") if days == 1 else (f"前 {days} 天", f"这 {days} 天")

    def point(self, point_id: str, status: Status, row: Row) -> Point:
        a, b = len(row.before), len(row.now)
        text = f"{a} → {b} 条{self._shares(a, b)}。{self._moved(row)}"
        shown = (*row.before[:2], *row.now[:2]) if row.before and row.now else (*row.before[:4], *row.now[:4])
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

    def _shares(self, a: int, b: int) -> str:
        before, now = self._totals
        if not a or not b or max(before, now) < UNEVEN * min(before, now):
            return ""
        return f"（占 {100 * a / before:.0f}% → {100 * b / now:.0f}%）"

    def _moved(self, row: Row) -> str:
        if not row.before:
            return self._who(row)
        sides = [(self.before, row.before), (self.now, row.now)]
        return "；".join(spaced(when, self._led_by(tweets, row.theme)) for when, tweets in sides if tweets) + "。"

    def _who(self, row: Row) -> str:
        names = _speakers(row.now)
        if len(names) == 1:
            return f"{spaced('都出自', names[0])}：{_said(row.now[0], row.theme)}。"
        return f"{spaced('、'.join(names[:3]), f'等 {len(names)} 人谈到' if len(names) > 3 else '都谈到')}。"

    def _led_by(self, tweets: Sequence[Tweet], theme: Theme) -> str:
        """The headline that a report gave to one of the side's weightiest posts, else what the first of them says."""
        headline = next((self._told[tweet.id] for tweet in tweets[:LED] if tweet.id in self._told), "")
        return f"：{headline}" if headline else f"{short_name(tweets[0].author.called)}：{_said(tweets[0], theme)}"


def _said(tweet: Tweet, theme: Theme) -> str:
    """The sentence that has the theme, as it stands in the post, in 「」; of a long one from the theme's clause on."""
    found = re.compile(theme.pattern, re.IGNORECASE)
    sentences = [sentence for line in tweet.text.splitlines() for sentence in SENTENCE.findall(plain(line))]
    sentence = next((words.strip() for words in sentences if found.search(bare(words))), plain(tweet.text))
    at = match.start() if width(sentence) > SAID and (match := found.search(sentence)) else 0
    clause = max((mark.end() for mark in CLAUSE.finditer(sentence, 0, at)), default=0)
    if at - clause > SAID // 2:
        clause = sentence.rfind(" ", clause, at - SAID // 3) + 1 or at
    return f"「{excerpt(sentence[clause:], SAID).rstrip('。.')}」"


def _speakers(tweets: Sequence[Tweet]) -> list[str]:
    """Short names, whose posts weigh most first."""
    return list(dict.fromkeys(short_name(tweet.author.called) for tweet in tweets))
