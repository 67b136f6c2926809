"""A brief as one rich message: its details folded up, its picture between them and the points.

In: a Message with `more`. Out: HTML of the few tags below, every character of a post escaped, and the pictures that it
names. Always holds: Telegram's limits on a rich message; where not all fits, details are left out from the end; only
addresses that Telegram takes become links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from bot.platforms.folding import without_folded
from bot.platforms.telegram.rendering import ADDRESS, INVISIBLE, taken
from handlers.base import Message
from report.doc import (
    DIGITS,
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
    is_citation,
    is_pointer,
    plain_block,
    plain_spans,
)

# Telegram counts the text alone; with the markup counted too it is never too long.
MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_MEDIA = 50
BLOCK = re.compile(r"<(p|h[1-6]|ol|ul|li|blockquote|details|footer|img)\b")
WITHIN = {"li", "details", "blockquote", "footer"}  # what they hold may count as a block of its own
FIGURE = re.compile(r"<figure>.*?</figure>\n?", re.DOTALL)
TITLE, SECTION, WITHIN_SECTION = "h3", "h4", "h5"


@dataclass(frozen=True)
class Rich:
    html: str
    pictures: dict[str, str]  # paths by the ids that the HTML calls them
    folded: int  # how many of `more` are in it


def encode_rich(message: Message) -> Rich | None:
    """None where even the brief without its details is too large, or nothing of it can be seen."""
    found = (block for block in message.doc.blocks if isinstance(block, Picture))
    pictures = {_picture_id(at): picture for at, picture in enumerate(found)}
    for folded in range(len(message.more), -1, -1):
        html = _encode(message.doc, message.more[:folded], pictures, unfolded=message.flat is not None)
        if _fits(html) and len(pictures) <= MAX_MEDIA:
            paths = {name: picture.path for name, picture in pictures.items()}
            return Rich(html, paths, folded) if html else None
    return None


def without_pictures(html: str) -> str:
    return FIGURE.sub("", html).strip()


def _encode(document: Doc, more: Sequence[Doc], pictures: dict[str, Picture], *, unfolded: bool = False) -> str:
    """The line that points to the next message has nothing to point to; its counts stand in the notes."""
    blocks = [block for block in document.blocks if not isinstance(block, Picture)]
    count = len(blocks)
    while count and isinstance(blocks[count - 1], Note):
        count -= 1
    body = [block for block in without_folded(blocks[:count], more) if count == len(blocks) or not is_pointer(block)]
    pieces = [*_encode_blocks(body), *_encode_figures(pictures)]
    pieces += [_encode_details(section, unfolded=unfolded) for section in more]
    small = [_encode_block_words(note) for note in blocks[count:] if _is_seen(note)]
    if small:
        pieces.append(f"<footer>{'<br>'.join(small)}</footer>")
    return "\n".join(filter(None, pieces))


def _fits(html: str) -> bool:
    tags = [found[1] for found in BLOCK.finditer(html)]
    return len(html) <= MAX_CHARACTERS and len(tags) + sum(tag in WITHIN for tag in tags) <= MAX_BLOCKS


def _encode_figures(pictures: dict[str, Picture]) -> Iterator[str]:
    for name, picture in pictures.items():
        alt = _encode_words(picture.alt)
        caption = f"<figcaption>{alt}</figcaption>" if alt else ""
        yield f'<figure><img src="tg://photo?id={name}"/>{caption}</figure>'


def _encode_details(section: Doc, *, unfolded: bool) -> str:
    """Behind its heading, with how many points it has; folded at first, or not."""
    tag = "<details open>" if unfolded else "<details>"
    match section.blocks:
        case [Heading(spans), *rest] if summary := _encode_words(plain_spans(spans)):
            points = sum(isinstance(block, Item) for block in rest)
            inside = "".join(_encode_blocks(rest, heading=WITHIN_SECTION))
            count = f" · {points}" if points else ""
            return f"{tag}<summary>{summary}{count}</summary>{inside}</details>" if inside else ""
        case _:
            return "".join(_encode_blocks(section.blocks, heading=WITHIN_SECTION))


def _encode_blocks(blocks: Iterable[Block], *, heading: str = "") -> Iterator[str]:
    """The blocks' HTML, neighbours of one kind in one list or paragraph; `heading` is the tag of all headings."""
    for _, group in groupby(filter(_is_seen, blocks), key=_kind):
        run = list(group)
        words = [_encode_block_words(block) for block in run]
        match run[0]:
            case Heading(_, level):
                tags = [heading or (TITLE, SECTION, WITHIN_SECTION)[min(max(level, 1), 3) - 1]] * len(run)
                yield from (f"<{tag}>{inner}</{tag}>" for tag, inner in zip(tags, words, strict=True))
            case Item():
                yield _encode_list([block.number for block in run if isinstance(block, Item)], words)
            case Note():
                yield f"<p><i>{'<br>'.join(words)}</i></p>"
            case Quote():
                yield from (f"<blockquote>{inner}</blockquote>" for inner in words)
            case _:
                yield f"<p>{'<br>'.join(words)}</p>"


