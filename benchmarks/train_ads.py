"""Train the model of `report.clean.ads` and, with --write, put its weights into the package.

    python -m benchmarks.train_ads [--data DIR] [--write]

Trained on `ads/*.jsonl` of the folder (labels replaced by `benchmarks/labels/topic_ai.tsv` where a row was labelled
again by hand) and on `benchmarks/labels/invented_posts.tsv`, but for the posts that are held out there to measure with.
The same rows give the same bytes. Needs scikit-learn, which the shipped model does not.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.measures.figure import NoData, find
from benchmarks.quality import DATA
from report.clean.ads import model, pieces
from report.clean.ads.model import Weights

Label = Literal["advertising", "launch", "neither"]
LABELS = Path(__file__).parent / "labels"
PACKAGE = Path(model.__file__).parent
ADVERTISING = frozenset(
    (
        *("promo", "affiliate", "lead_gen", "giveaway", "scam", "phishing", "recovery_scam"),
        *("spam", "reply_spam", "follow_train", "engagement_bait"),
    )
)
HELD_OUT_EVERY = 4  # invented post, by its number, is kept for measuring
STRENGTH = 1.0  # C of the logistic regression
SEEN_TWICE = 2  # posts that a piece must be in
OWN_LABELS, LAUNCHES = 5.0, 2.0  # times the weight of a row of the labelled file
Flags = npt.NDArray[np.bool_]


class Row(NamedTuple):
    id: str
    text: str
    label: Label
    ours: bool  # labelled by hand here: on AI, or invented
    promoted: bool  # as the labelled file says


def read_labelled(data: Path) -> list[Row]:
    """The rows of `ads/*.jsonl`; NoData where there are none."""
    again = read_relabelled()
    rows: list[Row] = []
    for line in find(data, "ads/*.jsonl").read_text(encoding="utf-8").splitlines():
        stored: dict[str, Any] = json.loads(line)
        promoted = not ADVERTISING.isdisjoint(stored["labels"])
        label = again.get(stored["id"]) or ("advertising" if promoted else "neither")
        rows.append(Row(stored["id"], stored["text"], label, stored["id"] in again, promoted))
    if not rows:
        raise NoData(f"{data}/ads has no rows")
    return rows


def read_relabelled() -> dict[str, Label]:
    """Id → label, of the rows on AI that were read one by one."""
    return dict(_table("topic_ai.tsv"))


def read_invented(*, held_out: bool) -> list[Row]:
    """The posts that we made up: those to train with, or those to measure with."""
    rows = [
        Row(number, text.replace("\\n", "\n"), label, ours=True, promoted=label == "advertising")
        for number, label, text in _table("invented_posts.tsv")
    ]
    return [row for at, row in enumerate(rows) if (at % HELD_OUT_EVERY == 0) == held_out]


def _table(name: str) -> list[Any]:
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]


def f1(said: Flags, wanted: Flags) -> float:
    right = int((said & wanted).sum())
    return 2 * right / max(int(said.sum()) + int(wanted.sum()), 1)


def train(rows: Sequence[Row]) -> Weights:
    """Logistic regression over pieces (by rarity and length) and signals (for all posts, and again for those on AI)."""
    features = model.describe([row.text for row in rows])
    sparse, linear = import_module("scipy.sparse"), import_module("sklearn.linear_model")
    counts = sparse.csr_matrix(
        (np.ones(len(features.pieces.columns)), (features.pieces.rows, features.pieces.columns)),
        shape=(len(rows), pieces.BUCKETS),
    )
    counts.sum_duplicates()
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.where(seen >= SEEN_TWICE, np.log((1 + len(rows)) / (1 + seen)) + 1, 0)
    columns = np.flatnonzero(rarity)
    length = np.sqrt(np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1))
    cut = sparse.diags(model.SCALE / length) @ counts[:, columns] @ sparse.diags(rarity[columns])
    signals = np.hstack([features.signals, features.signals * features.on_ai[:, None]])
    wanted = np.array([row.label == "advertising" for row in rows])
    worth = np.array([OWN_LABELS if row.ours else 1.0 for row in rows])
    worth[[row.label == "launch" for row in rows]] *= LAUNCHES
    worth[wanted & np.array([row.ours for row in rows])] *= LAUNCHES
    fitted = linear.LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    fitted.fit(sparse.hstack([cut, sparse.csr_matrix(signals)]).tocsr(), wanted, worth)
    found = np.zeros(pieces.BUCKETS)
    found[columns] = fitted.coef_[0][: len(columns)] * rarity[columns]
    step = float(np.abs(found).max() / 127)
    return Weights(
        np.round(found / step).astype(np.int8), step,
        fitted.coef_[0][len(columns) :].astype(np.float32).reshape(2, -1), float(fitted.intercept_[0]),
    )  # fmt: skip


def pack(weights: Weights) -> bytes:
    """The bytes of the weights file: no date in them, figures rounded beyond what machines differ by."""
    packed = io.BytesIO()
    np.savez_compressed(
        packed, pieces=weights.pieces, step=np.float64(f"{weights.step:.6g}"), signals=np.round(weights.signals, 4),
        bias=np.float64(round(weights.bias, 4)),
    )  # fmt: skip
    return packed.getvalue()


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_ads", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with ads/*.jsonl")
    parser.add_argument("--write", action="store_true", help=f"write report/clean/ads/{model.WEIGHTS}")
    chosen = parser.parse_args(list(arguments) if arguments is not None else None)
    rows = read_labelled(chosen.data) + read_invented(held_out=False)
    weights = train(rows)
    content = pack(weights)
    print(f"{len(rows)} rows, {len(content):,} bytes")
    if chosen.write:
        (PACKAGE / model.WEIGHTS).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
