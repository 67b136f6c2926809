"""What to do when the model's server says no: try again, ask in another shape, or give up with a sentence.

In: an error status with its words. Out: an exception to raise. Always holds: the key is in no sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from report.errors import ModelError
from report.settings import LlmSettings

ANOTHER_SHAPE = {400, 404, 415, 422, 500, 501}
BUSY = {408, 409, 425, 429, *range(500, 600)}
LONGEST_REASON = 200


class TryAgain(Exception):
    """Nobody was home. `after_s` is what the server asks for, None where it does not say; `slow`: waited in vain."""

    def __init__(self, reason: str, after_s: float | None = None, *, slow: bool = False) -> None:
        super().__init__(reason)
        self.after_s = after_s
        self.slow = slow


class AnotherShape(Exception):
    """The server may not know this form of request; `failure` is what to raise where there is no other form."""

    def __init__(self, failure: TryAgain | ModelError, *, counting: bool) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.counting = counting  # it was the wish for token counts that it did not take


def refusal(
    status: int, message: str, code: str | None, headers: Mapping[str, str], settings: LlmSettings
) -> TryAgain | AnotherShape | ModelError:
    """What to raise for an error status; `code` is OpenAI's word for it, where the server gives one."""
    if sentence := _final(status, code, settings):
        return ModelError(f"llm: {sentence}")
    key = settings.api_key.get_secret_value()
    said = " ".join((message.replace(key, "[key]") if key else message).split())[:LONGEST_REASON]
    failure: TryAgain | ModelError
    if status in BUSY:
        failure = TryAgain(f"{status}: {said}", retry_after_s(headers))
    elif status == 404:
        failure = ModelError(f"llm: nothing answers under {place(settings)}/chat/completions (404); check llm.base_url")
    else:
        failure = ModelError(f"llm: {place(settings)} refuses the request for {settings.model} ({status}: {said})")
    if status in ANOTHER_SHAPE:
        return AnotherShape(failure, counting="stream_options" in message or "include_usage" in message)
    return failure


def _final(status: int, code: str | None, settings: LlmSettings) -> str:
    """The sentence for what no other try can mend; "" where one can."""
    where, model = place(settings), settings.model
    if status in {401, 403}:
        return f"{where} refuses the key ({status}); set llm.api_key (TUIBAO_LLM__API_KEY)"
    if status == 402 or code == "insufficient_quota":
        return f"the account at {where} has no credit left; top it up, or set another llm.api_key"
    if code == "context_length_exceeded":
        return f"the request is too long for {model}; set an llm.model with a longer context"
    if code == "model_not_found":
        return f"{where} has no model {model!r}; set llm.model to one that it has"
    return ""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait; a date is read against the server's own clock. None: it does not say.

    >>> retry_after_s({"retry-after": "2.5"})
    2.5
    """
    said = headers.get("retry-after", "")
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        if said.replace(".", "", 1).isdigit():
            return float(said)
        return max((parsedate_to_datetime(said) - parsedate_to_datetime(headers["date"])).total_seconds(), 0.0)
    except (ValueError, KeyError, TypeError):
        return None


def place(settings: LlmSettings) -> str:
    """The server's address without what may be secret in it."""
    parts = urlsplit(settings.base_url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
