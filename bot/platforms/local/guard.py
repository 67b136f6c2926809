"""Who may talk to the local page: its own pages alone.

The page listens on this machine, but every site that the reader opens can send requests there too. So: the Host must
be an address, not a name that somebody pointed here (DNS rebinding); what changes something must come from the page
itself and be JSON; and no answer can be framed, embedded or read by another site.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OPEN_PATHS = frozenset({"/", "/health"})  # may be opened from a link elsewhere
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def guard(names: frozenset[str], origins: frozenset[str]) -> Middleware:
    """A middleware that lets through what the page itself sends.

    `names` are host names that the page may be called by, beside addresses and localhost; `origins` are further
    `host:port` of pages that may post (a proxy's public address).
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_known_host(request.host, names):
            raise web.HTTPMisdirectedRequest(text="local: unknown Host header; open the page by its address\n")
        if not _is_own(request, origins):
            raise web.HTTPForbidden(text="local: requests from other sites are refused\n")
        if request.method == "POST" and request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="local: send application/json\n")
        return await handler(request)

    return check


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """The security headers, on every answer."""
    response.headers.update(HEADERS)


def _is_known_host(host: str, names: frozenset[str]) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or name in names or is_address(name)


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_own(request: web.Request, origins: frozenset[str]) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and netloc(origin) not in {request.host.lower(), *origins}:
        return False
    from_elsewhere = request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}
    return not from_elsewhere or (request.method in {"GET", "HEAD"} and request.path in OPEN_PATHS)


def netloc(url: str) -> str:
    """`host:port` of an address, lower case; "" if it has none (the origin `null`)."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
