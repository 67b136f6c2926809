"""Which earlier reports a job finds on disk, and that it remembers them."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import orjson
import pytest

from bot.making import Job, earlier_reports, run
from report.model import Period, Report, Topic, report_key
from tests.posts import DAY, post


def job(folder: Path, *, day: int = 7, key: str = "", files: tuple[str, ...] = ("none.json",)) -> Job:
    when = date(2026, 1, day)
    return Job(
        topic=Topic(name="ai", files=files),
        period=Period.of_days(when, when, "Asia/Shanghai"),
        key=key or report_key("ai", when, when),
        data_dir=folder / "data",
        folder=folder / "out",
        stored_only=True,
        now=DAY,
    )


def keep(folder: Path, day: date, *, topic: str = "ai", named: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    key = report_key(topic, day, day)
    report = Report(
        key=key,
        topic=topic,
        first=day,
        last=day,
        timezone="Asia/Shanghai",
        sections=(),
        created_at=DAY,
        writer="offline",
    )
    path = folder / f"{named or key}.json"
    path.write_text(report.model_dump_json(), encoding="utf-8")
    return path


def found(folder: Path, key: str = "") -> list[str]:
    return [report.key for report in earlier_reports(job(folder, key=key))]


def test_reports_of_the_store_and_of_the_folder_are_found_each_once(tmp_path: Path) -> None:
    for folder in (tmp_path / "data" / "reports", tmp_path / "out"):
        keep(folder, date(2026, 1, 6))
    keep(tmp_path / "data" / "reports", date(2026, 1, 5))
    assert sorted(found(tmp_path)) == ["twitter_ai_20260105_20260105", "twitter_ai_20260106_20260106"]


def test_what_is_later_older_of_another_topic_or_an_older_revision_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "reports"
    for day in (date(2026, 1, 7), date(2026, 1, 8), date(2025, 12, 20)):
        keep(folder, day)
    keep(folder, date(2026, 1, 6), topic="ai_chips")
    keep(folder, date(2026, 1, 6), named="twitter_ai_20260106_20260106.r1")
    keep(folder, date(2026, 1, 6), named="twitter_ai_20260105_20260105")
    assert found(tmp_path) == []


def test_a_damaged_report_is_left_out_and_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "data" / "reports"
    keep(folder, date(2026, 1, 5))
    keep(folder, date(2026, 1, 6)).write_text('{"key": "twitter_ai', encoding="utf-8")
    old = keep(folder, date(2026, 1, 4))
    old.write_bytes(orjson.dumps(orjson.loads(old.read_bytes()) | {"a_field_of_long_ago": 1}))
    (folder / "twitter_ai_20260103_20260103.json").mkdir()
    with caplog.at_level(logging.WARNING):
        assert found(tmp_path) == ["twitter_ai_20260105_20260105"]
    assert len(caplog.records) == 3


def test_a_range_that_a_reader_asked_for_stands_alone(tmp_path: Path) -> None:
    keep(tmp_path / "data" / "reports", date(2026, 1, 6))
    assert found(tmp_path, key="range_ai_20260107_20260107") == []


async def test_a_story_that_was_told_yesterday_is_left_out_today(tmp_path: Path) -> None:
    text = "Northwind Labs released Tern-3 today: 71.2% on RepoBench, open weights under Apache 2.0."
    posts = [
        post(1, text, minutes=-1440),
        post(2, f"{text} 🎉"),
        post(3, "QuillCode, a coding agent, was down for 40 minutes."),
    ]
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(tweet.model_dump_json() for tweet in posts), encoding="utf-8")
    yesterday = await run(job(tmp_path, day=6, files=(str(file),)), lambda _: None)
    store = tmp_path / "data" / "reports"
    store.mkdir(parents=True)
    (store / f"{yesterday.key}.json").write_text(yesterday.model_dump_json(), encoding="utf-8")
    today = await run(job(tmp_path, files=(str(file),)), lambda _: None)
    assert [(row.id, row.reason) for row in today.ledger.dropped] == [(posts[1].id, "1 月 6 日已经报过，没有新内容")]


def test_restored_posts_cross_the_pipe(tmp_path: Path) -> None:
    whole = job(tmp_path).model_copy(update={"restored": ("2008700000000000001",)})
    assert Job.model_validate_json(whole.encode()) == whole
