"""The language model: one question in, one answer out, through any server that speaks OpenAI's protocol.

The order for each question: a kept answer; else the request file is written, the budget asked, the server called
(json_schema, else json_object, else plain), the answer kept. An answer that cannot be used goes back with the
complaint, twice at most. Always holds: the key stands in no message and no file; what is spent, with what calls under
way may still cost, stays within the budgets of the report and of the UTC day; with `replay` nothing is called.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.errors import AnswersMissing, ModelError
from report.llm.answers import Answer, AnswerFiles, Request, Turn, read_answer, strict_schema
from report.llm.daybook import Daybook
from report.llm.refusals import AnotherShape, TryAgain, place, refusal
from report.llm.spending import MOST_TOKENS_A_CHARACTER, Spending, estimate_tokens
from report.model import ModelCost
from report.settings import LlmSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

RETRIES = 2  # of an answer that cannot be used
TRIES = 5  # of a call that found nobody home
SLOW_TRIES = 2  # of a call that was not answered in time: each costs minutes
LONGEST_WAIT_S = 120.0
ANSWER_TOKENS = 16_000
ANSWER_TIMEOUTS = 5  # a whole answer may take as many times timeout_s; each piece of it, one
SPENDING = "spending"  # the folder of the days' spending, beside the answers
SHAPES = ("json_schema", "json_object", "plain")


@dataclass
class _Received:
    text: str = ""
    finish: str = ""  # "" until the server says that the answer is whole
    tokens_in: int | None = None
    tokens_out: int | None = None


def _accept(_answer: Any) -> Sequence[str]:
    return ()


class Model:
    """Asks the model that the settings name and keeps questions and answers under `folder`.

    One Model is for one report: its budget and its cost are the report's. `day` counts those of the UTC day, for all
    reports; by itself, in `folder`.
    """

    def __init__(
        self,
        settings: LlmSettings,
        folder: Path,
        *,
        replay: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        day: Daybook | None = None,
    ) -> None:
        self._settings = settings
        self._files = AnswerFiles(folder)
        self._replay = replay
        self._sleep = sleep
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._client: AsyncOpenAI | None = None
        self._connecting = asyncio.Lock()
        self._users = 0
        self._finding_shape = asyncio.Lock()
        self._shape = 0
        self._shape_works = False
        self._counting = True
        self._spending = Spending(settings, day or Daybook(folder / SPENDING))

    @property
    def cost(self) -> ModelCost:
        """Calls that were answered, their tokens and dollars: the server's count, else estimated."""
        return self._spending.cost

    async def ask(
        self,
        system: str,
        user: str,
        answer: type[Answer],
        *,
        check: Callable[[Answer], Sequence[str]] = _accept,
        label: str = "",
        answer_tokens: int = ANSWER_TOKENS,
    ) -> Answer:
        """The answer as a value. `check` gives complaints about one that is well formed; none accepts it.

        What `check` still finds fault with after two retries is given back as it is: it was paid for, and the caller
        drops what it cannot use. Raises AnswersMissing (replay), BudgetSpent, ModelError (out of reach; never well
        formed).
        """
        turns = (Turn("system", system), Turn("user", user))
        request = Request(self._settings.model, turns, answer.__name__, strict_schema(answer), label)
        usable: Answer | None = None
        complaint = ""
        for _ in range(1 + RETRIES):
            try:
                text = await self._find_or_call(request, answer_tokens)
            except AnswersMissing:
                raise
            except ModelError:
                if usable is None:
                    raise
                return usable
            try:
                usable = read_answer(text, answer)
                complaint = "\n".join(check(usable))
            except ValueError as error:
                complaint = str(error)
            if usable is not None and not complaint:
                return usable
            request = request.and_then(text, complaint)
        if usable is not None:
            return usable
        raise ModelError(
            f"llm: {self._settings.model} answered {1 + RETRIES} times in a form that cannot be read "
            f"({' '.join(complaint.split())[:200]}); set another llm.model",
            words=f"模型 {self._settings.model} 的回答 {1 + RETRIES} 次都读不懂，换一个 llm.model",
        )

    async def _find_or_call(self, request: Request, answer_tokens: int) -> str:
        if kept := self._files.find(request):
            return kept
        path = self._files.keep_request(request)
        if self._replay:
            raise AnswersMissing([path])
        async with self._connected() as client, self._slots:
            received = await self._call_patiently(client, request, answer_tokens)
        self._files.keep_answer(request, received.text)
        return received.text

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncOpenAI]:
        """A client that all questions under way share; the last one closes it."""
        self._users += 1
        try:
            async with self._connecting:
                if self._client is None:
                    self._client = await asyncio.to_thread(_client, self._settings)
                client = self._client
            yield client
        finally:
            self._users -= 1
            if not self._users and self._client is not None:
                closing, self._client = self._client, None
                await closing.close()

    async def _call_patiently(self, client: AsyncOpenAI, request: Request, answer_tokens: int) -> _Received:
        reason, slow = "", 0
        for attempt in range(TRIES):
            try:
                return await self._call(client, request, answer_tokens, first=attempt == 0)
            except TryAgain as error:
                reason = str(error)
                slow += error.slow
                wait_s = 2.0**attempt if error.after_s is None else error.after_s
            if slow >= SLOW_TRIES:
                break
            if wait_s > LONGEST_WAIT_S:
                reason += f", and asks to wait {wait_s:.0f} s"
                break
            if attempt < TRIES - 1:
                await self._sleep(wait_s)
        raise ModelError(
            f"llm: {self._settings.model} at {place(self._settings)} is out of reach ({reason}); "
            "check llm.base_url, or make the report again later",
            words=f"模型 {self._settings.model} 一直没有给出回答：检查 llm.base_url，或过一会儿重写",
        )

    async def _call(self, client: AsyncOpenAI, request: Request, answer_tokens: int, *, first: bool) -> _Received:
        """One answer that came to its end, paid for; else TryAgain or ModelError."""
        received = _Received()
        tokens_in = sum(map(estimate_tokens, (*(turn.text for turn in request.turns), request.schema_text)))
        reserved = await self._spending.reserve(tokens_in, answer_tokens)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUTS * self._settings.timeout_s):
                async with await self._open(client, request, first=first) as stream:
                    received.tokens_in, received.tokens_out = tokens_in, None
                    await _read(stream, received, answer_tokens)
        except TimeoutError:
            raise TryAgain("its answer took too long", slow=True) from None
        finally:
            tokens_out = estimate_tokens(received.text) if received.tokens_out is None else received.tokens_out
            self._spending.settle(reserved, received.tokens_in, tokens_out)
        if not received.finish or not received.text.strip():
            raise TryAgain("its answer is empty" if received.finish else "its answer broke off")
        return received

    async def _open(self, client: AsyncOpenAI, request: Request, *, first: bool) -> AsyncStream[ChatCompletionChunk]:
        """The answer's stream, in the strictest shape that the server takes; the shape that worked is remembered.

        Until one works, calls find it out one after another, so that a refusal is met once.
        """
        async with AsyncExitStack() as stack:
            if not self._shape_works:
                await stack.enter_async_context(self._finding_shape)
            shape, counting = self._shape, self._counting
            while True:
                try:
                    stream = await _create(client, request, SHAPES[shape], counting=counting, settings=self._settings)
                except AnotherShape as said:
                    is_outage = isinstance(said.failure, TryAgain) and (self._shape_works or not first)
                    if said.counting and counting:
                        counting = False
                    elif not is_outage and shape + 1 < len(SHAPES):
                        shape += 1
                    else:
                        raise said.failure from None
                else:
                    self._shape, self._counting, self._shape_works = shape, counting, True
                    return stream


