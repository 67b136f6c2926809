"""A report in the reader's language: its own edition where there is one, with the parts that a program counted.

In: a report as it is stored. Out: the same report, its sections in that language; what a program wrote is said anew,
what nobody translated stays as it is. Always holds: points keep their ids and citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from handlers.presentation.labels import KINDS, MOVEMENTS
from handlers.words import Words, mark
from report.model import DropKind, Ledger, Point, Report, Section, SectionKind

COMPUTED: tuple[SectionKind, ...] = ("changes", "noise", "cloud")
NAMED = 3  # authors of a theme
RETOLD = (  # sentences of a program in a report, told again in the reader's language
    mark("市场数字均为推文所述，未核实。"),
    mark("没有帖子提到数字货币。"),
    mark("够分量的消息只有 {points} 条，不凑满十条。"),
    mark("这一天只有 {used} 条帖子可写，都在这里。"),
    mark("这几天只有 {used} 条帖子可写，都在这里。"),
    mark("这一天采用的 {used} 条帖子里，够分量单列的只有 {points} 条，不凑数。"),
    mark("这几天采用的 {used} 条帖子里，够分量单列的只有 {points} 条，不凑数。"),
    mark("这一天采用的 {used} 条帖子里，够分量单列的只有 {points} 条，同一位作者至多两条，不凑数。"),
    mark("这几天采用的 {used} 条帖子里，够分量单列的只有 {points} 条，同一位作者至多两条，不凑数。"),
    mark("采用的 {used} 条里，{technology} 条谈技术与行业，{market} 条谈市场。"),
    mark("离线写法只数数，不判断情绪。"),
    mark("离线写法：没有用语言模型，逐条摘录原帖，不翻译、不改写、不判断对错。"),
)
NOTES = (  # what the ledger's notes begin with
    mark("这份报告是离线写的，没有用模型"),
    mark("有 {posts} 条帖子模型没有读到，报告里缺它们"),
    mark("编排没有成功，要点按重要性排列，没有概述"),
    mark("没通过核对的 {points} 条没能退回模型重写"),
    mark("英文版没有写成"),
    mark("英文版少 {points} 条，没有通过核对"),
    mark("英文版要用语言模型来写，这次没有"),
)
OTHER_NOTE = mark("这次模型没有全部用上，报告可能少几条")
ASKED_OF_OPERATORS = re.compile(r"[；，：](?=要多用|换一个|检查|请检查|调高|set |raise )")


def edition_of(report: Report, words: Words) -> Report:
    """The report as the reader of that language gets it."""
    if words.language == "zh":
        return report
    edition = next((each for each in report.editions if each.language == words.language), None)
    told = [s for s in (edition or report).sections if s.kind not in COMPUTED]
    computed = [s for s in report.sections if s.kind in COMPUTED]
    kinds = [section.kind for section in report.sections]
    sections = (*(_retell(s, words) for s in told), *(_compute(s, report, words) for s in computed))
    return report.model_copy(update={"sections": tuple(sorted(sections, key=lambda s: kinds.index(s.kind)))})


def note_words(note: str, words: Words) -> str:
    """A note of the ledger for readers, without what it asks of whoever runs the bot: they cannot raise a budget."""
    said = ASKED_OF_OPERATORS.split(note)[0].rstrip("。")
    if words.language != "zh":
        said = next(filter(None, (_match(known, said, words, whole=False) for known in NOTES)), words.say(OTHER_NOTE))
    return said + words.say("。")


def sentences_of(text: str) -> list[str]:
    return re.findall(r"[^。]+。?", text)


def _retell(section: Section, words: Words) -> Section:
    """With its introduction in the reader's language as far as a program wrote it."""
    intro = words.join(
        next(filter(None, (_match(known, said, words) for known in RETOLD)), said)
        for said in sentences_of(section.intro)
    )
    return section.model_copy(update={"intro": intro})


def _match(known: str, said: str, words: Words, *, whole: bool = True) -> str:
    """The known sentence in the reader's language, if that is what was said; else ""."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d+)", re.escape(known))
    found = re.fullmatch(pattern, said) if whole else re.match(pattern, said)
    return words.say(known, **found.groupdict()) if found else ""


def _compute(section: Section, report: Report, words: Words) -> Section:
    """What a program counted, from the counts."""
    if section.kind == "noise":
        return section.model_copy(update={"intro": noise_words(report.ledger, words) or section.intro})
    if section.kind == "cloud":
        return section
    count = partial(_count, report=report, words=words)
    children = tuple(
        child.model_copy(
            update={
                "heading": words.say(child.heading) if child.heading in MOVEMENTS else child.heading,
                "points": tuple(map(count, child.points)),
            }
        )
        for child in section.children
    )
    how = words.say("箭头两边是谈到这一项的帖子数，之前 → 现在。")
    intro = how if children else words.say("没有哪个话题的帖子数有说得上的变化。")
    return section.model_copy(update={"intro": intro, "children": children})


def _count(point: Point, report: Report, words: Words) -> Point:
    """0 → 4 posts, and by whom; a point without the counted posts stays as it is."""
    if point.counted is None:
        return point
    before, now = len(point.counted.before), len(point.counted.now)
    said = [words.count("{before} → {number} 条。", "{before} → {number} 条。", now, before=before)]
    found = (report.source(post) for post in point.citations)
    names = list(dict.fromkeys(source.name or source.handle for source in found if source))
    if any(names):
        said.append(words.say("谈到它的有 {names}。", names=words.enumerate(filter(None, names[:NAMED]))))
    return point.model_copy(update={"text": words.join(said)})


def noise_words(ledger: Ledger, words: Words) -> str:
    """What was left out, in counts; "" where nothing was counted."""
    if not ledger.collected:
        return ""
    dropped = ledger.collected - ledger.used
    if not dropped:
        return words.say("收集 {collected} 条，全部采用。", collected=ledger.collected)
    kinds = words.enumerate(kind_counts(ledger, words))
    return words.say(
        "收集 {collected} 条，去掉 {dropped} 条：{kinds}。", collected=ledger.collected, dropped=dropped, kinds=kinds
    )


def kind_counts(ledger: Ledger, words: Words, order: Iterable[DropKind] = KINDS) -> list[str]:
    """广告 22, 跑题 24 …: the kinds of which there are posts."""
    counts = {"ad": ledger.ads, "off_topic": ledger.off_topic, "empty": ledger.empty, "copy": ledger.copies}
    return [
        words.say("{kind} {count}", kind=words.say(KINDS[kind]), count=f"{counts[kind]:,}")
        for kind in order
        if counts[kind]
    ]
