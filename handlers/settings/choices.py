"""What each setting offers on its page: its choices, which of them is the present one, what it does in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from handlers.chats import Length, Subscription
from handlers.hours import reports_a_day, timing_of
from handlers.hours.timezones import place_name
from handlers.hours.weekdays import day_name, weekdays_called
from handlers.settings.names import (
    CHOSEN_SECTIONS,
    Setting,
    Shown,
    language_called,
    length_called,
    section_called,
    switch_called,
    wanted_sections,
)
from handlers.settings.reading import mark_of
from handlers.subscribing.sentences import coming_words, daily, real_hours, unkept
from handlers.words import Words

HOURS = ("07:00", "08:00", "09:00", "12:00", "18:00", "20:00", "21:00", "22:00")
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Singapore", "Europe/London",
    "Europe/Berlin", "America/New_York", "America/Los_Angeles",
)  # fmt: skip
QUIETS = ("22:00-07:00", "23:00-07:00", "23:00-08:00", "00:00-08:00")
STRETCHES = ((), (1, 2, 3, 4, 5), (6, 7))


@dataclass(frozen=True)
class Choice:
    label: str
    value: str  # as it would be typed
    chosen: bool = False


def choices_of(name: Setting, shown: Shown) -> Sequence[Sequence[Choice]]:
    """Rows of them."""
    words, chat, held = shown.words, shown.settings, shown.subscription
    match name:
        case "timezone":
            own = [Choice(place_name(zone, words), zone, chat.timezone == zone) for zone in ZONES]
            return _rows([Choice(words.say("跟随话题"), "auto", chat.timezone is None), *own])
        case "quiet":
            present = "-".join(chat.quiet) if chat.quiet else ""
            own = [Choice(quiet.replace("-", "–"), quiet, quiet == present) for quiet in QUIETS]
            return _rows([Choice(words.say("不设"), "off", not present), *own], 2)
        case "language":
            names: tuple[str, ...] = ("zh", "en")
            own = [Choice(language_called(each, words), each, chat.language == each) for each in names]
            return ([Choice(language_called(None, words), "auto", chat.language is None), *own],)
        case _:
            return _own_choices(name, shown, held) if held else ()


def _own_choices(name: Setting, shown: Shown, held: Subscription) -> Sequence[Sequence[Choice]]:
    words, wishes = shown.words, held.wishes
    match name:
        case "hours":
            own = [Choice(hour, hour, hour in held.hours) for hour in HOURS]
            return _rows([Choice(words.say("写好就送"), "auto", not held.hours), *own])
        case "weekdays":
            stretches = [
                Choice(weekdays_called(days, words), ",".join(map(str, days)) or "all", held.weekdays == days)
                for days in STRETCHES
            ]
            every = [_toggle(day_name(day, words), str(day), day in _days(held)) for day in range(1, 8)]
            return (stretches, *_rows(every, 4))
        case "sections":
            wanted = wanted_sections(shown)
            both = [
                Choice(words.say("全部"), "all", len(wanted) == len(CHOSEN_SECTIONS)),
                Choice(words.say("只要简报"), "none", not wanted),
            ]
            return (
                both,
                *_rows([_toggle(section_called(each, words), each, each in wanted) for each in CHOSEN_SECTIONS]),
            )
        case "length":
            return ([Choice(length_called(each, words), each, wishes.length == each) for each in get_args(Length)],)
        case "highlight" | "mute":
            keywords = wishes.highlight if name == "highlight" else wishes.mute
            every = [Choice(f"✕ {keyword}", f"-~{mark_of(keyword)}") for keyword in keywords]
            return _rows([*every, Choice(words.say("清空"), "clear")] if len(every) > 1 else every, 5)
        case _:
            on = wishes.thread if name == "thread" else wishes.cloud
            return (
                [Choice(switch_called(each, words), "on" if each else "off", on is each) for each in (True, False)],
            )


def _toggle(label: str, value: str, chosen: bool) -> Choice:
    """The press says what it does, so that a page of yesterday turns nothing around."""
    return Choice(label, f"-{value}" if chosen else f"+{value}", chosen)


def _days(held: Subscription) -> Sequence[int]:
    return held.weekdays or range(1, 8)


def _rows(choices: Sequence[Choice], width: int = 3) -> Sequence[Sequence[Choice]]:
    return [choices[at : at + width] for at in range(0, len(choices), width)]


def explained(name: Setting, shown: Shown) -> list[str]:
    """What the setting does, and where it matters, what comes of it."""
    words = shown.words
    if name in {"hours", "timezone", "quiet", "weekdays"}:
        return [_means(name, words), *when_it_comes(shown)]
    return [_means(name, words)]


def _means(name: Setting, words: Words) -> str:
    return {
        "hours": words.say("几点送到这里，可以选好几个。"),
        "timezone": words.say("这里的时间都按它算，所有订阅共用。"),
        "quiet": words.say("这段时间里不推送，到点的报告等它过了再送；所有订阅共用。"),
        "weekdays": words.say("只在这几天送。按一下去掉或加上一天。"),
        "sections": words.say("简报之外还要哪些栏目。按一下去掉或加上一个。"),
        "length": words.say("标题只有每条的标题，简报是十条要点，全文把各栏目都放进来。"),
        "language": words.say("我在这里用哪种语言说话，所有订阅共用。"),
        "cloud": words.say("推送时带不带词云图。"),
        "highlight": words.say("要点里有这些词就标出来。按一个词就去掉它。"),
        "mute": words.say("有这些词的要点不送到这里。按一个词就去掉它。"),
        "thread": words.say("详细部分放进简报下面的子区，频道里只留简报。"),
    }[name]


def when_it_comes(shown: Shown) -> list[str]:
    """The next arrival, and why an hour that was chosen is not kept."""
    held, topic = shown.subscription, shown.topic
    if held is None or topic is None:
        return []
    timing = timing_of(held, shown.settings, topic)
    real = real_hours(timing, topic, shown.now)
    lost = unkept(held.hours, real)
    return [*([why_not(lost, shown, real)] if lost else []), *coming_line(shown)]


def coming_line(shown: Shown) -> list[str]:
    at, words = shown.coming, shown.words
    if at is None:
        return []
    if at <= shown.now:
        return [words.say("下一份马上就到。")]
    return [words.say("下一份{day} {hour} 到。", day=coming_words(at, shown.now, words), hour=f"{at:%H:%M}")]


def why_not(lost: Sequence[str], shown: Shown, real: Sequence[str]) -> str:
    """Why nothing comes at these hours: quiet hours, the report is not there yet, or it was told already."""
    words, topic, settings = shown.words, shown.topic, shown.settings
    hours, instead = words.enumerate(lost), words.enumerate(real)
    daily_words = daily(topic, words) if topic else ""
    if settings.quiet and shown.subscription and topic:
        timing = timing_of(shown.subscription, settings, topic)
        if any(timing.is_quiet_at(hour) for hour in lost):
            quiet = "–".join(settings.quiet)
            return words.say("{quiet} 免打扰，所以改在 {instead} 送。", quiet=quiet, instead=instead)
    if len(lost) == len(shown.subscription.hours if shown.subscription else ()):
        return words.say(
            "{daily} {hours} 还没写好，所以 {instead} 送。", daily=daily_words, instead=instead, hours=hours
        )
    number = reports_a_day(topic) if topic else 1
    return words.count(
        "{daily}每天只写 {number} 份，{instead} 送；{hours} 没有新的。",
        "{daily}每天只写 {number} 份，{instead} 送；{hours} 没有新的。",
        number, daily=daily_words, instead=instead, hours=hours,
    )  # fmt: skip


def prompt_of(name: Setting, words: Words) -> str:
    return {
        "hours": words.say("几点送？例如 08:00、晚上8点；几个就用空格隔开。"),
        "timezone": words.say("你在哪个时区？发城市、国家或时差，例如 东京、Asia/Tokyo、+9。"),
        "quiet": words.say("从几点到几点不打扰？例如 23:00-07:00。"),
        "weekdays": words.say("星期几送？例如 周一到周五、一三五。"),
        "highlight": words.say("要关注哪些词？用空格隔开，例如 Claude 英伟达。"),
        "mute": words.say("要静音哪些词？用空格隔开，例如 招聘 课程。"),
    }.get(name, "")
