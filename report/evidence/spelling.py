"""How a text spells things, so that a name is found however it is written: `GPT-5.5`, `gpt 5.5`, `@OpenAI`, `𝙶𝙿𝚃`.

In: texts. Out: their Latin letters and digits without what stands between them, with the places where a word may begin
or end; and their Chinese without spaces. Always holds: linear in the text, whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# Combining marks, zero-width characters, direction marks and variation selectors: they change the look alone.
_INVISIBLE = re.compile(r"[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+(?:\.\d+)*")
_ADDRESS = re.compile(r"(?=https?://)")  # where one begins, a word ends
_JOINT = frozenset(" -_.'’·&/+")
_SEPARATOR = re.compile(r"[^a-z0-9.]+|\.(?!\d)|(?<!\d)\.")
# What accounts add to a name: @AnthropicAI, @GeminiApp, @cursor_ai; @tryramp.
_ACCOUNT = re.compile(
    r"@(?:(?:try|get|use|join|hey|the)(?=[a-z0-9_]{3}))?([A-Za-z0-9]{3,20}?)"
    r"_?(?:ai|hq|apps?|labs?|devs?|io|inc|official|team|news|code|api|com)?(?![A-Za-z0-9_])",
    re.IGNORECASE,
)

_WORD = 12  # letters of a word between a name and its number


def plain(text: str) -> str:
    """The text without styled letters, accents, stacked marks and invisible characters."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))


@lru_cache(maxsize=16384)
def compact(name: str) -> str:
    """A name without what may stand between its parts: `GPT-5.5` → `gpt5.5`."""
    return _SEPARATOR.sub("", plain(name).casefold())


@dataclass(frozen=True)
class Spelled:
    """Texts made ready for looking up names. `latin` has a line break where a name cannot go on."""

    latin: str
    begins: frozenset[int]
    ends: frozenset[int]
    han: str  # casefolded, without white space

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelled:
        parts: list[str] = []
        begins: set[int] = set()
        ends: set[int] = set()
        at, han = 0, []
        for text in map(plain, texts):
            shown = _ACCOUNT.sub(r"\g<0> : \1", _ADDRESS.sub(" ", text))
            han.append("".join(shown.casefold().split()))
            last = -2
            for found in _PIECE.finditer(shown):
                gap = found.start() - last
                if gap > 1 or (gap == 1 and shown[last] not in _JOINT):
                    parts.append("\n")
                    at += 1
                piece = found[0].casefold()
                begins.add(at)
                at += len(piece)
                ends.add(at)
                parts.append(piece)
                last = found.end()
            parts.append("\n")
            at += 1
        return cls("".join(parts), frozenset(begins), frozenset(ends), "\n".join(han))

    def places(self, name: str, *, cut: bool = False) -> Iterable[int]:
        """Where a compact name ends in `latin`, whole words only, a plural's s aside. `cut`: its end is missing."""
        at = self.latin.find(name) if name else -1
        while at >= 0:
            end = at + len(name)
            if at in self.begins and (
                cut or end in self.ends or (self.latin[end : end + 1] == "s" and end + 1 in self.ends)
            ):
                yield end
            at = self.latin.find(name, at + 1)

    def holds(self, name: str, *, cut: bool = False) -> bool:
        """Does a name stand there, in Latin or in Chinese?"""
        folded = "".join(plain(name).casefold().split())
        if not folded.isascii():
            return folded in self.han
        return any(True for _ in self.places(compact(name), cut=cut))

    def near(self, name: str, number: str) -> bool:
        """Does a number stand right behind a Latin name, or one word behind it (`Claude Opus 4` → Claude, 4)?"""
        for end in self.places(compact(name)):
            at = self.latin.find(number, end, end + len(number) + _WORD)
            if at < 0 or at not in self.begins or at + len(number) not in self.ends:
                continue
            between = self.latin[end:at]
            if not between or (between.isalpha() and self.begins.isdisjoint(range(end + 1, at))):
                return True
        return False
