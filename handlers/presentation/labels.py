"""What the parts of a report are called, on buttons and in titles; all of it goes through `Words.say` where it is said.

Always holds: the tables name every part that a reader can open, and no other.
"""

from __future__ import annotations

from handlers.words import Words, mark
from report.model import DropKind, SectionKind

SHORT: dict[str, str] = {
    "brief": mark("简报"),
    "detail": mark("详细"),
    "views": mark("观点"),
    "events": mark("事件"),
    "market": mark("市场"),
    "ai": mark("AI"),
    "finance": mark("金融"),
    "sentiment": mark("情绪"),
    "cloud": mark("词云"),
    "changes": mark("与昨日相比"),
    "sources": mark("来源"),
}
TITLES: dict[str, str] = {
    "views": mark("重要观点与见解"),
    "events": mark("关键事件与发展"),
    "market": mark("市场观察"),
    "ai": mark("人工智能"),
    "finance": mark("金融市场"),
    "sentiment": mark("市场情绪"),
    "changes": mark("与昨日相比"),
    "noise": mark("广告与噪声"),
}
SINCE_BEFORE = mark("与前几天相比")  # of several days
DETAIL: tuple[SectionKind, ...] = ("views", "events", "market")  # the pages of /detail
SINGLE: tuple[SectionKind, ...] = ("ai", "market", "finance", "sentiment", "changes")  # a button each
UNDER_BRIEF: tuple[SectionKind, ...] = (
    "changes", "views", "events", "market", "ai", "finance", "sentiment", "noise",
)  # fmt: skip
BESIDE: dict[str, SectionKind] = {
    "finance": "market", "ai": "finance", "sentiment": "changes", "changes": "sentiment",
}  # fmt: skip
KINDS: dict[DropKind, str] = {
    "ad": mark("广告"),
    "off_topic": mark("跑题"),
    "empty": mark("空帖"),
    "copy": mark("重复"),
}
MOVEMENTS = (mark("新出现"), mark("上升"), mark("持续"), mark("退潮"))  # headings of 与昨日相比
NUMERALS = (
    mark("零"), mark("一"), mark("两"), mark("三"), mark("四"), mark("五"),
    mark("六"), mark("七"), mark("八"), mark("九"), mark("十"),
)  # fmt: skip


def numeral(number: int, words: Words) -> str:
    """How many, before a measure word: 两条, not 二条."""
    return words.say(NUMERALS[number]) if 0 <= number < len(NUMERALS) else str(number)


def label_of(name: str, words: Words, *, days: int = 1) -> str:
    """What a part is called on a button. `days` is the length of the report's period."""
    called = SINCE_BEFORE if name == "changes" and days > 1 else SHORT[name]
    return words.say(called)


def title_of(kind: str, words: Words, *, days: int = 1) -> str:
    """What a section is called in a title. `days` is the length of the report's period."""
    called = SINCE_BEFORE if kind == "changes" and days > 1 else TITLES[kind]
    return words.say(called)
