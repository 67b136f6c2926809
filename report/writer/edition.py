"""From drafts to sections: what the model is shown of the drafts, what it chooses, and what becomes of that.

In: drafts as Points and the editor's choice of their ids (d1, d2 …). Out: Sections. Always holds: a draft stands in
one place; the brief has ten points at most and no two on the same post unless the editor chose both; every sentence
cites posts of the drafts that it names; a choice of unknown ids changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from report.model import HEADINGS, UNVERIFIED, Point, Section, SectionKind, Topic, Tweet
from report.subjects import touches_crypto
from report.wording import plain, plain_headline
from report.writer.drafts import KINDS, MOST_CITATIONS, Labels

CORE = 10
WORTH_THE_BRIEF = 6  # importance from which a draft may fill up the ten
SHOWN_DRAFTS = 150
SHOWN_IN_FULL = 16  # what the overview can be about
MOST_JOINED = 5  # drafts that tell the same
MARKET: tuple[SectionKind, ...] = ("market", "finance")


class Sentence(BaseModel):
    text: str
    points: Labels


class Group(BaseModel):
    heading: str
    points: Labels


class Mood(BaseModel):
    headline: str
    text: str
    points: Labels


class Choice(BaseModel):
    same: tuple[Labels, ...]
    core: Labels
    views: Labels
    events: Labels
    market: Labels
    finance: Labels
    ai: tuple[Group, ...]
    sentiment: tuple[Mood, ...]
    overview: tuple[Sentence, ...]


Drafted = Mapping[str, Point]


def number(points: Iterable[Point]) -> dict[str, Point]:
    """The most important drafts as d1, d2 …; their order among equals is kept."""
    best = sorted(points, key=lambda point: -point.importance)[:SHOWN_DRAFTS]
    return {f"d{at}": point for at, point in enumerate(best, 1)}


def describe(drafts: Drafted) -> str:
    """The question: every draft's id, importance, kinds and headline; the text of those that may lead."""
    lines = []
    for at, (label, point) in enumerate(drafts.items()):
        full = at < SHOWN_IN_FULL or "sentiment" in point.kinds
        line = f"{label} [{point.importance} {' '.join(point.kinds)}] {point.headline}"
        lines.append(f"{line}｜{point.text}" if full or not point.headline else line)
    return f"共 {len(drafts)} 条草稿：\n" + "\n".join(lines)


def complaints(choice: Choice, drafts: Drafted) -> list[str]:
    """What to send a choice back for."""
    said: list[str] = []
    if not any(label in drafts for label in choice.core):
        said.append(f"core 里没有一个已知的编号；编号只能用 d1 到 d{len(drafts)}。")
    if not any(label in drafts for sentence in choice.overview for label in sentence.points):
        said.append("overview 没有写，或没有一句带着已知的编号。")
    return said


def choose_by_importance(drafts: Drafted) -> Choice:
    """The choice without an editor: the most important in the brief, the rest where their first kind says."""
    by_kind: dict[SectionKind, list[str]] = {kind: [] for kind in KINDS}
    for label, point in list(drafts.items())[CORE:]:
        by_kind[next((kind for kind in point.kinds if kind in KINDS), "events")].append(label)
    moods = [Mood(headline=drafts[at].headline, text=drafts[at].text, points=(at,)) for at in by_kind["sentiment"]]
    return Choice(
        same=(),
        core=tuple(drafts)[:CORE],
        views=tuple(by_kind["views"]),
        events=tuple(by_kind["events"]),
        market=tuple(by_kind["market"]),
        finance=tuple(by_kind["finance"]),
        ai=(Group(heading="", points=tuple(by_kind["ai"])),),
        sentiment=tuple(moods),
        overview=(),
    )


def assemble(drafts: Drafted, choice: Choice, topic: Topic, posts: Iterable[Tweet]) -> tuple[Section, ...]:
    """The sections that have something to say. `posts` are all that were read, for the zero that is stated."""
    pool = _Pool(drafts, choice.same)
    core = pool.take(choice.core, CORE)
    wanted = [label for kind in ("market", "finance", "views", "events") for label in getattr(choice, kind)]
    wanted += [label for group in choice.ai for label in group.points]
    core += pool.fill(core, CORE - len(core), (*wanted, *drafts))
    taken = {"market": pool.take(choice.market), "finance": pool.take(choice.finance if topic.finance else ())}
    taken |= {"views": pool.take(choice.views), "events": pool.take(choice.events)}
    sections = [
        _section("overview", [pool.write("", said.text, said.points) for said in choice.overview]),
        _section("core", core, "" if len(core) == CORE else f"够分量的消息只有 {len(core)} 条，不凑满十条。"),
        _section("views", taken["views"]),
        _section("events", taken["events"]),
        _section("market", taken["market"], UNVERIFIED + _zero(posts)),
        _ai([(group.heading, pool.take(group.points)) for group in choice.ai]),
        _section("finance", taken["finance"], UNVERIFIED),
        _section("sentiment", [pool.write(mood.headline, mood.text, mood.points) for mood in choice.sentiment]),
    ]
    return tuple(section for section in sections if section.all_points())


