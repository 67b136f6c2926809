"""The page as a platform: what is said and pressed becomes requests, and what is answered stands where it belongs."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.platforms import ChatGone, Platform, PlatformError, Rejected
from bot.platforms.local import LocalPlatform
from handlers.base import Button, Chat, Message, Request
from report.doc import Note, Picture, Quote, doc, heading, paragraph, text

BUTTONS = ((Button("详细", "s:detail:twitter_ai_20260107_20260107"), Button("帮助", "c:help")),)


def said(words: str, *, buttons: Any = (), update: bool = False) -> Message:
    return Message(doc(paragraph(words)), buttons, update)


def brief(picture: Path) -> Message:
    return Message(doc(heading("推报 · AI", 1), Picture(str(picture), "词云"), paragraph("十条")), BUTTONS)


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    path = tmp_path / "wordcloud.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 a picture")
    return path


async def shown(reader: Any) -> list[tuple[int, str]]:
    """Ids and words of the whole chat, as a new page gets them."""
    async with reader.stream() as stream:
        return [(message["id"], message["plain"]) for message in await stream.messages()]


async def settle(reader: Any, count: int) -> list[tuple[int, str]]:
    """The chat once it has so many messages and nobody types."""
    async with reader.stream() as stream:
        seen: dict[int, str] = {}
        typing = True
        while typing or len(seen) < count:
            name, data = await stream.event()
            if name == "typing":
                typing = data
            else:
                seen |= {message["id"]: message["plain"] for message in data["messages"]}
    return sorted(seen.items())


def test_it_is_a_platform(make_platform: Callable[..., LocalPlatform]) -> None:
    platform: Platform = make_platform()
    assert platform.name == "local"


@pytest.mark.parametrize(
    ("words", "command", "arguments"),
    [
        ("/help", "help", ""),
        ("／range 2026-01-01 2026-01-07 ", "range", "2026-01-01 2026-01-07"),
        ("/NoSuch thing", "nosuch", "thing"),
        ("今天怎么样", "help", "今天怎么样"),
    ],
)
async def test_what_is_said_is_a_request_of_the_one_reader(
    reader: Any, words: str, command: str, arguments: str
) -> None:
    assert await reader.say(words) == 202
    await settle(reader, 2)
    assert reader.host.requests == [Request(Chat("local", "me", "private"), "me", command, arguments)]
    assert (await shown(reader))[0] == (1, words.strip())


async def test_an_update_takes_the_place_of_the_message_before_it(reader: Any) -> None:
    reader.host.answers["range"] = [said("正在读…"), said("读好了", update=True), said("还有一条")]
    await reader.say("/range 昨天")
    assert await settle(reader, 3) == [(1, "/range 昨天"), (2, "读好了"), (3, "还有一条")]


async def test_two_answers_at_once_update_their_own_messages(reader: Any) -> None:
    gate = asyncio.Event()
    reader.host.answers["range"] = [said("慢…"), gate.wait, said("慢的好了", update=True)]
    reader.host.answers["help"] = [said("快…"), gate.wait, said("快的好了", update=True)]
    await reader.say("/range")
    await reader.say("/help")
    async with reader.stream() as stream:
        seen: set[str] = set()
        while not {"慢…", "快…"} <= seen:
            seen |= {message["plain"] for message in await stream.messages()}
    gate.set()
    assert {plain for _, plain in await settle(reader, 4)} == {"/range", "/help", "慢的好了", "快的好了"}


async def test_a_press_under_text_rewrites_that_message(reader: Any) -> None:
    reader.host.answers["help"] = [said("帮助", buttons=BUTTONS)]
    reader.host.answers["detail"] = [said("详细", buttons=BUTTONS), said("第二条")]
    await reader.say("/help")
    await settle(reader, 2)
    assert await reader.press(BUTTONS[0][0].action, 2) == 202
    assert await settle(reader, 3) == [(1, "/help"), (2, "详细"), (3, "第二条")]
    pressed = reader.host.requests[-1]
    assert (pressed.command, pressed.arguments, pressed.pressed) == ("detail", "twitter_ai_20260107_20260107", True)


async def test_a_press_under_a_picture_leaves_it_and_answers_below(reader: Any, cloud: Path) -> None:
    (part,) = reader.platform.encode(brief(cloud))
    assert (await reader.platform.send("me", part)).endswith("-1")
    await reader.press("c:help", 1)
    assert await settle(reader, 2) == [(1, "推报 · AI\n十条"), (2, "答：help")]


async def test_a_picture_never_takes_the_place_of_text(reader: Any, cloud: Path) -> None:
    reader.host.answers["help"] = [brief(cloud)]
    (part,) = reader.platform.encode(said("文字", buttons=BUTTONS))
    await reader.platform.send("me", part)
    await reader.press("c:help", 1)
    assert await settle(reader, 2) == [(1, "文字"), (2, "推报 · AI\n十条")]


@pytest.mark.parametrize(
    ("action", "message"),
    [("c:regenerate", 1), ("c:help", 2), ("c:help", -1), ("settings", 1), ("", 1)],
)
async def test_a_button_that_is_not_there_is_not_pressed(reader: Any, action: str, message: int) -> None:
    (part,) = reader.platform.encode(said("文字", buttons=(*BUTTONS, (Button("旧", "settings"),))))
    await reader.platform.send("me", part)
    assert await reader.press(action, message) == 409
    assert reader.host.requests == []


async def test_a_part_kept_as_json_arrives_the_same(reader: Any, cloud: Path) -> None:
    (part,) = reader.platform.encode(brief(cloud), kind="channel")
    assert set(part) == {"html", "plain", "buttons", "picture", "prompt"}
    await reader.platform.send("me", part)
    await reader.platform.send("me", json.loads(json.dumps(part)))
    async with reader.stream() as stream:
        first, second = await stream.messages()
    assert {**first, "id": 0, "picture": 0} == {**second, "id": 0, "picture": 0}
    assert first["buttons"][0][1] == {"label": "帮助", "action": "c:help"}


async def test_each_further_picture_has_a_part_of_its_own_and_buttons_stand_last(reader: Any, cloud: Path) -> None:
    document = doc(paragraph("一"), Picture("a.jpg", "甲"), paragraph("二"), Picture("b.jpg", "乙"), paragraph("三"))
    parts = reader.platform.encode(Message(document, BUTTONS))
    assert [(part["plain"], part["picture"]["alt"], bool(part["buttons"])) for part in parts] == [
        ("一\n二", "甲", False),
        ("三", "乙", True),
    ]


async def test_another_chat_is_gone_and_another_platforms_part_is_rejected(reader: Any) -> None:
    (part,) = reader.platform.encode(said("文字"))
    with pytest.raises(ChatGone, match="local: there is no chat 7"):
        await reader.platform.send("7", part)
    with pytest.raises(Rejected, match="local: this part"):
        await reader.platform.send("me", {"text": "<b>"})


async def test_a_taken_port_is_named_with_what_to_do(make_platform: Callable[..., LocalPlatform], host: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PlatformError, match=rf"local: port {port} .* is taken; .*--port"):
            await make_platform(settings={"port": port}).start(host)


async def test_an_address_of_another_machine_is_explained(
    make_platform: Callable[..., LocalPlatform], host: Any
) -> None:
    with pytest.raises(PlatformError, match=r"local: cannot listen on 192\.0\.2\.1"):
        await make_platform(settings={"host": "192.0.2.1"}).start(host)


async def test_stopping_lets_an_answer_finish_then_closes_the_streams(reader: Any) -> None:
    gate = asyncio.Event()
    reader.host.answers["range"] = [said("正在读…"), gate.wait, said("读好了", update=True)]
    async with reader.stream() as stream:
        await reader.say("/range")
        seen: list[str] = []
        while "正在读…" not in seen:
            seen += [message["plain"] for message in await stream.messages()]
        stopping = asyncio.create_task(reader.platform.stop())
        await asyncio.sleep(0)
        assert await reader.say("/help") == 503
        gate.set()
        assert [message["plain"] for message in await stream.messages()] == ["读好了"]
        async with asyncio.timeout(2):
            await stopping
        with pytest.raises(EOFError):
            await stream.messages()


async def test_an_answer_that_breaks_off_is_logged_and_typing_ends(
    reader: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    reader.host.answers["help"] = [said("开头"), fail]
    await reader.say("/help")
    await settle(reader, 2)
    assert "local: an answer broke off" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_growing_answer_stands_in_one_place(reader: Any) -> None:
    stages = [Message(doc(paragraph(words)), draft=True) for words in ("在找…", "找到一半…")]
    reader.host.answers["range"] = [*stages, said("找到了"), said("还有一句")]
    await reader.say("/range")
    assert [words for _, words in await settle(reader, 3)] == ["/range", "找到了", "还有一句"]


async def test_the_sections_of_a_brief_fold_under_it_and_have_no_buttons(reader: Any, cloud: Path) -> None:
    buttons = (
        (Button("详细", "s:detail:K", opens="more"), Button("词云", "s:cloud:K", opens="picture")),
        (Button("来源", "s:sources:K"), Button("每天送到私聊", "c:subscribe ai", private=True)),
    )
    more = (doc(heading("观点"), paragraph("<b>林雀</b>说")), doc(heading("事件"), paragraph("生效")))
    whole = Message(brief(cloud).doc, buttons, more=more)
    (part,) = reader.platform.encode(whole)
    assert '<details class="section"><summary>观点</summary>\n<p>&lt;b&gt;林雀' in part["html"]
    assert part["html"].count("<details") == 2
    assert [[key["label"] for key in row] for row in part["buttons"]] == [["来源"]]
    (part,) = reader.platform.encode(Message(doc(paragraph("无图")), buttons))
    assert [[key["label"] for key in row] for row in part["buttons"]] == [["详细", "词云"], ["来源"]]


async def test_what_folds_under_a_brief_is_not_told_in_it_too(reader: Any) -> None:
    short = (heading("与昨日相比（谈到它的帖子数）"), Quote((text("新出现　望舒 0 → 4"),)))
    more = (doc(heading("与昨日相比"), paragraph("望舒：0 → 4 条。")),)
    document = doc(paragraph("十条"), short, Note(text("收集 118 条")))
    (part,) = reader.platform.encode(Message(document, more=more))
    assert part["plain"] == "十条\n收集 118 条"
    assert part["html"].count("与昨日相比") == 1
    (part,) = reader.platform.encode(Message(document))
    assert "新出现" in part["plain"]


async def test_a_question_carries_the_command_that_its_answer_completes(reader: Any) -> None:
    reader.host.answers["range"] = [Message(doc(paragraph("哪几天？")), prompt="range ai")]
    await reader.say("/range")
    await settle(reader, 2)
    async with reader.stream() as stream:
        assert [message["prompt"] for message in await stream.messages()] == ["", "range ai"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("fr", "en"),
        ("zh-Hant", "zh"),
        ("*", None),
    ],
)
async def test_a_request_has_the_browser_s_language(reader: Any, header: str, language: str | None) -> None:
    async with reader.session.post("/say", json={"text": "/help"}, headers={"Accept-Language": header}) as response:
        assert response.status == 202
    await settle(reader, 2)
    assert reader.host.requests[-1].language == language


async def test_the_page_speaks_the_browser_s_language(reader: Any) -> None:
    for header, lang in (("zh-CN", 'lang="zh-CN"'), ("en", 'lang="en"'), ("", 'lang="zh-CN"')):
        async with reader.session.get("/", headers={"Accept-Language": header}) as response:
            assert lang in await response.text()
