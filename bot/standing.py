"""How things stand, in lines for /status."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import money, silence
from bot.config import Config
from bot.schedule import is_retried
from bot.store.tiny import TinyStore
from handlers.hours import next_due
from handlers.words import SEMICOLON, Words, mark
from report.model import Report, Topic
from report.wording import dollars

STATES = {
    "pending": mark("在送"),
    "sent": mark("送达"),
    "failed": mark("没送到"),
    "gone": mark("会话已不在"),
    "unknown": mark("不知送到没有"),
    "left": mark("更正没改成"),
}


async def describe(store: TinyStore, config: Config, now: datetime, words: Words) -> list[str]:
    """Next and last run of each topic with its cost, subscriptions, deliveries, money, what was found damaged."""
    lines: list[str] = []
    for topic in config.topics:
        lines += await _runs(topic, store, now, words)
    told = _counted(await store.delivered(), words)
    corrected = _counted(await store.corrected(), words)
    chats = len({each.chat for each in await store.subscriptions()})
    counts = words.enumerate(told) or words.say("还没有")
    lines.append(
        words.count(
            "订阅 {number} 个会话；送达记录：{counts}", "订阅 {number} 个会话；送达记录：{counts}", chats, counts=counts
        )
    )
    if corrected:
        lines.append(words.say("更正：{counts}", counts=words.enumerate(corrected)))
    if last := await silence.since(store, config, now):
        lines.append(silence.say(last, words))
    lines.append(await asyncio.to_thread(money.today, config, now, words))
    return [*lines, *(words.say("注意：{warning}", warning=warning) for warning in store.warnings)]


def _counted(states: Mapping[str, int], words: Words) -> list[str]:
    """在送 3, 送达 120: the states of which there are some."""
    return [
        words.say("{kind} {count}", kind=words.say(name), count=f"{states[state]:,}")
        for state, name in STATES.items()
        if states.get(state)
    ]


async def _runs(topic: Topic, store: TinyStore, now: datetime, words: Words) -> list[str]:
    """When the topic runs next, what became of its last run, what the last report cost."""
    due = f"{next_due(topic, now):%m-%d %H:%M}"
    lines = [words.say("{topic}：下次 {due}（{timezone}）", topic=topic.called, due=due, timezone=topic.timezone)]
    runs = [run for run in await store.runs(topic.name) if run.error or run.report_key]
    if runs:
        last = runs[-1]
        done = f"{last.done_at.astimezone(ZoneInfo(topic.timezone)):%m-%d %H:%M}"
        if not last.error:
            lines.append(words.say("上次 {done}：{key}", done=done, key=last.report_key))
        elif is_retried(last, now):
            lines.append(
                words.say(
                    "上次 {done}：没写成，每半小时重试一次：{why}",
                    done=done,
                    why=last.why(words.language),
                )
            )
        else:
            lines.append(
                words.say(
                    "上次 {done}：没写成，等下一次：{why}",
                    done=done,
                    why=last.why(words.language),
                )
            )
    made = [run.report_key for run in runs if run.report_key]
    if made and (report := await store.report(made[-1])):
        lines.append(_account(report, words))
    return lines


def _account(report: Report, words: Words) -> str:
    """What a report used and cost, and which sources it missed."""
    ledger = report.ledger
    model = words.say("没用模型")
    if calls := ledger.model.calls:
        usd = dollars(ledger.model.usd)
        model = words.count("模型 {number} 次 {usd} 美元", "模型 {number} 次 {usd} 美元", calls, usd=usd)
    told = [
        words.say(
            "{key}：采用 {used}/{collected} 条，X {usd} 美元，{model}",
            key=report.key,
            used=ledger.used,
            collected=ledger.collected,
            usd=dollars(ledger.x.usd),
            model=model,
        )
    ]
    told += [words.say("{name} 没读到：{why}", name=each.name, why=each.reason) for each in ledger.failed_sources]
    return words.enumerate(told, between=SEMICOLON)
