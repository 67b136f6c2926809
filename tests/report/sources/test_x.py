"""X is read through tweepy from a server that charges: each post once, and every failure says what to do."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.store.archive import FileArchive
from report.errors import SourceError
from report.model import Author, Period, Topic, Tweet
from report.settings import XSettings
from report.sources import Collected
from report.sources.x import CutShort, XSource
from report.wording import dollars
from tests.counterparts.recording import CHECKER, violations
from tests.counterparts.x_posts import World, make_world
from tests.counterparts.x_server import XServer

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
DAY = Period.of_days(date(2026, 1, 7), date(2026, 1, 7), "Asia/Shanghai")
FIRST_ID = 2008700000000000000
LONG = "望舒 2.5 的上下文是一百万。" * 40
TOKEN = "x-token"


def post(number: int, *, by: int, minutes: float, text: str = "", **fields: Any) -> dict[str, Any]:
    """Post `number` by user `by`, so many minutes after the day began in Shanghai."""
    return {
        "id": str(FIRST_ID + number),
        "author_id": str(by),
        "text": text or f"AI post {number}",
        "created_at": f"{(DAY.since + timedelta(minutes=minutes)).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "lang": "zh",
        "public_metrics": {"like_count": number, "retweet_count": 0, "reply_count": 0, "quote_count": 0},
        **fields,
    }


def page(posts: int = 25, users: int = 5) -> dict[str, Any]:
    """A day of posts, a minute apart; each fifth by the same user."""
    return {
        "data": [post(number, by=number % users + 1, minutes=number) for number in range(posts)],
        "includes": {
            "users": [
                {"id": str(number), "username": f"user{number}", "name": f"User {number}", "description": "bio"}
                for number in range(1, users + 1)
            ]
        },
        "lists": {"900": ["user1", "user2"]},
    }


class Stage:
    """A server, an archive and a clock that stands still but for waiting."""

    def __init__(self, world: World, folder: Path) -> None:
        self.now = NOW
        self.slept: list[float] = []
        self.server = XServer(world, now=lambda: self.now)
        self.archive = FileArchive(folder / "archive")
        self.settings: dict[str, Any] = {"bearer_token": SecretStr(TOKEN)}
        self.topic = Topic(name="ai", title="AI", query="AI")

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    async def read(self, period: Period = DAY, **topic: Any) -> Collected:
        settings = XSettings(**{"base_url": self.server.url, **self.settings})
        wanted = self.topic.model_copy(update=topic)
        return await XSource(settings, wanted, self.archive, now=lambda: self.now, sleep=self.sleep).read(period)

    async def failure(self, period: Period = DAY, **topic: Any) -> CutShort:
        with pytest.raises(CutShort) as caught:
            await self.read(period, **topic)
        assert str(caught.value).startswith("x: ")
        return caught.value

    @property
    def calls(self) -> list[str]:
        return [call["path"] for call in self.server.recording.calls]


@pytest.fixture(autouse=True)
def no_token_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert TOKEN not in caplog.text


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(make_world(page()), tmp_path)
    async with made.server:
        yield made
    if CHECKER.exists():
        refused = {call["status"] for call in made.server.recording.calls} - {200}
        assert 400 in refused or violations(made.server.recording.save(tmp_path / "calls.jsonl")) == []


async def test_a_day_is_read_in_pages_and_costs_what_x_charges(stage: Stage) -> None:
    stage.settings["max_posts_per_report"] = 500
    stage.server.world.posts += [post(number, by=1, minutes=number / 2) for number in range(100, 300)]
    collected = await stage.read()
    assert len(collected.tweets) == 225
    assert stage.calls.count("/2/tweets/search/recent") == 3
    assert stage.server.charged == {"posts": 225, "users": 5}
    assert (collected.cost.posts, collected.cost.users) == (225, 5)
    assert collected.cost.usd == pytest.approx(225 * 0.005 + 5 * 0.01)
    assert stage.archive.spent_usd(NOW.date()) == pytest.approx(collected.cost.usd)
    assert collected.notes == ()
    assert {tweet.author.handle for tweet in collected.tweets} == {f"user{number}" for number in range(1, 6)}
    assert [tweet.created_at for tweet in collected.tweets] == sorted(tweet.created_at for tweet in collected.tweets)


async def test_the_same_day_again_asks_nothing_of_x(stage: Stage) -> None:
    first = await stage.read()
    asked = len(stage.calls)
    stage.settings["bearer_token"] = SecretStr("")
    again = await stage.read()
    assert (len(stage.calls), again.tweets, again.cost.usd) == (asked, first.tweets, 0)


async def test_a_known_author_is_not_bought_again(stage: Stage) -> None:
    await stage.read()
    stage.server.world.posts.append(post(500, by=1, minutes=1500))
    stage.now += timedelta(days=1)
    await stage.read(Period.of_days(date(2026, 1, 8), date(2026, 1, 8), "Asia/Shanghai"))
    assert stage.server.charged == {"posts": 26, "users": 5}


async def test_only_what_is_new_of_a_growing_day_is_bought(stage: Stage) -> None:
    """A topic with two reports a day on today's posts."""
    stage.now = DAY.since + timedelta(minutes=11)
    first = await stage.read()
    stage.now = DAY.since + timedelta(minutes=24, seconds=40)
    second = await stage.read()
    assert (len(first.tweets), len(second.tweets)) == (11, 25)
    assert stage.server.charged["posts"] == 25


