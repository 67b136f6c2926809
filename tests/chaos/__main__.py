"""`make chaos`: the program is killed at random moments and everything around it fails by chance; then it is counted.

`make chaos ARGS="--seed 7 --kills 50"` repeats a run. Ends with 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys

from tests.chaos.driver import Plan, run


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--chats", type=int, default=300, help="on each platform")
    parser.add_argument("--share", type=float, default=0.01, help="of the requests that fail")
    options = parser.parse_args()
    plan = Plan(options.seed, options.kills, options.chats, options.share)
    say(f'seed {plan.seed}; to repeat it: make chaos ARGS="--seed {plan.seed} --kills {plan.kills}"')
    outcome = asyncio.run(run(plan, say))
    say("\n".join(outcome.lines()))
    return 0 if outcome.kept else 1


sys.exit(main())
