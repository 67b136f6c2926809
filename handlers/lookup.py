"""Which report the words of a command mean: a topic, a day, or a key from a button."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from handlers.base import Button, Message, Request, Services
from handlers.dates import BadDate, read_days
from handlers.presentation import day_words
from report.doc import Paragraph, doc, text
from report.model import Report, Topic, is_asked, read_report_key
from report.wording import spaced


class NotFound(Exception):
    """There is no such report; `message` tells the reader what there is instead."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.doc.plain())
        self.message = message


@dataclass(frozen=True)
class Wanted:
    """What the words name. `first` None: the newest report."""

    topic: Topic
    first: date | None
    last: date | None


def first_topic(services: Services) -> Topic:
    return next(iter(services.topics.values()))


def today_of(topic: Topic, services: Services) -> date:
    return services.now().astimezone(ZoneInfo(topic.timezone)).date()


def find_topic(word: str, services: Services) -> Topic | None:
    """By name or title, case ignored; None for a word that is no topic."""
    folded = word.casefold()
    return next((t for t in services.topics.values() if folded and folded in {t.name, t.title.casefold()}), None)


def read_wanted(arguments: str, services: Services) -> Wanted:
    """Topic and days of `[topic] [days]`; BadDate where the days cannot be read."""
    words = arguments.split()
    topic = find_topic(words[0], services) if words else None
    days = " ".join(words[1:] if topic else words)
    topic = topic or first_topic(services)
    if not days:
        return Wanted(topic, None, None)
    first, last = read_days(days, today_of(topic, services))
    return Wanted(topic, first, last)


async def find_report(request: Request, services: Services) -> tuple[Report, Topic]:
    """The report that a command or a button asks for; NotFound carries the answer where there is none."""
    try:
        topic_name, first, last = read_report_key(request.arguments)
    except ValueError:
        pass
    else:
        topic = services.topics.get(topic_name) or first_topic(services)
        if report := await services.store.report(request.arguments):
            return report, topic
        said = f"{day_words(first)}的报告已经不在了。" if first == last else "这份报告已经不在了。"
        raise NotFound(await say_missing(services, topic, said))
    try:
        wanted = await asyncio.to_thread(read_wanted, request.arguments, services)  # dateparser loads for 0.2 s
    except BadDate as error:
        raise NotFound(await _say_bad_date(request, services, str(error))) from None
    report = await find_by_days(wanted, services)
    if report is None:
        said = "还没有报告。"
        if wanted.first and wanted.last:
            today = today_of(wanted.topic, services)
            said = f"{_dated(wanted.last, today)}没有报告。"
            if wanted.first != wanted.last:
                said = f"要把 {_dated(wanted.first, today)}到 {_dated(wanted.last, today)}合起来看，"
                said += f"发 /range {wanted.first} {wanted.last}。"
        raise NotFound(await say_missing(services, wanted.topic, said))
    return report, wanted.topic


async def find_by_days(wanted: Wanted, services: Services) -> Report | None:
    """The stored report of exactly these days, else one whose days hold the last of them; the newest without days."""
    keys = await own_keys(wanted.topic, services)
    if wanted.last is None:
        return await services.store.report(keys[-1]) if keys else None
    exact = [key for key in keys if read_report_key(key)[1:] == (wanted.first, wanted.last)]
    around = [key for key in keys if wanted.first == wanted.last and _holds(key, wanted.last)]
    found = exact or around
    return await services.store.report(found[-1]) if found else None


async def neighbours(report: Report, services: Services) -> tuple[str, str]:
    """The keys of the topic's own reports before and after this one, "" where there is none."""
    keys = [key for key in await services.store.report_keys(report.topic) if not is_asked(key)]
    before = [key for key in keys if read_report_key(key)[2] < report.first]
    after = [key for key in keys if read_report_key(key)[1] > report.last]
    return (before[-1] if before else "", after[0] if after else "")


async def own_keys(topic: Topic, services: Services) -> list[str]:
    """Keys of the topic's reports that no reader asked for, oldest first."""
    return [key for key in await services.store.report_keys(topic.name) if not is_asked(key)]


def _holds(key: str, day: date) -> bool:
    _, first, last = read_report_key(key)
    return first <= day <= last


async def say_missing(services: Services, topic: Topic, said: str) -> Message:
    """What is said of the missing, then what there is instead."""
    keys = await own_keys(topic, services)
    if not keys:
        hours = "、".join(topic.schedule)
        words = f"{said}{spaced(topic.called, '的报告')}每天 {hours} 写，写好就在这里；订阅用 /subscribe。"
        return Message(doc(Paragraph(text(words))))
    buttons = tuple(Button(f"看 {day_words(read_report_key(key)[2])}", f"s:brief:{key}") for key in keys[-3:][::-1])
    return Message(doc(Paragraph(text(f"{said}最近的有这些："))), (buttons,))


async def _say_bad_date(request: Request, services: Services, said: str) -> Message:
    topic = first_topic(services)
    keys = await own_keys(topic, services)
    day = read_report_key(keys[-1])[2] if keys else today_of(topic, services)
    names = "、".join(services.topics)
    words = f"可以发 /{request.command} {day} 或 /{request.command} 昨天；话题有 {names}。"
    buttons = ((Button(f"看 {day_words(day)}", f"s:brief:{keys[-1]}"),),) if keys else ()
    return Message(doc(Paragraph(text(said)), Paragraph(text(words))), buttons)


def _dated(day: date, today: date) -> str:
    """With its year where it is not this one."""
    return day_words(day) if day.year == today.year else f"{day.year} 年 {day_words(day)}"
