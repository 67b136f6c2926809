"""The page's routes over HTTP: what they serve, what they refuse, what a stream brings."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import WebSettings
from bot.platforms.local import LocalPlatform
from bot.platforms.local.history import KEPT_MESSAGES, Entry, History, read_mark
from handlers.base import Message
from report.doc import Picture, doc, paragraph


async def send(reader: Any, words: str) -> None:
    (part,) = reader.platform.encode(Message(doc(paragraph(words))))
    await reader.platform.send("me", part)


async def test_the_page_shows_the_notice_and_offers_the_public_commands(reader: Any) -> None:
    async with reader.session.get("/") as response:
        page = await response.text()
        assert response.status == 200
    assert page.startswith("<!doctype html>")
    assert "演示：帖子都是虚构的" in page
    assert re.findall(r'data-name="(\w+)" data-needs="(\d)"', page) == [("start", "0"), ("help", "0"), ("range", "1")]


async def test_a_local_admin_is_offered_the_admin_commands(make_platform: Callable[..., LocalPlatform]) -> None:
    names = [command.name for command in make_platform(admin=True).menu()]
    assert names == ["start", "help", "range", "regenerate"]


async def test_a_hostile_notice_is_escaped(make_platform: Callable[..., LocalPlatform], host: Any) -> None:
    platform = make_platform(notice="<script>alert(1)</script>")
    await platform.start(host)
    async with aiohttp.ClientSession() as session, session.get(platform.url) as response:
        assert "<script>alert" not in await response.text()
    await platform.stop()


async def test_the_page_asks_nothing_of_any_other_server_and_has_no_inline_code(reader: Any) -> None:
    async with reader.session.get("/") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy + page
    assert "https:" not in policy + page
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", page)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/static/")
        async with reader.session.get(address) as response:
            assert response.status == 200
            assert "url(" not in await response.text()


@pytest.mark.parametrize("path", ["/static/chat.html", "/static/..%2f..%2fconfig.py", "/static/", "/nothing"])
async def test_only_the_pages_own_files_are_served(reader: Any, path: str) -> None:
    async with reader.session.get(f"{reader.platform.url.rstrip('/')}{path}") as response:
        assert response.status == 404
        assert "X-Content-Type-Options" in response.headers


async def test_a_message_reaches_every_open_page_and_the_ones_opened_later(reader: Any) -> None:
    async with reader.stream() as one, reader.stream() as other:
        await one.messages()
        await other.messages()
        await send(reader, "<早> & 好")
        for stream in (one, other):
            (message,) = await stream.messages()
            assert message["html"] == "<p>&lt;早&gt; &amp; 好</p>"
            assert message["at"] == "2026-01-07T08:00:00+00:00"
    async with reader.stream() as late:
        assert [message["id"] for message in await late.messages()] == [1]


async def test_a_page_that_was_away_gets_what_it_missed_and_no_more(reader: Any) -> None:
    await send(reader, "一")
    async with reader.stream() as stream:
        await stream.messages()
        seen = stream.last_id
    await send(reader, "二")
    reader.platform.history.replace(1, Entry("bot", "一，改过", "<p>一，改过</p>"))
    async with reader.stream(seen) as stream:
        assert [(message["id"], message["plain"]) for message in await stream.messages()] == [
            (1, "一，改过"),
            (2, "二"),
        ]


@pytest.mark.parametrize("last_id", ["", "nonsense", "0000-1", "0000-²", "-1"])
async def test_a_page_of_another_run_begins_anew(reader: Any, last_id: str) -> None:
    await send(reader, "一")
    async with reader.stream(last_id) as stream:
        name, data = await stream.event()
    assert (name, data["anew"], len(data["messages"])) == ("messages", True, 1)


async def test_typing_is_shown_while_an_answer_is_awaited(reader: Any) -> None:
    gate = asyncio.Event()
    reader.host.answers["help"] = [gate.wait, Message(doc(paragraph("好")))]
    async with reader.stream() as stream:
        heard = [await stream.event(), await stream.event()]
        await reader.say("/help")
        while ("typing", True) not in heard:
            heard.append(await stream.event())
        gate.set()
        while heard[-1] != ("typing", False):
            heard.append(await stream.event())
    assert [data for name, data in heard if name == "typing"] == [False, True, False]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 202, id="a program on this machine"),
        pytest.param({"Origin": "SELF", "Sec-Fetch-Site": "same-origin"}, 202, id="the page itself"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, 403, id="another port"),
        pytest.param({"Origin": "null"}, 403, id="a sandboxed frame"),
        pytest.param({"Origin": "http://["}, 403, id="no origin at all"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="cross-site without an origin"),
        pytest.param({"Host": "evil.example"}, 421, id="a name pointed here"),
        pytest.param({"Host": "evil.example:80", "Origin": "http://evil.example:80"}, 421, id="DNS rebinding"),
        pytest.param({"Host": "["}, 421, id="a broken host"),
        pytest.param({"Host": "localhost:9000"}, 202, id="localhost behind a mapped port"),
        pytest.param({"Host": "192.168.1.5:8710"}, 202, id="an address in the house"),
        pytest.param({"Content-Type": "text/plain"}, 415, id="a form can send that"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, 415, id="a form"),
    ],
)
async def test_only_the_page_may_speak(reader: Any, headers: dict[str, str], status: int) -> None:
    own = reader.platform.url.rstrip("/")
    sent = {"Content-Type": "application/json"} | {name: value.replace("SELF", own) for name, value in headers.items()}
    async with reader.session.post("/say", data=b'{"text": "/help"}', headers=sent) as response:
        assert response.status == status
    assert bool(reader.host.requests) == (status == 202)


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/health", 200), ("/events", 403), ("/picture/1", 403), ("/static/chat.js", 403)]
)
async def test_another_site_may_link_to_the_page_but_not_embed_its_parts(reader: Any, path: str, status: int) -> None:
    async with reader.session.get(path, headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == status
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_the_public_address_is_one_of_the_pages_own(
    make_platform: Callable[..., LocalPlatform], host: Any
) -> None:
    platform = make_platform(settings=WebSettings(public_url="https://Tuibao.example/").model_dump())
    named = {"Host": "tuibao.example"}
    from_page = named | {"Origin": "https://tuibao.example", "Sec-Fetch-Site": "same-origin"}
    from_elsewhere = named | {"Origin": "https://other.example"}
    await platform.start(host)
    async with aiohttp.ClientSession(platform.url) as session:
        async with session.get("/health", headers=named) as response:
            assert response.status == 200
        async with session.post("/say", json={"text": "hi"}, headers=from_page) as response:
            assert response.status == 202
        async with session.post("/say", json={"text": "hi"}, headers=from_elsewhere) as response:
            assert response.status == 403
    await platform.stop()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/say", b"", 400),
        ("/say", b"[]", 400),
        ("/say", b"\xff\xfe", 400),
        ("/say", b"[" * 60000, 400),
        ("/say", b'{"text": 7}', 400),
        ("/say", b'{"text": "  "}', 400),
        ("/say", json.dumps({"text": "x" * 65536}).encode(), 413),
        ("/press", b'{"action": "c:help"}', 400),
        ("/press", b'{"action": "c:help", "message": "1"}', 400),
        ("/press", b'{"action": "c:help", "message": true}', 400),
        ("/press", b'{"action": "c:help", "message": 99999999999999999999}', 409),
    ],
)
async def test_an_unusable_body_is_refused(reader: Any, path: str, body: bytes, status: int) -> None:
    async with reader.session.post(path, data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == status
    assert reader.host.requests == []


async def test_a_picture_of_a_message_is_served_and_no_other_file(reader: Any, tmp_path: Path) -> None:
    picture, secret = tmp_path / "云.jpg", tmp_path / "config.toml"
    picture.write_bytes(b"\xff\xd8\xff\xe0")
    secret.write_text("token")
    for path in (picture, secret, tmp_path / "gone.png"):
        (part,) = reader.platform.encode(Message(doc(Picture(str(path), "词云"))))
        await reader.platform.send("me", part)
    async with reader.stream() as stream:
        urls = [message["picture"]["url"] for message in await stream.messages()]
    async with reader.session.get(urls[0]) as response:
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert await response.read() == b"\xff\xd8\xff\xe0"
    base = reader.platform.url.rstrip("/")
    for url in (*urls[1:], "/picture/4", "/picture/..%2f1", f"/picture/{picture}", "/picture/9999999999"):
        async with reader.session.get(base + url) as response:
            assert response.status == 404


@pytest.mark.parametrize(
    ("told", "status"), [({"reports": 3}, 200), ({"status": "ok"}, 200), ({"status": "store is locked"}, 503)]
)
async def test_health_says_what_it_is_told(
    make_platform: Callable[..., LocalPlatform], host: Any, told: dict[str, Any], status: int
) -> None:
    async def health() -> dict[str, Any]:
        return told

    platform = make_platform(health=health)
    await platform.start(host)
    async with aiohttp.ClientSession() as session, session.get(f"{platform.url}health") as response:
        assert response.status == status
        assert await response.json() == {"status": "ok"} | told
    await platform.stop()


async def test_health_is_ok_by_itself(reader: Any) -> None:
    async with reader.session.get("/health") as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})


def test_old_messages_leave_and_a_late_update_of_one_comes_at_the_end(
    make_platform: Callable[..., LocalPlatform],
) -> None:
    history: History = make_platform().history
    for number in range(KEPT_MESSAGES + 1):
        history.add(Entry("me", str(number)))
    assert history.get(1) is None
    assert history.replace(1, Entry("bot", "晚到")) == KEPT_MESSAGES + 2
    anew, kept = history.since(None)
    assert (anew, len(kept), kept[-1].entry.plain) == (True, KEPT_MESSAGES, "晚到")


def test_a_mark_can_be_read_back(make_platform: Callable[..., LocalPlatform]) -> None:
    history = make_platform().history
    history.add(Entry("me", "一"))
    assert read_mark(str(history.mark)) == history.mark
    assert history.since(history.mark) == (False, [])
