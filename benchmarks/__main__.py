"""`make bench`: every figure that the project states, measured here and now, with the machine it was measured on."""

from __future__ import annotations

from benchmarks import quality, run, search, store
from benchmarks.machine import describe


def main() -> None:
    print(describe())
    for module in (run, store, search):
        print(f"\n== {module.__name__}: {(module.__doc__ or '').splitlines()[0]}")
        module.main()
    print("\n== benchmarks.quality: python -m benchmarks.quality [--data DIR] [--only SUBJECT]")
    quality.main([])


main()
