"""Money runs out in the middle of things: reports are made from what there is and say so, and no day is overspent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import money
from bot.config import AppSettings, Config
from bot.demo import LAST, TIMEZONE, posts_file
from bot.demonstration import morning_after
from bot.making import Job, run
from bot.store.archive import FileArchive
from bot.worker import make_in_child
from handlers.newsroom import Spent
from handlers.words import ZH
from report.llm.daybook import Daybook
from report.model import ModelCost, Period, Report, Topic, XCost, report_key
from report.post import export, read
from report.settings import LlmPrices, LlmSettings, XSettings
from tests.counterparts.model_server import ModelServer

PRICES = LlmPrices(input_usd=0, output_usd=1.0)  # a call may cost 1.6 cents, and costs less
JANUARY = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)


@pytest.fixture
def posts() -> Iterator[Path]:
    with posts_file() as path:
        yield path


def job(folder: Path, posts: Path, server: ModelServer, day: date = LAST, **budgets: Any) -> Job:
    return Job(
        topic=Topic(name="ai", files=(str(posts),)),
        period=Period.of_days(day, day, TIMEZONE),
        key=report_key("ai", day, day),
        data_dir=folder,
        folder=folder / "posts",
        llm=LlmSettings(base_url=server.base_url, model="tuibao-test", concurrency=1, prices=PRICES, **budgets),
        stored_only=True,
        now=morning_after(day),
    )


def spent_today(folder: Path) -> ModelCost:
    return Daybook(folder / "model" / "spending").spent(datetime.now(UTC).date())


def quiet(_line: str) -> None: ...


def hold(report: Report) -> None:
    """It is a whole report: points that cite its own posts, a ledger that adds up, a post that reads back."""
    core = report.section("core")
    assert core
    assert core.points
    ledger = report.ledger
    cited = {post for section in report.sections for point in section.all_points() for post in point.citations}
    assert cited <= {source.id for source in report.sources}
    assert ledger.collected == ledger.used + len(ledger.dropped)
    assert export(read(export(report, cloud=""), name="x.md").report, cloud="") == export(report, cloud="")


@pytest.mark.parametrize("key", ["report_budget_usd", "daily_budget_usd"])
async def test_a_budget_that_ends_in_the_middle_gives_a_report_that_says_what_it_lacks(
    key: str, tmp_path: Path, posts: Path
) -> None:
    async with ModelServer("wrong-numbers") as server:  # what it wrote goes back, which the budget does not pay
        report = await run(job(tmp_path, posts, server, **dict[str, Any]({key: 0.017})), quiet)
        assert len(server.calls) == 1
    hold(report)
    assert report.writer == "llm"
    assert report.ledger.model.usd == pytest.approx(spent_today(tmp_path).usd)
    assert report.ledger.model.usd <= 0.017
    whose = "这份报告" if key == "report_budget_usd" else "今天（UTC）"
    said = [note for note in report.ledger.notes if f"模型预算不够再问一次：{whose}的上限是 0.017 美元" in note]
    assert said
    assert all(f"调高 llm.{key}" in note for note in said)


async def test_a_day_that_is_spent_is_told_in_the_offline_report_of_the_next_process(
    tmp_path: Path, posts: Path
) -> None:
    async with ModelServer() as server:
        await run(job(tmp_path, posts, server, daily_budget_usd=0.017), quiet)
        asked, spent = len(server.calls), spent_today(tmp_path)
        yesterday = date(LAST.year, LAST.month, LAST.day - 1)
        later = await make_in_child(job(tmp_path, posts, server, day=yesterday, daily_budget_usd=0.017), quiet)
        assert len(server.calls) == asked
    hold(later)
    assert later.writer == "offline"
    assert later.ledger.model == ModelCost()
    assert spent_today(tmp_path) == spent
    (note,) = (note for note in later.ledger.notes if "模型" in note)
    assert note.startswith(
        "这份报告是离线写的，没有用模型。模型预算不够再问一次：今天（UTC）的上限是 0.017 美元，已用 0.0"
    )
    assert note.endswith("要多用，调高 llm.daily_budget_usd。")


@pytest.mark.process
async def test_two_processes_at_once_do_not_overspend_the_day(tmp_path: Path, posts: Path) -> None:
    days = (LAST, date(LAST.year, LAST.month, LAST.day - 1))
    async with ModelServer() as server:
        jobs = [job(tmp_path, posts, server, day=day, daily_budget_usd=0.02) for day in days]
        reports = await asyncio.gather(*(make_in_child(each, quiet) for each in jobs))
    for report in reports:
        hold(report)
    usd = sum(report.ledger.model.usd for report in reports)
    assert 0 < usd == pytest.approx(spent_today(tmp_path).usd)
    assert usd <= 0.02
    assert any("llm.daily_budget_usd" in note for report in reports for note in report.ledger.notes)


async def test_a_report_from_kept_answers_costs_the_day_nothing(tmp_path: Path, posts: Path) -> None:
    async with ModelServer() as server:
        first = await run(job(tmp_path, posts, server), quiet)
        spent = spent_today(tmp_path)
        again = await run(job(tmp_path, posts, server, daily_budget_usd=0), quiet)
    assert again.sections == first.sections
    assert (again.ledger.model, spent_today(tmp_path)) == (ModelCost(), spent)


def test_what_days_cost_is_read_from_both_books(tmp_path: Path) -> None:
    config = Config(app=AppSettings(data_dir=tmp_path), topics=(Topic(name="ai", query="AI"),))
    assert money.spent(config, date(2026, 1, 1), date(2026, 1, 8)) == Spent()
    for day, usd in ((6, 0.1), (7, 0.2), (8, 0.4)):
        now = JANUARY.replace(day=day)
        book = Daybook(tmp_path / "model" / "spending", lambda now=now: now)  # type: ignore[misc]  # bound at once
        book.settle(book.enter(1.0, 2.0), ModelCost(calls=1, tokens_in=10, tokens_out=5, usd=usd))
        FileArchive(tmp_path / "posts_archive").record_spending(now.date(), XCost(posts=10, users=2, usd=10 * usd))
    assert money.spent(config, date(2026, 1, 7), date(2026, 1, 8)) == Spent(
        model=ModelCost(calls=2, tokens_in=20, tokens_out=10, usd=0.6), x=XCost(posts=20, users=4, usd=6.0)
    )
    llm, x = LlmSettings(api_key=SecretStr("k"), daily_budget_usd=1.5), XSettings(daily_budget_usd=5)
    assert money.today(config.model_copy(update={"llm": llm, "x": x}), JANUARY, ZH) == (
        "今天（UTC 1 月 8 日）花了：模型 0.40 / 1.50 美元，X 4.00 / 5.00 美元"
    )


def test_what_is_not_set_up_is_not_told(tmp_path: Path) -> None:
    config = Config(app=AppSettings(data_dir=tmp_path), topics=(Topic(name="ai", feeds=("https://feed.example",)),))
    assert money.today(config, JANUARY, ZH) == "今天（UTC 1 月 8 日）花了：0 美元：没有设置模型，也不读 X"
