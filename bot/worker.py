"""A report in a process of its own: the event loop that answers readers is never held up, and what the heavy
libraries take is given back when the process ends.

The child (`python -m bot.worker`) reads a Job from its standard input and writes JSON lines: {"progress": …} for each
step, then {"report": …} or {"error": …}. Its log goes to standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from typing import Any

import orjson
from pydantic import ValidationError

from bot.making import Job, run
from report.errors import InputError, ModelError, NothingToReport, SourceError, TuibaoError
from report.model import Progress, Report

LINE_LIMIT = 64 * 2**20  # bytes of one line: a report of a busy month
ERRORS: dict[str, type[TuibaoError]] = {
    kind.__name__: kind for kind in (InputError, ModelError, NothingToReport, TuibaoError)
}


async def make_in_child(job: Job, progress: Progress) -> Report:
    """Run the job in a child. Raises TuibaoErrors; cancelling ends the child, and so does the end of this process."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.worker"),  # -P: a bot.py in the operator's folder is not ours
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_LIMIT,
        start_new_session=True,  # Ctrl-C is for the parent, which ends the child in order
    )
    try:
        if child.stdin is None or child.stdout is None:
            raise TuibaoError("report: the process that makes it has no pipes")
        child.stdin.write(job.encode() + b"\n")  # and left open: its end tells the child that we are gone
        async for line in child.stdout:
            said: dict[str, Any] = orjson.loads(line)
            if "progress" in said:
                progress(said["progress"])
            elif "report" in said:
                return await asyncio.to_thread(Report.model_validate, said["report"])
            else:
                raise _decode_error(said["error"])
        status = await child.wait()
        raise TuibaoError(f"report: the process that makes it ended with status {status}; what it said stands above")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()


def _encode_error(error: TuibaoError) -> dict[str, str]:
    if isinstance(error, SourceError):
        return {"kind": "SourceError", "source": error.source, "reason": error.reason}
    kind = next(kind for kind in type(error).__mro__ if kind.__name__ in ERRORS)
    return {"kind": kind.__name__, "reason": str(error), "words": error.words}


def _decode_error(said: dict[str, str]) -> TuibaoError:
    if said["kind"] == "SourceError":
        return SourceError(said["source"], said["reason"])
    return ERRORS[said["kind"]](said["reason"], words=said["words"])


def _end_with_parent() -> None:
    """Wait for the end of the pipe, which comes when the parent is gone: nobody waits for the report any more."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> int:
    """The child's life."""
    from bot.log import set_up  # noqa: PLC0415  only the child sets up its own log

    try:
        job = Job.model_validate_json(sys.stdin.buffer.readline())
    except ValidationError:
        return 1  # the parent ended before it had said what to make; its words may hold a key
    set_up(secrets=[secret.get_secret_value() for secret in (job.x.bearer_token, job.llm.api_key)])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    out = sys.stdout.buffer

    def say(what: dict[str, Any]) -> None:
        out.write(orjson.dumps(what) + b"\n")
        out.flush()

    try:
        report = asyncio.run(run(job, lambda line: say({"progress": line})))
    except TuibaoError as error:
        say({"error": _encode_error(error)})
        return 1
    say({"report": report.model_dump(mode="json")})
    return 0


if __name__ == "__main__":
    sys.exit(main())
