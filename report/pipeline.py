"""One day's story: sources → posts → clean → stories → memory → writer → changes → report → word cloud.

`make_report` is the only entry. It raises TuibaoErrors only; what does not stop the report stands in its ledger.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from report import changes, cloud, words
from report.accounting import account, noise_words
from report.clean import Cleaned, clean, second_opinion
from report.errors import AnswersMissing, ModelError, NothingToReport, SourceError
from report.model import (
    HEADINGS,
    Checked,
    Dropped,
    FailedSource,
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
from report.stories.memory import is_remembered, recall, remember
from report.writer.offline import OfflineWriter

ORDER: tuple[SectionKind, ...] = (
    "overview", "core", "changes", "views", "events", "market", "ai", "finance", "sentiment", "noise", "cloud",
)  # fmt: skip
COVERED = 0.7  # of the days of the stretch before: what is compared has posts of so many


class Writer(Protocol):
    @property
    def judges(self) -> bool:
        """Does it judge posts, so that it is to see the doubtful ones too?"""
        ...

    @property
    def cost(self) -> ModelCost:
        """What the model has cost so far, whether or not it came to a report."""
        ...

    @property
    def checked(self) -> Checked:
        """What its points came to when they were checked, whether or not any was left."""
        ...

    async def write(
        self,
        stories: Sequence[Story],
        topic: Topic,
        period: Period,
        progress: Progress,
        doubtful: Sequence[Dropped] = (),
    ) -> Written:
        """Sections whose points cite posts of the stories. ModelError where it cannot.

        `doubtful` are posts of the stories that a rule would drop; () for a writer that does not judge.
        """
        ...


async def make_report(
    topic: Topic,
    period: Period,
    *,
    sources: Sequence[PostSource],
    earlier: Sequence[Tweet] = (),
    reports: Sequence[Report] = (),
    restored: Collection[str] = (),
    writer: Writer,
    picture: Path,
    now: datetime,
    progress: Progress,
    key: str,
    revision: int = 1,
) -> Report:
    """Read, clean, group, write, and draw the word cloud at `picture`.

    `earlier` are the posts at hand of the last 14 days and of the stretch before, `reports` those that may have told of
    them, `restored` the ids of posts that no rule may drop. Raises SourceError (nothing could be read), NothingToReport
    (read, but nothing to tell), AnswersMissing (--replay).
    """
    progress(f"收集 {_days(period)} 的帖子")
    collected, failed = await _collect(sources, period)
    progress(f"整理 {len(collected.tweets)} 条帖子")
    reports = [report for report in reports if is_remembered(report, topic.name, period)]
    memory = remember(reports, earlier, topic.spellings)
    before = [tweet for tweet in earlier if period.before().holds(tweet.created_at)]
    untold = [tweet for tweet in before if not memory.about([tweet.id])]
    cleaned = clean(collected.tweets, topic, earlier=untold, restored=restored)
    doubts = second_opinion.doubtful(cleaned) if writer.judges else ()
    doubted = {row.id for row in doubts}
    readable = [*cleaned.kept, *(tweet for tweet in collected.tweets if tweet.id in doubted)]
    recalled = recall(group(readable, topic.spellings), memory, topic.spellings, restored)
    cleaned = second_opinion.drop(cleaned, recalled.dropped)
    if not recalled.stories:
        raise _nothing(topic, period, collected, cleaned)
    written = await _write(writer, recalled.stories, doubts, topic=topic, period=period, progress=progress)
    if topic.language == "both" and written.writer == "offline":
        written = written.model_copy(update={"notes": (*written.notes, "英文版要用语言模型来写，这次没有。")})
    cleaned = second_opinion.settle(cleaned, written, collected.tweets, restored)
    progress("对比前一日，画词云")
    days = (period.last - period.first).days + 1
    used_before = _used(before, topic, period.before(), reports) if _is_covered(before, period, days) else ()
    told = _headlines([*reports, written])
    compared = changes.compare(used_before, cleaned.kept, topic.spellings, days, told)
    sections = _arrange(written.sections, compared, cleaned)
    cloud.draw(words.count((tweet.text for tweet in cleaned.kept), topic.spellings), picture)
    return Report(
        key=key,
        topic=topic.name,
        first=period.first,
        last=period.last,
        timezone=period.timezone,
        sections=sections,
        sources=_cited(sections, (*earlier, *cleaned.kept)),
        ledger=account(collected, cleaned, failed, written),
        revision=revision,
        created_at=now,
        writer=written.writer,
        since=None if period.is_whole_days else period.since,
        until=None if period.is_whole_days else period.until,
        editions=written.editions,
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


async def _write(
    writer: Writer,
    stories: Sequence[Story],
    doubts: Sequence[Dropped],
    *,
    topic: Topic,
    period: Period,
    progress: Progress,
) -> Written:
    """With the writer, or offline when its model is out of reach."""
    try:
        return await writer.write(stories, topic, period, progress, doubts)
    except AnswersMissing:
        raise
    except ModelError as error:
        progress(f"模型用不了，改用离线写法：{error}")
        sure = second_opinion.without(stories, doubts)
        if not sure:
            raise NothingToReport(f"{topic.name}: no post is sure to be news, and {error}") from error
        written = await OfflineWriter().write(sure, topic, period, progress)
        notes = (f"这份报告是离线写的，没有用模型。{error.words}。",)
        return written.model_copy(update={"notes": notes, "model": writer.cost, "checked": writer.checked})


def _used(before: Sequence[Tweet], topic: Topic, stretch: Period, reports: Sequence[Report]) -> Sequence[Tweet]:
    """What the report on the stretch used, if there is one and its posts are at hand; else what one would use."""
    known = {tweet.id: tweet for tweet in before}
    own = (report.ledger.used_ids for report in reports if (report.first, report.last) == (stretch.first, stretch.last))
    found = next((ids for ids in own if ids and known.keys() >= set(ids)), None)
    return clean(before, topic).kept if found is None else [known[post] for post in found]


def _is_covered(before: Sequence[Tweet], period: Period, days: int) -> bool:
    """Are posts at hand of most days of the stretch before? A week beside one day would tell of a rise that is none."""
    zone = ZoneInfo(period.timezone)
    return len({tweet.created_at.astimezone(zone).date() for tweet in before}) >= COVERED * days


def _headlines(documents: Sequence[Report | Written]) -> dict[str, str]:
    """Post → the last headline that a model gave to a point that rests on it; a program's say less than the post."""
    by_model = [document for document in documents if document.writer == "llm"]
    points = [point for document in by_model for section in document.sections for point in section.all_points()]
    return {post: point.headline for point in points if point.headline for post in point.citations}


