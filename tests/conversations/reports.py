"""The invented reports of `reports.yaml` as Reports, in Chinese with an English edition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from report.model import (
    ENGLISH_HEADINGS,
    HEADINGS,
    Edition,
    Language,
    Ledger,
    Point,
    Report,
    Section,
    SectionKind,
    Source,
    Topic,
    report_key,
)

FILE = Path(__file__).with_name("reports.yaml")
NOW = datetime(2026, 3, 28, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai, a Saturday
TOPICS = {
    "ai": Topic(name="ai", title="AI", query="AI", language="both"),
    "finance": Topic(name="finance", title="财经", query="stocks", language="both", schedule=("07:30", "20:00")),
}
KINDS: tuple[SectionKind, ...] = (
    *("overview", "core", "changes", "views", "events", "market", "ai", "finance", "sentiment"),
)


@cache
def invented() -> dict[str, Report]:
    """By their keys, oldest first."""
    reports = [_report(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))]
    return {report.key: report for report in sorted(reports, key=lambda report: (report.last, report.topic))}


def _report(row: dict[str, Any]) -> Report:
    day: date = row["day"]
    ids = [f"20370{day:%m%d}00000000{number:02}" for number in range(1, len(row["posts"]) + 1)]
    counts = row["ledger"]
    used = counts["collected"] - sum(counts[kind] for kind in ("copies", "ads", "off_topic", "empty"))
    return Report(
        key=report_key(row["topic"], day, day),
        topic=row["topic"],
        first=day,
        last=day,
        timezone="Asia/Shanghai",
        sections=tuple(_sections(row, ids, "zh")),
        editions=(Edition(language="en", sections=tuple(_sections(row, ids, "en"))),),
        sources=tuple(_source(post, number) for post, number in zip(row["posts"], ids, strict=True)),
        ledger=Ledger(**counts, used=used),
        created_at=datetime.combine(day + timedelta(days=1), time(0, 1), UTC),
        writer="llm",
    )


def _source(post: str, number: str) -> Source:
    handle, _, name = post.partition(" ")
    return Source(id=number, url=f"https://x.com/{handle}/status/{number}", handle=handle, name=name)


def _sections(row: dict[str, Any], ids: list[str], language: Language) -> Iterator[Section]:
    headings = HEADINGS if language == "zh" else ENGLISH_HEADINGS
    for kind in KINDS:
        told = row.get(kind)
        if isinstance(told, dict):
            children = tuple(
                Section(
                    kind=kind,
                    heading=heading.split(" / ")[0 if language == "zh" else 1],
                    points=tuple(_points(kind, points, ids, language, f"{kind}-{at}")),
                )
                for at, (heading, points) in enumerate(told.items(), 1)
            )
            yield Section(kind=kind, heading=headings[kind], children=children)
        elif told:
            yield Section(kind=kind, heading=headings[kind], points=tuple(_points(kind, told, ids, language, kind)))


def _points(kind: SectionKind, told: list[list[Any]], ids: list[str], language: Language, name: str) -> Iterator[Point]:
    for number, (headline, text, posts, english_headline, english_text) in enumerate(told, 1):
        yield Point(
            id=f"{name}-{number:02}",
            headline=headline if language == "zh" else english_headline,
            text=text if language == "zh" else english_text,
            citations=tuple(ids[place - 1] for place in posts),
            kinds=(kind,),
        )
