"""A post of nothing but one thing, 40,000 characters of it, costs about as much as any other post of that length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.platforms.discord.markdown import escape as escape_discord
from report import doc, names, words
from report.clean.duplicates import normalised
from report.model import Author
from report.post.markdown import escape as escape_markdown
from report.wording import plain, visible
from report.writer.excerpts import excerpt

LENGTH = 40_000  # characters, more than X allows
LONGEST_S = 3.0  # with the square of the length it took 8 to 40
STEPS: dict[str, Callable[[str], object]] = {
    "cut": words.cut,
    "names": names.names_in,
    "plain": plain,
    "visible": visible,
    "excerpt": excerpt,
    "copies": normalised,
    "name": lambda text: Author(handle="a", name=text).called,
    "text": doc.text,
    "jekyll": lambda text: escape_markdown(text, line_start=True),
    "discord": escape_discord,
}
FLOODS = (
    *("A", "a ", "a.", "9.", "1", "-", "A-", "x-", "http", "https://", "www.", "@", "/", "a@", "_", "`", "*", "**a"),
    *("\n", " ", "'", "n't", "[", "](", "<", "(", "（p1", "「", "{", "|", "啊", "第", "。", "\u0301", "👩‍👩‍👧", "$A"),
)


@pytest.mark.parametrize("step", STEPS)
def test_a_flood_is_read_in_linear_time(step: str) -> None:
    words.cut("the dictionary is loaded 首先")
    slow = []
    for piece in FLOODS:
        flood = (piece * LENGTH)[:LENGTH]
        began = time.process_time()
        STEPS[step](flood)
        if (took := time.process_time() - began) > LONGEST_S:
            slow.append(f"{piece!r}: {took:.1f} s")
    assert slow == []
