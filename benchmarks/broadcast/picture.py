"""A broadcast as a picture: messages accepted in each second under the limit's line, and how long readers waited."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
from matplotlib import pyplot as plt

from benchmarks.broadcast.measure import Broadcast

BLUE, RED, GREY = "#2f6f9f", "#b3402a", "#666666"


def draw(found: Broadcast, path: Path) -> None:
    """Write it to the path; its suffix says in which format."""
    plt.rcParams.update({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none"})
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(7, 5), height_ratios=(3, 2), layout="constrained")
    counted = Counter(int(moment) for moment in found.accepted)
    seconds = range(int(found.seconds) + 1)
    above.bar(seconds, [counted[second] for second in seconds], width=0.9, align="edge", color=BLUE)
    above.axhline(found.kind.a_second, color=RED, linewidth=1.5)
    above.text(
        found.seconds, found.kind.a_second * 1.03, f"limit: {found.kind.a_second:g} a second", color=RED, ha="right"
    )
    above.set_ylim(0, found.kind.a_second * 1.25)
    above.set_ylabel("accepted a second")
    above.set_title(
        f"One report to {found.pushed:,} chats on {found.kind.name.capitalize()}: {found.seconds:.1f} s,"
        f" {found.ratio:.2f} × the limit's time, {found.refused} × 429",
        fontsize=11, loc="left",
    )  # fmt: skip
    below.scatter([at for at, _ in found.asked], [took for _, took in found.asked], s=14, color=BLUE)
    below.axhline(1.0, color=GREY, linewidth=1, linestyle="--")
    below.text(found.seconds, 1.03, "goal: 95 % within 1 s", color=GREY, ha="right", va="bottom")
    below.set_ylim(0, max(1.25, *(took * 1.1 for _, took in found.asked)))
    below.set_ylabel("seconds to an answer")
    below.set_xlabel("seconds since the first message")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=150)
