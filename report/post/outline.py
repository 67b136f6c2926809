"""The form of a report that a post can hold: which sections, in which order, under which headings.

In: a report of any writer, or the raw tree that was read from a post, where every section is "other". Out: the same
with each section's kind told by its heading, sections in their fixed order, one address for a post, texts on one line.
What a post does not show (importance, counts behind a change, dropped posts, tokens) is at its default. Always holds:
the normal form of a normal form is itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from report.model import (
    HEADINGS,
    Checked,
    FailedSource,
    Ledger,
    ModelCost,
    Point,
    Report,
    Section,
    SectionKind,
    Source,
    Status,
    XCost,
    post_id,
    read_report_key,
)
from report.post.markdown import address, clean, handle_of

GROUPS: tuple[tuple[str, tuple[SectionKind, ...]], ...] = (
    ("简要部分", ("overview", "core")),
    ("", ("changes",)),
    ("详细分析部分", ("views", "events", "market")),
    ("专项分析", ("ai", "finance")),
    ("", ("sentiment", "other", "noise", "cloud")),
)
ORDER: tuple[SectionKind, ...] = tuple(kind for _, kinds in GROUPS for kind in kinds)
GROUP = re.compile("(?:" + "|".join(name for name, _ in GROUPS if name) + r")(?![^（(：:])")
MEANINGS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("changes", re.compile("与昨日相比|与前一日相比|较昨日")),
    ("cloud", re.compile("词云")),
    ("core", re.compile("核心信息|信息点")),
    ("overview", re.compile("主要话题|趋势概述")),
    ("sentiment", re.compile("情绪")),
    ("noise", re.compile("广告")),
    ("market", re.compile("个股|数字货币|市场.{0,2}观察")),
    ("finance", re.compile("金融")),
    ("ai", re.compile("人工智能")),
    ("views", re.compile("观点|见解")),
    ("events", re.compile("事件|发展")),
)
LONGEST_NAME = 24  # characters: a longer heading tells a story and names no section
DEEPEST = 3  # levels of sub-sections: a heading has six at most
STATUSES: dict[str, Status] = {"新出现": "new", "上升": "continuing", "持续": "continuing", "退潮": "changed"}
X_ID = re.compile(r"[0-9]{15,25}")


def meaning(heading: str) -> SectionKind:
    """Which section a heading names; "other" where it names none."""
    if len(heading) > LONGEST_NAME or GROUP.match(heading):
        return "other"
    return next((kind for kind, pattern in MEANINGS if pattern.search(heading)), "other")


def normal_form(report: Report) -> Report:
    """The report as a post shows it and `read` gives it back."""
    try:
        topic, first, last = read_report_key(report.key)
    except ValueError:
        topic, first, last = report.topic, report.first, report.last
    sections = list(_top(map(_cleaned, report.sections)))
    if not any(section.kind == "noise" for section in sections):
        sections += filter(None, map(_cleaned, _noise(report.ledger)))
    sections.sort(key=lambda section: ORDER.index(section.kind))
    finished = _Finishing(report.sources)
    return Report(
        key=report.key,
        topic=topic,
        first=first,
        last=last,
        timezone=report.timezone,
        sections=tuple(finished.section(_flattened(section), section.kind) for section in sections),
        sources=tuple(finished.sources.values()),
        ledger=_shown(report.ledger),
        created_at=report.created_at.astimezone(ZoneInfo(report.timezone)).replace(microsecond=0),
        writer="imported",
    )


def _cleaned(section: Section) -> Section | None:
    """The section with texts on one line and nothing empty in it, None if nothing is left."""
    points = tuple(point for point in map(_cleaned_point, section.points) if point.headline or point.text)
    children = tuple(filter(None, map(_cleaned, section.children)))
    intro = clean(section.intro)
    if not (intro or points or children):
        return None
    heading = clean(section.heading) or HEADINGS[section.kind]
    return section.model_copy(update={"heading": heading, "intro": intro, "points": points, "children": children})


def _flattened(section: Section, depth: int = 0) -> Section:
    """Sub-sections that no heading is left for become points of the one above."""
    if depth < DEEPEST:
        return section.model_copy(
            update={"children": tuple(_flattened(child, depth + 1) for child in section.children)}
        )
    below = (point for child in section.children for point in _as_points(child))
    return section.model_copy(update={"points": (*section.points, *below), "children": ()})


def _as_points(section: Section) -> Iterator[Point]:
    if section.intro:
        yield Point(id="", text=section.intro)
    yield from section.points
    for child in section.children:
        yield from _as_points(child)


def _cleaned_point(point: Point) -> Point:
    headline = clean(point.headline)
    while headline.endswith((":", "：", " ")):
        headline = headline[:-1]
    return point.model_copy(update={"headline": headline, "text": clean(point.text)})


def _top(sections: Iterable[Section | None]) -> Iterator[Section]:
    """Top sections by their meaning; a heading that only groups others makes way for them."""
    for section in filter(None, sections):
        kind = meaning(section.heading) if section.kind == "other" else section.kind
        if kind == "other" and _is_group(section):
            yield from _top(child.model_copy(update={"kind": "other"}) for child in section.children)
        elif kind != "core" and kind == meaning(section.heading):
            yield section.model_copy(update={"kind": kind})
        else:
            yield section.model_copy(update={"kind": kind, "heading": HEADINGS[kind]})


def _is_group(section: Section) -> bool:
    if section.intro or section.points:
        return False
    named = (GROUP.match(child.heading) or meaning(child.heading) != "other" for child in section.children)
    return bool(GROUP.match(section.heading)) or any(named)


class _Finishing:
    """Numbers the points of each kind and gathers the cited sources, in reading order."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources: dict[str, Source] = {}
        self._urls = {source.id: source.url for source in sources}
        self._counts: Counter[SectionKind] = Counter()

    def section(self, section: Section, kind: SectionKind) -> Section:
        intro, points = section.intro, section.points
        if kind == "overview" and not points and intro:
            intro, points = "", (Point(id="", text=intro),)
        return Section(
            kind=kind,
            heading=section.heading,
            intro=intro,
            points=tuple(self._point(point, kind, section.heading) for point in points),
            children=tuple(self.section(child, kind) for child in section.children),
        )

    def _point(self, point: Point, kind: SectionKind, heading: str) -> Point:
        self._counts[kind] += 1
        cited = dict.fromkeys(filter(None, map(self._cite, point.citations)))
        return Point(
            id=f"{kind}-{self._counts[kind]:02d}",
            headline=point.headline,
            text=point.text,
            citations=tuple(cited),
            kinds=(kind,),
            status=STATUSES.get(heading, "new") if kind == "changes" else "new",
        )

    def _cite(self, cited: str) -> str:
        """The id of the cited post by its address, "" if it has none that can be linked."""
        url = self._urls.get(cited, f"https://x.com/i/status/{cited}" if X_ID.fullmatch(cited) else "")
        if not (url := address(url)):
            return ""
        known = post_id(url)
        self.sources.setdefault(known, Source(id=known, url=url, handle=handle_of(url)))
        return known


