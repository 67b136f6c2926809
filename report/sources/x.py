"""X as a source of posts: recent search, users' and lists' timelines, through tweepy.

In: the settings, a topic, the archive that keeps what was paid for. Out: the archive's posts of a period, after what
was missing in it has been bought. Always holds: the token is never logged; what tweepy raises ends here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from report.errors import SourceError
from report.model import Period, Topic
from report.settings import XSettings
from report.sources import Archive, Collected
from report.sources.fields import Row, mapping
from report.sources.x_buying import NAME, Call
from report.sources.x_errors import UNREACHED, XError
from report.sources.x_reading import CutShort, Reading, Sleep

__all__ = ["CutShort", "XSource"]


class XSource:
    """X as it is read for one topic."""

    name = NAME

    def __init__(
        self,
        settings: XSettings,
        topic: Topic,
        archive: Archive,
        *,
        now: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self.topic = topic
        self.archive = archive
        self.now = now
        self.sleep = sleep

    async def read(self, period: Period) -> Collected:
        """The archive's posts of the period, after the unread part of it was bought; the cost is this reading's.

        CutShort (a SourceError) says what to do about a failure; its `collected` holds what there is.
        """
        with connected(self.settings) as call:
            reading = Reading(
                settings=self.settings,
                topic=self.topic,
                archive=self.archive,
                call=call,
                now=self.now,
                sleep=self.sleep,
            )
            return await reading.read(period)


@contextmanager
def connected(settings: XSettings) -> Iterator[Call]:
    """How to ask X; tweepy is loaded at the first question. It raises XError, SourceError where there is no token."""
    clients: list[Any] = []

    def call(method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if not clients:
            clients.append(_client(settings))
        return _ask(clients[0], method, parameters)

    try:
        yield call
    finally:
        for client in clients:
            client.session.close()


def _client(settings: XSettings) -> Any:
    token = settings.bearer_token.get_secret_value()
    if not token:
        raise SourceError(NAME, "there is no bearer token; set TUIBAO_X__BEARER_TOKEN, or empty the topic's query")
    import tweepy  # noqa: PLC0415  0.1 s and 10 MB, only needed when X is read

    from report.sources.x_host import HostAdapter  # noqa: PLC0415  the same

    logging.getLogger("tweepy").setLevel(logging.INFO)  # at DEBUG it logs the token
    client = tweepy.Client(bearer_token=token, return_type=dict)
    client.session.mount("https://api.twitter.com", HostAdapter(settings.base_url))
    return client


def _ask(client: Any, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's JSON object. XError for every answer that is none."""
    import requests  # noqa: PLC0415  see above
    import tweepy  # noqa: PLC0415  see above

    try:
        answer = getattr(client, method)(**parameters)
    except tweepy.HTTPException as error:
        response = error.response
        raise XError(
            response.status_code, _body(response), said=str(response.reason), reset=_reset(response.headers)
        ) from error
    except requests.JSONDecodeError as error:
        raise XError(UNREACHED, {}, said="the answer is no JSON") from error
    except requests.RequestException as error:
        raise XError(UNREACHED, {}, said=type(error).__name__) from error
    if not isinstance(answer, dict):
        raise XError(UNREACHED, {}, said="the answer is no JSON object")
    return answer


def _body(response: Any) -> Row:
    try:
        return mapping(response.json())
    except ValueError:
        return {}


def _reset(headers: Mapping[str, str]) -> datetime | None:
    """When the rate limit starts anew, if the answer says so."""
    seconds = headers.get("x-rate-limit-reset", "")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdigit() else None
