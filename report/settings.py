"""The settings of what a report is made with: X and the language model. Prices are US dollars, days are of UTC."""

from __future__ import annotations

from pydantic import Field, SecretStr

from report.model import Value


class XPrices(Value):
    """Dollars for each object read (X pay per use, November 2026)."""

    post_usd: float = 0.005
    user_usd: float = 0.010


class XSettings(Value):
    bearer_token: SecretStr = SecretStr("")
    base_url: str = "https://api.x.com"
    max_posts_per_report: int = Field(default=500, ge=10, le=100_000)
    report_budget_usd: float = Field(default=2.50, ge=0)
    daily_budget_usd: float = Field(default=5.0, ge=0)
    prices: XPrices = XPrices()


class LlmPrices(Value):
    """Dollars for a million tokens; the defaults are placeholders for the operator's own model."""

    input_usd: float = 0.40
    output_usd: float = 1.60


class LlmSettings(Value):
    base_url: str = "https://api.openai.com/v1"
    api_key: SecretStr = SecretStr("")
    model: str = "gpt-4.1-mini"
    concurrency: int = Field(default=4, ge=1, le=64)
    timeout_s: float = Field(default=120, gt=0)
    report_budget_usd: float = Field(default=0.50, ge=0)
    daily_budget_usd: float = Field(default=2.0, ge=0)
    prices: LlmPrices = LlmPrices()
