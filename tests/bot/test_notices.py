"""What the bot's admins are told: why a report failed, who is gone, that nothing is delivered; once, and to each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.making import Job
from bot.model import Delivery, RunMark
from bot.newsroom import Newsroom
from bot.outbox import Outbox
from bot.platforms import PLAIN, ChatGone, Outgoing, Part, PlatformError, RetryLater
from bot.store.tiny import TinyStore
from handlers.base import Chat, Message, Request, Services
from handlers.chats import ChatKind, Subscription
from handlers.dispatch import answer
from report.errors import NothingToReport, SourceError
from report.model import Progress, Report, Topic
from tests.bot.outbox.values import Chats, FakePlatform
from tests.handlers.fakes import make_report

EIGHT = datetime(2026, 1, 8, 0, 0, tzinfo=UTC)  # in Shanghai
TOPIC = Topic(name="ai", title="AI", query="AI", late_note=True)
REFUSED = SourceError("x", "401: the bearer token is wrong; set a new one")


@dataclass
class Told(FakePlatform):
    """Remembers what each chat was told; `refuses` what it is asked to by the ids of chats."""

    told: list[tuple[str, str]] = field(default_factory=list)
    refuses: dict[str, PlatformError] = field(default_factory=dict)

    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:
        return ({"n": 0, "text": message.doc.plain()},)

    async def send(self, chat_id: str, part: Part, before: Sequence[str] = (), going: Outgoing = PLAIN) -> str:
        if chat_id in self.refuses:
            raise self.refuses[chat_id]
        await going.leaving()
        self.told.append((chat_id, part["text"]))
        return str(len(self.told))

    def to(self, chat_id: str) -> list[str]:
        return [text for chat, text in self.told if chat == chat_id]


@dataclass
class Desk:
    store: TinyStore
    folder: Path
    admins: tuple[str, ...] = ("telegram:1", "telegram:2")
    now: datetime = EIGHT
    error: Exception | None = None

    def __post_init__(self) -> None:
        config = Config(app=AppSettings(data_dir=self.folder, admins=self.admins), topics=(TOPIC,))
        self.platform = Told()
        platforms = {"telegram": self.platform}
        self.newsroom = Newsroom(config, self.store, platforms, lambda: self.now, make_report=self.make)
        self.services = Services(
            store=self.store,
            newsroom=self.newsroom,
            topics={"ai": TOPIC},
            admins=frozenset(self.admins),
            now=lambda: self.now,
        )
        self.newsroom.distribution.services = self.services
        self.outbox = Outbox(self.store, platforms, Chats(), lambda: self.now)
        self.newsroom.distribution.outbox = self.outbox

    async def make(self, job: Job, _: Progress) -> Report:
        if self.error:
            raise self.error
        made = make_report(job.period.first.day)
        return made.model_copy(update={"key": job.key, "created_at": job.now, "revision": job.revision})

    async def ring(self, after: timedelta = timedelta(0)) -> None:
        """A minute's tick so much later, with what it begins to its end; then another that tells."""
        self.now += after
        await self.newsroom.tick()
        await asyncio.gather(*self.newsroom._runs.values())
        await self.newsroom.tick()
        async with asyncio.timeout(5):
            while await self.store.deliveries(state="pending"):  # noqa: ASYNC110  nothing rings when they are done
                await asyncio.sleep(0)

    async def say(self, words: str) -> str:
        name, _, arguments = words.removeprefix("/").partition(" ")
        request = Request(Chat("telegram", "1"), "1", name, arguments)
        return "\n".join([message.doc.plain() async for message in answer(request, self.services)])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await TinyStore.open(tmp_path) as store:
        await store.mark_run(RunMark(topic="ai", due=EIGHT - timedelta(days=1), done_at=EIGHT - timedelta(days=1)))
        await store.subscribe(Subscription(chat="telegram:77", topic="ai", created_at=EIGHT - timedelta(hours=2)))
        made = Desk(store, tmp_path)
        made.outbox.start()
        yield made
        await made.outbox.stop()


async def test_a_failed_report_is_told_once_with_its_reason_and_the_command_to_try_again(desk: Desk) -> None:
    desk.error = REFUSED
    for minutes in (0, 1, 30, 31):
        await desk.ring(timedelta(minutes=minutes))
    assert len(desk.platform.to("1")) == len(desk.platform.to("2")) == 1
    said = desk.platform.to("1")[0].replace("\n\n", "\n").splitlines()
    assert said == [
        "01-08 08:00 的 AI 日报没有写成。",
        "原因：x: 401: the bearer token is wrong; set a new one",
        "程序会自己再试：下次 08:30，每半小时一次，最多六小时。订阅的人什么也没收到。",
        "想现在就再试，发 /regenerate ai。",
    ]
    assert desk.platform.to("77") == []


async def test_the_command_runs_it_again_and_everybody_hears_of_it(desk: Desk) -> None:
    desk.error = REFUSED
    await desk.ring()
    assert "没写成：x: 401" in await desk.say("/regenerate ai")
    desk.error = None
    desk.now += timedelta(minutes=20)
    answered = await desk.say("/regenerate ai")
    assert "写好了，正在送给订阅的人。" in answered
    await desk.ring()
    (brief,) = desk.platform.to("77")
    assert "这份来晚了，原定 08:00。" in brief
    assert "01-08 08:00 的 AI 日报 08:20 写成了，正在送。" in desk.platform.to("2")[-1]


