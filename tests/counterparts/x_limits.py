"""What X refuses and how it says so: limits, error bodies, faults to inject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from tests.counterparts.x_posts import Json

PROBLEMS = "https://api.twitter.com/2/problems"
WINDOW = timedelta(minutes=15)
FIELDS = {"tweet.fields", "post.fields", "user.fields", "media.fields", "place.fields", "poll.fields", "expansions"}
PAGED = {"max_results", "pagination_token"} | FIELDS
TIMED = {"start_time", "end_time", "since_id", "until_id"}
ALLOWED = {
    "search": {"query", "next_token", "sort_order"} | PAGED | TIMED,
    "timeline": {"exclude"} | PAGED | TIMED,
    "list": PAGED,
    "users": {"ids", "usernames"} | FIELDS,
}
SIZES = {"search": (10, 100), "timeline": (5, 100), "list": (1, 100)}
CALLS = {"search": 450, "timeline": 10_000, "list": 900, "users": 300}
BLANK = "about:blank"
FAULTS: dict[str, tuple[int, Json]] = {
    "401": (401, {"title": "Unauthorized", "type": BLANK, "status": 401, "detail": "Unauthorized"}),
    "402": (
        402,
        {
            "title": "CreditsDepleted",
            "detail": "Your enrolled account [1000000000000000001] does not have any credits to fulfill this request.",
            "type": f"{PROBLEMS}/credits",
        },
    ),
    "not-enrolled": (
        403,
        {
            "client_id": "1000001",
            "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from "
            "a Twitter developer App that is attached to a Project. You can create a project via the developer portal.",
            "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
            "title": "Client Forbidden",
            "required_enrollment": "Appropriate Level of API Access",
            "reason": "client-not-enrolled",
            "type": f"{PROBLEMS}/client-forbidden",
        },
    ),
    "usage-capped": (
        429,
        {
            "account_id": 1000000000000000001,
            "product_name": "standard-basic",
            "title": "UsageCapExceeded",
            "period": "Monthly",
            "scope": "Product",
            "detail": "Usage cap exceeded: Monthly product cap",
            "type": f"{PROBLEMS}/usage-capped",
        },
    ),
    "404": (404, {"title": "Not Found", "type": BLANK, "status": 404, "detail": "Not Found"}),
    "429": (429, {"title": "Too Many Requests", "detail": "Too Many Requests", "type": BLANK, "status": 429}),
    "503": (503, {"title": "Service Unavailable", "detail": "Service Unavailable", "type": BLANK, "status": 503}),
}
TEXT_FAULTS = {"html": "<html><body>Over capacity</body></html>", "cut": '{"data": [{"id": "1'}


@dataclass
class Fault:
    """The next `times` calls of a route ("" is any) end like this, after `after` more that do not."""

    route: str
    kind: str  # a key of FAULTS or TEXT_FAULTS, or "disconnect"
    times: int = 1
    after: int = 0
    reset_s: float | None = 900.0  # for 429: seconds until the window starts anew; None sends no header


class Invalid(Exception):
    """A 400 about one parameter."""

    def __init__(self, name: str, value: str, message: str) -> None:
        super().__init__(message)
        self.body = {
            "errors": [{"parameters": {name: [value]}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{PROBLEMS}/invalid-request",
        }


def check(route: str, query: Mapping[str, str], now: datetime) -> None:
    """Invalid, as X says it, for a query that X would refuse."""
    allowed = sorted(ALLOWED[route])
    for name in query:
        if name not in allowed:
            raise Invalid(name, query[name], f"The query parameter [{name}] is not one of [{','.join(allowed)}]")
    if route in SIZES and "max_results" in query:
        low, high = SIZES[route]
        size = query["max_results"]
        if not size.isdigit() or not low <= int(size) <= high:
            message = f"The `max_results` query parameter value [{size}] is not between {low} and {high}"
            raise Invalid("max_results", size, message)
    _check_times(route, query, now)
    if route == "search":
        words = query.get("query", "")
        if not 1 <= len(words) <= 512:
            message = f"Invalid 'query':'{words}'. 'query' must be between 1 and 512 characters"
            raise Invalid("query", words, message)


def _check_times(route: str, query: Mapping[str, str], now: datetime) -> None:
    earliest, latest = now - timedelta(days=7), now - timedelta(seconds=10)
    start, end = query.get("start_time"), query.get("end_time")
    if end and datetime.fromisoformat(end) > latest:
        message = f"Invalid 'end_time':'{end}'. 'end_time' must be a minimum of 10 seconds prior to the request time."
        raise Invalid("end_time", end, message)
    if start and route == "search" and datetime.fromisoformat(start) < earliest:
        message = f"Invalid 'start_time':'{start}'. 'start_time' must be on or after {earliest:%Y-%m-%dT%H:%MZ}."
        raise Invalid("start_time", start, message)
    if start and end and datetime.fromisoformat(start) >= datetime.fromisoformat(end):
        raise Invalid("end_time", end, f"Invalid 'end_time':'{end}'. 'end_time' must be after 'start_time'")


def problem(kind: str, headers: dict[str, str]) -> web.Response:
    status, body = FAULTS[kind]
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")


def lost(kind: str, parameter: str, value: str) -> Json:
    shown = f"{parameter}: [{value}]"
    return {
        "value": value,
        "detail": f"Could not find {kind} with {shown}.",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{PROBLEMS}/resource-not-found",
    }
