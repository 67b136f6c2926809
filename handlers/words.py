"""The program's own words, in Chinese and in English.

The Chinese sentence stands in the code and is the key; `handlers/locale/en/LC_MESSAGES/tuibao.po` has the English one.
`scripts/words` (Babel) collects the sentences and compiles the catalogue. What a report says is not here: it has
editions of its own.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from report.model import Language

DOMAIN, FOLDER = "tuibao", Path(__file__).parent / "locale"


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


@cache
def words_of(language: Language) -> Words:
    """Sentences that a catalogue lacks stay Chinese."""
    if language == "zh":
        return Words(language, gettext.NullTranslations())
    return Words(language, gettext.translation(DOMAIN, FOLDER, [language], fallback=True))


ZH, EN = words_of("zh"), words_of("en")
