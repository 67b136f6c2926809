"""One day's story: what earlier reports told, the ledger's sum, the day before, a quiet day, admins' posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from report.errors import NothingToReport
from report.model import Period, Report, Section, Topic, Tweet, report_key
from report.pipeline import make_report
from report.sources import Collected
from report.writer.offline import OfflineWriter
from tests.posts import DAY, TOPIC, period, post

FIRST_DAY = [
    "Northwind Labs released Tern-3 today: 71.2% on RepoBench, open weights under Apache 2.0.",
    "The coding agent QuillCode went down for 40 minutes after a routing change filled its caches, says its team.",
    "Halden Micro starts building its second chip fab in Elmside next spring, for 2.1 billion dollars.",
    "Lumen Forge open-sourced its agent sandbox: a microVM for each task, booting in 90 milliseconds.",
    "Ada Quill thinks the bottleneck of coding agents is approval: nobody lets them merge code alone.",
]
REPEATED = [f"{text} https://t.co/z{n} 🎉" for n, text in enumerate(FIRST_DAY[:3])]
GOING_ON = [
    "Lumen Forge open-sourced its agent sandbox; since this morning it boots in 35 milliseconds, on ARM as well.",
    "Ada Quill thinks the bottleneck of coding agents is approval: 64% of the teams she asked review every line.",
]
NEW = "Moon Gate raised $30 million to train a speech model for the Faroese language with two universities."


class Posts:
    """A source of posts at hand."""

    name = "posts"

    def __init__(self, tweets: Sequence[Tweet]) -> None:
        self._tweets = tweets

    async def read(self, period: Period) -> Collected:
        return Collected(tweets=tuple(tweet for tweet in self._tweets if period.holds(tweet.created_at)))


def on(day: int, *texts: str, first: int = 0) -> list[Tweet]:
    """Posts of that day of January, by authors of their own."""
    after = (DAY.replace(day=day) - DAY) // timedelta(minutes=1)
    return [post(day * 100 + first + n, text, minutes=after + n) for n, text in enumerate(texts)]


async def make(posts: Sequence[Tweet], folder: Path, *, day: int = 7, topic: Topic = TOPIC, **inputs: Any) -> Report:
    when = period(day, day)
    return await make_report(
        topic,
        when,
        sources=[Posts(posts)],
        writer=OfflineWriter(),
        picture=folder / "cloud.jpg",
        now=DAY,
        progress=lambda _: None,
        key=report_key(topic.name, when.first, when.last),
        **inputs,
    )


async def two_days(folder: Path, **inputs: Any) -> tuple[Report, Report, dict[str, Tweet]]:
    earlier = on(6, *FIRST_DAY)
    today = on(7, *REPEATED, *GOING_ON, NEW)
    before = await make(earlier, folder, day=6)
    report = await make(today, folder, earlier=earlier, reports=[before], **inputs)
    return before, report, {tweet.text: tweet for tweet in today}


def core(report: Report) -> Section:
    section = report.section("core")
    assert section is not None
    return section


def adds_up(report: Report) -> bool:
    ledger = report.ledger
    parts = ledger.copies + ledger.ads + ledger.off_topic + ledger.empty + ledger.used
    ids = [*ledger.used_ids, *(row.id for row in ledger.dropped)]
    return ledger.collected == parts == len(ids) == len(set(ids))


async def test_what_is_back_unchanged_is_left_out_with_the_reason_and_the_ledger_adds_up(tmp_path: Path) -> None:
    _, report, posts = await two_days(tmp_path)
    reasons = {row.id: (row.kind, row.reason) for row in report.ledger.dropped}
    assert reasons == {posts[text].id: ("copy", "1 月 6 日已经报过，没有新内容") for text in REPEATED}
    assert report.ledger.copies == 3
    assert adds_up(report)


async def test_what_goes_on_is_marked_and_says_only_what_is_new(tmp_path: Path) -> None:
    before, report, posts = await two_days(tmp_path)
    points = {point.citations[0]: point for point in core(report).points}
    for text, news in zip(GOING_ON, ("35 milliseconds", "64%"), strict=True):
        point = points[posts[text].id]
        assert point.status == "continuing"
        assert point.text.startswith("续 1 月 6 日")
        assert news in point.text
    assert points[posts[NEW].id].status == "new"
    assert not any(point.text.startswith("续") for point in core(before).points)


async def test_a_post_of_several_sentences_is_quoted_from_the_first_that_was_not_told(tmp_path: Path) -> None:
    earlier = on(6, *FIRST_DAY)
    more = "A second outage followed at night and took 3 hours to mend."
    today = on(7, f"{FIRST_DAY[1]} {more}", NEW)
    before = await make(earlier, tmp_path, day=6)
    report = await make(today, tmp_path, earlier=earlier, reports=[before])
    told = next(point for point in core(report).points if point.status == "continuing")
    assert f"「{more}」" in told.text


async def test_a_report_made_again_remembers_neither_itself_nor_later_days(tmp_path: Path) -> None:
    before, report, _ = await two_days(tmp_path)
    again = await make(on(6, *FIRST_DAY), tmp_path, day=6, earlier=(), reports=[before, report])
    assert again == before


async def test_without_reports_only_copies_of_the_day_before_go(tmp_path: Path) -> None:
    report = await make(on(7, *REPEATED, *GOING_ON, NEW), tmp_path, earlier=on(6, *FIRST_DAY))
    assert report.ledger.copies == 3
    assert all(point.status == "new" for point in core(report).points)
    assert adds_up(report)


async def test_posts_that_an_admin_brought_back_are_used(tmp_path: Path) -> None:
    advertisement = "限时抽奖！转发关注送 3 台显卡，邀请码 TUI88，链接 https://win.example/x"
    lost = [*on(7, REPEATED[0]), *on(7, advertisement, first=50)]
    earlier = on(6, *FIRST_DAY)
    before = await make(earlier, tmp_path, day=6)
    inputs: dict[str, Any] = {"earlier": earlier, "reports": [before]}
    assert {row.id for row in (await make([*lost, *on(7, NEW, first=60)], tmp_path, **inputs)).ledger.dropped} == {
        tweet.id for tweet in lost
    }
    restored = {tweet.id for tweet in lost}
    report = await make([*lost, *on(7, NEW, first=60)], tmp_path, restored=restored, **inputs)
    assert restored <= set(report.ledger.used_ids)
    assert adds_up(report)


async def test_a_day_on_which_everything_was_told_before_says_so(tmp_path: Path) -> None:
    earlier = on(6, *FIRST_DAY)
    before = await make(earlier, tmp_path, day=6)
    with pytest.raises(NothingToReport, match="3 copy"):
        await make(on(7, *REPEATED), tmp_path, earlier=earlier, reports=[before])


async def test_a_day_of_one_post_is_a_short_report_that_says_why(tmp_path: Path) -> None:
    report = await make(on(7, NEW), tmp_path)
    assert len(core(report).points) == 1
    assert core(report).intro == "这一天只有 1 条帖子可写，都在这里。"


async def test_the_day_before_is_counted_as_its_own_report_used_it(tmp_path: Path) -> None:
    earlier = on(6, *FIRST_DAY)
    before = await make(earlier, tmp_path, day=6)
    fewer = before.ledger.model_copy(update={"used": 2, "used_ids": before.ledger.used_ids[:2]})
    report = await make(on(7, NEW), tmp_path, earlier=earlier, reports=[before.model_copy(update={"ledger": fewer})])
    changes = report.section("changes")
    assert changes is not None
    assert changes.intro.startswith("前一日采用 2 条，当日 1 条。")


async def test_only_the_stretch_before_is_compared_though_more_is_at_hand(tmp_path: Path) -> None:
    report = await make(on(7, NEW), tmp_path, earlier=[*on(3, *FIRST_DAY), *on(6, FIRST_DAY[0])])
    changes = report.section("changes")
    assert changes is not None
    assert changes.intro.startswith("前一日采用 1 条，")
