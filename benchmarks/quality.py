"""What goes into a report and what it rests on: every figure of quality, for any folder shaped like ../shared/data.

    python -m benchmarks.quality --data DIR [--json | --markdown] [--only SUBJECT …]

A figure whose posts or labels the folder lacks is skipped, with the reason. Exit status: 0 all goals met, 1 not.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import measures
from benchmarks.machine import describe
from benchmarks.measures.figure import Figure, NoData

DATA = Path(__file__).parents[2] / "shared" / "data"


def subjects() -> list[str]:
    """The files beside `figure.py` in `measures`."""
    return sorted(found.name for found in pkgutil.iter_modules(measures.__path__) if found.name != "figure")


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with posts and labels")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/QUALITY.md")
    parser.add_argument("--only", nargs="*", choices=subjects(), default=subjects(), help="measure these alone")
    chosen = parser.parse_args(list(arguments) if arguments is not None else None)
    rows: list[dict[str, Any]] = []
    skipped: dict[str, str] = {}
    silent = chosen.json or chosen.markdown
    if not silent:
        print(f"{describe()}\n{chosen.data}")
    for name in chosen.only:
        began = time.perf_counter()
        try:
            for figure in importlib.import_module(f"benchmarks.measures.{name}").measure(chosen.data):
                rows.append({"subject": name, **figure.as_json()})
                if not silent:
                    print(_line(figure))
        except NoData as missing:
            skipped[name] = str(missing)
        if not silent:
            print(f"-- {name}: {skipped.get(name) or f'{time.perf_counter() - began:.1f} s'}", flush=True)
    if chosen.json:
        print(json.dumps({"machine": describe(), "data": str(chosen.data), "figures": rows, "skipped": skipped}))
    if chosen.markdown:
        print(f"Measured on {describe()}.\n\n| | figure | seen | goal | of what |\n| --- | --- | --- | --- | --- |")
        print("\n".join(map(_row, rows)))
    return int(any(row["met"] is False for row in rows))


def _row(row: Mapping[str, Any]) -> str:
    mark = {True: "met", False: "**missed**", None: ""}[row["met"]]
    cells = (row["subject"], row["name"].strip(), f"{row['value']:.4g}", f"{row['goal']} {mark}".strip(), row["detail"])
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _line(figure: Figure) -> str:
    mark = {True: "ok  ", False: "MISS", None: "    "}[figure.is_met]
    return f"{mark} {figure.name:<58} {figure.value:>9.4g}  {figure.goal:<9} {figure.detail}"


if __name__ == "__main__":
    sys.exit(main())
