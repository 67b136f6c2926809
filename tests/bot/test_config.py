"""A configuration loads whole or not at all, and everything that is wrong is said with its key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot import keys
from bot.config import Config, load, secret_values
from report.errors import InputError
from report.model import Topic

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
COMMENTED_KEY = re.compile(r"^#(?=\w+ = )", re.MULTILINE)
TOPIC = '[[topics]]\nname = "ai"\nquery = "AI"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "tuibao.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        load(path, environ or {})
    return str(caught.value).replace(f"{path}", "FILE")


def test_the_smallest_configuration_is_a_topic(tmp_path: Path) -> None:
    config = load(write(tmp_path, TOPIC), {})
    assert config.topics[0] == Topic(name="ai", query="AI")
    assert config.app.data_dir == tmp_path / "data"


def test_paths_are_meant_from_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/srv/reader")
    text = '[app]\ndata_dir = "../kept"\n' + TOPIC + 'files = ["posts/a.jsonl", "/srv/b.jsonl", "~/c.jsonl"]\n'
    config = load(write(tmp_path, text), {})
    assert config.app.data_dir == tmp_path.parent / "kept"
    assert config.topics[0].files == (f"{tmp_path}/posts/a.jsonl", "/srv/b.jsonl", "/srv/reader/c.jsonl")


def test_a_topic_without_a_timezone_has_the_programs(tmp_path: Path) -> None:
    text = '[app]\ntimezone = "Asia/Tokyo"\n' + TOPIC + '[[topics]]\nname = "b"\nquery = "B"\ntimezone = "UTC"\n'
    assert [topic.timezone for topic in load(write(tmp_path, text), {}).topics] == ["Asia/Tokyo", "UTC"]


def test_the_program_speaks_chinese_unless_it_is_told_to_speak_english(tmp_path: Path) -> None:
    assert load(write(tmp_path, TOPIC), {}).app.language == "zh"
    assert load(write(tmp_path, '[app]\nlanguage = "en"\n' + TOPIC), {}).app.language == "en"


def test_without_a_path_it_is_the_file_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        InputError, match=r"tuibao\.toml is not there; make it with `cp config\.example\.toml tuibao\.toml`"
    ):
        load(None, {})
    write(tmp_path, TOPIC)
    assert load(None, {}).app.data_dir == tmp_path / "data"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    environ = {
        "TUIBAO_TELEGRAM__TOKEN": "1:environment",
        "TUIBAO_X__PRICES__POST_USD": "0.25",
        "TUIBAO_APP__ADMINS": "telegram:1, discord:2",
        "TUIBAO_WEB__PORT": "8080",
        "TUIBAO_DISCORD__TOKEN": "",
        "TUIBAO_CONFIG": "not a key of the file",
        "PATH": "/bin",
    }
    text = '[telegram]\ntoken = "1:file"\n[discord]\ntoken = "file"\n' + TOPIC
    config = load(write(tmp_path, text), environ)
    assert config.telegram.token.get_secret_value() == "1:environment"
    assert config.discord.token.get_secret_value() == "file"
    assert config.x.prices.post_usd == 0.25
    assert config.app.admins == ("telegram:1", "discord:2")
    assert config.web.port == 8080
    assert secret_values(config) == ("1:environment", "file")


def test_topics_may_come_from_the_environment_as_json(tmp_path: Path) -> None:
    environ = {"TUIBAO_TOPICS": '[{"name": "ai", "feeds": ["https://example.org/feed"]}]'}
    assert load(write(tmp_path, ""), environ).topics[0].feeds == ("https://example.org/feed",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "FILE: topics is missing; add a [[topics]] table with a name and a query"),
        ("topics = 3", 'FILE:1: topics must be a list, like ["…"], not 3'),
        ("[[topics]]\nquery = 'a'", "FILE:1: topics[0].name is missing"),
        (
            TOPIC + '[[topics]]\nname = "b"',
            "FILE:4: topics[1] has nothing to read; give it one of query, users, lists, ",
        ),
        (TOPIC + TOPIC, "FILE:5: topics[1].name is 'ai' for the second time"),
        (TOPIC + 'timezone = "Asia/Peking"', "FILE:4: topics[0].timezone 'Asia/Peking' is unknown; write one"),
        (
            TOPIC + 'schedule = ["8:00"]',
            "FILE:4: topics[0].schedule[0] must be times of day, like \"08:00\", not '8:00'",
        ),
        (TOPIC + 'schedule = "08:00"', "FILE:4: topics[0].schedule must be a list, like [\"…\"], not '08:00'"),
        (TOPIC + "schedule = []", "FILE:4: topics[0].schedule is empty; give it a time of day"),
        (TOPIC + "lists = [123]", "FILE:4: topics[0].lists[0] must be text in quotes, not 123"),
        (TOPIC + 'qeury = "x"', "FILE:4: topics[0].qeury is unknown; did you mean query?"),
        (TOPIC + 'window = "week"', "FILE:4: topics[0].window must be 'yesterday', 'last-24h' or 'today', not 'week'"),
        (TOPIC.replace("ai", "AI News"), "FILE:2: topics[0].name must be lower-case letters, digits and _, at most 24"),
        (TOPIC + "[telegramm]\ntoken = 'secret'", "FILE:4: telegramm is unknown; did you mean telegram?"),
        ("token = 'secret'\n" + TOPIC, "FILE:1: token is unknown; did you mean telegram.token or discord.token?"),
        (TOPIC + "[web]\nport = 70000", "FILE:5: web.port must be less than or equal to 65535, not 70000"),
        (TOPIC + "[x]\ntoken = 'secret'", "FILE:5: x.token is unknown; did you mean bearer_token?"),
        (TOPIC + "[llm]\nconcurrency = 1.5", "FILE:5: llm.concurrency must be a whole number, not 1.5"),
        (TOPIC + "[app]\nadmins = [42]", "FILE:5: app.admins[0] must be text in quotes, not 42"),
        (TOPIC + '[app]\nadmins = ["42"]', 'FILE:5: app.admins[0] must be written like "telegram:42" or'),
        (TOPIC + "[x.prices]\npost_eur = 1", "FILE:5: x.prices.post_eur is unknown; did you mean post_usd?"),
        (TOPIC + '[x]\nbase_url = "api.x.com"', "FILE:5: x.base_url must be an address with http:// or https://, not "),
        (
            TOPIC + '[store]\nurl = "postgresql://u:p@db/t"',
            "FILE:5: store.url names PostgreSQL, which is not supported",
        ),
        (TOPIC + '[store]\nurl = "mysql:"', 'FILE:5: store.url must be "tinydb:"'),
        (TOPIC + "[telegram]\ntoken = 3", "FILE:5: telegram.token must be text in quotes"),
        (TOPIC + '[telegram]\ntoken = "1:secret\\n"', "FILE:5: telegram.token holds white space or a character"),
        (TOPIC + "telegram = 3", "FILE:4: topics[0].telegram is unknown; known here: name, title, query"),
        ("telegram = 3\n" + TOPIC, "FILE:1: telegram must be a table of keys, not 3"),
        ("[telegram]\ntoken = 123:secret", "FILE is no TOML: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    said = refusal(tmp_path, text)
    assert said.startswith(f"config: {sentence}")
    assert "\n" not in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TUIBAO_TELEGRAM_TOKEN", "1:secret", "TUIBAO_TELEGRAM_TOKEN is unknown; did you mean TUIBAO_TELEGRAM__TOKEN?"),
        ("TUIBAO_FEED__ADDRESS", "secret", "TUIBAO_FEED__ADDRESS is unknown; a key of [telegram] is set like "),
        ("TUIBAO_WEB__PORT", "many", "TUIBAO_WEB__PORT: web.port must be a whole number, not 'many'"),
        ("TUIBAO_APP__ADMINS", "[1", "TUIBAO_APP__ADMINS must be a list as JSON"),
        ("TUIBAO_X__BEARER_TOKEN", "the secret", "TUIBAO_X__BEARER_TOKEN: x.bearer_token holds white space"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    said = refusal(tmp_path, TOPIC, {name: value})
    assert said.startswith(f"config: {sentence}")
    assert "secret" not in said.replace("x.bearer_token", "")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, TOPIC + "colour = 1\n[web]\nport = -1", {"TUIBAO_TELEGRAM_TOKEN": "1:x"})
    assert len(said.splitlines()) == 3
    assert all(line.startswith("config: ") for line in said.splitlines())


def test_a_token_in_the_wrong_place_is_masked(tmp_path: Path) -> None:
    token = "123456789:" + "A" * 35
    said = refusal(tmp_path, f'{TOPIC}[telegram]\nbase_url = "{token}"')
    assert "telegram.base_url must be an address" in said
    assert token not in said


def test_a_file_that_is_no_utf_8_is_said(tmp_path: Path) -> None:
    (tmp_path / "tuibao.toml").write_bytes('title = "人工智能"'.encode("gb18030"))
    with pytest.raises(InputError, match="is not in UTF-8"):
        load(tmp_path / "tuibao.toml", {})


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2), max_leaves=4
    )
)
def test_no_value_of_a_variable_ends_in_anything_but_a_sentence(value: Any) -> None:
    said = []
    for name in ("TUIBAO_APP__ADMINS", "TUIBAO_TOPICS", "TUIBAO_LLM__CONCURRENCY", "TUIBAO_X__PRICES__POST_USD"):
        try:
            load(EXAMPLE, {name: json.dumps(value)})
        except InputError as error:
            said.append(str(error))
    assert all(line.startswith("config: ") for words in said for line in words.splitlines())


def fields(model: type[BaseModel], place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {tuple(map(str, leaf)) for leaf, _ in keys.leaves(model)}
    return {(*place, *leaf) for leaf in found}


def test_the_example_documents_every_key_and_no_other() -> None:
    text = COMMENTED_KEY.sub("", EXAMPLE.read_text("utf-8"))
    tree = tomllib.loads(text)
    written = {(section, key) for section, table in tree.items() if isinstance(table, dict) for key in table}
    expected = {leaf[:2] for leaf in fields(Config) if leaf != ("topics",)}
    assert written == expected
    assert set(tree["topics"][0]) == set(Topic.model_fields)
    for section in ("x", "llm"):
        assert {(section, "prices", key) for key in tree[section]["prices"]} == {
            leaf for leaf in fields(Config) if leaf[:2] == (section, "prices")
        }


def test_the_example_loads_as_it_is_and_with_every_key_uncommented(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    config = load(write(tmp_path, text), {})
    assert [topic.name for topic in config.topics] == ["ai", "finance"]
    assert load(write(tmp_path, COMMENTED_KEY.sub("", text)), {}) == config, "what is commented out is the default"
    assert all(len(topic.query) <= 512 for topic in config.topics)


def test_the_example_stands_in_the_order_in_which_a_newcomer_fills_it_in() -> None:
    headers = re.findall(r"^\[+(\w+)\]+", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert headers == ["telegram", "discord", "x", "llm", "topics", "topics", "app", "web", "store"]
