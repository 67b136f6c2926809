"""The day's dollars are counted once, on disk, by all processes together."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.errors import BudgetSpent, ModelError
from report.llm import Model
from report.llm.daybook import Daybook, DayFull
from report.model import ModelCost
from report.settings import LlmPrices
from tests.counterparts.model_server import ModelServer
from tests.report.llm.test_llm import POSTS, Lines, ask, settings

EVENING = datetime(2026, 1, 7, 23, 59, tzinfo=UTC)
DAY = EVENING.date()
COST = ModelCost(calls=1, tokens_in=1000, tokens_out=200, usd=0.004)
PRICES = LlmPrices(input_usd=30, output_usd=1.0)  # one call may cost 2.4 cents, and costs about 0.3
SPENDER = """
import sys
from pathlib import Path
from report.llm.daybook import Daybook, DayFull
from report.model import ModelCost
book, made = Daybook(Path(sys.argv[1])), 0
for _ in range(40):
    try:
        entry = book.enter(0.01, 0.30)
    except DayFull:
        continue
    made += 1
    book.settle(entry, ModelCost(calls=1, usd=0.01))
print(made)
"""


def lines(folder: Path) -> list[bytes]:
    return (folder / f"{DAY}.jsonl").read_bytes().splitlines()


def test_a_call_counts_with_the_most_it_may_cost_until_it_is_settled(tmp_path: Path) -> None:
    book = Daybook(tmp_path, lambda: EVENING)
    entry = book.enter(0.02, 1.0)
    assert book.spent(DAY) == ModelCost(usd=0.02)
    book.settle(entry, COST)
    assert book.spent(DAY) == COST


def test_a_new_process_goes_on_counting_where_the_last_one_died(tmp_path: Path) -> None:
    first = Daybook(tmp_path, lambda: EVENING)
    first.settle(first.enter(0.02, 1.0), COST)
    first.enter(0.02, 1.0)  # and dies
    again = Daybook(tmp_path, lambda: EVENING)
    assert again.spent(DAY).usd == pytest.approx(0.024)
    with pytest.raises(DayFull) as full:
        again.enter(0.02, 0.04)
    assert full.value.spent_usd == pytest.approx(0.024)
    assert len(lines(tmp_path)) == 3


def test_midnight_utc_begins_a_new_day_and_a_call_belongs_to_the_day_it_began_on(tmp_path: Path) -> None:
    now = EVENING
    book = Daybook(tmp_path, lambda: now)
    entry = book.enter(0.02, 0.02)
    now += timedelta(minutes=2)
    book.enter(0.02, 0.02)
    book.settle(entry, COST)
    assert (book.spent(DAY), book.spent(date(2026, 1, 8)).usd) == (COST, 0.02)
    assert book.spent(date(2026, 1, 9)) == ModelCost()


@pytest.mark.parametrize(
    "torn", [b'{"call": "12', b"[]\n", b'{"call": "a"}\n{"most_usd": 3}\n', b"\xff\xfe", b'{"x": ']
)
def test_a_torn_line_costs_itself_only(torn: bytes, tmp_path: Path) -> None:
    book = Daybook(tmp_path, lambda: EVENING)
    book.settle(book.enter(0.02, 1.0), COST)
    with (tmp_path / f"{DAY}.jsonl").open("ab") as file:
        file.write(torn)
    book.settle(book.enter(0.02, 1.0), COST)
    assert book.spent(DAY).usd == pytest.approx(0.008)


def test_what_cannot_be_counted_is_not_spent(tmp_path: Path) -> None:
    (tmp_path / "spending").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(ModelError, match="make the folder writable") as caught:
        Daybook(tmp_path / "spending").enter(0.01, 1.0)
    assert "记不下模型的花费" in caught.value.words


@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 1)), max_size=30))
def test_the_budget_holds_whatever_calls_come(calls: Sequence[tuple[float, float]]) -> None:
    budget_usd, spent_usd = 1.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        book = Daybook(Path(folder), lambda: EVENING)
        for most_usd, share in calls:
            try:
                entry = book.enter(most_usd, budget_usd)
            except DayFull:
                assert spent_usd + most_usd > budget_usd - 1e-6
                continue
            book.settle(entry, ModelCost(calls=1, usd=most_usd * share))
            spent_usd += most_usd * share
        assert book.spent(DAY).usd == pytest.approx(spent_usd, abs=1e-6)
    assert spent_usd <= budget_usd + 1e-6


@pytest.mark.process
def test_processes_that_spend_at_once_stay_within_the_day(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPENDER, str(tmp_path)]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]  # noqa: S603  our own
    made = [int(spender.communicate(timeout=60)[0]) for spender in spenders]
    assert sum(made) == 30


async def test_two_reports_at_once_do_not_overspend_the_day_and_a_third_asks_nothing(tmp_path: Path) -> None:
    async with ModelServer() as server:
        chosen = settings(server.base_url, prices=PRICES, daily_budget_usd=0.04)
        reports = [Model(chosen, tmp_path) for _ in range(2)]
        questions = (ask(report, f"{POSTS}{at}") for at in range(20) for report in [reports[at % 2]])
        answers = await asyncio.gather(*questions, return_exceptions=True)
        assert 1 < sum(isinstance(answer, Lines) for answer in answers) == len(server.calls) < 20
        spent_usd = sum(report.cost.usd for report in reports)
        assert spent_usd <= 0.04
        asked = len(server.calls)
        short = chosen.model_copy(update={"daily_budget_usd": round(spent_usd + 0.02, 4)})  # less than a call may cost
        with pytest.raises(BudgetSpent, match=r"raise llm\.daily_budget_usd") as caught:
            await ask(Model(short, tmp_path), POSTS)
        assert len(server.calls) == asked
    assert caught.value.words.startswith("模型预算不够再问一次：今天（UTC）的上限是 0.0")


async def test_kept_answers_cost_the_day_nothing(tmp_path: Path) -> None:
    async with ModelServer() as server:
        await ask(Model(settings(server.base_url), tmp_path))
        today = datetime.now(UTC).date()
        spent = Daybook(tmp_path / "spending").spent(today)
        await ask(Model(settings(server.base_url, daily_budget_usd=0), tmp_path))
    assert spent.calls == 1
    assert Daybook(tmp_path / "spending").spent(today) == spent


async def test_a_call_that_found_nobody_home_costs_the_day_nothing(tmp_path: Path, unused_tcp_port: int) -> None:
    with pytest.raises(ModelError, match="out of reach") as caught:
        await ask(Model(settings(f"http://127.0.0.1:{unused_tcp_port}/v1"), tmp_path, sleep=_no_sleep))
    assert Daybook(tmp_path / "spending").spent(datetime.now(UTC).date()) == ModelCost()
    assert caught.value.words == "模型 tuibao-test 一直没有给出回答：检查 llm.base_url，或过一会儿重写"


async def _no_sleep(_seconds: float) -> None:
    await asyncio.sleep(0)
