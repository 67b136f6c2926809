import re
from pathlib import Path
from typing import Any

import pytest

from bot.demo import posts_file
from bot.making import Job, run
from report.llm import Model
from report.model import ENGLISH_UNVERIFIED, Report, Section, Topic
from report.post import export_english
from report.settings import LlmSettings
from report.writer.llm import LlmWriter
from tests.bot.test_money import job
from tests.counterparts.model_server import ModelServer
from tests.report.writer.test_writer import DAY, nap, stories

BOTH = Topic(name="ai", title="AI", language="both")
HAN = re.compile(r"[\u3400-\u9fff]")


def points(sections: tuple[Section, ...]) -> dict[str, Any]:
    return {point.id: point for section in sections for point in section.all_points()}


async def written(folder: Path, topic: Topic = BOTH, mode: str = "ok", **how: Any) -> Any:
    async with ModelServer(mode, **how) as server:
        settings = LlmSettings(base_url=server.base_url, model="tuibao-test")
        return await LlmWriter(Model(settings, folder, sleep=nap)).write(stories(40), topic, DAY, lambda _: None)


async def test_the_english_edition_has_the_points_that_held_under_their_ids_and_citations(tmp_path: Path) -> None:
    told = await written(tmp_path)
    (edition,) = told.editions
    chinese, english = points(told.sections), points(edition.sections)
    assert english
    assert english.keys() <= chinese.keys()
    assert all(point.citations == chinese[name].citations for name, point in english.items())
    assert all(not HAN.search(re.sub("“[^”]*”|林舟.", "", point.text)) for point in english.values())
    assert [section.heading for section in edition.sections][:2] == ["The day in brief", "Key points"]
    missing = len(chinese) - len(english)
    assert told.notes == ((f"英文版少 {missing} 条，没有通过核对",) if missing else ())


async def test_a_topic_in_chinese_alone_asks_for_no_english(tmp_path: Path) -> None:
    told = await written(tmp_path, Topic(name="ai"))
    assert told.editions == ()
    assert told.model.calls == 1


async def test_english_that_changes_a_number_is_left_out(tmp_path: Path) -> None:
    told = await written(tmp_path, mode="wrong-numbers", after=1)
    (edition,) = told.editions
    chinese = points(told.sections)
    for name, point in points(edition.sections).items():
        assert set(re.findall(r"\d+", point.text)) <= set(re.findall(r"\d+", chinese[name].text))


@pytest.mark.parametrize("mode", ["wrong-schema", "429", "empty", "401"])
async def test_without_english_the_chinese_report_stands_and_says_so(mode: str, tmp_path: Path) -> None:
    told = await written(tmp_path, mode=mode, after=1)
    assert told.editions == ()
    assert points(told.sections)
    assert told.notes[0].startswith("英文版没有写成：")


@pytest.fixture(scope="module")
def posts() -> Any:
    with posts_file() as path:
        yield path


async def test_both_posts_are_written_side_by_side(tmp_path: Path, posts: Path) -> None:
    async with ModelServer() as server:
        made = job(tmp_path, posts, server)
        made = Job.model_validate({**dict(made), "topic": made.topic.model_copy(update={"language": "both"})})
        report = await run(made, lambda _: None)
    chinese, english = (made.folder / f"{report.key}{end}" for end in (".md", ".en.md"))
    assert chinese.exists()
    words = english.read_text("utf-8")
    assert words.startswith('---\nlayout: post\ntitle: "twitter_ai_')
    assert "\nlang: en\n---\n" in words
    assert "## Key points" in words
    assert ENGLISH_UNVERIFIED.split(",")[0] in words or "## Stocks" not in words
    urls = set(re.findall(r"\]\((https?://[^)]+)\)", words))
    assert urls <= {source.url for source in report.sources}
    assert words == export_english(
        Report.model_validate_json(report.model_dump_json()), cloud=f"wordcloud_{report.key}.jpg"
    )
