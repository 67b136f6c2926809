"""A store and a newsroom in memory, and reports to ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from handlers.actions import read_action
from handlers.base import Chat, Message, Request, Services
from handlers.chats import ChatSettings, Subscription
from handlers.dispatch import answer
from handlers.limits import Limits
from handlers.newsroom import Spent
from handlers.store import Restored
from handlers.words import Words
from report.errors import NothingToReport
from report.library import Hit, Library
from report.llm import Model
from report.model import (
    HEADINGS,
    Language,
    Ledger,
    Period,
    Point,
    Progress,
    Report,
    Section,
    Source,
    Topic,
    Tweet,
    report_key,
)

NOW = datetime(2026, 1, 8, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
TOPICS = {
    "ai": Topic(name="ai", title="AI", query="AI"),
    "finance": Topic(name="finance", title="财经", query="stocks", schedule=("07:30", "20:00")),
}


def point(number: int, kind: str = "core", **fields: object) -> Point:
    values: dict[str, object] = {
        "id": f"{kind}-{number:02}",
        "headline": f"第 {number} 件事",
        "text": f"这是第 {number} 件事的经过。",
        "citations": (f"20087000000000000{number:02}",),
        **fields,
    }
    return Point.model_validate(values)


def make_report(day: int = 7, *, topic: str = "ai", last: int | None = None, kinds: Sequence[str] = ()) -> Report:
    """A report of January 2026 with ten points and the sections of `kinds`."""
    first_day, last_day = date(2026, 1, day), date(2026, 1, last or day)
    chosen = kinds or ("views", "events", "market", "ai", "sentiment", "changes")
    sections = [
        Section(kind="overview", heading=HEADINGS["overview"], points=(point(1, "overview", headline=""),)),
        Section(kind="core", heading=HEADINGS["core"], points=tuple(point(n) for n in range(1, 11))),
    ]
    for kind in chosen:
        children: tuple[Section, ...] = ()
        if kind == "changes":
            counted = point(1, "changes", headline="Tern-3", text="0 → 4 条。")
            children = (Section(kind="changes", heading="新出现", points=(counted,)),)
        points = () if children else (point(1, kind),)
        sections.append(Section.model_validate({"kind": kind, "heading": kind, "points": points, "children": children}))
    ids = [f"20087000000000000{n:02}" for n in range(1, 11)]
    return Report(
        key=report_key(topic, first_day, last_day),
        topic=topic,
        first=first_day,
        last=last_day,
        timezone="Asia/Shanghai",
        sections=tuple(sections),
        sources=tuple(Source(id=i, url=f"https://x.com/lab/status/{i}", handle="lab", name="澄海智能") for i in ids),
        ledger=Ledger(collected=124, copies=2, ads=22, off_topic=24, empty=17, used=59),
        created_at=datetime(2026, 1, day + 1, tzinfo=UTC),
        writer="offline",
    )


@dataclass
class MemoryStore:
    reports: dict[str, Report] = field(default_factory=dict)
    held: list[Subscription] = field(default_factory=list)
    pushed: set[tuple[str, str]] = field(default_factory=set)  # keys of reports and chats
    resting: list[Subscription] = field(default_factory=list)  # of chats that are gone
    chats: dict[str, ChatSettings] = field(default_factory=dict)
    brought_back: dict[tuple[str, str], Restored] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)  # deliveries

    async def report(self, key: str) -> Report | None:
        return self.reports.get(key)

    async def report_entries(self, topic: str | None = None) -> Sequence[Report]:
        mine = [report for report in self.reports.values() if topic in (None, report.topic)]
        return sorted(mine, key=lambda report: report.last)

    async def report_keys(self, topic: str) -> Sequence[str]:
        mine = [report for report in self.reports.values() if report.topic == topic]
        return [report.key for report in sorted(mine, key=lambda report: report.last)]

    async def subscriptions(self, chat: str | None = None) -> Sequence[Subscription]:
        return [each for each in self.held if chat in (None, each.chat)]

    async def subscribe(self, subscription: Subscription) -> None:
        await self.unsubscribe(subscription.chat, subscription.topic)
        self.held.append(subscription)

    async def unsubscribe(self, chat: str, topic: str | None = None) -> int:
        gone = [each for each in self.held if each.chat == chat and topic in (None, each.topic)]
        self.held = [each for each in self.held if each not in gone]
        return len(gone)

    async def chat(self, chat: str) -> ChatSettings:
        return self.chats.get(chat, ChatSettings(chat=chat))

    async def change_chat(self, chat: str, change: Callable[[ChatSettings], ChatSettings]) -> ChatSettings:
        self.chats[chat] = change(await self.chat(chat))
        return self.chats[chat]

    async def change_subscription(
        self, chat: str, topic: str, change: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        for place, each in enumerate(self.held):
            if (each.chat, each.topic) == (chat, topic):
                self.held[place] = change(each)
                return self.held[place]
        return None

    async def chat_back(self, chat: str) -> Sequence[Subscription]:
        alive = [each for each in self.resting if each.chat == chat]
        self.resting = [each for each in self.resting if each.chat != chat]
        self.held += alive
        return alive

    async def was_pushed(self, report_key: str, revision: int, chat: str) -> bool:
        return (report_key, chat) in self.pushed

    async def restored(self, topic: str) -> Sequence[Restored]:
        return [post for (name, _), post in self.brought_back.items() if name == topic]

    async def restore(self, post: Restored) -> None:
        self.brought_back.setdefault((post.topic, post.id), post)

    async def take_back(self, topic: str, post_id: str) -> bool:
        return self.brought_back.pop((topic, post_id), None) is not None

    async def delivered(self, since: datetime) -> Mapping[str, int]:
        return self.states


@dataclass
class MemoryNewsroom:
    """Makes a report of any days but those of 2025."""

    store: MemoryStore
    made: list[tuple[str, int | None]] = field(default_factory=list)
    money: Spent = field(default_factory=Spent)
    asked_days: list[tuple[date, date]] = field(default_factory=list)
    posts: dict[str, Tweet] = field(default_factory=dict)
    model: Callable[[], Model] | None = None
    steps: tuple[str, ...] = ()  # of progress
    hold: asyncio.Event | None = None  # what a report waits for

    def __post_init__(self) -> None:
        self.library = Library(self.store, self._cited, lambda: NOW, lambda: self.model() if self.model else None)

    async def _cited(self, _topic: Topic, hits: Sequence[Hit]) -> Mapping[str, Tweet]:
        return {post: self.posts[post] for hit in hits for post in hit.entry.citations if post in self.posts}

    async def make(
        self, topic: Topic, period: Period, *, rewrite: bool = False, progress: Progress | None = None
    ) -> Report:
        for step in self.steps:
            if progress:
                progress(step)
        if self.hold:
            await self.hold.wait()
        if period.first.year == 2025:
            raise NothingToReport("ai: no posts in the period")
        key = report_key(topic.name, period.first, period.last, asked=not rewrite)
        present = self.store.reports.get(key)
        revision = present.revision + 1 if present else 1
        self.made.append((key, revision))
        made = make_report(period.first.day, topic=topic.name, last=period.last.day)
        made = made.model_copy(update={"key": key, "revision": revision, "created_at": NOW})
        self.store.reports[made.key] = made
        return made

    async def failed_run(self, topic: Topic) -> bool:
        return False

    async def run_again(self, topic: Topic) -> Report:
        raise NothingToReport("ai: no posts in the period")

    async def correct(self, key: str) -> int:
        return 0

    async def status(self, words: Words) -> Sequence[str]:
        return ["AI：下次 01-09 08:00（Asia/Shanghai）"]

    async def spent(self, first: date, last: date) -> Spent:
        self.asked_days.append((first, last))
        return self.money

    def picture(self, report: Report) -> str | None:
        return f"/clouds/{report.key}.jpg"


@dataclass
class Conversation:
    """Says things and gives the answers."""

    store: MemoryStore = field(default_factory=MemoryStore)
    topics: Mapping[str, Topic] = field(default_factory=lambda: TOPICS)
    admins: frozenset[str] = frozenset({"telegram:1"})
    limits: Limits = field(default_factory=lambda: Limits(per_user=1000, per_chat=1000))  # the clock stands still

    def __post_init__(self) -> None:
        self.newsroom = MemoryNewsroom(self.store)
        self.services = Services(
            store=self.store,
            newsroom=self.newsroom,
            topics=MappingProxyType(dict(self.topics)),
            admins=self.admins,
            now=lambda: NOW,
            limits=self.limits,
        )

    async def say(
        self,
        words: str,
        *,
        user: str = "7",
        chat: Chat | None = None,
        language: Language | None = None,
        manages: bool = True,
        pressed: bool = False,
    ) -> list[Message]:
        """What is answered to a command, or to a pressed button's action (`c:settings ai`)."""
        name, arguments = read_action(words) or words.removeprefix("/").partition(" ")[::2]
        request = Request(
            chat or Chat("telegram", "55"),
            user,
            name,
            arguments.strip(),
            pressed=pressed,
            language=language,
            manages=_always(manages),
        )
        return [message async for message in answer(request, self.services)]

    async def text(
        self, words: str, *, user: str = "7", chat: Chat | None = None, language: Language | None = None
    ) -> str:
        messages = await self.say(words, user=user, chat=chat, language=language)
        return "\n---\n".join(message.doc.plain() for message in messages)


def _always(manages: bool) -> Callable[[], Awaitable[bool]]:
    async def answered() -> bool:
        return manages

    return answered
