"""A line for each record, and no secret in any."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import log
from bot.log import Lines, mask, set_up

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    levels = {name: logging.getLogger(name).level for name in log.CHATTY}
    yield io.StringIO()
    root.setLevel(level)
    root.handlers[:] = handlers
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(capture=False)


def line(message: str, *arguments: object, **extra: object) -> str:
    record = logging.LogRecord("bot", logging.INFO, "", 0, message, arguments, None)
    vars(record).update(extra)
    return Lines().format(record)


def test_a_line_has_time_level_sentence_and_fields(stream: io.StringIO) -> None:
    set_up("info", stream=stream)
    logging.getLogger("bot.outbox").info(
        "report %s sent",
        "twitter_ai_20260107_20260107",
        extra={"action": "send", "chats": 3, "title": "读者 群", "empty": ""},
    )
    moment, rest = stream.getvalue().split(" ", 1)
    assert datetime.fromisoformat(moment).tzinfo is not None
    assert rest == 'INFO report twitter_ai_20260107_20260107 sent action=send chats=3 title="读者 群" empty=""\n'


def test_without_a_stream_lines_go_to_what_stderr_is_then(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    monkeypatch.setattr("sys.stderr", stream)
    logging.getLogger("bot").info("started")
    assert stream.getvalue().endswith(" INFO started\n")


def test_records_below_the_level_and_the_chatter_of_libraries_stay_out(stream: io.StringIO) -> None:
    set_up("DEBUG", stream=stream)
    set_up("INFO", stream=stream)
    logging.getLogger("bot").debug("detail")
    for name in ("httpx", "apscheduler.scheduler", "discord.gateway", "telegram.ext"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("%s warns", name)
    logging.getLogger("bot").info("once")
    assert [words.split(" ", 1)[1] for words in stream.getvalue().splitlines()] == [
        "WARNING httpx warns",
        "WARNING apscheduler.scheduler warns",
        "WARNING discord.gateway warns",
        "WARNING telegram.ext warns",
        "INFO once",
    ]


def test_a_traceback_follows_its_line_indented_and_without_secrets(stream: io.StringIO) -> None:
    set_up(logging.INFO, secrets=["hunter2hunter2"], stream=stream)
    try:
        int("hunter2hunter2")
    except ValueError:
        logging.getLogger("bot").exception("telegram: not connected", extra={"action": "start"})
    first, *trace = stream.getvalue().splitlines()
    assert first.endswith("ERROR telegram: not connected action=start")
    assert all(words.startswith("    ") for words in trace)
    assert trace[-1] == "    ValueError: invalid literal for int() with base 10: '•••'"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", "POST https://api.telegram.org/bot•••/sendMessage"),
        ("GET /bot123456:ABC/getMe", "GET /bot•••/getMe"),
        ("GET /file/bot123456%3AABC/a.jpg", "GET /file/bot•••/a.jpg"),
        (f"token {TOKEN} refused", "token ••• refused"),
        ("Authorization: Bearer AAAAAAAAAAAAAAAAAAAAA%2Fx=", "Authorization: Bearer •••"),
        ("authorization: bearer abcdefgh12345", "authorization: bearer •••"),
        ("Bot " + "M" * 24 + ".GaBcDe." + "x" * 38, "Bot •••"),
        ("key sk-proj-abcdefghijklmnop0123 refused", "key ••• refused"),
        ("postgresql://user:pa55w0rd@db:5432/tuibao", "postgresql://•••@db:5432/tuibao"),
        ("https://example.org/feed?token=abc123&n=1", "https://example.org/feed?token=•••&n=1"),
        (
            "https://example.org:8443/a@b chat telegram:-1001234567890",
            "https://example.org:8443/a@b chat telegram:-1001234567890",
        ),
        (
            "report twitter_ai_20260107_20260107 revision 2 at 08:00",
            "report twitter_ai_20260107_20260107 revision 2 at 08:00",
        ),
        ("the bot 12 sent", "the bot 12 sent"),
    ],
)
def test_what_has_the_form_of_a_secret_is_masked_and_nothing_else(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert line("%s", text).endswith(masked)


def test_given_secrets_are_masked_in_fields_and_as_addresses_have_them() -> None:
    secret = "p/ss+word=="
    record = logging.LogRecord("bot", logging.INFO, "", 0, "tried p%%2Fss%%2Bword%%3D%%3D", (), None)
    vars(record).update({"header": secret, "list": [secret]})
    assert secret not in Lines([secret]).format(record)
    assert "p%2Fss" not in mask("tried p%2Fss%2Bword%3D%3D", [secret])


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    assert mask("abcdef-ghijkl", ["abcdef", "abcdef-ghijkl"]) == "•••"


@given(st.text(), st.text())
def test_a_record_is_one_line_whatever_is_said(message: str, field: str) -> None:
    written = line("%s", message, said=field)
    assert len(written.splitlines()) == 1
    assert not any(ord(sign) < 32 and sign != "\t" for sign in written)


@given(st.text(min_size=log.SHORTEST_SECRET), st.text(), st.text())
def test_a_given_secret_is_in_no_text(secret: str, before: str, after: str) -> None:
    masked = mask(before + secret + after, [secret])
    assert secret not in masked.replace(log.MASK, "") or secret in (before + after)
