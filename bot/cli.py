"""The command line: `tuibao demo | run | report | preview | import | check`.

Exit status: 0 done, 2 unusable input, 3 source, model or platform out of reach, 4 nothing in the period.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console

from bot.platforms import PlatformError, PlatformName
from handlers.chats import ChatKind
from report.errors import InputError, NothingToReport, TuibaoError
from report.model import Language

CONFIG = Path("tuibao.toml")
errors = Console(stderr=True, highlight=False, soft_wrap=True)
app = typer.Typer(
    name="tuibao",
    help="推报: a daily Chinese report on what X says about a topic, every point cited.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.")]


def make_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(InputError(f"--out {path} is no folder to write to ({error.strerror}); name another one"))
    return path


def main() -> None:
    """The script `tuibao`."""
    app()


def fail(error: Exception) -> NoReturn:
    """One sentence on standard error, and the exit status that belongs to it."""
    errors.print(f"tuibao: {error}", style="red", markup=False)
    match error:
        case InputError():
            status = 2
        case NothingToReport():
            status = 4
        case _:
            status = 3
    raise typer.Exit(status)


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; foreseen errors become sentences."""
    try:
        asyncio.run(work)
    except (TuibaoError, PlatformError) as error:
        fail(error)
    except ExceptionGroup as group:
        foreseen, others = group.split((TuibaoError, PlatformError))
        if others or foreseen is None:
            raise
        fail(foreseen.exceptions[0])
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def show_version(wanted: bool) -> None:
    if wanted:
        show_line(f"tuibao {version('tuibao')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """推报: a daily Chinese report on what X says about a topic, every point cited."""


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the chat page listens, on 127.0.0.1.")] = 8710,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    data_dir: Annotated[Path | None, typer.Option(help="Keep what it makes here; else it is thrown away.")] = None,
) -> None:
    """No key needed: a report from invented posts, and the chat page to read it on."""
    from bot import demonstration, log  # noqa: PLC0415  each command loads only what it needs

    log.set_up("WARNING")
    finish(demonstration.run(port, browser=browser, data_dir=data_dir, progress=show_step))


@app.command()
def run(config: ConfigOption = CONFIG) -> None:
    """The bot."""
    from bot import log  # noqa: PLC0415
    from bot.app import run as run_app  # noqa: PLC0415
    from bot.config import load, secret_values  # noqa: PLC0415

    try:
        loaded = load(config, os.environ)
    except TuibaoError as error:
        fail(error)
    log.set_up("INFO", secrets=secret_values(loaded))
    finish(run_app(loaded))


@app.command()
def report(
    topic: Annotated[str, typer.Argument(help="A topic of the configuration, or any name together with --tweets.")],
    first: Annotated[str | None, typer.Option("--from", help="First day, 2026-01-07.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    tweets: Annotated[list[Path] | None, typer.Option(help="Files of posts to read in place of X.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for KEY.md, wordcloud_KEY.jpg and KEY.json.")] = Path("out"),
    writer: Annotated[Literal["llm", "offline"] | None, typer.Option(help="Else the model if one is set up.")] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Never call the model: use the kept answers.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """One report as files."""
    from bot.reporting import make_files  # noqa: PLC0415

    async def work() -> None:
        made = await make_files(
            topic,
            days=(read_day(first, "--from"), read_day(last, "--to")),
            tweets=tweets or [],
            out=make_folder(out),
            writer=writer or "auto",
            replay=replay,
            config=config,
            environ=os.environ,
            now=datetime.now(UTC),
            progress=show_step,
        )
        if as_json:
            sys.stdout.write(made.model_dump_json(indent=1) + "\n")

    finish(work())


@app.command()
def preview(
    key: Annotated[str, typer.Argument(help="A stored report, like twitter_ai_20260107_20260107.")],
    sayings: Annotated[list[str] | None, typer.Argument(help="/finance, s:detail:KEY …; else the brief.")] = None,
    platform: Annotated[PlatformName, typer.Option("--as", help="Whose app to draw.")] = "telegram",
    out: Annotated[Path | None, typer.Option(help="The HTML file; else preview_KEY_PLATFORM.html.")] = None,
    kind: Annotated[ChatKind, typer.Option(help="Where it is said.")] = "private",
    rich: Annotated[bool, typer.Option("--rich/--classic", help="Telegram's rich messages, or those before.")] = True,
    language: Annotated[Language, typer.Option(help="Of the reader.")] = "zh",
    wish: Annotated[list[str] | None, typer.Option(help="A setting of the chat, like length=full; repeat it.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="A data folder without a configuration, the demo's.")] = None,
    config: ConfigOption = CONFIG,
) -> None:
    """What a platform would show, as an HTML page: nothing is sent, nothing is changed."""
    from bot.previewing import preview_page  # noqa: PLC0415

    async def work() -> None:
        written = await preview_page(
            key,
            sayings or [],
            platform=platform,
            kind=kind,
            language=language,
            rich=rich,
            wishes=wish or [],
            out=out,
            data_dir=data_dir,
            config=config,
            environ=os.environ,
        )
        show_line(str(written))

    finish(work())


@app.command(name="import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Jekyll posts, archives of posts, or folders of both.")],
    topic: Annotated[str, typer.Option(help="The topic of archives, and of posts whose title is no report key.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Jekyll posts and archives of posts into the store, with a line for each."""
    from bot.importing import import_paths  # noqa: PLC0415

    async def work() -> None:
        failed = await import_paths(paths, topic=topic, config=config, environ=os.environ, say=show_line)
        if failed:
            raise InputError(f"{failed} of the files could not be imported; the lines above say why")

    finish(work())


@app.command()
def check(
    config: ConfigOption = CONFIG,
    offline: Annotated[bool, typer.Option("--offline", help="Call no service.")] = False,
) -> None:
    """Say line by line what works."""
    from bot.checkup import check as check_up  # noqa: PLC0415
    from bot.config import load  # noqa: PLC0415

    async def work() -> None:
        findings = await check_up(load(config, os.environ), offline=offline)
        marks = {True: "[green]ok[/]", False: "[red]wrong[/]", None: "[yellow]--[/]"}
        console = Console(highlight=False, soft_wrap=True)
        for finding in findings:
            console.print(f"{marks[finding.ok]:<16} {finding.name}: ", end="")
            console.print(finding.says, markup=False)
        wrong = sum(finding.ok is False for finding in findings)
        if wrong:
            raise InputError(f"{wrong} of {len(findings)} checks found something wrong")

    finish(work())


def read_day(words: str | None, option: str) -> date | None:
    if words is None:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        fail(InputError(f"{option} {words!r} is no day; write it like 2026-01-07"))


def show_step(line: str) -> None:
    """Progress, on standard error, with the seconds since the program started."""
    errors.print(f"[dim]{_elapsed_s():5.1f} s[/]  ", end="")
    errors.print(line, markup=False)


def show_line(line: str) -> None:
    Console(highlight=False, soft_wrap=True).print(line, markup=False)


_STARTED = datetime.now(UTC)


def _elapsed_s() -> float:
    return (datetime.now(UTC) - _STARTED).total_seconds()
