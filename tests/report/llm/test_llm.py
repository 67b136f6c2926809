import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from report.errors import AnswersMissing, BudgetSpent, ModelError
from report.llm import Model
from report.llm.answers import CUT, NO_JSON
from report.settings import LlmPrices, LlmSettings
from tests.counterparts.model_server import ModelServer

KEY = "sk-very-secret"
POSTS = "".join(
    f"<p{number} 林舟 09:0{number}>\nMila 的免费额度从每天 50 次改成每天 30 次，第 {number} 次说明。\n</p{number}>\n"
    for number in (1, 2, 3)
)


class Line(BaseModel):
    headline: str
    text: str
    citations: tuple[str, ...]


class Lines(BaseModel):
    points: tuple[Line, ...]


class Naps:
    """Sleeps for no time and remembers how long it was asked to."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def settings(base_url: str, **changes: Any) -> LlmSettings:
    return LlmSettings.model_validate(
        {"base_url": base_url, "api_key": KEY, "model": "tuibao-test", "timeout_s": 20} | changes
    )


def model(server: ModelServer, folder: Path, naps: Naps | None = None, **changes: Any) -> Model:
    return Model(settings(server.base_url, **changes), folder, sleep=naps or Naps())


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: path.suffix)


async def ask(asked: Model, words: str = POSTS, **options: Any) -> Lines:
    return await asked.ask("你是编辑。", words, Lines, **options)


async def test_an_answer_becomes_a_value_and_question_and_answer_are_files_without_the_key(tmp_path: Path) -> None:
    async with ModelServer() as server:
        lines = await ask(model(server, tmp_path), label="草稿 1/1")
    assert [line.citations for line in lines.points] == [("p1",), ("p2",), ("p3",)]
    request, answer = files(tmp_path, "*.*")
    assert (request.name[16:], answer.name[16:]) == (".request.md", ".answer.txt")
    assert request.name[:16] == answer.name[:16]
    words = request.read_text("utf-8")
    assert all(part in words for part in ("草稿 1/1", "你是编辑。", POSTS, '"headline"'))
    assert Lines.model_validate_json(answer.read_text("utf-8")) == lines
    assert KEY not in words
    assert KEY not in answer.read_text("utf-8")


async def test_a_question_that_was_answered_is_not_paid_for_again(tmp_path: Path) -> None:
    async with ModelServer() as server:
        first = await ask(model(server, tmp_path))
        again = model(server, tmp_path)
        assert await ask(again) == first
        assert (len(server.calls), again.cost.calls, again.cost.usd) == (1, 0, 0)
        await ask(again, POSTS + " ")
        assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ("no-json-schema", ["json_schema", "json_object", "json_object"]),
        ("500-json-schema", ["json_schema", "json_object", "json_object"]),
        ("no-json-object", ["json_schema", "json_object", None, None]),
        ("no-stream-options", ["json_schema", "json_schema", "json_schema"]),
    ],
)
async def test_a_shape_that_the_server_refuses_is_refused_once(
    mode: str, asked: list[str | None], tmp_path: Path
) -> None:
    naps = Naps()
    async with ModelServer(mode) as server:
        mine = model(server, tmp_path, naps)
        for number in (1, 2):
            assert (await ask(mine, POSTS + str(number))).points
        formats = [call.get("response_format", {}).get("type") for call in server.calls]
    assert formats == asked
    assert naps.seconds == []


async def test_questions_asked_at_once_find_the_shape_together(tmp_path: Path) -> None:
    async with ModelServer("no-json-schema") as server:
        mine = model(server, tmp_path)
        await asyncio.gather(*(ask(mine, POSTS + str(number)) for number in range(6)))
        assert server.statuses.count(400) == 1
        assert server.statuses.count(200) == 6


async def test_without_json_schema_the_schema_stands_in_the_words(tmp_path: Path) -> None:
    async with ModelServer("no-json-schema") as server:
        await ask(model(server, tmp_path))
        assert "JSON Schema" not in server.calls[0]["messages"][0]["content"]
        assert "JSON Schema" in server.calls[1]["messages"][0]["content"]


async def test_the_schema_sent_is_what_strict_mode_demands(tmp_path: Path) -> None:
    async with ModelServer() as server:
        await ask(model(server, tmp_path))
        wanted = server.calls[0]["response_format"]["json_schema"]
    assert wanted["strict"] is True
    for part in (wanted["schema"], *wanted["schema"]["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


@pytest.mark.parametrize(
    ("mode", "complaint"),
    [("wrong-schema", "points: Field required"), ("cut-json", CUT), ("echo", NO_JSON)],
)
async def test_what_cannot_be_read_goes_back_with_the_exact_complaint(
    mode: str, complaint: str, tmp_path: Path
) -> None:
    async with ModelServer(mode, times=1) as server:
        assert (await ask(model(server, tmp_path))).points
        first, second = server.calls
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert [turn["role"] for turn in second["messages"][2:]] == ["assistant", "user"]
    assert complaint in second["messages"][-1]["content"]


@pytest.mark.parametrize("mode", ["wrong-schema", "cut-json", "echo"])
async def test_after_two_retries_an_unreadable_answer_is_an_error(mode: str, tmp_path: Path) -> None:
    async with ModelServer(mode) as server:
        with pytest.raises(ModelError, match="tuibao-test answered 3 times"):
            await ask(model(server, tmp_path))
        assert len(server.calls) == 3


async def test_prose_around_the_json_does_no_harm(tmp_path: Path) -> None:
    async with ModelServer("prose") as server:
        assert (await ask(model(server, tmp_path))).points
        assert len(server.calls) == 1


async def test_the_callers_complaint_is_sent_and_what_stays_wrong_is_given_back(tmp_path: Path) -> None:
    async with ModelServer() as server:
        lines = await ask(model(server, tmp_path), check=lambda _: ["标题太长。"])
        assert lines.points
        assert len(server.calls) == 3
        assert [turn["content"].count("标题太长。") for turn in server.calls[2]["messages"]] == [0, 0, 0, 1, 0, 1]


async def test_a_usable_answer_is_not_lost_when_its_retry_fails(tmp_path: Path) -> None:
    async with ModelServer("401", after=1) as server:
        assert (await ask(model(server, tmp_path), check=lambda _: ["标题太长。"])).points


@pytest.mark.parametrize(
    ("mode", "waits"),
    [("429", 7.0), ("503", 1.0), ("drop", 1.0), ("empty", 1.0), ("cut-stream", 1.0), ("broken-chunk", 1.0)],
)
async def test_what_passes_is_waited_for_as_long_as_the_server_asks(mode: str, waits: float, tmp_path: Path) -> None:
    naps = Naps()
    async with ModelServer(mode, times=1) as server:
        assert (await ask(model(server, tmp_path, naps))).points
        assert [call["messages"] for call in server.calls] == [server.calls[0]["messages"]] * 2
    assert naps.seconds == [waits]


@pytest.mark.parametrize("mode", ["429", "500", "503", "drop", "empty", "cut-stream", "broken-chunk"])
async def test_what_does_not_pass_ends_in_a_sentence_that_says_what_to_do(mode: str, tmp_path: Path) -> None:
    naps = Naps()
    async with ModelServer(mode) as server:
        mine = model(server, tmp_path, naps)
        with pytest.raises(ModelError) as caught:
            await ask(mine)
        assert len(server.calls) == (7 if mode == "500" else 5)
        sentence = str(caught.value)
        assert sentence.startswith(f"llm: tuibao-test at {server.base_url} is out of reach (")
    assert "llm.base_url" in sentence
    assert KEY not in sentence
    assert naps.seconds == ([7.0] * 4 if mode == "429" else [1.0, 2.0, 4.0, 8.0])
    assert not files(tmp_path, "*.answer.txt")


@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        ("401", "refuses the key (401); set llm.api_key"),
        ("no-model", "has no model 'tuibao-test'; set llm.model"),
        ("too-long", "too long for tuibao-test"),
        ("429-quota", "no credit left"),
    ],
)
async def test_what_waiting_cannot_mend_is_said_at_once(mode: str, advice: str, tmp_path: Path) -> None:
    naps = Naps()
    async with ModelServer(mode) as server:
        with pytest.raises(ModelError) as caught:
            await ask(model(server, tmp_path, naps))
        assert len(server.calls) == 1
    assert advice in str(caught.value)
    assert KEY not in str(caught.value)
    assert naps.seconds == []


async def test_a_silent_server_is_out_of_reach(tmp_path: Path) -> None:
    async with ModelServer("slow") as server:
        with pytest.raises(ModelError, match="timed out"):
            await ask(model(server, tmp_path, timeout_s=0.05))


async def test_no_server_at_all_is_out_of_reach(tmp_path: Path, unused_tcp_port: int) -> None:
    nobody = Model(settings(f"http://user:{KEY}@127.0.0.1:{unused_tcp_port}/v1"), tmp_path, sleep=Naps())
    with pytest.raises(ModelError, match="out of reach") as caught:
        await ask(nobody)
    assert KEY not in str(caught.value)


async def test_a_call_that_the_budget_may_not_cover_is_not_made(tmp_path: Path) -> None:
    async with ModelServer() as server:
        mine = model(server, tmp_path, report_budget_usd=0.001)
        with pytest.raises(BudgetSpent, match=r"raise llm\.report_budget_usd") as caught:
            await ask(mine)
        assert server.calls == []
    assert caught.value.words == (
        "模型预算不够再问一次：这份报告的上限是 0.001 美元，已用 0.00 美元；要多用，调高 llm.report_budget_usd"
    )
    assert files(tmp_path, "*.request.md")


@pytest.mark.parametrize("key", ["report_budget_usd", "daily_budget_usd"])
@pytest.mark.parametrize("budget_usd", [0.03, 0.04])
async def test_what_calls_under_way_may_cost_counts_against_the_budgets(
    key: str, budget_usd: float, tmp_path: Path
) -> None:
    prices = LlmPrices(input_usd=30, output_usd=1.0)  # one call may cost 2 cents, and costs a half
    async with ModelServer() as server:
        mine = model(server, tmp_path, prices=prices, concurrency=20, **dict[str, Any]({key: budget_usd}))
        questions = (ask(mine, POSTS + str(number)) for number in range(20))
        answers = await asyncio.gather(*questions, return_exceptions=True)
        assert len(server.calls) >= 1
        assert server.most_at_once <= budget_usd / 0.012
    spent = [answer for answer in answers if isinstance(answer, BudgetSpent)]
    assert spent
    assert all(f"raise llm.{key}" in str(error) for error in spent)
    assert sum(isinstance(answer, Lines) for answer in answers) == len(server.calls)
    assert 0 < mine.cost.usd <= budget_usd


async def test_a_call_that_does_not_fit_yet_waits_for_those_under_way(tmp_path: Path) -> None:
    prices = LlmPrices(input_usd=0, output_usd=1.0)  # a call may cost 1.2 cents, and costs a hundredth of that
    async with ModelServer() as server:
        mine = model(server, tmp_path, report_budget_usd=0.03, prices=prices, concurrency=20)
        await asyncio.gather(*(ask(mine, POSTS + str(number)) for number in range(20)))
        assert len(server.calls) == 20
        assert server.most_at_once <= 2
    assert mine.cost.usd <= 0.03


async def test_costs_are_the_servers_count(tmp_path: Path) -> None:
    async with ModelServer() as server:
        prices = LlmPrices(input_usd=1_000_000, output_usd=0)
        mine = model(server, tmp_path, prices=prices, report_budget_usd=1e9, daily_budget_usd=1e9)
        await ask(mine)
        words = sum(len(turn["content"].encode()) for turn in server.calls[0]["messages"])
    assert mine.cost.calls == 1
    assert mine.cost.tokens_in == words // 4
    assert mine.cost.usd == pytest.approx(words // 4)


@pytest.mark.parametrize("mode", ["no-stream-options", "cut-stream"])
async def test_costs_that_the_server_does_not_count_are_estimated(mode: str, tmp_path: Path) -> None:
    async with ModelServer(mode, times=1 if mode == "cut-stream" else None) as server:
        mine = model(server, tmp_path)
        await ask(mine)
    assert mine.cost.calls == (2 if mode == "cut-stream" else 1)
    assert mine.cost.tokens_in > 100
    assert mine.cost.tokens_out > 50


async def test_an_endless_answer_is_left_off_and_asked_for_again_shorter(tmp_path: Path) -> None:
    async with ModelServer() as server:
        mine = model(server, tmp_path)
        with pytest.raises(ModelError, match="断了"):
            await ask(mine, answer_tokens=60)
        assert CUT in server.calls[1]["messages"][-1]["content"]


async def test_no_more_calls_at_once_than_the_settings_allow(tmp_path: Path) -> None:
    async with ModelServer("slow", after=1) as server:
        mine = model(server, tmp_path, concurrency=2)
        await ask(mine)
        asking = asyncio.gather(*(ask(mine, POSTS + str(number)) for number in range(6)))
        while server.most_at_once < 2:  # noqa: ASYNC110  a counter, not an event
            await asyncio.sleep(0)
        server.release()
        assert len(await asking) == 6
        assert server.most_at_once == 2


async def test_replay_calls_nobody_and_takes_answers_that_a_person_put_there(tmp_path: Path) -> None:
    def replay() -> Model:
        return Model(settings("http://127.0.0.1:9/v1"), tmp_path, replay=True)

    with pytest.raises(AnswersMissing) as caught:
        await ask(replay())
    (request,) = caught.value.requests
    assert POSTS in request.read_text("utf-8")
    answer = request.with_name(request.name.replace(".request.md", ".answer.txt"))
    point = '{"headline": "额度下调", "text": "每天 30 次。", "citations": ["p1"]}'
    answer.write_text('\ufeff好的：\n```json\n{"points": [{"headline": "额度下调"}]}\n```', "utf-8")
    with pytest.raises(AnswersMissing) as caught:
        await ask(replay())
    (retry,) = caught.value.requests
    assert retry != request
    assert "points.0.text: Field required" in retry.read_text("utf-8")
    answer = retry.with_name(retry.name.replace(".request.md", ".answer.txt"))
    answer.write_text(f'改好了：\n```json\n{{"points": [{point}]}}\n```\n还要别的吗？', "utf-8")
    asked = replay()
    assert [line.text for line in (await ask(asked)).points] == ["每天 30 次。"]
    assert asked.cost.calls == 0


@pytest.mark.parametrize(
    "fault",
    [
        lambda llmock: llmock.rate_limit(times=2, retry_after=0.03),
        lambda llmock: llmock.fail(503, times=2, retry_after=0.03),
        lambda llmock: llmock.truncate(after_chunks=2),
        lambda llmock: llmock.corrupt(after_chunks=2),
        lambda llmock: llmock.disconnect(after_chunks=2),
    ],
    ids=["429", "503", "truncated", "corrupt", "disconnected"],
)
async def test_an_independent_faulty_server_finds_nothing_to_blame(fault: Any, llmock: Any, tmp_path: Path) -> None:
    answer = '{"points": [{"headline": "额度下调", "text": "每天 30 次，周一生效。", "citations": ["p1"]}]}'
    fault(llmock).reply(answer, times=None)
    asked = Model(settings(llmock.base_url("openai"), model="gpt-4o"), tmp_path, sleep=Naps())
    assert [line.citations for line in (await ask(asked)).points] == [("p1",)]
    assert 2 <= len(llmock.requests) <= 3
    llmock.assert_resilient()
