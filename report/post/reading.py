"""A post, ours or anybody's → a report.

In: the text of a Markdown post and its file name. Out: the report in its normal form, and a line in Chinese for each
thing that was not understood. Sections are told by what their headings mean, at whatever level they stand; a bold
lead-in becomes a headline, nested lists become sub-sections, links become citations. A post without any date is
refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from report.errors import InputError
from report.model import (
    Checked,
    FailedSource,
    Ledger,
    ModelCost,
    Report,
    Value,
    XCost,
    known_timezone,
    read_report_key,
    report_key,
)
from report.post.blocks import Block, Heading, Items, Para, Rule, read_blocks
from report.post.outline import normal_form
from report.post.sections import read_content, read_sections, read_sources

NO_TOPIC = "imported"
FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[T ]+(?P<time>\d{1,2}:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
DAY = re.compile(r"(?<!\d)(20\d\d|\d\d(?=-))\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})(?!\d)")
PERIOD = re.compile(r"报告\s*[（(]\s*(\d{4}-\d\d-\d\d)\s*至\s*(\d{4}-\d\d-\d\d)\s*[)）]")
COUNTS = {
    "收集": "collected", "重复": "copies", "广告": "ads", "跑题": "off_topic", "空帖": "empty", "采用": "used",
}  # fmt: skip
COUNT = re.compile(rf"({'|'.join(COUNTS)}) (\d+)(?: 条)?")
# The first posts had a line 费用 of their own for the costs, with tokens, posts and authors in it.
MODEL_COST = re.compile(r"模型 (?P<calls>\d+) 次(?:，输入 \d+ token，输出 \d+ token，| )(?P<usd>\d+\.\d+) 美元")
X_COST = re.compile(r"X (?:\d+ 条帖子，\d+ 个作者，)?(?P<usd>\d+\.\d+) 美元")
CHECKED = re.compile(r"核对 (?P<points>\d+) 条(?:，退回 (?P<sent_back>\d+))?(?:，去掉 (?P<refused>\d+))?")
ACCOUNTS = ("账目：", "费用：")
FAILED, NOTES = "没有读到的来源：", "说明："


class ReadPost(Value):
    """What was read from a post. `problems` are lines in Chinese for whoever imports it."""

    report: Report
    problems: tuple[str, ...] = ()


def read(text: str, *, name: str, timezone: str = "Asia/Shanghai", topic: str = NO_TOPIC) -> ReadPost:
    """The report in a post. `name` is its file name; `timezone` and `topic` hold where the post does not say.

    InputError where nothing says of which day the post is, or the timezone is unknown.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    matter, body, problems = _split(text)
    zone = _zone(matter.get("timezone", ""), timezone)
    blocks, unread = read_blocks(body, text.count("\n", 0, len(text) - len(body)) + 1)
    subject = _subject(matter, name, body, zone, topic)
    ledger, blocks = _read_ledger(blocks)
    titled = next((at for at, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
    told = [block for at, block in enumerate(blocks) if at > titled or not _is_title_line(block)]
    report = normal_form(
        Report(
            key=subject.key,
            topic=subject.topic,
            first=subject.first,
            last=subject.last,
            timezone=zone,
            sections=tuple(read_sections(told)),
            sources=read_sources(told),
            ledger=ledger,
            created_at=subject.created_at,
            writer="imported",
        )
    )
    if not report.sections:
        unread.append("没有读到任何内容")
    return ReadPost(report=report, problems=(*problems, *subject.problems, *unread))


class _Subject(Value):
    """What a post is about and when it was made; `problems` say what had to be guessed."""

    key: str
    topic: str
    first: date
    last: date
    created_at: datetime
    problems: tuple[str, ...] = ()


def _split(text: str) -> tuple[dict[str, str], str, list[str]]:
    """Front matter (its plain entries), body, and what was wrong."""
    if not (found := FRONT_MATTER.match(text)):
        return {}, text, ["没有 front matter"]
    body = text[found.end() :]
    try:
        loaded: Any = yaml.load(found["yaml"], Loader=yaml.BaseLoader)  # noqa: S506  it makes nothing but text
    except yaml.YAMLError as error:
        return {}, body, [f"front matter 读不懂：{' '.join(str(error).split())[:120]}"]
    entries = loaded.items() if isinstance(loaded, dict) else ()
    return {key: value for key, value in entries if isinstance(key, str) and isinstance(value, str)}, body, []


def _zone(written: str, given: str) -> str:
    for name in filter(None, (written, given)):
        try:
            return known_timezone(name)
        except ValueError as error:
            problem = error
    raise InputError(f"post: {problem}")


def _subject(matter: dict[str, str], name: str, body: str, zone: str, topic: str) -> _Subject:
    made = _moment(matter.get("posttime", ""), zone) or _moment(matter.get("date", ""), zone)
    for text in (matter.get("title", ""), *re.findall(r"twitter_\w+?_\d{8}_\d{8}", name, re.ASCII)):
        try:
            topic, first, last = read_report_key(text)
        except ValueError:
            continue
        return _Subject(key=text, topic=topic, first=first, last=last, created_at=made or _midnight(last, zone))
    problems = [f"没有报告编号，主题记为 {topic}"]
    days = _period(body)
    if days is None and made is not None:
        days = made.date(), made.date()
    if days is None:
        found = ((place, _first_day(text)) for place, text in (("文件名", name), ("正文", body[:600])))
        place, day = next(((place, day) for place, day in found if day is not None), ("", None))
        if day is None:
            raise InputError(
                f"post: {name} does not say of which day it is; put `date: 2026-01-07` in its front matter"
            )
        days = day, day
        problems.append(f"日期 {day} 取自{place}")
    first, last = days
    key = report_key(topic, first, last)
    made = made or _midnight(last, zone)
    return _Subject(key=key, topic=topic, first=first, last=last, created_at=made, problems=tuple(problems))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _moment(text: str, zone: str) -> datetime | None:
    """A moment as front matters write it, in the zone; without an hour the day's start; None if it is none."""
    if not (found := MOMENT.match(text.strip())):
        return None
    try:
        moment = datetime.fromisoformat(
            f"{_padded(found['day'])}T{(found['time'] or '00:00').zfill(5)}{found['zone'] or ''}"
        )
    except ValueError:
        return None
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment.astimezone(ZoneInfo(zone))


def _padded(day: str) -> str:
    year, month, rest = day.split("-")
    return f"{year}-{month:0>2}-{rest:0>2}"


def _period(body: str) -> tuple[date, date] | None:
    if not (found := PERIOD.search(body[:600])):
        return None
    try:
        first, last = map(date.fromisoformat, found.groups())
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _first_day(text: str) -> date | None:
    """The first date of this century in a text; `26-01-08` is one, too."""
    for found in DAY.finditer(text):
        year, month, day = map(int, found.groups())
        try:
            return date(year if year > 99 else 2000 + year, month, day)
        except ValueError:
            continue
    return None


def _is_title_line(block: Block) -> bool:
    return isinstance(block, Para) and bool(PERIOD.search(block.text)) and len(block.text) < 80


def _read_ledger(blocks: list[Block]) -> tuple[Ledger, list[Block]]:
    """The ledger under the last rule, and the blocks above it; an empty ledger and all blocks if none is there."""
    at = max((at for at, block in enumerate(blocks) if isinstance(block, Rule)), default=len(blocks))
    lines = blocks[at + 1 :]
    if not (lines and isinstance(lines[0], Para) and lines[0].text.startswith((*ACCOUNTS, FAILED, NOTES))):
        return Ledger(), blocks
    figures: dict[str, Any] = {}
    for block, following in pairwise([*lines, None]):
        words = block.text if isinstance(block, Para) else ""
        listed = following if isinstance(following, Items) else Items(())
        if words.startswith(ACCOUNTS):
            for piece in words[len(ACCOUNTS[0]) :].split(" · "):
                figures |= _figure(piece)
        elif words == FAILED:
            named = (point for point in read_content([listed]).points)
            figures["failed_sources"] = [
                FailedSource(name=point.headline or point.text, reason=point.text) for point in named
            ]
        elif words == NOTES:
            figures["notes"] = [point.text for point in read_content([listed]).points]
    return Ledger(**figures), blocks[:at]


def _figure(piece: str) -> dict[str, Any]:
    """What one piece of the line of accounts says, as a field of the ledger."""
    if found := COUNT.fullmatch(piece):
        return {COUNTS[found[1]]: int(found[2])}
    if found := MODEL_COST.fullmatch(piece):
        return {"model": ModelCost.model_validate(found.groupdict())}
    if found := X_COST.fullmatch(piece):
        return {"x": XCost.model_validate(found.groupdict())}
    if found := CHECKED.fullmatch(piece):
        return {"checked": Checked.model_validate(found.groupdict("0"))}
    return {}
