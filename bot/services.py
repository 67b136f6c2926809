"""One question to each service, that costs nothing: does it answer, and does it take our token?

Out: whether all is well, and a sentence that says what to do where it is not. No exception leaves this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.config import DiscordSettings, TelegramSettings
from report.settings import LlmSettings, XSettings

TIMEOUT = aiohttp.ClientTimeout(total=10)
Answer = tuple[bool, str]


class Unreachable(Exception):
    """It did not answer; the message says why, without the address asked for (it may hold a token)."""


async def ask_telegram(settings: TelegramSettings) -> Answer:
    address = settings.base_url
    try:
        status, body = await _get(f"{address.rstrip('/')}/bot{settings.token.get_secret_value()}/getMe")
    except Unreachable as exc:
        return False, f"{address} is out of reach ({exc}): check the network, a proxy (HTTPS_PROXY), telegram.base_url"
    if status == 200 and isinstance(user := _at(body, "result", "username"), str):
        return True, f"the bot is @{user}"
    if status in {401, 404}:
        return False, "the token is refused: copy it again from @BotFather into telegram.token"
    return False, _odd(address, status)


async def ask_discord(settings: DiscordSettings) -> Answer:
    address = settings.api_url
    token = settings.token.get_secret_value()
    try:
        # discord.py uses no proxy of the environment, so this does not either.
        status, body = await _get(
            f"{address.rstrip('/')}/users/@me", {"Authorization": f"Bot {token}"}, use_proxy=False
        )
    except Unreachable as exc:
        return False, f"{address} is out of reach ({exc}): check the network and discord.api_url"
    if status == 200 and isinstance(user := _at(body, "username"), str):
        return True, f"the bot is {user}"
    if status == 401:
        return False, "the token is refused: reset it on the application's page Bot, copy it into discord.token"
    return False, _odd(address, status)


async def ask_x(settings: XSettings) -> Answer:
    """Only whether something answers: X has no call that tries a token and costs nothing."""
    address = settings.base_url
    try:
        await _get(address)
    except Unreachable as exc:
        return False, f"{address} is out of reach ({exc}): check the network, a proxy (HTTPS_PROXY), x.base_url"
    if not settings.bearer_token:
        return False, f"{address} answers, but x.bearer_token is empty: set it, or read from feeds and files only"
    return True, f"{address} answers and a token is set; whether it is taken shows at the first read, which costs money"


async def ask_model(settings: LlmSettings) -> Answer:
    address = settings.base_url
    key = settings.api_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        status, body = await _get(f"{address.rstrip('/')}/models", headers)
    except Unreachable as exc:
        return False, f"{address} is out of reach ({exc}): check the network, a proxy (HTTPS_PROXY), llm.base_url"
    if status in {401, 403}:
        return False, f"{address} refuses the key: check llm.api_key"
    if status in {404, 405, 501}:
        return True, f"{address} answers, but lists no models: whether it has {settings.model} was not checked"
    if status != 200:
        return False, _odd(address, status)
    listed = _at(body, "data")
    names = [str(_at(model, "id")) for model in listed] if isinstance(listed, list) else []
    if names and not {settings.model, f"{settings.model}:latest", f"models/{settings.model}"} & set(names):
        return (
            False,
            f"{address} has no {settings.model}: set llm.model to one that it has, like {', '.join(names[:5])}",
        )
    return True, f"{settings.model} at {address}"


async def _get(address: str, headers: Mapping[str, str] | None = None, *, use_proxy: bool = True) -> tuple[int, Any]:
    """Status and body (JSON where it is, else None)."""
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, trust_env=use_proxy) as session,
            session.get(address, headers=headers, allow_redirects=False) as response,
        ):
            content = await response.read()
    except TimeoutError:
        raise Unreachable("no answer in 10 s") from None
    except aiohttp.ClientConnectorError as exc:
        raise Unreachable(exc.os_error.strerror or type(exc.os_error).__name__) from None
    except (aiohttp.ClientError, ValueError) as exc:
        raise Unreachable(type(exc).__name__) from None
    try:
        return response.status, json.loads(content)
    except ValueError:
        return response.status, None


def _at(body: Any, *names: str) -> Any:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _odd(address: str, status: int) -> str:
    return f"{address} answers with HTTP {status}: try again later; if it stays so, check the address"
