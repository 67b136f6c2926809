"""The rules that hold between points: told once, counted truly, in order, ten really ten.

In: the sections of a report, its posts by id, the period. Out: faults with the place where each stands. Nothing here
looks at what a single point says of its posts; `check.check_point` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from report.check.faults import Fault
from report.check.quotation import outside
from report.model import HEADINGS, Period, Point, Section, SectionKind, Status, Tweet
from report.subjects import touches_crypto

CORE = 10
MOST_CITATIONS = 4
COUNTED_ONLY: frozenset[SectionKind] = frozenset(("noise", "cloud"))  # they have no points
RETELL: frozenset[SectionKind] = frozenset(("overview", "changes"))  # they return to stories by their nature
SAME = 0.6  # of the shorter point's words stand in the other on the same posts: the same fact
NOTHING_NEW = 0.35  # of a later point's words; with less it repeats
ALIKE = 0.85  # of the words, whatever is cited
ARROW = re.compile(r"(\d+)\s*→\s*(\d+)\s*条")
SHARE = re.compile(r"占\s*(\d+)%\s*→\s*(\d+)%")
TOTAL = re.compile(r"(\d+)\s*条")  # in the intro: of the day before, then of the day
NO_POST = re.compile(r"没有(?:一条|任何)?帖子(?:提到|谈到|说到|涉及|提及|点评)(?:过|了)?([^，。；！？、]{1,16})")
CRYPTO = re.compile(r"数字货币|加密货币|币圈|比特币|虚拟货币")
WHY_FEWER = re.compile(r"只有|不足|不够|少于|不凑|仅")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*|\d[\d.,]*|[\u3400-\u9fff]+")
EMPTY = frozenset("的了是在和与也都就还又把被让对从到这那有为以及其之而但或很更最")


@dataclass(frozen=True)
class Placed:
    """A fault and its place: a point's id, or the kind of a section."""

    at: str
    fault: Fault


def check_sections(sections: Sequence[Section], posts: Mapping[str, Tweet], period: Period) -> list[Placed]:
    """What is wrong between the points of a report; `posts` are all its posts and those of the stretch before."""
    return [
        *_find_in_order(sections),
        *_find_in_ids(sections),
        *_find_in_citations(sections, posts),
        *_find_in_core(sections),
        *_find_in_overview(sections),
        *_find_in_counts(sections, posts, period),
        *_find_untrue_zeros(sections, posts, period),
        *_find_repeated(sections),
    ]


def _find_in_order(sections: Sequence[Section]) -> Iterator[Placed]:
    places = [tuple(HEADINGS).index(section.kind) for section in sections]
    if places != sorted(places):
        yield Placed(sections[0].kind, Fault("order", "栏目顺序不对：照概述、核心信息、与昨日相比……的顺序排。"))
    for section in sections:
        for part in (section, *section.children):
            says_so = part.kind in COUNTED_ONLY or (part.kind == "changes" and part.intro)
            if not part.all_points() and not says_so:
                words = f"「{part.heading}」下面没有要点：删去这一栏。"
                yield Placed(section.kind, Fault("no_posts", words))


def _find_in_ids(sections: Sequence[Section]) -> Iterator[Placed]:
    seen = Counter(point.id for section in sections for point in section.all_points())
    yield from (
        Placed(name, Fault("id", f"编号「{name}」用了 {n} 次：每条一个编号。")) for name, n in seen.items() if n > 1
    )


def _find_in_citations(sections: Sequence[Section], posts: Mapping[str, Tweet]) -> Iterator[Placed]:
    for point in (point for section in sections for point in section.all_points()):
        cited = point.citations
        if not 1 <= len(cited) <= MOST_CITATIONS or len(set(cited)) < len(cited):
            words = f"引用了 {len(cited)} 处：写 1–{MOST_CITATIONS} 个不同的帖子编号。"
            yield Placed(point.id, Fault("citation", words))
        if unknown := [post for post in cited if post not in posts]:
            yield Placed(point.id, Fault("citation", f"帖子「{unknown[0]}」不在收集的帖子里：删去这个编号。"))


def _find_in_core(sections: Sequence[Section]) -> Iterator[Placed]:
    for core in (section for section in sections if section.kind == "core"):
        count = len(core.all_points())
        if count > CORE:
            yield Placed("core", Fault("repeat", f"核心信息有 {count} 条：只留最重要的 {CORE} 条。"))
        elif 0 < count < CORE and not (WHY_FEWER.search(core.intro) and str(count) in core.intro):
            words = f"核心信息只有 {count} 条，没有说明：在栏目开头写明够分量的只有 {count} 条。"
            yield Placed("core", Fault("ten", words))


def _find_in_overview(sections: Sequence[Section]) -> Iterator[Placed]:
    points = [(section.kind, point) for section in sections for point in section.all_points()]
    told = {post for kind, point in points if kind != "overview" for post in point.citations}
    for point in (point for kind, point in points if kind == "overview"):
        if not told.intersection(point.citations):
            words = "这句概述依据的帖子，后面没有一条要点讲到：只概述后面写到的事，或删去。"
            yield Placed(point.id, Fault("overview", words))


