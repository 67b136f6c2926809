"""/range as a conversation: how far it is, what it is called, where it leads."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers.range
import report
from handlers.base import COMMANDS, Chat, Message, Request
from handlers.dispatch import answer
from report.doc import Heading
from tests.handlers.fakes import Conversation, MemoryStore, make_report

STEPS = (
    "收集 2026-01-06 至 2026-01-07 的帖子",
    "整理 237 条帖子",
    "写草稿：121 条帖子，分 2 批",
    "编排 60 条草稿",
    "核对 58 条",
    "对比前一日，画词云",
)
OWN = [["只看市场", "详细", "AI"], ["情绪", "与前几天相比", "词云"], ["来源"]]


def conversation() -> Conversation:
    days = [make_report(day) for day in (5, 6, 7)]
    return Conversation(MemoryStore({report.key: report for report in days}))


def title(message: Message) -> str:
    heading = message.doc.blocks[0]
    assert isinstance(heading, Heading)
    return "".join(span.text for span in heading.spans)


def told_steps() -> Iterator[str]:
    """How each line begins that report tells of its progress."""
    for path in sorted(Path(report.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "progress":
                (line,) = call.args
                first = line.values[0] if isinstance(line, ast.JoinedStr) else line
                assert isinstance(first, ast.Constant), f"{path.name}:{call.lineno}"
                yield str(first.value)


def test_every_step_of_the_making_has_a_reader_s_words_so_that_the_wait_never_goes_back() -> None:
    begins = list(told_steps())
    assert len(begins) > 5
    unknown = [words for words in begins if not words.startswith(tuple(handlers.range.STEPS))]
    assert unknown == ["收集 "]  # what the first stage says


async def test_the_wait_never_goes_back_without_a_model() -> None:
    talk = conversation()
    talk.newsroom.steps = ("收集 2026-01-06 的帖子", "整理 237 条帖子", "离线写稿：摘录原帖", "对比前一日，画词云")
    *stages, _done = await talk.say("/range 2026-01-06 2026-01-07")
    assert [message.doc.plain().rpartition("。")[2] for message in stages] == [
        "正在合起来读…", "读完了，正在归类…", "归好类了，正在写…", "核对完了，正在画词云…",
    ]  # fmt: skip


async def test_the_wait_says_how_far_it_is_in_a_reader_s_words() -> None:
    talk = conversation()
    talk.newsroom.steps = STEPS
    *stages, done = await talk.say("/range 2026-01-06 2026-01-07")
    assert all(message.draft for message in stages)
    assert [message.doc.plain() for message in stages] == [
        "1 月 6–7 日只用存好的帖子，不用再向 X 付费。正在合起来读…",
        "两天 237 条帖子都已存好，不用再向 X 付费。读完了，正在归类…",
        "两天 237 条帖子都已存好，不用再向 X 付费。归好类了，正在写…",
        "两天 237 条帖子都已存好，不用再向 X 付费。写好了，正在逐条核对…",
        "两天 237 条帖子都已存好，不用再向 X 付费。核对完了，正在画词云…",
    ]
    assert (done.update, done.draft) == (True, False)
    assert title(done) == "AI｜1 月 6–7 日合看"
    assert [[button.label for button in row] for row in done.buttons] == [
        ["1 月 6 日简报", "1 月 7 日简报"],
        *OWN,
    ]
    kept = [button.label for row in done.buttons for button in row if not button.opens]
    assert kept == ["1 月 6 日简报", "1 月 7 日简报", "只看市场", "来源"]  # the sections are folded in it


async def test_no_raw_line_of_progress_is_shown() -> None:
    talk = conversation()
    talk.newsroom.steps = ("模型用不了，改用离线写法：llm: secret.example is out of reach", "something new 1 2 3")
    for message in (await talk.say("/range 2026-01-06 2026-01-07"))[:-1]:
        assert "secret" not in message.doc.plain()
        assert "something" not in message.doc.plain()


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("/range 昨天", "AI｜1 月 7 日重看"),
        ("/range 2026-01-01 2026-01-07", "AI｜1 月 1–7 日合看"),
        ("/range 7d 情绪", "市场情绪 · AI｜1 月 1–7 日"),
    ],
)
async def test_what_it_is_called(said: str, called: str) -> None:
    assert title((await conversation().say(said))[-1]).startswith(called)


async def test_a_long_range_has_no_button_for_each_day() -> None:
    (*_, done) = await conversation().say("/range 2026-01-01 2026-01-07")
    assert [[button.label for button in row] for row in done.buttons] == OWN


async def test_a_second_one_waits_for_the_first_but_one_that_is_there_does_not() -> None:
    talk = conversation()
    await talk.say("/range 2026-01-05 2026-01-06")
    talk.newsroom.hold = asyncio.Event()
    making = answer(Request(Chat("telegram", "55"), "7", "range", "2026-01-06 2026-01-07"), talk.services)
    assert (await anext(making)).draft
    assert await talk.text("/range 2026-01-01 2026-01-07") == "上一个还没答完，等它出来再发下一个。"
    assert title((await talk.say("/range 2026-01-05 2026-01-06"))[0]) == "AI｜1 月 5–6 日合看"
    talk.newsroom.hold.set()
    assert [message async for message in making][-1].update


async def test_who_goes_away_gives_the_report_up_and_is_free() -> None:
    talk = conversation()
    talk.newsroom.hold = asyncio.Event()
    asking = asyncio.create_task(talk.say("/range 2026-01-06 2026-01-07"))
    await asyncio.sleep(0.05)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    talk.newsroom.hold.set()
    assert "还没答完" not in await talk.text("/range 2026-01-06 2026-01-07")
    assert talk.newsroom.made == [("range_ai_20260106_20260107", 1)]


async def test_a_failure_is_said_in_place_of_the_wait() -> None:
    talk = conversation()
    waiting, failed = await talk.say("/range 2025-03-01 2025-03-02")
    assert waiting.draft
    assert failed.update
    assert failed.doc.plain().startswith("2025 年 3 月 1–2 日没有存下帖子，也没有报告。")


def test_what_takes_long_costs_more_of_a_reader_s_minute() -> None:
    assert {name: COMMANDS[name].cost for name in ("range", "ask", "search", "brief")} == {
        "range": 5,
        "ask": 5,
        "search": 2,
        "brief": 1,
    }
    assert [argument.kind for argument in COMMANDS["range"].arguments] == ["date", "date", "section"]
