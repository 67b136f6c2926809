"""Send what tweepy sends to another address: tweepy knows one host only."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

TIMEOUT_S = (10.0, 30.0)  # to connect, to answer; tweepy sets none


class HostAdapter(HTTPAdapter):
    """Mounted on a session, it keeps the path and the query of each request and replaces the rest by `base_url`."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base = urlsplit(base_url.rstrip("/"))

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> requests.Response:
        asked = urlsplit(request.url or "")
        request.url = urlunsplit((self.base.scheme, self.base.netloc, self.base.path + asked.path, asked.query, ""))
        kwargs |= {"timeout": TIMEOUT_S, "proxies": get_environ_proxies(request.url)}
        return super().send(request, **kwargs)
