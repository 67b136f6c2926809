"""/stats [days]: what the last days made, kept, cost and reached, per topic and in sum; it fits a phone's screen."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, timedelta

from handlers.base import Argument, Message, Request, Services, command
from handlers.lookup import own_keys, today_of
from handlers.newsroom import Spent
from handlers.words import PAUSE, SEMICOLON, Words
from report.doc import Block, Heading, Item, Note, Span, doc, paragraph, text
from report.model import Language, Ledger, Report, Topic, read_report_key
from report.wording import dollars

DAYS, MOST_DAYS = 30, 366
REMEMBERED_DAYS = 30  # deliveries
TEN_THOUSAND = 10_000
SCALES: dict[Language, tuple[int, str]] = {"zh": (TEN_THOUSAND, " 万"), "en": (1000, "k")}  # for what is more
DAY_WORDS = ("d", "天")  # after the number


@command("stats", "管理：这些天写了多少、采用多少、花了多少", Argument("days", "最近几天，如 7；不填是 30"), admin=True)
async def stats(request: Request, services: Services) -> AsyncIterator[Message]:
    words, days = request.words, _read_days(request.arguments)
    if not days:
        said = words.say("天数写成 1 到 {most} 的数字，例如 {example}。", most=MOST_DAYS, example="/stats 7")
        yield Message(doc(paragraph(said)))
        return
    by_topic = {topic: await _reports(topic, days, services) for topic in services.topics.values()}
    reports = [report for of_topic in by_topic.values() for report in of_topic]
    today = services.now().astimezone(UTC).date()
    spent = await services.newsroom.spent(today - timedelta(days=days - 1), today)
    title = words.count("统计｜最近 {number} 天", "统计｜最近 {number} 天", days)
    blocks: list[Block] = [Heading((Span(title),), 1)]
    told = (*_made(reports, words), _cost(spent, len(reports), words), await _readers(days, services, words))
    blocks += map(paragraph, told)
    if len(by_topic) > 1:
        blocks.append(Heading((Span(words.say("分话题")),), 2))
        blocks += [Item(topic.called, text(_in_short(of_topic, words))) for topic, of_topic in by_topic.items()]
        if spent.model.usd or spent.x.usd:
            note = words.say("分话题只算每份报告的最新一版；上面的花费连重写的、没写成的都算。")
            blocks.append(Note(text(note)))
    if any(report.writer == "imported" for report in reports):
        blocks.append(Note(text(words.say("导入的旧报告没有账目，只算进份数和要点。"))))
    yield Message(doc(blocks))


def _read_days(said: str) -> int:
    """The number, 30 where there is none, 0 where it cannot be read."""
    number = unicodedata.normalize("NFKC", said).strip().casefold()
    for word in DAY_WORDS:
        number = number.removesuffix(word).strip()
    days = int(number) if number.isdecimal() and len(number) <= 3 else 0
    return DAYS if not said.strip() else days if days <= MOST_DAYS else 0


async def _reports(topic: Topic, days: int, services: Services) -> list[Report]:
    """The topic's own reports of the last days, each in its newest revision."""
    since = today_of(topic, services) - timedelta(days=days)
    keys = [key for key in await own_keys(topic, services) if read_report_key(key)[2] >= since]
    found = [await services.store.report(key) for key in keys]
    return [report for report in found if report]


def _made(reports: Sequence[Report], words: Words) -> list[str]:
    """How many reports, posts and points; which share went why."""
    if not reports:
        return [words.say("这些天没有报告。")]
    ledgers = [report.ledger for report in reports]
    lines = [_written(reports, words)]
    if collected := sum(ledger.collected for ledger in ledgers):
        total = f"{collected:,}"
        lines.append(
            words.say("收集 {collected} 条帖子，{shares}。", collected=total, shares=_shares(ledgers, collected, words))
        )
    if checked := sum(ledger.checked.points for ledger in ledgers):
        refused = sum(ledger.checked.refused for ledger in ledgers)
        if refused:
            share = _percent(refused, checked)
            values = {"checked": f"{checked:,}", "refused": refused, "share": share}
            lines.append(words.say("核对 {checked} 条，去掉 {refused} 条，占 {share}。", **values))
        else:
            lines.append(words.say("核对 {checked} 条，没有一条要去掉。", checked=f"{checked:,}"))
    return lines


