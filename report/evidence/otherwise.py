"""Names that posts have in another script or run together, which no table of aliases can hold.

In: a name of a claim, the claim, its Evidence. Out: whether the posts or their authors have it so. Always holds: linear
in the claim and the posts.
"""

from __future__ import annotations

import re

from report.evidence import Evidence
from report.evidence.pinyin import sound_of
from report.evidence.spelling import plain

_SEVERAL = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}(?![A-Za-z])")  # Ada Lovelace


def stands_otherwise(name: str, version: str, claim: str, evidence: Evidence) -> bool:
    """Ada and Brandt where the posts have @adabrandt, Fangtang where they have 方塘, and the other way."""
    places = (evidence.said, evidence.about)
    if not name.isascii():
        sounds = sound_of(name)
        return bool(sounds) and any(place.holds(sounds) and (not version or place.holds(version)) for place in places)
    if version or not name.isalpha():
        return False
    whole = [
        run[0] for run in _SEVERAL.finditer(plain(claim)) if re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", run[0])
    ]
    return evidence.sounds.has(name) or any(place.holds(run) for place in places for run in whole)
