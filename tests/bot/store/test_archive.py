"""The archive keeps what was paid for: durable, once per id, shared by processes, whole after a crash."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from bot.store import archive as module
from bot.store.archive import FileArchive
from bot.store.disk import StoreError
from report.model import Author, Tweet, XCost
from report.sources import Archive

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def tweet(number: int, text: str = "词", at: datetime = NOON) -> Tweet:
    return Tweet(
        id=str(2008700000000000000 + number),
        author=Author(handle="linyue", id="77"),
        text=text,
        created_at=at,
        source="x",
    )


@pytest.fixture
def archive(tmp_path: Path) -> FileArchive:
    return FileArchive(tmp_path / "archive")


def test_it_is_what_the_sources_expect(archive: FileArchive) -> None:
    promised: Archive = archive
    assert promised.topics() == []


def test_posts_come_back_oldest_first_of_the_stretch_only(archive: FileArchive) -> None:
    first, last = tweet(2, at=NOON - DAY), tweet(1, at=NOON + DAY)
    archive.keep("ai", [last, tweet(3), first])
    archive.keep("markets", [tweet(9)])
    assert archive.posts("ai", NOON - DAY, NOON + DAY) == [first, tweet(3)]
    assert archive.posts("ai", NOON - DAY, NOON + DAY + HOUR) == [first, tweet(3), last]
    assert archive.posts("other", NOON - DAY, NOON + DAY) == []
    assert archive.topics() == ["ai", "markets"]


def test_days_are_those_of_utc(archive: FileArchive) -> None:
    archive.keep("ai", [tweet(1, at=datetime.fromisoformat("2026-01-08T07:59:00+08:00"))])
    assert [path.name for path in (archive.root / "ai").iterdir()] == ["2026-01-07.jsonl"]


def test_the_newest_reading_of_an_id_wins(archive: FileArchive) -> None:
    archive.keep("ai", [tweet(1, "old"), tweet(2)])
    archive.keep("ai", [tweet(1, "new")])
    assert [one.text for one in archive.posts("ai", NOON, NOON + HOUR)] == ["new", "词"]


def test_a_torn_last_line_costs_itself_only_and_is_said(archive: FileArchive, caplog: pytest.LogCaptureFixture) -> None:
    archive.keep("ai", [tweet(1), tweet(2)])
    path = archive.root / "ai" / "2026-01-07.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    archive.keep("ai", [tweet(3)])
    with caplog.at_level(logging.WARNING):
        assert [one.id[-1] for one in archive.posts("ai", NOON, NOON + HOUR)] == ["1", "3"]
    assert "line(s) 2 are torn or damaged" in caplog.text


@given(cut=st.integers(min_value=0, max_value=400))
def test_wherever_a_file_is_torn_later_posts_are_kept(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = FileArchive(tmp_path_factory.mktemp("torn"))
    archive.keep("ai", [tweet(1), tweet(2)])
    path = archive.root / "ai" / "2026-01-07.jsonl"
    path.write_bytes(path.read_bytes()[:cut])
    archive.keep("ai", [tweet(3)])
    ids = [one.id[-1] for one in archive.posts("ai", NOON, NOON + HOUR)]
    assert ids in (["3"], ["1", "3"], ["1", "2", "3"])


def test_what_was_kept_is_there_for_another_process(archive: FileArchive) -> None:
    archive.keep("ai", [tweet(1)])
    archive.keep_authors([Author(handle="Linyue", name="林越", id="77")])
    archive.mark_covered("ai", "f", NOON, NOON + HOUR)
    archive.record_spending(NOON.date(), XCost(posts=1, usd=0.005))
    other = FileArchive(archive.root)
    assert other.posts("ai", NOON, NOON + HOUR) == [tweet(1)]
    assert other.authors(["77", "78"]) == {"77": Author(handle="Linyue", name="林越", id="77")}
    assert other.is_covered("ai", "f", NOON, NOON + HOUR)
    assert other.spent_usd(NOON.date()) == 0.005


def test_authors_are_found_by_id_and_by_handle_in_any_case(archive: FileArchive) -> None:
    archive.keep_authors([Author(handle="LinYue", id="77"), Author(handle="nobody")])
    archive.keep_authors([Author(handle="LinYue2", id="77", followers=3)])
    assert set(archive.authors(["77", "@linyue2", "@linyue", "@nobody"])) == {"77", "@linyue2"}
    assert archive.authors(["@LINYUE2"])["@LINYUE2"].followers == 3


@pytest.mark.parametrize(
    ("marked", "asked", "covered"),
    [
        ([], (0, 1), False),
        ([(0, 4)], (0, 4), True),
        ([(0, 4)], (1, 3), True),
        ([(0, 4)], (3, 5), False),
        ([(0, 2), (2, 4)], (1, 3), True),
        ([(2, 4), (0, 2)], (0, 4), True),
        ([(0, 1), (2, 4)], (0, 4), False),
        ([(0, 3), (1, 5), (8, 9)], (0, 5), True),
    ],
)
def test_coverage(
    archive: FileArchive,
    marked: list[tuple[int, int]],
    asked: tuple[int, int],
    covered: bool,
) -> None:
    for start, end in marked:
        archive.mark_covered("ai", "f", NOON + start * HOUR, NOON + end * HOUR)
    assert archive.is_covered("ai", "f", NOON + asked[0] * HOUR, NOON + asked[1] * HOUR) is covered
    assert not archive.is_covered("ai", "other", NOON, NOON + HOUR)
    assert not archive.is_covered("markets", "f", NOON, NOON + HOUR)


def test_spending_adds_up_for_each_day(archive: FileArchive) -> None:
    for _ in range(3):
        archive.record_spending(date(2026, 1, 7), XCost(posts=2, users=1, usd=0.02))
    assert archive.spent_usd(date(2026, 1, 7)) == pytest.approx(0.06)
    assert archive.spent_usd(date(2026, 1, 8)) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null"])
def test_a_damaged_document_is_set_aside_loudly(
    archive: FileArchive, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    archive.mark_covered("ai", "f", NOON, NOON + HOUR)
    (archive.root / "coverage.json").write_bytes(content)
    assert not archive.is_covered("ai", "f", NOON, NOON + HOUR)
    assert "coverage.json was damaged; it was moved to" in caplog.text
    assert [path.read_bytes() for path in archive.root.glob("coverage.json.*")] == [content]
    archive.mark_covered("ai", "f", NOON, NOON + HOUR)
    assert archive.is_covered("ai", "f", NOON, NOON + HOUR)


@pytest.mark.parametrize("name", ["", "..", "a/b", "AI", "x" * 25])
def test_a_topic_cannot_leave_the_folder(archive: FileArchive, name: str) -> None:
    with pytest.raises(ValueError, match="no name of a topic"):
        archive.keep(name, [tweet(1)])


def test_threads_and_processes_take_turns(archive: FileArchive) -> None:
    script = (
        "import sys; from pathlib import Path; from datetime import date; from bot.store.archive import FileArchive;"
        "from report.model import XCost; archive = FileArchive(Path(sys.argv[1]));"
        "[archive.record_spending(date(2026, 1, 7), XCost(posts=1, usd=0.005)) for _ in range(20)]"
    )
    root = Path(__file__).resolve().parents[3]
    others = [
        subprocess.Popen([sys.executable, "-c", script, str(archive.root)], cwd=root)  # noqa: S603  this very file's
        for _ in range(2)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: archive.keep("ai", [tweet(number)]), range(20)))
    assert [other.wait(60) for other in others] == [0, 0]
    assert archive.spent_usd(date(2026, 1, 7)) == pytest.approx(0.2)
    assert len(archive.posts("ai", NOON, NOON + HOUR)) == 20


def test_a_lock_that_is_never_given_back_ends_in_a_sentence(
    archive: FileArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep("ai", [tweet(1)])
    monkeypatch.setattr(module, "LOCK_TIMEOUT_S", 0.0)
    with FileLock(archive.root / ".lock"), pytest.raises(StoreError, match="another process"):
        archive.keep("ai", [tweet(2)])


def test_a_folder_that_cannot_be_made_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        FileArchive(tmp_path / "file").keep("ai", [tweet(1)])


def test_a_hundred_thousand_posts_are_read_in_reasonable_time(archive: FileArchive) -> None:
    """Measured: about 2 s on one core; the limit only catches a wrong order of growth."""
    archive.keep("ai", [tweet(1)])
    line = (archive.root / "ai" / "2026-01-07.jsonl").read_bytes()
    many = (line.replace(b"0000001", b"%07d" % number) for number in range(100_000))
    (archive.root / "ai" / "2026-01-07.jsonl").write_bytes(b"".join(many))
    started = time.perf_counter()
    assert len(archive.posts("ai", NOON, NOON + HOUR)) == 100_000
    assert time.perf_counter() - started < 20
