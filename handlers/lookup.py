"""Which report the words of a command mean: a topic, days, or a key from a button.

In: a Request. Out: the report, or NotFound with what the reader gets instead, in his language: what is wrong, then
what there is, as buttons. "Today" is the chat's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from handlers.base import Button, Message, Request, Rows, Services
from handlers.dates import BadDate, read_days
from handlers.dates.wrong import cut
from handlers.presentation import day_words
from handlers.words import Words
from report.doc import Paragraph, coded, doc, paragraph
from report.model import Report, Topic, is_asked, read_report_key

NEWEST = {"最新", "最近", "newest", "latest"}
LONGEST_TITLE = 4  # words
OFFERED = 3  # reports, where the one that was asked for is missing


class NotFound(Exception):
    """There is no such report; `message`, which `dispatch` says, tells the reader what there is instead."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.doc.plain())
        self.message = replace(message, personal=True)


@dataclass(frozen=True)
class Wanted:
    """What the words name. `first` None: the newest report."""

    topic: Topic
    first: date | None
    last: date | None


def first_topic(services: Services) -> Topic:
    return next(iter(services.topics.values()))


def today_of(topic: Topic, services: Services, request: Request | None = None) -> date:
    """Of the chat that asks, where it has a timezone of its own; else of the topic."""
    zone = (request and request.timezone) or topic.timezone
    return services.now().astimezone(ZoneInfo(zone)).date()


def find_topic(word: str, services: Services) -> Topic | None:
    """By name or title, case ignored; None for a word that is no topic."""
    folded = word.casefold()
    return next((t for t in services.topics.values() if folded and folded in {t.name, t.title.casefold()}), None)


def title_of(name: str, services: Services) -> str:
    """What a topic is called; its name where the configuration has it no more."""
    topic = services.topics.get(name)
    return topic.called if topic else name


def split_topic(arguments: str, services: Services) -> tuple[Topic | None, str]:
    """The topic that the words begin or end with, if they do, and the rest; a title may have several words."""
    words = arguments.split()
    for count in range(min(len(words), LONGEST_TITLE), 0, -1):
        for named, rest in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            if topic := find_topic(" ".join(named), services):
                return topic, " ".join(rest)
    return None, " ".join(words)


def read_wanted(request: Request, services: Services) -> Wanted:
    """Topic and days of `[topic] [days]`; BadDate where the days cannot be read."""
    found, days = split_topic(request.arguments, services)
    topic = found or first_topic(services)
    if not days or days.casefold() in NEWEST:
        return Wanted(topic, None, None)
    today, newest = today_of(topic, services, request), today_of(topic, services)
    return Wanted(topic, *read_days(days, today, request.words, newest=newest))


async def find_report(request: Request, services: Services) -> tuple[Report, Topic]:
    """The report that a command or a button asks for; NotFound carries the answer where there is none."""
    words = request.words
    try:
        topic_name, first, last = read_report_key(request.arguments)
    except ValueError:
        pass
    else:
        topic = services.topics.get(topic_name) or first_topic(services)
        if report := await services.store.report(request.arguments):
            return report, topic
        raise NotFound(await say_missing(services, topic, _gone(first, last, services.now().year, words), words))
    try:
        wanted = await asyncio.to_thread(read_wanted, request, services)  # dateparser loads for 0.2 s
    except BadDate as error:
        raise NotFound(await say_bad_date(request, services, error)) from None
    report = await find_by_days(wanted, services)
    if report is None:
        said = _lacking(wanted, today_of(wanted.topic, services, request), words)
        missing = await say_missing(services, wanted.topic, said, words)
        if wanted.first != wanted.last:
            action = f"c:range {wanted.topic.name} {wanted.first} {wanted.last}"
            missing = replace(missing, buttons=((Button(words.say("合起来看"), action),), *missing.buttons))
        raise NotFound(missing)
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


async def say_missing(services: Services, topic: Topic, said: str, words: Words) -> Message:
    """What is said of the missing, then what there is instead."""
    keys = await own_keys(topic, services)
    if keys:
        instead = words.say("最近的有这些：")
        buttons = tuple(_look(key, words, services) for key in keys[-OFFERED:][::-1])
        return Message(doc(Paragraph(coded(words.join((said, instead))))), (buttons,))
    hours = words.enumerate(topic.schedule)
    instead = words.say(
        "「{topic}」的报告每天 {hours} 写，写好就在这里；订阅用 /subscribe。", topic=topic.called, hours=hours
    )
    subscribe = Button(words.say("每天送到这里"), f"c:subscribe {topic.name}")
    return Message(doc(Paragraph(coded(words.join((said, instead))))), ((subscribe,),))


async def say_bad_date(request: Request, services: Services, error: BadDate) -> Message:
    """What is wrong; the day that was meant, if there is a report of it; what else to type."""
    words, command = request.words, f"/{request.command}"
    named, _ = split_topic(request.arguments, services)
    topic = named or first_topic(services)
    keys = await own_keys(topic, services)
    meant = next((key for day in error.meant for key in reversed(keys) if _holds(key, day)), "")
    shown = meant or (keys[-1] if keys else "")
    day = read_report_key(shown)[2] if shown else today_of(topic, services, request)
    guess = words.say("是想看 {day}吗？", day=_dated(day, services, words)) if meant else ""
    prefix = f"{command} {topic.name}" if named else command
    other = words.say("昨天")
    values = {"one": f"{prefix} {day}", "other": f"{prefix} {other}"}
    example = words.say("也可以发 `{one}` 或 `{other}`。", **values)
    if not guess:
        example = words.say("可以发 `{one}` 或 `{other}`。", **values)
    said = str(error)
    if error.unknown and not named and len(services.topics) > 1:
        said = words.say("没看懂「{typed}」：不是日期，也不是话题。", typed=cut(request.arguments))
        example = words.join((example, words.say("话题有：{names}。", names=words.enumerate(services.topics))))
    buttons: Rows = ((_look(shown, words, services),),) if shown else ()
    return Message(doc(paragraph(words.join((said, guess))), Paragraph(coded(example))), buttons)


def _gone(first: date, last: date, this_year: int, words: Words) -> str:
    if first != last:
        return words.say("这份报告已经不在了。")
    return words.say("{day}的报告已经不在了。", day=day_words(first, words, year=first.year != this_year))


def _lacking(wanted: Wanted, today: date, words: Words) -> str:
    if wanted.first is None or wanted.last is None:
        return words.say("还没有报告。")
    first, last = (day_words(day, words, year=day.year != today.year) for day in (wanted.first, wanted.last))
    if wanted.first == wanted.last == today:
        return words.say("今天（{day}）的报告还没写出来。", day=last)
    if wanted.first == wanted.last:
        return words.say("{day}没有报告。", day=last)
    days = f"{wanted.first} {wanted.last}"
    return words.say("要把 {first}到 {last}合起来看，发 `/range {days}`。", first=first, last=last, days=days)


def _look(key: str, words: Words, services: Services) -> Button:
    label = words.say("看 {day}", day=_dated(read_report_key(key)[2], services, words))
    return Button(label, f"s:brief:{key}")


def _dated(day: date, services: Services, words: Words) -> str:
    """With its year where it is not this one."""
    return day_words(day, words, year=day.year != services.now().year)


def _holds(key: str, day: date) -> bool:
    _, first, last = read_report_key(key)
    return first <= day <= last
