"""From a plan to sections.

In: a Plan, checked. Out: Sections of what it holds. Always holds:
a draft stands in one place; the brief has ten points at most and no two on the same post unless the editor chose both;
a choice of unknown ids changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from report.check import check_heading, check_sections
from report.check.orders import told_alone
from report.model import HEADINGS, UNVERIFIED, Period, Point, Section, SectionKind, Topic, Tweet
from report.subjects import theme_of, touches_crypto
from report.wording import plain_headline
from report.writer.choice import CORE, Drafted
from report.writer.plan import Plan

WORTH_THE_BRIEF = 6  # importance from which a draft may fill up the ten
LEAST = 3  # of any weight, in a brief that lost all its points in the check


def assemble(plan: Plan, topic: Topic, posts: Mapping[str, Tweet]) -> tuple[Section, ...]:
    """The sections that have something to say. `posts` are all that were read, by id."""
    pool, choice = _Pool(plan.drafts), plan.choice
    core = pool.take(choice.core, CORE)
    wanted = [label for kind in ("market", "finance", "views", "events") for label in getattr(choice, kind)]
    wanted += [label for group in choice.ai for label in group.points]
    core += pool.fill(core, CORE - len(core), (*wanted, *plan.drafts))
    core = core or pool.take((*wanted, *plan.drafts), LEAST)
    taken = {"market": pool.take(choice.market), "finance": pool.take(choice.finance if topic.finance else ())}
    taken |= {"views": pool.take(choice.views), "events": pool.take(choice.events)}
    sections = [
        _section("overview", plan.overview.values()),
        _section("core", core, "" if len(core) == CORE else f"够分量的消息只有 {len(core)} 条，不凑满十条。"),
        _section("views", taken["views"]),
        _section("events", taken["events"]),
        _section("market", taken["market"], UNVERIFIED + _zero(posts.values())),
        _ai([(group.heading, pool.take(group.points)) for group in choice.ai], posts),
        _section("finance", taken["finance"], UNVERIFIED),
        _section("sentiment", plan.moods.values()),
    ]
    return tuple(section for section in sections if section.all_points())


def without_repeats(
    sections: Sequence[Section], posts: Mapping[str, Tweet], period: Period
) -> tuple[tuple[Section, ...], list[str]]:
    """The sections without points that say again what an earlier one says, and a line for each of these."""
    placed = [one for one in check_sections(sections, posts, period) if one.fault.rule == "repeat"]
    gone = {one.at for one in placed}

    def left(section: Section) -> Section:
        points = tuple(point for point in section.points if point.id not in gone)
        children = tuple(filter(Section.all_points, map(left, section.children)))
        return section.model_copy(update={"points": points, "children": children})

    kept = tuple(section for section in map(left, sections) if section.all_points())
    return kept, [f"{one.at}：{one.fault.words}" for one in placed]


class _Pool:
    """Drafts that are not placed yet."""

    def __init__(self, drafts: Drafted) -> None:
        self._drafts = drafts
        self._taken: set[str] = set()

    def take(self, labels: Iterable[str], most: int | None = None) -> list[Point]:
        """The points of these ids that are not taken, in this order."""
        known = dict.fromkeys(label for label in labels if label in self._drafts)
        chosen = [label for label in known if label not in self._taken][:most]
        self._taken.update(chosen)
        return [self._drafts[label] for label in chosen]

    def fill(self, core: Sequence[Point], most: int, labels: Iterable[str]) -> list[Point]:
        """Up to `most` more points that are worth the brief and rest on other posts than those in it."""
        told = {post for point in core for post in point.citations}
        added: list[Point] = []
        for label in dict.fromkeys(label for label in labels if label in self._drafts):
            point = self._drafts[label]
            if len(added) < most and point.importance >= WORTH_THE_BRIEF and told.isdisjoint(point.citations):
                added += self.take([label])
                told.update(point.citations)
        return added


def _section(kind: SectionKind, points: Iterable[Point], intro: str = "") -> Section:
    return Section(kind=kind, heading=HEADINGS[kind], intro=intro, points=_numbered(kind, points))


def _ai(groups: Iterable[tuple[str, list[Point]]], posts: Mapping[str, Tweet]) -> Section:
    """Sub-sections by the editor's headings; what has none stands in the section itself."""
    bare: list[Point] = []
    children: list[Section] = []
    count = 0
    for words, points in groups:
        if heading := _heading(plain_headline(words), points, posts):
            numbered = _numbered("ai", points, count + 1)
            children += [Section(kind="ai", heading=heading, points=numbered)] if numbered else []
        else:
            bare += points
            continue
        count += len(points)
    return Section(kind="ai", heading=HEADINGS["ai"], points=_numbered("ai", bare, count + 1), children=tuple(children))


def _heading(words: str, points: Sequence[Point], posts: Mapping[str, Tweet]) -> str:
    """The editor's heading, or the name of a theme where his does not hold."""
    ids = dict.fromkeys(post for point in points for post in point.citations if post in posts)
    cited = [posts[post] for post in told_alone(tuple(ids), posts)]
    if any(fault.severity == "must" for fault in check_heading(words, cited)):
        return theme_of(" ".join(point.text for point in points))
    return words


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
