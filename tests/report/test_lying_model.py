"""A model that lies, breaks off, refuses or does not answer: always a valid report, none of its lies in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot import making
from bot.demo import NAMES
from bot.making import Job, picture_path, write_post
from report.llm import Model
from report.model import Period, Point, Report, Topic, Tweet, report_key
from report.pipeline import make_report
from report.post import normal_form, read
from report.settings import LlmSettings
from report.sources import Collected
from report.writer.llm import LlmWriter
from tests.counterparts.model_lies import ENGLISH, FILLER, INVENTED, LIES, NAME
from tests.counterparts.model_server import MODES, ModelServer
from tests.hostile.attacks import DAY, TOPIC, benign_posts
from tests.hostile.judging import (
    ADDRESS,
    MARKUP,
    everything_said,
    flat,
    hidden_characters,
    material,
    misquoted,
    prompt_runs,
    recheck_faults,
    unsupported,
)

NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)
KEY = report_key("ai", DAY.first, DAY.last)
POSTS = {post.id: post for post in benign_posts()[8:58]}
LONGEST_NAPS_S = 240
# What the model says is of no use, or it says nothing: the report is written without it, and says so.
USELESS = (
    *("unknown-ids", "no-citations", "echo", "wrong-schema", "cut-json", "cut-stream", "broken-chunk", "empty", "huge"),
    *("refusal", "429", "429-quota", "500", "503", "401", "no-model", "too-long", "drop", "slow", "drop-all"),
)
HARMLESS = ("prose", "duplicates", "all-ten", "forty-core", "no-json-schema", "500-json-schema", "no-stream-options")
NEED_CHECK = (
    *("wrong-numbers", "wrong-names", "swapped-citations", "invented-quotes", "filler", "echo-points", "english"),
    "markup",
)
EVERY = (*USELESS, *HARMLESS, *NEED_CHECK)


class File:
    """A source that gives these posts."""

    def __init__(self, tweets: tuple[Tweet, ...]) -> None:
        self.tweets = tweets
        self.name = "file:posts.json"

    async def read(self, period: Period) -> Collected:
        return Collected(tweets=self.tweets)


class Naps:
    """Sleeps for no time and remembers how long it was asked to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass(frozen=True)
class Told:
    report: Report
    folder: Path
    naps: tuple[float, ...]
    calls: int
    said: str

    def points(self) -> list[Point]:
        return [point for section in self.report.sections for point in section.all_points()]

    def claims(self) -> Iterator[tuple[Point, str, str]]:
        """Each point that a model may have worded, its words, and all that it may rest on."""
        for point in self.points():
            if point.counted is None and self.report.writer == "llm":
                yield point, f"{point.headline}\n{point.text}", material(POSTS[post] for post in point.citations)


async def tell(mode: str, folder: Path, **options: Any) -> Told:
    naps = Naps()
    async with ModelServer(mode, **options) as server:
        settings = LlmSettings(
            base_url=server.base_url, model="tuibao-test", timeout_s=0.05 if mode == "slow" else 20, report_budget_usd=5
        )
        report = await make_report(
            TOPIC,
            DAY,
            sources=[File(tuple(POSTS.values()))],
            writer=LlmWriter(Model(settings, folder / "model", sleep=naps)),
            picture=picture_path(folder, KEY),
            now=NOW,
            progress=lambda _: None,
            key=KEY,
        )
        write_post(report, folder)
        return Told(report, folder, tuple(naps.seconds), len(server.calls), "\n".join(server.said))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """A report by a model in that mode; each is made once."""
    told: dict[str, Told] = {}

    def of(mode: str) -> Told:
        if mode not in told:
            told[mode] = asyncio.run(tell(mode, tmp_path_factory.mktemp(mode)))
        return told[mode]

    return of


def test_no_mode_of_the_counterpart_is_forgotten() -> None:
    assert set(EVERY) | {"ok", "no-json-object", "gullible"} == set(MODES)
    assert set(LIES) <= set(EVERY)


