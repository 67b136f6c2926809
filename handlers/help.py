"""/start /help /topics: what this is, and what one can say."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handlers.base import Button, Message, Request, Services, command
from handlers.lookup import first_topic
from report.doc import Block, Heading, Item, Note, Paragraph, Span, doc, text
from report.wording import spaced

HELP: tuple[tuple[str, str], ...] = (
    ("/brief", "最新简报；/brief 2026-01-07 或 /brief 昨天 看某一天"),
    ("/detail", "详细分析：观点、事件、市场观察"),
    ("/ai　/market　/finance　/sentiment", "分开看一部分"),
    ("/changes　/cloud　/sources 3", "变了什么、词云、第 3 条的来源"),
    ("/range 2026-01-01 2026-01-07", "几天合起来看"),
    ("/subscribe 08:00　/unsubscribe", "每天按点送到这里；退订"),
    ("/topics", "有哪些话题"),
)
ADMIN_HELP: tuple[tuple[str, str], ...] = (
    ("/regenerate ai 2026-01-07", "用存好的帖子重写一天，不再向 X 付费"),
    ("/ledger ai 2026-01-07", "账目：去掉了哪些、为什么、花了多少；可以找回一条"),
    ("/stats 7", "最近几天写了多少、采用多少、花了多少"),
    ("/status", "下次运行、送达、今天的花费"),
)


@command("start", "认识一下推报")
async def start(_request: Request, services: Services) -> AsyncIterator[Message]:
    topic = first_topic(services)
    said = (
        "你好，我是推报。每天读完 X 上的帖子，去掉广告和重复，写成一份中文报告，每一条都附原帖链接。",
        f"现在有：{'、'.join(each.called for each in services.topics.values())}。",
    )
    buttons = [Button("每天送到这里", f"c:subscribe {topic.name}"), Button("看最新一份", "c:brief")]
    yield Message(doc([Paragraph(text(words)) for words in said]), (tuple(buttons), (Button("能做什么", "c:help"),)))


@command("help", "能用的命令")
async def help_(request: Request, services: Services) -> AsyncIterator[Message]:
    rows = (*HELP, *(ADMIN_HELP if services.is_admin(request) else ()))
    blocks: list[Block] = [Heading((Span("能用的命令"),), 1)]
    blocks += [Paragraph((*text(f"{commands}　"), Span(words))) for commands, words in rows]
    blocks.append(Note(text("日期可以写 2026-01-07、20260107、1月7日、昨天、上周、7d。")))
    if request.chat.kind == "private" and not services.admins:
        blocks.append(Note(text(f"还没有管理员。你的编号是 {request.user}，写进配置的 [app] admins 就是了。")))
    yield Message(doc(blocks))


@command("topics", "有哪些话题")
async def topics(request: Request, services: Services) -> AsyncIterator[Message]:
    held = {each.topic for each in await services.store.subscriptions(request.chat.key)}
    blocks: list[Block] = [Heading((Span("话题"),), 1)]
    buttons: list[Button] = []
    for topic in services.topics.values():
        mark = "，这里已订阅" if topic.name in held else ""
        blocks.append(Item(topic.called, text(f"{topic.name}，每天 {'、'.join(topic.schedule)} 写好{mark}")))
        if topic.name not in held:
            buttons.append(Button(spaced("订阅", topic.called), f"c:subscribe {topic.name}"))
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    yield Message(doc(blocks), rows)
