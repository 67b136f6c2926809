"""Who may import whom, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {"report": {"handlers", "bot"}, "handlers": {"bot"}, "bot": set[str]()}
ONLY_IN = {
    "telegram": ("bot/platforms/telegram/",),
    "discord": ("bot/platforms/discord/",),
    "tinydb": ("bot/store/",),
    "tweepy": ("report/sources/x",),
    "openai": ("report/llm/client",),
    "sqlalchemy": ("bot/store/",),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in FORBIDDEN:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Top names of everything imported, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize(("path", "tree"), list(sources()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_go_one_way_and_each_library_has_its_place(path: str, tree: ast.Module) -> None:
    names = imported(tree)
    assert not names & FORBIDDEN[path.partition("/")[0]]
    for library, places in ONLY_IN.items():
        assert library not in names or path.startswith(places), f"{path} imports {library}"


def test_one_file_imports_tweepy_and_one_openai() -> None:
    for library in ("tweepy", "openai"):
        assert len([path for path, tree in sources() if library in imported(tree)]) == 1
