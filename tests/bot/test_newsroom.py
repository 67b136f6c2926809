"""Who gets which report, how often, and what happens when one cannot be made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import AppSettings, Config
from bot.making import Job
from bot.model import RunMark
from bot.newsroom import Busy, Newsroom
from bot.platforms import Part
from bot.press import Stopping
from bot.store.tiny import TinyStore
from handlers.base import Message, Services
from handlers.chats import ChatKind, ChatSettings, Subscription, Wishes
from handlers.words import EN, ZH, Words
from report.doc import Paragraph, doc, text
from report.errors import NothingToReport, SourceError
from report.model import Period, Progress, Report, Topic
from tests.bot.outbox.values import FakePlatform
from tests.bot.store.values import keep
from tests.handlers.fakes import make_report

EIGHT = datetime(2026, 1, 8, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
TOPIC = Topic(name="ai", title="AI", query="AI")


class SpeakingPlatform(FakePlatform):
    def __init__(self) -> None:
        super().__init__()
        self.encoded = 0

    def encode(self, message: Message, *, kind: ChatKind = "private") -> tuple[Part, ...]:
        self.encoded += 1
        return ({"n": 0, "text": message.doc.plain(), "channel": kind == "channel"},)


@dataclass
class Desk:
    """A newsroom over a real store, with a clock to set and a maker that fails when told to."""

    store: TinyStore
    folder: Path
    now: datetime = EIGHT
    error: Exception | None = None
    made: list[Job] = field(default_factory=list)
    hold: asyncio.Event | None = None
    corrected: Sequence[str] = ()  # what the first point says, making after making

    def __post_init__(self) -> None:
        config = Config(app=AppSettings(data_dir=self.folder), topics=(TOPIC,))
        self.platform = SpeakingPlatform()
        self.newsroom = Newsroom(
            config, self.store, {"telegram": self.platform}, lambda: self.now, make_report=self.make
        )
        self.newsroom.distribution.services = Services(
            store=self.store,
            newsroom=self.newsroom,
            topics={"ai": TOPIC},
            admins=frozenset(),
            now=lambda: self.now,
        )

    async def make(self, job: Job, progress: Progress) -> Report:
        self.made.append(job)
        if self.hold:
            await self.hold.wait()
        if self.error:
            raise self.error
        made = make_report(job.period.first.day, last=job.period.last.day)
        if self.corrected:
            says, *self.corrected = self.corrected
            core = next(section for section in made.sections if section.kind == "core")
            first, *others = core.points
            points = (first.model_copy(update={"text": says}), *others)
            other = tuple(section for section in made.sections if section is not core)
            made = made.model_copy(update={"sections": (core.model_copy(update={"points": points}), *other)})
        return made.model_copy(update={"key": job.key, "created_at": job.now, "revision": job.revision})

    async def subscribe(self, number: int, *, hour: str | None = None, kind: str = "private", **fields: object) -> None:
        values = {"chat": f"telegram:{number}", "topic": "ai", "hours": (hour,) if hour else (), "kind": kind, **fields}
        await self.store.subscribe(Subscription.model_validate({**values, "created_at": EIGHT - timedelta(days=9)}))

    async def ring(self) -> None:
        """A minute's tick, and the runs that it began to their end."""
        await self.newsroom.tick()
        await asyncio.gather(*self.newsroom._runs.values())

    async def delivered(self) -> list[str]:
        return sorted(each.chat for each in await self.store.deliveries())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await TinyStore.open(tmp_path) as store:
        yield Desk(store, tmp_path)


