"""Which day is meant, shortly before and after midnight, where the reader is; the topic is Shanghai's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.handlers.fakes import Conversation, MemoryStore, make_report

NONE_YET = "今天（1 月 9 日）的报告还没写出来"


@pytest.mark.parametrize(
    ("zone", "hour", "minute", "typed", "begins"),
    [
        ("Honolulu", 9, 55, "今天", "推报 · AI｜1 月 7 日"),
        ("Honolulu", 9, 55, "昨天", "推报 · AI｜1 月 6 日"),
        ("Honolulu", 10, 5, "今天", "推报 · AI｜1 月 8 日"),
        ("Honolulu", 10, 5, "昨天", "推报 · AI｜1 月 7 日"),
        ("Kiritimati", 9, 55, "今天", "推报 · AI｜1 月 8 日"),
        ("Kiritimati", 9, 55, "昨天", "推报 · AI｜1 月 7 日"),
        ("Kiritimati", 10, 5, "今天", NONE_YET),
        ("Kiritimati", 10, 5, "昨天", "推报 · AI｜1 月 8 日"),
        ("Kiritimati", 10, 5, "1月9日", NONE_YET),
        # In Shanghai it is the 8th already, and its report may be there.
        ("Honolulu", 9, 55, "1月8日", "推报 · AI｜1 月 8 日"),
        ("Honolulu", 9, 55, "2026-01-08", "推报 · AI｜1 月 8 日"),
        ("Honolulu", 9, 55, "2026-01-09", "1 月 9 日还没到"),
    ],
)
async def test_days_are_those_of_the_chat_and_what_is_written_already_can_be_read(
    zone: str, hour: int, minute: int, typed: str, begins: str
) -> None:
    talk = Conversation(MemoryStore({report.key: report for report in map(make_report, range(1, 9))}))
    talk.services = replace(talk.services, now=lambda: datetime(2026, 1, 8, hour, minute, tzinfo=UTC))
    await talk.say(f"/settings timezone {zone}")
    assert (await talk.text(f"/brief {typed}")).startswith(begins)
