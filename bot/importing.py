"""`tuibao import`: old Jekyll posts become reports, archives of posts go into the archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config, load
from bot.making import picture_path, write_post
from bot.store.archive import FileArchive
from bot.store.tiny import TinyStore
from report.errors import InputError

NO_TOPIC = "imported"
POSTS = {".md", ".markdown"}
ENGLISH = ".en.md"  # what `bot.making` calls an English edition
ARCHIVES = {".json", ".jsonl", ".gz", ".ndjson"}


async def import_paths(
    paths: Sequence[Path], *, topic: str, config: Path, environ: Mapping[str, str], say: Callable[[str], None]
) -> int:
    """Import every file, a line for each; how many could not be imported. Raises InputError for a wrong path."""
    settings = load(config, environ)
    name = topic or settings.topics[0].name
    if name not in {known.name for known in settings.topics}:
        raise InputError(f"--topic {name}: the configuration has {', '.join(known.name for known in settings.topics)}")
    files = list(_files(paths))
    if not files:
        raise InputError("there is nothing to import: no .md, .json, .jsonl or .gz in what was named")
    failed = 0
    async with await TinyStore.open(settings.app.data_dir) as store:
        for path in files:
            try:
                if path.suffix in POSTS:
                    await _import_post(path, settings, topic, store, say)
                else:
                    _import_archive(path, settings, name, say)
            except InputError as error:
                failed += 1
                say(f"{path.name}: not imported: {error}")
    return failed


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in POSTS | ARCHIVES)
        elif path.is_file():
            yield path
        else:
            raise InputError(f"{path}: there is no such file or folder")


async def _import_post(path: Path, settings: Config, topic: str, store: TinyStore, say: Callable[[str], None]) -> None:
    """One post. What Tuibao made itself stays; another post of the same days becomes the next revision."""
    from report.post import normal_form, read  # noqa: PLC0415

    if path.name.endswith(ENGLISH):
        say(f"{path.name}: left alone, the English edition of a report is no report of its own")
        return
    found = read(_read_text(path), name=path.stem, timezone=settings.app.timezone, topic=topic or NO_TOPIC)
    report = found.report
    if not any(section.all_points() for section in report.sections):
        raise InputError("there is nothing in it that a report could hold: no list, no paragraph below a heading")
    present = await store.report(report.key)
    if present and present.writer != "imported":
        say(f"{path.name}: left alone, {report.key} was made here (revision {present.revision})")
        return
    if present and normal_form(present) == normal_form(report):
        say(f"{path.name}: nothing new, {report.key} is here already")
        return
    if present:
        report = report.model_copy(update={"revision": present.revision + 1})
    folder = settings.app.data_dir / "posts"
    folder.mkdir(parents=True, exist_ok=True)
    picture, kept = picture_path(path.parent, report.key), picture_path(folder, report.key)
    if picture.is_file() and picture.resolve() != kept.resolve():
        shutil.copyfile(picture, kept)
    write_post(report, folder)
    await store.save_report(report)
    sections = ", ".join(f"{section.kind} {len(section.all_points())}" for section in report.sections)
    say(f"{path.name}: report {report.key}, revision {report.revision} ({sections})")
    if report.topic == NO_TOPIC:
        say("  its title names no topic: give one with --topic to show it in the chat")
    for problem in found.problems:
        say(f"  {problem}")


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("it is not UTF-8 text") from None


def _import_archive(path: Path, settings: Config, topic: str, say: Callable[[str], None]) -> None:
    from report.sources.file import read_posts  # noqa: PLC0415

    posts, problems = read_posts(path)
    FileArchive(settings.app.data_dir / "posts_archive").keep(topic, posts)
    zone = ZoneInfo(next(known.timezone for known in settings.topics if known.name == topic))
    days = sorted({post.created_at.astimezone(zone).date() for post in posts})
    span = f", {days[0]} to {days[-1]} ({zone})" if days else ""
    say(f"{path.name}: {len(posts)} posts into topic {topic}{span}")
    for problem in problems:
        say(f"  {problem}")
