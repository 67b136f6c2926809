"""What was spent, read from what was written down before and after each call.

In: the configuration, UTC days. Out: dollars of the model and of X over all reports, and the line on today for
/status. Blocking: call it in a thread.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.config import Config
from bot.making import uses_model
from bot.store.archive import FileArchive
from handlers.newsroom import Spent
from handlers.presentation import day_words
from handlers.words import PAUSE, Words
from report.llm.client import SPENDING
from report.llm.daybook import Daybook
from report.model import ModelCost, XCost
from report.wording import dollars


def spent(config: Config, first: date, last: date) -> Spent:
    """What these UTC days cost, both included; what is set aside for calls under way counts."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    book = Daybook(config.app.data_dir / "model" / SPENDING)
    archive = FileArchive(config.app.data_dir / "posts_archive")
    asked = [book.spent(day) for day in days]
    bought = [archive.spent(day) for day in days]
    return Spent(
        model=ModelCost(
            calls=sum(cost.calls for cost in asked),
            tokens_in=sum(cost.tokens_in for cost in asked),
            tokens_out=sum(cost.tokens_out for cost in asked),
            usd=round(sum(cost.usd for cost in asked), 6),
        ),
        x=XCost(
            posts=sum(cost.posts for cost in bought),
            users=sum(cost.users for cost in bought),
            usd=round(sum(cost.usd for cost in bought), 6),
        ),
    )


def today(config: Config, now: datetime, words: Words) -> str:
    """今天（UTC 1 月 8 日）花了：模型 0.12 / 2.00 美元，X 0.62 / 5.00 美元; what is not set up is not named."""
    day = now.astimezone(UTC).date()
    cost = spent(config, day, day)
    parts = []
    if uses_model(config.llm, "auto") or cost.model.usd:
        used, most = dollars(cost.model.usd), dollars(config.llm.daily_budget_usd)
        parts.append(words.say("模型 {used} / {most} 美元", used=used, most=most))
    if any(topic.reads_x for topic in config.topics) or cost.x.usd:
        used, most = dollars(cost.x.usd), dollars(config.x.daily_budget_usd)
        parts.append(words.say("X {used} / {most} 美元", used=used, most=most))
    said = words.enumerate(parts, between=PAUSE) or words.say("0 美元：没有设置模型，也不读 X")
    return words.say("今天（UTC {day}）花了：{said}", day=day_words(day, words), said=said)
