"""Collect the program's sentences into the English catalogue and compile it: `python scripts/words.py`.

The Chinese sentences stand in the code. Translate what is new in tuibao.po, then run this again. Exit status 1: some
sentences have no English yet.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "handlers/locale/en/LC_MESSAGES"
# Which argument of which function is a sentence.
KEYWORDS = {"say": None, "count": (1, 2), "command": (2,), "Argument": (2,)}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # so that a file without news stays as it is


def collect() -> Catalog:
    """Every sentence in the code, sorted, without places, which change with every edit."""
    catalogue = Catalog(domain="tuibao")
    for package in ("handlers", "bot"):
        for _file, _line, sentence, _comments, _context in extract_from_dir(ROOT / package, keywords=KEYWORDS):
            catalogue.add(sentence)
    return catalogue


def main() -> int:
    po = FOLDER / "tuibao.po"
    catalogue = Catalog(locale="en", domain="tuibao")
    if po.is_file():
        catalogue = read_po(po.read_bytes().splitlines(keepends=True), locale="en", domain="tuibao")  # type: ignore[arg-type]
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# The program's words in English. The Chinese ones stand in the code."
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    catalogue.fuzzy = False
    FOLDER.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True)
    with po.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    left = [message.id for message in catalogue if message.id and not all(_strings(message.string))]
    sys.stdout.write(f"{len(catalogue)} sentences, {len(left)} without English\n")
    return bool(left)


def _strings(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
