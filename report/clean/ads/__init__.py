"""Is a post advertising, and why? `judge` many posts at once, `find_advertising` in one.

A small model that ships (`model.py`) decides; the marks that it knows by name (`marks.py`) lend it
their word: two points of them lower the line. The reason is the strongest signal, as an editor would write it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from report.clean.ads.model import IN_CHINESE, Scored, Weights, score, shipped
from report.clean.ads.signals import NAMES, WORDS, points
from report.model import Value

PLAIN = "像广告"
DECIDES = 2  # points of marks
LENT, LENT_CHINESE = 1.0, 2.0  # what deciding marks add to the margin; the model has read few Chinese posts
NAMED, SHOWN = 0.3, 0.3  # what a mark adds to its reason, a point; what a reason needs to be given
DOUBT, DOUBT_NEWS = 0.8, 1.6  # of the margin, on both sides of the line; where the post announces something
ANNOUNCING = [NAMES.index("maker"), NAMES.index("status")]


class Verdict(Value):
    """`reason` is "" for what is no advertising; `doubtful`: near enough to the line for a second opinion."""

    reason: str
    probability: float
    doubtful: bool

    @property
    def is_advertising(self) -> bool:
        return bool(self.reason)


def judge(texts: Sequence[str], weights: Weights | None = None) -> list[Verdict]:
    """One verdict a post, in their order; no verdict depends on the other posts. 10,000 posts take about 1 s."""
    found: list[Verdict] = []
    for scored in score(texts, weights or shipped()):
        decided = points(scored.signals) >= DECIDES
        lent = np.where(scored.signals[:, IN_CHINESE] > 0, LENT_CHINESE, LENT)
        margins = scored.margin + lent * decided
        doubt = np.where((scored.signals[:, ANNOUNCING] > 0).any(axis=1) & ~decided, DOUBT_NEWS, DOUBT)
        probabilities = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        doubtful = np.abs(margins) < doubt
        columns = zip(margins.tolist(), probabilities.tolist(), doubtful.tolist(), strict=True)
        for row, (margin, probability, is_doubtful) in enumerate(columns):
            reason = _reason(scored, row) if margin > 0 else ""
            reason = "" if reason == PLAIN and margin < DOUBT else reason  # nothing to show for it
            found.append(Verdict(reason=reason, probability=probability, doubtful=is_doubtful))
    return found


def find_advertising(text: str) -> str:
    """The reason why the text is advertising, or ""."""
    return judge([text])[0].reason


def _reason(scored: Scored, row: int) -> str:
    """A mark that decides; else the reason that marks and signals give together; else 「像广告」."""
    together: dict[str, float] = defaultdict(float)
    deciding: dict[str, float] = {}
    for at, signal in enumerate(WORDS):
        share = float(scored.shares[row, at])
        if signal.weight and scored.signals[row, at]:
            share += NAMED * signal.weight
            if signal.weight >= DECIDES:
                deciding[signal.reason] = share
        if signal.reason:
            together[signal.reason] += share
    reason, share = max((deciding or together).items(), key=lambda pair: pair[1])
    return reason if share > SHOWN else PLAIN
