"""Makes one report with everything that it needs, and writes its files.

In: a Job. Out: the Report, with `KEY.md` and `wordcloud_KEY.jpg` in the job's folder. Knows no chat; the command line
runs it as it is, the bot in a process of its own (`bot.worker`).
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
from pydantic import AwareDatetime

from report.errors import SourceError
from report.model import Period, Progress, Report, Topic, Tweet, Value
from report.settings import LlmSettings, XSettings
from report.sources import Archive, PostSource

if TYPE_CHECKING:
    from report.pipeline import Writer

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
        before=await _posts_before(job, archive),
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
    """`KEY.md` in the folder, whole or not at all; with the picture if there is one."""
    from bot.store.disk import Disk, write_whole  # noqa: PLC0415
    from report.post import export  # noqa: PLC0415

    path = folder / f"{report.key}.md"
    picture = picture_path(folder, report.key)
    post = export(report, cloud=picture.name if picture.exists() else "")
    write_whole(Disk(), path, post.encode())
    return path


def uses_model(llm: LlmSettings, writer: WriterName) -> bool:
    """With "auto" a model is used once there is a key, or an address of one's own."""
    configured = bool(llm.api_key.get_secret_value()) or llm.base_url != LlmSettings().base_url
    return writer == "llm" or (writer == "auto" and configured)


def _writer(job: Job) -> Writer:
    if uses_model(job.llm, job.writer) or job.replay:
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


async def _posts_before(job: Job, archive: Archive) -> list[Tweet]:
    """What is at hand of the stretch before, for 与昨日相比; a file that cannot be read is named elsewhere."""
    earlier = job.period.before()
    stored = job.model_copy(update={"stored_only": True})
    found: dict[str, Tweet] = {}
    for source in _sources(stored, archive):
        try:
            found.update({tweet.id: tweet for tweet in (await source.read(earlier)).tweets})
        except SourceError:
            continue
    return list(found.values())
