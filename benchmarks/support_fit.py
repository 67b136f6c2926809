"""The weights of `report.evidence.support`: fitted on paragraphs with their posts and with others of the same authors.

    python -m benchmarks.support_fit [DATA]

Prints what is refused of the honest and caught of the swapped at several bounds, each day's by weights that were
fitted without it, then the weights. Needs scikit-learn.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import Pipeline, make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from benchmarks.measures.claims import Case, posts_by_author, read_example, read_posts, rows, swapped
from benchmarks.measures.figure import find
from report.evidence import Evidence
from report.evidence.support import looked_for, overlap

SWAPS = 6  # of each paragraph
HAN = r"[\u4e00-\u9fff]"
BOUNDS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


def paragraphs(data: Path) -> Iterator[Case]:
    """Those in Chinese of `support/pairs*.jsonl`; lists of links are weighed in another way."""
    known = read_posts(data)
    for row in rows(find(data, "support/pairs*.jsonl")):
        posts = tuple(known[post] for post in row["tweet_ids"] if post in known)
        if posts and len(re.findall(HAN, row["claim_zh"])) > 20:
            yield Case("original", row["claim_zh"], posts, row["day"])


def sentences(case: Case) -> Iterator[Case]:
    """Each sentence of a paragraph, for a point may tell one thing of a long post."""
    parts = [part for part in re.split(r"(?<=[。；！？])", case.claim) if len(re.findall(HAN, part)) > 12]
    yield from (replace(case, claim=part) for part in parts if len(parts) > 1)


def main(data: Path) -> None:
    by_author, chance = posts_by_author(data), random.Random(7)  # noqa: S311  a fixed draw, no secret
    whole = [*paragraphs(data), *read_example(data)]
    honest = [*whole, *(part for case in whole for part in sentences(case))]
    cases = [*honest, *(swapped(case, by_author, chance) for case in honest for _ in range(SWAPS))]
    cases = [case for case in cases if case.posts]
    measures = []
    for case in cases:
        evidence = Evidence.of(case.posts)
        measures.append(asdict(overlap(case.claim, looked_for(case.claim, evidence), evidence)))
    inputs = np.array([list(found.values()) for found in measures])
    answers = np.array([case.how == "original" for case in cases])
    days = np.array([case.day for case in cases])
    scores = np.zeros(len(cases))
    for day in sorted(set(days)):
        scores[days == day] = _fit(inputs[days != day], answers[days != day]).decision_function(inputs[days == day])
    for bound in BOUNDS:
        refused, caught = np.mean(scores[answers] < bound), np.mean(scores[~answers] < bound)
        print(f"bound {bound:5.1f}: honest refused {refused:.3f}, swapped caught {caught:.3f}")
    model = _fit(inputs, answers)
    weights = model[1].coef_[0] / model[0].scale_
    print({name: round(float(weight), 2) for name, weight in zip(measures[0], weights, strict=True)})
    print(f"constant {model[1].intercept_[0] - float(weights @ model[0].mean_):.2f}, before a bound is taken off")


def _fit(inputs: np.ndarray[Any, Any], answers: np.ndarray[Any, Any]) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced", max_iter=1000))
    return model.fit(inputs, answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data")
