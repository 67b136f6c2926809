"""Names that mean one thing: the table that ships, and lines that an operator adds (`智谱=Zhipu=Z.ai`).

Always holds: a name that stands in several lines (中美) means any of them; a line of the operator's that shares a name
with others is joined with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from report.evidence.glossary import load_glossary
from report.evidence.spelling import compact

WEAK = "~"


@dataclass(frozen=True, eq=False)
class Aliases:
    """`groups` are lines of names. `latin` and `han` find the lines of a name that is looked for in a claim."""

    groups: tuple[tuple[str, ...], ...]
    latin: Mapping[str, tuple[int, ...]]  # by the compact spelling
    marked: Mapping[str, tuple[int, ...]]  # as `latin`, of names after ~, which $NVDA and @sama are looked up in
    beginnings: frozenset[str]  # of the keys of `latin`
    spellings: frozenset[str]  # of `latin`, as the lines have them
    han: Mapping[str, tuple[int, ...]]  # casefolded, without spaces
    mixed: tuple[str, ...]  # those of `han` that have Latin in them: b站
    han_beginnings: frozenset[str]  # first characters of the keys of `han`
    longest_han: int

    def forms(self, groups: Iterable[int]) -> list[str]:
        """All the names that mean what these lines mean."""
        return [form for group in groups for form in self.groups[group]]


def read_alias(line: str) -> tuple[str, ...]:
    """`智谱=Zhipu` → ("智谱", "Zhipu"). One name alone is a line of one: a name to be looked for."""
    return tuple(dict.fromkeys(name for part in line.split("=") if (name := part.strip()).strip(WEAK)))


def own_names(lines: Iterable[str]) -> list[tuple[str, ...]]:
    """A topic's own lines, without those that are words of the field: 智能体, 大模型."""
    words = load_glossary().english
    return [line for line in map(read_alias, lines) if words.keys().isdisjoint(line)]


def load_aliases(extra: Iterable[tuple[str, ...]] = ()) -> Aliases:
    """The shipped table and the given lines, each the names of one thing."""
    return _load(tuple(tuple(line) for line in extra if line))


@lru_cache(maxsize=16)
def _load(extra: tuple[tuple[str, ...], ...]) -> Aliases:
    lines = list(_shipped())
    for line in extra:
        keys = {_key(name) for name in line}
        joined = [other for other in lines if not keys.isdisjoint(_key(name) for name in other if name[0] != WEAK)]
        lines = [other for other in lines if other not in joined]
        lines.append(tuple(dict.fromkeys([*line, *(name for other in joined for name in other)])))
    latin: dict[str, list[int]] = defaultdict(list)
    han: dict[str, list[int]] = defaultdict(list)
    marked: dict[str, list[int]] = defaultdict(list)
    spellings: set[str] = set()
    for number, line in enumerate(lines):
        for name in line:
            if name[0] == WEAK:
                marked[compact(name)].append(number)
            elif _key(name).isascii():
                latin[compact(name)].append(number)
                spellings.add(name)
            else:
                han[_key(name)].append(number)
    return Aliases(
        groups=tuple(tuple(name.removeprefix(WEAK).removeprefix("@") for name in line) for line in lines),
        latin={name: tuple(numbers) for name, numbers in latin.items()},
        marked={name: tuple(numbers) for name, numbers in marked.items() if name},
        beginnings=frozenset(name[:end] for name in latin for end in range(1, len(name) + 1)),
        spellings=frozenset(spellings),
        han={name: tuple(numbers) for name, numbers in han.items()},
        mixed=tuple(name for name in han if any(map(str.isalnum, filter(str.isascii, name)))),
        han_beginnings=frozenset(name[0] for name in han),
        longest_han=max(map(len, han), default=0),
    )


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, ...], ...]:
    table = (files("report.evidence") / "aliases.tsv").read_text("utf-8")
    return tuple(tuple(line.split("\t")) for line in table.splitlines() if line and not line.startswith("#"))


def _key(name: str) -> str:
    return "".join(name.removeprefix(WEAK).casefold().split())
