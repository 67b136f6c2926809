"""The writer that needs no model: it quotes the posts in their own language and frames them in Chinese.

In: ranked stories. Out: the same sections as the model's writer. It claims nothing that it cannot count: no judgement
of moods, no translation, and it says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from report.clean import width
from report.duplicates import LINK, REPOST
from report.model import (
    HEADINGS,
    UNVERIFIED,
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
from report.names import matters_in, names_in
from report.subjects import CASHTAG, COIN, EVENT, OPINION, STOCK, SUBJECTS, THEMES, is_about, theme_of

CORE = 10
HEADLINE = 24  # characters, as the editing rules have it
LONG_NAME = 16  # characters; a longer name is shortened in a headline
EXCERPT = 220  # columns of a quotation
SAID_OF_ITSELF = "离线写法：没有用语言模型，逐条摘录原帖，不翻译、不改写、不判断对错。"
SENTENCE = re.compile(r".+?(?:[。！？!?]+|(?<!\d)\.(?=\s|$)|$)", re.DOTALL)
CLAUSE = re.compile(r"[。！？!?；;，,：:\n]")
HALF_BRACKET = re.compile(r"^[^（(]*[)）]|[(（][^)）]*$|^[^『]*』|『[^』]*$")
MARKET = re.compile(f"{STOCK.pattern}|{COIN.pattern}|{CASHTAG.pattern}", re.IGNORECASE)


class OfflineWriter:
    """Implements the pipeline's Writer."""

    cost = ModelCost()

    async def write(self, stories: Sequence[Story], topic: Topic, period: Period, progress: Progress) -> Written:
        progress("离线写稿：摘录原帖")
        return Written(sections=_write_sections(stories, topic, period), writer="offline")


def _write_sections(stories: Sequence[Story], topic: Topic, period: Period) -> tuple[Section, ...]:
    finance = [story for story in stories if topic.finance and is_financial(story)]
    others = [story for story in stories if story not in finance]
    core = _choose_core(others, finance)
    rest = [story for story in others if story not in core]
    money = [story for story in finance if story not in core]
    market = [story for story in money if MARKET.search(lead_of(story).text)][:5]
    finance_rest = [story for story in money if story not in market][:6]
    views = [story for story in rest if OPINION.search(lead_of(story).text)][:6]
    events = [story for story in rest if story not in views and EVENT.search(lead_of(story).text)][:6]
    ai = [story for story in rest if story not in views and story not in events and lead_is_ai(story)][:12]
    sections = (
        _overview(stories, core, finance, topic, period),
        _section("core", core, intro=_why_fewer(core)),
        _section("views", views),
        _section("events", events),
        _section("market", market, intro=UNVERIFIED),
        _ai_section(ai),
        _section("finance", finance_rest or market[-2:], intro=UNVERIFIED),
        _sentiment(stories, finance),
    )
    return tuple(section for section in sections if section.points or section.children)


def lead_of(story: Story) -> Tweet:
    return story.tweets[0]


def is_financial(story: Story) -> bool:
    """Does the story turn on money more than on technology?"""
    text = lead_of(story).text
    if CASHTAG.search(text):
        return True
    money, technology = (len({found.casefold() for found in SUBJECTS[s].findall(text)}) for s in ("finance", "ai"))
    return money > technology


def lead_is_ai(story: Story) -> bool:
    return is_about(lead_of(story).text, "ai")


def _choose_core(others: Sequence[Story], finance: Sequence[Story]) -> list[Story]:
    """The best ten, with one to three places for money when there is any; nobody speaks more than twice."""
    money = min(len(finance), 2)
    chosen: list[Story] = []
    heard: Counter[str] = Counter()
    for story in (*others, *finance):
        handle = lead_of(story).author.handle
        full = len(chosen) >= (CORE - money if story not in finance else CORE)
        if not full and heard[handle] < 2:
            chosen.append(story)
            heard[handle] += 1
    return sorted(chosen, key=lambda story: (-story.score, story.lead))


def _why_fewer(core: Sequence[Story]) -> str:
    return "" if len(core) >= CORE else f"当日够分量的只有 {len(core)} 条，不凑数。"


