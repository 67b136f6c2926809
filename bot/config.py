"""The configuration: TOML for choices, environment for secrets (`TUIBAO_TELEGRAM__TOKEN`).

In: a TOML file and the environment, which overrides it. Out: a Config whose paths are absolute and whose topics can be
read. Everything that is wrong is said at once, a sentence each, with the key as TOML has it; a secret is never said.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

from pydantic import Field, SecretStr, ValidationError

from bot import keys
from bot.log import mask
from report.errors import InputError
from report.model import TimezoneName, Topic, Value
from report.settings import LlmSettings, XSettings

DEFAULT_PATH = Path("tuibao.toml")
PREFIX = "TUIBAO_"


class AppSettings(Value):
    data_dir: Path = Path("data")
    language: Literal["zh", "en"] = "zh"
    timezone: TimezoneName = "Asia/Shanghai"
    admins: tuple[Annotated[str, Field(pattern=r"^(telegram|discord|local):\w+$")], ...] = ()


class TelegramSettings(Value):
    token: SecretStr = SecretStr("")
    base_url: str = "https://api.telegram.org"
    rich: Literal["auto", "off"] = "auto"
    paid_broadcast: bool = False
    webhook: str = ""


class DiscordSettings(Value):
    token: SecretStr = SecretStr("")
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = ""  # "": asked from the API


class WebSettings(Value):
    """The local chat page; port 0 leaves it off."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    public_url: str = ""


class StoreSettings(Value):
    url: str = "tinydb:"


class Config(Value):
    app: AppSettings = AppSettings()
    topics: tuple[Topic, ...]
    x: XSettings = XSettings()
    llm: LlmSettings = LlmSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    web: WebSettings = WebSettings()
    store: StoreSettings = StoreSettings()


def load(path: Path | None, environ: Mapping[str, str], *, topics: Sequence[Mapping[str, Any]] = ()) -> Config:
    """The configuration in the file (None: `tuibao.toml` here), with the environment over it.

    With `topics` no file is needed: they stand in for one that is not there. Relative paths are meant from the file's
    folder. InputError: a line for each thing that is wrong.
    """
    path = path or DEFAULT_PATH
    stands_in = bool(topics) and not path.is_file()
    text = "" if stands_in else _read(path)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise InputError(f"config: {path} is no TOML: {exc}; text needs quotes, a list needs [ ]") from None
    if stands_in:
        tree["topics"] = [dict(topic) for topic in topics]
    from_environment, wrong = _merge_environment(tree, environ)
    _complete(tree, path.parent.absolute())
    try:
        config = Config.model_validate(tree)
    except ValidationError as exc:
        found = keys.sentences(exc, Config)
    else:
        found = list(_contradictions(config))
    for place, sentence in found:
        line = keys.line_of(text, place)
        where = from_environment.get(place) or (f"{path}:{line}" if line else str(path))
        wrong.append(f"{where}: {keys.toml_name(place)} {sentence}")
    if wrong:
        raise InputError(mask("\n".join(f"config: {line}" for line in wrong)))
    return config


def secret_values(config: Config) -> tuple[str, ...]:
    """Everything that must never be printed."""
    return tuple(value for secret in _secrets(config).values() if (value := secret.get_secret_value()))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"config: {path} is not there; make it with `cp config.example.toml tuibao.toml` and fill it in, "
            "or name another file with --config"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"config: {path} is not in UTF-8; save it as UTF-8") from None
    except OSError as exc:
        raise InputError(f"config: {path} cannot be read ({exc.strerror or exc})") from None


def _merge_environment(tree: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[keys.Place, str], list[str]]:
    """Put the variables into the tree; their names by the places that they set, and what is wrong with others.

    An empty variable sets nothing. One that begins with TUIBAO_ and resembles no key is none of ours.
    """
    known = {keys.environment_name(place, PREFIX): (place, kind) for place, kind in keys.leaves(Config)}
    names: dict[keys.Place, str] = {}
    wrong: list[str] = []
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or not value:
            continue
        if name not in known:
            if near := difflib.get_close_matches(name, known, 1, 0.8):
                wrong.append(f"{name} is unknown; did you mean {near[0]}?")
            elif "__" in name:
                wrong.append(f"{name} is unknown; a key of [telegram] is set like TUIBAO_TELEGRAM__TOKEN")
            continue
        place, kind = known[name]
        try:
            _set(tree, place, _decode_variable(value, kind))
        except ValueError as exc:
            wrong.append(f"{name} {exc}")
        names[place] = name
    return names, wrong


