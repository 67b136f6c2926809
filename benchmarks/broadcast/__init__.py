"""A report to 1,000 chats: how much of the platforms' limits is used, and how long readers wait meanwhile.

The counterparts are processes of their own that hold the limits and count what they accept; the program runs here, from
the run that is due to the last mark on the disk. `python -m benchmarks.broadcast --picture FILE` draws one.
"""

from benchmarks.broadcast.measure import main

__all__ = ["main"]
