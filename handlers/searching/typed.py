"""What a reader looks for: the words, and the topic and days that stand before or behind them or in the question.

In: what was typed. Out: Sought. Always holds: a word that may be a topic or a day is one only at the edge of a search
and with other words beside it; a question keeps all its words, its days are only read from it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.base import Services
from handlers.dates import read_days
from handlers.lookup import find_topic
from handlers.words import Words
from report.model import Topic
from report.wording import visible

LONGEST = 300  # characters
DEFAULT_DAYS = 30  # that a question is about, where it names none
MOST_PAGES = 25
DAY = (
    r"(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}(?:\s?日)?|(?<!\d)20\d{6}(?!\d)|\d{1,2}\s?月\s?\d{1,2}\s?[日号]"
    r"|今天|昨天|前天|今日|昨日|前日|(?<![a-z])(?:today|yesterday)(?![a-z]))"
)
BETWEEN = r"\s*(?:\.\.+|…|~|～|至|到|—+|–)\s*|\s+"
WEEK = r"上周|本周|本月|(?<![a-z])(?:last week|this week|this month)(?![a-z])"
STRETCH = rf"(?:{WEEK}|(?:(?:last |最近|近)\s?)?\d{{1,3}}\s?(?:d|days?|天)(?![a-z\d]))"
DAYS = rf"(?:{DAY}(?:(?:{BETWEEN}){DAY})?|{STRETCH})"
AT_END, AT_START = rf"(?:^|\s)({DAYS})$", rf"^({DAYS})(?:\s|$)"
NAMED = rf"{DAY}(?:(?:{BETWEEN}){DAY})?|{WEEK}|(?:last |最近|近)\s?\d{{1,3}}\s?(?:days?|天)"
PAGE = re.compile(r"\s\+(\d{1,2})$")


@dataclass(frozen=True)
class Sought:
    """`first` None: all days; `topics` are never empty. `asked` is what was typed of topic and days, "" for none."""

    words: str
    topics: tuple[Topic, ...]
    first: date | None = None
    last: date | None = None
    topic: Topic | None = None
    page: int = 1
    is_dated: bool = True  # the reader named the days


def clean(arguments: str) -> str:
    """One line of visible characters, not endless."""
    return " ".join(visible(arguments[: 4 * LONGEST]).split())[:LONGEST].strip()


def plain(words: str) -> str:
    """Full-width digits, letters and blanks as the keyboard has them."""
    return unicodedata.normalize("NFKC", words)


def read_search(arguments: str, services: Services, today: date, words: Words) -> Sought:
    """`WORDS [topic] [days] [+page]`, topic and days also in front. BadDate where the days cannot be."""
    said = clean(plain(clean(arguments)))
    page = 1
    if found := PAGE.search(said):
        page, said = min(max(int(found[1]), 1), MOST_PAGES), said[: found.start()]
    topic: Topic | None = None
    first = last = None
    for _ in range(2):
        if topic is None:
            topic, said = _take_topic(said, services)
        if first is None and (found := _find(AT_END, said) or _find(AT_START, said)):
            rest = f"{said[: found.start(1)]} {said[found.end(1) :]}".strip()
            if rest:
                first, last = read_days(_compact(found[1]), today, words)
                said = rest
    topics = (topic,) if topic else tuple(services.topics.values())
    return Sought(said, topics, first, last, topic, page)


def read_question(arguments: str, services: Services, today: date, words: Words) -> Sought:
    """The question, and the days that it names, else the last 30. BadDate where those days cannot be."""
    topic, said = _take_topic(clean(arguments), services)
    topics = (topic,) if topic else tuple(services.topics.values())
    if found := _find(NAMED, plain(said)):
        first, last = read_days(_compact(found[0]), today, words)
        return Sought(said, topics, first, last, topic)
    return Sought(said, topics, today - timedelta(days=DEFAULT_DAYS - 1), today, topic, is_dated=False)


def _take_topic(words: str, services: Services) -> tuple[Topic | None, str]:
    """A topic's name at either edge, where words are left beside it."""
    parts = words.split()
    if len(parts) < 2:
        return None, words
    if topic := find_topic(parts[-1], services):
        return topic, " ".join(parts[:-1])
    if topic := find_topic(parts[0], services):
        return topic, " ".join(parts[1:])
    return None, words


def _find(pattern: str, said: str) -> re.Match[str] | None:
    """Compiled when first looked for, so that the start does not wait for it."""
    return re.search(pattern, said, re.IGNORECASE)


def _compact(days: str) -> str:
    """As `read_days` reads them: no blanks within a day, two dots between two."""
    found = re.findall(DAY, days, re.IGNORECASE)
    return "..".join("".join(day.split()) for day in found) if found else days.strip()
