"""How much a post is worth telling, before anybody has read it.

In: the posts of a period and their words. Out: a number for each, about -1 to 4. What is said counts most: length with
falling returns, how much of it is about the matter, what somebody did or measured, a reasoned opinion; then who says it
and how it was received *for that account*. Thanks, nods, jokes, pointers and a thread's later parts stand back. Works
without any metric: what a source does not give moves nothing.

The weights were set by hand, thinking of what an editor looks for, and checked on the five days 2026-05-01 to 05-05 of
a Chinese digest (116 posts, 35 chosen); `benchmarks/measures/ranking.py` measures them on the other days.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from report.clean import threads
from report.clean.duplicates import HANDLE, bare
from report.model import Author, Tweet
from report.stories.keys import Day, is_name
from report.subjects import FOLDED
from report.words import cut

LONG = 1200  # columns beyond which more words say no more
WIDE = re.compile(r"[\u2e80-\U0010ffff]")
SPOKEN = re.compile(r'[^\s.,!?;"()…，。！？]+')  # with the colon: it makes a pointer of a name
DID = re.compile(
    r"\b(?:i|we)(?:'(?:ve|re|m)| have| just| also| am| are)? (?:\w+ )?(?:built|build|made|make|wrote|use|used|using"
    r"|added|changed|shipped|moved|tried|try|tested|learned|found|run|ran|switched|spent|fixed|treat|open[- ]sourced"
    r"|measured)\b|\bexperimenting with\b"
)
DID_HAN = re.compile(r"我们?\w{0,3}(?:用|做|写|试|改|搭|发现|花|跑|测)")
LIST = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)、]|[①-⑩])\s*\S", re.MULTILINE)
LATIN, CHINESE = (re.compile("|".join(found.pattern for found in each)) for each in zip(*FOLDED.values(), strict=True))
DIGIT = re.compile(r"\d")
TIE = re.compile(r"[A-Za-z][A-Za-z0-9]{3,}|[\u3400-\u9fff]{2,}")
_COMMON_TIES = "head product founder building former previously partner author engineer research with team"
COMMON_TIES = frozenset(_COMMON_TIES.split())


@dataclass(frozen=True)
class Marks:
    """What gives a kind of post away: lower-case English words and pairs of words, and Chinese words."""

    words: frozenset[str]
    chinese: re.Pattern[str]

    def stand_in(self, text: str, tokens: frozenset[str]) -> bool:
        """`tokens` are the English words and pairs of words of the text, in lower case."""
        return not self.words.isdisjoint(tokens) or (not text.isascii() and bool(self.chinese.search(text)))


def _marks(words: str, chinese: str) -> Marks:
    """`words` are parted by bars."""
    return Marks(frozenset(" ".join(word.split()) for word in words.split("|")), re.compile(chinese))


NEWS = _marks(
    "launch|launched|launches|launching|release|released|releases|announce|announced|announces|shipped"
    "|introducing|acquired|acquires|raised|raises|partnered|partnership|outage|incident|postmortem|leak|leaked"
    "|sunset|banned|lawsuit|recalled|rolling out|rolled out|now live|now available|generally available"
    "|open-sourced|public beta",
    r"发布|上线|推出|开源了|宣布|开放|融资|收购|宕机|故障|泄露|曝光|关停|下线|被禁|起诉|裁员|降价|涨价|通过了|签署|召回|复盘",
)
VIEW = _marks(
    "imo|underestimate|underestimated|overestimate|overestimated|overrated|underrated|lesson|why|prediction"
    "|predict|bet|betting|matters|matter|prefer|disagree|convinced|bottleneck|moat|opportunity|because|should"
    "|shouldn't|i think|i believe|i suspect|my view|my take|hot take|the real|the problem|the reason",
    r"我认为|我觉得|我的看法|个人认为|观点|应该|不该|其实|本质|说白了|关键在|问题在|教训|启发|判断|预测|看好|看空|不要|真正|反而|因为",
)
NOD = _marks(
    "lol|lmao|haha|hahaha|brb|wtf|omg|yup|nice|wow|congrats|congratulations|thanks|honor|honour|miss|fun|joke"
    "|welcome|thank you|happy birthday|proud of|feels so|feel so|feels very|love this|love it|huge fan"
    "|cannot imagine|can't imagine|bullish on",
    r"哈哈|恭喜|祝贺|感谢|谢谢|牛[逼啊]|笑死|太强了|致敬",
)
POINTER = _marks(
    "register|livestream|subscribe|apply|tickets|ticket|learn more|read more|full writeup|full write-up|full post"
    "|full episode|full video|full thread|youtube:|spotify:|apple:|podcast:|link:|details:|blog:|docs:|repo:"
    "|watch here|watch the|join us|see you|i'll be|new episode|sign up|we're hiring|check out|check it|dm me"
    "|tune in",
    r"详情见|报名|直播|订阅|点击|链接见|新一期",
)
_BEFORE_ANOTHER = (mark.split() for marks in (NEWS, VIEW, NOD, POINTER) for mark in marks.words)
BEGINNINGS = frozenset(words[0] for words in _BEFORE_ANOTHER if len(words) > 1)  # of pairs of words that are marks


def worth(tweets: Sequence[Tweet], day: Day) -> dict[str, float]:
    """Id → how much the post is worth telling among these."""
    later = {tweet.id for thread in threads(tweets) for tweet in thread[1:]}
    reach = _reach(tweets)
    matters = frozenset(filter(_is_matter, day.spelt))
    value: dict[str, float] = {}
    for tweet in tweets:
        words = frozenset(day.words[tweet.id])
        says = _substance(tweet, words, len(words & matters), len(words & day.names))
        value[tweet.id] = says + reach[tweet.id] - 0.25 * (tweet.id in later)
    return value


def substance(tweet: Tweet) -> float:
    """What the post itself says and who says it, about -0.5 to 3.5."""
    words = dict.fromkeys(cut(tweet.text))
    folded = [word.casefold() for word in words]
    return _substance(tweet, frozenset(folded), sum(map(_is_matter, folded)), sum(map(is_name, words)))


def _substance(tweet: Tweet, words: frozenset[str], about: int, names: int) -> float:
    """`words` are its words, folded; `about` so many of them are matters that we know, `names` so many are names."""
    said = bare(tweet.text)
    lower = said.lower().replace("’", "'")
    single = SPOKEN.findall(lower)
    tokens = frozenset(single).union([f"{word} {after}" for word, after in pairwise(single) if word in BEGINNINGS])
    wide = len(said) if said.isascii() else len(said) + len(WIDE.findall(said))
    did = DID.search(lower) or (not said.isascii() and DID_HAN.search(said))
    return (
        0.25 * math.log1p(min(wide, LONG) / 60)
        + 0.3 * bool(about) + 0.36 * math.log1p(about)
        + 0.06 * math.log1p(names)
        + 0.15 * min(len(DIGIT.findall(said)), 4) / 4
        + 0.09 * math.log1p(tweet.text.count("\n\n"))
        + 0.06 * ("\n" in tweet.text and len(LIST.findall(tweet.text)) > 1)
        + 0.06 * NEWS.stand_in(said, tokens) + 0.12 * VIEW.stand_in(said, tokens)
        + 0.24 * bool(did)
        + 0.12 * (not _ties(tweet.author).isdisjoint(words))
        + 0.06 * bool(tweet.quoted_id)
        - 0.24 * NOD.stand_in(said, tokens) - 0.36 * POINTER.stand_in(said, tokens)
        - 0.24 * said.endswith(("?", "？")) - 0.24 * (wide < 60 and "https://" in tweet.text)
    )  # fmt: skip


@lru_cache(maxsize=1 << 15)
def _is_matter(word: str) -> bool:
    """Is it, folded, a word of one of the subjects that we know?"""
    return bool(LATIN.match(word)) if word.isascii() else bool(LATIN.search(word) or CHINESE.search(word))


@lru_cache(maxsize=1 << 10)
def _ties(author: Author) -> frozenset[str]:
    """What the author makes or speaks for: the names in bio, handle and name."""
    handles = (author.handle, *HANDLE.findall(author.bio))
    named = [word for word in TIE.findall(f"{author.name} {author.bio}") if word != word.lower() or not word.isascii()]
    return frozenset(word.casefold() for word in (*named, *TIE.findall(" ".join(handles)))) - COMMON_TIES


def _reach(tweets: Sequence[Tweet]) -> dict[str, float]:
    """-0.2 to 0.3: how the post did beside its author's others, and a little beside everybody's."""
    known = {tweet.id: tweet.engagement for tweet in tweets if _is_measured(tweet)}
    by_author: dict[str, list[int]] = defaultdict(list)
    for tweet in tweets:
        if tweet.id in known:
            by_author[tweet.author.handle].append(known[tweet.id])
    everyone = median(known.values()) if known else 0
    usual = {handle: median(own) if len(own) > 2 else everyone for handle, own in by_author.items()}
    return {
        tweet.id: 0.15 * _times(known[tweet.id], usual[tweet.author.handle]) + 0.06 * _times(known[tweet.id], everyone)
        if tweet.id in known
        else 0.0
        for tweet in tweets
    }


def _is_measured(tweet: Tweet) -> bool:
    return any(count is not None for count in (tweet.likes, tweet.reposts, tweet.replies, tweet.quotes))


def _times(count: float, usual: float) -> float:
    """0 for the usual, 1 for ten times it, from -1 to 1.5; three are added to both, as small counts say little."""
    return max(-1.0, min(1.5, math.log10((count + 3) / (usual + 3))))
