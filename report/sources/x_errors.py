"""What X answers instead of posts, and what to do about it: wait, go on without, or stop with a sentence.

In: the status, the body and the reset time of an answer. Out: seconds to wait, or the sentence for the operator.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from report.sources.fields import Row, mapping, sequence

MAX_WAIT_S = 60.0
MAX_TRIES = 4  # the first and three more
UNREACHED = 0  # the status of an answer that never came
CONSOLE = "https://console.x.com"
GONE = ("resource-not-found", "not-authorized-for-resource")


class XError(Exception):
    """One call failed. `status` is HTTP's, UNREACHED where no answer came; `body` is the answer's JSON."""

    def __init__(self, status: int, body: Row, *, said: str = "", reset: datetime | None = None) -> None:
        super().__init__(f"{status} {said}")
        self.status = status
        self.body = body
        self.said = said
        self.reset = reset

    @property
    def is_cap(self) -> bool:
        """Is it the cap of posts, and not the rate of calls?"""
        return "usage-capped" in str(self.body.get("type")) or self.body.get("title") == "UsageCapExceeded"

    @property
    def is_gone(self) -> bool:
        """Does the user or list that was asked for not exist, or not open itself to us?"""
        return self.status == 404 or (self.status == 403 and str(self.body.get("type")).endswith(GONE))

    @property
    def detail(self) -> str:
        """What X itself says, in one line."""
        errors = [mapping(error).get("message") for error in sequence(self.body.get("errors"))]
        words = [word for word in errors if isinstance(word, str)] or [str(self.body.get("detail") or self.said)]
        return " ".join("; ".join(words).split())[:300]


def wait_s(error: XError, tries: int, now: datetime) -> float | None:
    """Seconds to wait before the call is made again after `tries` tries; None: it is of no use now."""
    if tries >= MAX_TRIES or error.is_cap:
        return None
    if error.status == 429:
        seconds = (error.reset - now).total_seconds() + 1 if error.reset else MAX_WAIT_S
        return max(seconds, 1.0) if seconds <= MAX_WAIT_S + 1 else None
    if error.status == UNREACHED or error.status >= 500:
        return 2.0 ** (tries - 1)
    return None


def sentence(error: XError, base_url: str, now: datetime) -> str:
    """What is wrong and what to do, for the operator."""
    match error.status:
        case _ if error.is_cap:
            said = f"the cap of posts is used up ({error.detail}); raise it at {CONSOLE} or wait until it starts anew"
        case 401:
            said = f"the bearer token was refused (401); make a new one at {CONSOLE}, set TUIBAO_X__BEARER_TOKEN to it"
        case 402:
            said = f"the account has no credits left (402: {error.detail}); buy some at {CONSOLE}"
        case 403 if error.body.get("reason") == "client-not-enrolled":
            said = f"the app of this token is in no project (403); attach it to one at {CONSOLE}, then make a new token"
        case 403:
            said = f"X forbids this (403: {error.detail}); look at the app's access and credits at {CONSOLE}"
        case 400:
            said = f"X does not understand the request (400: {error.detail}); correct the topic's query, users or lists"
        case 429:
            reset = (error.reset or now + timedelta(minutes=15)).astimezone(UTC)
            said = f"the rate limit is reached (429); it works again at {reset:%H:%M} UTC, run the report again then"
        case 0:
            said = f"{base_url} is out of reach ({error.said}); check the network and x.base_url, then run again"
        case status if status >= 500:
            said = f"X is out of order ({status}, {MAX_TRIES} tries); see https://docs.x.com/status and run again later"
        case status:
            said = f"X answers {status} ({error.detail}); look at {CONSOLE}"
    return said


def missing(answer: dict[str, Any], kind: str) -> dict[str, str]:
    """The users or lists (`kind`) that a 200 answer says it cannot give: what was asked for → why."""
    errors = map(mapping, sequence(answer.get("errors")))
    return {
        str(error.get("value") or error.get("resource_id")): str(error.get("detail") or error.get("title"))
        for error in errors
        if error.get("resource_type") == kind and error.get("parameter") in {"id", "ids", "usernames"}
    }
