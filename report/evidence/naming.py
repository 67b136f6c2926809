"""The names in a claim, and which of them stand nowhere in its posts.

In: a claim in Chinese or English and its Evidence. Out: the names, as the claim spells them, that neither the posts nor
their authors' names, handles and bios hold, under any alias. What is looked for: names of the alias table; Latin words
with inner capitals, digits or a capital that is no ordinary word's; handles and cashtags; versions behind a name;
Chinese names with a middle dot, and Chinese surnames before a verb of speech. A member of a family in evidence is not
thereby there itself: ChatGPT does not support OpenAI. Always holds: linear in the claim, for each number of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from report.evidence import Evidence
from report.evidence.aliases import Aliases, load_aliases
from report.evidence.ordinary import SHAPE, is_ordinary
from report.evidence.otherwise import stands_otherwise
from report.evidence.segments import inner_places, is_person, split
from report.evidence.spelling import Spelled, compact, plain
from report.words import HAN

LOUD = 5  # capitals that make a name; shorter ones are mostly terms: RAG, GPU, SaaS
_ADDRESS = re.compile(r"https?://[!-~]+")
_LATIN = re.compile(r"(?<![A-Za-z0-9])[@$]?[A-Za-z0-9](?:[A-Za-z0-9]|[-.&'’+_·](?=[A-Za-z0-9]))*\+*")
_VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)*)[a-z]?")
_NAME_AND_VERSION = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)-?(\d+(?:\.\d+)*)[A-Za-z]?(-.*)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_UNIT = re.compile(
    r"\s*(?:[%％‰×:：/]|[-–~—]\s?\d|[个個年月日号天周时点分秒条款项次人名位家倍万亿千百元美欧块美轮种期步层章岁页行台代折成档小多余]|"
    r"(?:[a-z]+|[KMBTGX]B?|GW|MW|AM|PM)\b)"
)
_HAN = re.compile(rf"[{HAN}]")
_CLOSES = re.compile(rf"[)）{HAN}]")
_RUN = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*")
_DOTTED = re.compile(rf"[{HAN}]{{1,6}}(?:·[{HAN}]{{1,6}})+")
_SPEAKS = re.compile(
    rf"(?<![{HAN}])([{HAN}]{{2,3}})(?:说|表示|认为|指出|称|透露|宣布|强调|警告|预测|写道|坦言|转述|建议|回应|提出)"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
)
_PLURAL = re.compile(r"[A-Z]{2,}s")  # CTs
_LONGEST = 5  # words of a Latin name in the table


@dataclass(frozen=True)
class Name:
    """`groups` are its lines in the alias table, none for a name known by its spelling; `cut`: "peo…"."""

    spelled: str
    groups: tuple[int, ...] = ()
    version: str = ""
    cut: bool = False


def unsupported_names(claim: str, evidence: Evidence, *, aliases: Aliases | None = None) -> list[str]:
    """The claim's names that stand nowhere in the evidence, each once, in order."""
    table = aliases or load_aliases()
    places = (evidence.said, evidence.about)
    claimed = dict.fromkeys(claimed_names(claim, table))
    missing = (
        name
        for name in claimed
        if not any(stands(name, place, table) for place in places)
        and not stands_otherwise(name.spelled, name.version, claim, evidence)
    )
    return list(dict.fromkeys(f"{name.spelled} {name.version}".strip() for name in missing))


def stands(name: Name, spelled: Spelled, aliases: Aliases) -> bool:
    """Does the text hold the name, with its version, under any alias?"""
    forms = [name.spelled, *aliases.forms(name.groups)]
    if not name.version:
        return any(spelled.holds(form, cut=name.cut) for form in forms) or _stands_apart(name, spelled, aliases)
    held = [form for form in forms if spelled.holds(form)]
    if "." in name.version:  # 5.5 alone is as good as GPT-5.5, 5 is not as good as GPT-5
        return bool(held) and spelled.holds(name.version)
    return any(spelled.near(form, name.version) for form in held)


