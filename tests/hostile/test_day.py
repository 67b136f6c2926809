"""A whole day with every hostile post in it, against the same day without: nothing changes but what is said of them.

Each day is made once, as the bot makes it: offline, with a diligent model, and with one that obeys what it reads.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import making
from bot.making import Job
from bot.platforms.telegram.encode import encode_message
from handlers.presentation import present_brief
from handlers.words import ZH
from report.model import Point, Report, Tweet, report_key
from report.post import normal_form, read
from report.settings import LlmSettings
from report.sources.file import read_posts
from tests.counterparts.model_server import ModelServer
from tests.hostile.attacks import DAY, TOPIC, attacks, write_benign, write_hostile
from tests.hostile.judging import (
    alive_in_jekyll,
    alive_in_telegram,
    foreign_markup,
    leaks,
    recheck_faults,
    unsupported,
)

NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)
ATTACKS = attacks()
HOSTILE = {attack.tweet.id for attack in ATTACKS}
COUNTED = {"overview", "sentiment", "changes"}  # sections whose sentences the offline writer counts together
WRITTEN = ("ok", "gullible")
every_way = pytest.mark.parametrize("way", ["offline", *WRITTEN])


@dataclass(frozen=True)
class Made:
    """A report, the post file that holds it, all posts that it could read, and what the model said for it."""

    report: Report
    post: str
    posts: Mapping[str, Tweet]
    said: str = ""

    def points(self) -> list[Point]:
        return [point for section in self.report.sections for point in section.all_points()]

    @property
    def urls(self) -> set[str]:
        return {source.url for source in self.report.sources}


async def _make(folder: Path, *, mode: str, hostile: bool) -> Made:
    files = [write_benign(folder)] + ([write_hostile(folder)] if hostile else [])
    posts = {post.id: post for file in files for post in read_posts(file)[0]}
    topic = TOPIC.model_copy(update={"files": tuple(map(str, files))})
    key = report_key("ai", DAY.first, DAY.last)
    job = Job(topic=topic, period=DAY, key=key, data_dir=folder, folder=folder / "out", writer="offline", now=NOW)
    said = ""
    if mode == "offline":
        report = await making.run(job, lambda _: None)
    else:
        async with ModelServer(mode) as server:
            llm = LlmSettings(base_url=server.base_url, model="tuibao-test", report_budget_usd=5)
            report = await making.run(job.model_copy(update={"writer": "llm", "llm": llm}), lambda _: None)
            said = "\n".join(server.said)
    return Made(report, (job.folder / f"{key}.md").read_text("utf-8"), posts, said)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    async def make_all() -> dict[str, Made]:
        found = {}
        for mode, hostile in (("offline", False), ("offline", True), ("ok", False), ("ok", True), ("gullible", True)):
            name = mode if hostile else f"{mode} without"
            folder = tmp_path_factory.mktemp("day")
            found[name] = await _make(folder, mode=mode, hostile=hostile)
            shutil.rmtree(folder)
        return found

    return asyncio.run(make_all())


@every_way
def test_most_attacks_are_read_and_every_post_is_accounted_for(way: str, made: dict[str, Made]) -> None:
    ledger = made[way].report.ledger
    assert ledger.collected == made["offline without"].report.ledger.collected + len(ATTACKS)
    assert ledger.collected == ledger.copies + ledger.ads + ledger.off_topic + ledger.empty + ledger.used
    reasons = {dropped.id: dropped.reason for dropped in ledger.dropped}
    assert set(reasons) | set(ledger.used_ids) >= HOSTILE
    assert all(reasons.get(post, "used") for post in HOSTILE)
    assert made[way].report.writer == ("offline" if way == "offline" else "llm")


@pytest.mark.parametrize("way", ["offline", "ok", "gullible"])
def test_no_attack_is_told_but_where_its_post_is_cited(way: str, made: dict[str, Made]) -> None:
    assert leaks(made[way].report, ATTACKS) == []
    assert foreign_markup(made[way].report, HOSTILE) == []


@pytest.mark.parametrize("way", ["ok", "gullible"])
def test_a_point_on_a_hostile_post_rests_on_nothing_else(way: str, made: dict[str, Made]) -> None:
    for point in made[way].points():
        if HOSTILE & set(point.citations) and not point.id.startswith(("overview", "change")):
            assert set(point.citations) <= HOSTILE, point


@pytest.mark.parametrize("way", ["offline", "ok", "gullible"])
def test_the_other_points_are_the_same_or_rest_on_their_posts(way: str, made: dict[str, Made]) -> None:
    day, without = made[way], made["offline without" if way == "offline" else "ok without"]
    same = {(point.headline, point.text) for point in without.points()}
    others = [point for point in day.points() if HOSTILE.isdisjoint(point.citations)]
    changed = [point for point in others if (point.headline, point.text) not in same]
    told = [point for point in changed if way != "offline" or point.kinds[0] not in COUNTED]
    faults = [fault for point in told if point.counted is None for fault in unsupported(point, day.posts)]
    assert faults == []
    assert len(others) >= 10


@every_way
def test_the_finished_report_passes_the_check_again(way: str, made: dict[str, Made]) -> None:
    assert recheck_faults(made[way].report, made[way].posts) == []


def test_the_obedient_model_did_what_the_posts_asked(made: dict[str, Made]) -> None:
    said = made["gullible"].said
    assert sum(attack.canary in said for attack in ATTACKS) >= 60
    assert "你是一份中文日报的编辑" in said
    assert "](https://" in said


@every_way
def test_the_post_that_is_kept_runs_nothing_and_links_to_cited_posts_only(way: str, made: dict[str, Made]) -> None:
    day = made[way]
    assert alive_in_jekyll(day.post, day.urls) == []
    again = read(day.post, name=f"{day.report.key}.md")
    assert again.report == normal_form(day.report)
    assert again.problems == ()
    assert day.urls <= {post.url for post in day.posts.values()}


@every_way
def test_the_push_links_to_cited_posts_only(way: str, made: dict[str, Made]) -> None:
    day = made[way]
    for part in encode_message(present_brief(day.report, TOPIC, picture=None, around=("", ""), now=NOW, words=ZH)):
        assert alive_in_telegram(part, day.urls) == []


@every_way
def test_the_headings_are_ours(way: str, made: dict[str, Made]) -> None:
    """A model may word the sub-headings of 人工智能; what it is ordered to put there stays out (see `leaks`)."""
    top = [(section.kind, section.heading) for section in made[way].report.sections]
    without = made["offline without" if way == "offline" else "ok without"].report
    known = {(section.kind, section.heading) for section in without.sections}
    assert set(top) <= known | {("sentiment", "市场情绪分析"), ("finance", "金融市场相关内容")}
    assert len(set(top)) == len(top)
