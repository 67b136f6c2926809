"""The log: on stderr, a line for each record: time, level, sentence, then the extra fields as name=value.

Always holds: no line carries a secret; what a chat says cannot begin a line of its own or steer a terminal. A traceback
follows its line, indented.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import quote

# Of these, what they do is in our own sentences; their warnings are passed on.
_CHATTY = """
aiohttp apscheduler asyncio discord filelock hpack httpcore httpcore2 httpx httpx2 jieba oauthlib openai
PIL requests_oauthlib telegram tweepy urllib3 wordcloud
"""
CHATTY = tuple(_CHATTY.split())
SHORTEST_SECRET = 5  # shorter ones would blot out ordinary words
MASK = "•••"
SECRETS = re.compile(
    r"(?<=bot)\d{5,}(?::|%3A)[\w-]+"  # Telegram's, in an address
    r"|\b\d{6,12}:[\w-]{30,}"  # Telegram's, alone
    r"|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # Discord's
    r"|\bsk-[\w-]{16,}"  # OpenAI's
    r"|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)"  # user:password in an address
    r"|(?i:(?<=bearer )|(?<=bearer%20))[\w.~+/%=-]{8,}"
    r"|(?i:(?<=[?&]token=)|(?<=api_key=)|(?<=apikey=))[^\s&'\"]+",
    re.ASCII,
)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


def set_up(level: str | int = "INFO", *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every record of that level or above to the stream (stderr), without the secrets.

    Called again, it replaces what it set up before.
    """
    handler = OurHandler(stream)
    handler.setFormatter(Lines(secrets))
    root = logging.getLogger()
    for older in [older for older in root.handlers if isinstance(older, OurHandler)]:
        root.removeHandler(older)
    root.addHandler(handler)
    root.setLevel(level.upper() if isinstance(level, str) else level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets and without whatever has the form of one."""
    forms = {form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in (secret, quote(secret, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return SECRETS.sub(MASK, text)


class OurHandler(logging.StreamHandler[TextIO]):
    """The one that `set_up` put there. Without a stream it writes to what stderr is at that moment."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._to_stderr = stream is None

    def emit(self, record: logging.LogRecord) -> None:
        if self._to_stderr:
            self.stream = sys.stderr
        super().emit(record)


class Lines(logging.Formatter):
    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        fields = [f"{name}={_value(value)}" for name, value in vars(record).items() if name not in STANDARD]
        line = _one_line(" ".join([moment, record.levelname, record.getMessage(), *fields]))
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += "".join(f"\n    {_one_line(part)}" for part in trace.splitlines())
        return mask(line, self._secrets)


def _value(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r'[^\s"=]+', value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _one_line(words: str) -> str:
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), words)
