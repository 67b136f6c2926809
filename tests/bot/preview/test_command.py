"""`tuibao preview` as its user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.tiny import TinyStore
from tests.bot.test_cli import tuibao
from tests.conversations.reports import NOW, invented

pytestmark = pytest.mark.process
KEY = "twitter_ai_20260327_20260327"


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    async with await TinyStore.open(tmp_path / "data", now=lambda: NOW) as store:
        for report in invented().values():
            await store.save_report(report)
    return tmp_path / "data"


def test_it_prints_the_path_of_the_page(data: Path, tmp_path: Path) -> None:
    options = ("--data-dir", str(data), "--as", "discord", "--kind", "group", "--wish", "length=full")
    done = tuibao(tmp_path, "preview", KEY, "/finance", *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"preview_{KEY}_discord.html\n"
    assert "分歧在价格" in (tmp_path / done.stdout.strip()).read_text(encoding="utf-8")


def test_a_wrong_key_is_a_sentence_and_exit_status_2(data: Path, tmp_path: Path) -> None:
    done = tuibao(tmp_path, "preview", "twitter_ai_20200101_20200101", "--data-dir", str(data))
    assert done.returncode == 2
    assert done.stderr.startswith("tuibao: preview: there is no report twitter_ai_20200101_20200101; there are ")
    assert KEY in done.stderr
