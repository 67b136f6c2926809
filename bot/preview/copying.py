"""A store over a copy of the data folder: read as it is, changed without a trace.

The state is copied, reports are linked one by one: a store that writes puts a new file in the place of a link, and
never through it. The data folder's lock is not taken, so the bot may run meanwhile; its files are whole at any moment.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store.journal import find_journals
from bot.store.tiny import TinyStore
from report.errors import InputError


@asynccontextmanager
async def copied_store(data_dir: Path) -> AsyncIterator[TinyStore]:
    """InputError where nothing has been stored there."""
    with tempfile.TemporaryDirectory(prefix="tuibao-preview-") as name:
        _copy(data_dir, Path(name))
        async with await TinyStore.open(Path(name)) as store:
            yield store


def _copy(data_dir: Path, copy: Path) -> None:
    found = [path for path in sorted(data_dir.glob("state.json*")) if path.name in {"state.json", "state.json.1"}]
    reports = sorted((data_dir / "reports").glob("*.json"))
    if not found and not reports:
        raise InputError(f"preview: nothing is stored in {data_dir}; make a report first, or name another --data-dir")
    for path in found:
        shutil.copy2(path, copy / path.name)
    for path in find_journals(data_dir).values():  # after the states: those that go on from them stay there
        shutil.copy2(path, copy / path.name)
    (copy / "reports").mkdir()
    for path in reports:
        (copy / "reports" / path.name).symlink_to(path.absolute())
