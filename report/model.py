"""The values that everything passes on: posts, stories, points, sections, reports, ledgers.

Always holds: values are frozen; ids are text (19 digits would not survive a float); datetimes are aware;
texts are raw characters without markup, which each output escapes for itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from report.wording import plain, visible

SectionKind = Literal[
    "overview", "core", "changes", "views", "events", "market", "ai", "finance", "sentiment", "noise", "cloud", "other"
]
Status = Literal["new", "continuing", "changed"]
DropKind = Literal["copy", "ad", "off_topic", "empty"]
Window = Literal["yesterday", "last-24h", "today"]
Language = Literal["zh", "en"]

HEADINGS: dict[SectionKind, str] = {
    "overview": "主要话题与行业趋势概述",
    "core": "核心信息",
    "changes": "与昨日相比",
    "views": "重要观点与见解",
    "events": "关键事件与发展",
    "market": "个股与数字货币/市场观察",
    "ai": "人工智能相关内容",
    "finance": "金融市场相关内容",
    "sentiment": "市场情绪分析",
    "noise": "广告与噪声",
    "cloud": "词云分析",
    "other": "其他",
}
ENGLISH_HEADINGS: dict[SectionKind, str] = {
    "overview": "The day in brief",
    "core": "Key points",
    "changes": "Since yesterday",
    "views": "Views",
    "events": "Events",
    "market": "Stocks, crypto, markets",
    "ai": "AI in depth",
    "finance": "Finance and policy",
    "sentiment": "Mood",
    "noise": "Advertising and noise",
    "cloud": "Word cloud",
    "other": "Other",
}
LONGEST_NAME = 50  # characters, as X has it
UNVERIFIED = "市场数字均为推文所述，未核实。"
ENGLISH_UNVERIFIED = "Market figures are as the posts state them, not verified."
STATUS_URL = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(\w{1,20})/status(?:es)?/(\d{5,25})", re.IGNORECASE
)


def known_timezone(name: str) -> str:
    """The same name, if the tz database has it; else ValueError."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"timezone {name!r} is unknown; write one like Asia/Shanghai") from None
    return name


def known_name(line: str) -> str:
    """The same line, if it has names of two characters or more with = between them; else ValueError."""
    if any(len(name.strip()) < 2 for name in line.split("=")):
        raise ValueError(f"name {line!r} is too short to be found in a text; write one like 智谱 or 智谱=Zhipu")
    return line


TimezoneName = Annotated[str, AfterValidator(known_timezone)]
Words = Annotated[str, AfterValidator(visible)]  # of strangers: without what turns a text around or hides in it


