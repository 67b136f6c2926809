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
from report.names import names_in
from report.stories import substance
from report.subjects import CASHTAG, COIN, EVENT, OPINION, STOCK, SUBJECTS, THEMES, is_about, theme_of
from report.wording import spaced

CORE = 10
HEADLINE = 24  # characters, as the editing rules have it
MUCH = 0.7  # of the lead's substance
LONG_NAME = 16  # characters; a longer name is shortened in a headline
EXCERPT = 220  # columns of a quotation
SAID_OF_ITSELF = "离线写法：没有用语言模型，逐条摘录原帖，不翻译、不改写、不判断对错。"
SENTENCE = re.compile(r".+?(?:[。！？!?]+|(?<!\d)\.(?=\s|$)|$)", re.DOTALL)
CLAUSE = re.compile(r"[。！？!?；;，,：:\n]")
AFTER_CHINESE_MARK = re.compile(r"(?<=[，。！？；：、…」』）]) ")
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
    others = _without(stories, finance)
    core = _choose_core(others, finance)
    rest, money = _without(others, core), _without(finance, core)
    market = [story for story in money if MARKET.search(lead_of(story).text)][:5]
    views = [story for story in rest if OPINION.search(lead_of(story).text)][:6]
    events = [story for story in _without(rest, views) if EVENT.search(lead_of(story).text)][:6]
    ai = [story for story in _without(rest, [*views, *events]) if lead_is_ai(story)][:12]
    write = _Headlines()
    sections = (
        _overview(core, finance, write, period),
        _section("core", core, write, intro=_why_fewer(core)),
        _section("views", views, write),
        _section("events", events, write),
        _section("market", market, write, intro=UNVERIFIED),
        _ai_section(ai, write),
        _section("finance", _without(money, market)[:6], write, intro=UNVERIFIED),
        _sentiment(stories, finance),
    )
    return tuple(section for section in sections if section.points or section.children)


def _without(stories: Sequence[Story], others: Sequence[Story]) -> list[Story]:
    gone = {story.lead for story in others}
    return [story for story in stories if story.lead not in gone]


class _Headlines:
    """One headline a story, each told once in a report."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._told: set[str] = set()

    def __call__(self, story: Story) -> str:
        if story.lead not in self._of:
            candidates = headlines(story)
            chosen = next((words for words in candidates if words not in self._told), candidates[0])
            self._of[story.lead] = chosen
            self._told.add(chosen)
        return self._of[story.lead]


def lead_of(story: Story) -> Tweet:
    """The post to quote: the fullest one in Chinese if it says about as much as the story's lead, else the lead."""
    lead = story.tweets[0]
    chinese = [tweet for tweet in story.tweets if _is_chinese(plain(tweet.text))]
    return next((tweet for tweet in chinese if substance(tweet) >= MUCH * substance(lead)), lead)


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
    """The best ten, with two places for money when there is any; nobody speaks more than twice."""
    chosen: list[Story] = []
    heard: Counter[str] = Counter()
    for stories, places in ((others, CORE - min(len(finance), 2)), (finance, CORE)):
        for story in stories:
            handle = lead_of(story).author.handle
            if len(chosen) < places and heard[handle] < 2:
                chosen.append(story)
                heard[handle] += 1
    return sorted(chosen, key=lambda story: (-story.score, story.lead))


def _why_fewer(core: Sequence[Story]) -> str:
    return "" if len(core) >= CORE else f"当日够分量的只有 {len(core)} 条，不凑数。"


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
    quoted = excerpt(lead.text)
    said = spaced(lead.author.called, "写道")
    cited = dict.fromkeys((lead.id, *(tweet.id for tweet in story.tweets)))
    return Point(
        id=point_id,
        headline=words,
        text=f"{said}：「{quoted}」{_others(story)}",
        citations=tuple(cited)[:4],
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


def headlines(story: Story) -> list[str]:
    """Headlines for the story, best first, each at most 24 characters, at least one.

    Of a Chinese post its clauses, those that name their matter first; else what the author speaks of, by name; last the
    opening words.
    """
    lead = lead_of(story)
    said = plain(lead.text)
    name = short_name(lead.author.called)
    found: list[str] = []
    if _is_chinese(said):
        clauses = [clause.strip() for clause in CLAUSE.split(said)][:6]
        good = [clause for clause in clauses if 6 <= len(clause) <= HEADLINE and _chinese_characters(clause) > 3]
        whole = [clause for clause in good if not HALF_BRACKET.search(clause)]
        found += [clause for clause in whole if names_in(clause) or any(p.search(clause) for p in SUBJECTS.values())]
        found += whole
    first = next(iter(SENTENCE.findall(said)), "").strip().rstrip("。.!！")
    opening = "" if found else first if 10 <= len(first) <= HEADLINE else _opening("", said)
    if opening and (names_in(opening) or any(map(str.isdigit, opening)) or opening.startswith(name.split(" ")[0])):
        found.append(opening)
    terms = [term for term in names_in(said) if term.split()[0].casefold() not in name.casefold()]
    for chosen in (terms[:3], terms[:2], terms[:1], terms[1:3]):
        words = spaced(name, "谈 " + "、".join(chosen))
        found += [words] if chosen and len(words) <= HEADLINE else []
    return [*dict.fromkeys(found), _opening(name, said)]


def _opening(name: str, said: str) -> str:
    """The first words, after the name if there is one, cut between words where the text has spaces."""
    head = f"{name}：" if name else ""
    room = HEADLINE - len(head)
    cut = said[: room - 1]
    words = said if len(said) <= room else (cut.rpartition(" ")[0] or cut).rstrip(",，:：;") + "…"
    return (head + words)[:HEADLINE]


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
    return AFTER_CHINESE_MARK.sub("", " ".join(said.split()))


def _is_chinese(text: str) -> bool:
    return _chinese_characters(text) * 2 > len(text.replace(" ", ""))


def _chinese_characters(text: str) -> int:
    return sum("\u3400" <= character <= "\u9fff" for character in text)


def _overview(core: Sequence[Story], finance: Sequence[Story], write: _Headlines, period: Period) -> Section:
    """What weighs most, and how much of the day is about money: counts and headlines, no judgement."""
    sentences = []
    when = "这几天" if period.first != period.last else f"{period.first.month} 月 {period.first.day} 日"
    if core:
        sentences.append((f"{when}分量最重的是：{'；'.join(write(story) for story in core[:3])}。", core[:3]))
    widest = max(core[3:], key=_voices, default=None)
    if widest and _voices(widest) > max(2, *map(_voices, core[:3])):
        sentences.append((f"谈的人最多的一件事有 {_voices(widest)} 位作者：{write(widest)}。", [widest]))
    if finance:
        count = sum(len(story.tweets) for story in finance)
        sentences.append((f"市场一侧有 {count} 条帖子，数字均为推文所述，未核实。", finance[:2]))
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
        ),
    )


def _voices(story: Story) -> int:
    return len({tweet.author.handle for tweet in story.tweets})


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