def _section(kind: SectionKind, stories: Sequence[Story], intro: str = "") -> Section:
    points = tuple(_point(f"{kind}-{number:02}", kind, story) for number, story in enumerate(stories, 1))
    return Section(kind=kind, heading=HEADINGS[kind], intro=intro if points else "", points=points)


def _ai_section(stories: Sequence[Story]) -> Section:
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
            points.append(_point(f"ai-{number:02}", "ai", story))
        children.append(Section(kind="ai", heading=theme, points=tuple(points)))
    return Section(kind="ai", heading=HEADINGS["ai"], children=tuple(children))


def _point(point_id: str, kind: SectionKind, story: Story) -> Point:
    lead = lead_of(story)
    kinds: tuple[SectionKind, ...] = (kind, "finance" if is_financial(story) else "ai")
    quoted = excerpt(lead.text)
    said = spaced(lead.author.called, "写道")
    return Point(
        id=point_id,
        headline=headline(story),
        text=f"{said}：「{quoted}」{_others(story)}",
        citations=tuple(tweet.id for tweet in story.tweets[:4]),
        importance=max(1, min(10, round(story.score * 2))),
        kinds=tuple(dict.fromkeys(kinds)),
    )


def _others(story: Story) -> str:
    """Who else tells it, by name."""
    lead = lead_of(story)
    names = list(dict.fromkeys(t.author.called for t in story.tweets if t.author.handle != lead.author.handle))
    more = len(story.tweets) - 1
    if not names:
        return f"同一作者另有 {more} 条。" if more else ""
    called = "、".join(names[:3]) + (" 等" if len(names) > 3 else "")
    return f"{spaced(called, '也谈到')}，合计 {len(story.tweets)} 条。"


def headline(story: Story) -> str:
    """At most 24 characters: a clause of a Chinese post that names its matter, else the author and what is named."""
    lead = lead_of(story)
    said = plain(lead.text)
    clauses = [clause.strip() for clause in CLAUSE.split(said)][:6]
    good = [clause for clause in clauses if 6 <= len(clause) <= HEADLINE and _chinese_characters(clause) > 3]
    whole = [clause for clause in good if not HALF_BRACKET.search(clause)]
    telling = [clause for clause in whole if names_in(clause) or any(p.search(clause) for p in SUBJECTS.values())]
    if _is_chinese(said) and (telling or whole):
        return (telling or whole)[0]
    first = next(iter(SENTENCE.findall(said)), "").strip()
    if 10 <= len(first) <= HEADLINE and names_in(first):
        return first.rstrip("。.!！")
    name = short_name(lead.author.called)
    head = f"{name} 谈 "
    chosen: list[str] = []
    for term in names_in(said) or matters_in(said):
        if term.split()[0].casefold() in name.casefold():
            continue
        if len(head + "、".join([*chosen, term])) <= HEADLINE and len(chosen) < 3:
            chosen.append(term)
    return head + "、".join(chosen) if chosen else _opening(name, said)


def _opening(name: str, said: str) -> str:
    room = HEADLINE - len(name) - 1
    words = said[:room] if len(said) <= room else said[: room - 1].rpartition(" ")[0] + "…"
    return f"{name}：{words}"[:HEADLINE]


def short_name(name: str) -> str:
    """A name that leaves room in a headline: the part before a bracket or a bar, without emoji."""
    name = re.split(r"[(（|｜@/,，]", name)[0]
    name = "".join(c for c in name if c.isalnum() or c in " .-_'·").strip()
    if len(name) <= LONG_NAME or " " not in name:
        return name[:LONG_NAME]
    words = name.split()
    return words[-1][:LONG_NAME] if all(word[0].isupper() for word in words) else " ".join(words[:2])[:LONG_NAME]


