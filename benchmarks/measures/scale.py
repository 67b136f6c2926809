"""What a day costs: clean and group 10,000 and 100,000 posts, each in a fresh process of its own.

Seconds are of the processor (what the wall says when nothing else runs; it is in the detail), the least of three runs.
Memory is the most that the process ever held, the posts themselves included. The posts are invented; where the folder
has real ones, they are measured last, repeated with altered words. Run with a kind and a number, it is such a process:

    python -m benchmarks.measures.scale ordinary 10000 [FOLDER]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.invented.posts import KINDS, altered
from benchmarks.measures.figure import Figure, find
from report.model import Topic, Tweet
from report.sources.file import read_posts

SMALL, LARGE, HOSTILE = 10_000, 100_000, 50_000
REAL, POSTS = "real", "tweets/*.jsonl"
STATUS = Path("/proc/self/status")
TRIES = 3  # of which the least counts: a neighbour's load adds, nothing subtracts
TOPIC = Topic(name="ai", title="AI", query="AI")

Cost = dict[str, float]


def measure(data: Path) -> Iterator[Figure]:
    small = _least("ordinary", SMALL, data)
    yield Figure("clean + stories of 10,000 posts, s", small["seconds"], "<= 3", _explain(small))
    yield Figure("clean + stories of 10,000 posts, peak MB", small["megabytes"], "<= 400", "of the whole process")
    yield Figure("copies + stories of 10,000 posts, s", small["ours"], "<= 1.8", "without what else clean does")
    large = _least("ordinary", LARGE, data)
    yield Figure("100,000 posts take so many times that", large["seconds"] / small["seconds"], "<= 11", _explain(large))
    for kind in KINDS:
        if kind != "ordinary":
            few, many = _run(kind, HOSTILE // 5, data), _run(kind, HOSTILE, data)
            name = f"{HOSTILE:,} posts, {kind}: times the cost of a fifth"
            yield Figure(name, many["seconds"] / few["seconds"], "<= 7", _explain(many))
    find(data, POSTS)
    real = _least(REAL, SMALL, data)
    yield Figure("clean + stories of 10,000 real posts, altered, s", real["seconds"], "<= 3", _explain(real))


def _least(kind: str, count: int, data: Path) -> Cost:
    return min((_run(kind, count, data) for _ in range(TRIES)), key=lambda cost: cost["seconds"])


def _run(kind: str, count: int, data: Path) -> Cost:
    """One process; CalledProcessError where it fails."""
    command = [sys.executable, "-m", "benchmarks.measures.scale", kind, str(count), str(data)]
    home = Path(__file__).parents[2]
    told = subprocess.run(command, cwd=home, check=True, capture_output=True, text=True)  # noqa: S603  it is ourselves
    return dict(json.loads(told.stdout))


def _explain(cost: Cost) -> str:
    return (
        f"wall {cost['wall']:.2f} s; copies {cost['copies']:.2f}, clean {cost['clean']:.2f}, stories"
        f" {cost['group']:.2f}; {cost['megabytes']:.0f} MB, {cost['before']:.0f} of them before;"
        f" {cost['kept']:.0f} kept, {cost['grouped']:.0f} grouped, {cost['stories']:.0f} stories"
    )


def _posts(kind: str, count: int, data: Path) -> list[Tweet]:
    if kind != REAL:
        return KINDS[kind](count)
    find(data, POSTS)
    return altered([tweet for path in sorted(data.glob(POSTS)) for tweet in read_posts(path)[0]], count)


def _measure_here(kind: str, count: int, data: Path) -> Cost:
    from report.clean import clean  # noqa: PLC0415  what is measured is loaded after the posts are made
    from report.clean.duplicates import find_copies  # noqa: PLC0415
    from report.stories import group  # noqa: PLC0415

    posts = _posts(kind, count, data)
    before = _peak()
    wall, began = time.perf_counter(), time.process_time()
    kept = clean(posts, TOPIC).kept
    cleaned = time.process_time()
    # Where hardly a post is kept, grouping them all is what costs.
    grouping = kept if len(kept) > count / 10 else posts
    stories = group(grouping)
    grouped, wall = time.process_time(), time.perf_counter() - wall
    peak = _peak()
    find_copies(posts)
    copies = time.process_time() - grouped
    return {
        "seconds": grouped - began,
        "wall": wall,
        "clean": cleaned - began,
        "group": grouped - cleaned,
        "copies": copies,
        "ours": copies + grouped - cleaned,
        "megabytes": peak,
        "before": before,
        "kept": len(kept),
        "grouped": len(grouping),
        "stories": len(stories),
    }


def _peak() -> float:
    """The most that this process ever held, in MB.

    Of the kernel's status: `ru_maxrss` is never less than what the process that started this one had held. Both are in
    KiB on Linux; elsewhere only the latter is known, in bytes on a Mac.
    """
    if STATUS.exists():
        return float(STATUS.read_text("ascii").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    print(json.dumps(_measure_here(sys.argv[1], int(sys.argv[2]), Path(*sys.argv[3:]))))
