"""Points and sections as blocks. Always holds: every point is followed by links to its posts."""

from __future__ import annotations

from handlers.presentation.labels import title_of
from handlers.presentation.reading import Reading
from report.doc import Block, Heading, Item, Note, Paragraph, Span, Spans, citation_links, text
from report.model import Point, Section

STAR = "★ "
CONTINUES = "续"  # what the text of a point that goes on may begin with
BARE_LENGTH = 40  # characters of a point without a headline


def item_of(point: Point, reading: Reading, number: int | None = None) -> Item:
    words = reading.words
    goes_on = point.status == "continuing" and "changes" not in point.kinds and not point.text.startswith(CONTINUES)
    headline = words.say("{headline}（续）", headline=point.headline) if goes_on and point.headline else point.headline
    star = STAR if reading.starred.get(point.id) else ""
    if headline:
        return Item(star + headline, cited(point, reading), number)
    return Item("", (*text(star), *cited(point, reading)), number)


def headline_of(point: Point, reading: Reading, number: int | None) -> Item:
    """The headline alone, with links."""
    star = STAR if reading.starred.get(point.id) else ""
    return Item("", (*text(star + short_of(point)), *links_of(point, reading)), number)


def short_of(point: Point) -> str:
    """Its headline, else what it begins with."""
    cut = point.text if len(point.text) <= BARE_LENGTH else f"{point.text[: BARE_LENGTH - 1]}…"
    return point.headline or cut


def cited(point: Point, reading: Reading) -> Spans:
    return (*text(point.text), *links_of(point, reading))


def links_of(point: Point, reading: Reading) -> Spans:
    return citation_links(source.url for post in point.citations if (source := reading.sources.get(post)))


def source_names(point: Point, reading: Reading) -> Spans:
    """Who wrote the posts that it rests on, each a link."""
    spans: list[Span] = []
    for post in point.citations:
        if source := reading.sources.get(post):
            spans += [Span(reading.words.say("、"))] if spans else []
            spans.append(Span(source.name or source.handle or source.url, url=source.url))
    return tuple(spans) or (Span(reading.words.say("没有链接")),)


def section_blocks(section: Section, reading: Reading, level: int = 2) -> list[Block]:
    """Its introduction and points, then its groups, whose headings have that level."""
    blocks: list[Block] = [Paragraph(text(section.intro))] if section.intro else []
    blocks += [item_of(point, reading) for point in section.points]
    for child in section.children:
        blocks += [Heading((Span(child.heading),), level), *section_blocks(child, reading, level + 1)]
    return blocks


def unfolded(section: Section, reading: Reading) -> list[Block]:
    """A whole section under its heading, for below a brief."""
    called = title_of(section.kind, reading.words, days=reading.length)
    return [Heading((Span(called),), 2), *section_blocks(section, reading, level=3)]


def note(words: str) -> Note:
    return Note(text(words))