def _arrange(sections: Sequence[Section], compared: Section | None, cleaned: Cleaned) -> tuple[Section, ...]:
    noise = Section(kind="noise", heading=HEADINGS["noise"], intro=noise_words(cleaned))
    cloud_section = Section(kind="cloud", heading=HEADINGS["cloud"])
    every = [*sections, *([compared] if compared else []), noise, cloud_section]
    return tuple(sorted(every, key=lambda section: ORDER.index(section.kind)))


def _cited(sections: Sequence[Section], tweets: Sequence[Tweet]) -> tuple[Source, ...]:
    cited = {post for section in sections for point in section.all_points() for post in point.citations}
    known = {tweet.id: tweet for tweet in tweets if tweet.id in cited}
    return tuple(
        Source(id=tweet.id, url=tweet.url, handle=tweet.author.handle, name=tweet.author.called)
        for tweet in sorted(known.values(), key=lambda tweet: tweet.id)
    )


def _days(period: Period) -> str:
    return str(period.first) if period.first == period.last else f"{period.first} 至 {period.last}"


def _nothing(topic: Topic, period: Period, collected: Collected, cleaned: Cleaned) -> NothingToReport:
    where = f"{topic.name}: {period.first} to {period.last} ({period.timezone})"
    if not collected.tweets:
        return NothingToReport(
            f"{where}: no posts in the period; choose other days with --from and --to, or other sources",
            words=f"{_days(period)} 没有存下帖子，换个日期再试",
        )
    dropped = len(cleaned.dropped)
    return NothingToReport(
        f"{where}: none of the {dropped} posts is news: {_count_kinds(cleaned)}; see the topic's query and sources",
        words=f"{_days(period)} 没有能写的帖子：{noise_words(cleaned)}",
    )


def _count_kinds(cleaned: Cleaned) -> str:
    counted = Counter(row.kind for row in cleaned.dropped)
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counted.most_common())
