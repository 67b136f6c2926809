"""What becomes of a delivery: pure functions of it, of what happened, and of the time.

A step is a part to send, a part to put in the place of an old message, or an old message to delete. Attempts, waiting
and patience are each step's own: one that was accepted begins them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.model import LEFT, UNKNOWN, Delivery
from bot.platforms import (
    ChatGone,
    ChatMoved,
    InDoubt,
    Instead,
    Part,
    PlatformError,
    Rejected,
    RetryLater,
    Uneditable,
)
from handlers.hours import LATEST

PATIENCE = timedelta(hours=6)  # after which a step that always failed is given up
SURE = timedelta(minutes=10)  # so long after it was begun a part that may have arrived is sent again
LONGEST_PAUSE_S = 900.0
SETTLED: dict[str, Any] = {"begun_at": None, "attempts": 0, "first_tried_at": None, "next_try_at": None, "error": ""}


@dataclass(frozen=True)
class Step:
    """The part to send, or the part to put in the place of a message; without a part: the message to delete."""

    part: Part | None
    replaces: str = ""


def next_step(delivery: Delivery) -> Step | None:
    """What is to be done now; None where everything is done."""
    at = len(delivery.sent)
    if at >= delivery.steps:
        return None
    part = delivery.parts[at] if at < len(delivery.parts) else None
    return Step(part, delivery.edits[at] if at < len(delivery.edits) else "")


def is_left_alone(delivery: Delivery, step: Step) -> bool:
    """A new part of a correction, where nothing of the old report can be corrected: it would stand there alone."""
    return bool(delivery.edits) and not step.replaces and not any(sent.strip(LEFT) for sent in delivery.sent)


def begin(delivery: Delivery, now: datetime) -> Delivery:
    """The step leaves now. One that is in doubt stays so since it was first begun."""
    return delivery if delivery.begun_at else delivery.model_copy(update={"begun_at": now})


def accept(delivery: Delivery, sent: str) -> Delivery:
    """The step is done: the platform's id, UNKNOWN or LEFT."""
    done = delivery.model_copy(update={**SETTLED, "sent": (*delivery.sent, sent)})
    return done if next_step(done) else finish(done)


def finish(delivery: Delivery) -> Delivery:
    """All steps are done."""
    state = "unknown" if UNKNOWN in delivery.sent else "left" if LEFT in delivery.sent else "sent"
    return delivery.model_copy(update={"state": state, "next_try_at": None})


def decide(delivery: Delivery, error: PlatformError | None, now: datetime) -> Delivery:
    """What becomes of a delivery whose step met this error, or none: waiting until later, another step, an end.

    `begun_at` is to be that of the try only where the error leaves it in doubt; of an earlier try that is, it stays.
    """
    first = delivery.first_tried_at or now
    match error:
        case None:
            return delivery if next_step(delivery) else finish(delivery)
        case Uneditable():
            return accept(delivery, LEFT)
        case InDoubt():
            return accept(delivery, UNKNOWN)
        case Instead():
            return _replace(delivery, error.parts) or decide(delivery, _as_rejected(error), now)
        case ChatGone():
            change: dict[str, Any] = {"state": "gone", "next_try_at": None, "begun_at": None}
        case Rejected():
            change = {"state": "failed", "next_try_at": None, "begun_at": None}
        case ChatMoved():
            change = {"next_try_at": None, "begun_at": None}
        case _ if now - first > PATIENCE:
            change = {"state": "unknown" if is_in_doubt(error) else "failed", "next_try_at": None}
        case _:
            pause = max(getattr(error, "after_s", 0.0), min(5.0 * 2**delivery.attempts, LONGEST_PAUSE_S))
            change = {"next_try_at": now + timedelta(seconds=pause)}
    tried = {"attempts": delivery.attempts + 1, "first_tried_at": first, "error": str(error)}
    return delivery.model_copy(update=tried | change)


def resume(delivery: Delivery, now: datetime, *, idempotent: bool) -> Delivery:
    """A delivery as the end of the program left it: nobody knows whether the step that was begun was accepted.

    An `idempotent` platform makes one message of two tries; elsewhere a part is sent again only within ten minutes.
    What is edited or deleted is so again.
    """
    step = next_step(delivery)
    if delivery.begun_at is None or step is None or idempotent or step.replaces:
        return delivery
    age = now - delivery.begun_at
    return delivery if timedelta(0) <= age < SURE else accept(delivery, UNKNOWN)


def is_too_late(delivery: Delivery, now: datetime) -> bool:
    """Nothing of it was sent, and it is older than a day: its reader has the next report, or wants it."""
    return not delivery.sent and delivery.begun_at is None and now - delivery.created_at > LATEST


def is_in_doubt(error: PlatformError) -> bool:
    return isinstance(error, RetryLater) and error.in_doubt


def make_nonce(delivery: Delivery) -> str:
    """25 characters, as many as Discord takes: the same however often the next step is tried, and of no other step."""
    step = next_step(delivery)
    said = orjson.dumps([delivery.key, len(delivery.sent), step.part if step else None], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()[:25]


def _replace(delivery: Delivery, parts: Sequence[Part]) -> Delivery | None:
    """With other parts in the place of the next; None where they are no others."""
    at = len(delivery.sent)
    if delivery.parts[at] in parts:
        return None
    edits = delivery.edits
    if edits and at < len(delivery.edits):
        target, rest = edits[at], edits[at + 1 :]
        placed = (target, *[""] * (len(parts) - 1)) if parts else (target,)
        edits = (*edits[:at], *placed, *rest)
        if not parts:  # nothing takes its place: the old message goes, after all the others
            edits = (*delivery.edits[:at], *rest, *([target] if target else []))
    changed = delivery.model_copy(
        update={
            "parts": (*delivery.parts[:at], *parts, *delivery.parts[at + 1 :]),
            "edits": edits,
            "begun_at": None,
            "error": "",
        }
    )
    return changed if next_step(changed) else finish(changed)


def _as_rejected(error: Instead) -> Rejected:
    return Rejected(f"{error}, and it offers nothing else")
