"""The library over what this program keeps: the store's reports, the archive's posts, the configured model.

In: the configuration, the store. Out: a Library. What a question costs is counted like a report's calls, in the same
book, within the same daily budget; its request and answer are kept beside theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.making import uses_model
from bot.store.archive import FileArchive
from report.errors import SourceError
from report.library import Hit, Library
from report.library.shelf import Reports
from report.llm import Model
from report.model import Period, Topic, Tweet
from report.settings import LlmSettings
from report.sources import PostSource
from report.sources.stored import StoredSource

TIMEOUT_S = 45.0  # of a reader's call: he waits
EPOCH_MS = 1_288_834_974_657  # from which the upper bits of X's ids count (Twitter's snowflake, 2010)
SHORTEST_ID = 17  # digits of an id that holds its moment


def open_library(config: Config, reports: Reports, now: Callable[[], datetime]) -> Library:
    model = partial(_model, config.llm, config.app.data_dir / "model")
    return Library(reports, partial(cited_posts, config.app.data_dir / "posts_archive"), now, model)


def _model(settings: LlmSettings, folder: Path) -> Model | None:
    if not uses_model(settings, "auto"):
        return None
    hurried = settings.model_copy(update={"timeout_s": min(settings.timeout_s, TIMEOUT_S)})
    return Model(hurried, folder)


async def cited_posts(archive: Path, topic: Topic, hits: Sequence[Hit]) -> Mapping[str, Tweet]:
    """The posts that the hits cite, as far as they are kept or stand in the topic's files."""
    wanted = {post for hit in hits for post in hit.entry.citations}
    stretches = list(_stretches(_days_of(hits, topic), topic))
    found: dict[str, Tweet] = {}
    for source, periods in _sources(archive, topic, stretches) if stretches else ():
        for period in periods:
            try:
                read = (await source.read(period)).tweets
            except SourceError:  # the report that read it says so
                continue
            found |= {tweet.id: tweet for tweet in read if tweet.id in wanted}
    return found


def _sources(folder: Path, topic: Topic, stretches: Sequence[Period]) -> Iterator[tuple[PostSource, Sequence[Period]]]:
    """A file is read whole whatever one wants of it: once."""
    whole = Period.of_days(stretches[0].first, stretches[-1].last, topic.timezone)
    if topic.files:
        from report.sources.file import FileSource  # noqa: PLC0415  five modules that few topics need

        yield from ((FileSource(Path(path)), [whole]) for path in topic.files)
    yield StoredSource(FileArchive(folder), topic.name), stretches


def _days_of(hits: Sequence[Hit], topic: Topic) -> set[date]:
    """When the cited posts were written: as their ids say, else about when the report was."""
    zone = ZoneInfo(topic.timezone)
    days: set[date] = set()
    for hit in hits:
        days |= {hit.days[0].first, hit.days[0].last}
        days |= {at.astimezone(zone).date() for post in hit.entry.citations if (at := _moment(post))}
    return days


def _moment(post: str) -> datetime | None:
    if not (post.isascii() and post.isdigit() and SHORTEST_ID <= len(post) <= 19):
        return None
    return datetime.fromtimestamp(((int(post) >> 22) + EPOCH_MS) / 1000, UTC)


def _stretches(days: Iterable[date], topic: Topic) -> Iterator[Period]:
    """Days in a row as one, so that a day's file is opened once."""
    run: list[date] = []
    for day in sorted(days):
        if run and day - run[-1] > timedelta(days=1):
            yield Period.of_days(run[0], run[-1], topic.timezone)
            run = []
        run.append(day)
    if run:
        yield Period.of_days(run[0], run[-1], topic.timezone)
