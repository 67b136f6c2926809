"""Where every collected post went, in figures and in words.

In: what was collected, what cleaning and the writer left of it. Out: the Ledger, and the line of 广告与噪声. Always:
collected = copies + ads + off topic + empty + used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from report.clean import Cleaned
from report.model import DropKind, FailedSource, Ledger, Written
from report.sources import Collected

NAMES: dict[DropKind, str] = {"ad": "广告", "off_topic": "跑题", "empty": "空帖", "copy": "重复"}
NAMED_REASONS = 4  # of a kind, the most frequent first
LEAST_NAMED = 2  # posts that a reason needs to be named
TOLD_APART: tuple[DropKind, ...] = ("ad", "off_topic")  # the others have one reason each


def account(collected: Collected, cleaned: Cleaned, failed: tuple[FailedSource, ...], written: Written) -> Ledger:
    """The ledger of a report."""
    return Ledger(
        collected=len(collected.tweets),
        copies=_count(cleaned, "copy"),
        ads=_count(cleaned, "ad"),
        off_topic=_count(cleaned, "off_topic"),
        empty=_count(cleaned, "empty"),
        used=len(cleaned.kept),
        dropped=cleaned.dropped,
        used_ids=tuple(tweet.id for tweet in cleaned.kept),
        failed_sources=failed,
        notes=(*collected.notes, *written.notes),
        checked=written.checked,
        model=written.model,
        x=collected.cost,
    )


def noise_words(cleaned: Cleaned) -> str:
    """How many posts went, and why: 收集 12 条，去掉 3 条：广告 2 条（抽奖 2），空帖 1 条。"""
    total = len(cleaned.kept) + len(cleaned.dropped)
    if not cleaned.dropped:
        return f"收集 {total} 条，全部采用。"
    counts = [
        f"{name} {count} 条{_reasons(cleaned, kind)}"
        for kind, name in NAMES.items()
        if (count := _count(cleaned, kind))
    ]
    return f"收集 {total} 条，去掉 {len(cleaned.dropped)} 条：{'，'.join(counts)}。"


def _reasons(cleaned: Cleaned, kind: DropKind) -> str:
    if kind not in TOLD_APART:
        return ""
    reasons = Counter(row.reason for row in cleaned.dropped if row.kind == kind)
    named: Sequence[str] = [
        f"{reason} {count}" for reason, count in reasons.most_common(NAMED_REASONS) if count >= LEAST_NAMED
    ]
    more = " 等" if len(named) < len(reasons) else ""
    return f"（{'、'.join(named)}{more}）" if len(reasons) > 1 and named else ""


def _count(cleaned: Cleaned, kind: DropKind) -> int:
    return sum(row.kind == kind for row in cleaned.dropped)
