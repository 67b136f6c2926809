"""What the model's calls cost: estimated before each, counted after it, never above the budgets.

Two budgets hold: the report's and, over all reports, the UTC day's (`daybook`). A call that does not fit while others
of this report are under way waits for one of them: they mostly cost less than what is set aside for them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from report.errors import BudgetSpent
from report.llm.daybook import Daybook, DayFull, Entry
from report.model import ModelCost
from report.settings import LlmSettings
from report.wording import dollars

MOST_TOKENS_A_CHARACTER = 0.6


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is: 0.3 for a Latin character, 0.6 for a Chinese one, rounded up.

    The rule is DeepSeek's (api-docs.deepseek.com, "Token & Token Usage").
    """
    latin = len(text.encode("ascii", "ignore"))
    return -(-(3 * latin + 6 * (len(text) - latin)) // 10)


@dataclass(frozen=True)
class _Limit:
    """A budget: whose it is, in English and in Chinese, its key and its dollars."""

    whose: str
    words: str
    key: str
    usd: float


class Spending:
    """Dollars and tokens of one report. What was spent and what is set aside together stay within both budgets."""

    def __init__(self, settings: LlmSettings, day: Daybook) -> None:
        self._prices = settings.prices
        self._report = _Limit("the report's", "这份报告", "llm.report_budget_usd", settings.report_budget_usd)
        self._daily = _Limit("this UTC day's", "今天（UTC）", "llm.daily_budget_usd", settings.daily_budget_usd)
        self._day = day
        self._under_way: set[Entry] = set()
        self._settled = asyncio.Event()
        self.cost = ModelCost()

    async def reserve(self, tokens_in: int, tokens_out: int) -> Entry:
        """Set aside what a call may cost at most, for `settle`. BudgetSpent where a budget does not hold it."""
        usd = self._price(tokens_in, tokens_out)
        while True:
            try:
                return self._enter(usd)
            except BudgetSpent:
                if not self._under_way:
                    raise
            await self._settled.wait()

    def settle(self, entry: Entry, tokens_in: int | None, tokens_out: int) -> None:
        """Enter what the call came to; `tokens_in` None: it was not answered and costs nothing."""
        spent = ModelCost()
        if tokens_in is not None:
            usd = self._price(tokens_in, tokens_out)
            spent = ModelCost(calls=1, tokens_in=tokens_in, tokens_out=tokens_out, usd=usd)
        self.cost = ModelCost(
            calls=self.cost.calls + spent.calls,
            tokens_in=self.cost.tokens_in + spent.tokens_in,
            tokens_out=self.cost.tokens_out + spent.tokens_out,
            usd=self.cost.usd + spent.usd,
        )
        self._under_way.discard(entry)
        self._day.settle(entry, spent)
        self._settled.set()
        self._settled = asyncio.Event()

    def _enter(self, usd: float) -> Entry:
        spent_usd = self.cost.usd + sum(entry.most_usd for entry in self._under_way)
        if spent_usd + usd > self._report.usd:
            raise _spent(self._report, spent_usd, usd)
        try:
            entry = self._day.enter(usd, self._daily.usd)
        except DayFull as full:
            raise _spent(self._daily, full.spent_usd, usd) from None
        self._under_way.add(entry)
        return entry

    def _price(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self._prices.input_usd + tokens_out * self._prices.output_usd) / 1_000_000


def _spent(limit: _Limit, spent_usd: float, usd: float) -> BudgetSpent:
    left_usd = max(limit.usd - spent_usd, 0.0)
    return BudgetSpent(
        f"llm: the next call may cost ${usd:.4f}, and ${left_usd:.4f} are left of {limit.whose} ${limit.usd:.4f}; "
        f"raise {limit.key}",
        words=f"模型预算不够再问一次：{limit.words}的上限是 {dollars(limit.usd)} 美元，已用 {dollars(spent_usd)} 美元；"
        f"要多用，调高 {limit.key}",
    )
