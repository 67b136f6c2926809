"""The posts behind what was found, from the archive and from files, and the newsroom's own library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.library import cited_posts, open_library
from bot.store.archive import FileArchive
from bot.store.tiny import TinyStore
from report.library import Question
from report.library.ranking import Day, Hit
from report.library.volumes import Entry
from report.settings import LlmSettings
from tests.counterparts.model_server import ModelServer
from tests.posts import post
from tests.report.library.reports import POSTS, TOPIC, points, report_on

DAY = date(2026, 1, 7)
NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)


def hit(*cited: str, day: date = DAY) -> Hit:
    return Hit(Entry("core", "", "权重", cited, (), 5), "ai", (Day("twitter_ai_20260107_20260107", day, day),), 1.0)


async def test_posts_are_found_where_their_ids_say_that_they_were_written(tmp_path: Path) -> None:
    FileArchive(tmp_path).keep("ai", POSTS.values())
    found = await cited_posts(tmp_path, TOPIC, [hit(*POSTS, day=date(2026, 3, 1))])
    assert found.keys() == POSTS.keys()


async def test_only_what_is_cited_is_given(tmp_path: Path) -> None:
    FileArchive(tmp_path).keep("ai", POSTS.values())
    wanted = next(iter(POSTS))
    assert (await cited_posts(tmp_path, TOPIC, [hit(wanted, "12345")])).keys() == {wanted}
    assert await cited_posts(tmp_path, TOPIC, []) == {}


async def test_posts_of_files_and_of_feeds_count_too(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(each.model_dump_json() for each in POSTS.values()), "utf-8")
    feed = post(9, "权重开放了。", link="https://blog.example/9").model_copy(update={"id": "f-9"})
    FileArchive(tmp_path / "archive").keep("ai", [feed])
    topic = TOPIC.model_copy(update={"files": (str(file), str(tmp_path / "missing.jsonl"))})
    found = await cited_posts(tmp_path / "archive", topic, [hit(*POSTS, "f-9")])
    assert found.keys() == {*POSTS, "f-9"}


@pytest.mark.parametrize("uses_model", [True, False])
async def test_a_question_goes_from_the_store_to_a_checked_answer(tmp_path: Path, uses_model: bool) -> None:
    FileArchive(tmp_path / "posts_archive").keep("ai", POSTS.values())
    async with ModelServer() as server, await TinyStore.open(tmp_path) as store:
        await store.save_report(report_on(DAY, points()))
        llm = LlmSettings(base_url=server.base_url, model="tuibao-test") if uses_model else LlmSettings()
        config = Config(app=AppSettings(data_dir=tmp_path), topics=(TOPIC,), llm=llm)
        library = open_library(config, store, lambda: NOW)
        question = Question("谁开放了权重", (TOPIC,), DAY, DAY)
        answers = [each async for each in library.answer(question, await library.find(question))]
    assert bool(answers[-1].points) == uses_model
    assert answers[-1].reason == ("" if uses_model else "no_model")
    assert len(list((tmp_path / "model").glob("*.answer.txt"))) == uses_model
