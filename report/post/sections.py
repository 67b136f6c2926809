"""Blocks of a post → its sections, raw: every kind is "other" until the outline tells it by the heading.

In: blocks in reading order. Out: a tree of sections after the headings, with points, and the sources that they cite.
Whether a paragraph is an introduction or a point depends on what stands around it, never on the kind of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from report.model import Point, Section, Source, post_id
from report.post.blocks import Atom, Block, Heading, Items, Para, Rule
from report.post.markdown import clean, handle_of

UNTITLED = "正文"
LONGEST_LABEL = 40  # characters of a line that introduces the list under it
COLON = re.compile(r"\s*[:：]\s*|\n")
# Link texts that only say "here is the source".
POINTERS = frozenset({"原文", "原文链接", "来源", "链接", "详情", "更多详情", "论文地址", "项目地址", "source", "link"})
EMPTY_BRACKETS = re.compile(r"[（(][\s,，、]*[)）]")


@dataclass
class Draft:
    """A section while its blocks are gathered."""

    heading: str
    level: int
    blocks: list[Block] = field(default_factory=list)
    children: list[Draft] = field(default_factory=list)

    def section(self) -> Section:
        content = read_content(self.blocks)
        children = (*content.children, *(child.section() for child in self.children))
        return content.model_copy(update={"heading": self.heading, "children": children})


def read_sections(blocks: Iterable[Block]) -> list[Section]:
    """The tree of headings; those under a level-1 heading, which is a title, stand beside it."""
    top: list[Draft] = []
    path: list[Draft] = []
    for block in blocks:
        if isinstance(block, Heading):
            while path and (path[-1].level >= block.level or path[-1].level == 1):
                path.pop()
            draft = Draft(block.text or UNTITLED, block.level)
            (path[-1].children if path else top).append(draft)
            path.append(draft)
        elif not isinstance(block, Rule):
            if not path:
                path.append(Draft(UNTITLED, 1))
                top.append(path[0])
            path[-1].blocks.append(block)
    return [draft.section() for draft in top]


def read_sources(blocks: Iterable[Block]) -> tuple[Source, ...]:
    """Every linked post or page once, at the first address that it is given."""
    urls = (atom.url for para in _paragraphs(blocks) for atom in para.atoms if atom.url)
    sources: dict[str, Source] = {}
    for url in urls:
        sources.setdefault(post_id(url), Source(id=post_id(url), url=url, handle=handle_of(url)))
    return tuple(sources.values())


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Para]:
    for block in blocks:
        if isinstance(block, Para):
            yield block
        elif isinstance(block, Items):
            for item in block.items:
                yield from _paragraphs(item)


def read_content(blocks: Sequence[Block]) -> Section:
    """Introduction, points and sub-sections of one section, without its heading."""
    intro = ""
    if blocks and _introduces(blocks):
        intro, blocks = _text(blocks[0]), blocks[1:]
    points: list[Point] = []
    children: list[Section] = []
    headline = ""
    for block, following in pairwise([*blocks, None]):
        if isinstance(block, Items):
            if headline:
                children.append(read_content([block]).model_copy(update={"heading": headline}))
            else:
                _read_items(block, points, children)
            headline = ""
        elif isinstance(block, Para):
            is_label = bool(label := _label(block)) and (isinstance(following, Items) or _is_all_bold(block))
            if headline:
                points += _under_headline(headline, [] if is_label else read_points(block))
            elif not is_label:
                points += read_points(block)
            headline = label if is_label else ""
    if headline:
        points.append(Point(id="", headline=headline, text=""))
    return Section(kind="other", heading="", intro=intro, points=tuple(points), children=tuple(children))


def _introduces(blocks: Sequence[Block]) -> bool:
    """Is the first block a plain line above a list or above bold lead-ins, or all there is?"""
    first, following = blocks[0], blocks[1] if len(blocks) > 1 else None
    if not (isinstance(first, Para) and first.is_plain):
        return False
    return not isinstance(following, Para) or following.atoms[0].bold


def _under_headline(headline: str, points: list[Point]) -> list[Point]:
    if not points or points[0].headline:
        return [Point(id="", headline=headline, text=""), *points]
    return [points[0].model_copy(update={"headline": headline}), *points[1:]]


def _label(para: Para) -> str:
    """What a paragraph says as the heading of what follows: all bold, or short, bold first or a colon last; else ""."""
    text = para.text
    is_short = len(text) <= LONGEST_LABEL and not any(atom.url for atom in para.atoms)
    if _is_all_bold(para) or (is_short and (para.atoms[0].bold or text.endswith((":", "：")))):
        return text.rstrip(":： ")
    return ""


def _is_all_bold(para: Para) -> bool:
    bold = [atom.bold or not atom.text.strip(" \n:：") for atom in para.atoms]
    return all(bold) and any(atom.bold for atom in para.atoms) and not any(atom.url for atom in para.atoms)


def _read_items(items: Items, points: list[Point], children: list[Section]) -> None:
    for item in items.items:
        words = [block for block in item if isinstance(block, Para)]
        nested = [block for block in item if isinstance(block, Items)]
        if not nested:
            points += _item_point(words)
            continue
        content = read_content(nested)
        label = words[0].text.rstrip(":： ") if len(words) == 1 and not any(atom.url for atom in words[0].atoms) else ""
        if label and len(label) <= LONGEST_LABEL:
            children.append(content.model_copy(update={"heading": label}))
        else:
            points += [*_item_point(words), *content.points]
            children += content.children


def _item_point(words: Sequence[Para]) -> list[Point]:
    atoms = [atom for para in words for atom in (*para.atoms, Atom("\n"))]
    return list(_point(atoms))


def read_points(para: Para) -> list[Point]:
    """The points of a running paragraph: each ends with its citations."""
    stretches: list[list[Atom]] = []
    before = Atom("", url="")
    for atom in para.atoms:
        if not stretches or (before.is_citation and not atom.is_citation):
            stretches.append([])
        stretches[-1].append(atom)
        before = atom
    return [point for stretch in stretches for point in _point(stretch)]


def _point(atoms: Sequence[Atom]) -> Iterator[Point]:
    """The point that the atoms tell, if they tell anything."""
    urls = dict.fromkeys(post_id(atom.url) for atom in atoms if atom.url)
    said = [atom for atom in atoms if not atom.is_citation]
    told = [atom for atom in said if not (atom.url and atom.text.casefold() in POINTERS)]
    headline, text = _lead_in(told)
    if len(told) < len(said):
        headline, text = _lead_in(said) if not (headline or text) else (headline, EMPTY_BRACKETS.sub("", text))
    if headline or text:
        yield Point(id="", headline=headline, text=text, citations=tuple(urls))


def _lead_in(atoms: Sequence[Atom]) -> tuple[str, str]:
    """Headline and text: a headline is bold, stands first and ends with a colon or its line."""
    length = next((at for at, atom in enumerate(atoms) if not atom.bold), len(atoms))
    bold = "".join(atom.text for atom in atoms[:length])
    rest = "".join(atom.text for atom in atoms[length:])
    if clean(bold):
        if found := COLON.match(rest):
            return clean(bold), clean(rest[found.end() :])
        if not clean(rest) or clean(bold).endswith((":", "：")):
            return clean(bold), clean(rest)
    return "", clean(bold + rest)


def _text(block: Block) -> str:
    return block.text if isinstance(block, Para) else ""
