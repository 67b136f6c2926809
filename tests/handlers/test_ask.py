"""/ask as a conversation: what is seen while it grows, and what is said where there is no answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from handlers.actions import MAX_ACTION_BYTES, read_action
from handlers.base import Chat, Message, Request
from handlers.dispatch import answer
from report.doc import Item
from report.llm import Model
from report.settings import LlmSettings
from tests.counterparts.model_server import ModelServer
from tests.handlers.fakes import Conversation, MemoryStore
from tests.report.library.reports import POSTS, points, report_on


async def no_wait(_seconds: float) -> None:
    return None


def conversation() -> Conversation:
    days = [report_on(date(2026, 1, day), points()) for day in (5, 6, 7)]
    talk = Conversation(MemoryStore({each.key: each for each in days}))
    talk.newsroom.posts = dict(POSTS)
    return talk


def with_model(talk: Conversation, server: ModelServer, folder: Path, **fields: object) -> Conversation:
    llm = LlmSettings.model_validate({"base_url": server.base_url, "model": "tuibao-test", **fields})
    talk.newsroom.model = lambda: Model(llm, folder, sleep=no_wait)
    return talk


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


def items(message: Message) -> list[Item]:
    return [block for block in message.doc.blocks if isinstance(block, Item)]


async def test_the_answer_grows_by_checked_points_and_ends_as_one(server: ModelServer, tmp_path: Path) -> None:
    talk = with_model(conversation(), server, tmp_path)
    looking, *growing, whole = await talk.say("/ask 谁开放了权重？")
    assert looking.draft
    assert looking.doc.plain() == "谁开放了权重？\n在 3 份报告里找…"
    assert [message.draft for message in growing] == [True] * len(growing)
    assert [len(items(message)) for message in growing] == list(range(1, len(growing) + 1))
    assert (whole.update, whole.draft) == (True, False)
    assert len(items(whole)) == len(growing) > 1
    assert all(item.spans[-1].url for item in items(whole))
    assert whole.doc.plain().endswith("只看了 1 月 5–7 日的 3 份报告和它们引用的帖子。")
    assert whole.buttons[0][0].action == "s:brief:twitter_ai_20260107_20260107"


async def test_a_lie_is_not_seen_at_any_stage(tmp_path: Path) -> None:
    async with ModelServer("invented-quotes") as lying:
        talk = with_model(conversation(), lying, tmp_path)
        messages = await talk.say("/ask 谁开放了权重？")
    assert [len(items(message)) for message in messages[:-1]] == [0]
    assert "存下的帖子里没有说这个。最接近的几条：" in messages[-1].doc.plain()
    assert len(items(messages[-1])) == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"daily_budget_usd": 0.00001}, "今天的模型预算用完了，直接给你最相关的几条："),
        ({"report_budget_usd": 0.00001}, "今天的模型预算用完了，直接给你最相关的几条："),
    ],
)
async def test_a_spent_budget_is_said_and_nobody_is_called(
    server: ModelServer, tmp_path: Path, fields: dict[str, object], said: str
) -> None:
    talk = with_model(conversation(), server, tmp_path, **fields)
    assert said in await talk.text("/ask 谁开放了权重？")
    assert server.calls == []


async def test_a_model_out_of_reach_leaves_the_best_hits(tmp_path: Path) -> None:
    async with ModelServer("401") as refusing:
        talk = with_model(conversation(), refusing, tmp_path)
        assert "模型这会儿没有答上来，直接给你最相关的几条：" in await talk.text("/ask 谁开放了权重？")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/ask", "想问什么？比如 /ask Claude 的限额改了什么"),
        ("/ask 量子纠缠是什么", "存下的帖子里没有说这个。换个说法再问，或用 /search 找一个词。"),
        ("/ask 2025年1月1日谁开放了权重", "2025 年 1 月 1 日没有存下报告。"),
        ("/ask 昨天谁开放了 Tern-9", "这里没有接大模型，先列出最相关的几条："),
        ("/ask 3月37日谁开放了权重", "3 月没有 37 日。"),
        ("/ask 谁开放了权重", "这里没有接大模型，先列出最相关的几条："),
    ],
)
async def test_without_a_model_it_says_what_there_is(said: str, answered: str) -> None:
    assert answered in (await conversation().say(said))[-1].doc.plain()


async def test_today_means_the_report_of_this_morning_which_tells_of_yesterday() -> None:
    answer = (await conversation().say("/ask 今天谁开放了 Tern-9"))[-1].doc.plain()
    assert "1 月 7 日 · " in answer
    assert "1 月 6 日" not in answer


async def test_without_any_report_it_says_so() -> None:
    (message,) = await Conversation().say("/ask 谁开放了权重？")
    assert "最近 30 天没有存下报告" in message.doc.plain()


async def test_posts_that_were_not_kept_prove_nothing(server: ModelServer, tmp_path: Path) -> None:
    talk = with_model(conversation(), server, tmp_path)
    talk.newsroom.posts.clear()
    assert "原帖没有存下，没法核对，直接给你最相关的几条：" in await talk.text("/ask 谁开放了权重？")
    assert server.calls == []


async def test_an_empty_question_asks_for_one() -> None:
    (message,) = await conversation().say("/ask")
    assert message.prompt == "ask"


async def test_one_question_at_a_time_for_each_reader(tmp_path: Path) -> None:
    async with ModelServer("slow") as slow:
        talk = with_model(conversation(), slow, tmp_path)
        asking = answer(Request(Chat("telegram", "55"), "7", "ask", "谁开放了权重？"), talk.services)
        first = await anext(asking)
        assert first.draft
        assert await talk.text("/ask 价格呢") == "上一个还没答完，等它出来再发下一个。"
        assert await talk.text("/range 2026-01-05 2026-01-06") == "上一个还没答完，等它出来再发下一个。"
        slow.release()
        assert "还没答完" not in await talk.text("/ask 价格呢", user="8")
        rest = [message async for message in asking]
        assert rest[-1].update
        assert "还没答完" not in await talk.text("/ask 价格呢")


async def test_a_question_that_is_given_up_frees_the_reader(tmp_path: Path) -> None:
    async with ModelServer("slow") as slow:
        talk = with_model(conversation(), slow, tmp_path)
        asking = asyncio.create_task(talk.say("/ask 谁开放了权重？"))
        async with asyncio.timeout(10):
            while not slow.calls:  # noqa: ASYNC110  the server has no event for it
                await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        slow.release()
        assert "还没答完" not in await talk.text("/ask 价格呢")


async def test_an_english_reader_is_answered_in_english(server: ModelServer, tmp_path: Path) -> None:
    talk = with_model(conversation(), server, tmp_path)
    request = Request(Chat("telegram", "55"), "7", "ask", "Who opened weights?", language="en")
    messages = [message async for message in answer(request, talk.services)]
    assert server.calls[0]["messages"][0]["content"].startswith("You look up past reporting")
    assert messages[-1].update


async def test_buttons_of_an_answer_lead_somewhere(server: ModelServer, tmp_path: Path) -> None:
    talk = with_model(conversation(), server, tmp_path)
    for message in await talk.say("/ask 谁开放了权重？"):
        for button in (button for row in message.buttons for button in row):
            assert len(button.action.encode()) <= MAX_ACTION_BYTES
            assert read_action(button.action)
