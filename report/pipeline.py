"""One day's story: sources → posts → clean → stories → writer → changes → report → word cloud.

`make_report` is the only entry. It raises TuibaoErrors only; what does not stop the report stands in its ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from report import changes, cloud, words
from report.clean import Cleaned, clean
from report.errors import AnswersMissing, ModelError, NothingToReport, SourceError
from report.model import (
    HEADINGS,
    FailedSource,
    Ledger,
    ModelCost,
    Period,
    Progress,
    Report,
    Section,
    SectionKind,
    Source,
    Story,
    Topic,
    Tweet,
    Written,
    XCost,
)
from report.sources import Collected, PostSource
from report.sources.x import CutShort
from report.stories import group
from report.writer.offline import OfflineWriter

ORDER: tuple[SectionKind, ...] = (
    "overview", "core", "changes", "views", "events", "market", "ai", "finance", "sentiment", "noise", "cloud",
)  # fmt: skip


class Writer(Protocol):
    @property
    def cost(self) -> ModelCost:
        """What the model has cost so far, whether or not it came to a report."""
        ...

    async def write(self, stories: Sequence[Story], topic: Topic, period: Period, progress: Progress) -> Written:
        """Sections whose points cite posts of the stories. ModelError where it cannot."""
        ...


async def make_report(
    topic: Topic,
    period: Period,
    *,
    sources: Sequence[PostSource],
    before: Sequence[Tweet],
    writer: Writer,
    picture: Path,
    now: datetime,
    progress: Progress,
    key: str,
    revision: int = 1,
) -> Report:
    """Read, clean, group, write, and draw the word cloud at `picture`. `before` are the posts of the stretch before.

    Raises SourceError (nothing could be read), NothingToReport (read, but nothing to tell), AnswersMissing (--replay).
    """
    progress(f"收集 {_days(period)} 的帖子")
    collected, failed = await _collect(sources, period)
    progress(f"整理 {len(collected.tweets)} 条帖子")
    cleaned = clean(collected.tweets, topic)
    if not cleaned.kept:
        raise NothingToReport(_nothing(topic, period, collected, cleaned))
    stories = group(cleaned.kept, topic.names)
    written = await _write(writer, stories, topic, period, progress)
    progress("对比前一日，画词云")
    earlier = clean(before, topic).kept
    compared = changes.compare(earlier, cleaned.kept, topic.names, (period.last - period.first).days + 1)
    sections = _arrange(written.sections, compared, cleaned)
    cloud.draw(words.count((tweet.text for tweet in cleaned.kept), topic.names), picture)
    return Report(
        key=key,
        topic=topic.name,
        first=period.first,
        last=period.last,
        timezone=period.timezone,
        sections=sections,
        sources=_cited(sections, (*cleaned.kept, *earlier)),
        ledger=_account(collected, cleaned, failed, written),
        revision=revision,
        created_at=now,
        writer=written.writer,
        since=None if period.is_whole_days else period.since,
        until=None if period.is_whole_days else period.until,
    )


async def _collect(sources: Sequence[PostSource], period: Period) -> tuple[Collected, tuple[FailedSource, ...]]:
    """All sources at once; one that fails does not stop the others. SourceError when nothing came from any."""
    answers = await asyncio.gather(*(source.read(period) for source in sources), return_exceptions=True)
    got: list[Collected] = []
    failed: list[FailedSource] = []
    for source, answer in zip(sources, answers, strict=True):
        if isinstance(answer, SourceError):
            failed.append(FailedSource(name=source.name, reason=answer.reason))
            got.append(answer.collected if isinstance(answer, CutShort) else Collected())
        elif isinstance(answer, BaseException):
            raise answer
        else:
            got.append(answer)
    posts = {tweet.id: tweet for answer in got for tweet in answer.tweets if period.holds(tweet.created_at)}
    if failed and not posts:
        raise SourceError(failed[0].name, "; ".join(failure.reason for failure in failed))
    cost = XCost(
        posts=sum(answer.cost.posts for answer in got),
        users=sum(answer.cost.users for answer in got),
        usd=round(sum(answer.cost.usd for answer in got), 4),
    )
    notes = tuple(note for answer in got for note in answer.notes)
    return Collected(tweets=tuple(posts.values()), notes=notes, cost=cost), tuple(failed)


async def _write(writer: Writer, stories: Sequence[Story], topic: Topic, period: Period, progress: Progress) -> Written:
    """With the writer, or offline when its model is out of reach."""
    try:
        return await writer.write(stories, topic, period, progress)
    except AnswersMissing:
        raise
    except ModelError as error:
        progress(f"模型用不了，改用离线写法：{error}")
        written = await OfflineWriter().write(stories, topic, period, progress)
        notes = ("模型用不了，这份报告是离线写的。",)
        return written.model_copy(update={"notes": notes, "model": writer.cost})


def _arrange(sections: Sequence[Section], compared: Section | None, cleaned: Cleaned) -> tuple[Section, ...]:
    noise = Section(kind="noise", heading=HEADINGS["noise"], intro=_noise(cleaned))
    cloud_section = Section(kind="cloud", heading=HEADINGS["cloud"])
    every = [*sections, *([compared] if compared else []), noise, cloud_section]
    return tuple(sorted(every, key=lambda section: ORDER.index(section.kind)))


def _noise(cleaned: Cleaned) -> str:
    total = len(cleaned.kept) + len(cleaned.dropped)
    if not cleaned.dropped:
        return f"收集 {total} 条，全部采用。"
    names = {"ad": "广告", "off_topic": "跑题", "empty": "空帖", "copy": "重复"}
    counts = [f"{name} {count} 条" for kind, name in names.items() if (count := _count(cleaned, kind))]
    return f"收集 {total} 条，去掉 {len(cleaned.dropped)} 条：{'，'.join(counts)}。"


def _count(cleaned: Cleaned, kind: str) -> int:
    return sum(row.kind == kind for row in cleaned.dropped)


def _account(collected: Collected, cleaned: Cleaned, failed: tuple[FailedSource, ...], written: Written) -> Ledger:
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
        model=written.model,
        x=collected.cost,
    )


def _cited(sections: Sequence[Section], tweets: Sequence[Tweet]) -> tuple[Source, ...]:
    cited = {post for section in sections for point in section.all_points() for post in point.citations}
    known = {tweet.id: tweet for tweet in tweets if tweet.id in cited}
    return tuple(
        Source(id=tweet.id, url=tweet.url, handle=tweet.author.handle, name=tweet.author.called)
        for tweet in sorted(known.values(), key=lambda tweet: tweet.id)
    )


def _days(period: Period) -> str:
    return str(period.first) if period.first == period.last else f"{period.first} 至 {period.last}"


def _nothing(topic: Topic, period: Period, collected: Collected, cleaned: Cleaned) -> str:
    where = f"{topic.name}: {period.first} to {period.last} ({period.timezone})"
    if not collected.tweets:
        return f"{where}: no posts in the period; choose other days with --from and --to, or other sources"
    return f"{where}: {len(collected.tweets)} posts, but all are {_noise(cleaned)}"
