"""What is typed behind a setting's name → the change that it means; a wrong one becomes a sentence with an example.

Pure. In: words, and whose language to complain in. Out: a function from the old value to the new one, or BadValue.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar, get_args

from handlers.chats import LONGEST_KEYWORD, MAX_KEYWORDS, ChatSettings, Length, Subscription
from handlers.hours.timezones import Found, read_timezone
from handlers.hours.typed import folded, read_hours, read_quiet, read_weekdays
from handlers.settings.names import CHOSEN_SECTIONS, Setting
from handlers.words import Words
from report.model import HEADINGS, SectionKind, TimezoneName
from report.wording import visible

Kept = TypeVar("Kept", ChatSettings, Subscription)
Change = Callable[[Kept], Kept]
NONE = {"off", "none", "no", "clear", "关", "关掉", "关闭", "不设", "取消", "清空", "无", "没有"}
ON, OFF = {"on", "yes", "开", "打开", "要", "true"}, {"off", "no", "关", "关掉", "关闭", "不要", "false"}
ALL = {"all", "全部", "都要", "每个"}
AUTO = {"auto", "自动", "默认", "跟随话题", "跟随客户端", "default", "写好就送"}
LANGUAGES = {
    "zh": "zh",
    "中文": "zh",
    "汉语": "zh",
    "chinese": "zh",
    "en": "en",
    "英文": "en",
    "英语": "en",
    "english": "en",
}
LENGTHS: Mapping[str, Length] = {
    "标题": "headline",
    "简报": "brief",
    "全文": "full",
    "完整": "full",
    "headlines": "headline",
}
SECTION_NAMES: Mapping[str, SectionKind] = {
    "与昨日相比": "changes", "变化": "changes", "观点": "views", "事件": "events", "市场": "market", "人工智能": "ai",
    "金融": "finance", "情绪": "sentiment", "mood": "sentiment", "markets": "market",
    **{HEADINGS[kind]: kind for kind in CHOSEN_SECTIONS}, **{kind: kind for kind in CHOSEN_SECTIONS},
}  # fmt: skip
MARK = re.compile(r"-~([0-9a-f]{6})")


class BadValue(Exception):
    """The sentence for the reader, an example, and zones to choose from where several may be meant."""

    def __init__(self, said: str, example: str, zones: Sequence[TimezoneName] = ()) -> None:
        super().__init__(said)
        self.said = said
        self.example = example
        self.zones = tuple(zones)


def read_chat_change(name: Setting, value: str, words: Words) -> Change[ChatSettings]:
    """Of the settings that hold for all that comes to the chat."""
    said = folded(value)
    match name:
        case "timezone":
            zone = None if said in AUTO else _one_zone(value, read_timezone(value), words)
            return lambda chat: chat.model_copy(update={"timezone": zone})
        case "quiet":
            quiet = None if said in NONE else read_quiet(value)
            if quiet is None and said not in NONE:
                raise BadValue(words.say("没看懂「{value}」是从几点到几点。", value=_cut(value)), "23:00-07:00")
            return lambda chat: chat.model_copy(update={"quiet": quiet})
        case _:
            if said not in AUTO and said not in LANGUAGES:
                raise BadValue(words.say("只有中文和 English，没有「{value}」。", value=_cut(value)), "en")
            return lambda chat: chat.model_copy(update={"language": LANGUAGES.get(said)})


def _one_zone(value: str, found: Found, words: Words) -> TimezoneName:
    if found.zone:
        return found.zone
    if not found.near:
        said = words.say("「{value}」有好几个时区，是哪一个？", value=_cut(value))
    elif found.zones:
        said = words.say("没有「{value}」这个时区。是不是这里面的？", value=_cut(value))
    else:
        said = words.say("没听说过「{value}」这个地方。城市、国家、时差都可以写。", value=_cut(value))
    raise BadValue(said, "" if found.zones else words.say("东京"), found.zones)


def read_change(name: Setting, value: str, words: Words) -> Change[Subscription]:
    """Of a subscription's own settings."""
    readers: Mapping[str, Callable[[str, Words], Change[Subscription]]] = {
        "hours": _read_hours,
        "weekdays": _read_weekdays,
        "sections": _read_sections,
        "length": _read_length,
        "highlight": partial(_read_keywords, "highlight"),
        "mute": partial(_read_keywords, "mute"),
    }
    return readers.get(name, partial(_read_switch, name))(value, words)


def _read_hours(value: str, words: Words) -> Change[Subscription]:
    hours = () if folded(value) in AUTO else read_hours(value)
    if hours is None:
        raise BadValue(words.say("没看懂「{value}」是几点。", value=_cut(value)), "08:00 20:00")
    return lambda held: held.model_copy(update={"hours": hours})


