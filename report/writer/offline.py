"""The writer that needs no model: it quotes the posts in their own language and frames them in Chinese.

In: ranked stories. Out: the same sections as the model's writer. It claims nothing that it cannot count: no judgement
of moods, no translation, and it says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report.check.editing import mend
from report.check.quotation import stands_in
from report.model import (
    HEADINGS,
    UNVERIFIED,
    Checked,
    Counted,
    Dropped,
    ModelCost,
    Period,
    Point,
    Progress,
    Section,
    SectionKind,
    Story,
    Topic,
    Tweet,
    Written,
)
from report.stories.memory import told_words
from report.subjects import CASHTAG, COIN, EVENT, OPINION, STOCK, THEMES, theme_of
from report.wording import spaced
from report.writer.excerpts import is_chinese, quote
from report.writer.picking import CORE, choose_core, is_financial, lead_is_ai, shared, without
from report.writer.quoting import headlines, is_quotable, is_weighty, lead_of, told_anew
from report.writer.reactions import places_of, write_sentiment

LEAST = 0.7  # score of a story that is told below the core; less is a nod, a pointer or a joke
SAID_OF_ITSELF = "离线写法：没有用语言模型，逐条摘录原帖，不翻译、不改写、不判断对错。"
MARKET = re.compile(f"{STOCK.pattern}|{COIN.pattern}|{CASHTAG.pattern}", re.IGNORECASE)


class OfflineWriter:
    """Implements the pipeline's Writer."""

    judges = False
    cost = ModelCost()
    checked = Checked()

    async def write(
        self,
        stories: Sequence[Story],
        topic: Topic,
        period: Period,
        progress: Progress,
        doubtful: Sequence[Dropped] = (),  # noqa: ARG002  what a rule dropped stays dropped: it gets none
    ) -> Written:
        progress("离线写稿：摘录原帖")
        return Written(sections=_write_sections(stories, topic, period), writer="offline")


def _write_sections(stories: Sequence[Story], topic: Topic, period: Period) -> tuple[Section, ...]:
    finance = [story for story in stories if topic.finance and is_financial(story)]
    others = without(stories, finance)
    core = choose_core(others, finance)
    telling = [story for story in stories if story.score >= LEAST and is_quotable(story)]
    rest, money = (without(among, core) for among in (shared(others, telling), shared(finance, telling)))
    market = [story for story in money if MARKET.search(lead_of(story).text)][:5]
    views = [story for story in rest if OPINION.search(lead_of(story).text)][:6]
    events = [story for story in without(rest, views) if EVENT.search(lead_of(story).text)][:6]
    ai = [story for story in without(rest, [*views, *events]) if lead_is_ai(story)][:12]
    write = _Headlines()
    sections = [
        _section("core", core, write, intro=_why_fewer(core, stories, period)),
        _section("views", views, write),
        _section("events", events, write),
        _section("market", market, write, intro=UNVERIFIED),
        _ai_section(ai, write),
        _section("finance", without(money, market)[:6], write, intro=UNVERIFIED),
    ]
    told = {post for section in sections for point in section.all_points() for post in point.citations}
    money = [story for story in finance if lead_of(story).id in told]
    sections.insert(0, _overview(core, money, finance, write, period))
    sections.append(write_sentiment(stories, finance, places_of(sections)))
    return tuple(section for section in sections if section.points or section.children)


