"""/stats [days]: what the last days made, kept, cost and reached, per topic and in sum; it fits a phone's screen."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, timedelta

from handlers.base import Argument, Message, Request, Services, Spent, command
from handlers.lookup import own_keys, today_of
from report.doc import Block, Heading, Item, Note, Span, doc, paragraph, text
from report.model import Ledger, Report, Topic, read_report_key
from report.wording import dollars

DAYS, MOST_DAYS = 30, 366
REMEMBERED_DAYS = 30  # deliveries


@command("stats", "管理：这些天写了多少、采用多少、花了多少", Argument("days", "最近几天，如 7；不填是 30"), admin=True)
async def stats(request: Request, services: Services) -> AsyncIterator[Message]:
    days = _read_days(request.arguments)
    if not days:
        yield Message(doc(paragraph(f"天数写成 1 到 {MOST_DAYS} 的数字，例如 /stats 7。")))
        return
    by_topic = {topic: await _reports(topic, days, services) for topic in services.topics.values()}
    reports = [report for of_topic in by_topic.values() for report in of_topic]
    today = services.now().astimezone(UTC).date()
    spent = await services.newsroom.spent(today - timedelta(days=days - 1), today)
    blocks: list[Block] = [Heading((Span(f"统计｜最近 {days} 天"),), 1)]
    blocks += map(paragraph, (*_made(reports), *_cost(spent, len(reports)), await _readers(days, services)))
    if len(by_topic) > 1:
        blocks.append(Heading((Span("分话题"),), 2))
        blocks += [Item(topic.called, text(_in_short(of_topic))) for topic, of_topic in by_topic.items()]
        if spent.model.usd or spent.x.usd:
            blocks.append(Note(text("分话题只算每份报告的最新一版；上面的花费连重写的、没写成的都算。")))
    if any(report.writer == "imported" for report in reports):
        blocks.append(Note(text("导入的旧报告没有账目，只算进份数和要点。")))
    yield Message(doc(blocks))


def _read_days(words: str) -> int:
    """The number, 30 where there is none, 0 where it cannot be read."""
    said = unicodedata.normalize("NFKC", words).strip().casefold().removesuffix("d").removesuffix("天").strip()
    days = int(said) if said.isdecimal() and len(said) <= 3 else 0
    return DAYS if not words.strip() else days if days <= MOST_DAYS else 0


async def _reports(topic: Topic, days: int, services: Services) -> list[Report]:
    """The topic's own reports of the last days, each in its newest revision."""
    since = today_of(topic, services) - timedelta(days=days)
    keys = [key for key in await own_keys(topic, services) if read_report_key(key)[2] >= since]
    found = [await services.store.report(key) for key in keys]
    return [report for report in found if report]


def _made(reports: Sequence[Report]) -> list[str]:
    """How many reports, posts and points; which share went why."""
    if not reports:
        return ["这些天没有报告。"]
    ledgers = [report.ledger for report in reports]
    points = sum(
        len(section.all_points()) for report in reports for section in report.sections if section.kind == "core"
    )
    offline = sum(report.writer == "offline" for report in reports)
    how = f"，其中 {offline} 份离线写" if 0 < offline < len(reports) else "，都是离线写的" if offline else ""
    lines = [f"写了 {len(reports)} 份报告、{points} 条要点{how}。"]
    if collected := sum(ledger.collected for ledger in ledgers):
        lines.append(f"收集 {collected:,} 条帖子，{_shares(ledgers, collected)}。")
    if checked := sum(ledger.checked.points for ledger in ledgers):
        refused = sum(ledger.checked.refused for ledger in ledgers)
        fell = f"去掉 {refused} 条，占 {_percent(refused, checked)}" if refused else "没有一条要去掉"
        lines.append(f"核对 {checked:,} 条，{fell}。")
    return lines


def _shares(ledgers: Sequence[Ledger], collected: int) -> str:
    used, ads = sum(ledger.used for ledger in ledgers), sum(ledger.ads for ledger in ledgers)
    copies = sum(ledger.copies for ledger in ledgers)
    shares = f"广告 {_percent(ads, collected)}，重复 {_percent(copies, collected)}"
    return f"采用 {used:,} 条（{_percent(used, collected)}）；{shares}"


def _cost(spent: Spent, reports: int) -> list[str]:
    """What all of it cost, and a report on average; what costs nothing is not named."""
    model, x = spent.model, spent.x
    parts = []
    if model.calls or model.usd:
        tokens = f"读 {_short(model.tokens_in)}、写 {_short(model.tokens_out)} token"
        parts.append(f"模型 {dollars(model.usd)} 美元（{model.calls} 次，{tokens}）")
    if x.posts or x.usd:
        parts.append(f"X {dollars(x.usd)} 美元（{x.posts:,} 条）")
    if not parts:
        return ["没有花钱。"]
    mean = f"；平均一份 {dollars((model.usd + x.usd) / reports)} 美元" if reports else ""
    return [f"花了：{'，'.join(parts)}{mean}。"]


async def _readers(days: int, services: Services) -> str:
    subscriptions = await services.store.subscriptions()
    states = await services.store.delivered(services.now() - timedelta(days=min(days, REMEMBERED_DAYS)))
    lost = states.get("failed", 0) + states.get("gone", 0)
    counted = f"（最近 {REMEMBERED_DAYS} 天）" if days > REMEMBERED_DAYS else ""
    unsent = f"，没送到 {lost} 次" if lost else ""
    return (
        f"订阅 {len({each.chat for each in subscriptions})} 个会话；送达 {states.get('sent', 0)} 次{unsent}{counted}。"
    )


def _in_short(reports: Sequence[Report]) -> str:
    """A topic's line: what its kept reports say, without rewritings and runs that failed."""
    if not reports:
        return "没有报告"
    ledgers = [report.ledger for report in reports]
    line = f"{len(reports)} 份"
    if collected := sum(ledger.collected for ledger in ledgers):
        line += f"，{_shares(ledgers, collected)}"
    usd = [sum(ledger.model.usd for ledger in ledgers), sum(ledger.x.usd for ledger in ledgers)]
    return line + "".join(
        f"；{name} {dollars(cost)} 美元" for name, cost in zip(("模型", "X"), usd, strict=True) if cost
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


def _short(tokens: int) -> str:
    """1.2 万, as Chinese counts."""
    return f"{tokens / 10_000:.1f} 万" if tokens >= 10_000 else f"{tokens:,}"
