"""One measured figure, with what it should be."""

from __future__ import annotations

import operator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_COMPARE = {">=": operator.ge, "<=": operator.le}


class NoData(Exception):
    """The folder lacks what a figure is measured on: the figure is skipped, and this says why."""


@dataclass(frozen=True)
class Figure:
    """`goal` is like `>= 0.80`, "" where none is set; `detail` says of how many rows, and what it is compared with."""

    name: str
    value: float
    goal: str = ""
    detail: str = ""

    @property
    def is_met(self) -> bool | None:
        """None where there is no goal."""
        if not self.goal:
            return None
        sign, bound = self.goal.split()
        return bool(_COMPARE[sign](round(self.value, 4), float(bound)))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.is_met}


def find(data: Path, pattern: str) -> Path:
    """The first file under `data` that fits, like `ads/*.jsonl`; NoData where there is none."""
    found = sorted(data.glob(pattern))
    if not found:
        raise NoData(f"{data} has no {pattern}")
    return found[0]
