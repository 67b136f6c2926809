"""Messages as the lines of a golden conversation: styles as marks that a reader of the file knows from chats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from handlers.base import Message
from report.doc import Block, Doc, Heading, Item, Note, Paragraph, Picture, Quote, Span, Spans, plain_spans
from tests.conversations.script import INDENT

# What a reader of the file would not see, or what would turn its lines around.
HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

LONG = 10  # lines


def show(messages: Iterable[Message], told: dict[tuple[str, ...], str], title: str) -> tuple[str, ...]:
    """The answer's lines. The same message several times over stands once, with how often.

    A long one that `told` has already is only named by the conversation in which it stands; a new one is entered there
    under this one's `title`.
    """
    lines: list[str] = []
    for message, same in groupby(list(messages)):
        times = len(list(same))
        mark = "推报 ⟲ " if message.update else "推报 … " if message.draft else "推报 ▸ "
        inside = tuple(_message(message))
        if inside in told:
            inside = (f"（同「{told[inside]}」：{inside[0].strip('# ')}）",)
        elif len(inside) > LONG:
            told[inside] = title
        lines += [f"{INDENT if at else mark}{line}".rstrip() for at, line in enumerate(inside)]
        lines += [f"（以上 ×{times}）"] if times > 1 else []
    return tuple(lines) or ("（没有回答）",)


def _message(message: Message) -> Iterator[str]:
    inside = [*_blocks(message.doc)]
    if message.more:
        inside.append(f"（可展开：{'、'.join(_title(each) for each in message.more)}）")
    if message.prompt:
        inside.append(f"（等回话：/{message.prompt} …）")
    inside += [" ".join(f"[{button.label}]" for button in row) for row in message.buttons]
    for line in "\n".join(inside).split("\n"):
        yield HIDDEN.sub(lambda found: f"{{U+{ord(found[0]):04X}}}", line)


def _title(document: Doc) -> str:
    first = document.blocks[0]
    return plain_spans(first.spans) if isinstance(first, Heading) else "…"


def _blocks(document: Doc) -> Iterator[str]:
    for block in document.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(spans, level):
            yield f"{'#' * level} {_spans(spans)}"
        case Paragraph(spans):
            yield _spans(spans)
        case Note(spans):
            yield f"〔{_spans(spans)}〕"
        case Item(headline, spans, number):
            label = "• " if number is None else f"{number}. "
            body = _spans(spans)
            colon = "：" if headline and body else ""
            yield f"{label}{f'**{headline}**' if headline else ''}{colon}{body}"
        case Quote(lines):
            yield from (f"│ {_spans(line)}" for line in lines)
        case Picture():
            yield f"（图：{block.alt}）"


def _spans(spans: Spans) -> str:
    return "".join(map(_span, _joined(spans)))


def _joined(spans: Spans) -> Iterator[Span]:
    """Neighbours of one style are one: where they are cut is nobody's business."""
    for style, same in groupby(spans, key=lambda span: replace(span, text="")):
        yield replace(style, text="".join(span.text for span in same))


def _span(span: Span) -> str:
    words = span.text
    for wanted, mark in ((span.code, "`"), (span.strike, "~~"), (span.italic, "*"), (span.bold, "**")):
        words = f"{mark}{words}{mark}" if wanted and words.strip() else words
    return words
