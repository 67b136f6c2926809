"""What README, CONTRIBUTING and docs/ name is there: files, links, commands, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.base import COMMANDS
from handlers.dispatch import MENU
from handlers.settings.names import TYPED

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
PROSE = (*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
PATH = re.compile(r"`([\w./{},*-]+(?:\.py|\.md|\.css|\.po|/))`")
BRACES = re.compile(r"\{([^{}]*)\}")
LINK = re.compile(r'\]\(([^)#:]+)\)|src="([^":]+)"')
MAX_PICTURE_BYTES = 150_000


def spelled_out(path: str) -> Iterator[str]:
    """`{x,rss}.py` as x.py and rss.py."""
    found = BRACES.search(path)
    for word in found[1].split(",") if found else ():
        yield from spelled_out(path[: found.start()] + word + path[found.end() :]) if found else ()
    if not found:
        yield path


def test_every_file_that_the_architecture_names_is_there() -> None:
    """A bare name stands beside or in what its line names, or in `handlers/`, whose table leaves the folder out."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    missing = []
    for line in text.splitlines():
        names = [name for path in PATH.findall(line) for name in spelled_out(path)]
        folders = [
            ROOT,
            ROOT / "handlers",
            *(ROOT / name if name[-1] == "/" else (ROOT / name).parent for name in names),
        ]
        missing += [name for name in names if not any(list(folder.glob(name)) for folder in folders)]
    assert not missing


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    links = [first or second for first, second in LINK.findall(path.read_text("utf-8"))]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_readme_names_every_command_and_setting(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(MENU) == set(COMMANDS)
    assert {name for name in COMMANDS if not re.search(rf"`/{name}\b", text)} == set()
    assert {names[0] for names in TYPED.values() if names[0] not in text and names[0] != "部分"} == set()


def test_pictures_are_small() -> None:
    assert [path.name for path in (ROOT / "docs").rglob("*.png") if path.stat().st_size > MAX_PICTURE_BYTES] == []
