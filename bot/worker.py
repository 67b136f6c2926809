"""A report in a process of its own: the event loop that answers readers is never held up, and what the heavy
libraries take is given back when the process ends.

The child (`python -m bot.worker`) reads a Job from its standard input and writes JSON lines: {"progress": …} for each
step, then {"report": …} or {"error": …}. Its log goes to standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

import orjson

from bot.making import Job, run
from report.errors import InputError, ModelError, NothingToReport, SourceError, TuibaoError
from report.model import Progress, Report

LINE_LIMIT = 64 * 2**20  # bytes of one line: a report of a busy month
ERRORS: dict[str, type[TuibaoError]] = {
    kind.__name__: kind for kind in (InputError, ModelError, NothingToReport, TuibaoError)
}


async def make_in_child(job: Job, progress: Progress) -> Report:
    """Run the job in a child. Raises TuibaoErrors; cancelling ends the child."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT,
    )  # fmt: skip
    try:
        if child.stdin is None or child.stdout is None:
            raise TuibaoError("report: the process that makes it has no pipes")
        child.stdin.write(job.encode())
        child.stdin.close()
        async for line in child.stdout:
            said: dict[str, Any] = orjson.loads(line)
            if "progress" in said:
                progress(said["progress"])
            elif "report" in said:
                return await asyncio.to_thread(Report.model_validate, said["report"])
            else:
                raise _decode_error(said["error"])
        raise TuibaoError(f"report: the process that makes it ended with status {await child.wait()}; see its log")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()


def _encode_error(error: TuibaoError) -> dict[str, str]:
    if isinstance(error, SourceError):
        return {"kind": "SourceError", "source": error.source, "reason": error.reason}
    kind = next(kind for kind in type(error).__mro__ if kind.__name__ in ERRORS)
    return {"kind": kind.__name__, "reason": str(error)}


def _decode_error(said: dict[str, str]) -> TuibaoError:
    if said["kind"] == "SourceError":
        return SourceError(said["source"], said["reason"])
    return ERRORS[said["kind"]](said["reason"])


def main() -> int:
    """The child's life."""
    from bot.log import set_up  # noqa: PLC0415  only the child sets up its own log

    set_up()
    out = sys.stdout.buffer

    def say(what: dict[str, Any]) -> None:
        out.write(orjson.dumps(what) + b"\n")
        out.flush()

    job = Job.model_validate_json(sys.stdin.buffer.read())
    try:
        report = asyncio.run(run(job, lambda line: say({"progress": line})))
    except TuibaoError as error:
        say({"error": _encode_error(error)})
        return 1
    say({"report": report.model_dump(mode="json")})
    return 0


if __name__ == "__main__":
    sys.exit(main())
