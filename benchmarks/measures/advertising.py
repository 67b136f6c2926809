"""Advertising found and launches kept: `ads/*.jsonl` in folds, rows on AI by our own labels, invented posts, speed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measures.figure import Figure, NoData
from benchmarks.quality import DATA
from benchmarks.train_ads import Flags, Row, f1, read_invented, read_labelled, read_relabelled, train
from report.clean.ads import judge
from report.clean.duplicates import normalised

FOLDS, REPEATS = 5, 3  # each repeat shuffles the rows anew
LEAST_ON_AI = 50  # rows labelled again by hand, of which a share says something
GOAL, AI_GOAL, LAUNCH_GOAL = ">= 0.80", ">= 0.75", "<= 0.05"

Split = list[tuple[npt.NDArray[Any], npt.NDArray[Any]]]


def measure(data: Path) -> Iterator[Figure]:
    """In folds where scikit-learn is there, and the shipped weights as they are."""
    rows = read_labelled(data)
    on_ai = np.array([row.id in read_relabelled() for row in rows])
    can_train = find_spec("sklearn") is not None
    if can_train:
        yield from _in_folds(rows, on_ai)
    is_default = data.resolve() == DATA.resolve()
    known = "trained on these rows" if is_default else "never trained on this folder"
    said = [_judged(rows)]
    goal = "" if is_default else GOAL
    yield Figure("advertising: F1, shipped weights", _mean(said, _wanted(rows)), goal, known)
    if on_ai.sum() >= LEAST_ON_AI:
        yield from _on_ai(rows, on_ai, said, f"shipped weights, {known}", with_goals=not is_default)
    yield from _invented()
    yield _speed([row.text for row in rows])
    if not can_train:
        raise NoData("the folds need scikit-learn")


def _in_folds(rows: Sequence[Row], on_ai: Flags) -> Iterator[Figure]:
    wanted, promoted = _wanted(rows), np.array([row.promoted for row in rows])
    splits = [_split(wanted, on_ai, seed) for seed in range(REPEATS)]
    said = [_folded(rows, split, invented=True) for split in splits]
    detail = f"{len(rows)} rows, {on_ai.sum()} labelled again by hand; {_baseline(rows, splits[0])}"
    yield Figure("advertising: F1, 5 folds", _mean(said, wanted), GOAL, detail)
    yield Figure("advertising: F1, 5 folds, labels as they are", _mean(said, promoted), "", "launches are advertising")
    grouped = [_folded(rows, _grouped(rows), invented=True)]
    yield Figure("advertising: F1, 5 folds, near-copies in one fold", _mean(grouped, wanted))
    if on_ai.sum() >= LEAST_ON_AI:
        yield from _on_ai(rows, on_ai, said, "out of fold")
        alone = [_folded(rows, splits[0], invented=False)[on_ai]]
        yield Figure("advertising on AI: F1 without invented posts", _mean(alone, wanted[on_ai]), "", "out of fold")


def _on_ai(
    rows: Sequence[Row], on_ai: Flags, said: Sequence[Flags], how: str, *, with_goals: bool = True
) -> Iterator[Figure]:
    wanted = _wanted(rows)[on_ai]
    reached = [f1(one[on_ai], wanted) for one in said]
    detail = f"{on_ai.sum()} rows, {min(reached):.2f} to {max(reached):.2f}, {how}"
    yield Figure("advertising on AI: F1", float(np.mean(reached)), AI_GOAL if with_goals else "", detail)
    launches = np.array([row.label == "launch" for row in rows]) & on_ai
    lost = [int(one[launches].sum()) for one in said]
    detail = f"{'/'.join(map(str, lost))} of {launches.sum()}, {how}"
    share = float(np.mean(lost)) / max(int(launches.sum()), 1)
    yield Figure("launches dropped, share", share, LAUNCH_GOAL if with_goals else "", detail)


def _invented() -> Iterator[Figure]:
    rows = read_invented(held_out=True)
    for name, chosen in (("Chinese", True), ("English and others", False)):
        some = [row for row in rows if any("\u4e00" <= c <= "\u9fff" for c in row.text) == chosen]
        wanted, said = _wanted(some), _judged(some)
        wrong = int((said & ~wanted).sum())
        detail = f"{len(some)} held out, {wrong} of {(~wanted).sum()} genuine ones dropped"
        yield Figure(f"advertising: F1, invented posts, {name}", f1(said, wanted), "", detail)


def _speed(texts: Sequence[str]) -> Figure:
    many = [texts[at % len(texts)] for at in range(10_000)]
    began = time.perf_counter()
    judge(many)
    return Figure("advertising: seconds for 10,000 posts", time.perf_counter() - began, "", "one process")


def _folded(rows: Sequence[Row], split: Split, *, invented: bool) -> Flags:
    """What is said of each row by the weights trained without its fold."""
    more = read_invented(held_out=False) if invented else []
    said = np.zeros(len(rows), bool)
    for learnt, tried in split:
        weights = train([rows[at] for at in learnt] + more)
        said[tried] = [verdict.is_advertising for verdict in judge([rows[at].text for at in tried], weights)]
    return said


def _split(wanted: Flags, on_ai: Flags, seed: int) -> Split:
    folds = import_module("sklearn.model_selection").StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(wanted, 2 * on_ai + wanted))


def _grouped(rows: Sequence[Row]) -> Split:
    folds = import_module("sklearn.model_selection").StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    return list(folds.split(_wanted(rows), _wanted(rows), _groups(rows)))


def _groups(rows: Sequence[Row]) -> list[int]:
    """A number for each row, the same for rows that share half of their runs of 8 letters with an earlier one."""
    seen: dict[str, int] = {}
    groups: list[int] = []
    for number, row in enumerate(rows):
        words = normalised(row.text)
        runs = {words[at : at + 8] for at in range(max(len(words) - 7, 1))}
        shared: dict[int, int] = defaultdict(int)
        for group in (seen[run] for run in runs if run in seen):
            shared[group] += 1
        group, most = max(shared.items(), key=lambda pair: pair[1], default=(number, 0))
        groups.append(group if most * 2 >= len(runs) else number)
        for run in runs:
            seen.setdefault(run, groups[-1])
    return groups


def _baseline(rows: Sequence[Row], split: Split) -> str:
    wanted, texts = _wanted(rows), np.array([row.text for row in rows], object)
    said = np.zeros(len(rows), bool)
    for learnt, tried in split:
        runs = import_module("sklearn.feature_extraction.text").TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
        line = import_module("sklearn.linear_model").LogisticRegression(max_iter=1000)
        line.fit(runs.fit_transform(texts[learnt]), wanted[learnt])
        said[tried] = line.predict(runs.transform(texts[tried]))
    return f"character TF-IDF + logistic regression {f1(said, wanted):.2f}"


def _judged(rows: Sequence[Row]) -> Flags:
    return np.array([verdict.is_advertising for verdict in judge([row.text for row in rows])], bool)


def _wanted(rows: Sequence[Row]) -> Flags:
    return np.array([row.label == "advertising" for row in rows])


def _mean(said: Sequence[Flags], wanted: Flags) -> float:
    """Of the F1 of each."""
    return float(np.mean([f1(one, wanted) for one in said]))
