"""Does it hold? Each point against the posts that it cites, then the points of a report against each other.

In: a point's words, its posts, the period. Out: faults, each with one sentence that tells the writer what is wrong.
In this order: what it rests on, what stands in quotation marks, quantities, names, dates, the matter, strays (prompt
text, markup, links), the editing rules. Always holds: no model is asked; quoted words that stand in a post are not
checked again as if the writer had said them; whether the posts are about the matter is asked of what a writer says, not
of what a program counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from report.check import editing, strays
from report.check.editing import SAID_UNVERIFIED
from report.check.faults import Fault, Rule, Severity
from report.check.orders import find_order
from report.check.quotation import find_quotations, has_loose_mark, outside, stands_in
from report.check.together import Placed, check_sections
from report.clean import width
from report.evidence import Evidence
from report.evidence.aliases import load_aliases, own_names
from report.evidence.naming import unsupported_names
from report.evidence.spelling import compact
from report.evidence.support import is_supported
from report.model import Counted, Language, Period, Point, Report, Section, SectionKind, Status, Tweet
from report.quantities import dates_outside, unsupported_quantities

__all__ = ["Fault", "Placed", "Rule", "Severity", "check_heading", "check_point", "check_sections", "recheck"]

GOES_ON = re.compile(r"^续 \d{1,2} 月 \d{1,2} 日(?:《[^《》]{1,30}》|的报道)。")  # as `memory.told_words` says it
TELLING = 16  # columns of quoted words that no other post has by chance
ARROW = re.compile(r"\d+\s*→\s*\d+\s*条(?:（占\s*[\d.]+%\s*→\s*[\d.]+%）)?")


def check_point(
    headline: str,
    text: str,
    posts: Sequence[Tweet],
    period: Period,
    *,
    kind: SectionKind,
    kinds: Sequence[SectionKind] = (),
    language: Language = "zh",
    counted: Counted | None = None,
    status: Status = "new",
    unverified_said: bool = False,
    names: Sequence[str] = (),
) -> tuple[Fault, ...]:
    """All that is wrong with one point of a section `kind`; () where it stands.

    `posts` are those that it cites, `kinds` the sections it may appear in, `counted` the posts that a program counted
    for it; a `status` of continuing is a program's too, and the earlier report that the point then names is asked of no
    post; `unverified_said`: the section's intro says that its market figures are unverified; `names` are the topic's
    own, to be looked for beside those of the table: a Chinese name is known by no capital.
    """
    if not posts:
        return (Fault("citation", "没有引用帖子：写出依据的帖子编号，没有依据就删去这一条。"),)
    if status == "continuing":
        text = GOES_ON.sub("", text)
    style = editing.find_faults(
        headline,
        text,
        posts,
        kind="market" if kind == "core" and editing.MONEY & set(kinds) else kind,
        language=language,
        unverified_said=unverified_said,
        alike=_alike,
    )
    found = [
        *_find_misquoted(headline, posts, language),
        *_find_misquoted(text, posts, language),
        *_find_unsupported(headline, text, posts, period, kind=kind, counted=counted, names=names),
        *_find_orders(f"{headline}\n{text}", posts),
        *strays.find_strays(headline, posts),
        *strays.find_strays(text, posts),
        *style,
    ]
    return tuple(dict.fromkeys(sorted(found, key=lambda fault: fault.severity != "must")))


def _find_misquoted(words: str, posts: Sequence[Tweet], language: Language) -> Iterator[Fault]:
    texts = strays.material(posts)
    for quotation in find_quotations(words):
        if not stands_in(quotation.words, texts):
            advice = "照原文抄（保留原文语言），或去掉引号改成转述" if language == "zh" else "照原文抄，或去掉引号"
            yield Fault("quote", f"引号里的「{strays.shown(quotation.words)}」不是所引帖子的原话：{advice}。")
    if has_loose_mark(words):
        yield Fault("quote", "引号没有成对：补上另一半，引号里只放所引帖子的原话。")


def _find_unsupported(
    headline: str,
    text: str,
    posts: Sequence[Tweet],
    period: Period,
    *,
    kind: SectionKind,
    counted: Counted | None,
    names: Sequence[str],
) -> Iterator[Fault]:
    evidence = Evidence.of(posts)
    whole = f"{headline}。{text}" if headline else text
    free = ARROW.sub("", outside(text)) if kind == "changes" and counted else outside(whole)
    texts = [*strays.material(posts), *evidence.counts, *_counts(counted)]
    written = [post.created_at for post in posts]
    for words in unsupported_quantities(free, texts, written=written, names=evidence.names):
        yield Fault("quantity", f"数字「{strays.shown(words)}」不在所引帖子里：照原文写，或删去。")
    for words in unsupported_names(free, evidence, aliases=load_aliases(own_names(names))):
        yield Fault("name", f"名字「{strays.shown(words)}」不在所引帖子里：照帖子里的名字写，或删去。")
    for words in dates_outside(free, period.first, period.last, texts, written=written):
        yield Fault("date", f"日期「{strays.shown(words)}」不在这段时间里，所引帖子也没有写：照原文写，或删去。")
    if text.strip() and not counted and not _rests_on_quotation(text, texts) and not is_supported(whole, evidence):
        yield Fault("support", "所引帖子讲的不是这件事：换成讲这件事的帖子编号，或删去这一条。")


def _is_quoted(text: str) -> bool:
    """Is most of the text quoted? Then it rests on the posts if the quotations do."""
    return sum(len(quotation.words) for quotation in find_quotations(text)) * 2 > len(text)


def _rests_on_quotation(text: str, texts: Sequence[str]) -> bool:
    """Is it mostly a quotation, or does a telling piece of one stand in its posts? Then the matter is theirs."""
    if _is_quoted(text):
        return True
    return any(
        width(quotation.words) >= TELLING and stands_in(quotation.words, texts) for quotation in find_quotations(text)
    )


def _alike(name: str) -> list[str]:
    """What else the name is called: 奥特曼 → Sam Altman."""
    table = load_aliases()
    return table.forms((*table.latin.get(compact(name), ()), *table.han.get(name.casefold(), ())))


def _counts(counted: Counted | None) -> list[str]:
    """What a program counted, in words: posts, and their authors."""
    if not counted:
        return []
    many = {len(counted.now), len(counted.before), max(len(counted.now) - 1, 0)}
    posts = [f"{number} 条帖子" for number in sorted(many)]
    return posts + [f"{number} 位作者" for number in range(1, max(many) + 1)]  # how many wrote them, a program says


def _find_orders(words: str, posts: Sequence[Tweet]) -> Iterator[Fault]:
    """An order to whoever reads it, told as if it were news."""
    if (order := find_order(words)) and not stands_in(order, strays.material(posts)):
        yield Fault("instruction", f"「{strays.shown(order)}」是指令，不是帖子里的消息：删去。")


def check_heading(words: str, posts: Sequence[Tweet]) -> tuple[Fault, ...]:
    """A sub-heading that a model wrote, over points on these posts: words alone, with no fact that no post has."""
    found = [*strays.find_strays(words, posts), *_find_orders(words, posts)]
    if find_quotations(words) or has_loose_mark(words):
        found.append(Fault("quote", "小标题里不用引号：直接写。"))
    if unsupported_names(f"小标题：{words}", Evidence.of(posts)) or unsupported_quantities(
        words, strays.material(posts)
    ):
        found.append(Fault("heading", f"小标题「{strays.shown(words)}」里的名字或数字不在下面的帖子里：换成概括的词。"))
    if len(words) > editing.HEADLINE["zh"]:
        found.append(Fault("headline", "小标题太长：改到 4–10 个字。"))
    return tuple(found)


def recheck(report: Report, posts: Mapping[str, Tweet], *, language: Language = "zh", style: bool = False) -> list[str]:
    """A stored report checked again, a line for each fault; `style` adds the faults that do not keep a point out.

    `posts` are all of the report's and those of the stretch before, by id.
    """
    placed = [fault for section in report.sections for fault in _recheck(section, posts, report.period, language)]
    placed += check_sections(report.sections, posts, report.period)
    chosen = [one for one in placed if style or one.fault.severity == "must"]
    return [f"{one.at} {one.fault.rule}：{one.fault.words}" for one in chosen]


def _recheck(
    section: Section, posts: Mapping[str, Tweet], period: Period, language: Language, *, said: bool = False
) -> Iterator[Placed]:
    said = said or bool(SAID_UNVERIFIED.search(section.intro))
    for point in section.points:
        for fault in _recheck_point(point, section, posts, period, language=language, said=said):
            yield Placed(point.id, fault)
    for child in section.children:
        cited = [posts[post] for point in child.all_points() for post in point.citations if post in posts]
        yield from (
            Placed(f"{section.kind}「{child.heading}」", fault) for fault in check_heading(child.heading, cited)
        )
        yield from _recheck(child, posts, period, language, said=said)


def _recheck_point(
    point: Point, section: Section, posts: Mapping[str, Tweet], period: Period, *, language: Language, said: bool
) -> tuple[Fault, ...]:
    counted = point.counted if section.kind == "changes" else None  # it speaks of all that were counted
    ids = dict.fromkeys((*point.citations, *((*counted.now, *counted.before) if counted else ())))
    return check_point(
        point.headline,
        point.text,
        [posts[post] for post in ids if post in posts],
        period,
        kind=section.kind,
        kinds=point.kinds,
        language=language,
        counted=point.counted,
        status=point.status,
        unverified_said=said,
    )