@pytest.mark.parametrize("names", ["old", "new"])
async def test_long_posts_and_quotes_are_whole_under_old_and_new_names(stage: Stage, names: Any) -> None:
    stage.server.names = names
    quote: dict[str, Any] = {"referenced_tweets": [{"type": "quoted", "id": str(FIRST_ID + 600)}]}
    stage.server.world.posts = [
        post(600, by=1, minutes=3, text=LONG),
        post(601, by=2, minutes=4, text="AI &amp; all", **quote),
    ]
    long, quoting = (await stage.read(query="lang:zh")).tweets
    assert (long.text, long.likes) == (LONG, 600)
    assert (quoting.text, quoting.quoted_id, quoting.quoted_text) == ("AI & all", long.id, LONG)
    assert stage.server.charged == {"posts": 2, "users": 2}


async def test_users_and_lists_are_read_and_handles_resolved_once(stage: Stage) -> None:
    reply: dict[str, Any] = {"referenced_tweets": [{"type": "replied_to", "id": "1"}]}
    stage.server.world.posts.append(post(700, by=3, minutes=30, **reply))
    topic: dict[str, Any] = {
        "query": "",
        "users": ("@USER3", "https://x.com/user4/"),
        "lists": ("https://x.com/i/lists/900",),
    }
    collected = await stage.read(**topic)
    handles = [tweet.author.handle for tweet in collected.tweets]
    assert {handle: handles.count(handle) for handle in set(handles)} == dict.fromkeys(
        ("user1", "user2", "user3", "user4"), 5
    )
    assert stage.calls.count("/2/users/by") == 1
    assert stage.server.charged == {"posts": 20, "users": 4}
    stage.now += timedelta(days=1)
    await stage.read(Period.of_days(date(2026, 1, 8), date(2026, 1, 8), "Asia/Shanghai"), **topic)
    assert stage.calls.count("/2/users/by") == 1


async def test_a_new_query_leaves_what_was_read_of_the_users(stage: Stage) -> None:
    await stage.read(users=("user1",))
    asked = len(stage.calls)
    await stage.read(query="AI lang:zh", users=("user1",))
    assert stage.calls[asked:] == ["/2/tweets/search/recent"]


async def test_a_list_is_read_down_to_the_period_and_not_further(stage: Stage) -> None:
    old = [post(1000 + number, by=1, minutes=-number * 60 - 60) for number in range(150)]
    stage.server.world.posts += old
    collected = await stage.read(query="", lists=("900",))
    assert len(collected.tweets) == 10
    assert stage.calls.count("/2/lists/900/tweets") == 1
    await stage.read(query="", lists=("900",))
    assert stage.calls.count("/2/lists/900/tweets") == 1


async def test_the_limit_of_posts_is_held_and_said_and_holds_for_the_next_reading_too(stage: Stage) -> None:
    stage.settings["max_posts_per_report"] = 20
    collected = await stage.read()
    assert len(collected.tweets) == stage.server.charged["posts"] == 20
    assert collected.notes == (
        "查询「AI」 没有读完，缺较早的帖子：已到每份报告 20 条的上限；要多读，调高 x.max_posts_per_report",
    )
    asked = len(stage.calls)
    assert (await stage.read()).tweets == collected.tweets
    assert len(stage.calls) == asked
    stage.settings["max_posts_per_report"] = 50
    assert len((await stage.read()).tweets) == 25
    assert stage.server.charged["posts"] <= 26


