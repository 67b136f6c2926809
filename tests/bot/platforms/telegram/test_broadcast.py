"""A report on its way to several chats, with the real outbox and store, by way of a server that may be older."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Delivery
from bot.outbox import Outbox
from bot.platforms.telegram import TelegramPlatform
from bot.store.tiny import TinyStore
from tests.bot.platforms.telegram.briefs import KEY, make_brief
from tests.bot.platforms.telegram.conftest import FakeHost
from tests.counterparts.telegram_server import TelegramServer

NOW = datetime(2026, 1, 8, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    async with await TinyStore.open(tmp_path / "data") as opened:
        yield opened


async def broadcast(
    store: TinyStore, platform: TelegramPlatform, chats: list[int], picture: str, revision: int = 1
) -> None:
    """Encode once, keep a delivery for each chat, and send until all are done."""
    parts = platform.encode(make_brief(picture))
    await store.add_deliveries(
        [
            Delivery(report_key=KEY, revision=revision, chat=f"telegram:{chat}", parts=parts, created_at=NOW)
            for chat in chats
        ]
    )
    outbox = Outbox(store, {"telegram": platform}, FakeHost(), lambda: NOW)
    outbox.start()
    async with asyncio.timeout(10):
        while await store.deliveries(state="pending"):  # noqa: ASYNC110  nothing rings when a delivery is done
            await asyncio.sleep(0.01)
    await outbox.stop()


def called(server: TelegramServer) -> list[str]:
    paths = [call["path"].rpartition("/")[2] for call in server.recording.calls]
    return [name for name in paths if name.startswith("send")]


async def test_an_older_server_brings_each_chat_the_classic_form_once_and_the_next_report_at_once(
    server: TelegramServer, platform: TelegramPlatform, store: TinyStore, picture: str
) -> None:
    server.rich = False
    chats = [server.add_chat() for _ in range(3)]
    await broadcast(store, platform, chats, picture)
    assert [[("photo" in each) for each in server.messages(chat)] for chat in chats] == [[True]] * 3
    assert called(server).count("sendPhoto") == 3
    before = len(server.recording.calls)
    await broadcast(store, platform, chats, picture, revision=2)
    assert [len(server.messages(chat)) for chat in chats] == [2, 2, 2]
    again = [call["path"].rpartition("/")[2] for call in server.recording.calls[before:]]
    assert "sendRichMessage" not in again
    assert {(each.state, len(each.sent), len(each.parts)) for each in await store.deliveries()} == {("sent", 1, 1)}


async def test_a_method_that_is_not_found_once_switches_to_the_classic_form_for_good(
    server: TelegramServer, platform: TelegramPlatform, store: TinyStore, picture: str
) -> None:
    server.fail("sendRichMessage", 404, "Not Found: method not found")
    chats = [server.add_chat() for _ in range(3)]
    for number, chat in enumerate(chats, 1):
        await broadcast(store, platform, [chat], picture, revision=number)
    assert [[("photo" in each) for each in server.messages(chat)] for chat in chats] == [[True]] * 3
    assert called(server) == ["sendRichMessage", "sendPhoto", "sendPhoto", "sendPhoto"]


async def test_a_newer_server_brings_each_chat_one_message(
    server: TelegramServer, platform: TelegramPlatform, store: TinyStore, picture: str
) -> None:
    chats = [server.add_chat() for _ in range(3)]
    await broadcast(store, platform, chats, picture)
    assert [[("html" in each) for each in server.messages(chat)] for chat in chats] == [[True]] * 3
    assert called(server) == ["sendRichMessage"] * 3


async def test_one_chat_that_refuses_the_rich_form_gets_the_classic_one_and_no_other(
    server: TelegramServer, platform: TelegramPlatform, store: TinyStore, picture: str
) -> None:
    server.fail("sendRichMessage", 400, "Bad Request: can't parse rich message: unsupported tag")
    chats = [server.add_chat() for _ in range(3)]
    await broadcast(store, platform, chats, picture)
    assert sorted(len(server.messages(chat)) for chat in chats) == [1, 1, 1]
    assert sorted("html" in server.messages(chat)[0] for chat in chats) == [False, True, True]


async def test_a_restart_between_the_refusal_and_the_classic_form_sends_neither_twice(
    server: TelegramServer, platform: TelegramPlatform, store: TinyStore, picture: str
) -> None:
    """The classic parts are kept before the first of them is sent, and are what the next process sends."""
    server.rich = False
    server.fail("sendPhoto", 502, "Bad Gateway")
    chat = server.add_chat()
    parts = platform.encode(make_brief(picture))
    await store.add_deliveries([Delivery(report_key=KEY, chat=f"telegram:{chat}", parts=parts, created_at=NOW)])
    outbox = Outbox(store, {"telegram": platform}, FakeHost(), lambda: NOW)
    outbox.start()
    await server.until(lambda: "sendPhoto" in called(server))
    await outbox.stop()
    (kept,) = await store.deliveries(state="pending")
    assert [part["method"] for part in kept.parts] == ["sendPhoto"]
    await store.save_delivery(kept.model_copy(update={"next_try_at": None}))
    await broadcast(store, platform, [], picture)
    assert len(server.messages(chat)) == 1