def _stands_apart(name: Name, spelled: Spelled, aliases: Aliases) -> bool:
    """GPT-5.5 where the posts have GPT and 5.5, GLM5 where they have 智谱 GLM 5."""
    parts = None if name.groups or name.cut else _NAME_AND_VERSION.fullmatch(name.spelled)
    if not parts:
        return False
    base = Name(parts[1], aliases.latin.get(compact(parts[1]), ()), parts[2])
    sizes = _NUMBER.findall(parts[3] or "")  # 32 in Qwen3-32B
    return stands(base, spelled, aliases) and all(map(spelled.holds, sizes))


def claimed_names(claim: str, aliases: Aliases) -> Iterator[Name]:
    """The names in a claim, in each line the Latin ones first."""
    for line in _ADDRESS.sub(" ", plain(claim)).splitlines():
        is_chinese = bool(_HAN.search(line))
        yield from _latin_names(line, aliases, is_chinese=is_chinese)
        if is_chinese:
            yield from _han_names(line, aliases)


def _latin_names(line: str, aliases: Aliases, *, is_chinese: bool) -> Iterator[Name]:
    words = list(_LATIN.finditer(line))
    capitals = sum(word[0][0].isupper() for word in words)
    in_capitals = (
        not is_chinese and len(words) > 3 and capitals > 0.6 * len(words)
    )  # a title: its capitals tell nothing
    at = 0
    while at < len(words):
        size, name = _from_table(line, words[at : at + _LONGEST], aliases, is_chinese=is_chinese)
        if name is None:
            name = _by_spelling(line, words[at], aliases, is_chinese=is_chinese, in_capitals=in_capitals)
        at += size
        if name is None:
            continue
        if at < len(words) and (version := _version(line, words[at - 1], words[at], is_chinese=is_chinese)):
            name = Name(name.spelled, name.groups, version)
            at += 1
        yield name


def _from_table(
    line: str, words: list[re.Match[str]], aliases: Aliases, *, is_chinese: bool
) -> tuple[int, Name | None]:
    """The longest run of words that the table has, with its length; (1, None) where there is none."""
    best: tuple[int, Name | None] = (1, None)
    key = ""
    for size, word in enumerate(words, start=1):
        if size > 1 and (line[words[size - 2].end() : word.start()] != " " or not word[0][0].isalnum()):
            break
        tight = compact(_without_s(word[0]))
        if not tight or key + tight not in aliases.beginnings:
            break
        key += tight
        if groups := aliases.latin.get(key):
            spelled = _without_s(line[words[0].start() : word.end()]).lstrip("@$")
            if _is_name(line, words[:size], spelled, aliases, is_chinese=is_chinese):
                best = size, Name(spelled, groups)
    return best


def _is_name(line: str, words: list[re.Match[str]], spelled: str, aliases: Aliases, *, is_chinese: bool) -> bool:
    """Are these words, which the table has, its name? Not `for d` (Ford), nor Linear at the beginning of a sentence."""
    if len(words) > 1:
        return spelled in aliases.spellings or all(word[0][0].isupper() or word[0][0].isdigit() for word in words)
    if not is_chinese and spelled[1:].islower() and _starts(line, words[0]) and is_ordinary(spelled):
        return False
    return spelled in aliases.spellings or _is_meant(spelled)


def _is_meant(spelled: str) -> bool:
    """Is another spelling than the table's still the name? `codex` and `CODEX` are, `linear` is not."""
    if spelled[0].isupper() or spelled[0].isdigit():
        return True
    return len(spelled) > 4 and not is_ordinary(spelled)


