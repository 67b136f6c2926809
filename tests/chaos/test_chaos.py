"""A short run of `make chaos`, so that it stays alive; and that it can fail."""

from __future__ import annotations

import pytest

from tests.chaos.counting import count
from tests.chaos.driver import Plan, run


@pytest.mark.timeout(300)
async def test_killed_a_few_times_every_promise_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = await run(Plan(seed=11, kills=6, chats=30), print)
    assert outcome.kept, "\n".join(outcome.lines())
    assert outcome.counts["telegram"].expected >= 30 * 3
    assert outcome.counts["discord"].expected >= 30 * 2


@pytest.mark.parametrize(
    ("shown", "missing", "twice", "out_of_order", "unknown"),
    [
        (["一", "二", "三"], 0, 0, 0, 0),
        (["一", "三"], 1, 0, 0, 0),
        (["一", "二", "二", "三"], 0, 1, 0, 0),
        (["二", "一", "三"], 0, 0, 1, 0),
        (["一", "二"], 0, 0, 0, 1),
    ],
)
def test_what_is_wrong_is_counted(shown: list[str], missing: int, twice: int, out_of_order: int, unknown: int) -> None:
    sent = ["1", "2", "?" if unknown else "3"]
    row = {"chat": "telegram:7", "state": "sent", "sent": sent, "parts": "p"}
    parts = {"p": {"parts": [{"text": words} for words in ("一", "二", "三")]}}
    found = count({"deliveries": {"k": row}, "parts": parts}, "telegram", {"7": shown})
    assert (found.missing, found.twice, found.out_of_order, found.unknown) == (missing, twice, out_of_order, unknown)
