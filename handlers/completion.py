"""What may follow what was typed so far: topics, days that have reports, sections, the chat's subscriptions.

In: a Request (its command, and what its other arguments say), the argument's name, what was typed for it. Out: at most
25 pairs of label and value, best first. Always holds: no report is read, only keys; nothing of an admin's command is
offered to anybody else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.base import COMMANDS, Request, Services
from handlers.dates import BadDate, read_days
from handlers.lookup import first_topic, own_keys, split_topic, today_of
from handlers.presentation import SHORT, day_words, span_words
from handlers.words import EN, ZH, Words
from report.model import Topic, read_report_key

MOST = 25  # what Discord shows
WHOLE = {"brief", "cloud", "sources"}  # parts that are no section
SEARCHED = 120  # days, newest first; an older one is found by typing it whole
LONGEST = 100  # characters of a label and of a value, there


@dataclass(frozen=True)
class Option:
    label: str
    value: str
    also: tuple[str, ...] = ()  # other words by which it is found


async def complete_argument(
    request: Request, argument: str, typed: str, services: Services
) -> Sequence[tuple[str, str]]:
    """For the argument of that name of the request's command; nothing where it has no kind."""
    command = COMMANDS.get(request.command)
    if command is None or (command.admin and not services.is_admin(request)):
        return ()
    kind = next((each.kind for each in command.arguments if each.name == argument), "")
    return await complete(kind, typed, request, services)


async def complete(kind: str, typed: str, request: Request, services: Services) -> Sequence[tuple[str, str]]:
    """`kind` as in `Argument`."""
    match kind:
        case "topic":
            found = [_topic(topic) for topic in services.topics.values()]
        case "subscription":
            held = [each.topic for each in await services.store.subscriptions(request.chat.key)]
            found = [_topic(services.topics[name]) if name in services.topics else Option(name, name) for name in held]
        case "section":
            found = list(_sections(request.words))
        case "date":
            found = await _days(typed, request, services)
            read = _read(typed, request, services)
            return _pairs([*read, *_matching(typed, found)])
        case _:
            found = []
    return _pairs(_matching(typed, found))


def _topic(topic: Topic) -> Option:
    label = topic.called if topic.called.casefold() == topic.name else f"{topic.called} · {topic.name}"
    return Option(label, topic.name)


def _sections(words: Words) -> Iterator[Option]:
    for name, called in SHORT.items():
        if name not in WHOLE:
            yield Option(words.say(called), name, (ZH.say(called), EN.say(called)))


async def _days(typed: str, request: Request, services: Services) -> list[Option]:
    """The days that have reports of the topic, newest first."""
    topic = _topic_of(request, services)
    keys = [read_report_key(key) for key in reversed(await own_keys(topic, services))]
    days = list(dict.fromkeys(last for _, _, last in keys))[: SEARCHED if typed.strip() else MOST]
    today = today_of(topic, services, request)
    return [_day(day, request.words, year=day.year != today.year) for day in days]


def _day(day: date, words: Words, *, year: bool) -> Option:
    also = (day_words(day, ZH, year=True), day_words(day, EN, year=True), f"{day:%Y%m%d}", f"{day.month}-{day.day}")
    return Option(day_words(day, words, weekday=True, year=year), day.isoformat(), also)


def _read(typed: str, request: Request, services: Services) -> Iterator[Option]:
    """What was typed, if it is a day or several, or the beginning of 昨天, 上周…; without loading dateparser."""
    today, words = today_of(_topic_of(request, services), services, request), request.words
    named = [words.say("昨天"), words.say("前天"), words.say("上周"), words.say("本周"), words.say("上个月")]
    begun = _plain(typed)
    for said in dict.fromkeys([typed.strip(), *(name for name in named if begun and _plain(name).startswith(begun))]):
        try:
            first, last = read_days(said, today, words, freely=False)
        except BadDate:
            continue
        year = first.year != today.year
        if first == last:
            yield (
                _day(first, words, year=year)
                if said not in named
                else Option(f"{said} · {day_words(first, words)}", said)
            )
        else:
            yield Option(f"{said} · {span_words(first, last, words, year=year)}", f"{first}..{last}")


def _topic_of(request: Request, services: Services) -> Topic:
    topic, _ = split_topic(request.arguments, services)
    return topic or first_topic(services)


def _matching(typed: str, options: Iterable[Option]) -> list[Option]:
    """Those that begin with what was typed, then those that hold it."""
    wanted = _plain(typed)
    names = [(option, [_plain(name) for name in (option.label, option.value, *option.also)]) for option in options]
    begin = [option for option, words in names if any(word.startswith(wanted) for word in words)]
    hold = [option for option, words in names if any(wanted in word for word in words)]
    return list(dict.fromkeys([*begin, *hold]))


def _pairs(options: Iterable[Option]) -> Sequence[tuple[str, str]]:
    """Each value once, with its first label."""
    labels: dict[str, str] = {}
    for option in options:
        if len(option.value) <= LONGEST:
            labels.setdefault(option.value, option.label[:LONGEST])
    return [(label, value) for value, label in labels.items()][:MOST]


def _plain(words: str) -> str:
    """Without case, spaces and full-width forms."""
    return "".join(unicodedata.normalize("NFKC", words[:LONGEST]).casefold().split())
