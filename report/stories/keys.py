"""What a post can be recognised by, in whichever language it tells its story.

In: posts. Out: for each the words it says and its keys with their weights: names and versions, quantities (100 万 and
1M are one), words, and matters that both languages have a word for. A key weighs more the fewer posts have it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, filterfalse
from sys import intern

from report.clean.duplicates import LINK
from report.model import Author, Tweet
from report.names import NO_NAMES
from report.stories.concepts import HAN_NAMES, MATTER, NAME_KEYS, key_of
from report.words import cut

NUMBER = re.compile(
    r"(\d(?<![\w.,].)(?:\d{0,2}(?:,\d{3})+|\d*))(\.\d+)?(?![\d.]*\.\d)"
    r"(?: ?(万亿|千万|百万|万|亿|千|trillion|billion|million|thousand|tn|bn|[kmbt](?![a-z])))?",
    re.IGNORECASE,
)
SCALE = {
    "万": 4, "亿": 8, "万亿": 12, "千": 3, "百万": 6, "千万": 7, "k": 3, "m": 6, "b": 9, "t": 12,
    "bn": 9, "tn": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}  # fmt: skip
VERSIONED = re.compile(
    r"([A-Z](?<!\w.)[A-Za-z]++)[ -]?v?(\d{1,2}(?:\.\d{1,2})*)"
    r"(?![\w%]|[.,]\d| ?(?:%|万|亿|百万|million|billion|个|倍|月|日|年))"
)
UNIT = re.compile(r"[亿万千百美元欧日韩人民币月年]+")  # 亿美元: the figure says it
YEAR = re.compile(r"(?:19|20)\d\d")
HAN_NAME = re.compile("|".join(HAN_NAMES))  # much faster than looking for them as names
HAN = re.compile(r"[\u3400-\u9fff]")
DIGIT = re.compile(r"\d")
VERSION = re.compile(r"-\d+(?:\.\d+)*$")
NOTHING: frozenset[str] = frozenset()
BOTH = f"#{MATTER}"  # how keys begin that are the same in all languages
BACKGROUND = 60  # posts that every key is taken to be missing from, so that a small day knows rare words too
NAME, WORD, MATTERS = 1.5, 1.0, 0.55  # weights of kinds of keys, beside their rarity
FIGURE = (0.5, 1.0, 1.5)  # of numbers with one, two, more digits that say something


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one post that other posts have too, heaviest first, and the weight of all that it has."""

    keys: tuple[str, ...]
    own: tuple[str, ...]  # from the author's name, where other posts speak of it
    whole: float  # sum of the squares of its keys' weights
    shared: float  # the same over keys that both languages have: names, figures, matters
    figures: frozenset[str]  # all that it gives
    versions: frozenset[str]  # `name-number`
    is_chinese: bool


@dataclass(frozen=True, slots=True)
class Day:
    """All posts' keys, and what each key weighs. `spelt` gives a folded word as most posts write it."""

    posts: Mapping[str, Keys]
    words: Mapping[str, tuple[str, ...]]  # id → folded words in reading order, each once
    weight: Mapping[str, float]
    spelt: Mapping[str, str]
    names: frozenset[str]  # folded words that most posts write like a name


def read_keys(tweets: Sequence[Tweet], names: Iterable[str] = ()) -> Day:
    """The keys of all posts. `names` are kept whole."""
    names = tuple(names)
    spelt: Counter[str] = Counter()
    words: dict[str, tuple[str, ...]] = {}
    fold, key = _Table(_fold), _Table(_word_key)
    for tweet in tweets:
        is_named = not tweet.text.isascii() and HAN_NAME.search(tweet.text)
        spoken = cut(tweet.text, (*names, *HAN_NAMES) if is_named else names)
        spelt.update(spoken)
        words[tweet.id] = tuple(dict.fromkeys(map(fold.__getitem__, spoken)))
    usual = _usual(spelt)
    named = frozenset(folded for folded, word in usual.items() if is_name(word) and folded not in NO_NAMES)
    found = {tweet.id: _keys_of(tweet.text, map(key.__getitem__, words[tweet.id])) for tweet in tweets}
    lexicon = _Lexicon.of(found.values(), named)
    chinese = {tweet.id for tweet in tweets if is_chinese(tweet.text)}
    crossing = lexicon.crossing(named, (found[post] for post in chinese))
    authors = {tweet.author.handle: tweet.author for tweet in tweets}
    own = {
        handle: {word for word in _own_words(author) if word in lexicon.weight} for handle, author in authors.items()
    }
    posts = {
        tweet.id: lexicon.keys(found.pop(tweet.id), own[tweet.author.handle], crossing, tweet.id in chinese)
        for tweet in tweets
    }
    return Day(posts=posts, words=words, weight=lexicon.weight, spelt=usual, names=named)


