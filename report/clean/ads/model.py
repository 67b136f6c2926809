"""How much a post looks like advertising: a linear model over hashed pieces and readable signals, with its weights.

    score = scale * sum(w[piece]) / sqrt(pieces) + signals . v + (signals . u, in posts on AI) + bias

Trained by `benchmarks/train_ads.py`. A score above the line is advertising.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from report.clean.ads.folding import folded
from report.clean.ads.looks import Columns
from report.clean.ads.pieces import Pieces, cut
from report.clean.ads.signals import NAMES, count_signals
from report.clean.duplicates import REPOST

WEIGHTS = "weights.npz"  # beside this file
SCALE = 0.4  # of the pieces against the signals
LINE = -0.2  # a little below even odds: between -0.4 and 0.2 F1 in folds changes by less than 0.01
BATCH = 250  # posts whose pieces are in memory at a time, about 8 MB
ABOUT_AI, IN_CHINESE = NAMES.index("ai"), NAMES.index("chinese")

Numbers = npt.NDArray[np.float64]


class Weights(NamedTuple):
    """`pieces` are eighths of a byte's worth: the true weight is pieces * step."""

    pieces: npt.NDArray[np.int8]  # one for each bucket
    step: float
    signals: npt.NDArray[np.float32]  # shape (2, len(NAMES)): for all posts; more for posts on AI
    bias: float


class Features(NamedTuple):
    pieces: Pieces
    signals: Columns

    @property
    def on_ai(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.signals[:, ABOUT_AI] > 0)


class Scored(NamedTuple):
    """`margin` above the line; `shares` of the margin that each readable signal has, shape (posts, len(NAMES))."""

    margin: Numbers
    shares: Columns
    signals: Columns


def describe(texts: Sequence[str]) -> Features:
    """What the model sees of the posts."""
    texts = [REPOST.sub("", text) for text in texts]
    spelt = [folded(text) for text in texts]
    return Features(cut(spelt), count_signals(texts, spelt))


def score(texts: Sequence[str], weights: Weights) -> Iterator[Scored]:
    """The posts in batches, in their order."""
    for at in range(0, len(texts), BATCH):
        yield score_features(describe(texts[at : at + BATCH]), weights)


def score_features(features: Features, weights: Weights) -> Scored:
    pieces, signals = features
    rows = len(signals)
    counted = np.maximum(np.bincount(pieces.rows, minlength=rows), 1)
    summed = np.bincount(pieces.rows, weights.pieces[pieces.columns], rows) * weights.step
    shares = signals * (weights.signals[0] + np.outer(features.on_ai, weights.signals[1]))
    margin = SCALE * summed / np.sqrt(counted) + shares.sum(axis=1) + weights.bias - LINE
    return Scored(margin, np.asarray(shares, np.float32), signals)


@cache
def shipped() -> Weights:
    """The weights in the package; read once."""
    with np.load(BytesIO(files("report.clean.ads").joinpath(WEIGHTS).read_bytes()), allow_pickle=False) as stored:
        return Weights(
            stored["pieces"], float(stored["step"]), stored["signals"],
            float(stored["bias"]),
        )  # fmt: skip