def _decode_variable(value: str, kind: Any) -> Any:
    """A list is JSON, or words with commas between them; everything else is for pydantic to read."""
    if get_origin(kind) is not tuple:
        return value
    if not value.lstrip().startswith("["):
        return [word.strip() for word in value.split(",") if word.strip()]
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('must be a list as JSON, like ["telegram:42"]') from None


def _set(tree: dict[str, Any], place: keys.Place, value: Any) -> None:
    for part in place[:-1]:
        below = tree.setdefault(str(part), {})
        if not isinstance(below, dict):
            return  # no table: what is wrong with it is said when it is validated
        tree = below
    tree[str(place[-1])] = value


def _complete(tree: dict[str, Any], folder: Path) -> None:
    """Paths from the file's folder; a topic's timezone from [app]. What has a wrong type is left for validation."""
    tree.setdefault("topics", [])
    app = tree.setdefault("app", {})
    if not isinstance(app, dict) or not isinstance(tree["topics"], list):
        return
    if isinstance(data_dir := app.get("data_dir", "data"), str):
        app["data_dir"] = str(_absolute(data_dir, folder))
    for topic in tree["topics"]:
        if not isinstance(topic, dict):
            continue
        if "timezone" in app:
            topic.setdefault("timezone", app["timezone"])
        if isinstance(files := topic.get("files"), list):
            topic["files"] = [_absolute(file, folder) if isinstance(file, str) else file for file in files]


def _absolute(path: str, folder: Path) -> str:
    return os.path.normpath(folder / Path(path).expanduser())


def _contradictions(config: Config) -> Iterator[tuple[keys.Place, str]]:
    """What the types cannot say."""
    yield from _wrong_topics(config.topics)
    if config.store.url.startswith("postgresql"):
        yield ("store", "url"), 'names PostgreSQL, which is not supported yet; use "tinydb:"'
    elif config.store.url != "tinydb:":
        yield ("store", "url"), 'must be "tinydb:"'
    addresses: dict[keys.Place, str] = {
        ("x", "base_url"): config.x.base_url,
        ("llm", "base_url"): config.llm.base_url,
        ("telegram", "base_url"): config.telegram.base_url,
        ("discord", "api_url"): config.discord.api_url,
    }
    for place, address in addresses.items():
        if not re.match(r"https?://[^/\s]", address):
            yield place, f"must be an address with http:// or https://, not {address!r}"
    yield from _unsupported(config)
    for place, secret in _secrets(config).items():
        if not re.fullmatch(r"[!-~]*", secret.get_secret_value()):
            yield place, "holds white space or a character that no token has; copy it again"


def _unsupported(config: Config) -> Iterator[tuple[keys.Place, str]]:
    """What the design names and the program does not do yet: said, not silently ignored."""
    if config.telegram.webhook:
        yield ("telegram", "webhook"), "is not supported yet; leave it empty, the bot polls"


def _wrong_topics(topics: Sequence[Topic]) -> Iterator[tuple[keys.Place, str]]:
    if not topics:
        yield ("topics",), "is missing; add a [[topics]] table with a name and a query"
    names = [topic.name for topic in topics]
    for number, topic in enumerate(topics):
        if topic.name in names[:number]:
            yield ("topics", number, "name"), f"is {topic.name!r} for the second time; give each topic its own name"
        if not (topic.query or topic.users or topic.lists or topic.feeds or topic.files):
            yield ("topics", number), "has nothing to read; give it one of query, users, lists, feeds, files"
        if not topic.schedule:
            yield ("topics", number, "schedule"), 'is empty; give it a time of day, like "08:00"'


def _secrets(config: Config) -> dict[keys.Place, SecretStr]:
    return {
        ("x", "bearer_token"): config.x.bearer_token,
        ("llm", "api_key"): config.llm.api_key,
        ("telegram", "token"): config.telegram.token,
        ("discord", "token"): config.discord.token,
    }
