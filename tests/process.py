"""`tuibao run` as a process: started, read until it says something, stopped as an operator would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

TUIBAO = Path(sys.executable).with_name("tuibao")


class Program:
    """`async with Program("run", "--config", path) as program`; then `await program.says("ready")`."""

    def __init__(self, *arguments: str, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> None:
        self._arguments = arguments
        self._environ = {**os.environ, "NO_COLOR": "1", **(environ or {})}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._heard = asyncio.Condition()
        self.lines: list[str] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            str(TUIBAO), *self._arguments,
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, env=self._environ, cwd=self._folder,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        assert self._reading is not None
        await self._reading

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def says(self, words: str, timeout_s: float = 60) -> str:
        """The first line with these words; TimeoutError with all that was said."""
        try:
            async with asyncio.timeout(timeout_s), self._heard:
                while not (found := [line for line in self.lines if words in line]):
                    if self.process.returncode is not None:
                        break
                    await self._heard.wait()
        except TimeoutError:
            found = []
        if not found:
            raise TimeoutError(f"it never said {words!r}:\n" + "\n".join(self.lines))
        return found[0]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """A signal; the exit status."""
        self.process.send_signal(how)
        async with asyncio.timeout(20):
            return await self.process.wait()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self._heard:
                self.lines.append(line.decode().rstrip())
                self._heard.notify_all()
        await self.process.wait()
        async with self._heard:
            self._heard.notify_all()
