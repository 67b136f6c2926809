"""Delivery: every subscribed chat gets every report, part by part, in order, each part once.

`decide` says what becomes of a delivery, `queue` whose turn it is, `delivering` does it.
"""

from bot.outbox.decide import PATIENCE, decide, resume
from bot.outbox.delivering import Outbox

__all__ = ["PATIENCE", "Outbox", "decide", "resume"]