@dataclass(frozen=True)
class _Lexicon:
    """All keys of a day."""

    weight: Mapping[str, float]
    square: Mapping[str, float]
    once: set[str]  # that only one post has
    figures: set[str]
    versions: set[str]

    @classmethod
    def of(cls, found: Collection[Sequence[str]], named: AbstractSet[str]) -> _Lexicon:
        holders = Counter(chain.from_iterable(found))
        weight = {key: _weigh(key, key in named, count, len(found)) for key, count in holders.items()}
        return cls(
            weight=weight,
            square={key: value**2 for key, value in weight.items()},
            once={key for key, count in holders.items() if count == 1},
            figures={key for key in weight if key[0] == "#"},
            versions={key for key in weight if VERSION.search(key)},
        )

    def crossing(self, named: AbstractSet[str], chinese: Iterable[Sequence[str]]) -> AbstractSet[str]:
        """Keys that say the same in both languages: names, figures, matters, and the Latin words of Chinese posts."""
        latin = {key for key in NAME_KEYS.union(*chinese) if key.isascii()}
        return {key for key in self.weight if key[0] in BOTH or key in named or key in latin}

    def keys(self, keys: Sequence[str], own: set[str], crossing: AbstractSet[str], is_chinese: bool) -> Keys:
        common = list(filterfalse(self.once.__contains__, keys))
        common.sort(key=self.weight.__getitem__, reverse=True)
        return Keys(
            keys=tuple(common),
            own=tuple(sorted(own.difference(keys))) if own else (),
            whole=sum(map(self.square.__getitem__, keys)),
            shared=sum(map(self.square.__getitem__, filter(crossing.__contains__, keys))),
            figures=frozenset(self.figures.intersection(keys)) or NOTHING,
            versions=frozenset(self.versions.intersection(keys)) or NOTHING,
            is_chinese=is_chinese,
        )


class _Table(dict[str, str]):
    """What a function makes of each word, worked out once a word."""

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, word: str) -> str:
        self[word] = made = self._of(word)
        return made


def _fold(word: str) -> str:
    return intern(word.casefold())


def _word_key(word: str) -> str:
    return "" if UNIT.fullmatch(word) else key_of(word)


def _keys_of(text: str, words: Iterable[str]) -> tuple[str, ...]:
    keys = [*filter(None, words)]
    if DIGIT.search(text):
        text = LINK.sub(" ", text) if "http" in text else text
        versions = versions_in(text)
        keys += map(intern, (*figures_in(text), *versions, *(parts_of(version)[0] for version in versions)))
    return tuple(dict.fromkeys(keys))


def figures_in(text: str) -> list[str]:
    """Quantities as `#value`, in order; years and lone digits are none.

    >>> figures_in("100 万 token, $1.7B, 71.2% 和 17亿美元, 2026 年")
    ['#1000000', '#1700000000', '#71.2', '#1700000000']
    """
    found = []
    for whole, part, unit in NUMBER.findall(text):
        digits = whole.replace(",", "") + (part or "")
        if unit:
            found.append(f"#{round(float(digits) * 10 ** SCALE[unit.casefold()], 6):.15g}")
        elif (len(digits) > 1 or part) and not YEAR.fullmatch(digits):
            found.append("#" + digits)
    return found


def versions_in(text: str) -> list[str]:
    """Names with a number as `name-number`.

    >>> versions_in("GPT 5.5 beats Tern-3 by 9%")
    ['gpt-5.5', 'tern-3']
    """
    return [f"{name}-{number}".casefold() for name, number in VERSIONED.findall(text)]


def parts_of(version: str) -> tuple[str, str]:
    """The name and the figure of a version: no news beside the version itself."""
    name, _, number = version.rpartition("-")
    return intern(name), intern(f"#{number}")


def is_chinese(text: str) -> bool:
    """Is a fifth of it Chinese? Chinese posts are full of Latin names."""
    return not text.isascii() and len(HAN.findall(text)) * 5 > len(text)


def _usual(spelt: Counter[str]) -> dict[str, str]:
    """Folded word → its most frequent spelling."""
    usual: dict[str, str] = {}
    for word, count in sorted(spelt.items()):
        folded = word.casefold()
        if folded not in usual or count > spelt[usual[folded]]:
            usual[folded] = word
    return usual


def _own_words(author: Author) -> set[str]:
    return {author.handle.casefold(), *(key_of(word.casefold()) for word in cut(author.name))}


def is_name(word: str) -> bool:
    """Is it written like a name: with a capital or a digit?"""
    return word != word.casefold() or (not word.isalpha() and any(map(str.isdigit, word)))


def _weigh(key: str, named: bool, count: int, posts: int) -> float:
    rarity = max(math.log((posts + BACKGROUND) / (count + 1)), 0.05)
    if key[0] == "#":
        return rarity * FIGURE[max(min(len(key.strip("#0").replace(".", "").rstrip("0")), 3), 1) - 1]
    if key[0] == MATTER:
        return rarity * MATTERS
    return rarity * (NAME if named or key in NAME_KEYS or VERSION.search(key) else WORD)