def _client(settings: LlmSettings) -> AsyncOpenAI:
    """Importing it and reading the certificates takes half a second: not on the loop."""
    from openai import AsyncOpenAI  # noqa: PLC0415  heavy

    key = settings.api_key.get_secret_value() or "none"
    client = AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=settings.timeout_s, max_retries=0)
    _ = client.chat.completions  # what the SDK puts off loading until it is used
    return client


async def _create(
    client: AsyncOpenAI, request: Request, shape: str, *, counting: bool, settings: LlmSettings
) -> AsyncStream[ChatCompletionChunk]:
    from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415  heavy

    turns = [{"role": turn.role, "content": turn.text} for turn in request.turns]
    body: dict[str, Any] = {"model": request.model, "messages": turns, "stream": True}
    if counting:
        body["stream_options"] = {"include_usage": True}
    if shape == "json_schema":
        wanted = {"name": request.schema_name, "schema": request.schema, "strict": True}
        body["response_format"] = {"type": shape, "json_schema": wanted}
    else:
        turns[0]["content"] += f"\n\nJSON Schema:\n{request.schema_text}"
    if shape == "json_object":
        body["response_format"] = {"type": shape}
    try:
        stream: AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(**body)
    except APIStatusError as error:
        raise refusal(error.status_code, error.message, error.code, error.response.headers, settings) from error
    except APIConnectionError as error:
        raise TryAgain(error.message.rstrip(".").lower(), slow=isinstance(error, APITimeoutError)) from error
    return stream


async def _read(stream: AsyncStream[ChatCompletionChunk], received: _Received, answer_tokens: int) -> None:
    """Fill in `received` as the answer comes; one longer than `answer_tokens` is left off, as cut by its length."""
    from openai import APIError  # noqa: PLC0415  heavy

    try:
        async for chunk in stream:
            if chunk.usage:
                received.tokens_in, received.tokens_out = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
            for choice in chunk.choices:
                received.text += choice.delta.content or choice.delta.refusal or ""
                received.finish = choice.finish_reason or received.finish
            if len(received.text) * MOST_TOKENS_A_CHARACTER > answer_tokens:
                received.finish = "length"
                return
    except APIError as error:
        raise TryAgain(f"its answer broke off: {error.message}") from error
    except ValueError as error:  # a chunk that is not JSON
        raise TryAgain("its answer came damaged") from error