@pytest.mark.parametrize("mode", ["ok", *EVERY])
def test_there_is_always_a_valid_report(mode: str, story: Callable[[str], Told]) -> None:
    told = story(mode)
    report, points = told.report, told.points()
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert len({point.id for point in points}) == len(points)
    assert all(point.citations and set(point.citations) <= set(POSTS) for point in points)
    assert all(point.text and not hidden_characters(point.headline + point.text) for point in points)
    core = report.section("core")
    assert core
    assert 1 <= len(core.points) <= 10
    assert len({section.kind for section in report.sections}) == len(report.sections)
    assert report.writer in {"llm", "offline"}
    post = (told.folder / f"{KEY}.md").read_text("utf-8")
    assert read(post, name=f"{KEY}.md").report == normal_form(report)
    assert picture_path(told.folder, KEY).stat().st_size > 0


@pytest.mark.parametrize("mode", ["ok", *EVERY])
def test_the_ledger_adds_up_and_says_what_happened(mode: str, story: Callable[[str], Told]) -> None:
    ledger = story(mode).report.ledger
    assert ledger.collected == len(POSTS)
    assert ledger.collected == ledger.copies + ledger.ads + ledger.off_topic + ledger.empty + ledger.used
    assert len(ledger.used_ids) == ledger.used
    if mode in USELESS:
        assert any("模型" in note for note in ledger.notes)
    if mode == "ok":
        assert ledger.model.calls == story(mode).calls


@pytest.mark.parametrize("mode", EVERY)
def test_waiting_is_bounded(mode: str, story: Callable[[str], Told]) -> None:
    told = story(mode)
    assert sum(told.naps) <= LONGEST_NAPS_S
    assert told.calls <= 12


@pytest.mark.parametrize("mode", USELESS)
def test_without_a_usable_answer_the_posts_are_quoted(mode: str, story: Callable[[str], Told]) -> None:
    told = story(mode)
    assert told.report.writer == "offline"
    quoted = [point for point in told.points() if "「" in point.text and not point.id.startswith("overview")]
    assert len(quoted) >= 10
    assert [fault for point in quoted for fault in misquoted(point, POSTS)] == []


@pytest.mark.parametrize("mode", ["ok", "prose", "no-json-schema", "500-json-schema", "no-stream-options"])
def test_an_honest_answer_is_used_however_it_is_wrapped(mode: str, story: Callable[[str], Told]) -> None:
    told = story(mode)
    assert told.report.writer == "llm"
    assert [fault for point, _, _ in told.claims() for fault in unsupported(point, POSTS)] == []
    assert {point.text for point in told.points()} == {point.text for point in story("ok").points()}


@pytest.mark.parametrize("mode", ["duplicates", "all-ten", "forty-core"])
def test_nothing_is_told_twice(mode: str, story: Callable[[str], Told]) -> None:
    picked = [p for p in story(mode).points() if not p.id.startswith(("overview", "sentiment"))]
    assert len({(point.headline, point.text) for point in picked}) == len(picked)
    overview = story(mode).report.section("overview")
    sentences = [point.text for point in overview.points] if overview else []
    assert len(set(sentences)) == len(sentences)


Faults = Callable[[Told], list[str]]


def _wrong_numbers(told: Told) -> list[str]:
    return list(chain.from_iterable(unsupported(point, POSTS) for point, _, _ in told.claims()))


def _wrong_names(told: Told) -> list[str]:
    return [
        f"{point.id}: {name} in {words!r}"
        for point, words, known in told.claims()
        for name in {*NAME.findall(words), *(name for name in NAMES if name in words)}
        if flat(name) not in known
    ]


def _swapped(told: Told) -> list[str]:
    return [
        f"{point.id}: {words!r}"
        for point, words, known in told.claims()
        if flat(re.sub(r"（推文所述，未核实）", "", point.text.partition("写道：")[2])).rstrip(".") not in known
    ]


def _saying(*lies: str) -> Faults:
    return lambda told: [said.words for said in everything_said(told.report) for lie in lies if lie in said.words]


