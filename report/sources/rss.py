"""Posts from a feed: RSS, Atom, RDF.

In: an address. Out: the entries of a period as Tweets, named by their links; an entry without a date or a link is
counted and named. Always holds: a feed is read to 10 MB and for 30 s at most; its HTML never comes through; the event
loop is free while it is parsed.
"""

from __future__ import annotations

import asyncio
import calendar
import io
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from report.errors import SourceError
from report.model import STATUS_URL, Author, Period, Tweet, post_id
from report.sources import Collected
from report.sources.fields import BadRow, clean
from report.sources.markup import strip_tags

MAX_BYTES = 10 * 1024**2
TIMEOUT_S = 30.0
CHUNK = 64 * 1024
USER_AGENT = "Tuibao (feed reader)"
NAMED_PROBLEMS = 5

Fetch = Callable[[str], Awaitable[bytes]]


async def fetch_feed(url: str) -> bytes:
    """The bytes at an address, redirects followed. SourceError says why there are none."""
    import aiohttp  # noqa: PLC0415  only where a feed is read

    name = name_of(url)
    limits = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits, headers={"User-Agent": USER_AGENT}, trust_env=True) as session,
            session.get(url) as response,
        ):
            if response.status >= 400:
                advice = "check the address" if response.status in {401, 403, 404, 410} else "it may be back later"
                raise SourceError(name, f"it answers {response.status} {response.reason}; {advice}")
            content = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise SourceError(name, "it is larger than 10 MB; take a smaller feed of that site")
            return bytes(content)
    except TimeoutError as error:
        raise SourceError(name, f"it did not answer in {TIMEOUT_S:.0f} s; check the address") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise SourceError(
            name, f"it is out of reach ({type(error).__name__}); check the address and the network"
        ) from error


class FeedSource:
    """A feed as a source of posts."""

    def __init__(self, url: str, *, fetch: Fetch = fetch_feed) -> None:
        self.url = url
        self.name = name_of(url)
        self._fetch = fetch

    async def read(self, period: Period) -> Collected:
        """The feed's entries of the period, newest reading of a link only. SourceError where it is out of reach."""
        content = await self._fetch(self.url)
        tweets, problems = await asyncio.to_thread(read_feed, content, self.url)
        inside = {tweet.id: tweet for tweet in tweets if period.holds(tweet.created_at)}
        notes = []
        if problems:
            more = "……" if len(problems) > NAMED_PROBLEMS else ""
            notes.append(f"{self.name}：有 {len(problems)} 条没有收：{'；'.join(problems[:NAMED_PROBLEMS])}{more}")
        return Collected(tweets=tuple(inside.values()), notes=tuple(notes))


def name_of(url: str) -> str:
    """`rss:` and the host: how the ledger names the feed, without a key that its address may hold."""
    return f"rss:{_host(url) or url}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def read_feed(content: bytes, url: str) -> tuple[list[Tweet], list[str]]:
    """All dated entries of a feed, and a line in Chinese for each other one. SourceError if it is no feed."""
    import feedparser  # noqa: PLC0415  only where a feed is read

    feed = feedparser.parse(io.BytesIO(content), response_headers={"content-location": url})
    if not feed.get("version") and not feed.entries:
        raise SourceError(name_of(url), "it is no feed; look for the site's RSS or Atom address")
    tweets: list[Tweet] = []
    problems: list[str] = []
    for number, entry in enumerate(feed.entries, 1):
        try:
            tweets.append(_decode_entry(entry, feed.feed, url))
        except BadRow as error:
            problems.append(f"第 {number} 条「{_words(entry, 'title')[:20]}」{error}")
    return tweets, problems


def _decode_entry(entry: Mapping[str, Any], feed: Mapping[str, Any], url: str) -> Tweet:
    link = next((value for name in ("link", "id") if str(value := entry.get(name, "")).startswith("http")), "")
    if not link:
        raise BadRow("缺链接")
    title, summary = _words(entry, "title"), _words(entry, "summary") or _content(entry)
    text = summary if summary.startswith(title.removesuffix("…").removesuffix("...")) else f"{title}\n\n{summary}"
    if not text.strip():
        raise BadRow("缺正文")
    on_x = STATUS_URL.match(link)
    return Tweet(
        id=post_id(link),
        author=Author(
            handle=on_x[1] if on_x else _host(link) or _host(url),
            name=_words(entry, "author") or _words(feed, "title"),
            bio=_words(feed, "subtitle"),
        ),
        text=text.strip(),
        created_at=_read_date(entry),
        lang=str(entry.get("language") or feed.get("language") or ""),
        urls=(clean(link),),
        source=name_of(url),
        link=clean(link),
    )


def _read_date(entry: Mapping[str, Any]) -> datetime:
    for name in ("published_parsed", "updated_parsed"):
        if name in entry and (parsed := entry[name]):
            try:
                return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                break
    raise BadRow("缺日期")


def _words(row: Mapping[str, Any], name: str) -> str:
    return clean(strip_tags(str(row.get(name) or "")))


def _content(entry: Mapping[str, Any]) -> str:
    contents = entry.get("content") or [{}]
    return clean(strip_tags(str(contents[0].get("value") or "")))
