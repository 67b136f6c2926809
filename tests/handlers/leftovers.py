"""Finds words that a reader would get in Chinese whatever his language: in the syntax tree, without running anything.

In: a Python source. Out: the string literals with Han characters that go through none of the functions which translate,
each with its line and the constant, function or class that it stands in. Docstrings are no words for readers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = re.compile("[\u3400-\u9fff]")
TRANSLATING = frozenset({"say", "count", "mark", "command", "Argument"})


@dataclass(frozen=True)
class Leftover:
    line: int
    within: str  # the module's constant, function or class that it stands in
    words: str


def find_leftovers(source: str) -> list[Leftover]:
    tree = ast.parse(source)
    found: list[Leftover] = []
    for statement in tree.body:
        names = _names(statement)
        found += [Leftover(node.lineno, names, str(node.value)) for node in _literals(statement)]
    return found


def _names(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Assign):
        return ", ".join(ast.unparse(target) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return ast.unparse(statement.target)
    return str(getattr(statement, "name", ""))


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Han literals below the node that no call translates."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value):
        yield node
    for child in ast.iter_child_nodes(node):
        is_translated = isinstance(node, ast.Call) and isinstance(child, ast.Constant) and _called(node) in TRANSLATING
        if not is_translated:
            yield from _literals(child)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
