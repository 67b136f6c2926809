"""Whatever happens to the files: what was acknowledged is found again, or it is said loudly what was lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.store.disk import StoreError
from bot.store.journal import find_journals
from bot.store.schema import Damaged, check_documents, decode_state, encode_state
from bot.store.tiny import TinyStore
from report.errors import InputError
from tests.bot.store.values import abandon, chats, filled, now, report, subscription

BROKEN = "state.json.broken-20260108T000000"


async def test_a_file_torn_at_any_length_is_set_aside_and_the_generation_before_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(tmp_path)
    state, older = tmp_path / "state.json", tmp_path / "state.json.1"
    whole, before = state.read_bytes(), older.read_bytes()
    journals = {path.name: path.read_bytes() for path in find_journals(tmp_path).values()}
    lengths = {0, 1, 2, len(whole) - 4, *range(3, len(whole) - 3, len(whole) // 40)}
    for length in sorted(lengths):
        state.write_bytes(whole[:length])
        older.write_bytes(before)
        for name, content in journals.items():
            (tmp_path / name).write_bytes(content)
        found, (warning,) = await chats(tmp_path)
        assert found == {"telegram:1", "telegram:2"}
        assert (tmp_path / BROKEN).read_bytes() == whole[:length]
        for path in (str(state), str(tmp_path / BROKEN), str(older)):
            assert path in warning
            assert path in caplog.text
        (tmp_path / BROKEN).unlink()
        assert await chats(tmp_path) == ({"telegram:1", "telegram:2"}, ())


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"lock"}


def unknown_field(state: dict[str, Any]) -> None:
    state["subscriptions"]["telegram:2 ai"]["colour"] = "red"


def no_field(state: dict[str, Any]) -> None:
    del state["subscriptions"]["telegram:2 ai"]["chat"]


def wrong_key(state: dict[str, Any]) -> None:
    state["subscriptions"]["telegram:9 ai"] = state["subscriptions"].pop("telegram:2 ai")


def lost_parts(state: dict[str, Any]) -> None:
    state["parts"].clear()


def naive_time(state: dict[str, Any]) -> None:
    state["runs"]["ai 2026-01-08T00:00:00Z"]["due"] = "2026-01-08T08:00:00"


def no_version(state: dict[str, Any]) -> None:
    del state["meta"]


def no_table(state: dict[str, Any]) -> None:
    state["subscriptions"] = ["telegram:2"]


def no_document(state: dict[str, Any]) -> None:
    state["subscriptions"]["telegram:2 ai"] = "08:00"


@pytest.mark.parametrize(
    "edit", [unknown_field, no_field, wrong_key, lost_parts, naive_time, no_version, no_table, no_document]
)
async def test_a_file_that_a_hand_damaged_is_set_aside(tmp_path: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    await filled(tmp_path)
    path = tmp_path / "state.json"
    state = json.loads(path.read_bytes())
    edit(state)
    path.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    found, warnings = await chats(tmp_path)
    assert found == {"telegram:1", "telegram:2"}
    assert len(warnings) == 1
    assert json.loads((tmp_path / BROKEN).read_bytes()) == state


async def test_a_good_edit_by_hand_is_taken(tmp_path: Path) -> None:
    await filled(tmp_path)
    path = tmp_path / "state.json"
    state = json.loads(path.read_text("utf-8"))
    for row in state["subscriptions"].values():
        row["hours"] = ["06:30"]
    path.write_text(json.dumps(state), encoding="utf-8")
    async with await TinyStore.open(tmp_path) as store:
        assert {kept.hours for kept in await store.subscriptions()} == {("06:30",)}


async def test_with_both_generations_broken_it_refuses_to_start_and_moves_nothing(tmp_path: Path) -> None:
    await filled(tmp_path)
    for name in ("state.json", "state.json.1"):
        (tmp_path / name).write_bytes(b'{"torn')
    names = names_in(tmp_path)
    for _ in range(2):
        with pytest.raises(InputError, match=r"put a copy of your own in place .* move both files away"):
            await TinyStore.open(tmp_path)
    assert names_in(tmp_path) == names


async def test_a_first_generation_that_is_broken_is_not_taken_for_a_fresh_start(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_bytes(b"")
    with pytest.raises(InputError, match="unusable"):
        await TinyStore.open(tmp_path)


async def test_with_the_newer_file_gone_the_one_before_is_used_loudly(tmp_path: Path) -> None:
    await filled(tmp_path)
    (tmp_path / "state.json").unlink()
    found, (warning,) = await chats(tmp_path)
    assert found == {"telegram:1", "telegram:2"}
    assert "is not there" in warning


async def test_with_the_whole_state_gone_the_reports_are_entered_again(tmp_path: Path) -> None:
    await filled(tmp_path)
    for name in ("state.json", "state.json.1"):
        (tmp_path / name).unlink()
    async with await TinyStore.open(tmp_path) as store:
        assert await store.subscriptions() == []
        assert await store.report(report().key) == report()
        assert "is no use without it" in store.warnings[0]
        assert "1 reports" in store.warnings[1]
        await store.save_report(report(day=8))
        abandon(store)
    async with await TinyStore.open(tmp_path) as store:
        assert await store.report_keys("ai") == [report().key, report(day=8).key]


async def test_a_damaged_report_is_set_aside_and_the_revision_before_is_shown(tmp_path: Path) -> None:
    await filled(tmp_path)
    path = tmp_path / "reports" / f"{report().key}.json"
    async with await TinyStore.open(tmp_path) as store:
        await store.save_report(report(revision=2))
    path.write_bytes(path.read_bytes()[:100])
    async with await TinyStore.open(tmp_path, now=now) as store:
        assert await store.report(report().key) == report()
        assert "broken-20260108T000000" in store.warnings[0]
        assert await store.report(report().key) == report()
        assert len(store.warnings) == 1


@pytest.mark.parametrize("content", [None, b"{}", report(day=9).model_dump_json().encode()])
async def test_a_report_without_any_readable_file_is_forgotten_loudly(tmp_path: Path, content: bytes | None) -> None:
    await filled(tmp_path)
    path = tmp_path / "reports" / f"{report().key}.json"
    path.unlink() if content is None else path.write_bytes(content)
    async with await TinyStore.open(tmp_path, now=now) as store:
        assert await store.report(report().key) is None
        assert await store.report_keys("ai") == []
        assert "/regenerate makes it again" in store.warnings[-1]


async def test_a_state_of_a_newer_program_is_refused_and_stays(tmp_path: Path) -> None:
    content = encode_state({}).replace(b'"version":3', b'"version":4')
    (tmp_path / "state.json").write_bytes(content)
    with pytest.raises(InputError, match=r"version 4, this program knows 3; .* upgrade this one"):
        await TinyStore.open(tmp_path)
    assert (tmp_path / "state.json").read_bytes() == content


def of_version(version: int, **tables: object) -> bytes:
    return json.dumps({"meta": {"schema": {"version": version}}, **tables}).encode()


def test_an_older_state_is_migrated_step_by_step() -> None:
    rows = {"telegram:1 ai": subscription().model_dump(mode="json")}
    tables, journal = decode_state(
        of_version(1, readers=rows),
        version=3,
        migrations={
            1: lambda tables: {**tables, "subscriptions": tables["readers"]},
            2: lambda tables: {name: rows for name, rows in tables.items() if name != "readers"},
        },
    )
    assert (set(tables), journal) == ({"subscriptions"}, 0)


def test_a_version_that_never_was_is_damage() -> None:
    with pytest.raises(Damaged, match="version"):
        decode_state(of_version(0))


async def test_a_state_without_journals_is_migrated_at_the_start(tmp_path: Path) -> None:
    rows = {"telegram:1 ai": subscription().model_dump(mode="json")}
    (tmp_path / "state.json").write_bytes(of_version(2, subscriptions=rows))
    assert await chats(tmp_path) == ({"telegram:1"}, ())
    assert json.loads((tmp_path / "state.json").read_bytes())["meta"]["schema"] == {"version": 3}


async def test_a_data_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="ascii")
    with pytest.raises(StoreError, match=r"store: .*data was not written"):
        await TinyStore.open(tmp_path / "data")


def test_the_one_hour_of_a_version_1_subscription_becomes_its_hours() -> None:
    row = subscription().model_dump(mode="json")
    del row["hours"], row["weekdays"], row["wishes"]
    rows = {"telegram:1 ai": row | {"hour": None}, "telegram:2 ai": row | {"chat": "telegram:2", "hour": "08:30"}}
    tables, _ = decode_state(of_version(1, subscriptions=rows))
    check_documents(tables)
    assert [row["hours"] for row in tables["subscriptions"].values()] == [[], ["08:30"]]
