"""The Telegram counterpart as a process: it polls, refuses and can be led over HTTP."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.counterparts import recording

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the process says of itself, and where it records."""
    file = tmp_path_factory.mktemp("telegram") / "calls.jsonl"
    command = [sys.executable, "-m", "tests.counterparts.telegram_server", "--recording", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own module
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()) | {"recording": file}
        process.terminate()
    if recording.CHECKER.exists():
        assert recording.violations(file) == []


class Client:
    def __init__(self, session: aiohttp.ClientSession, about: dict[str, Any]) -> None:
        self._session = session
        self._about = about

    async def bot(self, method: str, token: str = "", **parameters: Any) -> tuple[int, Any]:
        url = f"{self._about['url']}/bot{token or self._about['token']}/{method}"
        async with self._session.post(url, json=parameters) as answer:
            body = await answer.json()
            return answer.status, body.get("result", body)

    async def test(self, method: str, **arguments: Any) -> Any:
        async with self._session.post(f"{self._about['url']}/test/{method}", json=arguments) as answer:
            return (await answer.json())["result"]


@pytest.fixture
async def client(about: dict[str, Any]) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, about)


async def test_a_conversation_over_http(client: Client, about: dict[str, Any]) -> None:
    chat = await client.test("add_chat", kind="group", title="群")
    asked = await client.test("say", chat_id=chat, text="/help")
    _, (update,) = await client.bot("getUpdates", timeout=5, allowed_updates=["message"])
    assert (update["message"]["message_id"], update["message"]["text"]) == (asked, "/help")
    waiting = asyncio.create_task(client.test("wait_messages", chat_id=chat, count=1))
    keyboard = {"inline_keyboard": [[{"text": "按", "callback_data": "c:help"}]]}
    _, sent = await client.bot("sendMessage", chat_id=chat, text="好", reply_markup=keyboard)
    assert [message["text"] for message in await waiting] == ["好"]
    press = await client.test("press", chat_id=chat, message_id=sent["message_id"], data="c:help")
    assert await client.bot("answerCallbackQuery", callback_query_id=press) == (200, True)
    assert (await client.test("state"))["presses"][press]["alert"] is False
    assert (await client.bot("answerCallbackQuery", callback_query_id=press))[0] == 400
    recorded = [json.loads(line)["path"].rpartition("/")[2] for line in about["recording"].read_text().splitlines()]
    assert recorded[:3] == ["getUpdates", "sendMessage", "answerCallbackQuery"]


async def test_a_long_poll_ends_when_something_happens_and_when_another_polls(client: Client) -> None:
    _, old = await client.bot("getUpdates")
    offset = old[-1]["update_id"] + 1 if old else 0
    first = asyncio.create_task(client.bot("getUpdates", offset=offset, timeout=50))
    chat = await client.test("add_chat")
    await client.test("say", chat_id=chat, text="在吗")
    status, (update,) = await first
    assert (status, update["message"]["text"]) == (200, "在吗")
    polls = [
        asyncio.create_task(client.bot("getUpdates", offset=update["update_id"] + 1, timeout=50)) for _ in range(2)
    ]
    (loser,), (winner,) = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
    status, refused = loser.result()
    assert (status, refused["error_code"]) == (409, 409)
    assert refused["description"].startswith("Conflict: terminated by other getUpdates request")
    await client.test("say", chat_id=chat, text="还在吗")
    assert (await winner)[0] == 200


@pytest.mark.parametrize(
    ("method", "token", "parameters", "code", "description"),
    [
        ("getMe", "7000001:" + "b" * 35, {}, 401, "Unauthorized"),
        ("getMe", "nonsense", {}, 404, "Not Found"),
        ("sendChatAction", "", {"chat_id": 5, "action": "typing"}, 400, "Bad Request: chat not found"),
        ("editMessageText", "", {"chat_id": "{chat}", "message_id": 1, "text": "x"}, 400,
         "Bad Request: message to edit not found"),
    ],
)  # fmt: skip
async def test_real_bodies_for_what_is_refused(  # noqa: PLR0917  a table of five columns
    client: Client, method: str, token: str, parameters: dict[str, Any], code: int, description: str
) -> None:
    chat = await client.test("add_chat")
    filled = {name: chat if value == "{chat}" else value for name, value in parameters.items()}
    answer = await client.bot(method, token, **filled)
    assert answer == (code, {"ok": False, "error_code": code, "description": description})


async def test_limits_are_held_when_they_are_switched_on(client: Client) -> None:
    chat = await client.test("add_chat")
    await client.test("set_limits", on=True)
    answers = [await client.bot("sendMessage", chat_id=chat, text=str(number)) for number in range(4)]
    await client.test("set_limits", on=False)
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[3][1]["parameters"]["retry_after"] in {1, 2, 3}
    assert answers[3][1]["description"].startswith("Too Many Requests: retry after ")
