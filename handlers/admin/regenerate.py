"""/regenerate [topic] [days]: a report written anew from the stored posts, as its next revision."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from handlers.base import Argument, Message, Request, Services, command
from handlers.brief import TOPIC, brief_of
from handlers.dates import BadDate
from handlers.lookup import find_by_days, read_wanted, say_bad_date, today_of
from handlers.presentation import span_words
from handlers.words import Words
from report.doc import doc, paragraph
from report.errors import TuibaoError
from report.model import ModelCost, Period
from report.wording import dollars


@command(
    "regenerate",
    "管理：重写一天或几天",
    TOPIC,
    Argument("days", "日期或区间，不填就是最新一份", kind="date"),
    admin=True,
    cost=5,
)
async def regenerate(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.words
    try:
        wanted = await asyncio.to_thread(read_wanted, request, services)
    except BadDate as error:
        yield await say_bad_date(request, services, error)
        return
    old = await find_by_days(wanted, services)
    if wanted.first is None or wanted.last is None:
        today = today_of(wanted.topic, services, request)
        first, last = (old.first, old.last) if old else (today, today)
    else:
        first, last = wanted.first, wanted.last
    days = span_words(first, last, words, year=first.year != services.now().year)
    waiting = words.say("重写 {days}：只用存好的帖子，这次 X 花费 0 美元。通常要一分钟。", days=days)
    yield Message(doc(paragraph(waiting)))
    try:
        same = old and (old.first, old.last) == (first, last)
        period = old.period if old and same else Period.of_days(first, last, wanted.topic.timezone)
        report = await services.newsroom.make(wanted.topic, period, rewrite=True)
    except TuibaoError as error:
        said = [words.say("没写成：{why}", why=words.blame(error)), *([words.say("原来那份没有动。")] if old else [])]
        yield Message(doc(map(paragraph, said)), update=True)
        return
    model = report.ledger.model
    told = [words.say("写好了，第 {revision} 版。", revision=report.revision)]
    if model.calls:
        told.append(_cost(model, words))
    yield Message(doc(paragraph(words.join(told))), update=True)
    yield await brief_of(report, wanted.topic, services, words=words)


def _cost(model: ModelCost, words: Words) -> str:
    usd = dollars(model.usd)
    return words.count("模型 {number} 次，{usd} 美元。", "模型 {number} 次，{usd} 美元。", model.calls, usd=usd)
