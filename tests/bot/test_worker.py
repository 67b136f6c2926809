"""The process that makes a report: errors cross the pipe, it ends with its parent, foreign modules are not ours."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.demo import LAST, TIMEZONE, posts_file
from bot.demonstration import morning_after
from bot.making import Job
from bot.worker import make_in_child
from report.errors import NothingToReport, SourceError
from report.model import Period, Topic, report_key
from report.settings import LlmSettings
from tests.counterparts.model_server import ModelServer

pytestmark = [pytest.mark.process, pytest.mark.timeout(60)]


def job(folder: Path, posts: Path, *, day: date = LAST, llm: LlmSettings | None = None) -> Job:
    return Job(
        topic=Topic(name="ai", files=(str(posts),)),
        period=Period.of_days(day, day, TIMEZONE),
        key=report_key("ai", day, day),
        data_dir=folder,
        folder=folder / "posts",
        llm=llm or LlmSettings(),
        stored_only=True,
        now=morning_after(day),
    )


async def test_a_report_comes_back_with_its_steps(tmp_path: Path) -> None:
    steps: list[str] = []
    with posts_file() as posts:
        report = await make_in_child(job(tmp_path, posts), steps.append)
    assert report.key == "twitter_ai_20260107_20260107"
    assert steps[0] == "收集 2026-01-07 的帖子"
    assert (tmp_path / "posts" / f"{report.key}.md").exists()


async def test_errors_keep_their_kind_and_their_words(tmp_path: Path) -> None:
    with posts_file() as posts, pytest.raises(NothingToReport, match="no posts in the period"):
        await make_in_child(job(tmp_path, posts, day=date(2020, 1, 1)), lambda _: None)
    with pytest.raises(SourceError, match="nothere"):
        await make_in_child(job(tmp_path, tmp_path / "nothere.json"), lambda _: None)


async def test_a_bot_py_in_the_folder_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot.py").write_text("raise SystemExit('taken for ours')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with posts_file() as posts:
        assert (await make_in_child(job(tmp_path, posts), lambda _: None)).writer == "offline"


async def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    async with ModelServer("slow") as server:
        with posts_file() as posts:
            slow = job(tmp_path, posts, llm=LlmSettings(base_url=server.base_url))
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "bot.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(slow.encode() + b"\n")
            while "写草稿" not in (await child.stdout.readline()).decode():
                assert child.returncode is None
            child.stdin.close()
            async with asyncio.timeout(10):
                assert await child.wait() == 1


async def test_cancelling_ends_it(tmp_path: Path) -> None:
    async with ModelServer("slow") as server:
        with posts_file() as posts:
            begun = asyncio.Event()
            slow = job(tmp_path, posts, llm=LlmSettings(base_url=server.base_url))
            making = asyncio.create_task(make_in_child(slow, lambda line: begun.set() if "写草稿" in line else None))
            await begun.wait()
            making.cancel()
            async with asyncio.timeout(10):
                await asyncio.gather(making, return_exceptions=True)
            assert making.cancelled()
