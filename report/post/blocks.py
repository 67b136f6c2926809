"""Markdown → a flat list of headings, paragraphs, lists and rules, with bold, links and lines of the source kept.

In: the body of a post by anybody. Out: its blocks, and a line in Chinese for each thing that has no place in a
report (a table, HTML, a picture). Two slips of the first reports are set right: a heading that was swallowed as a
list item with an unclosed bold, and one without its #.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from report.post.markdown import address, clean
from report.post.outline import meaning

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

SUPERSCRIPT = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
DEFAULT_LEVEL = 2
# `**甲：**乙` is no bold to CommonMark, which wants a space or punctuation after it; many write it all the same.
COLON_IN_BOLD = re.compile(r"(?<![\\*])\*\*([^*\n]{1,80}?)([:：])\*\*(?!\*)")


@dataclass(frozen=True)
class Atom:
    """A run of text in a paragraph; `url` makes it a link."""

    text: str
    bold: bool = False
    url: str = ""

    @property
    def is_citation(self) -> bool:
        return bool(self.url and SUPERSCRIPT.fullmatch(self.text))


@dataclass(frozen=True)
class Para:
    atoms: tuple[Atom, ...]
    line: int
    source: str = ""  # as it stands in the post

    @property
    def text(self) -> str:
        return clean("".join(atom.text for atom in self.atoms if not atom.is_citation))

    @property
    def is_plain(self) -> bool:
        return not any(atom.bold or atom.url for atom in self.atoms)


@dataclass(frozen=True)
class Heading:
    text: str
    level: int
    line: int = 0


@dataclass(frozen=True)
class Items:
    """A list; each item holds paragraphs and lists of its own."""

    items: tuple[tuple[Para | Items, ...], ...]


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Heading | Para | Items | Rule


def read_blocks(body: str, first_line: int = 1) -> tuple[list[Block], list[str]]:
    """The blocks of a body that begins at that line of its file, and what was not understood."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  only an import of posts needs it
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415

    parser = MarkdownIt("commonmark").enable("table")
    setattr(parser, "normalizeLink", str)  # noqa: B010  its own would not give back what `address` wrote
    reading = _Reading(first_line)
    blocks = list(reading.blocks(SyntaxTreeNode(parser.parse(COLON_IN_BOLD.sub(r"**\1**\2", body))).children))
    set_right = list(_set_right(blocks, reading.problems))
    return set_right, [_told(what, lines) for what, lines in reading.problems.items()]


Problems = dict[str, list[int]]  # what was not understood → in which lines


def _told(what: str, lines: list[int]) -> str:
    named = "、".join(map(str, lines[:5]))
    return f"第 {named} 行{f'等 {len(lines)} 处' if len(lines) > 5 else ''}：{what}"


@dataclass
class _Reading:
    first_line: int
    problems: Problems = field(default_factory=dict)

    def miss(self, what: str, line: int) -> None:
        self.problems.setdefault(what, []).append(line)

    def blocks(self, nodes: list[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            line = (node.map[0] if node.map else 0) + self.first_line
            match node.type:
                case "heading":
                    text = "".join(atom.text for child in node.children for atom in self.atoms(child, line))
                    yield Heading(clean(text), int(node.tag[1]), line)
                case "paragraph":
                    yield from self.paragraph(node.children[0], line)
                case "bullet_list" | "ordered_list":
                    yield Items(tuple(tuple(self.in_item(item.children)) for item in node.children))
                case "blockquote":
                    yield from self.blocks(node.children)
                case "fence" | "code_block":
                    yield Para((Atom(node.content),), line)
                case "hr":
                    yield Rule()
                case "table":
                    self.miss("表格没有读入", line)
                case _:
                    self.miss("HTML 没有读入", line)

    def in_item(self, nodes: list[SyntaxTreeNode]) -> Iterator[Para | Items]:
        for block in self.blocks(nodes):
            match block:
                case Heading(text, _, line):
                    yield Para((Atom(text, bold=True),), line)
                case Para() | Items():
                    yield block

    def paragraph(self, inline: SyntaxTreeNode, line: int) -> Iterator[Para]:
        read = Para(tuple(self.atoms(inline, line)), line, inline.content)
        if read.text or any(atom.url for atom in read.atoms):
            yield read

    def atoms(self, node: SyntaxTreeNode, line: int, *, bold: bool = False, url: str = "") -> Iterator[Atom]:
        match node.type:
            case "text" | "code_inline" | "text_special":
                if node.content:
                    yield Atom(node.content, bold, url)
            case "softbreak" | "hardbreak":
                yield Atom("\n", bold, url)
            case "image":
                if "词云" not in node.content and "wordcloud" not in str(node.attrs.get("src", "")):
                    self.miss("图片没有读入", line)
            case "html_inline":
                yield Atom(" ", bold, url)
            case "link":
                yield from self.link(node, line, bold=bold)
            case _:
                for child in node.children:
                    yield from self.atoms(child, line, bold=bold or node.type == "strong", url=url)

    def link(self, node: SyntaxTreeNode, line: int, *, bold: bool) -> Iterator[Atom]:
        """One atom, so that a link is one citation however its label is set."""
        label = clean("".join(atom.text for child in node.children for atom in self.atoms(child, line)))
        target = str(node.attrs.get("href", ""))
        url = address(target)
        if not url:
            self.miss(f"链接 {clean(target)[:60]!r} 不是网址，没有当作出处", line)
        if label:
            yield Atom(label, bold, url)


def _set_right(blocks: list[Block], problems: Problems) -> Iterator[Block]:
    level = DEFAULT_LEVEL
    for at, block in enumerate(blocks):
        match block:
            case Heading():
                level = block.level
                yield block
            case Items():
                yield from _without_swallowed(block, level, problems)
            case Para() if _lacks_its_mark(blocks, at):
                problems.setdefault(f"「{block.text}」没有 #，当作标题", []).append(block.line)
                yield Heading(block.text, level, block.line)
            case _:
                yield block


def _lacks_its_mark(blocks: list[Block], at: int) -> bool:
    """A short plain line between two lists that names a section."""
    line, around = blocks[at], blocks[max(at - 1, 0) : at + 2]
    between = len(around) == 3 and isinstance(around[0], Items) and isinstance(around[2], Items)
    return between and isinstance(line, Para) and line.is_plain and meaning(line.text) != "other"


def _without_swallowed(block: Items, level: int, problems: Problems) -> Iterator[Block]:
    """The list, cut where an item is no item but a heading whose bold was never closed."""
    kept: list[tuple[Para | Items, ...]] = []
    for item in block.items:
        first = item[0] if item else None
        if isinstance(first, Para) and first.source.startswith("**") and first.is_plain and len(item) == 1:
            text = clean(first.text.removeprefix("**"))
            if meaning(text) != "other":
                problems.setdefault(f"「{text}」混在列表里，粗体没有闭合，当作标题", []).append(first.line)
                if kept:
                    yield replace(block, items=tuple(kept))
                yield Heading(text, level, first.line)
                kept = []
                continue
        kept.append(item)
    if kept:
        yield replace(block, items=tuple(kept))
