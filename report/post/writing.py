"""A report → its Jekyll post.

In: a report of any writer and the file name of its word cloud. Out: the post, in the report's normal form: front
matter, the brief, what changed, the details, the special subjects, mood, noise and cloud; every point followed by
links to its posts; last the ledger. Sections that the report does not have are left out. Words are escaped, so
nothing that a post on X says can become markup here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from report.model import HEADINGS, Checked, Language, Ledger, ModelCost, Point, Report, Section, XCost
from report.post.markdown import citations, escape, escape_heading
from report.post.outline import GROUPS, normal_form
from report.wording import dollars

Urls = Mapping[str, str]  # of the sources by their ids
DEFAULT_TIMEZONE = "Asia/Shanghai"


def export(report: Report, *, cloud: str) -> str:
    """The post. `cloud` is the word cloud's file name beside the post, "" if there is none."""
    report = normal_form(report)
    urls = {source.id: source.url for source in report.sources}
    blocks = [
        front_matter(report),
        f"Twitter {escape(_topic(report.topic))} 报告（{report.first} 至 {report.last}）",
        f"# Twitter {escape_heading(_topic(report.topic))} 话题总结报告",
        *_body(report, urls, cloud),
    ]
    footer = list(_footer(report.ledger))
    return "\n\n".join([*blocks, "---", *footer] if footer else blocks) + "\n"


def _topic(name: str) -> str:
    """`ai` → AI, `hong_kong` → Hong Kong."""
    words = name.replace("_", " ").split()
    return " ".join(word.upper() if len(word) <= 3 else word.capitalize() for word in words)


def front_matter(report: Report, *, language: Language = "zh") -> str:
    """What Jekyll needs to know of the post; `lang` stands only where it is not Chinese."""
    written = _moment(report.created_at)
    lines = ["---", "layout: post", f"title: {_quoted(report.key)}", f"date: {written}", f"posttime: {written}"]
    if report.timezone != DEFAULT_TIMEZONE:
        lines.append(f"timezone: {_quoted(report.timezone)}")
    if language != "zh":
        lines.append(f"lang: {language}")
    return "\n".join([*lines, "---"])


def _moment(moment: datetime) -> str:
    return _quoted(f"{moment:%Y-%m-%d %H:%M:%S %z}")


def _quoted(text: str) -> str:
    """A JSON string is a YAML string."""
    return json.dumps(text)


def _body(report: Report, urls: Urls, cloud: str) -> Iterator[str]:
    for group, kinds in GROUPS:
        sections = [section for section in report.sections if section.kind in kinds]
        if group and sections:
            yield f"## {group}"
        for section in sections:
            yield from _section(section, urls, 3 if group else 2)
    if cloud:
        if report.section("cloud") is None:
            yield f"## {HEADINGS['cloud']}"
        yield f"![词云图]({quote(cloud, safe='/-._~')})"


def _section(section: Section, urls: Urls, level: int) -> Iterator[str]:
    is_core = section.kind == "core" and level == 3 and section.points
    count = f"（{len(section.all_points())} 个信息点）" if is_core else ""
    yield f"{'#' * level} {escape_heading(section.heading)}{count}"
    if section.intro:
        yield escape(section.intro, line_start=True)
    if section.kind == "overview" and not section.intro and not any(point.headline for point in section.points):
        yield from _running(section.points, urls)
    elif section.points:
        yield "\n".join(_items(section, urls))
    for child in section.children:
        yield from _section(child, urls, level + 1)


def _running(points: Iterable[Point], urls: Urls) -> Iterator[str]:
    """Points as one paragraph: each ends with its citations; one without them ends the paragraph."""
    paragraph = ""
    for point in points:
        paragraph += escape(point.text, line_start=not paragraph) + _links(point, urls)
        if not point.citations:
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _items(section: Section, urls: Urls) -> Iterator[str]:
    for number, point in enumerate(section.points, 1):
        label = f"{number}." if section.kind == "core" else "-"
        yield f"{label} {_words(point.headline, point.text)}{_links(point, urls)}"


def _words(headline: str, text: str) -> str:
    if not headline:
        return escape(text, line_start=True)
    return f"**{escape(headline)}**" + (f"：{escape(text)}" if text else "")


def _links(point: Point, urls: Urls) -> str:
    return citations(urls[cited] for cited in point.citations)


def _footer(ledger: Ledger) -> Iterator[str]:
    """One line on where the posts went, what it cost and what the check did; then what a reader should know."""
    if account := " · ".join(_account(ledger)):
        yield f"账目：{account}"
    if ledger.failed_sources:
        yield "没有读到的来源："
        yield "\n".join(f"- {_words(source.name, source.reason)}" for source in ledger.failed_sources)
    if ledger.notes:
        yield "说明："
        yield "\n".join(f"- {escape(note, line_start=True)}" for note in ledger.notes)


def _account(ledger: Ledger) -> Iterator[str]:
    """The figures of the line; costs and checks only where there are any."""
    went = (("重复", ledger.copies), ("广告", ledger.ads), ("跑题", ledger.off_topic), ("空帖", ledger.empty))
    if ledger.collected or ledger.used or any(count for _, count in went):
        yield f"收集 {ledger.collected} 条"
        yield from (f"{name} {count}" for name, count in (*went, ("采用", ledger.used)))
    if ledger.model != ModelCost():
        yield f"模型 {ledger.model.calls} 次 {dollars(ledger.model.usd)} 美元"
    if ledger.x != XCost():
        yield f"X {dollars(ledger.x.usd)} 美元"
    if (checked := ledger.checked) != Checked():
        fell = (("退回", checked.sent_back), ("去掉", checked.refused))
        yield f"核对 {checked.points} 条" + "".join(f"，{name} {count}" for name, count in fell if count)
