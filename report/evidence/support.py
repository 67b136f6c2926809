"""Does a claim rest on these posts at all? Measured over names, numbers and words of two languages, without a model.

In: a claim in Chinese or English and its Evidence. Out: a score from 0 to 1; from 0.5 on the claim is held for
supported. A list of links with excerpts must stand in the posts word for word. Any other claim is weighed by what of
it stands in the posts, what of the posts stands in it, and how much of it meets in one sentence; framing words that no
post has (这标志着) cost little. It tells whether the subject is the same, not whether each statement is right: numbers
and names are checked apart. Always holds: linear in claim and posts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from report.evidence import Evidence
from report.evidence.aliases import load_aliases
from report.evidence.content import COMMON, GLOSSED, Index, Unit, sentences, units
from report.evidence.copied import copied, excerpts
from report.evidence.glossary import Glossary, load_glossary, stem
from report.evidence.spelling import Spelled
from report.words import HAN

# Logistic regression over `Overlap`: `python -m benchmarks.support_fit` fits it anew, on Chinese paragraphs and their
# sentences with the posts that they cite, and with other posts of the same authors. The constant is 2 below the fitted.
_WEIGHTS = {"covered": 2.36, "sentence": 0.81, "used": 6.52, "posts": -0.31, "found": 3.44, "missing": -1.71}
_CONSTANT = -3.1
_MUCH, _FEW = 4, 2  # telling words: a claim of so many must share so many with its posts
_ENOUGH = 1.5  # weight of content from which a claim is weighed; one of less is looked for word for word
# An editor's own words: that figures are unverified, who says, thinks or retells it, and where.
_LABEL = re.compile(
    r"推文所述[，,]?\s*(?:均?未[经]?核实)?|as (?:the )?post(?:s state|ed)[^.)]{0,30}not verified", re.IGNORECASE
)
_TELLS = """
认为 觉得 表示 指出 宣布 强调 透露 警告 提醒 建议 主张 转述 梳理 打趣 调侃 感叹 补充 更正 推荐 分享 介绍 承认
写道 据称 正文 帖子 原帖 一侧 一边 同日 当日 当天 同一天
says say said tells told thinks believes argues warns notes reports expects suggests adds writes posts calls
"""
_FRAMING = frozenset(map(stem, _TELLS.split()))


@dataclass(frozen=True)
class Overlap:
    """What a claim and its posts have in common. The shares are of weights; the others logarithms of weights."""

    covered: float  # share of the claim's content that the posts hold
    sentence: float  # what one sentence of the posts holds of it
    used: float  # share of a post's telling content that the claim holds, the posts' mean
    posts: float  # telling content of the posts: the more they say, the more is met by chance
    found: float  # share of the claim's units that the posts hold in any way, light and heavy alike
    missing: float  # the claim's names and rare words that no post holds


def is_supported(claim: str, evidence: Evidence) -> bool:
    """Is the claim about what these posts are about?"""
    return support(claim, evidence) >= 0.5


def support(claim: str, evidence: Evidence) -> float:
    """From 0 (nothing in common) to 1; a claim without a word to look for scores 1."""
    if quotations := excerpts(claim):
        return copied(quotations, evidence.texts)
    sought = looked_for(claim, evidence)
    found = overlap(claim, sought, evidence)
    if sum(unit.weight for unit in sought) < _ENOUGH:
        return max(copied([claim], evidence.texts), 0.5 if _says_the_same(sought, found, evidence) else 0.0)
    score = 1 / (1 + math.exp(-_CONSTANT - sum(weight * getattr(found, name) for name, weight in _WEIGHTS.items())))
    return score / 2 if _rests_on_a_word(sought, evidence) else score


def overlap(claim: str, sought: Sequence[Unit], evidence: Evidence) -> Overlap:
    """The measures of a claim and its posts, for the claim's units that are looked for."""
    glossary = load_glossary()
    posts = Index.of(evidence.texts, evidence.said)
    held = [(unit, posts.share(unit, glossary)) for unit in sought]
    telling = [unit for unit, share in held if unit.weight > COMMON and share]
    met = [_weight(telling, sentence, glossary) for sentence in sentences(evidence.texts)] if telling else []
    back = _back(claim, evidence, glossary)
    return Overlap(
        covered=sum(unit.weight * share for unit, share in held) / (sum(unit.weight for unit in sought) + 1),
        sentence=math.log1p(max(met, default=0)),
        used=sum(share for share, _ in back) / max(1, len(back)),
        posts=math.log1p(sum(weight for _, weight in back)),
        found=sum(share > 0 for _, share in held) / (len(held) + 1),
        missing=math.log1p(sum(unit.weight * (1 - share) for unit, share in held if unit.weight > GLOSSED)),
    )


def _says_the_same(sought: Sequence[Unit], found: Overlap, evidence: Evidence) -> bool:
    """Of a claim with few words to look for: are they all there, and several, or most of what the posts tell?"""
    posts, glossary = Index.of(evidence.texts, evidence.said), load_glossary()
    all_held = bool(sought) and all(posts.share(unit, glossary) for unit in sought)
    return all_held and (len(sought) >= _FEW or found.used >= 0.5)


def _rests_on_a_word(sought: Sequence[Unit], evidence: Evidence) -> bool:
    """Does a claim that says much share a single telling word with its posts?"""
    telling = [unit for unit in sought if unit.weight > COMMON]
    posts, glossary = Index.of(evidence.texts, evidence.said), load_glossary()
    return len(telling) >= _MUCH and sum(posts.share(unit, glossary) for unit in telling) < _FEW


def looked_for(claim: str, evidence: Evidence) -> list[Unit]:
    """What is to be looked for in the posts: no names of their authors; of Chinese words, where the posts have none,
    those that the glossary has.
    """
    known = load_glossary().english
    chinese = "".join("".join(text.split()) for text in evidence.texts if _is_chinese(text)).casefold()
    in_all = all(map(_is_chinese, evidence.texts))
    authors = {stem(part) for name in evidence.names for part in re.findall("[a-z]+", name.casefold())}
    return [
        unit
        for unit in units(_LABEL.sub(" ", claim), load_aliases())
        if unit.text not in _FRAMING
        and not (unit.kind == "latin" and unit.text in authors)
        and (unit.kind != "han" or unit.text in known or (unit.text in chinese if not in_all else bool(chinese)))
        and not (unit.kind == "name" and any(map(evidence.about.holds, unit.forms)))
    ]


def _back(claim: str, evidence: Evidence, glossary: Glossary) -> list[tuple[float, float]]:
    """Of each post's telling content, the share that the claim holds, and its weight."""
    said = Index.of([claim], Spelled.of([claim]))
    found = []
    for text in evidence.texts:
        telling = [unit for unit in units(text, load_aliases()) if unit.weight > COMMON]
        weight = sum(unit.weight for unit in telling)
        found.append((_weight(telling, said, glossary) / (weight + 1), weight))
    return found


def _weight(sought: Sequence[Unit], index: Index, glossary: Glossary) -> float:
    return sum(unit.weight * index.share(unit, glossary) for unit in sought)


def _is_chinese(text: str) -> bool:
    return len(re.findall(rf"[{HAN}]", text)) > 12