async def test_the_budget_of_the_utc_day_is_never_exceeded(stage: Stage) -> None:
    stage.settings |= {"daily_budget_usd": 0.20, "max_posts_per_report": 100}
    collected = await stage.read()
    assert 10 <= len(collected.tweets) < 25
    assert collected.cost.usd == stage.archive.spent_usd(NOW.date()) <= 0.20
    (note,) = collected.notes
    assert note == (
        f"查询「AI」 没有读完，缺较早的帖子：今天（UTC）的 X 预算 0.20 美元已用 {dollars(collected.cost.usd)}，不够了；"
        "要多读，调高 x.daily_budget_usd"
    )
    stage.now += timedelta(days=1)
    assert len((await stage.read()).tweets) == 25
    assert stage.server.charged["posts"] == 25 + 1  # the oldest one again: others may have been written in its second


async def test_the_budget_of_a_report_is_held_and_the_next_report_reads_on(stage: Stage) -> None:
    stage.settings |= {"report_budget_usd": 0.15, "max_posts_per_report": 100}
    collected = await stage.read()
    assert 10 <= len(collected.tweets) < 25
    assert collected.cost.usd <= 0.15
    (note,) = collected.notes
    assert note == (
        f"查询「AI」 没有读完，缺较早的帖子：这份报告的 X 预算 0.15 美元已用 {dollars(collected.cost.usd)}，不够了；"
        "要多读，调高 x.report_budget_usd"
    )
    stage.settings["report_budget_usd"] = 2
    assert len((await stage.read()).tweets) == 25
    assert stage.server.charged["posts"] <= 26


async def test_two_readings_at_once_do_not_overspend_the_day(stage: Stage) -> None:
    stage.settings |= {"daily_budget_usd": 0.20, "max_posts_per_report": 100}
    first, second = await asyncio.gather(stage.read(), stage.read(query="AI post"))
    spent_usd = stage.archive.spent_usd(NOW.date())
    assert spent_usd == pytest.approx(first.cost.usd + second.cost.usd)
    assert spent_usd <= 0.20
    assert any("x.daily_budget_usd" in note for note in (*first.notes, *second.notes))


async def test_what_a_process_had_set_aside_when_it_died_stays_counted(stage: Stage) -> None:
    assert stage.archive.set_aside_usd(NOW.date(), 0.15, 0.20)
    assert not FileArchive(stage.archive.root).set_aside_usd(NOW.date(), 0.10, 0.20)
    stage.settings |= {"daily_budget_usd": 0.20, "max_posts_per_report": 100}
    assert (await stage.read()).tweets == ()
    assert stage.calls == []


async def test_authors_that_the_budget_does_not_hold_are_counted_in_a_note(stage: Stage) -> None:
    stage.settings |= {"report_budget_usd": 0.02, "max_posts_per_report": 10}
    nameless = [
        Tweet(
            id=str(FIRST_ID + at),
            author=Author(handle=str(at), id=str(at)),
            text="AI",
            created_at=DAY.since + timedelta(minutes=at),
            source="x",
        )
        for at in (1, 2, 3)
    ]
    stage.archive.keep("ai", nameless)
    collected = await stage.read()
    assert sorted(tweet.author.handle for tweet in collected.tweets) == ["3", "user1", "user2"]
    assert collected.notes[-1] == (
        "有 1 个作者没有查名字，只写编号：这份报告的 X 预算 0.02 美元已用 0.02，不够了；"
        "要多读，调高 x.report_budget_usd"
    )


async def test_without_a_budget_nothing_is_asked(stage: Stage) -> None:
    stage.settings["daily_budget_usd"] = 0
    collected = await stage.read(users=("user1",))
    assert (stage.calls, collected.tweets) == ([], ())
    assert len(collected.notes) == 3


