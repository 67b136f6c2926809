"""A brief as handlers make it, with its sections and its buttons."""

from __future__ import annotations

from handlers.base import Button, Message, Rows
from report.doc import (
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    citation_links,
    doc,
    heading,
    paragraph,
    text,
)

KEY = "twitter_ai_20260107_20260107"
POSTS = tuple(f"https://x.com/ada/status/200000000000000000{n}" for n in range(1, 5))
FOLDED = ("详细", "AI", "与昨日相比")


def make_brief(picture: str = "cloud.jpg", sections: int = 2, points: int = 2) -> Message:
    """Two points, `sections` folded sections of `points` points each."""
    cited = citation_links(POSTS[:2])
    return Message(
        doc(
            heading("推报 · AI｜1 月 7 日（周三）", 1),
            Paragraph((Span("甲公司收紧限额，乙模型外泄", bold=True),)),
            Picture(picture, "词云"),
            Paragraph((*text("头部公司在做减法。"), *cited)),
            Paragraph((*text("更大的模型先露了面。"), *cited)),
            paragraph("读了 124 条，去掉 65 条，留下 59 条。两条在下面 ↓"),
            heading("今日两条"),
            Item("甲公司收紧限额", (*text("工作日 5–11 点更快用完。"), *cited), 1),
            Item("乙模型外泄", (*text("据 @ada 转述，在 Settings > Import 里。"), *cited), 2),
            heading("与昨日相比（谈到它的帖子数）"),
            Quote(((Span("新出现", bold=True), Span("　命令行 0 → 4")),)),
            Note(text("收集 124 条 · 采用 59")),
        ),
        buttons(),
        more=(_changes(), *(_section(number, points) for number in range(1, sections))),
    )


def buttons() -> Rows:
    more = [Button(label, f"s:{name}:{KEY}", opens="more") for label, name in zip(FOLDED, NAMES, strict=True)]
    beside = (Button("来源", f"s:sources:{KEY}"), Button("词云", f"s:cloud:{KEY}", opens="picture"))
    return tuple(more), beside, (Button("每天送到私聊", "c:subscribe ai", private=True),)


def _changes() -> Doc:
    blocks: tuple[Block, ...] = (
        heading("与昨日相比"),
        Heading((Span("新出现"),), 3),
        Item("命令行", (*text("0 → 4 条。"), *citation_links(POSTS[:1]))),
    )
    return Doc(blocks)


def _section(number: int, points: int) -> Doc:
    items = [Item(f"观点 {n}", (*text("他说要小。"), *citation_links(POSTS))) for n in range(points)]
    return doc(heading(f"观点之{number}"), items)


NAMES = ("detail", "ai", "changes")
