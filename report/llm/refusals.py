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
    if final := _final(status, code, settings):
        sentence, words = final
        return ModelError(f"llm: {sentence}", words=words)
    key = settings.api_key.get_secret_value()
    said = " ".join((message.replace(key, "[key]") if key else message).split())[:LONGEST_REASON]
    failure: TryAgain | ModelError
    if status in BUSY:
        failure = TryAgain(f"{status}: {said}", retry_after_s(headers))
    elif status == 404:
        sentence = f"llm: nothing answers under {place(settings)}/chat/completions (404); check llm.base_url"
        failure = ModelError(sentence, words="模型的地址不对：检查 llm.base_url")
    else:
        sentence = f"llm: {place(settings)} refuses the request for {settings.model} ({status}: {said})"
        failure = ModelError(sentence, words=f"模型服务拒绝了请求（{status}）")
    if status in ANOTHER_SHAPE:
        return AnotherShape(failure, counting="stream_options" in message or "include_usage" in message)
    return failure


def _final(status: int, code: str | None, settings: LlmSettings) -> tuple[str, str] | tuple[()]:
    """What to say, in English and in Chinese, of what no other try can mend; () where one can."""
    where, model = place(settings), settings.model
    if status in {401, 403}:
        sentence = f"{where} refuses the key ({status}); set llm.api_key (TUIBAO_LLM__API_KEY)"
        return sentence, "模型服务不认这个密钥：检查 llm.api_key"
    if status == 402 or code == "insufficient_quota":
        sentence = f"the account at {where} has no credit left; top it up, or set another llm.api_key"
        return sentence, "模型服务的账户没有余额了：充值，或换一个 llm.api_key"
    if code == "context_length_exceeded":
        sentence = f"the request is too long for {model}; set an llm.model with a longer context"
        return sentence, f"一次问的内容超过了模型 {model} 的长度：换一个上下文更长的 llm.model"
    if code == "model_not_found":
        sentence = f"{where} has no model {model!r}; set llm.model to one that it has"
        return sentence, f"模型服务没有 {model}：检查 llm.model"
    return ()


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
