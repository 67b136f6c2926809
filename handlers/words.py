"""The program's own words, in Chinese and in English.

The Chinese sentence stands in the code and is the key; `handlers/locale/en/LC_MESSAGES/tuibao.po` has the English one.
`scripts/words.py` (Babel) collects the sentences and compiles the catalogue. What a report says is not here: it has
editions of its own.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from report.errors import TuibaoError
from report.model import Language

DOMAIN, FOLDER = "tuibao", Path(__file__).parent / "locale"


def mark(words: str) -> str:
    """The same words, marked for Babel: a constant that is put into the reader's language where it is said."""
    return words


COMMA, SEMICOLON, PAUSE = mark("、"), mark("；"), mark("，")  # between names, between clauses


@dataclass(frozen=True)
class Words:
    language: Language
    _catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    def say(self, words: str, /, **values: object) -> str:
        """The sentence in this language, its {names} filled in. `words` is written out, so that Babel finds it."""
        said = self._catalogue.gettext(words)
        return said.format(**values) if values else said

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The same for a counted thing; {number} is filled in. In Chinese both forms are alike."""
        return self._catalogue.ngettext(one, many, number).format(number=number, **values)

    def join(self, sentences: Iterable[str]) -> str:
        """Whole sentences in a row: Chinese ones need no space between them."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    def enumerate(self, names: Iterable[str], *, between: str = COMMA) -> str:
        """甲、乙、丙: with the language's mark between them."""
        return self.say(between).join(names)

    def blame(self, error: TuibaoError) -> str:
        """What went wrong: errors carry both languages."""
        return error.words if self.language == "zh" else str(error)


@cache
def words_of(language: Language) -> Words:
    """Sentences that a catalogue lacks stay Chinese."""
    if language == "zh":
        return Words(language, gettext.NullTranslations())
    return Words(language, gettext.translation(DOMAIN, FOLDER, [language], fallback=True))


ZH, EN = words_of("zh"), words_of("en")
