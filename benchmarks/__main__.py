"""`make bench`: every figure that the project states, measured here and now, with the machine it was measured on.

`python -m benchmarks --only answers` measures one subject.
"""

from __future__ import annotations

import argparse

from benchmarks import answers, broadcast, quality, run, search, store
from benchmarks.machine import describe

MODULES = {"run": run, "store": store, "answers": answers, "search": search, "broadcast": broadcast}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every figure, or some of them.")
    parser.add_argument("--only", nargs="+", choices=[*MODULES, "quality"], default=[*MODULES, "quality"])
    wanted = parser.parse_args().only
    print(describe())
    for name, module in MODULES.items():
        if name in wanted:
            print(f"\n== {module.__name__}: {(module.__doc__ or '').splitlines()[0]}")
            module.main()
    if "quality" in wanted:
        print("\n== benchmarks.quality: python -m benchmarks.quality [--data DIR] [--only SUBJECT]")
        quality.main([])


main()
