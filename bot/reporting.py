"""`tuibao report`: one report as files, without the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.config import Config, load
from bot.making import Job, WriterName, run
from bot.store.disk import Disk, write_whole
from report.errors import InputError
from report.model import Period, Progress, Report, Topic, report_key


async def make_files(
    topic_name: str,
    *,
    days: tuple[date | None, date | None],
    tweets: Sequence[Path],
    out: Path,
    writer: WriterName,
    replay: bool,
    config: Path,
    environ: Mapping[str, str],
    now: datetime,
    progress: Progress,
) -> Report:
    """Write KEY.md, wordcloud_KEY.jpg and KEY.json into `out`. Raises TuibaoErrors."""
    if replay and writer == "offline":
        raise InputError("--replay puts in answers of a model; leave --writer out, or give --writer llm")
    settings = _load_settings(config, environ, topic_name, tweets)
    topic = _choose_topic(settings, topic_name, tweets)
    period = _choose_period(topic, days, await _newest_day(topic, tweets), now)
    job = Job(
        topic=topic,
        period=period,
        key=report_key(topic.name, period.first, period.last),
        data_dir=settings.app.data_dir,
        folder=out,
        x=settings.x,
        llm=settings.llm,
        writer=writer,
        replay=replay,
        now=now,
    )
    report = await run(job, progress)
    path = out / f"{report.key}.json"
    await asyncio.to_thread(write_whole, Disk(), path, report.model_dump_json(indent=1).encode())
    progress(f"写好了：{out / report.key}.md，采用 {report.ledger.used}/{report.ledger.collected} 条")
    for note in report.ledger.notes:
        progress(f"注意：{note}")
    return report


def _load_settings(config: Path, environ: Mapping[str, str], topic_name: str, tweets: Sequence[Path]) -> Config:
    """The configuration; with --tweets none is needed, only the environment counts then."""
    files = [str(path.absolute()) for path in tweets]
    return load(config, environ, topics=({"name": topic_name, "files": files},) if files else ())


def _choose_topic(settings: Config, name: str, tweets: Sequence[Path]) -> Topic:
    """The configured topic of that name; with --tweets its sources are those files alone."""
    configured = next((topic for topic in settings.topics if topic.name == name), None)
    files = tuple(str(path) for path in tweets)
    if configured is None and not tweets:
        known = ", ".join(topic.name for topic in settings.topics)
        raise InputError(f"topic {name!r} is not configured; there are: {known}; or give files with --tweets")
    if configured is None:
        try:
            return Topic(name=name, files=files)
        except ValidationError:
            raise InputError(f"topic {name!r}: a name has lower-case letters, digits and _, 24 at most") from None
    if tweets:
        return configured.model_copy(update={"files": files, "users": (), "lists": (), "feeds": (), "query": ""})
    return configured


async def _newest_day(topic: Topic, tweets: Sequence[Path]) -> date | None:
    if not tweets:
        return None
    from report.sources.file import read_posts  # noqa: PLC0415

    moments = [post.created_at for path in tweets for post in (await asyncio.to_thread(read_posts, path))[0]]
    return max(moments).astimezone(ZoneInfo(topic.timezone)).date() if moments else None


def _choose_period(topic: Topic, days: tuple[date | None, date | None], newest: date | None, now: datetime) -> Period:
    """The days asked for; one of them alone is one day; none: the files' newest day, else the topic's window."""
    first, last = days[0] or days[1], days[1] or days[0]
    if first is None or last is None:
        return Period.of_days(newest, newest, topic.timezone) if newest else topic.period(now)
    if first > last:
        raise InputError(f"--from {first} is after --to {last}; swap them")
    if last - first > timedelta(days=366):
        raise InputError(f"--from {first} --to {last} is more than a year; ask for less")
    return Period.of_days(first, last, topic.timezone)