async def test_a_run_keeps_the_report_and_a_delivery_for_each_chat_that_is_due(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.subscribe(2, kind="channel")
    await desk.subscribe(3, hour="21:00")
    await desk.newsroom.run(TOPIC, EIGHT)
    assert await desk.store.report("twitter_ai_20260107_20260107")
    parts = {each.chat: each.parts[0]["channel"] for each in await desk.store.deliveries()}
    assert parts == {"telegram:1": False, "telegram:2": True}


async def test_who_subscribed_to_another_topic_gets_nothing(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.subscribe(2, topic="finance")
    await desk.newsroom.run(TOPIC, EIGHT)
    assert await desk.delivered() == ["telegram:1"]


async def test_a_chat_s_own_hour_comes_later_and_once(desk: Desk) -> None:
    await desk.subscribe(3, hour="21:00")
    await desk.newsroom.run(TOPIC, EIGHT)
    for minutes in (0, 779, 780, 781):
        desk.now = EIGHT + timedelta(minutes=minutes)
        await desk.ring()
        assert len(await desk.delivered()) == (minutes >= 780)


async def test_an_hour_is_of_the_chat_s_own_timezone(desk: Desk) -> None:
    await desk.subscribe(3, hour="08:00")
    await keep(desk.store, ChatSettings(chat="telegram:3", timezone="America/New_York"))
    await desk.newsroom.run(TOPIC, EIGHT)
    for hours, reached in ((0, 0), (12.9, 0), (13, 1), (14, 1)):
        desk.now = EIGHT + timedelta(hours=hours)
        await desk.ring()
        assert len(await desk.delivered()) == reached


async def test_quiet_hours_put_a_report_off_to_their_end(desk: Desk) -> None:
    await desk.subscribe(3)
    await desk.subscribe(4)
    await keep(desk.store, ChatSettings(chat="telegram:3", quiet=("22:00", "09:30")))
    await desk.newsroom.run(TOPIC, EIGHT)
    assert await desk.delivered() == ["telegram:4"]
    for minutes, reached in ((89, 1), (90, 2), (91, 2)):
        desk.now = EIGHT + timedelta(minutes=minutes)
        await desk.ring()
        assert len(await desk.delivered()) == reached


async def test_a_report_of_a_weekday_that_is_not_wanted_never_comes(desk: Desk) -> None:
    await desk.subscribe(3, weekdays=(5,))
    await desk.subscribe(4, weekdays=(4,))  # the 8th is a Thursday
    await desk.newsroom.run(TOPIC, EIGHT)
    for hours in (1, 16, 23):
        desk.now = EIGHT + timedelta(hours=hours)
        await desk.newsroom.distribution.deliver_due()
    assert await desk.delivered() == ["telegram:4"]


async def test_who_wishes_alike_shares_one_rendering_and_each_gets_what_he_wishes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Wishes | None]] = []

    async def spoken(report: Report, topic: Topic, services: Services, *, words: Words, wishes: Wishes) -> Message:
        asked.append((words.language, wishes))
        return Message(doc(Paragraph(text(f"{words.language} {wishes.length}"))))

    monkeypatch.setattr("bot.addressing.brief_of", spoken)
    full = Wishes(length="full", mute=("招聘",))
    for number in range(1, 31):
        await desk.subscribe(number, wishes=full if number % 3 == 0 else Wishes())
    for number in (1, 2, 3):
        await keep(desk.store, ChatSettings(chat=f"telegram:{number}", seen_language="en"))
    await keep(desk.store, ChatSettings(chat="telegram:4", language="zh", seen_language="en"))
    await desk.newsroom.run(TOPIC, EIGHT)
    texts = {each.chat: each.parts[0]["text"] for each in await desk.store.deliveries()}
    assert len(texts) == 30
    assert [texts[f"telegram:{number}"] for number in (1, 3, 4, 6)] == ["en brief", "en full", "zh brief", "zh full"]
    assert sorted(asked, key=str) == sorted([("en", Wishes()), ("en", full), ("zh", Wishes()), ("zh", full)], key=str)
    assert desk.platform.encoded == 4


