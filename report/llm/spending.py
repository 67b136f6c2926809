"""What the model's calls cost: estimated before each, counted after it, never above the budget."""

from __future__ import annotations

from report.errors import BudgetSpent
from report.model import ModelCost
from report.settings import LlmSettings

MOST_TOKENS_A_CHARACTER = 0.6


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is: 0.3 for a Latin character, 0.6 for a Chinese one, rounded up.

    The rule is DeepSeek's (api-docs.deepseek.com, "Token & Token Usage").
    """
    latin = len(text.encode("ascii", "ignore"))
    return -(-(3 * latin + 6 * (len(text) - latin)) // 10)


class Spending:
    """Dollars and tokens of one report. What was spent and what is reserved together stay within the budget."""

    def __init__(self, settings: LlmSettings) -> None:
        self._prices = settings.prices
        self._budget_usd = settings.report_budget_usd
        self._reserved_usd = 0.0
        self.cost = ModelCost()

    def reserve(self, tokens_in: int, tokens_out: int) -> float:
        """Set aside what a call may cost at most; the dollars, for `release`. BudgetSpent where they are not left."""
        usd = self._price(tokens_in, tokens_out)
        left_usd = self._budget_usd - self.cost.usd - self._reserved_usd
        if usd > left_usd:
            raise BudgetSpent(
                f"llm: the next call may cost ${usd:.4f}, and ${max(left_usd, 0.0):.4f} are left of the report's "
                f"${self._budget_usd:.2f}; raise llm.report_budget_usd"
            )
        self._reserved_usd += usd
        return usd

    def release(self, usd: float) -> None:
        self._reserved_usd -= usd

    def count(self, tokens_in: int, tokens_out: int) -> None:
        """Enter a call that was answered."""
        self.cost = ModelCost(
            calls=self.cost.calls + 1,
            tokens_in=self.cost.tokens_in + tokens_in,
            tokens_out=self.cost.tokens_out + tokens_out,
            usd=self.cost.usd + self._price(tokens_in, tokens_out),
        )

    def _price(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self._prices.input_usd + tokens_out * self._prices.output_usd) / 1_000_000
