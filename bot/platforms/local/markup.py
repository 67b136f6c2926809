"""A Doc as HTML for the chat page.

In: raw characters. Out: HTML of the few tags below, in which every character of a post is escaped and only http(s)
addresses are links. Always holds: its text, tags taken away, is `Doc.plain()`, but for citations, whose superscript
digits are written as digits that the style sheet raises, after a space that never breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from report.doc import (
    SUPERSCRIPTS,
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    Spans,
    colon_between,
    plain_block,
    plain_spans,
)

WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
CITATION = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
DIGITS = {raised: plain for plain, raised in SUPERSCRIPTS.items()}
UNFOLDED_LINES = 3  # what is no longer than this stands open, as an expandable quote does in Telegram
UNFOLDED_CHARACTERS = 120
HEADING_TAGS = ("h2", "h3", "h4")  # h1 is the page's own
NEWLINE = Markup("\n")


def encode_html(document: Doc) -> Markup:
    """The blocks one under the other, without the pictures."""
    blocks = [block for block in document.blocks if plain_block(block) and not isinstance(block, Picture)]
    return NEWLINE.join(_encode_run(list(run)) for _, run in groupby(blocks, key=_list_kind))


def encode_folded(documents: tuple[Doc, ...]) -> Markup:
    """Each document behind its first heading, to be opened."""
    return NEWLINE.join(map(_encode_folded, documents))


def _encode_folded(document: Doc) -> Markup:
    match document.blocks:
        case [Heading(spans), *rest]:
            inner = encode_html(Doc(tuple(rest)))
            return Markup('<details class="section"><summary>{}</summary>\n{}</details>').format(
                _encode_spans(spans), inner
            )
        case _:
            return encode_html(document)


def _list_kind(block: Block) -> str:
    """Neighbours of one kind make one list; other blocks stand alone, together."""
    if isinstance(block, Item):
        return "ul" if block.number is None else "ol"
    return ""


def _encode_run(blocks: list[Block]) -> Markup:
    inner = NEWLINE.join(map(_encode_block, blocks))
    match _list_kind(blocks[0]):
        case "ol":
            return Markup('<ol class="items">{}</ol>').format(inner)
        case "ul":
            return Markup('<ul class="items">{}</ul>').format(inner)
        case _:
            return inner


def _encode_block(block: Block) -> Markup:
    match block:
        case Heading(spans, level):
            tag = HEADING_TAGS[min(max(level, 1), 3) - 1]
            return Markup("<{}>{}</{}>").format(tag, _encode_spans(spans), tag)
        case Paragraph(spans):
            return Markup("<p>{}</p>").format(_encode_spans(spans))
        case Note(spans):
            return Markup('<p class="note">{}</p>').format(_encode_spans(spans))
        case Item():
            return _encode_item(block)
        case Quote(lines):
            return _encode_quote(lines)
        case Picture():
            return Markup()


def _encode_item(item: Item) -> Markup:
    mark = "• " if item.number is None else f"{item.number}. "
    body = _encode_spans(item.spans)
    if item.headline:
        plain = plain_spans(item.spans)
        colon = (
            Markup('<span class="colon">{}</span>').format(colon_between(item.headline, plain)) if plain else Markup()
        )
        body = Markup("<b>{}</b>{}{}").format(item.headline, colon, body)
    return Markup('<li><span class="mark">{}</span>{}</li>').format(mark, body)


def _encode_quote(lines: tuple[Spans, ...]) -> Markup:
    """Open where it is short, else folded behind its first line."""
    characters = sum(len(plain_spans(line)) for line in lines)
    inner = [Markup('<div class="line">{}</div>').format(_encode_spans(line)) for line in lines]
    if len(lines) <= UNFOLDED_LINES and characters <= UNFOLDED_CHARACTERS:
        return Markup("<blockquote>{}</blockquote>").format(NEWLINE.join(inner))
    rest = NEWLINE + NEWLINE.join(inner[1:]) if inner[1:] else Markup()
    return Markup("<details><summary>{}</summary>{}</details>").format(inner[0], rest)


def _encode_spans(spans: Spans) -> Markup:
    return Markup().join(_encode_pieces(spans))


def _encode_pieces(spans: Spans) -> Iterator[Markup]:
    for at, span in enumerate(spans):
        before_citation = at + 1 < len(spans) and _is_citation(spans[at + 1])
        if before_citation and span == Span(" "):
            yield Markup("&nbsp;")
        else:
            yield _encode_span(span)


def _is_citation(span: Span) -> bool:
    return span.url is not None and bool(WEB_ADDRESS.fullmatch(span.url) and CITATION.fullmatch(span.text))


def _encode_span(span: Span) -> Markup:
    if span.url is not None and _is_citation(span):
        number = span.text.translate(DIGITS)
        return Markup(
            '<a class="cite" href="{}" target="_blank" rel="noopener noreferrer" aria-label="[{}]">{}</a>'
        ).format(span.url, number, number)
    inner = escape(span.text)
    for wanted, tag in ((span.code, "code"), (span.strike, "s"), (span.italic, "i"), (span.bold, "b")):
        if wanted:
            inner = Markup("<{}>{}</{}>").format(tag, inner, tag)
    if span.url is not None and WEB_ADDRESS.fullmatch(span.url):
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(span.url, inner)
    return inner