async def test_a_chat_that_is_gone_gets_nothing_and_what_is_new_when_it_is_back(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.store.chat_gone("telegram:1", "telegram: blocked", desk.now)
    await desk.newsroom.run(TOPIC, EIGHT)
    assert await desk.delivered() == []
    desk.now += timedelta(hours=2)
    await desk.store.chat_back("telegram:1")
    await desk.ring()
    assert await desk.delivered() == ["telegram:1"]


async def test_what_is_gone_for_ninety_days_is_forgotten_within_a_minute_also_where_no_report_is_made(
    desk: Desk,
) -> None:
    await desk.subscribe(1)
    await desk.store.chat_gone("telegram:1", "telegram: blocked", EIGHT - timedelta(days=89))
    await desk.newsroom.forget_gone()
    assert set(await desk.store.chats()) == {"telegram:1"}
    desk.now += timedelta(days=1, minutes=1)
    await desk.ring()
    assert await desk.store.chats() == {}
    assert await desk.store.chat_back("telegram:1") == ()


async def test_settings_changed_while_a_delivery_waits_send_nothing_twice(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.newsroom.run(TOPIC, EIGHT)
    for hour in ("21:00", "07:00", "08:30"):
        await desk.subscribe(1, hour=hour)
        desk.now += timedelta(hours=7)
        await desk.newsroom.distribution.deliver_due()
    assert await desk.delivered() == ["telegram:1"]


async def test_a_second_hour_of_the_same_day_makes_and_sends_nothing_again(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.newsroom.run(TOPIC, EIGHT)
    desk.now += timedelta(hours=5)
    await desk.newsroom.run(TOPIC, desk.now)
    assert len(desk.made) == 1
    assert await desk.delivered() == ["telegram:1"]


async def test_a_day_that_still_runs_is_told_again_at_its_second_hour(desk: Desk) -> None:
    await desk.subscribe(1)
    topic = TOPIC.model_copy(update={"window": "today"})
    await desk.newsroom.run(topic, EIGHT)
    await desk.newsroom.run(topic, EIGHT + timedelta(hours=5))
    assert [each.revision for each in await desk.store.deliveries()] == [1, 2]


async def test_a_rewritten_report_is_not_pushed_again_but_reaches_whoever_is_due_later(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.subscribe(2, hour="21:00")
    await desk.newsroom.run(TOPIC, EIGHT)
    day = EIGHT.date() - timedelta(days=1)
    desk.corrected = ["更正了。"]
    await desk.newsroom.make(TOPIC, Period.of_days(day, day, TOPIC.timezone), rewrite=True)
    await desk.ring()
    assert await desk.delivered() == ["telegram:1"]
    desk.now = EIGHT + timedelta(hours=13)
    await desk.ring()
    assert {each.chat: each.revision for each in await desk.store.deliveries()} == {"telegram:1": 1, "telegram:2": 2}


@pytest.mark.parametrize(
    "error", [SourceError("x", "401: the bearer token is wrong"), NothingToReport("empty"), OSError("no fork")]
)
async def test_a_failed_run_reaches_nobody_is_marked_and_tried_again_in_half_an_hour(
    desk: Desk, error: Exception
) -> None:
    await desk.subscribe(1)
    desk.error = error
    await desk.newsroom.run(TOPIC, EIGHT)
    assert await desk.delivered() == []
    assert str(error) in (await desk.store.last_runs())["ai"].error
    for minutes, tries in ((29, 1), (30, 2), (45, 2), (60, 3)):
        desk.now = EIGHT + timedelta(minutes=minutes)
        await desk.ring()
        assert len(desk.made) == tries
    desk.error = None
    desk.now += timedelta(minutes=30)
    await desk.ring()
    assert await desk.delivered() == ["telegram:1"]


async def test_six_hours_after_its_first_try_a_failed_run_is_left_alone_however_late_it_began(desk: Desk) -> None:
    desk.error = NothingToReport("empty")
    desk.now = EIGHT + timedelta(hours=9)
    await desk.newsroom.run(TOPIC, EIGHT)
    desk.now += timedelta(minutes=30)
    await desk.ring()
    assert len(desk.made) == 2
    assert "每半小时重试一次" in "\n".join(await desk.newsroom.status(ZH))
    desk.now += timedelta(hours=6)
    await desk.ring()
    assert len(desk.made) == 2
    assert "没写成，等下一次" in "\n".join(await desk.newsroom.status(ZH))


async def test_a_rewriting_during_the_run_becomes_the_next_revision(desk: Desk) -> None:
    desk.hold = asyncio.Event()
    desk.corrected = ["一", "二", "三"]
    day = EIGHT.date() - timedelta(days=1)
    run = asyncio.create_task(desk.newsroom.run(TOPIC, EIGHT))
    while not desk.made:  # noqa: ASYNC110  nothing rings when a job begins
        await asyncio.sleep(0)
    period = Period.of_days(day, day, TOPIC.timezone)
    rewriting = [asyncio.create_task(desk.newsroom.make(TOPIC, period, rewrite=True)) for _ in range(2)]
    await asyncio.sleep(0)
    desk.hold.set()
    await run
    assert [report.revision for report in await asyncio.gather(*rewriting)] == [2, 3]


async def test_a_topic_that_never_ran_waits_and_one_that_missed_its_hour_runs_once(desk: Desk) -> None:
    await desk.ring()
    await desk.ring()
    assert desk.made == []
    desk.now = EIGHT + timedelta(days=3, minutes=30)
    await desk.ring()
    await desk.ring()
    assert len(desk.made) == 1


async def test_a_run_that_is_made_up_after_midnight_is_about_the_day_that_was_missed(desk: Desk) -> None:
    await desk.ring()
    desk.now = EIGHT + timedelta(days=1, hours=17)  # 01:00 of the day after next
    await desk.ring()
    assert [job.key for job in desk.made] == ["twitter_ai_20260108_20260108"]


async def test_a_reader_s_range_never_stands_in_for_the_daily_report(desk: Desk) -> None:
    await desk.subscribe(1)
    day = EIGHT.date() - timedelta(days=1)
    asked = await desk.newsroom.make(TOPIC, Period.of_days(day, day, TOPIC.timezone))
    await desk.newsroom.run(TOPIC, EIGHT)
    assert asked.key == "range_ai_20260107_20260107"
    assert [job.key for job in desk.made] == [asked.key, "twitter_ai_20260107_20260107"]
    assert await desk.delivered() == ["telegram:1"]


async def test_a_range_that_was_asked_for_while_its_day_ran_is_written_anew_later(desk: Desk) -> None:
    period = Period.of_days(EIGHT.date(), EIGHT.date(), TOPIC.timezone)
    for hours in (0, 0.9, 1.1, 17, 40):
        desk.now = EIGHT + timedelta(hours=hours)
        await desk.newsroom.make(TOPIC, period)
    assert [job.now - EIGHT for job in desk.made] == [timedelta(hours=hours) for hours in (0, 1.1, 17)]


async def test_a_good_run_before_a_failed_one_still_reaches_the_chat_of_a_later_hour(desk: Desk) -> None:
    await desk.subscribe(2, hour="19:00")
    await desk.newsroom.run(TOPIC, EIGHT)
    desk.error = SourceError("x", "503")
    desk.now = EIGHT + timedelta(hours=10)
    await desk.newsroom.run(TOPIC.model_copy(update={"window": "today"}), desk.now)
    desk.now = EIGHT + timedelta(hours=11)
    await desk.ring()
    assert await desk.delivered() == ["telegram:2"]


async def test_a_long_queue_of_readers_is_refused_and_never_holds_up_the_schedule(desk: Desk) -> None:
    desk.hold = asyncio.Event()
    day = EIGHT.date()
    asked = [
        asyncio.create_task(desk.newsroom.make(TOPIC, Period.of_days(day - timedelta(days=n), day, TOPIC.timezone)))
        for n in range(1, 5)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await desk.newsroom.make(TOPIC, Period.of_days(day - timedelta(days=9), day, TOPIC.timezone))
    run = asyncio.create_task(desk.newsroom.run(TOPIC, EIGHT))
    while len(desk.made) < 2:  # noqa: ASYNC110  nothing rings when a job begins
        await asyncio.sleep(0)
    assert [job.stored_only for job in desk.made] == [True, False]
    desk.hold.set()
    await asyncio.gather(run, *asked)


async def test_what_is_asked_for_twice_at_once_is_made_once(desk: Desk) -> None:
    desk.hold = asyncio.Event()
    day = EIGHT.date() - timedelta(days=1)
    period = Period.of_days(day - timedelta(days=1), day, TOPIC.timezone)
    asked = [asyncio.create_task(desk.newsroom.make(TOPIC, period)) for _ in range(2)]
    before = EIGHT - timedelta(days=1)
    await desk.store.mark_run(RunMark(topic="ai", due=before, done_at=before))
    await desk.newsroom.tick()
    await desk.newsroom.tick()
    while len(desk.made) < 2:  # noqa: ASYNC110  nothing rings when a job begins
        await asyncio.sleep(0)
    desk.hold.set()
    first, second = await asyncio.gather(*asked)
    await asyncio.gather(*desk.newsroom._runs.values())
    assert first == second
    assert sorted(job.key for job in desk.made) == ["range_ai_20260106_20260107", "twitter_ai_20260107_20260107"]


async def test_stopping_gives_up_what_is_in_the_making(desk: Desk) -> None:
    desk.hold = asyncio.Event()
    day = EIGHT.date() - timedelta(days=1)
    asked = asyncio.create_task(desk.newsroom.make(TOPIC, Period.of_days(day, day, TOPIC.timezone)))
    while not desk.made:  # noqa: ASYNC110  nothing rings when a job begins
        await asyncio.sleep(0)
    await desk.newsroom.stop()
    with pytest.raises(Stopping):
        await asked
    assert await desk.store.report_keys("ai") == []


async def test_status_tells_the_next_run_the_last_report_and_the_deliveries(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.newsroom.run(TOPIC, EIGHT)
    lines = "\n".join(await desk.newsroom.status(ZH))
    assert "下次 01-09 08:00" in lines
    assert "twitter_ai_20260107_20260107：采用 59/124 条，X 0.00 美元，没用模型" in lines
    assert "订阅 1 个会话；送达记录：在送 1" in lines
    assert "今天（UTC 1 月 8 日）花了：X 0.00 / 5.00 美元" in lines


async def test_status_is_told_in_english_to_who_reads_it(desk: Desk) -> None:
    await desk.subscribe(1)
    await desk.newsroom.run(TOPIC, EIGHT)
    lines = "\n".join(await desk.newsroom.status(EN))
    assert "next run 01-09 08:00 (Asia/Shanghai)" in lines
    assert "twitter_ai_20260107_20260107: 59 of 124 posts used, X $0.00, no model used" in lines
    assert "1 chat subscribed; deliveries: on their way 1" in lines
    assert "Today (8 January, UTC): X $0.00 of $5.00" in lines


async def test_deliveries_are_counted_by_what_became_of_them(desk: Desk) -> None:
    for number in (1, 2):
        await desk.subscribe(number)
    await desk.newsroom.run(TOPIC, EIGHT)
    (first, _) = await desk.store.deliveries()
    await desk.store.save_delivery(first.model_copy(update={"state": "sent"}))
    assert await desk.store.delivered(EIGHT - timedelta(days=1)) == {"sent": 1, "pending": 1}
    assert await desk.store.delivered(EIGHT + timedelta(days=1)) == {}


async def test_a_run_mark_of_before_is_read_without_its_revision() -> None:
    assert RunMark.model_validate({"topic": "ai", "due": EIGHT, "done_at": EIGHT}).revision == 1
