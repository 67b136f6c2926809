"""What a post speaks of, in few words for a headline: names as they are written, subjects in Chinese.

In: the lines of a post, and what of them is quoted. Out: matters, the one that says most first. Always holds: a name
stands in the lines; a Chinese word is a plain translation of one that stands there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from report.evidence.aliases import load_aliases
from report.evidence.ordinary import is_ordinary
from report.evidence.spelling import compact
from report.names import NO_NAMES
from report.themes import NAME, STARTS, known_in
from report.words import stop_words

TELLS = 1.0  # weight of a matter that says more than what field a post is of
# Weights of a known name, another that can be nothing else, a subject, a word with a capital, a word of the field.
CLEAR, NAMED, SPOKEN_OF, CAPITAL, FIELD = 1.7, 1.5, 1.4, 0.8, 0.3
TIMES = 0.35  # for each further time that it stands there, at most twice
QUOTED = 0.7  # for standing in what is quoted
ACRONYM = 5  # letters of a word in capitals that may be an abbreviation, and no name
_SUBJECTS = """
中国 = china|chinese
美国 = america|americans?|united states
印度 = india|indians?
欧洲 = europe|europeans?
日本 = japan|japanese
变革管理 = change management
创业 = startups?|entrepreneurs?|entrepreneurial|entrepreneurship
创始人 = founders?
旧系统 = legacy systems?
部署 = deploy(?:s|ed|ments?)?
运维 = devops
软件工厂 = software factor(?:y|ies)
提示词 = prompts?|prompting
护城河 = moats?
风投 = vcs?|venture capital(?:ists?)?
杰文斯悖论 = jevons(?:['’]s?)? paradox
前线部署工程师 = forward[- ]deployed engineers?
编程 agent = coding agents?
个人 agent = personal agents?
逆向工程 = reverse engineering
预测市场 = prediction markets?
报销 = expense (?:reports?|categori[sz]ation)
变现 = moneti[sz](?:e|ed|ation)
订阅 = subscriptions?
知识工作 = knowledge work(?:ers?)?
产品开发 = product development
论文 = papers?
科学发现 = (?:new|scientific) (?:science|discover(?:y|ies))
疾病 = diseases?
商船 = commercial shipping
停火 = ceasefires?
流动性 = liquidity
债务危机 = debt crisis
小企业 = small business(?:es)?
零售 = retail(?:ers?)?
自动化 = automat(?:e|es|ed|ing|ion)
浏览器 = browsers?|browsing
网页技术 = the web
终端 = terminals?
插件 = plugins?
权限 = permissions?
沙箱 = sandbox(?:es)?
工作流 = workflows?
重构 = refactor(?:s|ed|ing)?
调试 = debug(?:ging|ged)?
缓存 = cach(?:e|es|ing)
延迟 = latency
验证 = verif(?:y|ies|ication)
估值 = valuations?
移民 = immigration
参议员 = senators?
翻译 = translat(?:e|es|ed|ion)
写作 = writing
笔记 = note-taking
邮件 = emails?
播客 = podcasts?
硬件 = hardware|hardtech
制造业 = manufacturing
能源 = energy
电网 = power grid
核聚变 = fusion
航天 = spacecraft|rockets?
合成数据 = synthetic data
推理成本 = inference costs?
预训练 = pre-?training
后训练 = post-?training
可解释性 = interpretability
对齐 = alignment
数据集 = datasets?
模型能力 = model (?:capability|capabilities|progress)
推理 = reasoning
面试 = interview(?:s|ing)
协作 = collaborat(?:e|ion)
法律 = legal|lawyers?
合规 = compliance
保险 = insurance
金融服务 = financial services
隐私 = privacy
诈骗 = scams?|fraud
地缘政治 = geopolitics
出口管制 = export controls?
房价 = (?:home|housing|house) prices?
营收 = revenues?
利润率 = (?:operating|gross) margins?
资本开支 = capex|capital expenditures?
RAG = rag
期货 = futures
点子 = (?:product )?ideas?
代码库 = codebases?
界面 = user interfaces?
字体 = fonts?|typography
"""
_FIELD = """
agent = agents?
模型 = models?|llms?
软件 = software
工程师 = engineers?
产品 = products?
工具 = tools?
企业 = compan(?:y|ies)|enterprises?
应用 = apps?
编程 = code|coding
开发者 = developers?
"""


class Matter(NamedTuple):
    words: str
    weight: float
    at: int  # where it stands first


def matters_in(lines: Sequence[str], quoted: Sequence[str], author: str) -> list[Matter]:
    """The heaviest first; none that names the author, none that is a part of another. What stands neither in what is
    quoted nor twice in the lines is left out.
    """
    said, shown = "\n".join(lines), "\n".join(quoted)
    found: list[Matter] = []
    for label in dict.fromkeys([*known_in(shown), *known_in(said)]):
        found += _weigh(label.partition("（")[0], SPOKEN_OF, 2, 0, is_shown=label in known_in(shown))
    for words, pattern, weight in _tables():
        if first := pattern.search(said):
            count, is_shown = len(pattern.findall(said)), bool(pattern.search(shown))
            found += _weigh(words, weight, count, first.start(), is_shown=is_shown)
    own = {compact(word) for word in author.split()} | {compact(author)}
    for name, count in Counter(_names(lines)).items():
        if compact(name) not in own and not _is_subject(name):
            is_compared = re.search(rf"\blike (?:an? )?{re.escape(name)}", said)
            weight = FIELD if is_compared else _name_weight(name)
            found += _weigh(name, weight, count, said.find(name), is_shown=name in shown)
    ranked = sorted({one.words: one for one in reversed(found)}.values(), key=lambda one: (-one.weight, one.at))
    folded = [one.words.casefold() for one in ranked]
    return [one for one in ranked if not any(one.words.casefold() in other != one.words.casefold() for other in folded)]


def _weigh(words: str, weight: float, count: int, at: int, *, is_shown: bool) -> Iterator[Matter]:
    if is_shown or count > 1:
        more = (TIMES * min(count - 1, 2) + QUOTED * is_shown) * min(weight, 1)
        yield Matter(words, weight + more, at)


def _is_subject(name: str) -> bool:
    return (" " not in name or not _is_known(name)) and bool(
        known_in(name) or any(pattern.fullmatch(name) for _, pattern, _ in _tables())
    )


def _name_weight(name: str) -> float:
    if _is_known(name):
        return CLEAR
    if name.isupper() and name.isalpha() and len(name) < ACRONYM:
        return FIELD
    return CAPITAL if re.fullmatch("[A-Z][a-z]+", name) else NAMED


def _names(lines: Sequence[str]) -> Iterator[str]:
    """Names of one word or more, each time that one stands there. A capital at the start of a sentence makes none."""
    starting: list[str] = []
    sure: set[str] = set()
    for line in lines:
        for found in NAME.finditer(line):
            words = found[0].split()
            at_start = bool(STARTS.search(line[: found.start()]))
            while words and _is_common(words[0]):
                words, at_start = words[1:], False
            while words and _is_common(words[-1]):
                words.pop()
            if at_start and len(words) > 1 and words[1][0].isdigit() and not _is_known(words[0]):
                continue
            name = " ".join(words)
            if not name or not _names_something(name, words):
                continue
            if at_start and re.fullmatch("[A-Z][a-z]+", name) and not _is_known(name):
                starting.append(name)
                continue
            sure.add(name)
            yield name
    yield from (name for name in starting if name in sure)


def _is_known(name: str) -> bool:
    return compact(name) in load_aliases().latin


def _is_common(word: str) -> bool:
    return word.casefold() in NO_NAMES or (word.casefold() in stop_words() and not any(map(str.isdigit, word)))


def _names_something(name: str, words: Sequence[str]) -> bool:
    if not any(map(str.isalpha, name)) or (name.isupper() and name.isalpha() and len(name) < 3):
        return False
    if _is_known(name):
        return True
    return not all(is_ordinary(word) for word in words) and not re.fullmatch(r"[A-Za-z]{1,2}\d{1,2}|[A-Z]{2,4}s", name)


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    rows = [(line.partition(" = "), weight) for table, weight in ((_SUBJECTS, SPOKEN_OF), (_FIELD, FIELD))
            for line in table.strip().splitlines()]  # fmt: skip
    return tuple(
        (words, re.compile(rf"(?<![A-Za-z0-9])(?:{english})(?![A-Za-z0-9])", re.IGNORECASE), weight)
        for (words, _, english), weight in rows
    )