class _Headlines:
    """One headline a story, each told once in a report."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._told: set[str] = set()

    def __call__(self, story: Story) -> str:
        if story.lead not in self._of:
            candidates = headlines(story)
            used = self._told | {told.headline for told in story.told}
            chosen = next((words for words in candidates if words not in used), candidates[-1])
            self._of[story.lead] = chosen
            self._told.add(chosen)
        return self._of[story.lead]


def _why_fewer(core: Sequence[Story], stories: Sequence[Story], period: Period) -> str:
    """Why there are fewer than ten, in counts."""
    if len(core) >= CORE:
        return ""
    when = "这几天" if period.first != period.last else "这一天"
    used = sum(len(story.tweets) for story in stories)
    if len(core) == len(stories):
        return f"{when}只有 {used} 条帖子可写，都在这里。"
    more = "，同一位作者至多两条" if sum(map(is_weighty, stories)) > len(core) else ""
    return f"{when}采用的 {used} 条帖子里，够分量单列的只有 {len(core)} 条{more}，不凑数。"


def _section(kind: SectionKind, stories: Sequence[Story], write: _Headlines, intro: str = "") -> Section:
    points = tuple(_point(f"{kind}-{number:02}", kind, story, write(story)) for number, story in enumerate(stories, 1))
    return Section(kind=kind, heading=HEADINGS[kind], intro=intro if points else "", points=points)


def _ai_section(stories: Sequence[Story], write: _Headlines) -> Section:
    by_theme: dict[str, list[Story]] = {}
    for story in stories:
        by_theme.setdefault(theme_of(lead_of(story).text), []).append(story)
    order = [name for name, _ in THEMES]
    children = []
    number = 0
    for theme in sorted(by_theme, key=lambda name: order.index(name) if name in order else len(order)):
        points = []
        for story in by_theme[theme]:
            number += 1
            points.append(_point(f"ai-{number:02}", "ai", story, write(story)))
        children.append(Section(kind="ai", heading=theme, points=tuple(points)))
    return Section(kind="ai", heading=HEADINGS["ai"], children=tuple(children))


def _point(point_id: str, kind: SectionKind, story: Story, words: str) -> Point:
    lead = lead_of(story)
    kinds: tuple[SectionKind, ...] = (kind, "finance" if is_financial(story) else "ai")
    said = spaced(lead.author.called, "写道")
    goes_on = told_words(story.told[0]) if story.told else ""
    text = f"{goes_on}{said}：{quote(told_anew(story))}{_others(story)}"
    posts = _cited(story)
    return Point(
        id=point_id,
        headline=words,
        text=mend(words, text, posts, kind="market")[1] if kinds == ("core", "finance") else text,
        citations=tuple(tweet.id for tweet in posts),
        importance=max(1, min(10, round(story.score * 2))),
        kinds=tuple(dict.fromkeys(kinds)),
        status="continuing" if story.told else "new",
        counted=_count(story) if len(story.tweets) > 1 else None,
    )


def _cited(story: Story) -> list[Tweet]:
    """Four posts at most: the one that is quoted, one of each other author, then the rest."""
    posts = [lead_of(story), *story.tweets]
    first_of_author: dict[str, Tweet] = {}
    for tweet in posts:
        first_of_author.setdefault(tweet.author.handle, tweet)
    chosen = {tweet.id: tweet for tweet in (*first_of_author.values(), *posts)}
    return list(chosen.values())[:4]


def _count(story: Story) -> Counted:
    return Counted(by="同一件事的帖子", before=(), now=tuple(tweet.id for tweet in story.tweets))


def _others(story: Story) -> str:
    """Who else tells it, by name."""
    lead = lead_of(story)
    names = list(dict.fromkeys(t.author.called for t in story.tweets if t.author.handle != lead.author.handle))
    more = len(story.tweets) - 1
    if not names:
        return f"同一作者另有 {more} 条。" if more else ""
    called = "、".join(names[:3]) + (" 等" if len(names) > 3 else "")
    return f"{spaced(called, '也谈到')}，合计 {len(story.tweets)} 条。"


def _overview(
    core: Sequence[Story], money: Sequence[Story], finance: Sequence[Story], write: _Headlines, period: Period
) -> Section:
    """What weighs most, and how much of the day is about money, if any of it (`money`) is told below: counts and
    headlines, no judgement.
    """
    sentences = []
    when = "这几天" if period.first != period.last else f"{period.first.month} 月 {period.first.day} 日"
    if core:
        sentences.append(
            (f"{when}分量最重的是：{'；'.join(_marked(story, write) for story in core[:3])}。", core[:3], core[:3])
        )
    widest = max(core[3:], key=_voices, default=None)
    if widest and _voices(widest) > max(2, *map(_voices, core[:3])):
        sentences.append(
            (f"谈的人最多的一件事有 {_voices(widest)} 位作者：{_marked(widest, write)}。", [widest], [widest])
        )
    if money:
        count = sum(len(story.tweets) for story in finance)
        sentences.append((f"市场一侧有 {count} 条帖子，数字均为推文所述，未核实。", money[:2], finance))
    return Section(
        kind="overview",
        heading=HEADINGS["overview"],
        intro=SAID_OF_ITSELF,
        points=tuple(
            Point(
                id=f"overview-{number}",
                text=words,
                citations=tuple(lead_of(story).id for story in cited),
                importance=9,
                kinds=("overview",),
                counted=Counted(
                    by="这一句说到的帖子", before=(), now=tuple(t.id for story in about for t in story.tweets)
                ),
            )
            for number, (words, cited, about) in enumerate(sentences, 1)
        ),
    )


def _marked(story: Story, write: _Headlines) -> str:
    """The story's headline; in quotation marks where it is a post's own words in another language."""
    words = write(story)
    foreign = not is_chinese(words) and stands_in(words, [lead_of(story).text])
    return f"「{words}」" if foreign and not {"「", "」", "『"} & set(words) else words


def _voices(story: Story) -> int:
    return len({tweet.author.handle for tweet in story.tweets})
