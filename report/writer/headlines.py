"""Headlines made without a model: a clause that stands in the post, or who speaks and of what.

In: a story's post and its lines. Out: headlines, best first, at least one. Always holds: at most 24 characters, whole
words, never cut with an ellipsis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from report.check.quotation import has_loose_mark
from report.check.tidying import tidy
from report.evidence import Evidence
from report.evidence.naming import unsupported_names
from report.evidence.ordinary import is_ordinary
from report.model import Tweet
from report.names import names_in, short_name
from report.subjects import EVENT, OPINION, SUBJECTS, theme_of
from report.themes import NAME
from report.wording import spaced
from report.writer.excerpts import SENTENCE, chinese_characters, is_chinese
from report.writer.matters import TELLS, Matter, matters_in

HEADLINE = 24  # characters, as the editing rules have it
FULL_NAME = 10  # characters; of a longer one the last word may do
SHORTEST = 6, 10  # characters of a clause, Chinese and English
GOOD = 0.5  # worth of a Chinese clause that is better than "NAME 谈 …"
CLAUSE = re.compile(r"(?:[^；;，,：:]|(?<=\d)[,:：](?=\d))+[；;，,：:]?")
ENDS = "。！？!?.；;，,：:、… "
LATIN = re.compile(r"[A-Z][A-Za-z]+|[a-z]+[A-Z\d]")  # in a Chinese clause: a name
QUOTATION_MARK = re.compile('[「」『』“”"]')
HALF = re.compile(r"^[^（(]*[)）]|[(（][^)）]*$|^[^『]*』|『[^』]*$|^[^《]*》|《[^》]*$")
LEANING = re.compile(
    r"^(?:(?:主要|正是|就是|大概|多半)?(?:是)?因为|所以|如果|要是|但是?|可是|而且|而|也|还|并且?|就|才|又|再|则|包括|比如|例如|然后|可能|针对|对于|其中|由于|于是|这样|不过"
    r"|只是|甚至|虽然|尽管|当|即使|那么|结果|之前|最近|另外|此外|同时|以及|和|与|或|对|让|把|被|从|在|原因是|说白了|其实|毕竟|否则|一来|二来"
    r"|译注|译者|作者|原文|更多|以下|以上|内容如下|简单说|总之|首先|其次|最后|再说|第[一二三四五六七八九十][，、]|现在|一个小|一种)"
)
TRAILING = re.compile(
    r"(?:的|时|后|前|与|和|是|时候|的话|如下|来说|而言|上|里|中|为|到|在|：|:|文章|长文)$|因(?![此素为])[^，]{1,12}$|见评论|见下|链接"
)
HANGING = re.compile(
    "^(?:如果|要是|(?:主要|正是|就是|大概|多半)?(?:是)?因为|由于|虽然|尽管|即使|当|为了)"
)  # a clause that waits for another
POINTING = re.compile("[他她]")  # whom, nobody knows from a headline
OWN = re.compile("[我你咱它]|自己|^[这那此该某]|^(?:个人|本人|感觉)")
NEW_IN = re.compile(r"^new in ([A-Z][\w.]*(?: [A-Z][\w.]*)?)\s*[:：]\s*(.+)", re.IGNORECASE)
MADE = re.compile(r"^(?:introducing|announcing|meet)\s+(?:the\s+)?", re.IGNORECASE)
IS_OUT = re.compile(r"^ (?:is|are) (?:now |finally |officially )?(?:out|live|available|generally available)\b")
WE_MADE = re.compile(r"^(?:today,? )?(?:we|i)(?:['’]ve| have)?(?: just)? (?:launched|released|shipped) ", re.IGNORECASE)
WHEN = re.compile(r"\b(?:ago|last|yesterday|will|soon|when|if)\b", re.IGNORECASE)


def headlines_of(tweet: Tweet, lines: Sequence[str], quoted: Sequence[str]) -> list[str]:
    """Headlines for the lines of a post, best first: of a Chinese one clauses of what is quoted, else what its author
    speaks of.
    """
    name = short_name(tweet.author.called)
    names = [name, *_surname(name)]
    evidence = Evidence.of([tweet])  # a theme's label may name what this post does not
    said = "\n".join(lines)
    matters = matters_in(lines, quoted, name)
    found = [*(_clauses if is_chinese(said) else _news)(quoted, names), *_spoken_of(matters, names)]
    if not is_chinese(said) and any(matter.weight >= TELLS for matter in matters):
        found += _opening(quoted)
    elif not is_chinese(said):
        found = [*_opening(quoted), *found]
    found += [spaced(one, "谈", theme_of(said)) for one in names]
    found += [spaced(one, "的另一条帖子") for one in names]
    set_well = [tidy(_cleared(words), [tweet.author.called]) for words in found]
    good = [words for words in dict.fromkeys(set_well) if 0 < len(words) <= HEADLINE]
    return [words for words in good if not unsupported_names(words, evidence)] or [_last_resort(tweet, name)]


def _last_resort(tweet: Tweet, name: str) -> str:
    return name[:HEADLINE] or tweet.author.handle[:HEADLINE]


def _cleared(words: str) -> str:
    """Without halves of pairs of quotation marks."""
    return QUOTATION_MARK.sub("", words) if has_loose_mark(words) or words.count('"') % 2 else words


def _clauses(lines: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Runs of clauses of a Chinese post that can stand alone, best first; an opinion after its speaker's name."""
    sentences = [sentence.strip() for line in lines for sentence in SENTENCE.findall(line)]
    weighed: list[tuple[float, str]] = []
    opinion = bool(OPINION.search("".join(sentences)))
    for at, sentence in enumerate(sentences):
        pieces = CLAUSE.findall(sentence)
        for start in range(len(pieces)):
            for run in accumulate(pieces[start:]):
                words = run.strip(ENDS)
                if len(words) > HEADLINE:
                    break
                whole = (not start) + sentence.strip(ENDS).endswith(words) + (not at and not start)
                asked = 0.6 * sentence.rstrip().endswith(("？", "?"))
                hanging = 1.2 * bool(HANGING.search(re.split("[，,；;]", words)[-1]))
                weighed.append((_worth(words, at, start, whole) - asked - hanging, words))
    for worth, words in sorted(weighed, key=lambda pair: -pair[0]):
        if worth >= GOOD:
            spoken = [f"{one}：{words}" for one in names if opinion or OWN.search(words)]
            yield from (said for said in spoken if len(said) <= HEADLINE)
            if not OWN.search(words):
                yield words


