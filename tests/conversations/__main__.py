"""`python -m tests.conversations --write`: the golden files with the answers that the handlers give now.

Without --write it only says which conversations would change. Exit status 1: some would.
"""

from __future__ import annotations

import asyncio
import sys

from tests.conversations.golden import FILES, answered, load, play
from tests.conversations.script import write


async def main(*, writing: bool) -> int:
    count = changed = 0
    for path in FILES:
        _, head, conversations = load(path)
        turns = await play(conversations)
        now = answered(conversations, turns)
        count += len(now)
        for before, after, taken in zip(conversations, now, turns, strict=True):
            changed += before != after
            marks = ["changed"] if before != after else []
            marks += [f"no button [{turn.line.pressed}]" for turn in taken if turn.missing]
            if marks:
                sys.stdout.write(f"{path.name}: {after.title}: {', '.join(marks)}\n")
        if writing:
            path.write_text(write(head, now), encoding="utf-8")
    sys.stdout.write(f"{count} conversations, {changed} changed\n")
    return bool(changed) and not writing


if __name__ == "__main__":
    sys.exit(asyncio.run(main(writing="--write" in sys.argv[1:])))
