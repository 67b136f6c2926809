"""/range FIRST LAST [section]: several days read together, from what is stored; X is not paid again.

While the report is made, the answer says how far it is: read, sorted, written, checked.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

from handlers.base import Argument, Button, Message, Request, Rows, Services, command, in_rows
from handlers.brief import brief_of, wishes_of
from handlers.dates import BadDate, read_days
from handlers.hours import is_current
from handlers.lookup import first_topic, own_keys, say_missing, split_topic, today_of
from handlers.presentation import SHORT, day_words, key_day, span_words
from handlers.sections import section_of
from handlers.waiting import in_turn
from handlers.words import EN, SEMICOLON, ZH, Words, mark
from report.doc import Block, Doc, Heading, Item, Paragraph, Span, coded, doc, text
from report.errors import NothingToReport, TuibaoError
from report.model import Period, Report, Topic, read_report_key, report_key

log = logging.getLogger(__name__)
SECTIONS = {name: words for name, words in SHORT.items() if name not in {"brief", "cloud", "sources"}}
SECTION_WORDS = {
    said.casefold(): name for name, called in SECTIONS.items() for said in (name, ZH.say(called), EN.say(called))
}
ROW = 3  # buttons
NAMED_DAYS = 3  # a range of so many days has a button for each
STEPS = {  # how the lines of report.pipeline begin
    "整理": mark("读完了，正在归类…"),
    "写": mark("归好类了，正在写…"),
    "离线": mark("归好类了，正在写…"),
    "编排": mark("归好类了，正在写…"),
    "模型": mark("归好类了，正在写…"),
    "核对": mark("写好了，正在逐条核对…"),
    "译": mark("核对完了，正在写英文版…"),
    "对比": mark("核对完了，正在画词云…"),
}
COUNTED = re.compile(r"^整理 ([1-9]\d*) 条帖子")  # what report.pipeline says when it has read them


@dataclass(frozen=True)
class Asked:
    """What is to be read together; `section` is "" for the brief."""

    topic: Topic
    first: date
    last: date
    section: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@command(
    "range",
    "把几天合起来看，如 /range 2026-01-01 2026-01-07",
    Argument("first", "第一天，如 2026-01-01；或一段，如 上周、7d", required=True, kind="date"),
    Argument("last", "最后一天，如 2026-01-07", kind="date"),
    Argument("section", "只看一部分：详细、AI、市场、金融、情绪", kind="section"),
    cost=5,
)
async def range_(request: Request, services: Services) -> AsyncIterator[Message]:
    say = request.words.say
    try:
        asked = await asyncio.to_thread(_read_words, request, services)
    except BadDate as error:
        said = say("可以这样发：`/range 2026-01-01 2026-01-07`，或 `/range 上周`。")
        yield Message(doc(Paragraph(text(str(error))), Paragraph(coded(said))))
        return
    report = await services.store.report(report_key(asked.topic.name, asked.first, asked.last, asked=True))
    if report and is_current(report, services.now()):
        yield await _show(report, asked, request, services)
        return
    async for message in in_turn(_make(asked, request, services), request, services):
        yield message


def _read_words(request: Request, services: Services) -> Asked:
    """Topic, days and section; each of topic and section may be left out."""
    named, rest = split_topic(request.arguments, services)
    topic, words, section = named or first_topic(services), rest.split(), ""
    if len(words) > 1 and words[-1].casefold() in SECTION_WORDS:
        section = SECTION_WORDS[words.pop().casefold()]
    if not words:
        raise BadDate(request.words.say("要看哪几天？"))
    first, last = read_days(
        " ".join(words), today_of(topic, services, request), request.words, newest=today_of(topic, services)
    )
    return Asked(topic, first, last, section)


async def _make(asked: Asked, request: Request, services: Services) -> AsyncGenerator[Message, None]:
    """How far it is, then the report, or why there is none. Closing it gives the report up."""
    steps: asyncio.Queue[str] = asyncio.Queue()
    period = Period.of_days(asked.first, asked.last, asked.topic.timezone)
    making = asyncio.create_task(services.newsroom.make(asked.topic, period, progress=steps.put_nowait))
    making.add_done_callback(lambda _: steps.put_nowait(""))
    try:
        said = _waiting(asked, request.words, services)
        yield _stage(said)
        posts = ""
        while step := await steps.get():
            if counted := COUNTED.match(step):
                posts = counted[1]
            stage = _waiting(asked, request.words, services, posts, _step_words(step, request.words))
            if stage != said:
                said = stage
                yield _stage(said)
        yield replace(await _outcome(making, asked, request, services), update=True)
    finally:
        making.cancel()


def _stage(words: str) -> Message:
    return Message(doc(Paragraph(text(words))), draft=True)


def _waiting(asked: Asked, words: Words, services: Services, posts: str = "", step: str = "") -> str:
    """两天 237 条帖子都已存好，不用再向 X 付费。正在合起来读…"""
    days = _count_days(asked.days, words)
    step = step or _first_step(asked, words)
    if posts:
        return words.say("{days} {posts} 条帖子都已存好，不用再向 X 付费。{step}", days=days, posts=posts, step=step)
    span = _span(asked, words, services)
    return words.say("{span}只用存好的帖子，不用再向 X 付费。{step}", span=span, step=step)


def _count_days(days: int, words: Words) -> str:
    named = {1: words.say("一天"), 2: words.say("两天"), 3: words.say("三天")}
    return named.get(days) or words.count("{number} 天", "{number} 天", days)


def _first_step(asked: Asked, words: Words) -> str:
    return words.say("正在重新读一遍…") if asked.days == 1 else words.say("正在合起来读…")


def _step_words(step: str, words: Words) -> str:
    """A line of report.pipeline's progress as a reader wants it; "" for reading."""
    return next((words.say(said) for begins, said in STEPS.items() if step.startswith(begins)), "")