async def test_an_empty_answer_is_a_note_that_says_what_to_check(stage: Stage) -> None:
    collected = await stage.read(query="nosuchword")
    assert collected.tweets == ()
    assert collected.notes == ("X 上没有找到「AI」这段时间的帖子：请检查查询词、用户名和列表",)


async def test_a_period_older_than_seven_days_is_clipped_and_said(stage: Stage) -> None:
    stage.server.world.posts.append(post(800, by=1, minutes=-60 * 24 * 10))
    collected = await stage.read(Period.of_days(date(2025, 12, 20), date(2026, 1, 7), "Asia/Shanghai"))
    assert len(collected.tweets) == 25
    assert collected.notes == ("X 只能搜索最近 7 天的帖子，更早的没有去读",)
    assert {call["status"] for call in stage.server.recording.calls} == {200}


async def test_a_period_that_is_not_over_is_read_up_to_now(stage: Stage) -> None:
    stage.now = DAY.since + timedelta(seconds=10)
    assert (await stage.read()).tweets == ()
    stage.now = DAY.since + timedelta(hours=5)
    await stage.read()
    assert {call["status"] for call in stage.server.recording.calls} == {200}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "set TUIBAO_X__BEARER_TOKEN"),
        ("402", "no credits left"),
        ("not-enrolled", "is in no project"),
        ("usage-capped", "cap of posts is used up"),
        ("404", "X answers 404"),
    ],
)
async def test_what_waiting_cannot_help_ends_at_once_in_a_sentence(stage: Stage, fault: str, said: str) -> None:
    stage.server.fail("search", fault, times=9)
    assert said in (await stage.failure()).reason
    assert (len(stage.calls), stage.slept) == (1, [])


@pytest.mark.parametrize("fault", ["503", "html", "cut", "disconnect"])
async def test_a_passing_failure_is_tried_again_with_growing_pauses(stage: Stage, fault: str) -> None:
    stage.server.fail("search", fault, times=3)
    assert len((await stage.read()).tweets) == 25
    assert stage.slept == [1, 2, 4]


@pytest.mark.parametrize(
    ("fault", "said"), [("503", "X is out of order (503, 4 tries)"), ("disconnect", "check the network and x.base_url")]
)
async def test_a_lasting_failure_ends_after_four_tries(stage: Stage, fault: str, said: str) -> None:
    stage.server.fail("search", fault, times=9)
    assert said in (await stage.failure()).reason
    assert stage.slept == [1, 2, 4]


async def test_nobody_at_the_address_says_so(stage: Stage) -> None:
    stage.settings["base_url"] = "http://127.0.0.1:1"
    assert "http://127.0.0.1:1 is out of reach (ConnectionError)" in (await stage.failure()).reason


async def test_a_short_rate_limit_is_waited_for(stage: Stage) -> None:
    stage.server.fail("search", "429", reset_s=40)
    assert len((await stage.read()).tweets) == 25
    assert stage.slept == [41]


async def test_a_long_rate_limit_says_when_it_works_again(stage: Stage) -> None:
    stage.server.fail("search", "429", reset_s=900)
    assert "works again at 00:45 UTC" in (await stage.failure()).reason
    assert stage.slept == []


async def test_what_was_bought_before_a_failure_is_kept_told_and_not_bought_again(stage: Stage) -> None:
    stage.settings["max_posts_per_report"] = 500
    stage.server.world.posts += [post(number, by=1, minutes=number) for number in range(100, 300)]
    stage.server.fail("search", "401", after=1)
    failure = await stage.failure()
    assert failure.reason.endswith("; 100 posts were read before that and are kept")
    assert len(failure.collected.tweets) == 100
    assert failure.collected.cost.posts == 100
    assert len((await stage.read()).tweets) == 225
    assert stage.server.charged["posts"] == 225


async def test_posts_whose_authors_could_not_be_asked_for_get_their_names_next_time(stage: Stage) -> None:
    stage.server.fail("users", "401")
    failure = await stage.failure()
    assert {tweet.author.handle for tweet in failure.collected.tweets} == {"1", "2", "3", "4", "5"}
    assert failure.collected.tweets[0].url.startswith("https://x.com/i/status/")
    collected = await stage.read()
    assert {tweet.author.handle for tweet in collected.tweets} == {"user1", "user2", "user3", "user4", "user5"}
    assert collected.tweets[0].url == f"https://x.com/user1/status/{FIRST_ID}"
    assert stage.server.charged == {"posts": 25, "users": 5}


