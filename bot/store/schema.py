"""The shape of state.json: tables of documents by id, one document a line, version 3.

In: bytes. Out: tables, of this version, and the number of the journal that goes on from there. `check_documents`: every
document is valid and stands under its own key, or Damaged with the place. An older version is migrated step by step; a
newer one is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

import orjson
from pydantic import ValidationError

from bot.model import Delivery, ReportEntry, RunMark, Told
from handlers.chats import ChatSettings, Subscription
from handlers.store import Restored
from report.errors import InputError

Row = dict[str, Any]
Tables = dict[str, dict[str, Row]]
Migration = Callable[[Tables], Tables]
EncodedDelivery = tuple[Row, tuple[str, Row]]  # its document, which names its parts by their hash; hash and parts

VERSION = 3


class Damaged(Exception):
    """The file is not what this program writes; the message says where."""


def _give_several_hours(tables: Tables) -> Tables:
    """Version 2: a subscription has any number of hours."""
    rows = tables.get("subscriptions", {})
    for row in rows.values():
        hour = row.pop("hour", None)
        row["hours"] = [hour] if hour else []
    return tables


def _begin_journal(tables: Tables) -> Tables:
    """Version 3: what changes after state.json was written stands in journals."""
    return tables


MIGRATIONS: Mapping[int, Migration] = {1: _give_several_hours, 2: _begin_journal}  # from version n to n + 1


def encode_state(tables: Tables, journal: int = 0) -> bytes:
    """JSON with a document on each line, and the journal that goes on. Other threads can run between two documents."""
    tables = {**tables, "meta": {"schema": {"version": VERSION}, "journal": {"number": journal}}}
    return b"{\n" + b",\n".join(_encode_table(name, rows) for name, rows in tables.items()) + b"\n}\n"


def _encode_table(name: str, rows: Mapping[str, Row]) -> bytes:
    documents = b",\n".join(orjson.dumps(key) + b": " + orjson.dumps(row) for key, row in rows.items())
    return orjson.dumps(name) + b": {\n" + documents + b"\n}"


def decode_state(
    content: bytes, *, version: int = VERSION, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Tables, int]:
    """The tables, and the number of their journal. Damaged; InputError where a newer program wrote the file."""
    try:
        tables = orjson.loads(content)
    except orjson.JSONDecodeError as exc:
        raise Damaged(f"no JSON: {exc}") from exc
    _check_shape(tables)
    found = tables.get("meta", {}).get("schema", {}).get("version")
    if not isinstance(found, int) or found < 1:
        raise Damaged("meta.schema.version is missing")
    if found > version:
        raise InputError(
            f"store: state.json is of version {found}, this program knows {version}; it was written by a newer tuibao: "
            "upgrade this one, or put state.json of before the upgrade back"
        )
    for step in range(found, version):
        tables = migrations[step](tables)
    number = tables.pop("meta").get("journal", {}).get("number", 0)
    if not isinstance(number, int):
        raise Damaged("meta.journal.number is none")
    return tables, number


def _check_shape(tables: Any) -> None:
    if not isinstance(tables, dict):
        raise Damaged("not an object of tables")
    for name, rows in tables.items():
        if not isinstance(rows, dict):
            raise Damaged(f"{name} is no table")
        for key, row in rows.items():
            if not isinstance(row, dict):
                raise Damaged(f"{name}: {key!r} is no document")


def check_documents(tables: Tables) -> None:
    parts = tables.get("parts", {})
    keys: dict[str, Callable[[Row], str]] = {
        "subscriptions": lambda row: subscription_key(Subscription.model_validate(row)),
        "deliveries": lambda row: decode_delivery(row, parts).key,
        "past": lambda row: decode_delivery(row, parts).key,
        "runs": lambda row: run_key(RunMark.model_validate(row)),
        "reports": lambda row: ReportEntry.model_validate(row).key,
        "parts": lambda row: parts_key(row["parts"]),
        "chats": lambda row: ChatSettings.model_validate(row).chat,
        "told": lambda row: Told.model_validate(row).key,
        "restored": lambda row: restored_key((post := Restored.model_validate(row)).topic, post.id),
    }
    for name, read_key in keys.items():
        for key, row in tables.get(name, {}).items():
            try:
                own = read_key(row)
            except ValidationError as exc:
                first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
                raise Damaged(f"{name}: {key!r}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from exc
            except (KeyError, TypeError) as exc:
                raise Damaged(f"{name}: {key!r}: {exc} is missing or of another kind") from exc
            if own != key:
                raise Damaged(f"{name}: {key!r} holds what belongs under {own!r}")


def subscription_key(subscription: Subscription) -> str:
    return f"{subscription.chat} {subscription.topic}"


def restored_key(topic: str, post_id: str) -> str:
    return f"{topic} {post_id}"


def run_key(run: RunMark) -> str:
    return f"{run.topic} {run.due.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def parts_key(parts: Any) -> str:
    """A hash of what they say: chats that get the same parts share them."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def encode_delivery(delivery: Delivery) -> EncodedDelivery:
    row = delivery.model_dump(mode="json", exclude={"parts"}, exclude_defaults=True) | {"state": delivery.state}
    parts = list(delivery.parts)
    key = parts_key(parts)
    return row | {"parts": key}, (key, {"parts": parts})


def decode_delivery(row: Row, parts: Mapping[str, Row]) -> Delivery:
    return Delivery.model_validate(row | {"parts": parts[row["parts"]]["parts"]})
