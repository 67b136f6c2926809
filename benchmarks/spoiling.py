"""Points with one thing changed, which a check should catch: a number, a name, a quoted word, the posts, additions."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from report.check import check_point
from report.check.faults import Fault, Rule
from report.check.quotation import find_quotations, outside
from report.model import Counted, Language, Period, SectionKind, Tweet
from report.names import names_in

FACTS: frozenset[Rule] = frozenset(("quantity", "name", "support", "date", "quote", "speaker"))
NUMBER = re.compile(r"(?<![A-Za-z\d.\-–:])(?<!\d,)\d+(?:\.\d+)?(?![\d.\-–:A-Za-z]|,\d{3})")


@dataclass(frozen=True)
class Case:
    headline: str
    text: str
    posts: tuple[Tweet, ...]
    kind: SectionKind
    kinds: tuple[SectionKind, ...] = ()
    counted: Counted | None = None
    unverified_said: bool = False
    language: Language = "zh"
    names: tuple[str, ...] = ()  # the topic's own

    def faults(self, period: Period) -> tuple[Fault, ...]:
        return check_point(
            self.headline,
            self.text,
            self.posts,
            period,
            kind=self.kind,
            kinds=self.kinds,
            counted=self.counted,
            unverified_said=self.unverified_said,
            language=self.language,
            names=self.names,
        )


@dataclass(frozen=True)
class World:
    """What a point is spoilt with: other points, other posts, names of people, companies and products."""

    cases: tuple[Case, ...]
    posts: Mapping[str, Tweet]
    names: tuple[str, ...]


Spoil = Callable[[Case, World, random.Random], Case | None]


def _number(case: Case, _: World, chance: random.Random) -> Case | None:
    free = outside(case.text)
    numbers = [found[0] for found in NUMBER.finditer(free) if case.kind != "changes" and case.text.count(found[0]) == 1]
    if not numbers:
        return None
    old = chance.choice(numbers)
    known = " ".join(post.text for post in case.posts)
    new = next(new for factor in range(2, 99) if (new := f"{float(old) * factor + 1:g}") not in known)
    return replace(case, text=case.text.replace(old, new))


def _name(case: Case, world: World, chance: random.Random) -> Case | None:
    """One name instead of another: of a name that stands once, in a post and around the quotations."""
    free, known = outside(case.text), _known(case)
    own = [name for name in world.names if case.text.count(name) == 1 and name in free and name.casefold() in known]
    others = [name for name in world.names if name.casefold() not in known]
    if not own or not others:
        return None
    return replace(case, text=case.text.replace(max(own, key=len), chance.choice(others)))


def find_names(posts: Mapping[str, Tweet]) -> list[str]:
    """Names that are no ordinary words: authors, and what five posts name with a capital or a digit inside."""
    authors = {part for post in posts.values() for part in re.findall(r"[A-Z][a-z]{3,}", post.author.called)}
    counted = Counter(name for post in posts.values() for name in set(names_in(post.text)))
    usual = {name for name, count in counted.items() if count >= 5 and re.search(r"[a-z][A-Z]|[A-Za-z]-?\d", name)}
    return sorted(authors | usual)


def _known(case: Case) -> str:
    parts = (
        (post.text, post.quoted_text, post.author.called, post.author.handle, post.author.bio) for post in case.posts
    )
    return " ".join(part for post in parts for part in post).casefold()


def _quotation(case: Case, _: World, chance: random.Random) -> Case | None:
    """One word of a quotation is another: a negation, for it turns the sense."""
    found = find_quotations(case.text)
    if not found:
        return None
    place = chance.choice(found)
    words = place.words.split(" ")
    at = chance.randrange(len(words))
    words[at] = f"{words[at][: len(words[at]) // 2]}不" if not words[at].isascii() else "never"
    if " ".join(words).casefold() == place.words.casefold():
        return None
    return replace(case, text=f"{case.text[: place.start]}「{' '.join(words)}」{case.text[place.end :]}")


def _translation(case: Case, _: World, chance: random.Random) -> Case | None:
    """A Chinese clause of the point, in quotation marks, where all its posts are in English."""
    if any(re.search(r"[\u4e00-\u9fff]", post.text) for post in case.posts) or find_quotations(case.text):
        return None
    clauses = [
        clause for clause in re.split(r"[，。；：]", case.text) if len(re.findall(r"[\u4e00-\u9fff]", clause)) > 4
    ]
    clause = chance.choice(clauses) if clauses else ""
    return replace(case, text=case.text.replace(clause, f"「{clause}」", 1)) if clause else None


def _posts(case: Case, world: World, chance: random.Random) -> Case | None:
    """Other posts of the same authors."""
    if case.kind in {"changes", "overview"}:
        return None
    own = {post.id for post in case.posts}
    swapped = []
    for post in case.posts:
        others = [
            p
            for p in world.posts.values()
            if p.author.handle == post.author.handle and p.id not in own and len(p.text) > 60
        ]
        if not others:
            return None
        swapped.append(chance.choice(others))
    return replace(case, posts=tuple(swapped))


def _clause(case: Case, world: World, chance: random.Random) -> Case | None:
    """One more clause, with a number or a name, of a point on other posts."""
    own, known = {post.id for post in case.posts}, _known(case)
    clauses = [
        clause
        for other in world.cases
        if other.kind not in {"changes", "overview"} and own.isdisjoint(post.id for post in other.posts)
        for clause in re.split(r"[。；]", outside(other.text))
        if len(clause) > 12
        and any(name.casefold() not in known for name in [*NUMBER.findall(clause), *names_in(clause)])
    ]
    return replace(case, text=f"{case.text}{chance.choice(clauses)}。") if clauses and case.kind != "changes" else None


def _added(*words: str, before: bool = False) -> Spoil:
    def spoil(case: Case, _: World, chance: random.Random) -> Case | None:
        added = chance.choice(words)
        body = case.text.rstrip("。")
        return replace(case, text=f"{added}{case.text}" if before else f"{body}{added}。")

    return spoil


SPOILS: dict[str, tuple[Spoil, frozenset[Rule], str]] = {
    "a number changed": (_number, FACTS, ">= 0.95"),
    "a name changed": (_name, FACTS, ">= 0.85"),
    "a quoted word changed": (_quotation, frozenset(("quote",)), ">= 0.99"),
    "a translation in quotation marks": (_translation, frozenset(("quote",)), ">= 0.99"),
    "other posts of its authors": (_posts, FACTS, ">= 0.95"),
    "a clause with another point's facts": (_clause, FACTS, ">= 0.85"),
    "an invented clause without name or number": (
        _added("，并计划推广到更多地区", "，多家公司已经跟进", "，原因是成本过高"),
        FACTS,
        "",
    ),
    "a link": (
        _added("，见 https://go.example/x1", "，详情在 deals-now.shop", "，加群 t.me/joinus"),
        frozenset(("link",)),
        ">= 0.99",
    ),
    "a mention or command": (_added("，问 @free_coins_bot", "，发送 /claim_now"), frozenset(("link",)), ">= 0.99"),
    "filler": (_added("，标志着行业进入新阶段", "，引发广泛热议", "，赋能千行百业"), frozenset(("filler",)), ">= 0.99"),
    "a heading or list mark": (
        _added("## 要闻\n", "- ", "### ", "1. ", before=True),
        frozenset(("markup",)),
        ">= 0.99",
    ),
    "prompt text": (
        _added("，每个数字、人名、日期、产品都在所引帖子或作者简介里", "，作为 AI 语言模型我无法核实"),
        frozenset(("instruction",)),
        ">= 0.99",
    ),
    "a placeholder": (_added("，价格为 [待补充]", "，TODO", "，{name} 确认"), frozenset(("placeholder",)), ">= 0.99"),
}  # fmt: skip