def _read_weekdays(value: str, words: Words) -> Change[Subscription]:
    if found := re.fullmatch(r"([+-])([1-7])", folded(value)):
        return _toggle_day(int(found[2]), words, wanted=found[1] == "+")
    days = read_weekdays(value)
    if days is None:
        raise BadValue(words.say("没看懂「{value}」是星期几。", value=_cut(value)), words.say("周一到周五"))
    return lambda held: held.model_copy(update={"weekdays": days})


def _toggle_day(day: int, words: Words, *, wanted: bool) -> Change[Subscription]:
    def changed(held: Subscription) -> Subscription:
        days = {*(held.weekdays or range(1, 8)), day} - (set() if wanted else {day})
        if not days:
            raise BadValue(words.say("至少要留一天；都不要就退订。"), words.say("工作日"))
        return held.model_copy(update={"weekdays": () if len(days) == 7 else tuple(sorted(days))})

    return changed


def _read_length(value: str, words: Words) -> Change[Subscription]:
    length = LENGTHS.get(folded(value), folded(value))
    if length not in get_args(Length):
        raise BadValue(words.say("长短有三种：标题、简报、全文。"), words.say("全文"))
    return _wish(lambda _: {"length": length})


def _read_switch(name: str, value: str, words: Words) -> Change[Subscription]:
    said = folded(value)
    if said not in ON | OFF:
        raise BadValue(words.say("只有开和关。"), words.say("关"))
    return _wish(lambda _: {name: said in ON})


def _wish(change: Callable[[Subscription], Mapping[str, object]]) -> Change[Subscription]:
    def changed(held: Subscription) -> Subscription:
        return held.model_copy(update={"wishes": held.wishes.model_copy(update=dict(change(held)))})

    return changed


def _read_sections(value: str, words: Words) -> Change[Subscription]:
    """`观点 市场` are those wanted, `-情绪` and `+情绪` change one, `全部` is all."""
    said = folded(value)
    if said in ALL:
        return _wish(lambda _: {"sections": None})
    if said in NONE:
        return _wish(lambda _: {"sections": ()})
    typed = [word for word in re.split(r"[\s,、;]+", said) if word]
    named = {word: SECTION_NAMES.get(word.lstrip("+-")) for word in typed}
    if unknown := [word for word, kind in named.items() if kind is None]:
        raise BadValue(words.say("没有「{value}」这个栏目。", value=_cut(unknown[0])), words.say("观点 市场"))
    plain = {kind for word, kind in named.items() if word[0] not in "+-"}
    more = {kind for word, kind in named.items() if word[0] == "+"}
    less = {kind for word, kind in named.items() if word[0] == "-"}

    def changed(held: Subscription) -> Mapping[str, object]:
        before = CHOSEN_SECTIONS if held.wishes.sections is None else held.wishes.sections
        wanted = ((plain or set(before)) | more) - less
        chosen = tuple(kind for kind in CHOSEN_SECTIONS if kind in wanted)
        return {"sections": None if chosen == CHOSEN_SECTIONS else chosen}

    return _wish(changed)


def _read_keywords(name: str, value: str, words: Words) -> Change[Subscription]:
    """`词 词` adds, `-词` removes (a button: `-~HASH`), `清空` forgets all."""
    if folded(value) in NONE:
        return _wish(lambda _: {name: ()})
    listed = re.split(r"[\s,、;]+", unicodedata.normalize("NFKC", visible(value)))
    typed = [word for word in listed if word.strip("-")]
    if not typed:
        raise BadValue(words.say("要写出词来。"), "Claude")
    if long := [word for word in typed if len(word.removeprefix("-")) > LONGEST_KEYWORD]:
        said = words.say("一个词最多 {most} 个字，「{value}」太长了。", most=LONGEST_KEYWORD, value=_cut(long[0]))
        raise BadValue(said, "Claude")
    added = [word for word in typed if not word.startswith("-")]
    removed = {word.removeprefix("-").casefold() for word in typed if word.startswith("-")}
    marks = {found[1] for word in typed if (found := MARK.fullmatch(word))}

    def changed(held: Subscription) -> Mapping[str, object]:
        present = held.wishes.highlight if name == "highlight" else held.wishes.mute
        kept = {
            word.casefold(): word for word in present if word.casefold() not in removed and mark_of(word) not in marks
        }
        for word in added:
            kept.setdefault(word.casefold(), word)
        if len(kept) > MAX_KEYWORDS:
            said = words.say("最多记 {most} 个词，这样就有 {number} 个了。", most=MAX_KEYWORDS, number=len(kept))
            raise BadValue(said, f"-{present[0]}" if present else "Claude")
        return {name: tuple(kept.values())}

    return _wish(changed)


def mark_of(keyword: str) -> str:
    """A keyword in six characters: a button has no room for forty."""
    return hashlib.sha256(keyword.casefold().encode()).hexdigest()[:6]


def _cut(value: str) -> str:
    """What was typed, as an answer repeats it."""
    return " ".join(visible(value).split())[:20]
