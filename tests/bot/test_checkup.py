"""Each thing that can be wrong has a finding that says what to do, and none says a secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from bot.checkup import Finding, check, next_runs
from bot.config import AppSettings, Config, DiscordSettings, TelegramSettings, WebSettings
from bot.store.tiny import TinyStore
from report.model import Topic
from report.settings import LlmSettings, XSettings
from tests.bot.store.values import subscription

NOW = datetime(2026, 1, 7, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
TOKENS = {"telegram": "1234:telegram-secret", "discord": "discord-secret", "x": "x-secret", "llm": "llm-secret"}


def now() -> datetime:
    return NOW


@asynccontextmanager
async def services(statuses: dict[str, int], bodies: dict[str, Any]) -> AsyncIterator[str]:
    """A server that speaks for all of them: it knows the tokens, unless a status is given for a path."""

    async def answer(request: web.Request) -> web.Response:
        path = request.path
        known = {
            f"/bot{TOKENS['telegram']}/getMe": "",
            "/api/v10/users/@me": f"Bot {TOKENS['discord']}",
            "/v1/models": f"Bearer {TOKENS['llm']}",
        }
        if path in statuses:
            return web.json_response({"secret": "x-secret"}, status=statuses[path])
        if path not in known:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        if known[path] and request.headers.get("Authorization") != known[path]:
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return web.json_response(bodies[path])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


BODIES = {
    f"/bot{TOKENS['telegram']}/getMe": {"ok": True, "result": {"id": 1234, "is_bot": True, "username": "tuibao_bot"}},
    "/api/v10/users/@me": {"id": "5", "username": "Tuibao", "bot": True},
    "/v1/models": {"object": "list", "data": [{"id": "gpt-4.1-mini"}, {"id": "other"}]},
}


def configured(folder: Path, address: str, tokens: dict[str, str] | None = None, **changes: Any) -> Config:
    given = {name: SecretStr(token) for name, token in (TOKENS if tokens is None else tokens).items()}
    empty = SecretStr("")
    settings: dict[str, Any] = {
        "app": AppSettings(data_dir=folder, admins=("telegram:1",)),
        "topics": (Topic(name="ai", query="AI", schedule=("08:00", "20:30")),),
        "telegram": TelegramSettings(base_url=address, token=given.get("telegram", empty)),
        "discord": DiscordSettings(api_url=f"{address}/api/v10", token=given.get("discord", empty)),
        "x": XSettings(base_url=address, bearer_token=given.get("x", empty)),
        "llm": LlmSettings(base_url=f"{address}/v1", api_key=given.get("llm", empty)),
    }
    return Config(**(settings | changes))


async def findings(config: Config, *, offline: bool = False) -> dict[str, Finding]:
    found = await check(config, offline=offline, now=now)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert not any(token in one.says for token in TOKENS.values()), one
        assert "\n" not in one.says
    return {one.name: one for one in found}


async def test_when_all_is_well_everything_says_so(tmp_path: Path) -> None:
    async with await TinyStore.open(tmp_path):
        pass
    async with services({}, BODIES) as address:
        found = await findings(configured(tmp_path, address))
    assert list(found) == [
        *("configuration", "data folder", "lock", "state", "font", "topic ai"),
        *("telegram", "discord", "x", "model"),
    ]
    assert {name: one.ok for name, one in found.items() if one.ok is not True} == {"state": None}
    assert found["configuration"].says == "readable; readers are reached through Telegram, Discord"
    assert found["telegram"].says == "the bot is @tuibao_bot"
    assert found["discord"].says == "the bot is Tuibao"
    assert found["x"].says.startswith(f"{address} answers and a token is set")
    assert found["x"].says.endswith("; at most $2.50 a report and $5.00 a UTC day")
    assert found["model"].says == f"gpt-4.1-mini at {address}/v1; at most $0.50 a report and $2.00 a UTC day"
    assert found["topic ai"].says == (
        "next runs 2026-01-07 20:30, 2026-01-08 08:00, 2026-01-08 20:30 Asia/Shanghai (there it is 09:00, UTC+0800)"
    )


@pytest.mark.parametrize(
    ("name", "path", "status", "sentence"),
    [
        ("telegram", f"/bot{TOKENS['telegram']}/getMe", 401, "the token is refused: copy it again from @BotFather"),
        ("telegram", f"/bot{TOKENS['telegram']}/getMe", 502, "answers with HTTP 502: try again later"),
        ("discord", "/api/v10/users/@me", 401, "the token is refused: reset it on the application's page Bot"),
        ("discord", "/api/v10/users/@me", 500, "answers with HTTP 500"),
        ("model", "/v1/models", 401, "refuses the key: check llm.api_key"),
        ("model", "/v1/models", 503, "answers with HTTP 503"),
    ],
)
async def test_a_service_that_refuses_is_said_with_what_to_do(
    tmp_path: Path, name: str, path: str, status: int, sentence: str
) -> None:
    async with services({path: status}, BODIES) as address:
        found = await findings(configured(tmp_path, address))
    assert found[name].ok is False
    assert sentence in found[name].says
    assert [other for other, one in found.items() if one.ok is False] == [name]


async def test_a_model_that_the_server_does_not_have_is_said_with_those_that_it_has(tmp_path: Path) -> None:
    async with services({}, BODIES | {"/v1/models": {"data": [{"id": "qwen3:latest"}, {"id": "b"}]}}) as address:
        config = configured(tmp_path, address)
        assert (await findings(config))["model"].says.endswith("set llm.model to one that it has, like qwen3:latest, b")
        local = config.llm.model_copy(update={"model": "qwen3"})
        assert (await findings(config.model_copy(update={"llm": local})))["model"].ok is True


async def test_a_model_server_without_a_list_is_not_wrong(tmp_path: Path) -> None:
    async with services({"/v1/models": 404}, BODIES) as address:
        found = (await findings(configured(tmp_path, address)))["model"]
    assert found.ok is True
    assert "was not checked" in found.says


@pytest.mark.parametrize("body", [None, [], "text", {"result": None}, {"data": 3, "username": 3}])
async def test_an_answer_of_another_shape_is_no_crash(tmp_path: Path, body: Any) -> None:
    async with services({}, dict.fromkeys(BODIES, body)) as address:
        found = await findings(configured(tmp_path, address))
    assert found["telegram"].ok is False
    assert found["discord"].ok is False
    assert found["model"].ok is True


async def test_services_out_of_reach_are_said(tmp_path: Path) -> None:
    found = await findings(configured(tmp_path, f"http://127.0.0.1:{unused_port()}"))
    for name, key in (("telegram", "base_url"), ("discord", "api_url"), ("x", "base_url"), ("model", "base_url")):
        assert found[name].ok is False
        assert "is out of reach (Connect" in found[name].says
        assert key in found[name].says


async def test_a_service_that_speaks_no_http_is_out_of_reach(tmp_path: Path) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp ready\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await findings(configured(tmp_path, f"http://127.0.0.1:{port}"))
    assert found["telegram"].ok is False
    assert "is out of reach (" in found["telegram"].says


async def test_what_is_not_set_up_is_not_wrong(tmp_path: Path) -> None:
    topic = Topic(name="ai", feeds=("https://example.org/feed",))
    async with services({}, BODIES) as address:
        config = configured(tmp_path, address, {"telegram": TOKENS["telegram"]}, topics=(topic,), llm=LlmSettings())
        found = await findings(config)
    assert {name: one.ok for name, one in found.items() if name in {"discord", "x", "model"}} == {
        "discord": None,
        "x": None,
        "model": None,
    }
    assert found["discord"].says == "not set up: discord.token is empty"
    assert found["model"].says == "not set up: llm.api_key is empty, reports are made offline"


async def test_a_topic_that_reads_x_needs_its_token(tmp_path: Path) -> None:
    async with services({}, BODIES) as address:
        found = (await findings(configured(tmp_path, address, {})))["x"]
    assert found.ok is False
    assert "x.bearer_token is empty: set it" in found.says


async def test_without_any_reader_the_configuration_is_wrong(tmp_path: Path) -> None:
    config = configured(tmp_path, "http://127.0.0.1:9", {})
    assert (await findings(config, offline=True))["configuration"].ok is False
    page = config.model_copy(update={"web": WebSettings(port=8710)})
    assert (await findings(page, offline=True))["configuration"].says.endswith("through the local page")
    nobody = page.model_copy(update={"app": AppSettings(data_dir=tmp_path)})
    assert "nobody may use /regenerate" in (await findings(nobody, offline=True))["configuration"].says


async def test_offline_asks_nobody(tmp_path: Path) -> None:
    found = await findings(configured(tmp_path, f"http://127.0.0.1:{unused_port()}"), offline=True)
    for name in ("telegram", "discord", "x", "model"):
        assert found[name] == Finding(name, ok=None, says="not asked (--offline)")


async def test_a_folder_in_use_is_said_with_the_process(tmp_path: Path) -> None:
    config = configured(tmp_path, "http://127.0.0.1:9")
    async with await TinyStore.open(tmp_path):
        held = (await findings(config, offline=True))["lock"]
    assert held.ok is None
    assert held.says.startswith("process ")
    assert (await findings(config, offline=True))["lock"].ok is True


async def test_looking_at_a_folder_that_is_not_there_does_not_make_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    found = await findings(configured(folder, "http://127.0.0.1:9"), offline=True)
    assert found["data folder"].ok is True
    assert "(it will be made)" in found["data folder"].says
    assert found["state"].says == "empty: nothing was kept yet"
    assert not folder.parent.exists()


async def test_a_data_folder_that_is_a_file_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="ascii")
    found = (await findings(configured(tmp_path / "data", "http://127.0.0.1:9"), offline=True))["data folder"]
    assert found.ok is False
    assert "set app.data_dir" in found.says


async def test_damage_is_said_before_and_after_the_start(tmp_path: Path) -> None:
    config = configured(tmp_path, "http://127.0.0.1:9")
    async with await TinyStore.open(tmp_path) as store:
        await store.subscribe(subscription("telegram:1"))
        await store.subscribe(subscription("telegram:2"))
    assert (await findings(config, offline=True))["state"] == Finding("state", True, "2 subscriptions, 0 reports")
    (tmp_path / "state.json").write_bytes(b"{")
    found = (await findings(config, offline=True))["state"]
    assert found.ok is False
    assert "is unusable: no JSON" in found.says
    async with await TinyStore.open(tmp_path):
        pass
    found = (await findings(config, offline=True))["state"]
    assert found.ok is False
    assert "state.json.broken-" in found.says


async def test_a_topics_file_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    topic = Topic(name="ai", files=(str(tmp_path / "absent.jsonl"),))
    found = await findings(configured(tmp_path, "http://127.0.0.1:9", topics=(topic,)), offline=True)
    assert found["topic ai"].ok is False
    assert "absent.jsonl is not there" in found["topic ai"].says


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-03-07T12:00-05:00", "America/New_York", ["03-08 03:30 -0400", "03-09 02:30 -0400", "03-10 02:30 -0400"]),
        ("2026-10-31T12:00-04:00", "America/New_York", ["11-01 02:30 -0500", "11-02 02:30 -0500", "11-03 02:30 -0500"]),
        ("2026-12-31T15:00+00:00", "Asia/Tokyo", ["01-01 02:30 +0900", "01-02 02:30 +0900", "01-03 02:30 +0900"]),
        ("2028-02-28T00:00+00:00", "UTC", ["02-28 02:30 +0000", "02-29 02:30 +0000", "03-01 02:30 +0000"]),
    ],
)
def test_next_runs_follow_the_topics_clock(at: str, zone: str, expected: list[str]) -> None:
    topic = Topic(name="ai", schedule=("02:30",), timezone=zone)
    assert [f"{run:%m-%d %H:%M %z}" for run in next_runs(topic, datetime.fromisoformat(at))] == expected