def _shown(ledger: Ledger) -> Ledger:
    failed = (
        FailedSource(name=_cleaned_name(source.name), reason=clean(source.reason)) for source in ledger.failed_sources
    )
    return Ledger(
        collected=ledger.collected,
        copies=ledger.copies,
        ads=ledger.ads,
        off_topic=ledger.off_topic,
        empty=ledger.empty,
        used=ledger.used,
        failed_sources=tuple(source for source in failed if source.name),
        notes=tuple(filter(None, map(clean, ledger.notes))),
        checked=Checked(**ledger.checked.model_dump(exclude={"faults"})),
        model=ModelCost(calls=ledger.model.calls, usd=round(ledger.model.usd, 4)),
        x=XCost(usd=round(ledger.x.usd, 4)),
    )


def _cleaned_name(name: str) -> str:
    return _cleaned_point(Point(id="", headline=name, text="")).headline


def _noise(ledger: Ledger) -> Iterator[Section]:
    """The section on what was left out, from the ledger's figures alone."""
    left_out = ledger.copies + ledger.ads + ledger.off_topic + ledger.empty
    if not left_out:
        return
    named = (
        ("广告", "ad", ledger.ads),
        ("跑题", "off_topic", ledger.off_topic),
        ("空帖", "empty", ledger.empty),
        ("重复", "copy", ledger.copies),
    )
    lines = []
    for name, kind, count in named:
        reasons = Counter(dropped.reason for dropped in ledger.dropped if dropped.kind == kind)
        told = "，".join(f"{reason} {times} 条" for reason, times in reasons.most_common(6))
        if count:
            lines.append(f"{name} {count} 条" + (f"：{told}。" if told else "。"))
    yield Section(
        kind="noise",
        heading=HEADINGS["noise"],
        intro=f"收集 {ledger.collected} 条，去掉 {left_out} 条。",
        points=tuple(Point(id="", text=line) for line in lines),
    )
