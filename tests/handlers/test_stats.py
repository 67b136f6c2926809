"""/stats in a few lines that fit a phone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from handlers.chats import Subscription
from handlers.newsroom import Spent
from report.model import Checked, Ledger, ModelCost, XCost
from tests.handlers.fakes import Conversation, MemoryStore, make_report

LEDGER = Ledger(
    collected=120,
    copies=6,
    ads=30,
    off_topic=20,
    empty=4,
    used=60,
    checked=Checked(points=60, sent_back=4, refused=2),
    model=ModelCost(calls=4, tokens_in=40_000, tokens_out=5_000, usd=0.024),
    x=XCost(posts=120, users=40, usd=1.0),
)


def talk() -> Conversation:
    made = [make_report(day).model_copy(update={"ledger": LEDGER, "writer": "llm"}) for day in (5, 6)]
    offline = make_report(7).model_copy(update={"ledger": LEDGER.model_copy(update={"checked": Checked()})})
    store = MemoryStore(
        {report.key: report for report in (*made, offline)}, states={"sent": 36, "failed": 2, "gone": 1}
    )
    for chat in ("telegram:1", "telegram:1", "discord:2"):
        store.held.append(Subscription(chat=chat, topic="ai", created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    held = Conversation(store)
    held.newsroom.money = Spent(
        model=ModelCost(calls=16, tokens_in=123_400, tokens_out=9_000, usd=0.0841),
        x=XCost(posts=371, users=90, usd=2.755),
    )
    return held


async def test_the_figures_read_as_an_editor_would_write_them() -> None:
    held = talk()
    assert await held.text("/stats", user="1") == (
        "统计｜最近 30 天\n"
        "写了 3 份报告、30 条要点，其中 1 份离线写。\n"
        "收集 360 条帖子，采用 180 条（50%）；广告 25%，重复 5%。\n"
        "核对 120 条，去掉 4 条，占 3%。\n"
        "花了：模型 0.0841 美元（16 次，读 12.3 万、写 9,000 token），X 2.755 美元（371 条）；平均一份 0.9464 美元。\n"
        "订阅 2 个会话；送达 36 次；没送到 3 次。\n"
        "分话题\n"
        "• AI：3 份，采用 180 条（50%）；广告 25%，重复 5%；模型 0.072 美元；X 3.00 美元\n"
        "• 财经：没有报告\n"
        "分话题只算每份报告的最新一版；上面的花费连重写的、没写成的都算。"
    )
    assert held.newsroom.asked_days == [(date(2025, 12, 10), date(2026, 1, 8))]


async def test_it_fits_a_phone_s_screen() -> None:
    lines = (await talk().text("/stats", user="1")).splitlines()
    assert sum(-(-len(line) // 20) for line in lines) <= 24  # 20 characters a line, 24 lines


@pytest.mark.parametrize(("said", "reports"), [("/stats 1", 1), ("/stats 2天", 2), ("/stats ３", 3), ("/stats 7d", 3)])
async def test_fewer_days_count_fewer_reports(said: str, reports: int) -> None:
    assert f"写了 {reports} 份报告" in await talk().text(said, user="1")


@pytest.mark.parametrize("said", ["/stats 0", "/stats 367", "/stats 昨天", "/stats -3", "/stats 1.5", "/stats 99999"])
async def test_a_wrong_number_is_answered_with_an_example(said: str) -> None:
    assert await talk().text(said, user="1") == "天数写成 1 到 366 的数字，例如 /stats 7。"


async def test_nothing_is_told_as_nothing() -> None:
    assert await Conversation().text("/stats", user="1") == (
        "统计｜最近 30 天\n这些天没有报告。\n没有花钱。\n订阅 0 个会话；送达 0 次。\n"
        "分话题\n• AI：没有报告\n• 财经：没有报告"
    )


async def test_imported_reports_are_said_to_have_no_account() -> None:
    old = make_report(7).model_copy(update={"ledger": Ledger(), "writer": "imported"})
    assert "导入的旧报告没有账目" in await Conversation(MemoryStore({old.key: old})).text("/stats", user="1")


async def test_an_english_admin_reads_english_figures() -> None:
    said = await talk().text("/stats 7", user="1", language="en")
    spent = "model $0.0841 (16 calls, 123.4k tokens in, 9,000 out), X $2.755 (371 posts)"
    assert said.splitlines()[:6] == [
        "Figures | last 7 days",
        "3 reports with 30 points, 1 of them written offline.",
        "360 posts collected, 180 used (50%); ads 25%, copies 5%.",
        "120 points checked, 4 dropped (3%).",
        f"Spent: {spent}; $0.9464 a report on average.",
        "2 chats subscribed; 36 delivered; 3 failed.",
    ]
