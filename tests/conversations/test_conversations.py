"""Every golden conversation with the handlers alone, word for word, and on each platform with the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.golden import FILES, answered, load, play
from tests.conversations.on_discord import discord
from tests.conversations.on_local import local
from tests.conversations.on_telegram import telegram
from tests.conversations.platforms import Theatre, Visit, visit
from tests.conversations.script import write
from tests.counterparts.recording import CHECKER, Recording, violations

Door = Callable[[Theatre], AbstractAsyncContextManager[Visit]]
files = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """What the platforms asked of their services; at the end the official specifications are asked about it."""
    made: dict[str, list[dict[str, Any]]] = {"telegram": [], "discord": []}
    yield made
    if CHECKER.exists():
        folder = tmp_path_factory.mktemp("calls")
        recordings = [Recording("telegram"), Recording("discord")]
        for recording in recordings:
            recording.calls = made[recording.service]
        paths = [recording.save(folder / f"{recording.service}.jsonl") for recording in recordings]
        assert violations(*paths) == []


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    cloud = tmp_path / "cloud.jpg"
    cloud.write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 100)
    return Theatre(str(cloud))


@files
async def test_the_handlers_answer_as_written(path: Path) -> None:
    text, head, conversations = load(path)
    assert write(head, answered(conversations, await play(conversations))) == text


@files
@pytest.mark.parametrize("platform", ["telegram", "telegram-classic", "discord", "local"])
async def test_the_platform_s_reader_sees_the_same(
    path: Path, platform: str, theatre: Theatre, calls: dict[str, list[dict[str, Any]]]
) -> None:
    doors: dict[str, Door] = {
        "telegram": partial(telegram, calls=calls["telegram"]),
        "telegram-classic": partial(telegram, calls=calls["telegram"], rich=False),
        "discord": partial(discord, calls=calls["discord"]),
        "local": local,
    }
    _, _, conversations = load(path)
    turns = await play(conversations)
    found: list[str] = []
    async with doors[platform](theatre) as there:
        for conversation, taken in zip(conversations, turns, strict=True):
            found += await visit(conversation, taken, there, theatre)
    assert found == []


def test_there_are_enough_conversations_and_enough_in_english() -> None:
    told = [each for path in FILES for each in load(path)[2]]
    assert len(told) >= 150
    assert sum(each.setting.language == "en" for each in told) >= 30
    assert len({each.title for each in told}) == len(told)