def _encode_list(numbers: Sequence[int | None], words: Sequence[str]) -> str:
    """An ordered list counts from 1; points of other numbers carry their own."""
    if numbers == list(range(1, len(numbers) + 1)):
        return "<ol>" + "".join(f"<li>{inner}</li>" for inner in words) + "</ol>"
    labels = ("" if number is None else f"{number}. " for number in numbers)
    return "<ul>" + "".join(f"<li>{label}{inner}</li>" for label, inner in zip(labels, words, strict=True)) + "</ul>"


def _kind(block: Block) -> str:
    match block:
        case Item(number=int()):
            return "ol"
        case Item():
            return "ul"
        case Heading(level=level):
            return f"heading {level}"
        case Paragraph(spans) if all(span.bold for span in spans):
            return "title"
        case _:
            return type(block).__name__


def _encode_block_words(block: Block) -> str:
    match block:
        case Item(headline, spans):
            told, body = _encode_words(headline), _encode_spans(spans)
            between = colon_between(headline, plain_spans(spans))
            return f"<b>{told}</b>{between}{body}" if told and body else f"<b>{told}</b>" if told else body
        case Quote(lines):
            return "<br>".join(map(_encode_spans, lines))
        case Heading(spans) | Paragraph(spans) | Note(spans):
            return _encode_spans(spans)
        case Picture():
            return ""


def _encode_spans(spans: Spans) -> str:
    """Citations of one place stand together, small and raised."""
    out = ""
    for cites, run in groupby(_with_spaces(spans), key=is_citation):
        if cites:
            links = (_encode_span(replace(span, text=span.text.translate(DIGITS))) for span in run)
            out += f"<sup>{' '.join(links)}</sup>"
        else:
            out += "".join(map(_encode_span, run))
    return out


def _with_spaces(spans: Spans) -> Iterator[Span]:
    """The spans without the spaces before citations, which are raised instead."""
    for at, span in enumerate(spans):
        if not (span == Span(" ") and at + 1 < len(spans) and is_citation(spans[at + 1])):
            yield span


def _encode_span(span: Span) -> str:
    inner = _encode_words(span.text)
    is_link = span.url is not None and bool(ADDRESS.fullmatch(span.url))
    marks = (("code", span.code and not is_link), ("s", span.strike), ("i", span.italic), ("b", span.bold))
    for tag, wanted in marks if inner else ():
        inner = f"<{tag}>{inner}</{tag}>" if wanted else inner
    return f'<a href="{escape(span.url)}">{inner}</a>' if span.url is not None and is_link and inner else inner


def _encode_words(words: str) -> str:
    return escape(taken(words), quote=False).replace("\n", "<br>")


def _is_seen(block: Block) -> bool:
    words = block.headline + plain_spans(block.spans) if isinstance(block, Item) else plain_block(block)
    return not INVISIBLE.fullmatch(taken(words))


def _picture_id(at: int) -> str:
    return f"cloud{at + 1}" if at else "cloud"