class _Pool:
    """Drafts that are not placed yet; those that tell the same are one, with the citations of all."""

    def __init__(self, drafts: Drafted, same: Sequence[Sequence[str]]) -> None:
        self._drafts = dict(drafts)
        self._kept_as = {label: label for label in drafts}
        self._taken: set[str] = set()
        for group in same:
            known = list(dict.fromkeys(self._kept_as[label] for label in group if label in drafts))
            for other in known[1:MOST_JOINED]:
                self._kept_as |= {label: known[0] for label, kept in self._kept_as.items() if kept == other}
                self._drafts[known[0]] = _joined(self._drafts[known[0]], self._drafts[other])

    def take(self, labels: Iterable[str], most: int | None = None) -> list[Point]:
        """The points of these ids that are not taken, in this order."""
        known = dict.fromkeys(self._kept_as[label] for label in labels if label in self._kept_as)
        chosen = [label for label in known if label not in self._taken][:most]
        self._taken.update(chosen)
        return [self._drafts[label] for label in chosen]

    def fill(self, core: Sequence[Point], most: int, labels: Iterable[str]) -> list[Point]:
        """Up to `most` more points that are worth the brief and rest on other posts than those in it."""
        told = {post for point in core for post in point.citations}
        added: list[Point] = []
        for label in dict.fromkeys(self._kept_as[label] for label in labels if label in self._kept_as):
            point = self._drafts[label]
            if len(added) < most and point.importance >= WORTH_THE_BRIEF and told.isdisjoint(point.citations):
                added += self.take([label])
                told.update(point.citations)
        return added

    def write(self, headline: str, text: str, labels: Sequence[str]) -> Point | None:
        """A sentence of the editor's, on the posts of the drafts that it names; None where it rests on none."""
        named = [self._drafts[self._kept_as[label]] for label in labels if label in self._kept_as]
        cited = dict.fromkeys(point.citations[0] for point in named)
        if len(named) == 1:
            cited |= dict.fromkeys(named[0].citations)
        words = plain(text)
        if not cited or not words:
            return None
        return Point(
            id="written",
            headline=plain_headline(headline),
            text=words,
            citations=tuple(cited)[:MOST_CITATIONS],
            importance=max(point.importance for point in named),
        )


def _joined(first: Point, second: Point) -> Point:
    citations = tuple(dict.fromkeys(first.citations + second.citations))[:MOST_CITATIONS]
    return first.model_copy(
        update={"citations": citations, "importance": max(first.importance, second.importance)},
    )


def _section(kind: SectionKind, points: Iterable[Point | None], intro: str = "") -> Section:
    return Section(kind=kind, heading=HEADINGS[kind], intro=intro, points=_numbered(kind, filter(None, points)))


def _ai(groups: Iterable[tuple[str, list[Point]]]) -> Section:
    """Sub-sections by the editor's headings; what has none stands in the section itself."""
    bare: list[Point] = []
    children: list[Section] = []
    count = 0
    for heading, points in groups:
        if name := plain_headline(heading):
            numbered = _numbered("ai", points, count + 1)
            children += [Section(kind="ai", heading=name, points=numbered)] if numbered else []
        else:
            bare += points
            continue
        count += len(points)
    return Section(kind="ai", heading=HEADINGS["ai"], points=_numbered("ai", bare, count + 1), children=tuple(children))


def _numbered(kind: SectionKind, points: Iterable[Point], first: int = 1) -> tuple[Point, ...]:
    return tuple(
        point.model_copy(
            update={"id": f"{kind}-{at:02}", "kinds": tuple(dict.fromkeys((kind, *point.kinds)))},
        )
        for at, point in enumerate(points, first)
    )


def _zero(posts: Iterable[Tweet]) -> str:
    """The zero that readers of this section look for, stated where a count finds it."""
    return "" if any(touches_crypto(tweet) for tweet in posts) else "没有帖子提到数字货币。"
