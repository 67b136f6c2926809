"""A ledger's figures in one line. Always holds: what is zero is not told; nothing is told where nothing was counted."""

from __future__ import annotations

from handlers.presentation.edition import kind_counts
from handlers.presentation.labels import numeral
from handlers.words import Words
from report.model import DropKind, Ledger

ORDER: tuple[DropKind, ...] = ("copy", "ad", "off_topic", "empty")  # as they are sorted out


def account_words(ledger: Ledger, words: Words) -> str:
    """收集 124 条 · 重复 2 · 广告 22 · 跑题 24 · 空帖 17 · 采用 59."""
    if not ledger.collected:
        return ""
    parts = [words.say("收集 {collected} 条", collected=ledger.collected), *kind_counts(ledger, words, ORDER)]
    parts.append(words.say("采用 {used}", used=ledger.used))
    if ledger.failed_sources:
        names = words.enumerate(failure.name for failure in ledger.failed_sources)
        parts.append(words.say("没读到 {names}", names=names))
    return " · ".join(parts)


def count_words(ledger: Ledger, points: int, words: Words, *, days: int) -> str:
    """读了 124 条，去掉 65 条，留下 59 条。十条在下面 ↓ ."""
    if not ledger.collected or not points:
        return ""
    dropped = ledger.collected - ledger.used
    read = words.say("读了 {collected} 条，全部采用。", collected=ledger.collected)
    if dropped:
        read = words.say(
            "读了 {collected} 条，去掉 {dropped} 条，留下 {used} 条。",
            collected=ledger.collected,
            dropped=dropped,
            used=ledger.used,
        )
    many = numeral(points, words)
    if days == 1:
        below = words.count("{points}条在下面 ↓", "{points}条在下面 ↓", points, points=many)
    else:
        below = words.count("这几天的{points}条在下面 ↓", "这几天的{points}条在下面 ↓", points, points=many)
    return words.join([read, below])
