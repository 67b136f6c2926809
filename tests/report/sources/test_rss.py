"""Feeds become posts; what is no feed, too large or out of reach says what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from aiohttp import web

from report.errors import SourceError
from report.model import Period, post_id
from report.sources import rss
from report.sources.markup import strip_tags
from report.sources.rss import FeedSource, read_feed

URL = "https://blog.example/feed.xml"
PERIOD = Period.of_days(date(2026, 1, 7), date(2026, 1, 7), "Asia/Shanghai")
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>澄海博客</title><link>https://blog.example/</link><language>zh-cn</language>
<item><title>望舒 &amp;amp; 2.5</title><link>/wangshu?a=1&amp;b=2</link>
<pubDate>Wed, 07 Jan 2026 10:00:00 +0800</pubDate>
<description>&lt;p&gt;上下文 &lt;b&gt;100 万&lt;/b&gt;&lt;/p&gt;
&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;今天开放&lt;/p&gt;</description></item>
<item><title>没有日期的一条</title><link>https://blog.example/undated</link></item>
<item><title>没有链接</title><pubDate>Wed, 07 Jan 2026 11:00:00 +0800</pubDate></item>
<item><title>昨天的</title><link>https://blog.example/old</link>
<pubDate>Tue, 06 Jan 2026 15:59:59 GMT</pubDate></item>
<item><title>今天最早的</title><link>https://blog.example/first</link>
<pubDate>Tue, 06 Jan 2026 16:00:00 GMT</pubDate></item>
</channel></rss>""".encode()
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Lab</title>
<entry><title>Tern-3 is out today</title><id>tag:1</id><link href="https://lab.example/tern"/><author><name>Ada</name></author>
<updated>2026-01-07T05:00:00Z</updated><summary type="html">Tern-3 is out today, and it is small.</summary></entry>
<entry><title>RT</title><link href="https://x.com/adalab/status/2008751234567890123"/>
<published>2026-01-07T05:00:00Z</published><content type="html">&lt;i&gt;seen&lt;/i&gt;</content></entry></feed>"""


def source(content: bytes) -> FeedSource:
    async def fetch(url: str) -> bytes:
        assert url == URL
        return content

    return FeedSource(URL, fetch=fetch)


async def test_entries_of_the_period_become_posts_and_the_rest_is_named() -> None:
    collected = await source(RSS).read(PERIOD)
    first, earliest = collected.tweets
    assert first.text == "望舒 & 2.5\n\n上下文 100 万\n今天开放"
    assert first.link == first.url == "https://blog.example/wangshu?a=1&b=2"
    assert (first.id, first.source, first.lang) == (post_id(first.link), "rss:blog.example", "zh-cn")
    assert (first.author.handle, first.author.called) == ("blog.example", "澄海博客")
    assert first.created_at == datetime(2026, 1, 7, 2, tzinfo=UTC)
    assert earliest.text == "今天最早的"
    assert collected.notes == (
        "rss:blog.example：有 2 条没有收：第 2 条「没有日期的一条」缺日期；第 3 条「没有链接」缺链接",
    )


def test_atom_is_read_too_and_a_title_is_not_said_twice() -> None:
    (tern, repost), problems = read_feed(ATOM, URL)
    assert (tern.text, tern.author.name) == ("Tern-3 is out today, and it is small.", "Ada")
    assert (repost.id, repost.author.handle, repost.text) == ("2008751234567890123", "adalab", "RT\n\nseen")
    assert problems == []


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>hello</body></html>", b"/etc/hostname", b"\x00\xff" * 50, b"{}"]
)
async def test_what_is_no_feed_says_so(content: bytes) -> None:
    with pytest.raises(SourceError, match=r"^rss:blog\.example: .* is no feed; look for"):
        await source(content).read(PERIOD)


async def test_an_empty_feed_is_no_error() -> None:
    content = b'<rss version="2.0"><channel><title>quiet</title></channel></rss>'
    assert (await source(content).read(PERIOD)).tweets == ()


@pytest.mark.parametrize("day", ["Wed, 99 Foo 2026", "", "0000-00-00"])
def test_a_date_that_is_none_costs_its_entry_only(day: str) -> None:
    item = f"<item><title>a</title><link>https://b.example/a</link><pubDate>{day}</pubDate></item>"
    tweets, problems = read_feed(f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'.encode(), URL)
    assert tweets == []
    assert problems == ["第 1 条「a」缺日期"]


def test_tags_go_and_words_stay() -> None:
    assert strip_tags("a<br>b  c<style>x</style> &lt;d&gt; <p>e</p></script>f") == "a\nb c <d>\ne\nf"


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def serve(request: web.Request) -> web.StreamResponse:
        if request.path == "/moved":
            raise web.HTTPFound("/feed")
        if request.path == "/feed":
            return web.Response(body=RSS, content_type="application/rss+xml")
        if request.path == "/huge":
            return web.Response(body=b"x" * (rss.MAX_BYTES + 1))
        return web.Response(status=int(request.path[1:]))

    app = web.Application()
    app.router.add_get("/{path}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_redirect_is_followed(server: str) -> None:
    collected = await FeedSource(f"{server}/moved").read(PERIOD)
    assert len(collected.tweets) == 2
    assert collected.tweets[0].source == "rss:127.0.0.1"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("404", "answers 404 Not Found; check the address"),
        ("503", "answers 503 Service Unavailable; it may be back later"),
        ("huge", "larger than 10 MB; take a smaller feed"),
    ],
)
async def test_a_refused_or_endless_feed_says_what_to_do(server: str, path: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        await FeedSource(f"{server}/{path}").read(PERIOD)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/feed", "no-address", "ftp://blog.example/feed", "http://[bad"])
async def test_an_address_out_of_reach_says_what_to_check(url: str) -> None:
    with pytest.raises(SourceError, match="check the address"):
        await FeedSource(url).read(PERIOD)
