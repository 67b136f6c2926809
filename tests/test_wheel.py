"""The wheel is whole: what the program reads at run time is inside, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = (
    "bot/demo/posts.json",
    "bot/web/chat.html",
    "bot/web/chat.css",
    "bot/web/chat.js",
    "bot/web/icon.svg",
    "handlers/locale/en/LC_MESSAGES/tuibao.mo",
    "report/stopwords/zh.txt",
    "report/stopwords/en.txt",
    "report/writer/prompts/draft.md",
    "report/writer/prompts/edit.md",
)


@pytest.mark.process
def test_the_wheel_holds_templates_prompts_words_and_demo_posts(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603  our own build
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert set(NEEDED) <= set(names)
    assert {name.partition("/")[0] for name in names} == {"bot", "handlers", "report", "tuibao-0.1.0.dist-info"}
