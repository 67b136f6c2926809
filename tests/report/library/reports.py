"""Invented reports on invented posts, for looking up and asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from report.library import Hit
from report.model import HEADINGS, Edition, Point, Report, Section, SectionKind, Source, Topic, Tweet, report_key
from tests.posts import post

TOPIC = Topic(name="ai", title="AI", query="AI", names=("澄海智能=Chenghai",))
POSTS = {
    each.id: each
    for each in (
        post(1, "澄海智能发布望舒 2.5：上下文 100 万 token，每百万输入 token 2 元，权重今天开放。", name="澄海智能"),
        post(2, "Northwind Labs released Tern-3: 71.2% on RepoBench, open weights under Apache 2.0.", name="Ada Oduya"),
        post(3, "我认为 agent 的瓶颈不在模型，在权限和审批：没人敢让它直接合并代码。", name="林越"),
        post(4, "$HLDN Halden Micro beat estimates: revenue $4.1B, shares up 9% after hours.", name="Greta Lund"),
        post(5, "Zhipu opened GLM-6 weights; the price per million tokens is 40% lower than before.", name="Mo Quill"),
    )
}  # fmt: skip


def point(number: int, headline: str, text: str, **fields: object) -> Point:
    values: dict[str, object] = {"id": f"p-{number:02}", "headline": headline, "text": text, **fields}
    values.setdefault("citations", (f"{2008700000000000000 + number}",))
    return Point.model_validate(values)


def points() -> list[Point]:
    return [
        point(1, "望舒 2.5 开放权重", "澄海智能发布望舒 2.5，上下文 100 万 token，API 每百万输入 token 2 元。"),
        point(2, "Tern-3 在 RepoBench 拿到 71.2%", "Northwind Labs 发布 Tern-3，权重以 Apache 2.0 开放。"),
        point(3, "林越：难的是权限", "林越认为 agent 的瓶颈在权限和审批，没人敢让它直接合并代码。"),
        point(
            4, "Halden 营收 41 亿美元", "Halden Micro 营收 $4.1B，盘后涨 9%（推文所述，未核实）。", kinds=("market",)
        ),
        point(5, "Zhipu 开放 GLM-6 权重", "Mo Quill 说，Zhipu 开放了 GLM-6 的权重，每百万 token 的价格比以前低 40%。"),
    ]


def report_on(
    day: date,
    told: Sequence[Point],
    *,
    topic: str = "ai",
    kind: SectionKind = "core",
    english: Sequence[Point] = (),
    more: Sequence[Section] = (),
    asked: bool = False,
    revision: int = 1,
) -> Report:
    cited = dict.fromkeys(post_id for each in told for post_id in each.citations)
    editions = (Edition(language="en", sections=(Section(kind=kind, heading="Key points", points=tuple(english)),)),)
    return Report(
        key=report_key(topic, day, day, asked=asked),
        topic=topic,
        first=day,
        last=day,
        timezone="Asia/Shanghai",
        sections=(Section(kind=kind, heading=HEADINGS[kind], points=tuple(told)), *more),
        sources=tuple(Source(id=each, url=f"https://x.com/i/status/{each}") for each in cited),
        created_at=datetime(day.year, day.month, day.day, 16, tzinfo=UTC),
        revision=revision,
        writer="llm",
        editions=editions if english else (),
    )


async def cited(_topic: Topic, hits: Sequence[Hit]) -> dict[str, Tweet]:
    return {each: POSTS[each] for hit in hits for each in hit.entry.citations if each in POSTS}


class Stack:
    """Reports in memory, as a shelf reads them."""

    def __init__(self, *reports: Report) -> None:
        self.reports = {report.key: report for report in reports}
        self.read: list[str] = []

    async def report(self, key: str) -> Report | None:
        self.read.append(key)
        return self.reports.get(key)

    async def report_entries(self, topic: str | None = None) -> Sequence[Report]:
        mine = [report for report in self.reports.values() if topic in (None, report.topic)]
        return sorted(mine, key=lambda report: report.last)
