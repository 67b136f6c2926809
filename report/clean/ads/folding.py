"""One spelling for many: what a reader sees as the same letters becomes the same letters.

In: the text of a post. Out: NFKC, case folded, without marks on letters (zalgo), without characters that show nothing
or turn the direction of writing, Cyrillic and Greek lookalikes inside Latin words as Latin, white space folded.
Linear cost, also on 20 kB of emoji.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4000  # characters that are read; an advertisement has shown itself by then
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
LOOKALIKES = str.maketrans("аеорсухіјѕһԁԛԝґкмнтвοαρυτνκιεηχ", "aeopcyxijshdqwrkmhtboapytvkienx")
FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
FOREIGN_IN_LATIN = re.compile(r"\b(?=\w*[a-z])(?=\w*[\u0370-\u03ff\u0400-\u052f])[\w]+")


def folded(text: str) -> str:
    """The text in the spelling that marks and pieces are looked for in."""
    text = text[:LONGEST]
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    if MARKS.search(text) or not text.isprintable():
        text = MARKS.sub("", text)
    decomposed = unicodedata.normalize("NFD", text)
    if len(decomposed) != len(text):
        text = unicodedata.normalize("NFC", MARKS.sub("", decomposed))
    if FOREIGN.search(text):
        text = FOREIGN_IN_LATIN.sub(lambda word: word[0].translate(LOOKALIKES), text)
    return " ".join(text.split())
