"""`tuibao preview`: from what was typed on the command line to the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from bot.config import AppSettings, Config, load
from bot.platforms import PlatformName
from bot.preview import Look, make_page
from bot.preview.asking import Scene
from handlers.chats import ChatKind, Wishes
from report.errors import InputError
from report.model import Language, Topic, read_report_key

MANY = frozenset({"sections", "highlight", "mute"})  # wishes with several words, parted by commas


async def preview_page(
    key: str,
    sayings: Sequence[str],
    *,
    platform: PlatformName,
    kind: ChatKind,
    language: Language,
    rich: bool,
    wishes: Sequence[str],
    out: Path | None,
    data_dir: Path | None,
    config: Path,
    environ: Mapping[str, str],
) -> Path:
    """The page's path; InputError says what cannot be used."""
    settings = _without_file(data_dir, language) if data_dir else load(config, environ)
    look = Look(Scene(platform, kind, language, read_wishes(wishes)), rich=rich)
    page = out or Path(f"preview_{key}_{platform}.html")
    html = await make_page(settings, key, sayings, look, now=lambda: datetime.now(UTC))
    try:
        await asyncio.to_thread(page.write_text, html, encoding="utf-8")
    except OSError as error:
        raise InputError(f"preview: {page} cannot be written ({error.strerror}); name another --out") from error
    return page


def read_wishes(given: Sequence[str]) -> Wishes:
    """Wishes of `length=full`, `highlight=Tern-3,Halden`, `cloud=no`; InputError names those there are.

    >>> read_wishes(["length=full", "highlight=Tern-3,Halden"]).highlight
    ('Tern-3', 'Halden')
    """
    told = dict(each.partition("=")[::2] for each in given)
    values = {name: tuple(words.split(",")) if name in MANY else words for name, words in told.items()}
    try:
        return Wishes.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        there = ", ".join(Wishes.model_fields)
        raise InputError(
            f"preview: --wish {wrong['loc'][0]}: {wrong['msg']}; write one like length=full (there are {there})"
        ) from None


def _without_file(data_dir: Path, language: Language) -> Config:
    """A configuration of the topics that have reports there."""
    keys = [path.stem for path in sorted((data_dir / "reports").glob("*_*.json")) if "." not in path.stem]
    names = dict.fromkeys(read_report_key(key)[0] for key in keys)
    if not names:
        raise InputError(f"preview: there is no report in {data_dir}; `tuibao demo --data-dir {data_dir}` makes some")
    topics = tuple(Topic(name=name, query=name) for name in names)
    return Config(app=AppSettings(data_dir=data_dir, language=language), topics=topics)