def _find_in_counts(sections: Sequence[Section], posts: Mapping[str, Tweet], period: Period) -> Iterator[Placed]:
    rows = [(section.kind, section.intro, point) for section in sections for point in section.all_points()]
    for kind, intro, point in rows:
        arrow = ARROW.search(outside(point.text))
        if kind == "changes" and not (arrow and point.counted):
            yield Placed(point.id, Fault("counted", "变化没有计数：写成「前一日条数 → 当日条数」，由程序数出。"))
        elif arrow and not point.counted:
            yield Placed(point.id, Fault("counted", f"「{arrow[0]}」没有数过的帖子作依据：删去。"))
        elif arrow and point.counted:
            yield from _find_miscounted(point, (int(arrow[1]), int(arrow[2])), posts, period)
            yield from _find_untrue_shares(point, (int(arrow[1]), int(arrow[2])), intro)
        if kind == "changes" and point.counted and point.status != _status(point, point.status):
            yield Placed(point.id, Fault("status", "新出现的前一日应为 0 条，持续和退潮的前一日不为 0 条。"))


def _find_miscounted(
    point: Point, said: tuple[int, int], posts: Mapping[str, Tweet], period: Period
) -> Iterator[Placed]:
    if not point.counted:
        return
    before, now = point.counted.before, point.counted.now
    if said != (len(set(before)), len(set(now))):
        words = f"「{said[0]} → {said[1]} 条」与数出的 {len(set(before))} → {len(set(now))} 条不符：照数出的写。"
        yield Placed(point.id, Fault("counted", words))
    moments = [(posts[post].created_at, True) for post in now if post in posts]
    moments += [(posts[post].created_at, False) for post in before if post in posts]
    if any(period.holds(moment) != inside for moment, inside in moments):
        yield Placed(point.id, Fault("counted", "数的帖子不在所说的那一天：前一日的算前一日，当日的算当日。"))
    if not {*before, *now} & set(point.citations):
        yield Placed(point.id, Fault("counted", "引用的帖子没有一条是数过的：引用数到的帖子。"))


def _find_untrue_shares(point: Point, said: tuple[int, int], intro: str) -> Iterator[Placed]:
    shares, totals = SHARE.search(outside(point.text)), TOTAL.findall(intro)
    if shares and len(totals) >= 2:
        of = [max(int(total), 1) for total in totals[:2]]
        true = [100 * part / whole for part, whole in zip(said, of, strict=True)]
        if any(abs(share - int(told)) > 1 for share, told in zip(true, shares.groups(), strict=True)):
            yield Placed(point.id, Fault("counted", f"「{shares[0]}」与条数不符：照数出的写。"))


def _status(point: Point, status: Status) -> Status:
    if not point.counted:
        return status
    if not point.counted.before:
        return "new"
    return status if status != "new" else "continuing"


def _find_untrue_zeros(sections: Sequence[Section], posts: Mapping[str, Tweet], period: Period) -> Iterator[Placed]:
    of_period = [post for post in posts.values() if period.holds(post.created_at)]
    for section in sections:
        places = [(section.kind, section.intro), *((point.id, outside(point.text)) for point in section.all_points())]
        for at, words in places:
            for found in NO_POST.finditer(words):
                if any(_mentions(post, found[1].strip("「」 ")) for post in of_period):
                    yield Placed(at, Fault("zero", f"「{found[0]}」不是真的，有帖子提到：删去这句。"))


def _mentions(post: Tweet, matter: str) -> bool:
    if CRYPTO.search(matter):
        return touches_crypto(post)
    return bool(matter) and matter.casefold() in f"{post.text} {post.quoted_text}".casefold()


def _find_repeated(sections: Sequence[Section]) -> Iterator[Placed]:
    """Points that tell what an earlier one told: in the brief, and later sections without anything new."""
    earlier: list[tuple[SectionKind, Point, frozenset[str]]] = []
    for kind, point in ((s.kind, p) for s in sections if s.kind not in RETELL for p in s.all_points()):
        words = _content(point)
        related = [(one, told, known) for one, told, known in earlier if set(told.citations) & set(point.citations)]
        told = next((told for _, told, known in earlier if _share(words, known) >= ALIKE), None)
        if kind == "core":
            told = told or next((told for _, told, known in related if _share(words, known) >= SAME), None)
        elif related and words:
            known_words = frozenset[str]().union(*(known for _, _, known in related))
            told = told or (related[0][1] if len(words - known_words) < NOTHING_NEW * len(words) else None)
        if told:
            said = told.headline or told.id
            yield Placed(point.id, Fault("repeat", f"与「{said}」说的是同一件事，没有新内容：删去，或只写前面没有的。"))
        earlier.append((kind, point, words))


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    fewer = min(len(words), len(others))
    return len(words & others) / fewer if fewer >= 6 else 0.0


def _content(point: Point) -> frozenset[str]:
    """Words of the point: Latin words and numbers, and pairs of Chinese characters that are not all small words."""
    found: set[str] = set()
    for run in WORD.findall(f"{point.headline} {point.text}"):
        if run.isascii():
            found.add(run.casefold().rstrip(".,-"))
        else:
            found.update(a + b for a, b in pairwise(run) if not {a, b} & EMPTY)
    return frozenset(found)