def _written(reports: Sequence[Report], words: Words) -> str:
    points = sum(
        len(section.all_points()) for report in reports for section in report.sections if section.kind == "core"
    )
    offline = sum(report.writer == "offline" for report in reports)
    count = len(reports)
    if not offline:
        return words.count(
            "写了 {number} 份报告、{points} 条要点。", "写了 {number} 份报告、{points} 条要点。", count, points=points
        )
    if offline == count:
        return words.count(
            "写了 {number} 份报告、{points} 条要点，都是离线写的。",
            "写了 {number} 份报告、{points} 条要点，都是离线写的。",
            count,
            points=points,
        )
    return words.count(
        "写了 {number} 份报告、{points} 条要点，其中 {offline} 份离线写。",
        "写了 {number} 份报告、{points} 条要点，其中 {offline} 份离线写。",
        count,
        points=points,
        offline=offline,
    )


def _shares(ledgers: Sequence[Ledger], collected: int, words: Words) -> str:
    used, ads = sum(ledger.used for ledger in ledgers), sum(ledger.ads for ledger in ledgers)
    copies = sum(ledger.copies for ledger in ledgers)
    return words.say(
        "采用 {used} 条（{share}）；广告 {ads}，重复 {copies}",
        used=f"{used:,}",
        share=_percent(used, collected),
        ads=_percent(ads, collected),
        copies=_percent(copies, collected),
    )


def _cost(spent: Spent, reports: int, words: Words) -> str:
    """What all of it cost, and a report on average; what costs nothing is not named."""
    model, x = spent.model, spent.x
    parts = []
    if model.calls or model.usd:
        parts.append(
            words.count(
                "模型 {usd} 美元（{number} 次，读 {tokens_in}、写 {tokens_out} token）",
                "模型 {usd} 美元（{number} 次，读 {tokens_in}、写 {tokens_out} token）",
                model.calls,
                usd=dollars(model.usd),
                tokens_in=_short(model.tokens_in, words),
                tokens_out=_short(model.tokens_out, words),
            )
        )
    if x.posts or x.usd:
        parts.append(words.say("X {usd} 美元（{posts} 条）", usd=dollars(x.usd), posts=f"{x.posts:,}"))
    if not parts:
        return words.say("没有花钱。")
    said = words.enumerate(parts, between=PAUSE)
    if not reports:
        return words.say("花了：{parts}。", parts=said)
    return words.say("花了：{parts}；平均一份 {mean} 美元。", parts=said, mean=dollars((model.usd + x.usd) / reports))


async def _readers(days: int, services: Services, words: Words) -> str:
    chats = len({each.chat for each in await services.store.subscriptions()})
    states = await services.store.delivered(services.now() - timedelta(days=min(days, REMEMBERED_DAYS)))
    lost = states.get("failed", 0) + states.get("gone", 0)
    told = [words.count("订阅 {number} 个会话", "订阅 {number} 个会话", chats)]
    told.append(words.say("送达 {sent} 次", sent=states.get("sent", 0)))
    told += [words.say("没送到 {lost} 次", lost=lost)] if lost else []
    said = words.enumerate(told, between=SEMICOLON)
    if days > REMEMBERED_DAYS:
        return words.say("{said}（最近 {days} 天）。", said=said, days=REMEMBERED_DAYS)
    return said + words.say("。")


def _in_short(reports: Sequence[Report], words: Words) -> str:
    """A topic's line: what its kept reports say, without rewritings and runs that failed."""
    if not reports:
        return words.say("没有报告")
    ledgers, count = [report.ledger for report in reports], len(reports)
    if collected := sum(ledger.collected for ledger in ledgers):
        shares = _shares(ledgers, collected, words)
        parts = [words.count("{number} 份，{shares}", "{number} 份，{shares}", count, shares=shares)]
    else:
        parts = [words.count("{number} 份", "{number} 份", count)]
    if model := sum(ledger.model.usd for ledger in ledgers):
        parts.append(words.say("模型 {usd} 美元", usd=dollars(model)))
    if x := sum(ledger.x.usd for ledger in ledgers):
        parts.append(words.say("X {usd} 美元", usd=dollars(x)))
    return words.enumerate(parts, between=SEMICOLON)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


def _short(tokens: int, words: Words) -> str:
    """1.2 万, as Chinese counts; 12.0k."""
    scale, sign = SCALES[words.language]
    return f"{tokens / scale:.1f}{sign}" if tokens >= TEN_THOUSAND else f"{tokens:,}"
