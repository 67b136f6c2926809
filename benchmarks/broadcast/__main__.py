"""`python -m benchmarks.broadcast`: the figures, or the picture of a broadcast."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from benchmarks.broadcast.measure import broadcast, main
from benchmarks.broadcast.picture import draw
from benchmarks.broadcast.stage import TELEGRAM

parser = argparse.ArgumentParser(prog="python -m benchmarks.broadcast", description="The figures of a broadcast.")
parser.add_argument("--picture", type=Path, help="draw a broadcast on Telegram there (.svg or .png)")
parser.add_argument("--chats", type=int, default=1000)
options = parser.parse_args()
if options.picture:
    draw(asyncio.run(broadcast(TELEGRAM, options.chats)), options.picture)
else:
    main(options.chats)