async def test_after_six_hours_it_is_said_that_it_is_given_up(desk: Desk) -> None:
    desk.error = NothingToReport("ai: nothing", words="1 月 7 日没有能写的帖子：收集 3 条，广告 3")
    await desk.ring()
    for _ in range(14):
        await desk.ring(timedelta(minutes=30))
    told = desk.platform.to("1")
    assert len(told) == 2
    assert "1 月 7 日没有能写的帖子：收集 3 条，广告 3" in told[0]
    assert "试了六小时，还是没有写成，不再试了" in told[1]
    assert "下一份是 01-09 08:00" in told[1]


async def test_subscribers_get_one_line_after_two_hours_where_the_topic_wants_that(desk: Desk) -> None:
    desk.error = REFUSED
    await desk.ring()
    await desk.ring(timedelta(minutes=119))
    assert desk.platform.to("77") == []
    for _ in range(4):
        await desk.ring(timedelta(minutes=30))
    assert desk.platform.to("77") == ["今天的 AI 日报还没有写成，写好就送来。"]
    desk.error = None
    await desk.ring(timedelta(minutes=30))
    assert len(desk.platform.to("77")) == 2
    assert "这份来晚了，原定 08:00。" in desk.platform.to("77")[1]
    await desk.ring(timedelta(minutes=30))
    assert len(desk.platform.to("77")) == 2


async def test_an_admin_out_of_reach_keeps_no_other_waiting_and_is_told_later(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.error = REFUSED
    desk.platform.refuses["1"] = RetryLater("telegram: 502")
    await desk.ring()
    assert (len(desk.platform.to("1")), len(desk.platform.to("2"))) == (0, 1)
    del desk.platform.refuses["1"]
    await desk.ring(timedelta(minutes=1))
    assert (len(desk.platform.to("1")), len(desk.platform.to("2"))) == (1, 1)
    desk.platform.refuses["2"] = ChatGone("telegram: chat 2: bot was blocked by the user")
    for _ in range(14):
        await desk.ring(timedelta(minutes=30))
    assert len(desk.platform.to("1")) == 2
    assert caplog.text.count("telegram:2 cannot be told") == 1


async def test_without_admins_the_log_has_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with await TinyStore.open(tmp_path) as store:
        await store.mark_run(RunMark(topic="ai", due=EIGHT - timedelta(days=1), done_at=EIGHT - timedelta(days=1)))
        desk = Desk(store, tmp_path, admins=(), error=REFUSED)
        for minutes in (0, 1, 1):
            await desk.ring(timedelta(minutes=minutes))
    assert caplog.text.count("notice: 01-08 08:00 的 AI 日报没有写成") == 1


async def test_once_a_day_one_message_tells_who_is_gone_and_what_did_not_arrive(desk: Desk) -> None:
    for number in (5, 6):
        chat = f"telegram:{number}"
        await desk.store.subscribe(Subscription(chat=chat, topic="ai", created_at=EIGHT - timedelta(days=3)))
        await desk.store.chat_gone(chat, f"telegram: chat {number}: Forbidden: bot was blocked by the user", EIGHT)
    made = EIGHT - timedelta(hours=6)
    for number, state in enumerate(("failed", "unknown", "failed", "sent")):
        one = Delivery.model_validate(
            {"report_key": "k", "chat": f"telegram:{number}", "parts": [{}], "state": state, "created_at": made}
        )
        await desk.store.add_deliveries([one])
    late = {"report_key": "k", "chat": "telegram:9", "parts": [{}], "state": "failed"}
    await desk.store.add_deliveries([Delivery.model_validate(late | {"created_at": EIGHT})])  # tomorrow's to tell
    await desk.ring(timedelta(hours=3))
    assert not any("过去一天" in said for said in desk.platform.to("1"))
    await desk.ring(timedelta(hours=2))
    told = [said for said in desk.platform.to("1") if "过去一天没送到的" in said]
    assert len(told) == 1
    assert "2 个会话进不去了，订阅先停着，回来就接着送" in told[0]
    assert "2 个：telegram: Forbidden: bot was blocked by the user" in told[0]
    assert "没送到 2" in told[0]
    assert "不知送到没有 1" in told[0]
    await desk.ring(timedelta(hours=2))
    assert len([said for said in desk.platform.to("1") if "过去一天没送到的" in said]) == 1
    await desk.ring(timedelta(hours=22))
    told = [said for said in desk.platform.to("1") if "过去一天没送到的" in said]
    assert len(told) == 2
    assert "没送到 1" in told[1]
    assert "进不去" not in told[1]


async def test_when_nothing_was_delivered_for_36_hours_a_line_says_so_once(desk: Desk) -> None:
    await desk.ring()
    assert len(desk.platform.to("77")) == 1
    desk.error = REFUSED
    silent = "从 01-08 00:00（UTC）起没有送出过任何东西，超过 36 小时了。看看 /status 和日志。"
    for _ in range(36):
        await desk.ring(timedelta(hours=1))
    assert silent not in desk.platform.to("1")
    for _ in range(6):
        await desk.ring(timedelta(hours=1))
    assert desk.platform.to("1").count(silent) == 1
    assert silent in await desk.say("/status")
    desk.error = None
    await desk.ring(timedelta(hours=24))
    assert silent not in await desk.say("/status")
