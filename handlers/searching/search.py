"""/search WORDS [topic] [days]: what the stored reports said of it, best and newest first, eight a page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import zip_longest

from handlers.actions import fits
from handlers.base import Argument, Button, Message, Request, Rows, Services, command
from handlers.dates import BadDate
from handlers.lookup import first_topic, today_of
from handlers.presentation import span_words
from handlers.searching.results import brief_buttons, hit_item
from handlers.searching.typed import MOST_PAGES, Sought, read_search
from report.doc import Block, Heading, Note, Paragraph, coded, doc, text
from report.library import Found

PAGE = 8  # hits
SHOWN = 24  # characters of the words, in a title


@command(
    "search",
    "在所有报告里找，如 /search 智谱 上周",
    Argument("words", "要找的词，中文英文都行，如 智谱 价格"),
    Argument("topic", "话题，如 ai；不填就是全部", kind="topic"),
    Argument("date", "日期或一段，如 1月7日、上周、7d；不填就是全部", kind="date"),
    cost=2,
)
async def search(request: Request, services: Services) -> AsyncIterator[Message]:
    say = request.words.say
    if not request.arguments.strip():
        yield Message(
            doc(
                Paragraph(coded(say("要找什么？发几个词就行，比如 `/search 智谱`，或 `/search Claude 限额 上周`。"))),
            ),
            prompt="search",
        )
        return
    try:
        # Days may load dateparser, which takes 0.2 s.
        today = today_of(first_topic(services), services, request)
        sought = await asyncio.to_thread(read_search, request.arguments, services, today, request.words)
    except BadDate as error:
        said = say("日期可以写 2026-01-07、1月7日、昨天、上周、7d，比如 `/search Claude 上周`。")
        yield Message(doc(Paragraph(text(str(error))), Paragraph(coded(said))))
        return
    found = await services.newsroom.library.search(sought.words, sought.topics, sought.first, sought.last)
    if found.hits:
        yield _show(found, sought, request, services)
    else:
        yield _nothing(found, sought, request)


def _show(found: Found, sought: Sought, request: Request, services: Services) -> Message:
    words = request.words
    pages = min(-(-len(found.hits) // PAGE), MOST_PAGES)
    page = min(sought.page, pages)
    hits = found.hits[(page - 1) * PAGE : page * PAGE]
    title = words.say("搜索「{words}」", words=_short(sought.words))
    if pages > 1:
        title = words.say("{title}（{page}/{pages}）", title=title, page=page, pages=pages)
    blocks: list[Block] = [Heading(text(title), 1)]
    if found.lacking:
        said = words.say("没有提到「{words}」的，下面是提到其余词的。", words=words.enumerate(found.lacking))
        blocks.append(Paragraph(text(said)))
    elif not found.whole:
        blocks.append(Paragraph(text(words.say("没有一条同时提到这些词，下面是提到一部分的。"))))
    elif found.whole < len(found.hits):
        said = words.count(
            "同时提到这些词的有 {number} 条，排在最前。", "同时提到这些词的有 {number} 条，排在最前。", found.whole
        )
        blocks.append(Paragraph(text(said)))
    blocks += [hit_item(hit, request, services) for hit in hits]
    blocks.append(Note(text(_scope(found, sought, request, services))))
    more = _page_buttons(sought, page, pages, request)
    if pages > 1 and not more:
        said = words.say("还有 {number} 条没显示：少写几个词，或加上日期缩小范围，如 `/search {word} 上周`。",
                         number=len(found.hits) - len(hits), word=sought.words.split()[0][:8])  # fmt: skip
        blocks.append(Note(coded(said)))
    days = [day for row in zip_longest(*(hit.days for hit in hits)) for day in row if day]
    return Message(doc(blocks), (*brief_buttons(days, words), *more))


def _scope(found: Found, sought: Sought, request: Request, services: Services) -> str:
    """在 12 份报告里找到 30 条。"""
    words = request.words
    number = words.count("{number} 份报告", "{number} 份报告", found.reports)
    hits = words.count("{number} 条", "{number} 条", len(found.hits))
    if sought.first and sought.last:
        days = span_words(sought.first, sought.last, words, year=sought.last.year != services.now().year)
        return words.say("在 {days}的 {reports}里找到 {hits}。", days=days, reports=number, hits=hits)
    return words.say("在 {reports}里找到 {hits}。", reports=number, hits=hits)


def _page_buttons(sought: Sought, page: int, pages: int, request: Request) -> Rows:
    """The pages before and after; () where the words are too long for a button."""
    row: list[Button] = []
    for other, label in ((page - 1, request.words.say("‹ 上一页")), (page + 1, request.words.say("下一页 ›"))):
        if 1 <= other <= pages:
            row.append(Button(label, f"c:search {_typed(sought)} +{other}"))
    return (tuple(row),) if row and all(fits(button.action) for button in row) else ()


def _typed(sought: Sought) -> str:
    """The same search, with days that will mean the same next year."""
    parts = [sought.words, sought.topic.name if sought.topic else ""]
    if sought.first and sought.last:
        one = sought.first == sought.last
        parts.append(f"{sought.first:%Y%m%d}" if one else f"{sought.first:%Y%m%d}..{sought.last:%Y%m%d}")
    return " ".join(filter(None, parts))


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


def _nothing(found: Found, sought: Sought, request: Request) -> Message:
    """One sentence, and something to press that finds something."""
    say = request.words.say
    if not found.reports:
        said = (
            say("这段时间没有报告。不写日期就在全部报告里找。")
            if sought.first
            else say("还没有存下报告，写好第一份就能找。")
        )
    elif found.near:
        said = say("报告里没有提到「{words}」。是想找「{near}」吗？", words=_short(sought.words), near=found.near[0])
    else:
        said = say("{reports} 份报告里没有提到「{words}」。换个说法，或只留一个词再试。",
                   reports=found.reports, words=_short(sought.words))  # fmt: skip
    buttons = [Button(say("找「{word}」", word=near), f"c:search {near}") for near in found.near]
    if sought.first and fits(action := f"c:search {sought.words}"):
        buttons.append(Button(say("在全部报告里找"), action))
    return Message(doc(Paragraph(text(said))), (tuple(buttons[:3]),) if buttons else ())
