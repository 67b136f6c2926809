"""The settings by name: as they are typed, as they are called, and a value in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from handlers.chats import ChatSettings, Subscription
from handlers.hours import timing_of
from handlers.hours.timezones import time_of_place
from handlers.hours.typed import folded
from handlers.hours.weekdays import weekdays_called
from handlers.subscribing.sentences import real_hours
from handlers.words import Words
from report.model import SectionKind, Topic

Setting = Literal[
    "hours", "timezone", "quiet", "weekdays", "sections", "length", "language", "cloud", "highlight", "mute", "thread"
]
OF_THE_CHAT: tuple[Setting, ...] = ("timezone", "quiet", "language")  # they hold for all that comes there
TYPED: Mapping[Setting, tuple[str, ...]] = {
    "hours": ("时间", "钟点", "几点", "hour", "time", "times"),
    "timezone": ("时区", "tz", "zone"),
    "quiet": ("免打扰", "勿扰", "静默", "dnd"),
    "weekdays": ("星期", "周几", "weekday", "days"),
    "sections": ("部分", "板块", "栏目", "section"),
    "length": ("长短", "长度", "篇幅"),
    "language": ("语言", "lang"),
    "cloud": ("词云",),
    "highlight": ("关注", "高亮", "follow"),
    "mute": ("静音", "屏蔽"),
    "thread": ("子区", "帖子", "讨论串"),
}
CHOSEN_SECTIONS: tuple[SectionKind, ...] = ("changes", "views", "events", "market", "ai", "finance", "sentiment")
MOST_SHOWN = 3  # keywords on the overview, days on a button


@dataclass(frozen=True)
class Shown:
    """What a page tells of: the chat, and a subscription of it (None: only the chat's own settings)."""

    settings: ChatSettings
    subscription: Subscription | None
    topic: Topic | None
    words: Words
    now: datetime
    platform: str
    coming: datetime | None = None  # the next report, in the chat's timezone

    @property
    def name(self) -> str:
        """The topic's, "" without a subscription."""
        return self.subscription.topic if self.subscription else ""


def find_setting(word: str) -> Setting | None:
    said = folded(word)
    return next((name for name in get_args(Setting) if said == name or said in TYPED[name]), None)


def settings_of(shown: Shown) -> tuple[Setting, ...]:
    """Those that there are here, in the order of the overview."""
    every: tuple[Setting, ...] = get_args(Setting)
    if shown.subscription is None:
        return OF_THE_CHAT
    return tuple(name for name in every if name != "thread" or shown.platform == "discord")


def called(name: Setting, words: Words) -> str:
    names: Mapping[Setting, str] = {
        "hours": words.say("时间"),
        "timezone": words.say("时区"),
        "quiet": words.say("免打扰"),
        "weekdays": words.say("星期"),
        "sections": words.say("栏目"),
        "length": words.say("长短"),
        "language": words.say("语言"),
        "cloud": words.say("词云"),
        "highlight": words.say("关注"),
        "mute": words.say("静音"),
        "thread": words.say("子区"),
    }
    return names[name]


def typed_name(name: Setting, words: Words) -> str:
    """As an example has it."""
    return called(name, words) if words.language == "zh" else name


def length_called(length: str, words: Words) -> str:
    names = {"headline": words.say("标题"), "brief": words.say("简报"), "full": words.say("全文")}
    return names[length]


def language_called(language: str | None, words: Words) -> str:
    """Each in itself, so that whoever cannot read the present one finds his own."""
    return {"zh": "中文", "en": "English"}.get(language or "", words.say("跟随客户端"))


def section_called(kind: SectionKind, words: Words) -> str:
    names = {
        "changes": words.say("与昨日相比"),
        "views": words.say("观点"),
        "events": words.say("事件"),
        "market": words.say("市场"),
        "ai": "AI",
        "finance": words.say("金融"),
        "sentiment": words.say("情绪"),
    }
    return names[kind]


def switch_called(on: bool, words: Words) -> str:
    return words.say("开") if on else words.say("关")


def wanted_sections(shown: Shown) -> tuple[SectionKind, ...]:
    sections = shown.subscription.wishes.sections if shown.subscription else None
    return CHOSEN_SECTIONS if sections is None else tuple(kind for kind in CHOSEN_SECTIONS if kind in sections)


def value_of(name: Setting, shown: Shown, *, short: bool = False) -> str:
    """The present value; `short` for a button."""
    return _chat_value(name, shown) or _value(name, shown, short=short)


def _chat_value(name: Setting, shown: Shown) -> str:
    """Of a setting of the chat; "" of others."""
    words, settings, topic = shown.words, shown.settings, shown.topic
    if name == "timezone":
        zone = settings.timezone or (topic.timezone if topic else "")
        return time_of_place(zone, words) if zone else words.say("跟随话题")
    if name == "quiet":
        return "–".join(settings.quiet) if settings.quiet else words.say("不设")
    return language_called(settings.language, words) if name == "language" else ""


def _value(name: Setting, shown: Shown, *, short: bool) -> str:
    words, subscription = shown.words, shown.subscription
    if subscription is None:
        return ""
    wishes = subscription.wishes
    match name:
        case "hours":
            value = hours_value(shown, short=short)
        case "weekdays":
            value = _weekdays_value(subscription.weekdays, words, short=short)
        case "sections":
            value = _sections_value(shown, short=short)
        case "length":
            value = length_called(wishes.length, words)
        case "highlight" | "mute":
            value = _keywords_value(wishes.highlight if name == "highlight" else wishes.mute, words, short=short)
        case _:
            value = switch_called(wishes.thread if name == "thread" else wishes.cloud, words)
    return value


def _weekdays_value(weekdays: tuple[int, ...], words: Words, *, short: bool) -> str:
    said = weekdays_called(weekdays, words)
    if short and len(weekdays) > MOST_SHOWN and said != words.say("周一到周五"):
        return f"{weekdays_called(weekdays[:2], words)}…"
    return said


def hours_value(shown: Shown, *, short: bool) -> str:
    """08:00; of a topic that is read no more what was chosen."""
    subscription, topic = shown.subscription, shown.topic
    if subscription is None or topic is None:
        return shown.words.enumerate(subscription.hours) if subscription else ""
    if not subscription.hours:
        timing = timing_of(subscription, shown.settings, topic)
        hours = shown.words.enumerate(real_hours(timing, topic, shown.now))
        return shown.words.say("写好就送（{hours}）", hours=hours)
    if short and len(subscription.hours) > 2:
        return f"{shown.words.enumerate(subscription.hours[:2])}…"
    return shown.words.enumerate(subscription.hours)


def _sections_value(shown: Shown, *, short: bool) -> str:
    wanted, words = wanted_sections(shown), shown.words
    if len(wanted) == len(CHOSEN_SECTIONS):
        return words.say("全部")
    if not wanted:
        return words.say("只要简报")
    if short:
        return words.count("{number} 个", "{number} 个", len(wanted))
    return words.enumerate([section_called(kind, words) for kind in wanted])


def _keywords_value(keywords: tuple[str, ...], words: Words, *, short: bool) -> str:
    if not keywords:
        return words.say("没有")
    if short:
        return words.count("{number} 个词", "{number} 个词", len(keywords))
    some = words.enumerate(keywords[:MOST_SHOWN])
    if len(keywords) <= MOST_SHOWN:
        return some
    return words.say("{some} 等 {number} 个词", some=some, number=len(keywords))
