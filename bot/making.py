"""Makes one report with everything that it needs, and writes its files.

In: a Job. Out: the Report, with `KEY.md` and `wordcloud_KEY.jpg` in the job's folder. Knows no chat; the command line
runs it as it is, the bot in a process of its own (`bot.worker`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
from pydantic import AwareDatetime, ValidationError

from report.errors import SourceError
from report.model import Period, Progress, Report, Topic, Tweet, Value, is_asked, read_report_key
from report.settings import LlmSettings, XSettings
from report.sources import Archive, PostSource

if TYPE_CHECKING:
    from report.pipeline import Writer

log = logging.getLogger(__name__)

NAMED_REACH = timedelta(days=15)  # of a report's last day, a day more than memory has: time zones may differ
WriterName = Literal["auto", "llm", "offline"]


class Job(Value):
    """What to make, from what, with what."""

    topic: Topic
    period: Period
    key: str
    data_dir: Path
    folder: Path  # for the post and the picture
    x: XSettings = XSettings()
    llm: LlmSettings = LlmSettings()
    writer: WriterName = "auto"
    replay: bool = False
    stored_only: bool = False  # read nothing from X or from feeds
    restored: tuple[str, ...] = ()  # ids of posts that an admin brought back
    revision: int = 1
    now: AwareDatetime

    def encode(self) -> bytes:
        """JSON with the secrets in it: for a pipe to a process of our own, never for a file or a log."""
        data = self.model_dump(mode="json")
        data["x"]["bearer_token"] = self.x.bearer_token.get_secret_value()
        data["llm"]["api_key"] = self.llm.api_key.get_secret_value()
        return orjson.dumps(data)


async def run(job: Job, progress: Progress) -> Report:
    """Make the report and write its files. Raises TuibaoErrors."""
    from bot.store.archive import FileArchive  # noqa: PLC0415  what follows is loaded only where reports are made
    from report.pipeline import make_report  # noqa: PLC0415

    archive = FileArchive(job.data_dir / "posts_archive")
    job.folder.mkdir(parents=True, exist_ok=True)
    picture = picture_path(job.folder, job.key)
    report = await make_report(
        job.topic,
        job.period,
        sources=_sources(job, archive),
        earlier=await _earlier_posts(job, archive),
        reports=await asyncio.to_thread(earlier_reports, job),
        restored=job.restored,
        writer=_writer(job),
        picture=picture,
        now=job.now,
        progress=progress,
        key=job.key,
        revision=job.revision,
    )
    await asyncio.to_thread(write_post, report, job.folder)
    return report


def picture_path(folder: Path, key: str) -> Path:
    return folder / f"wordcloud_{key}.jpg"


def write_post(report: Report, folder: Path) -> Path:
    """`KEY.md` in the folder, whole or not at all, with the picture if there is one; beside it `KEY.en.md`."""
    from bot.store.disk import Disk, write_whole  # noqa: PLC0415
    from report.post import export, export_english  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.key}.md"
    picture = picture_path(folder, report.key)
    cloud = picture.name if picture.exists() else ""
    write_whole(Disk(), path, export(report, cloud=cloud).encode())
    if english := export_english(report, cloud=cloud):
        write_whole(Disk(), folder / f"{report.key}.en.md", english.encode())
    return path


def uses_model(llm: LlmSettings, writer: WriterName) -> bool:
    """With "auto" a model is used once there is a key, or an address of one's own."""
    configured = bool(llm.api_key.get_secret_value()) or llm.base_url != LlmSettings().base_url
    return writer == "llm" or (writer == "auto" and configured)


def _writer(job: Job) -> Writer:
    if uses_model(job.llm, job.writer) or (job.replay and job.writer != "offline"):
        from report.llm import Model  # noqa: PLC0415
        from report.writer.llm import LlmWriter  # noqa: PLC0415

        return LlmWriter(Model(job.llm, job.data_dir / "model", replay=job.replay))
    from report.writer.offline import OfflineWriter  # noqa: PLC0415

    return OfflineWriter()


def _sources(job: Job, archive: Archive) -> list[PostSource]:
    from report.sources.file import FileSource  # noqa: PLC0415
    from report.sources.stored import KeptSource, StoredSource  # noqa: PLC0415

    topic = job.topic
    sources: list[PostSource] = [FileSource(Path(path)) for path in topic.files]
    if job.stored_only:
        return [*sources, StoredSource(archive, topic.name)]
    if topic.reads_x:
        from report.sources.x import XSource  # noqa: PLC0415

        sources.append(XSource(job.x, topic, archive, now=lambda: datetime.now(UTC)))
    if topic.feeds:
        from report.sources.rss import FeedSource  # noqa: PLC0415

        sources += [KeptSource(FeedSource(url), archive, topic.name) for url in topic.feeds]
        sources.append(StoredSource(archive, topic.name))
    return sources


async def _earlier_posts(job: Job, archive: Archive) -> list[Tweet]:
    """What is at hand of the last 14 days and of the stretch before; a file that cannot be read is named elsewhere."""
    from report.stories.memory import REACH  # noqa: PLC0415

    before = job.period.before()
    since = min(before.since, job.period.since - REACH)
    stretch = Period(
        first=since.date(), last=before.last, timezone=job.period.timezone, since=since, until=job.period.since
    )
    stored = job.model_copy(update={"stored_only": True})
    found: dict[str, Tweet] = {}
    for source in _sources(stored, archive):
        try:
            found.update({tweet.id: tweet for tweet in (await source.read(stretch)).tweets})
        except SourceError:
            continue
    return list(found.values())


def earlier_reports(job: Job) -> list[Report]:
    """The topic's own reports of the last 14 days, from the job's folder and the store's; a damaged one is left out.

    None for a range that a reader asked for: it stands alone.
    """
    from report.stories.memory import is_remembered  # noqa: PLC0415

    found: dict[str, Report] = {}
    for path in () if is_asked(job.key) else _report_files(job):
        try:
            report = Report.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            log.warning("report: %s is not remembered (%s)", path, type(error).__name__, extra={"action": "remember"})
            continue
        if report.key == path.stem and is_remembered(report, job.topic.name, job.period):
            found.setdefault(report.key, report)
    return list(found.values())


def _report_files(job: Job) -> Iterator[Path]:
    """Of the days that count, the newest revisions: those before them (KEY.r1.json) have no key for a name."""
    for folder in (job.folder, job.data_dir / "reports"):
        for path in sorted(folder.glob(f"twitter_{job.topic.name}_*.json")):
            try:
                topic, _, last = read_report_key(path.stem)
            except ValueError:
                continue
            if topic == job.topic.name and job.period.first - NAMED_REACH <= last <= job.period.last:
                yield path