def _worth(words: str, sentence: int, clause: int, whole: int) -> float:
    """How well a clause stands for its post, about -5 to 3. `whole` is how many of its ends are a sentence's, and one
    more for the beginning of the post.
    """
    if len(words) < SHORTEST[0] or chinese_characters(words) < 4 or HALF.search(words) or POINTING.search(words):
        return -5.0
    about = any(pattern.search(words) for pattern in SUBJECTS.values())
    named = bool(names_in(words) or LATIN.search(words))
    matter = 0.8 * named + 0.5 * about - 0.8 * (not about and not named)
    news = 0.5 * bool(EVENT.search(words)) + 0.2 * any(map(str.isdigit, words))
    place = 0.5 * whole - 0.35 * min(sentence, 5) - 0.4 * clause
    loose = 1.5 * bool(LEANING.search(words)) + 1.2 * bool(TRAILING.search(words)) + 0.6 * bool(OWN.search(words))
    return matter + news + place - loose + 0.5 * min(len(words), 14) / 14 - 0.3 * words.endswith(("吗", "呢", "么"))


def _news(lines: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """What an English post makes known in its first sentence, where that has one of a few plain forms."""
    first = next(iter(SENTENCE.findall(lines[0])), "").strip().rstrip(".!。！") if lines else ""
    if found := NEW_IN.match(first):
        what = re.split(r"[,;(]| [-–—&] ", found[2])[0].strip(ENDS)
        yield from (f"{found[1]} 上新：{what}", f"{found[1]} 上新")
    if SHORTEST[1] <= len(first) <= HEADLINE and (names_in(first) or any(map(str.isdigit, first))):
        yield first
    made = MADE.match(first) or (None if WHEN.search(first) else WE_MADE.match(first))
    if made and (thing := NAME.match(first, made.end())) and not is_ordinary(thing[0]):
        yield from (f"{one}：推出 {thing[0]}" for one in names)
    elif (thing := NAME.match(first)) and IS_OUT.match(first, thing.end()) and not is_ordinary(thing[0]):
        yield f"{thing[0]} 上线"


def _spoken_of(matters: Sequence[Matter], names: Sequence[str]) -> Iterator[str]:
    """NAME 谈 X、Y: two matters where both say something and there is room, else one; then others."""
    telling = [one for one in matters if one.weight >= TELLS] or list(matters[:2])
    if not telling:
        return
    pairs = [f"{telling[0].words}、{other.words}" for other in telling[1:4]]
    for about in (*pairs, *(one.words for one in telling)):
        yield from (said for one in names if len(said := spaced(one, "谈", about)) <= HEADLINE)


def _opening(quoted: Sequence[str]) -> Iterator[str]:
    """The first sentence of an English post, if it is short enough."""
    first = next(iter(SENTENCE.findall(quoted[0])), "").strip().rstrip(".!") if quoted else ""
    if SHORTEST[1] <= len(first) <= HEADLINE and first.count(" ") > 1 and first[0].isupper():
        yield first


def _surname(name: str) -> list[str]:
    """The last word of a long name, if it can only be a name."""
    words = name.split()
    if len(name) <= FULL_NAME or len(words) != 2 or not name.isascii():
        return []
    return [words[1]] if words[1].istitle() and len(words[1]) > 2 and not is_ordinary(words[1]) else []
