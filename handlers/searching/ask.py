"""/ask QUESTION: an answer from the stored reports and their posts, every point of it checked before it is shown.

The answer grows: that it is being looked for, then each point as it passes, then the whole. Without a model, or where
its budget is spent, the best hits are the answer, and it says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from handlers.base import Argument, Message, Request, Services, command
from handlers.dates import BadDate
from handlers.lookup import first_topic, today_of
from handlers.presentation import span_words
from handlers.searching.results import brief_buttons, hit_item
from handlers.searching.typed import Sought, read_question
from handlers.waiting import in_turn
from report.doc import Block, Heading, Item, Note, Paragraph, citation_links, coded, doc, text
from report.library import Answer, Found, Hit, Question
from report.library.ranking import Day
from report.model import Point

NEAREST, NEAREST_BESIDE = 5, 3  # hits that stand in for an answer; that are shown where there is none
SHOWN = 60  # characters of the question, over its answer


@command(
    "ask",
    "问一个问题，从报告和原帖里找答案",
    Argument("question", "想知道什么，如 Claude 的限额改了什么"),
    cost=5,
)
async def ask(request: Request, services: Services) -> AsyncIterator[Message]:
    say = request.words.say
    if not request.arguments.strip():
        said = say("想问什么？比如 `/ask Claude 的限额改了什么`，或 `/ask 上周谁谈到了开源模型`。")
        yield Message(doc(Paragraph(coded(said))), prompt="ask")
        return
    async for message in in_turn(_answer(request, services), request, services):
        yield message


async def _answer(request: Request, services: Services) -> AsyncGenerator[Message, None]:
    today = today_of(first_topic(services), services, request)
    try:
        sought = await asyncio.to_thread(read_question, request.arguments, services, today, request.words)
    except BadDate as error:
        said = request.words.say("不写日期就在最近 30 天里找，比如 `/ask Claude 的限额改了什么`。")
        yield Message(doc(Paragraph(text(str(error))), Paragraph(coded(said))))
        return
    question = Question(
        sought.words, sought.topics, sought.first or today, sought.last or today, request.language or "zh"
    )
    library = services.newsroom.library
    found = await library.find(question)
    if not found.reports and sought.is_dated and sought.first == sought.last == today:
        yesterday = today - timedelta(days=1)  # which is what this morning's report tells of
        sought, question = replace(sought, first=yesterday), replace(question, first=yesterday)
        found = await library.find(question)
    staged = False
    async with aclosing(library.answer(question, found)) as growing:
        async for answer in growing:
            if answer.done:
                yield replace(_whole(answer, found, sought, request, services), update=staged)
            else:
                staged = True
                yield _stage(answer, found, sought, request)


def _stage(answer: Answer, found: Found, sought: Sought, request: Request) -> Message:
    """Where it is looked for; then the points that have passed."""
    if not answer.points:
        reports = request.words.count("{number} 份报告", "{number} 份报告", found.reports)
        looking = Paragraph(text(request.words.say("在 {reports}里找…", reports=reports)))
        return Message(doc(_title(sought), looking), draft=True)
    points = [_item(point, answer) for point in answer.points]
    return Message(doc(_title(sought), points, Note(text(request.words.say("还在核对…")))), draft=True)


def _title(sought: Sought) -> Heading:
    words = sought.words
    return Heading(text(words if len(words) <= SHOWN else f"{words[:SHOWN]}…"), 1)


def _item(point: Point, answer: Answer) -> Item:
    posts = answer.posts or {}
    urls = [posts[post].url for post in point.citations if post in posts]
    return Item("", (*text(point.text), *citation_links(urls)))


def _whole(answer: Answer, found: Found, sought: Sought, request: Request, services: Services) -> Message:
    say = request.words.say
    if answer.points:
        blocks: list[Block] = [_title(sought), *(_item(point, answer) for point in answer.points)]
        blocks.append(Note(text(_grounds(found, sought, request, services))))
        return Message(doc(blocks), brief_buttons(_days(answer), request.words))
    if not answer.hits:
        return Message(doc(_title(sought), Paragraph(coded(_nowhere(found, sought, request, services)))))
    said = {
        "no_model": say("这里没有接大模型，先列出最相关的几条："),
        "budget": say("今天的模型预算用完了，直接给你最相关的几条："),
        "unreachable": say("模型这会儿没有答上来，直接给你最相关的几条："),
        "no_posts": say("这些报告的原帖没有存下，没法核对，直接给你最相关的几条："),
        "": say("存下的帖子里没有说这个。最接近的几条："),
    }[answer.reason]
    nearest = answer.hits[: NEAREST if answer.reason else NEAREST_BESIDE]
    items = [hit_item(hit, request, services) for hit in nearest]
    blocks = [_title(sought), Paragraph(text(said)), *items, Note(text(_grounds(found, sought, request, services)))]
    return Message(doc(blocks), brief_buttons([hit.days[0] for hit in nearest], request.words))


def _grounds(found: Found, sought: Sought, request: Request, services: Services) -> str:
    """What was read: 只看了 3 月 1–30 日的 12 份报告和它们引用的帖子。"""
    reports = request.words.count("{number} 份报告", "{number} 份报告", found.reports)
    if not (found.first and found.last):
        return reports
    first, last = max(found.first, sought.first or found.first), min(found.last, sought.last or found.last)
    days = span_words(first, last, request.words, year=last.year != services.now().year)
    return request.words.say("只看了 {days}的 {reports}和它们引用的帖子。", days=days, reports=reports)


def _nowhere(found: Found, sought: Sought, request: Request, services: Services) -> str:
    say = request.words.say
    if not found.reports and not sought.is_dated:
        return say("最近 30 天没有存下报告，写好新的就能问；更早的用 `/search` 找。")
    if not found.reports and sought.first and sought.last:
        other_year = sought.last.year != services.now().year
        days = span_words(sought.first, sought.last, request.words, year=other_year)
        return say("{days}没有存下报告。不写日期再问一次，就在最近 30 天里找。", days=days)
    if found.near:
        return say("存下的帖子里没有说这个。是想问「{near}」吗？", near=found.near[0])
    return say("存下的帖子里没有说这个。换个说法再问，或用 `/search` 找一个词。")


def _days(answer: Answer) -> Sequence[Day]:
    """Of the reports whose posts the points rest on, as the hits stand."""
    cited = {post for point in answer.points for post in point.citations}
    resting: list[Hit] = [hit for hit in answer.hits if cited & set(hit.entry.citations)]
    return [hit.days[0] for hit in resting]