async def _outcome(making: asyncio.Task[Report], asked: Asked, request: Request, services: Services) -> Message:
    try:
        return await _show(await making, asked, request, services)
    except NothingToReport:
        return await _list_days(asked, request.words, services)
    except TuibaoError as error:
        log.warning("range: %s", error, extra={"action": "range", "chat": request.chat.key})
        say = request.words.say
        why = (
            say("没写成：{why}", why=request.words.blame(error))
            if services.is_admin(request)
            else say("这次没写成，过几分钟再发一次。")
        )
        return Message(doc(Paragraph(text(why))))


async def _show(report: Report, asked: Asked, request: Request, services: Services) -> Message:
    if asked.section:
        return await section_of(report, asked.topic, asked.section, request, services)
    wishes = await wishes_of(request, asked.topic, services)
    brief = await brief_of(report, asked.topic, services, words=request.words, wishes=wishes)
    return replace(
        brief,
        doc=_titled(brief.doc, _title(asked, request.words, services)),
        buttons=await _buttons(brief, report, asked, request, services),
    )


def _title(asked: Asked, words: Words, services: Services) -> str:
    """AI｜3 月 26–27 日合看."""
    span = _span(asked, words, services)
    if asked.days == 1:
        return words.say("{topic}｜{day}重看", topic=asked.topic.called, day=span)
    return words.say("{topic}｜{days}合看", topic=asked.topic.called, days=span)


def _span(asked: Asked, words: Words, services: Services) -> str:
    """With the year where it is not this one."""
    return span_words(asked.first, asked.last, words, year=asked.last.year != services.now().year)


def _titled(brief: Doc, title: str) -> Doc:
    first, *rest = brief.blocks
    rest = rest if isinstance(first, Heading) else [first, *rest]
    return Doc((Heading((Span(title),), 1), *rest))


async def _buttons(brief: Message, report: Report, asked: Asked, request: Request, services: Services) -> Rows:
    """Each day's own brief, the market in any case, then what else the brief opens of this report."""
    say = request.words.say
    within = [key for key in await own_keys(asked.topic, services) if _is_day_of(key, asked)]
    days = [Button(say("{day}简报", day=key_day(key, request.words)), f"s:brief:{key}") for key in within]
    market = f"s:market:{report.key}"
    own = [Button(say("只看市场"), market)] if report.section("market") else []
    offered = (button for row in brief.buttons for button in row)
    own += [button for button in offered if button.action.endswith(f":{report.key}") and button.action != market]
    return tuple(filter(None, (tuple(days) if asked.days <= NAMED_DAYS else (), *in_rows(own, ROW))))


def _is_day_of(key: str, asked: Asked) -> bool:
    _, first, last = read_report_key(key)
    return first == last and asked.first <= first <= asked.last


async def _list_days(asked: Asked, words: Words, services: Services) -> Message:
    """Days without stored posts may have reports: imported ones, for instance. Name them."""
    keys = [
        key
        for key in await own_keys(asked.topic, services)
        if asked.first <= read_report_key(key)[1] and read_report_key(key)[2] <= asked.last
    ]
    span = _span(asked, words, services)
    if not keys:
        return await say_missing(services, asked.topic, words.say("{days}没有存下帖子，也没有报告。", days=span), words)
    title = words.say("{topic}｜{days}", topic=asked.topic.called, days=span)
    blocks: list[Block] = [Heading((Span(title),), 1)]
    blocks.append(Paragraph(text(words.say("这几天只有写好的报告，没有存下帖子，没法合写；可以一份一份看："))))
    buttons: list[Button] = []
    for key in keys:
        report = await services.store.report(key)
        core = report.section("core") if report else None
        headlines = (
            words.enumerate((point.headline or point.text[:24] for point in core.points[:3]), between=SEMICOLON)
            if core
            else ""
        )
        day = day_words(read_report_key(key)[1], words)
        blocks.append(Item(day, text(headlines)))
        buttons.append(Button(words.say("{day}简报", day=day), f"s:brief:{key}"))
    return Message(doc(blocks), in_rows(buttons[:8], 2))
