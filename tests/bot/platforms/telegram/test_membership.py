"""Added, silenced, removed, let in again, moved: what the host is told, and where the greeting goes."""

from __future__ import annotations

import pytest

from handlers.base import Button
from tests.bot.platforms.telegram.conftest import FakeHost, say
from tests.counterparts.telegram_server import TelegramServer

pytestmark = pytest.mark.usefixtures("platform")
OWNER = 77
HELLO = say("大家好，我是推报。", buttons=((Button("每天送到这里", "c:subscribe ai"),),))


async def settled(server: TelegramServer, host: FakeHost) -> None:
    """When a question asked now is answered, what was told before was taken."""
    chat = server.add_chat()
    server.say(chat, "/help")
    await server.wait_messages(chat, 1)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_is_greeted_once_where_the_bot_is_added(
    server: TelegramServer, host: FakeHost, kind: str
) -> None:
    host.greetings = [HELLO]
    group = server.add_chat(kind, inside=False)
    server.invite(group)
    (greeting,) = await server.wait_messages(group, 1)
    assert greeting["text"] == "大家好，我是推报。"
    assert greeting["reply_to"] is None
    assert greeting["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "c:subscribe ai"
    server.promote(group)
    await settled(server, host)
    assert host.greeted == [f"telegram:{group}"]
    assert host.requests[0].command == "help"  # the service message that tells of it is no command
    assert host.gone == []


async def test_a_channels_greeting_goes_to_who_added_the_bot(server: TelegramServer, host: FakeHost) -> None:
    host.greetings = [HELLO]
    channel, owner = server.add_chat("channel", inside=False), server.add_chat(chat_id=OWNER)
    server.invite(channel, owner)
    (greeting,) = await server.wait_messages(owner, 1)
    assert host.greeted == [f"telegram:{channel}"]
    assert "reply_markup" not in greeting  # its buttons would be about the private chat
    assert server.messages(channel) == []


async def test_who_added_it_to_a_channel_and_never_wrote_to_it_is_let_be(
    server: TelegramServer, host: FakeHost
) -> None:
    host.greetings = [HELLO]
    channel = server.add_chat("channel", inside=False)
    server.invite(channel, OWNER)
    await server.until(lambda: any(call["status"] == 403 for call in server.recording.calls))
    await settled(server, host)
    assert server.messages(channel) == []
    assert [chat for chat, _ in host.gone] in ([], [f"telegram:{OWNER}"])


@pytest.mark.parametrize("kind", ["private", "group", "supergroup", "channel"])
async def test_removed_is_gone_and_let_in_again_is_greeted(server: TelegramServer, host: FakeHost, kind: str) -> None:
    chat = server.add_chat(kind)
    server.block(chat)
    await host.heard.acquire()
    assert host.gone[0][0] == f"telegram:{chat}"
    if kind == "private":
        server.unblock(chat)
    else:
        server.invite(chat)
    await settled(server, host)
    assert host.greeted == [f"telegram:{chat}"]


async def test_a_bot_that_left_is_gone(server: TelegramServer, host: FakeHost) -> None:
    chat = server.add_chat("supergroup")
    server.leave(chat)
    await host.heard.acquire()
    assert host.gone == [(f"telegram:{chat}", "telegram: the bot was removed or silenced")]


@pytest.mark.parametrize("kind", ["supergroup", "channel"])
async def test_a_silenced_bot_is_gone_until_it_may_write_again(
    server: TelegramServer, host: FakeHost, kind: str
) -> None:
    chat = server.add_chat(kind)
    server.restrict(chat, can_send=False)
    await host.heard.acquire()
    assert [key for key, _ in host.gone] == [f"telegram:{chat}"]
    server.restrict(chat, can_send=True)
    await settled(server, host)
    assert host.greeted == [f"telegram:{chat}"]


async def test_what_happened_while_the_bot_was_away_is_told_in_its_order(
    server: TelegramServer, host: FakeHost
) -> None:
    chat = server.add_chat("supergroup")
    greeted_before_gone: list[str] = []

    async def slowly() -> None:
        await settled(server, host)
        greeted_before_gone.extend(host.greeted)

    host.before_gone = slowly
    host.greetings = [HELLO]
    server.block(chat)
    server.invite(chat)
    await server.wait_messages(chat, 1)
    assert greeted_before_gone == []
    assert host.greeted == [f"telegram:{chat}"]


async def test_a_move_is_told_once_and_greeted_not_at_all(server: TelegramServer, host: FakeHost) -> None:
    host.greetings = [HELLO]
    group = server.add_chat("group")
    new = server.migrate(group)
    await host.heard.acquire()
    await settled(server, host)
    await settled(server, host)
    assert host.moved == [(f"telegram:{group}", str(new))]
    assert host.greeted == []
    assert server.messages(new) == []
