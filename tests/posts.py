"""Invented posts for tests, in one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from report.model import Author, Period, Topic, Tweet

DAY = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)  # noon in Shanghai
TOPIC = Topic(name="ai", title="AI", query="AI", files=("posts.json",))


def period(first: int = 7, last: int = 7) -> Period:
    return Period.of_days(DAY.replace(day=first).date(), DAY.replace(day=last).date(), "Asia/Shanghai")


def post(number: int, text: str, *, by: str = "", minutes: float | None = None, **fields: Any) -> Tweet:
    """Post `number` of the day, `minutes` after noon (else ten a number), by an author of its own unless named."""
    handle = by or f"author{number}"
    after = timedelta(minutes=number * 10 if minutes is None else minutes)
    values: dict[str, Any] = {
        "id": f"{2008700000000000000 + number}",
        "author": Author(handle=handle, name=fields.pop("name", handle.title())),
        "text": text,
        "created_at": DAY + after,
        "source": "file:posts.json",
        **fields,
    }
    return Tweet.model_validate(values)


def day_of_posts() -> list[Tweet]:
    """A small day: three stories on AI, one on money, an advertisement, a copy, a nod, a saying."""
    model = "澄海智能发布望舒 2.5：上下文 100 万 token，API 每百万输入 token 2 元，权重今天开放下载。"
    return [
        post(1, model, by="chenghai", name="澄海智能", likes=900, replies=40),
        post(2, "Northwind Labs released Tern-3 today: 71.2% on RepoBench, open weights under Apache 2.0.", likes=500),
        post(3, "我认为 agent 的瓶颈不在模型，在权限和审批：没人敢让它直接合并代码。", name="林越", replies=88),
        post(4, "$HLDN Halden Micro beat estimates: revenue $4.1B, shares up 9% after hours.", likes=120),
        post(5, "限时抽奖！转发关注送 3 台显卡，邀请码 TUI88，链接 https://win.example/x", likes=9000),
        post(6, model + " https://t.co/zzz", by="repeater"),
        post(7, "lol", likes=20000),
        post(8, "早起的鸟儿有虫吃，坚持就是胜利，与君共勉，明天也要加油呀大家一起努力。"),
    ]
