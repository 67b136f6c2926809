"""Reading single fields of rows that others wrote: ids, times, counts, texts, addresses.

In: values of decoded JSON, of any type. Out: clean values. Always holds: an id never passes through a float, a count
that is not given is None, a time is aware. What is missing or unusable raises BadRow with a reason in Chinese.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from report.model import STATUS_URL, Author

Row = Mapping[str, Any]
NOTHING: Row = MappingProxyType({})
ID = re.compile(r"\d{1,25}")
OLD_TIME = "%a %b %d %H:%M:%S %z %Y"
MEDIA = ("pic.twitter.com/", "pic.x.com/")


class BadRow(ValueError):
    """A row that no post can be made of; the message names what is missing, as a reader may see it."""


def mapping(value: object) -> Row:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else NOTHING


def sequence(value: object) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def read_id(value: object) -> str:
    """An X id as text. BadRow where it is missing, no number, or was a float, whose last digits are lost."""
    if value is None or value == "":
        raise BadRow("缺 id")
    if isinstance(value, float):
        raise BadRow(f"id 是浮点数（{value!r}），末几位已经丢失")
    text = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not ID.fullmatch(text):
        raise BadRow(f"id 「{text[:40]}」不是数字")
    return text


def read_reference(value: object) -> str | None:
    """The id of another post, None where there is none or it cannot be trusted."""
    try:
        return read_id(value)
    except BadRow:
        return None


def read_time(value: object) -> datetime:
    """ISO 8601 or X's old form (`Mon Apr 27 13:07:40 +0000 2015`). Without an offset it is UTC, as all times of X."""
    if not isinstance(value, str) or not value.strip():
        raise BadRow("缺时间")
    text = value.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.strptime(text, OLD_TIME)  # noqa: DTZ007  it has %z
        except ValueError:
            raise BadRow(f"时间「{text[:40]}」读不懂") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_count(value: object) -> int | None:
    """A metric: a whole number from 0 up, None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read_text(value: object) -> str:
    """A post's text: HTML entities decoded, nothing in it that is no character. BadRow where there is none."""
    if not isinstance(value, str):
        raise BadRow("缺正文")
    return clean(html.unescape(value))


def clean(text: str) -> str:
    """The text without NUL; pairs of surrogates joined, lone ones replaced by U+FFFD."""
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read_urls(entities: object) -> tuple[str, ...]:
    """The addresses of a post's entities, expanded where given, without those of its own pictures, each once."""
    found: dict[str, None] = {}
    for entity in sequence(mapping(entities).get("urls")):
        if isinstance(entity, str):
            found[entity] = None
            continue
        fields = mapping(entity)
        if str(fields.get("display_url", "")).startswith(MEDIA):
            continue
        address = fields.get("unwound_url") or fields.get("expanded_url") or fields.get("url")
        if isinstance(address, str):
            found[address] = None
    return tuple(clean(url) for url in found if url.startswith(("http://", "https://")))


def read_author(*rows: object, url: object = "") -> Author:
    """The author from the first row that has a handle under one of its names, else from the post's address."""
    for row in map(mapping, rows):
        handle = _first_text(row, ("handle", "username", "userName", "screen_name")).strip().removeprefix("@")
        if handle:
            return _author_named(handle, row)
    if isinstance(url, str) and (found := STATUS_URL.match(url)):
        return Author(handle=found[1])
    raise BadRow("缺作者")


def _author_named(handle: str, row: Row) -> Author:
    bio = row.get("bio") or row.get("description") or mapping(row.get("profile_bio")).get("description")
    counts = (
        row.get("followers"),
        row.get("followers_count"),
        mapping(row.get("public_metrics")).get("followers_count"),
    )
    return Author(
        handle=clean(handle),
        name=read_text(row.get("name") or ""),
        bio=read_text(bio or ""),
        id=read_reference(row.get("id_str") or row.get("id")),
        followers=next((count for count in map(read_count, counts) if count is not None), None),
    )


def _first_text(row: Row, names: Iterable[str]) -> str:
    return next((value for name in names if isinstance(value := row.get(name), str) and value), "")
