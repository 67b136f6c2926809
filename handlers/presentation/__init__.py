"""A report, or a part of it, as the Doc and the buttons that a reader gets, in his language."""

from handlers.presentation.account import account_words
from handlers.presentation.brief import lead_headline, present_brief
from handlers.presentation.corrections import counts_of
from handlers.presentation.days import day_words, key_day, month_words, period_words, span_words
from handlers.presentation.edition import edition_of
from handlers.presentation.labels import SHORT, numeral
from handlers.presentation.parts import present_cloud, present_corrections, present_section, present_sources

__all__ = [
    "SHORT",
    "account_words",
    "counts_of",
    "day_words",
    "edition_of",
    "key_day",
    "lead_headline",
    "month_words",
    "numeral",
    "period_words",
    "present_brief",
    "present_cloud",
    "present_corrections",
    "present_section",
    "present_sources",
    "span_words",
]
