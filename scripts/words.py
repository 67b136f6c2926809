"""Collect the program's sentences into the English catalogue and compile it: `python scripts/words.py`.

The Chinese sentences stand in the code. Translate what is new in tuibao.po, then run this again. Exit status 1: some
sentences have no English yet.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "handlers/locale/en/LC_MESSAGES"
# Which argument of which function is a sentence.
KEYWORDS = {"say": None, "count": (1, 2), "mark": None, "command": (2,), "Argument": (2,)}
HAN = re.compile("[\u3400-\u9fff]")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # so that a file without news stays as it is

Sentence = str | tuple[str, ...]  # a counted one in both its numbers


def sentences(root: Path = ROOT) -> Iterator[Sentence]:
    """Every sentence in the code. What the command line says is English already, and none of it."""
    for package in ("handlers", "bot"):
        for _file, _line, found, _comments, _context in extract_from_dir(root / package, keywords=KEYWORDS):
            if package == "handlers" or HAN.search(str(found)):
                yield found


def update(po: bytes, found: Iterator[Sentence]) -> Catalog:
    """The catalogue with these sentences and no others, without places, which change with every edit."""
    template = Catalog(domain="tuibao")
    for sentence in found:
        template.add(sentence)
    catalogue = read(po)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# The program's words in English. The Chinese ones stand in the code."
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    catalogue.fuzzy = False
    return catalogue


def read(po: bytes) -> Catalog:
    return read_po(io.BytesIO(po), locale="en", domain="tuibao")


def encode(catalogue: Catalog) -> tuple[bytes, bytes]:
    """As .po and as .mo."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=120, no_location=True, sort_output=True)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def without_english(catalogue: Catalog) -> list[Sentence]:
    return [message.id for message in catalogue if message.id and not all(strings(message.string))]


def strings(string: object) -> tuple[str, ...]:
    return tuple(str(each or "") for each in (string if isinstance(string, tuple | list) else (string,)))


def main() -> int:
    po = FOLDER / "tuibao.po"
    catalogue = update(po.read_bytes() if po.is_file() else b"", sentences())
    encoded = encode(catalogue)
    FOLDER.mkdir(parents=True, exist_ok=True)
    po.write_bytes(encoded[0])
    po.with_suffix(".mo").write_bytes(encoded[1])
    left = without_english(catalogue)
    sys.stdout.write(f"{len(catalogue)} sentences, {len(left)} without English\n")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())
