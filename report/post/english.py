"""The English edition of a report → its Jekyll post, beside the Chinese one.

In: a report with an English edition. Out: the post: front matter, the sections in the report's order, every point
followed by links to its posts, the word cloud. What a program counted (changes, noise, the ledger) stands in the
Chinese post alone. Words are escaped as there.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from report.model import Edition, Point, Report, Section
from report.post.markdown import citations, escape, escape_heading
from report.post.writing import front_matter

COUNTED = ("changes", "noise", "cloud")  # a program's own words, in the Chinese post alone


def export_english(report: Report, *, cloud: str) -> str:
    """The post; "" where the report has no English edition. `cloud` is as for `export`."""
    edition = next((each for each in report.editions if each.language == "en"), None)
    if edition is None:
        return ""
    urls = {source.id: source.url for source in report.sources}
    days = str(report.first) if report.first == report.last else f"{report.first} to {report.last}"
    title = f"# {escape_heading(report.topic.replace('_', ' ').upper())} on X, {days}"
    blocks = [front_matter(report, language="en"), title, *_sections(edition, urls)]
    if missing := _missing(report, edition):
        blocks.append(
            f"*{missing} points of the Chinese report are left out: their English did not hold against the posts.*"
        )
    if cloud:
        blocks.append(f"![Word cloud]({quote(cloud, safe='/-._~')})")
    return "\n\n".join(blocks) + "\n"


def _missing(report: Report, edition: Edition) -> int:
    """Points of the sections that a writer wrote and that have no English."""
    english = {point.id for section in edition.sections for point in section.all_points()}
    written = [section for section in report.sections if section.kind not in COUNTED]
    return sum(point.id not in english for section in written for point in section.all_points())


def _sections(edition: Edition, urls: dict[str, str]) -> Iterator[str]:
    for section in edition.sections:
        yield from _section(section, urls, 2)


def _section(section: Section, urls: dict[str, str], level: int) -> Iterator[str]:
    yield f"{'#' * level} {escape_heading(section.heading)}"
    if section.intro:
        yield escape(section.intro, line_start=True)
    if section.kind == "overview":
        yield " ".join(_words(point, urls) for point in section.points)
    elif section.points:
        label = "1." if section.kind == "core" else "-"
        yield "\n".join(f"{label} {_words(point, urls)}" for point in section.points)
    for child in section.children:
        yield from _section(child, urls, level + 1)


def _words(point: Point, urls: dict[str, str]) -> str:
    links = citations(urls[cited] for cited in point.citations if cited in urls)
    if not point.headline:
        return escape(point.text, line_start=True) + links
    return f"**{escape(point.headline)}.** {escape(point.text)}{links}"
