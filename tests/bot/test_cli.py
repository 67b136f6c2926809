"""The command line as its user meets it: files, sentences, exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.demo import posts_file
from report.model import Report
from tests.process import TUIBAO, Program

pytestmark = pytest.mark.process
SHARED = Path(__file__).parents[3] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not beside the checkout")


@pytest.fixture
def posts() -> Iterator[str]:
    with posts_file() as path:
        yield str(path)


def tuibao(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    known = {key: value for key, value in os.environ.items() if not key.startswith("TUIBAO_")}
    return subprocess.run(  # noqa: S603  our own script
        [str(TUIBAO), *arguments],
        cwd=folder,
        env={**known, "NO_COLOR": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_one_report_becomes_a_post_a_picture_and_its_data(tmp_path: Path, posts: str) -> None:
    done = tuibao(tmp_path, "report", "ai", "--tweets", posts, "--from", "2026-01-07", "--to", "2026-01-07")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    key = "twitter_ai_20260107_20260107"
    report = Report.model_validate_json((tmp_path / "out" / f"{key}.json").read_bytes())
    assert report.writer == "offline"
    assert (core := report.section("core"))
    assert len(core.points) == 10
    assert (tmp_path / "out" / f"{key}.md").read_text(encoding="utf-8").startswith("---\nlayout: post\n")
    with Image.open(tmp_path / "out" / f"wordcloud_{key}.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 900))


def test_without_days_the_newest_day_of_the_files_is_told(tmp_path: Path, posts: str) -> None:
    done = tuibao(tmp_path, "report", "ai", "--tweets", posts, "--writer", "offline", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["key"] == "twitter_ai_20260107_20260107"


def test_replay_calls_nobody_and_lists_the_open_requests(tmp_path: Path, posts: str) -> None:
    done = tuibao(tmp_path, "report", "ai", "--tweets", posts, "--writer", "llm", "--replay")
    assert done.returncode == 3
    requests = list((tmp_path / "data" / "model").glob("*.request.*"))
    assert requests
    assert all(path.name in done.stderr for path in requests)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("report", "ai", "--tweets", "nothere.json"), 2, "nothere.json"),
        (("report", "ai"), 2, "cp config.example.toml tuibao.toml"),
        (("report", "Ä?", "--tweets", "{posts}"), 2, "lower-case letters"),
        (("report", "ai", "--tweets", "{posts}", "--from", "7.1."), 2, "2026-01-07"),
        (("report", "ai", "--tweets", "{posts}", "--from", "2026-01-07", "--to", "2026-01-05"), 2, "swap them"),
        (("report", "ai", "--tweets", "{posts}", "--from", "2025-01-07"), 4, "no posts in the period"),
        (("run",), 2, "cp config.example.toml tuibao.toml"),
        (("import", "nothere"), 2, "nothere"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_a_status(
    tmp_path: Path, posts: str, arguments: tuple[str, ...], status: int, says: str
) -> None:
    if arguments[0] == "import":
        (tmp_path / "tuibao.toml").write_text('[[topics]]\nname = "ai"\nquery = "AI"\n', encoding="utf-8")
    done = tuibao(tmp_path, *(word.format(posts=posts) for word in arguments))
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_out_of_reach_gives_an_offline_report_that_says_so(tmp_path: Path, posts: str) -> None:
    done = tuibao(
        tmp_path, "report", "ai", "--tweets", posts, "--writer", "llm", "--json",
        TUIBAO_LLM__BASE_URL="http://127.0.0.1:9/v1", TUIBAO_LLM__API_KEY="sk-secret-key",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = Report.model_validate_json(done.stdout)
    assert report.writer == "offline"
    assert any("离线" in note for note in report.ledger.notes)
    assert "sk-secret-key" not in done.stderr + done.stdout


def test_check_names_what_works_and_ends_with_2_when_something_does_not(tmp_path: Path) -> None:
    (tmp_path / "tuibao.toml").write_text('[[topics]]\nname = "ai"\nquery = "AI"\n', encoding="utf-8")
    wrong = tuibao(tmp_path, "check", "--offline")
    assert wrong.returncode == 2
    assert "no reader can be reached" in wrong.stdout
    right = tuibao(tmp_path, "check", "--offline", TUIBAO_WEB__PORT="8710", TUIBAO_X__BEARER_TOKEN="t")
    assert right.returncode == 0, right.stdout + right.stderr
    assert "topic ai: next runs" in right.stdout


@needs_shared
def test_both_seeds_are_imported_with_sections_to_open(tmp_path: Path) -> None:
    (tmp_path / "tuibao.toml").write_text('[[topics]]\nname = "ai"\nquery = "AI"\n', encoding="utf-8")
    done = tuibao(tmp_path, "import", str(SHARED / "data" / "posts" / "seeds"))
    assert done.returncode == 0, done.stderr
    for key in ("twitter_ai_20251107_20251108", "twitter_ai_20260107_20260107"):
        report = Report.model_validate_json((tmp_path / "data" / "reports" / f"{key}.json").read_bytes())
        kinds = {section.kind for section in report.sections if section.all_points()}
        assert kinds >= {"overview", "core", "views", "events", "ai", "finance"}
        assert (core := report.section("core"))
        assert len(core.points) == 10
    again = tuibao(tmp_path, "import", str(tmp_path / "data" / "posts"))
    assert again.returncode == 0, again.stderr


@needs_shared
@pytest.mark.parametrize("name", ["tweets", "finance", "x_api"])
def test_every_archive_of_real_posts_is_read_without_a_complaint(tmp_path: Path, name: str) -> None:
    (tmp_path / "tuibao.toml").write_text('[[topics]]\nname = "ai"\nquery = "AI"\n', encoding="utf-8")
    done = tuibao(tmp_path, "import", str(SHARED / "data" / name))
    assert done.returncode == 0, done.stderr
    counts = [int(line.split(": ")[1].split()[0]) for line in done.stdout.splitlines() if " posts into " in line]
    assert sum(counts) == {"tweets": 2575, "finance": 521, "x_api": 502}[name]


@pytest.mark.timeout(60)
async def test_the_demo_is_a_page_with_a_report_on_it(tmp_path: Path, unused_tcp_port: int) -> None:
    async with Program("demo", "--no-browser", "--port", str(unused_tcp_port), folder=tmp_path) as demo:
        await demo.says(f"http://127.0.0.1:{unused_tcp_port}/")
        async with Program("demo", "--no-browser", "--port", str(unused_tcp_port)) as second:
            assert "--port" in await second.says(str(unused_tcp_port))
            assert await second.process.wait() == 3
        assert await demo.stop() == 0


@pytest.mark.timeout(60)
async def test_ctrl_c_while_the_demo_still_writes_is_quiet(tmp_path: Path, unused_tcp_port: int) -> None:
    async with Program("demo", "--no-browser", "--port", str(unused_tcp_port), folder=tmp_path) as demo:
        await demo.says("收集")
        assert await demo.stop(signal.SIGINT) == 0
        assert not [line for line in demo.lines if "Traceback" in line or "ended with status" in line]


@pytest.mark.parametrize(
    "arguments", [("demo", "--port", "99999"), ("report", "ai", "--tweets", "x", "--out", "afile")]
)
def test_a_wrong_option_is_no_traceback(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "afile").touch()
    done = tuibao(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert arguments[-2] in done.stderr