def excerpt(text: str, columns: int = EXCERPT) -> str:
    """Whole sentences from the start, up to that many columns; where they fill less than half, the next is cut."""
    said = plain(text)
    taken = ""
    for sentence in SENTENCE.findall(said):
        if width(taken + sentence) > columns:
            break
        taken += sentence
    if width(taken) * 2 >= columns or len(taken.strip()) >= len(said):
        return taken.strip()
    cut, used = 0, 0
    for character in said:
        used += width(character)
        if used > columns:
            break
        cut += 1
    head = said[:cut]
    if cut < len(said) and said[cut - 1].isascii() and said[cut].isascii() and " " in head[len(taken) :]:
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,，、…") + "……"


def plain(text: str) -> str:
    """The words of a post on one line, without repost mark and links; inner 「」 become 『』."""
    said = LINK.sub(" ", REPOST.sub("", text)).replace("「", "『").replace("」", "』")
    return " ".join(said.split())


def spaced(first: str, second: str) -> str:
    """Both together, with a space where Chinese and Latin meet."""
    return f"{first} {second}" if first[-1:].isascii() != second[:1].isascii() else first + second


def _is_chinese(text: str) -> bool:
    return _chinese_characters(text) * 2 > len(text.replace(" ", ""))


def _chinese_characters(text: str) -> int:
    return sum("\u3400" <= character <= "\u9fff" for character in text)


def _overview(
    stories: Sequence[Story], core: Sequence[Story], finance: Sequence[Story], topic: Topic, period: Period
) -> Section:
    tweets = [tweet for story in stories for tweet in story.tweets]
    authors = len({tweet.author.handle for tweet in tweets})
    days = f"{period.first.month} 月 {period.first.day} 日"
    if period.last != period.first:
        days += f"至 {period.last.month} 月 {period.last.day} 日"
    first = f"{days}，{topic.called} 话题采用 {len(tweets)} 条帖子，出自 {authors} 位作者，合成 {len(stories)} 件事。"
    leads = [headline(story) for story in core[:3]]
    second = f"分量最重的是：{'；'.join(leads)}。" if leads else ""
    sentences = [(first, core[:1]), (second, core[:3])]
    widest = max(stories, key=lambda story: len({tweet.author.handle for tweet in story.tweets}), default=None)
    if widest and len({tweet.author.handle for tweet in widest.tweets}) > 2:
        names = len({tweet.author.handle for tweet in widest.tweets})
        sentences.append((f"{spaced('谈的人最多的是', headline(widest))}，有 {names} 位作者。", [widest]))
    if finance:
        count = sum(len(story.tweets) for story in finance)
        sentences.append((f"市场一侧有 {count} 条帖子，{UNVERIFIED}", finance[:2]))
    return Section(
        kind="overview",
        heading=HEADINGS["overview"],
        intro=SAID_OF_ITSELF,
        points=tuple(
            Point(
                id=f"overview-{number}",
                text=words,
                citations=tuple(story.lead for story in cited),
                importance=9,
                kinds=("overview",),
            )
            for number, (words, cited) in enumerate(sentences, 1)
            if words and cited
        ),
    )


def _sentiment(stories: Sequence[Story], finance: Sequence[Story]) -> Section:
    tweets = [tweet for story in stories for tweet in story.tweets]
    money = sum(len(story.tweets) for story in finance)
    points = []
    argued = max(tweets, key=lambda tweet: tweet.replies or 0, default=None)
    if argued and argued.replies:
        head = f"回复最多：{short_name(argued.author.called)}"
        points.append((head, f"{argued.replies} 条回复。原帖：「{excerpt(argued.text, 120)}」", argued))
    liked = max(tweets, key=lambda tweet: tweet.likes or 0, default=None)
    if liked and liked.likes and liked is not argued:
        head = f"点赞最多：{short_name(liked.author.called)}"
        points.append((head, f"{liked.likes} 个赞。原帖：「{excerpt(liked.text, 120)}」", liked))
    return Section(
        kind="sentiment",
        heading=HEADINGS["sentiment"],
        intro=f"采用的 {len(tweets)} 条里，{len(tweets) - money} 条谈技术与行业，{money} 条谈市场。"
        "离线写法只数数，不判断情绪。",
        points=tuple(
            Point(id=f"sentiment-{n:02}", headline=head, text=words, citations=(tweet.id,), kinds=("sentiment",))
            for n, (head, words, tweet) in enumerate(points, 1)
        ),
    )
