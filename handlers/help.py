"""/start /help /topics: what this is, and what one can say. /help fits a phone's screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from handlers.base import COMMANDS, Button, Message, Request, Services, command, in_rows
from handlers.lookup import first_topic
from handlers.subscribing.sentences import close_up
from handlers.words import mark
from report.doc import Block, Heading, Item, Note, Paragraph, Span, doc, paragraph, text

HELP: tuple[tuple[str, str], ...] = (
    (mark("/brief 昨天"), mark("某一天的简报；不写日期是最新一份")),
    ("/detail", mark("详细：观点、事件、市场观察")),
    (mark("/ai　/market　/finance　/sentiment"), mark("单看一部分")),
    (mark("/changes　/cloud"), mark("变了什么；词云")),
    ("/sources 3", mark("第 3 条的来源")),
    (mark("/range 上周"), mark("几天合起来看")),
    ("/search OpenAI", mark("在写过的报告里找")),
    (mark("/ask 油价怎么了？"), mark("问报告里的事")),
    ("/subscribe 08:00", mark("每天按点送到这里")),
    ("/settings", mark("时间、语言、长短、关注和静音")),
    ("/unsubscribe", mark("退订这里的日报")),
    ("/topics", mark("有哪些话题")),
)
ADMIN_HELP: tuple[tuple[str, str], ...] = (
    ("/regenerate ai 2026-01-07", mark("用存好的帖子重写一天，不再向 X 付费")),
    ("/ledger ai 2026-01-07", mark("账目：去掉了哪些、为什么、花了多少")),
    ("/ledger restore 3", mark("找回最新账目里的第 3 条")),
    ("/stats 7", mark("最近 7 天写了多少、花了多少")),
    ("/status", mark("下次运行、送达、今天的花费")),
)


@command("start", "认识一下推报")
async def start(request: Request, services: Services) -> AsyncIterator[Message]:
    words, topic = request.words, first_topic(services)
    said = [words.say("你好，我是推报。每天读完 X 上的帖子，去掉广告和重复，写成一份报告，每一条都附原帖链接。")]
    if words.language != "zh" and all(each.language == "zh" for each in services.topics.values()):
        said.append(words.say("报告的正文是中文。"))
    names = words.enumerate(each.called for each in services.topics.values())
    said.append(words.say("现在有：{topics}。", topics=names))
    buttons = (
        Button(words.say("每天送到这里"), f"c:subscribe {topic.name}"),
        Button(words.say("看最新一份"), "c:brief"),
    )
    yield Message(doc([Paragraph(text(each)) for each in said]), (buttons, (Button(words.say("能做什么"), "c:help"),)))


@command("help", "能用的命令")
async def help_(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.words
    blocks: list[Block] = [Heading((Span(words.say("能用的命令")),), 1)]
    blocks += [_line(request, *row) for row in HELP if _is_known(row[0])]
    if services.is_admin(request):
        blocks.append(Heading((Span(words.say("管理员还有")),), 2))
        blocks += [_line(request, *row) for row in ADMIN_HELP]
    blocks.append(Note(text(words.say("日期可以写 2026-01-07、1月7日、昨天、上周、7d。"))))
    if request.chat.kind == "private" and not services.admins:
        said = words.say("还没有管理员。你的编号是 {user}，写进配置的 [app] admins 就是了。", user=request.user)
        blocks.append(Note(text(said)))
    yield Message(doc(blocks))


def _line(request: Request, example: str, what: str) -> Paragraph:
    words = request.words
    return paragraph(words.say("{example}　{what}", example=words.say(example), what=words.say(what)))


def _is_known(example: str) -> bool:
    return all(name in COMMANDS for name in re.findall(r"/([a-z]+)", example))


@command("topics", "有哪些话题")
async def topics(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.words
    held = {each.topic for each in await services.store.subscriptions(request.chat.key)}
    blocks: list[Block] = [Heading((Span(words.say("话题")),), 1)]
    buttons: list[Button] = []
    for topic in services.topics.values():
        values = {"name": topic.name, "hours": words.enumerate(topic.schedule)}
        if topic.name in held:
            said = words.say("{name}，每天 {hours} 写好，这里已订阅", **values)
        else:
            said = words.say("{name}，每天 {hours} 写好", **values)
            buttons.append(Button(close_up(words.say("订阅 {topic}", topic=topic.called)), f"c:subscribe {topic.name}"))
        blocks.append(Item(topic.called, text(said)))
    rows = in_rows(buttons, 2)
    yield Message(doc(blocks), rows)
