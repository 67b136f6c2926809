"""Telegram's calls over aiohttp, which discord.py brings anyway: half the processor's time of the library's own way.

python-telegram-bot's httpx looks at every open connection for every call; a broadcast of 300 messages a second does not
fit beside that. Errors are the library's; the one beneath tells whether an answer was lost.
"""

from __future__ import annotations

from typing import Any, TypeVar

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# Raised when the request may have been read already; a refused connection and a name not found come before.
IN_DOUBT = (aiohttp.ServerDisconnectedError, aiohttp.SocketTimeoutError, aiohttp.ClientPayloadError, TimeoutError)
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
WAIT_S = 5.0  # for a connection, for an answer; the library's own figures
UPLOAD_S = 20.0
Out = TypeVar("Out")


class Request(BaseRequest):
    """At most so many connections at once; a proxy is taken from the environment (HTTPS_PROXY)."""

    def __init__(self, connections: int = 1) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return WAIT_S

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()

    async def do_request(  # noqa: PLR0917  the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  waiting for a connection is a part of connecting
    ) -> tuple[int, bytes]:
        """Status and body. TimedOut and NetworkError as the library words them."""
        if self._session is None or self._session.closed:
            raise RuntimeError("telegram: the request was not initialized")
        uploads = request_data is not None and request_data.contains_files
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=_given(connect_timeout, WAIT_S),
            sock_read=_sum(_given(read_timeout, WAIT_S), _given(write_timeout, UPLOAD_S) if uploads else 0.0),
        )
        try:
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error


def is_in_doubt(error: BaseException | None) -> bool:
    """Was the answer lost after the question had left? Of the error beneath the library's."""
    lost = isinstance(error, IN_DOUBT) or (isinstance(error, aiohttp.ClientOSError) and error.errno is not None)
    return lost and not isinstance(error, NOT_SENT)


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": orjson.dumps(data.parameters), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _given(timeout: Any, default: Out) -> Out | None:
    """A time-out as it was given; None is none."""
    return default if isinstance(timeout, type(BaseRequest.DEFAULT_NONE)) else timeout


def _sum(*seconds: float | None) -> float | None:
    return None if None in seconds else sum(filter(None, seconds))
