"""What somebody looks for → terms, each with all that it may be called.

In: words as they were typed. Out: Terms. Names go first, in all their spellings (智谱 is Zhipu and Z.ai); then Latin
words by their stems and Chinese ones as the glossary knows them, with what it has for them in the other language; what
is left between them is a word too. No cutter is asked: loading one holds the loop for a third of a second.
Always holds: words that say nothing are left out, unless nothing else was typed; never more than `most` terms, never
more than LONGEST characters are looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from report.evidence.aliases import Aliases, load_aliases, own_names
from report.evidence.glossary import load_glossary, stem
from report.evidence.spelling import compact
from report.library.volumes import WORD, fold
from report.wording import visible
from report.words import HAN, stop_words

LONGEST = 300  # characters of a question
SPELLINGS, KIN = 12, 6  # of a term, at most
LONGEST_NAME = 4  # words of a Latin name
LONGEST_WORD = 8  # characters of a Chinese one
PIECE = re.compile(rf"([{HAN}]+)|([a-z0-9]+(?:[-_.'’&+/#][a-z0-9]+|\+\+|\#)*)")
ASKING = frozenset(
    (
        *(
            "的",
            "了",
            "吗",
            "呢",
            "吧",
            "哪家",
            "哪些",
            "多少",
            "多大",
            "怎么看",
            "怎么说",
            "最近",
            "现在",
            "最新",
            "今天",
        ),
        *(
            "昨天",
            "前天",
            "上周",
            "本周",
            "本月",
            "消息",
            "新闻",
            "情况",
            "进展",
            "动态",
            "谁说",
            "有谁",
            "谁谈",
            "谈到",
        ),
        *("what", "who", "when", "where", "which", "why", "how", "did", "does", "do", "is", "are", "was", "were"),
        *("the", "a", "an", "of", "to", "in", "on", "for", "and", "or", "about", "any", "there", "tell", "me"),
        *("latest", "recent", "recently", "new", "news", "say", "said", "says"),
    )
)


@dataclass(frozen=True)
class Term:
    """One thing that is looked for. Each form is Chinese to stand in a line, or Latin words with blanks between."""

    said: str
    spellings: tuple[str, ...]
    kin: tuple[str, ...] = ()  # words of one meaning in the other language; they count less


def read_terms(words: str, names: Iterable[str] = (), *, most: int = 8) -> tuple[Term, ...]:
    """The terms of a query or a question, in their order, each once. `names` are the topics' own lines.

    >>> [term.said for term in read_terms("智谱的 GLM 价格")]
    ['智谱', 'glm', '价格']
    """
    said = fold(visible(unicodedata.normalize("NFKC", words[: 4 * LONGEST])))[:LONGEST].replace("\t", " ")
    aliases = load_aliases(own_names(names))
    pieces = [(found[1] or "", found[2] or "", found.start()) for found in PIECE.finditer(said)]
    terms: list[Term] = []
    at = 0
    while at < len(pieces):
        han, _, _ = pieces[at]
        if han:
            terms += _han_terms(han, aliases)
            at += 1
            continue
        term, used = _latin_term(pieces[at:], aliases)
        terms.append(term)
        at += used
    telling = [term for term in terms if not _says_nothing(term)] or terms
    if not telling and pieces:  # a single character
        telling = [Term(han, (han,)) for han, _, _ in pieces]
    return tuple({term.spellings: term for term in telling}.values())[:most]


def _says_nothing(term: Term) -> bool:
    if term.said in ASKING or (len(term.said) < 2 and not term.said.isdigit()):
        return True
    return len(term.spellings) == 1 and term.said in stop_words()


def _latin_term(pieces: Sequence[tuple[str, str, int]], aliases: Aliases) -> tuple[Term, int]:
    """The longest name of the table that begins here, else the word; and how many pieces it takes."""
    words = []
    for han, latin, _ in pieces[:LONGEST_NAME]:
        if han:
            break
        words.append(latin)
    for count in range(len(words), 0, -1):
        name = compact("".join(words[:count]))
        if groups := (*aliases.latin.get(name, ()), *aliases.marked.get(name, ())):
            said = " ".join(words[:count])
            return Term(said, _forms([said, *aliases.forms(groups)])), count
    for count in range(len(words), 1, -1):
        if kin := _phrases().get(" ".join(stem(word) for word in words[:count])):
            said = " ".join(words[:count])
            return Term(said, _forms([said]), _forms(kin)[:KIN]), count
    word = words[0]
    kin = () if "." in word or word in stop_words() else load_glossary().chinese.get(stem(word), ())
    return Term(word, _forms([word]), _forms(kin)[:KIN]), 1


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[str, ...]]:
    """Of the glossary, English phrases of stems → Chinese words."""
    found: dict[str, tuple[str, ...]] = {}
    for han, phrases in load_glossary().english.items():
        for phrase in phrases:
            if " " in phrase:
                found[phrase] = (*found.get(phrase, ()), han)
    return found


def _han_terms(run: str, aliases: Aliases) -> Iterator[Term]:
    """Names of the table where they stand, the longest first; what is between them as the cutter has it."""
    at = begun = 0
    while at < len(run):
        name = next(
            (
                run[at:end]
                for end in range(min(at + aliases.longest_han, len(run)), at + 1, -1)
                if run[at:end] in aliases.han
            ),
            "",
        )
        if not name:
            at += 1
            continue
        yield from _cut_terms(run[begun:at])
        yield Term(name, _forms([name, *aliases.forms(aliases.han[name])]))
        at = begun = at + len(name)
    yield from _cut_terms(run[begun:])


def _cut_terms(run: str) -> Iterator[Term]:
    """The words that are known, the longest first; what is between them is a word that is not."""
    known = _known_words()
    at = begun = 0
    while at < len(run):
        word = next(
            (run[at:end] for end in range(min(at + LONGEST_WORD, len(run)), at, -1) if run[at:end] in known), ""
        )
        if not word:
            at += 1
            continue
        yield from _unknown(run[begun:at])
        yield Term(word, (word,), _forms(load_glossary().english.get(word, ()))[:KIN])
        at = begun = at + len(word)
    yield from _unknown(run[begun:])


def _unknown(run: str) -> Iterator[Term]:
    """A word that no table has; its parts of two characters count as much as words of one meaning."""
    parts = re.split(r"(?<=..)[和与跟及](?=..)", run)
    if len(parts) > 1:
        for part in parts:
            yield from _unknown(part)
    elif len(run) > 1:
        yield Term(run, (run,), _pairs(run))


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))[:KIN] if len(run) > 2 else ()


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """Chinese words of the glossary, and those that say nothing; of single characters only particles."""
    words = {word for word in (*load_glossary().english, *stop_words()) if len(word) > 1 and not word.isascii()}
    return frozenset(words | {word for word in ASKING if not word.isascii()})


def _forms(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, as `Term` has them; a name that mixes both scripts with a space between and without; none that holds
    another.
    """
    forms: dict[str, None] = {}
    for name in names:
        folded = fold(name)
        if folded.isascii():
            forms[" ".join(WORD.findall(folded))] = None
        else:
            forms |= {folded: None, re.sub(rf"(?<=[{HAN}]) | (?=[{HAN}])", "", folded): None}
    han = [form for form in forms if not form.isascii()]
    shortest = (form for form in forms if form and not any(other in form for other in han if other != form))
    return tuple(shortest)[:SPELLINGS]