def _echoed(told: Told) -> list[str]:
    return [said.words for said in everything_said(told.report) if prompt_runs(said.words)]


def _marked(told: Told) -> list[str]:
    patterns = (ADDRESS, MARKUP, re.compile(r"lies\.invalid|@everyone|^#|\n-"))
    return [s.words for s in everything_said(told.report) if any(pattern.search(s.words) for pattern in patterns)]


def _filler(told: Told) -> list[str]:
    """It is no lie: what comes back with it stays, and is counted."""
    return [] if told.report.ledger.checked.faults else _saying(FILLER)(told)


FOUND: Mapping[str, Faults] = {
    "wrong-numbers": _wrong_numbers,
    "wrong-names": _wrong_names,
    "swapped-citations": _swapped,
    "invented-quotes": _saying(INVENTED, INVENTED[:8]),
    "filler": _filler,
    "echo-points": _echoed,
    "english": _saying(ENGLISH, "Everything changes"),
    "markup": _marked,
}


@pytest.mark.parametrize("mode", NEED_CHECK)
def test_the_lie_was_told(mode: str, story: Callable[[str], Told]) -> None:
    """What the tests below look for is there to be found."""
    told = {
        "invented-quotes": INVENTED,
        "filler": FILLER,
        "english": ENGLISH,
        "markup": "lies.invalid",
        "echo-points": "你是一份中文日报的编辑",
    }
    said = story(mode).said
    assert told[mode] in said if mode in told else said != story("ok").said


@pytest.mark.parametrize("mode", NEED_CHECK)
def test_none_of_the_lies_is_in_the_report(mode: str, story: Callable[[str], Told]) -> None:
    assert FOUND[mode](story(mode)) == []
    assert recheck_faults(story(mode).report, POSTS) == []


@pytest.mark.parametrize("mode", NEED_CHECK)
def test_what_was_refused_is_counted_with_its_reason(mode: str, story: Callable[[str], Told]) -> None:
    ledger = story(mode).report.ledger
    checked = ledger.checked
    assert checked.points > 0
    assert checked.sent_back > 0
    assert checked.refused > 0 or mode == "filler"
    assert checked.faults
    if story(mode).report.writer == "offline":
        assert any("模型" in note for note in ledger.notes)


@pytest.mark.parametrize("mode", NEED_CHECK)
async def test_a_lie_that_is_told_once_is_mended(mode: str, tmp_path: Path) -> None:
    told = await tell(mode, tmp_path, times=1)
    assert told.report.writer == "llm"
    assert FOUND[mode](told) == []
    assert _saying(FILLER)(told) == []
    assert told.report.ledger.checked.sent_back > 0
    core = told.report.section("core")
    assert core
    assert len(core.points) >= 5


@pytest.mark.parametrize("mode", ["ok", *HARMLESS])
def test_an_honest_model_is_not_refused(mode: str, story: Callable[[str], Told]) -> None:
    checked = story(mode).report.ledger.checked
    assert checked.points >= 20
    assert checked.refused <= checked.points // 20
    assert recheck_faults(story(mode).report, POSTS) == []


@pytest.mark.parametrize("mode", ["prose", "wrong-schema", "echo", "wrong-numbers"])
async def test_the_bots_own_way_gives_files(mode: str, tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_text("\n".join(post.model_dump_json() for post in POSTS.values()), "utf-8")
    topic = Topic.model_validate(TOPIC.model_dump() | {"files": (str(posts),)})
    async with ModelServer(mode) as server:
        llm = LlmSettings(base_url=server.base_url, model="tuibao-test")
        job = Job(topic=topic, period=DAY, key=KEY, data_dir=tmp_path, folder=tmp_path / "out", llm=llm, now=NOW)
        report = await making.run(job, lambda _: None)
    assert (tmp_path / "out" / f"{KEY}.md").stat().st_size > 1_000
    assert picture_path(tmp_path / "out", KEY).exists()
    assert report.section("core")
