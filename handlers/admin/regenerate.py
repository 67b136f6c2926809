"""/regenerate [topic] [days]: a report written anew from the stored posts, as its next revision."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from handlers.base import Argument, Message, Request, Services, command
from handlers.brief import TOPIC, brief_of
from handlers.dates import BadDate
from handlers.lookup import find_by_days, read_wanted, say_bad_date, today_of
from handlers.presentation import counts_of, span_words
from handlers.subscribing.sentences import close_up, daily
from handlers.words import Words
from report.doc import doc, paragraph
from report.errors import TuibaoError
from report.model import ModelCost, Period, Report, Topic
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
    if wanted.first is None and await services.newsroom.failed_run(wanted.topic):
        async for message in _run_again(wanted.topic, services, words):
            yield message
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
        corrected = await services.newsroom.correct(report.key)
    except TuibaoError as error:
        said = [words.say("没写成：{why}", why=words.blame(error)), *([words.say("原来那份没有动。")] if old else [])]
        yield Message(doc(map(paragraph, said)), update=True)
        return
    yield Message(doc(paragraph(words.join(_outcome(old if same else None, report, corrected, words)))), update=True)
    if not (old and same and old.revision == report.revision):
        yield await brief_of(report, wanted.topic, services, words=words)


async def _run_again(topic: Topic, services: Services, words: Words) -> AsyncIterator[Message]:
    """The newest run failed: there is nothing to rewrite, it is made now."""
    said = close_up(
        words.say("最近一份 {report} 没有写成，现在重新写：会读信源，写成就送给订阅的人。", report=daily(topic, words))
    )
    yield Message(doc(paragraph(said)))
    try:
        report = await services.newsroom.run_again(topic)
    except TuibaoError as error:
        yield Message(doc(paragraph(words.say("没写成：{why}", why=words.blame(error)))), update=True)
        return
    yield Message(doc(paragraph(words.say("写好了，正在送给订阅的人。"))), update=True)
    yield await brief_of(report, topic, services, words=words)


def _outcome(old: Report | None, report: Report, corrected: int, words: Words) -> list[str]:
    """What the rewriting came to, a sentence each."""
    if old and old.revision == report.revision:
        return [words.say("和第 {revision} 版一样，不用更正。", revision=old.revision)]
    told = [words.say("写好了，第 {revision} 版。", revision=report.revision)]
    if old and report.corrections and report.corrections[0].corrects == old.revision:
        told.append(words.say("比上一版{counts}。", counts=counts_of(report.corrections[0], words)))
    if corrected:
        told.append(
            words.count("正在就地更正 {number} 个会话里的简报。", "正在就地更正 {number} 个会话里的简报。", corrected)
        )
    if report.ledger.model.calls:
        told.append(_cost(report.ledger.model, words))
    return told


def _cost(model: ModelCost, words: Words) -> str:
    usd = dollars(model.usd)
    return words.count("模型 {number} 次，{usd} 美元。", "模型 {number} 次，{usd} 美元。", model.calls, usd=usd)
