"""What a platform that folds the sections of a brief leaves out of the brief: short lines of what stands below in full.

In: the blocks of a Message's `doc`, its `more`. Out: the blocks that stay, in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from report.doc import Block, Doc, Heading, Note, Quote, plain_block


def without_folded(blocks: Iterable[Block], more: Sequence[Doc]) -> list[Block]:
    """Only a heading with nothing but quotations under it goes; a note belongs to the whole."""
    below = [plain_block(each.blocks[0]) for each in more if each.blocks and isinstance(each.blocks[0], Heading)]
    left: list[Block] = []
    section: list[Block] = []
    for block in (*blocks, Note(())):
        if isinstance(block, Heading | Note):
            left += [] if _is_below(section, below) else section
            section = []
        section.append(block)
    return left


def _is_below(section: Sequence[Block], below: Sequence[str]) -> bool:
    match section:
        case [Heading() as heading, *lines] if lines and all(isinstance(line, Quote) for line in lines):
            return any(words and plain_block(heading).startswith(words) for words in below)
        case _:
            return False
