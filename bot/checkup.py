"""Does everything work? One finding for each thing that can be wrong, with what to do about it.

In: the configuration. Out: findings, in the order in which one would mend them. Nothing is changed, nothing is paid
for, no secret is said. `offline` calls no service.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config, secret_values
from bot.log import mask
from bot.services import ask_discord, ask_model, ask_telegram, ask_x
from bot.store.disk import StoreError
from bot.store.lock import is_locked, lock_pid
from bot.store.recovery import load
from bot.store.schema import Damaged
from handlers.hours import dues
from report.errors import InputError
from report.model import Topic

ENOUGH_BYTES = 200_000_000  # a year of reports and posts of a busy topic
NEXT_RUNS = 3


@dataclass(frozen=True)
class Finding:
    """`ok` None: not set up, or not looked at."""

    name: str
    ok: bool | None
    says: str


def utc_now() -> datetime:
    return datetime.now(UTC)


async def check(config: Config, *, offline: bool, now: Callable[[], datetime] = utc_now) -> list[Finding]:
    """Look at everything; the services are asked at the same time and take at most 10 s."""
    folder = config.app.data_dir
    findings = [
        _configured(config),
        await asyncio.to_thread(_folder, folder),
        await asyncio.to_thread(_lock, folder),
        await asyncio.to_thread(_state, folder),
        _font(),
        *(_topic(topic, now()) for topic in config.topics),
    ]
    findings += await _services(config, offline=offline)
    secrets = secret_values(config)
    return [replace(finding, says=mask(finding.says, secrets)) for finding in findings]


def next_runs(topic: Topic, now: datetime, count: int = NEXT_RUNS) -> list[datetime]:
    """The topic's next scheduled moments, in its timezone."""
    today = now.astimezone(ZoneInfo(topic.timezone)).date()
    return [due for due in dues(topic, today, today + timedelta(days=count + 1)) if due > now][:count]


def _configured(config: Config) -> Finding:
    platforms = [
        name for name, settings in (("Telegram", config.telegram), ("Discord", config.discord)) if settings.token
    ]
    if not platforms and not config.web.port:
        says = "no reader can be reached: set telegram.token or discord.token (or web.port for the local page)"
        return Finding("configuration", ok=False, says=says)
    if not config.app.admins:
        says = "nobody may use /regenerate, /ledger and the like: put your own id into app.admins, like telegram:42"
        return Finding("configuration", ok=None, says=says)
    reach = ", ".join([*platforms, *(["the local page"] if config.web.port else [])])
    return Finding("configuration", ok=True, says=f"readable; readers are reached through {reach}")


def _folder(folder: Path) -> Finding:
    name = "data folder"
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
        free = shutil.disk_usage(existing).free
    except OSError as exc:
        says = (
            f"{existing} cannot be written ({exc.strerror or exc}): make it writable for this user, or set app.data_dir"
        )
        return Finding(name, ok=False, says=says)
    if free < ENOUGH_BYTES:
        return Finding(name, ok=False, says=f"only {free / 1e6:.0f} MB are free at {existing}: free some space")
    made = "" if existing == folder else " (it will be made)"
    return Finding(name, ok=True, says=f"{folder} is writable{made}, {free / 1e9:.1f} GB free")


def _lock(folder: Path) -> Finding:
    if not is_locked(folder):
        return Finding("lock", ok=True, says="free: no tuibao runs on this folder")
    process = f"process {pid}" if (pid := lock_pid(folder)) else "another process"
    return Finding("lock", ok=None, says=f"{process} runs on this folder; a second one would be refused")


def _state(folder: Path) -> Finding:
    path = folder / "state.json"
    if not path.exists():
        older = path.with_name("state.json.1").exists()
        says = "state.json is missing, state.json.1 will be used" if older else "empty: nothing was kept yet"
        return Finding("state", ok=False if older else None, says=says)
    try:
        tables = load(path).tables
    except (Damaged, InputError) as exc:
        return Finding("state", ok=False, says=f"{path} is unusable: {exc}; at the next start the one before is used")
    except StoreError as exc:
        return Finding("state", ok=False, says=str(exc))
    broken = sorted(str(aside) for aside in folder.rglob("*.broken-*"))
    if broken:
        says = f"damaged files were set aside: {', '.join(broken)}; look at what they hold, then remove them"
        return Finding("state", ok=False, says=says)
    counts = {name: len(tables.get(name, {})) for name in ("subscriptions", "reports")}
    if not any(counts.values()):
        return Finding("state", ok=None, says="empty: nothing was kept yet")
    return Finding("state", ok=True, says=", ".join(f"{count} {name}" for name, count in counts.items()))


def _font() -> Finding:
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415  loaded only where it is used

    path = sans_path()
    if path.is_file():
        return Finding("font", ok=True, says=path.name)
    return Finding("font", ok=False, says=f"{path} is missing: install pylopdf-fonts-zh-cn again")


def _topic(topic: Topic, now: datetime) -> Finding:
    local = now.astimezone(ZoneInfo(topic.timezone))
    runs = ", ".join(f"{run:%Y-%m-%d %H:%M}" for run in next_runs(topic, now))
    says = f"next runs {runs} {topic.timezone} (there it is {local:%H:%M}, UTC{local:%z})"
    absent = [file for file in topic.files if not Path(file).exists()]
    if absent:
        return Finding(f"topic {topic.name}", ok=False, says=f"{absent[0]} is not there: mend files; {says}")
    return Finding(f"topic {topic.name}", ok=True, says=says)


def _budgets(config: Config, name: str) -> str:
    """What may be spent at the service; "" where nothing is."""
    limits = {
        "x": (config.x.report_budget_usd, config.x.daily_budget_usd),
        "model": (config.llm.report_budget_usd, config.llm.daily_budget_usd),
    }
    if name not in limits:
        return ""
    report_usd, day_usd = limits[name]
    return f"; at most ${report_usd:.2f} a report and ${day_usd:.2f} a UTC day"


async def _services(config: Config, *, offline: bool) -> Sequence[Finding]:
    keyless = config.llm.base_url == type(config.llm)().base_url and not config.llm.api_key
    x_wanted = any(topic.reads_x for topic in config.topics)
    asked: list[tuple[str, str, Callable[[], Awaitable[tuple[bool, str]]]]] = [
        (
            "telegram",
            "" if config.telegram.token else "not set up: telegram.token is empty",
            lambda: ask_telegram(config.telegram),
        ),
        (
            "discord",
            "" if config.discord.token else "not set up: discord.token is empty",
            lambda: ask_discord(config.discord),
        ),
        (
            "x",
            "" if x_wanted or config.x.bearer_token else "not set up: no topic reads from it",
            lambda: ask_x(config.x),
        ),
        (
            "model",
            "not set up: llm.api_key is empty, reports are made offline" if keyless else "",
            lambda: ask_model(config.llm),
        ),
    ]

    tokenless = x_wanted and not config.x.bearer_token.get_secret_value()

    async def find(name: str, not_set_up: str, ask: Callable[[], Awaitable[tuple[bool, str]]]) -> Finding:
        if name == "x" and tokenless:
            says = "topics read from X but x.bearer_token is empty: set it, or empty their query, users and lists"
            return Finding(name, ok=False, says=says)
        if not_set_up or offline:
            return Finding(name, ok=None, says=not_set_up or "not asked (--offline)")
        ok, says = await ask()
        return Finding(name, ok=ok, says=says + _budgets(config, name) if ok else says)

    return await asyncio.gather(*(find(*one) for one in asked))