async def test_a_suspended_author_keeps_his_number_and_is_asked_for_once(stage: Stage) -> None:
    stage.server.world.gone.add("3")
    collected = await stage.read()
    assert sum(tweet.author.handle == "3" for tweet in collected.tweets) == 5
    asked = len(stage.calls)
    await stage.read()
    assert len(stage.calls) == asked


async def test_users_and_lists_that_are_gone_are_named_and_the_rest_is_read(stage: Stage) -> None:
    topic: dict[str, Any] = {
        "query": "",
        "users": ("user1", "nobody", "not a handle"),
        "lists": ("900", "901", "my-list"),
    }
    collected = await stage.read(**topic)
    assert len(collected.tweets) == 10
    notes = "\n".join(collected.notes)
    assert "用户 nobody 在 X 上找不到" in notes
    assert "列表 901 在 X 上读不到（Could not find list with id: [901].）" in notes
    assert "用户 not a handle 写法不对" in notes
    assert "列表 my-list 写法不对" in notes
    asked = len(stage.calls)
    await stage.read(**topic)
    assert len(stage.calls) == asked


@pytest.mark.parametrize("route", ["timeline", "list"])
async def test_a_404_of_a_user_or_list_does_not_stop_the_others(stage: Stage, route: str) -> None:
    stage.server.fail(route, "404")
    collected = await stage.read(users=("user1",), lists=("900",))
    assert len(collected.tweets) == 25
    assert "在 X 上读不到（Not Found）" in collected.notes[0]


async def test_a_query_that_is_too_long_is_refused_before_x_is_asked(stage: Stage) -> None:
    failure = await stage.failure(query="a" * 513)
    assert (
        failure.reason == "the query of topic ai has 513 characters, X takes 512: shorten it, or make two topics of it"
    )
    assert stage.calls == []


async def test_without_a_token_the_sentence_names_the_setting(stage: Stage) -> None:
    stage.settings["bearer_token"] = SecretStr("")
    assert "set TUIBAO_X__BEARER_TOKEN" in (await stage.failure()).reason
    stage.settings["bearer_token"] = SecretStr("wrong")
    assert "the bearer token was refused (401)" in (await stage.failure()).reason


async def test_a_bad_row_of_x_is_counted_and_the_others_are_kept(stage: Stage) -> None:
    stage.server.world.posts[3]["id"] = "no-number"
    collected = await stage.read()
    assert len(collected.tweets) == 24
    assert collected.notes[0].startswith("X 的回答里有 1 条读不懂：第 ")


async def test_a_cancelled_reading_keeps_the_page_under_way(stage: Stage) -> None:
    task = asyncio.create_task(stage.read())
    await stage.server.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()
    assert len(stage.archive.posts("ai", DAY.since, DAY.until)) == 25
    assert stage.archive.spent_usd(NOW.date()) == pytest.approx(0.125)


async def test_a_source_error_is_all_that_a_caller_needs_to_know(stage: Stage) -> None:
    stage.server.fail("search", "401")
    with pytest.raises(SourceError) as caught:
        await stage.read()
    assert (caught.value.source, caught.value.reason.count("\n")) == ("x", 0)


@pytest.mark.process
async def test_the_counterpart_runs_as_a_process(stage: Stage, tmp_path: Path) -> None:
    posts, recording = tmp_path / "posts.json", tmp_path / "recording.jsonl"
    posts.write_text(json.dumps(page()), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.counterparts.x_server",
        "--posts",
        str(posts),
        "--recording",
        str(recording),
    ]
    process = subprocess.Popen(  # noqa: ASYNC220, S603  our own program, for the time of this test
        [*command, "--now", NOW.isoformat()], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = json.loads(await asyncio.to_thread(process.stdout.readline))["port"]
        stage.settings["base_url"] = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            await session.post("/faults", json={"path": "search", "kind": "503"})
            assert len((await stage.read()).tweets) == 25
            async with session.get("/charged") as answer:
                assert await answer.json() == {"posts": 25, "users": 5}
        assert stage.slept == [1]
        assert [json.loads(line)["status"] for line in recording.read_text().splitlines()] == [503, 200, 200]
    finally:
        process.terminate()
        process.communicate()