def _by_spelling(
    line: str, word: re.Match[str], aliases: Aliases, *, is_chinese: bool, in_capitals: bool
) -> Name | None:
    if word[0].islower() and word[0].isalpha():
        return None
    spelled = _without_s(word[0])
    spelled = spelled[:-1] if _PLURAL.fullmatch(spelled) else spelled
    is_cut = line.startswith(("...", "…"), word.end())
    if word[0][0] in "@$":
        is_marked = word[0][0] == "@" or (spelled[1:].isalpha() and spelled.isupper() and len(spelled) < 7)
        groups = aliases.marked.get(compact(spelled), ())
        return Name(spelled[1:], groups, cut=is_cut) if is_marked and len(spelled) > 2 else None
    if not spelled[:1].isalpha() or SHAPE.fullmatch(spelled) or is_ordinary(spelled):
        return None
    is_spelled_so = bool(re.search(r"[a-z][A-Z]|\d", spelled))  # OpenClaw, o1
    is_capital = spelled[0].isupper() and not spelled.isupper() and not in_capitals and len(spelled) > 2
    is_loud = not in_capitals and spelled.isupper() and spelled.isalpha() and len(spelled) >= LOUD
    explains = _explains(line, word) if is_chinese else line.count(spelled) < 2 and _starts(line, word)
    return Name(spelled, cut=is_cut) if is_spelled_so or ((is_capital or is_loud) and not explains) else None


def _explains(line: str, word: re.Match[str]) -> bool:
    """Is it in brackets behind a Chinese word, whose English it then is: 对齐（Alignment）?"""
    opens = max(line.rfind("(", 0, word.start()), line.rfind("（", 0, word.start()))
    inside = line[opens + 1 : word.start()]
    return opens > 0 and bool(_HAN.match(line[opens - 1])) and not _CLOSES.search(inside)


def _version(line: str, name: re.Match[str], word: re.Match[str], *, is_chinese: bool) -> str:
    """What stands behind a name as its version: `0.5.0`, `4` (the last in Chinese lines alone); else ""."""
    found = _VERSION.fullmatch(word[0])
    if not found or line[name.end() : word.start()] != " " or _UNIT.match(line, word.end()):
        return ""
    is_whole = "." not in found[1]
    if is_whole and (not is_chinese or len(found[1]) > 2 or found[1].startswith("0")):
        return ""
    return found[1]


def _starts(line: str, word: re.Match[str]) -> bool:
    """Does the word begin a sentence, where any word has a capital?"""
    before = line[max(0, word.start() - 8) : word.start()].rstrip(" \"“'‘([*_#>—–-")
    return not before or before[-1] in ".!?:;…|•,"


def _without_s(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s").strip(".-'’·")


def _han_names(line: str, aliases: Aliases) -> Iterator[Name]:
    folded = line.casefold()
    found = [name for run in _RUN.finditer(folded) for name in _table_names(run[0], aliases)]
    yield from found
    tight = "".join(folded.split())
    yield from (Name(mixed, aliases.han[mixed]) for mixed in aliases.mixed if mixed in tight)
    for dotted in _DOTTED.finditer(line):
        known = [name.spelled for name in found]
        left, right = dotted[0].split("·")[:2]
        if not any(
            left.endswith(name) or right.startswith(name) or ("·" in name and name in dotted[0]) for name in known
        ):
            yield Name(f"{split(left)[-1]}·{split(right)[0]}")
    for speaker in _SPEAKS.finditer(line):
        if speaker[1][0] in _SURNAMES and speaker[1] not in aliases.han and is_person(speaker[1]):
            yield Name(speaker[1])


def _table_names(run: str, aliases: Aliases) -> Iterator[Name]:
    """The longest names that the table has; one of two characters not as a part of a longer word (北大 in 东北大学)."""
    inner: set[int] | None = None
    at = 0
    while at < len(run):
        if run[at] not in aliases.han_beginnings:
            at += 1
            continue
        for size in range(min(aliases.longest_han, len(run) - at), 1, -1):
            name = run[at : at + size]
            if name not in aliases.han:
                continue
            if size == 2 and inner is None:
                inner = inner_places(run)
            if size == 2 and inner and (at in inner or at + 2 in inner):
                continue
            yield Name(name, aliases.han[name])
            at += size - 1
            break
        at += 1
