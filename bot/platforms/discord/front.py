"""What stands at the top of a brief: the message's own text, which a phone's notification shows, and the first title.

In: a Doc that begins with `MASTHEAD · TOPIC｜DAYS` (in English ` | `) and its news in bold. Out: that text
(masthead, topic, counts) and a Doc that begins with `TOPIC｜DAYS：NEWS`. Any other Doc stays as it is. Always holds:
no word is lost but a sentence that only points down (`↓`) at what stands in the same message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.platforms.discord.markdown import encode_spans, escape, units
from report.doc import Block, Doc, Heading, Paragraph, Span, colon_between, plain_spans

MAX_CONTENT, MAX_TITLE = 2000, 256
BARS, DOT = {"｜": "　", " | ": ": "}, " · "  # between topic and days; and what stands before the counts beside it
POINTER = re.compile(r"(?:^|(?<=[。！？.!?]))[^。！？.!?]*↓\s*$")


def take_front(document: Doc) -> tuple[str, Doc]:
    """The message's text and the rest; "" where the document is no brief."""
    match document.blocks:
        case [Heading(words, 1), Paragraph(news), *rest] if _is_bold(news):
            bar = next((bar for bar in BARS if bar in _line(words) and _is_dated(words, bar)), "")
            return _front(_line(words), bar, _line(news), rest) if bar else ("", document)
    return "", document


def _front(heading: str, bar: str, news: str, rest: Sequence[Block]) -> tuple[str, Doc]:
    masthead, _, days = heading.rpartition(bar)
    subject = f"{masthead.rpartition(DOT)[2]}{bar}{days}"
    title = Span(f"{subject}{colon_between(subject, news)}{news}")
    top: list[Block] = [Heading((title,), 1)]
    if units(escape(title.text)) > MAX_TITLE:
        top = [Heading((Span(subject),), 1), Paragraph((Span(news, bold=True),))]
    counts, others = _take_counts(rest)
    content = encode_spans((Span(masthead, bold=True), Span(f"{BARS[bar]}{counts}" if counts else "")), quiet=True)
    if units(content) > MAX_CONTENT:
        return "", Doc((Heading((Span(heading),), 1), Paragraph((Span(news, bold=True),)), *rest))
    return content, Doc((*top, *others))


def _take_counts(blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """The paragraph above the first section that has no sources where others have, or that points down."""
    end = next((at for at, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
    above = [(at, block.spans) for at, block in enumerate(blocks[:end]) if isinstance(block, Paragraph)]
    if not above:
        return "", blocks
    at, spans = above[-1]
    words = _line(spans)
    sourced = any(span.url for _, others in above[:-1] for span in others)
    if any(span.url for span in spans) or not (sourced or POINTER.search(words)):
        return "", blocks
    return POINTER.sub("", words).strip(), [*blocks[:at], *blocks[at + 1 :]]


def _is_dated(words: tuple[Span, ...], bar: str) -> bool:
    """A topic may have a bar in its name."""
    return any(letter.isdigit() for letter in _line(words).rpartition(bar)[2])


def _is_bold(spans: Sequence[Span]) -> bool:
    return bool(spans) and all(span.bold for span in spans)


def _line(spans: tuple[Span, ...]) -> str:
    return " ".join(plain_spans(spans).split())
