"""A subscription in words: what it is called, when it comes, when it comes next. Pure but for Babel's names.

The names of places must have been loaded (`handlers.hours.timezones.load_names`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from handlers.chats import ChatSettings, Subscription
from handlers.hours import Timing, arrivals, reports_a_day, timing_of
from handlers.hours.timezones import time_of_place
from handlers.hours.weekdays import day_name, weekday_words
from handlers.words import Words
from report.model import Topic

MORNING_ENDS, EVENING = 11, 18


def daily(topic: Topic, words: Words) -> str:
    """AI 日报, 财经日报."""
    return close_up(words.say("{topic} 日报", topic=topic.called))


def close_up(said: str) -> str:
    """Chinese words without the blank between them that a Latin name in one's place needs."""
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", said)


def real_hours(timing: Timing, topic: Topic, now: datetime) -> tuple[str, ...]:
    """HH:MM at which reports really come: those of the next of the topic's runs of one day."""
    coming = arrivals(timing, topic, now)[: reports_a_day(topic)]
    return tuple(sorted({f"{at:%H:%M}" for at in coming}))


def schedule_words(
    subscription: Subscription, settings: ChatSettings, topic: Topic, now: datetime, words: Words
) -> str:
    """每天 08:00（上海时间）."""
    timing = timing_of(subscription, settings, topic)
    return words.say(
        "{days} {hours}（{place}）",
        days=weekday_words(timing.weekdays, words),
        hours=words.enumerate(real_hours(timing, topic, now)),
        place=time_of_place(timing.timezone, words),
    )


def coming_words(at: datetime, now: datetime, words: Words) -> str:
    """马上, 今晚, 明早, 后天, 周五: the day of a moment in its own timezone, as one says it now."""
    if at <= now:
        return words.say("马上")
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    if days == 0:
        return words.say("今晚") if at.hour >= EVENING else words.say("今天")
    if days == 1:
        if at.hour < MORNING_ENDS:
            return words.say("明早")
        return words.say("明晚") if at.hour >= EVENING else words.say("明天")
    if days == 2:
        return words.say("后天")
    weekday = day_name(at.isoweekday(), words)
    return weekday if days < 7 else words.say("下{weekday}", weekday=weekday)


def unkept(asked: Sequence[str], real: Sequence[str]) -> tuple[str, ...]:
    """The hours that were asked for and at which nothing comes."""
    return tuple(hour for hour in asked if hour not in real)