class Value(BaseModel):
    """A frozen value; a field that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Author(Value):
    """Who wrote a post. `handle` has no @."""

    handle: Words
    name: Words = ""
    bio: Words = ""
    id: str | None = None
    followers: int | None = None

    @property
    def called(self) -> str:
        """The name to use in a sentence: on one line, without markup and addresses, not longer than names are."""
        name = " ".join(re.sub(r"[<>]", " ", plain(self.name)).split())
        return name[:LONGEST_NAME].strip() or self.handle


class Tweet(Value):
    """A post of any source in one shape. A metric that the source does not give is None, not zero."""

    id: str  # X: 15-19 digits; any other address: `post_id(url)`
    author: Author
    text: Words  # whole: long posts and reposts are not cut; HTML entities are decoded
    created_at: AwareDatetime
    lang: str = ""  # BCP 47 as X gives it: "zh", "en", "und", "" when unknown
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    urls: tuple[str, ...] = ()  # expanded where the source gives it
    quoted_id: str | None = None
    quoted_text: Words = ""
    reposted_id: str | None = None
    reply_to_id: str | None = None
    source: str  # "x", "rss:NAME" or "file:NAME"
    link: str = ""  # the address, for posts that are not on X

    @property
    def url(self) -> str:
        """Where a reader finds the post."""
        return self.link or f"https://x.com/{self.author.handle}/status/{self.id}"

    @property
    def engagement(self) -> int:
        """Likes, reposts, replies and quotes together; what is unknown counts nothing."""
        return sum(count or 0 for count in (self.likes, self.reposts, self.replies, self.quotes))


class Told(Value):
    """What an earlier report said of a matter: a point of it, and the posts that it rested on."""

    day: date  # the report's last
    headline: str
    text: str = ""
    posts: tuple[str, ...] = ()  # ids


class Story(Value):
    """Posts that tell one thing. `lead` is the id of the post that tells it best; it stands first in `tweets`."""

    tweets: tuple[Tweet, ...]
    lead: str
    score: float
    terms: tuple[str, ...] = ()
    first_seen: AwareDatetime
    told: tuple[Told, ...] = ()  # by the reports of the last days, newest first; () for a new story


class Source(Value):
    """A post as a report points to it: enough for a link and a name, no text (X's terms)."""

    id: str
    url: str
    handle: str = ""
    name: str = ""


class Counted(Value):
    """The posts behind 「a → b」: `by` says how they were found (a pattern or a term)."""

    by: str
    before: tuple[str, ...]
    now: tuple[str, ...]


class Point(Value):
    """One statement and the ids of the posts that it rests on."""

    id: str
    headline: str = ""
    text: str
    citations: tuple[str, ...] = ()
    importance: int = Field(default=5, ge=1, le=10)
    kinds: tuple[SectionKind, ...] = ()
    status: Status = "new"
    counted: Counted | None = None


class Section(Value):
    """A heading with its points, then its sub-sections. `intro` is a computed or imported line above the points."""

    kind: SectionKind
    heading: str
    intro: str = ""
    points: tuple[Point, ...] = ()
    children: tuple[Section, ...] = ()

    def all_points(self) -> tuple[Point, ...]:
        """Its points and those of its sub-sections, in reading order."""
        return self.points + tuple(point for child in self.children for point in child.all_points())


class Dropped(Value):
    """A post that was left out, and why (the reason in Chinese, as a reader may see it)."""

    id: str
    author: str
    kind: DropKind
    reason: str
    doubtful: bool = False  # a rule dropped it that is often wrong: a model is shown it and may bring it back


class FailedSource(Value):
    name: str
    reason: str


class ModelCost(Value):
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0


class XCost(Value):
    posts: int = 0
    users: int = 0
    usd: float = 0.0


class Checked(Value):
    """What the check of the points against their posts came to; `faults` say why points fell, a line each."""

    points: int = 0  # that were checked
    sent_back: int = 0  # to the model, with the reason
    refused: int = 0  # that failed again, and are in no section
    faults: tuple[str, ...] = ()

    def with_faults(self, lines: Sequence[str]) -> Self:
        """The same with these points refused too."""
        return self.model_copy(update={"refused": self.refused + len(lines), "faults": (*self.faults, *lines)})


class Ledger(Value):
    """Where every collected post went and what it cost: collected = copies + ads + off_topic + empty + used."""

    collected: int = 0
    copies: int = 0
    ads: int = 0
    off_topic: int = 0
    empty: int = 0
    used: int = 0
    dropped: tuple[Dropped, ...] = ()
    used_ids: tuple[str, ...] = ()
    failed_sources: tuple[FailedSource, ...] = ()
    notes: tuple[str, ...] = ()  # what a reader or admin should know: the model was out of reach, rows were bad …
    checked: Checked = Checked()
    model: ModelCost = ModelCost()
    x: XCost = XCost()


class Edition(Value):
    """The report's sections in another language: the same points by their ids, those that held in it."""

    language: Language
    sections: tuple[Section, ...]


class Change(Value):
    """A point that a correction changed: what it said, and what it says now; None where there was or is none."""

    section: SectionKind
    before: Point | None = None
    now: Point | None = None


class Correction(Value):
    """What an admin's rewriting changed in the revision that readers had."""

    corrects: int = Field(ge=1)
    at: AwareDatetime
    changes: tuple[Change, ...] = ()


class Report(Value):
    """One period of one topic, written. `key` names it everywhere: file, button, delivery."""

    key: str
    topic: str
    first: date
    last: date
    timezone: TimezoneName
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    ledger: Ledger = Ledger()
    revision: int = Field(default=1, ge=1)
    created_at: AwareDatetime
    writer: str  # "offline", "llm", "imported"
    since: AwareDatetime | None = None  # of a rolling window; None: whole days
    until: AwareDatetime | None = None
    editions: tuple[Edition, ...] = ()
    corrections: tuple[Correction, ...] = ()  # the newest first

    @property
    def period(self) -> Period:
        """What it is about, to the minute."""
        if self.since is None or self.until is None:
            return Period.of_days(self.first, self.last, self.timezone)
        return Period(first=self.first, last=self.last, timezone=self.timezone, since=self.since, until=self.until)

    def section(self, kind: SectionKind) -> Section | None:
        """The first top section of that kind, or None."""
        return next((section for section in self.sections if section.kind == kind), None)

    def source(self, post_id: str) -> Source | None:
        """The source with that id, or None."""
        return next((source for source in self.sources if source.id == post_id), None)


class Written(Value):
    """What a writer makes of the stories: the sections it can write, what it cost, what a reader should know.

    A writer that judges posts says which it looked at (`judged`) and which of those it would drop.
    """

    sections: tuple[Section, ...]
    writer: str
    model: ModelCost = ModelCost()
    notes: tuple[str, ...] = ()
    judged: frozenset[str] = frozenset()
    dropped: tuple[Dropped, ...] = ()
    checked: Checked = Checked()
    editions: tuple[Edition, ...] = ()


Progress = Callable[[str], None]  # called with one line, in Chinese, for each step begun


class Period(Value):
    """Whole days of a timezone, or (`since` given) the stretch that ends a rolling window.

    `since` is included, `until` is not.
    """

    first: date
    last: date
    timezone: TimezoneName
    since: AwareDatetime
    until: AwareDatetime

    @classmethod
    def of_days(cls, first: date, last: date, timezone: str) -> Self:
        """From the start of `first` to the end of `last`; daylight saving is the zone's own."""
        zone = ZoneInfo(timezone)
        return cls(
            first=first,
            last=last,
            timezone=timezone,
            since=datetime.combine(first, time(), zone),
            until=datetime.combine(last + timedelta(days=1), time(), zone),
        )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first > self.last or self.since >= self.until:
            raise ValueError(f"the period ends ({self.last}) before it starts ({self.first})")
        return self

    @property
    def is_whole_days(self) -> bool:
        days = Period.of_days(self.first, self.last, self.timezone)
        return (self.since, self.until) == (days.since, days.until)

    def before(self) -> Period:
        """The stretch of the same length that ends where this one begins."""
        if self.is_whole_days:
            length = self.last - self.first + timedelta(days=1)
            return Period.of_days(self.first - length, self.last - length, self.timezone)
        zone, since = ZoneInfo(self.timezone), self.since - (self.until - self.since)
        first, last = (moment.astimezone(zone).date() for moment in (since, self.since))
        return Period(first=first, last=last, timezone=self.timezone, since=since, until=self.since)

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class Topic(Value):
    """What to read and when to tell it: one [[topics]] table of the configuration."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,23}$")  # 24: a button's data has 64 bytes
    title: str = ""
    query: str = ""
    users: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    names: tuple[
        Annotated[str, AfterValidator(known_name)], ...
    ] = ()  # people, companies, products: kept whole; 智谱=Zhipu are two names of one
    language: Literal["zh", "both"] = "zh"
    schedule: tuple[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")], ...] = ("08:00",)
    timezone: TimezoneName = "Asia/Shanghai"
    window: Window = "yesterday"
    finance: bool = True
    late_note: bool = False  # subscribers are told when the report is two hours late

    @property
    def called(self) -> str:
        """What a reader calls it: the title, else the name, in capitals where it is as short as AI."""
        return self.title or (self.name.upper() if len(self.name) <= 3 else self.name)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name by itself: 智谱=Zhipu → 智谱, Zhipu."""
        return tuple(dict.fromkeys(part.strip() for name in self.names for part in name.split("=") if part.strip()))

    @property
    def reads_x(self) -> bool:
        return bool(self.query or self.users or self.lists)

    def period(self, now: datetime) -> Period:
        """The period that a report made at `now` is about."""
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        if self.window == "last-24h":
            since = now - timedelta(hours=24)
            return Period(
                first=since.astimezone(zone).date(), last=today, timezone=self.timezone, since=since, until=now
            )
        day = today - timedelta(days=1) if self.window == "yesterday" else today
        return Period.of_days(day, day, self.timezone)


def report_key(topic: str, first: date, last: date, *, asked: bool = False) -> str:
    """`twitter_ai_20260107_20260107`; at most 50 characters for the longest topic name.

    A range that a reader asked for begins with `range_`: it never stands in for a topic's own report.
    """
    return f"{'range' if asked else 'twitter'}_{topic}_{first:%Y%m%d}_{last:%Y%m%d}"


def is_asked(key: str) -> bool:
    """Is it the key of a range that a reader asked for?"""
    return key.startswith("range_")


def read_report_key(key: str) -> tuple[str, date, date]:
    """Topic, first and last day of a key; ValueError where it is none."""
    found = re.fullmatch(r"(?:twitter|range)_([A-Za-z0-9_]+)_(\d{8})_(\d{8})", key)
    if not found:
        raise ValueError(f"{key!r} is no report key; one looks like twitter_ai_20260107_20260107")
    return found[1], date.fromisoformat(found[2]), date.fromisoformat(found[3])


def post_id(url: str) -> str:
    """The id of the post at an address: X's own, else `url:` and 16 hexadecimal digits of the address's hash."""
    if found := STATUS_URL.match(url):
        return found[2]
    return "url:" + hashlib.sha256(url.encode()).hexdigest()[:16]
