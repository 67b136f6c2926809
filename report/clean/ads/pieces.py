"""Hashed pieces of texts: runs of 1-4 characters, words and pairs of words, each in one of `BUCKETS` columns.

All texts are one array of code points. A prefix sum of code x P^position (modulo 2^64, P odd) gives the hash of any
stretch by one subtraction, so that every length of piece costs one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from report.clean.duplicates import HANDLE, LINK

BUCKETS = 1 << 18
RUNS = (1, 2, 3, 4)  # characters
PRIME = 0x9E3779B97F4A7C15  # odd: it has an inverse modulo 2^64
INVERSE = pow(PRIME, -1, 1 << 64)
MIXER = np.uint64(0xD6E8FEB86659FD93)
READ = 1200  # folded characters of a post that are cut into pieces

Ints = npt.NDArray[np.int64]


class Pieces(NamedTuple):
    """One entry a piece, in no order: the column of the piece and the row of its post. A piece may come up twice."""

    columns: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int32]


def plain(text: str) -> str:
    """What is cut: links and handles are one sign each, since their letters name accounts and not kinds."""
    text = text[: 2 * READ]
    if "http" in text or "t.co/" in text:
        text = LINK.sub("\x01", text)
    if "@" in text:
        text = HANDLE.sub("\x02", text)
    return f" {text[:READ]} "


def cut(spelt: Sequence[str]) -> Pieces:
    """The pieces of folded texts."""
    texts = [plain(text) for text in spelt]
    lengths = np.array([len(text) for text in texts], np.int64)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if not len(codes):
        return Pieces(np.empty(0, np.uint32), np.empty(0, np.int32))
    codes[(codes >= 48) & (codes <= 57)] = 48
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    powers, inverses = _powers(len(codes), PRIME), _powers(len(codes), INVERSE)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum((codes + np.uint64(1)) * powers, dtype=np.uint64)))
    columns, found_rows = [], []
    for run in RUNS:
        starts = np.arange(len(codes) - run + 1)
        starts = starts[rows[: len(starts)] == rows[run - 1 :]]
        columns.append(_column(sums, inverses, starts, starts + run, run))
        found_rows.append(rows[starts])
    starts, ends = _words(codes)
    pairs = rows[starts[:-1]] == rows[starts[1:]]
    columns += [
        _column(sums, inverses, starts, ends, 11),
        _column(sums, inverses, starts[:-1][pairs], ends[1:][pairs], 12),
    ]
    found_rows += [rows[starts], rows[starts[:-1][pairs]]]
    return Pieces(np.concatenate(columns), np.concatenate(found_rows))


def _words(codes: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Where the runs of letters and digits below the CJK planes begin and end."""
    letters = (
        ((codes >= 97) & (codes <= 122))
        | (codes == 48)
        | ((codes >= 0xC0) & (codes < 0x2000))
        | (codes == 39)
        | (codes == 36)
    )
    change = np.diff(np.concatenate(([0], letters.astype(np.int8), [0])))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def _column(
    sums: npt.NDArray[np.uint64], inverses: npt.NDArray[np.uint64], starts: Ints, ends: Ints, kind: int
) -> npt.NDArray[np.uint32]:
    hashed = (sums[ends] - sums[starts]) * inverses[starts] + np.uint64(kind)
    hashed = (hashed ^ (hashed >> np.uint64(29))) * MIXER
    return ((hashed >> np.uint64(40)) & np.uint64(BUCKETS - 1)).astype(np.uint32)


def _powers(count: int, base: int) -> npt.NDArray[np.uint64]:
    """base^0 … base^(count-1) modulo 2^64."""
    factors = np.full(count, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)
