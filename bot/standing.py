"""How things stand, in Chinese lines, for /status."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import money
from bot.config import Config
from bot.schedule import is_retried
from bot.store.tiny import TinyStore
from handlers.hours import next_due
from report.model import Report

STATES = {"pending": "在送", "sent": "送达", "failed": "没送到", "gone": "会话已不在"}


async def describe(store: TinyStore, config: Config, now: datetime) -> list[str]:
    """Next and last run of each topic with its cost, subscriptions, deliveries, money, what was found damaged."""
    lines: list[str] = []
    for topic in config.topics:
        lines.append(f"{topic.called}：下次 {next_due(topic, now):%m-%d %H:%M}（{topic.timezone}）")
        runs = [run for run in await store.runs(topic.name) if run.error or run.report_key]
        if runs:
            done = runs[-1].done_at.astimezone(ZoneInfo(topic.timezone))
            again = "每半小时重试一次" if is_retried(runs[-1], now) else "等下一次"
            what = f"没写成，{again}：{runs[-1].error}" if runs[-1].error else runs[-1].report_key
            lines.append(f"上次 {done:%m-%d %H:%M}：{what}")
        made = [run.report_key for run in runs if run.report_key]
        if made and (report := await store.report(made[-1])):
            lines.append(_account(report))
    states: Counter[str] = Counter(delivery.state for delivery in await store.deliveries())
    counts = "，".join(f"{name} {states[state]}" for state, name in STATES.items() if states[state])
    lines.append(f"订阅 {len(await store.subscriptions())} 个会话；送达记录：{counts or '还没有'}")
    lines.append(await asyncio.to_thread(money.today, config, now))
    return [*lines, *(f"注意：{warning}" for warning in store.warnings)]


def _account(report: Report) -> str:
    """What a report used and cost, and which sources it missed."""
    ledger = report.ledger
    model = f"模型 {ledger.model.calls} 次 {ledger.model.usd:.4f} 美元" if ledger.model.calls else "没用模型"
    used = f"{report.key}：采用 {ledger.used}/{ledger.collected} 条"
    failed = "".join(f"；{each.name} 没读到：{each.reason}" for each in ledger.failed_sources)
    return f"{used}，X {ledger.x.usd:.2f} 美元，{model}{failed}"
