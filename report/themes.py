"""What a stretch of posts talks about, as themes that a pattern can count.

In: posts. Out: themes, each with a label, a pattern and the posts that have it. Known subjects are found in both
languages (the table below), the topic's own names as they are given, others by their spelling: words with a capital
inside a sentence, or with a digit, that hardly ever stand in lower case. Themes that stand in the same posts are one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from report.clean.duplicates import bare
from report.model import Tweet
from report.names import NO_NAMES
from report.words import cut

LEAST = 2  # posts that make a theme
TOGETHER = 0.6  # of the posts that have one of two themes have both: then they are one
SHORTEST = 3  # characters of a name that nobody gave
BEGINNING = 160  # characters
JOINED = 3  # labels in a label
LOWER = 0.2  # of a name's occurrences may be in lower case
_WORD = (
    r"[A-Z][A-Za-z]*(?:[-.]?\d+(?:\.\d+)*[a-z]?)?(?:-[A-Z\d][A-Za-z\d]*)*"  # Tern, GLM5.1, Tern-3-Turbo
    r"|[a-z]+[A-Z][A-Za-z]*\d*|[A-Za-z]+-?\d+(?:\.\d+)*"  # mRNA; o3, qwen3.5
)
_VERSION = r"v?\d+(?:\.\d+)+|\d{1,2}(?![\d,.:%]|\s?[a-z])"
NAME = re.compile(
    rf"(?<![\w@#/.'’$-])(?:{_WORD})(?: (?:{_WORD}|{_VERSION})(?![A-Za-z]))*(?![A-Za-z\d])|\$[A-Z]{{1,6}}(?![A-Za-z])"
)
STARTS = re.compile(
    r"(?:^|[.!?:;…。！？：；\"“「『(（•*>–—-]|\d[.)、])\s*[\"“「*-]*\s*$"
)  # what stands before a sentence
SHOUTED = re.compile(r"[A-Z]{4,} \||\| [A-Z]{4,}")  # beside a word
_NO_THEMES = """
vp vps pm pms cgi pov tldr diy aka asap ui ux qa hr pc os tv ny sf nyc us u.s uk eu dm dms gif png csv pdf
ok ps p.s vc vcs english chinese american european western god internet
youtube spotify podcast podcasts substack linkedin twitter
"""
NO_THEMES = NO_NAMES | frozenset(_NO_THEMES.split())
PIECE = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)*|[^\sA-Za-z\d-]+")
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("命令行（CLI）", r"clis?", "命令行"),
    ("记忆", r"memor(?:y|ies)", "长期记忆|记忆功能|记忆系统"),
    ("skills", r"skills?(?: files?)?", "技能包"),
    ("MCP", r"mcps?", ""),
    ("上下文", r"context (?:windows?|engineering|rot)", "上下文"),
    ("评测", r"benchmarks?|evals?|leaderboards?", "评测|跑分|榜单"),
    ("开源", r"open[- ]sourc(?:e|ed|ing)|open[- ]weights?", "开源|开放权重"),
    ("限额与定价", r"(?:rate|usage|session|weekly) limits?|quotas?|pricing(?! in\b)|price (?:cuts?|hikes?)",
     "限额|额度|定价|降价|涨价"),
    ("语音", r"voice(?: mode| agents?)?|text[- ]to[- ]speech|tts|speech", "语音|配音"),
    ("视频生成", r"(?:video|text[- ]to[- ]video) (?:models?|generation)", "视频生成|视频模型|生成视频"),
    ("图像生成", r"image (?:models?|generation|gen)", "图像生成|生图|文生图"),
    ("机器人", r"robots?|robotics|humanoids?", "机器人|具身"),
    ("自动驾驶", r"self[- ]driving|robotaxis?|autonomous (?:cars?|vehicles?|driving)", "自动驾驶|无人驾驶"),
    ("芯片", r"chips?|gpus?|tpus?|semiconductors?", "芯片|显卡|半导体"),
    ("数据中心", r"data ?cent(?:er|re)s?", "数据中心"),
    ("安全漏洞", r"vulnerabilit(?:y|ies)|prompt injections?|supply[- ]chain attacks?|exploits?|malware|cybersecurity",
     "漏洞|投毒|提示词注入|网络安全|恶意代码"),
    ("宕机", r"outages?|downtime|postmortems?", "宕机|故障"),
    ("裁员与招聘", r"layoffs?|laid off|hiring|job (?:market|loss(?:es)?)", "裁员|招聘|失业"),
    ("教育", r"schools?|universit(?:y|ies)|teachers?|education", "教育|学校|大学|老师"),
    ("医疗", r"healthcare|medicine|cancer|vaccines?|drug discovery", "医疗|癌症|疫苗|患者|制药"),
    ("融资与收购", r"rais(?:ed|es|ing) \$\S+|series [a-e]|acquir(?:e|ed|es|ing)|acquisitions?|seed round", "融资|收购"),
    ("上市", r"ipos?|go(?:es|ing)? public", "上市|招股书"),
    ("诉讼与监管", r"lawsuits?|sued|court|regulat(?:ion|ions|ors?)|copyright", "起诉|诉讼|监管|版权|法院"),
    ("vibe coding", r"vibe[- ]?cod(?:e|ed|er|ers|ing)", "氛围编程"),
    ("子 agent 与多 agent", r"sub-?agents?|multi-?agents?|agent (?:swarms?|teams?)",
     "多智能体|子智能体|多 ?agent|子 ?agent"),
    ("computer use", r"computer[- ]use|browser[- ]use|browser agents?", "操控电脑|操作电脑|操作浏览器"),
    ("harness", r"harness(?:es)?", ""),
    ("PR 与代码审查", r"code reviews?|pull requests?|prs?", "代码审查"),
    ("AGI", r"agi|superintelligence", "通用人工智能|超级智能"),
    ("世界模型", r"world models?", "世界模型"),
    ("本地模型", r"local (?:models?|llms?)|on[- ]device", "本地模型|端侧"),
    ("强化学习", r"rl|rlhf|reinforcement learning", "强化学习"),
    ("微调", r"fine[- ]?tun(?:e|ed|ing)", "微调"),
    ("幻觉", r"hallucinat(?:e|es|ed|ion|ions|ing)", "幻觉"),
    ("品味", r"tastes?|tasteful", "品味|审美"),
    ("设计", r"designers?", "设计师"),
    ("中国 AI", r"(?:china(?:'s|’s)?|chinese) (?:ai|models?|labs?|open[- ]source)", "中国 ?AI|国产模型|国产大模型"),
    ("霍尔木兹海峡", r"hormuz|straits?", "霍尔木兹|海峡"),
    ("伊朗", r"iran(?:ians?|'s|’s)?", "伊朗"),
    ("油价", r"oil|crude|wti|brent", "油价|原油|石油"),
    ("美联储与利率", r"(?-i:Fed)|fomc|powell|rate (?:cuts?|hikes?)|interest rates?", "美联储|降息|加息|利率"),
    ("通胀", r"inflation|cpi|ppi|pce", "通胀"),
    ("美债", r"treasur(?:y|ies)|(?:10|30|2)[- ]?y(?:ea)?r(?: ust)? yields?|bond yields?|usts?", "美债|国债"),
    ("关税", r"tariffs?", "关税"),
    ("黄金", r"gold(?! (?:standard|mine|medal|rush))", "黄金|金价"),
    ("比特币", r"btc|bitcoins?", "比特币"),
    ("以太坊", r"eth|ethereum", "以太坊"),
    ("稳定币", r"stablecoins?", "稳定币"),
    ("财报", r"earnings|eps", "财报|业绩"),
    ("衰退", r"recessions?", "衰退"),
    ("就业数据", r"payrolls?|jobs report|unemployment", "非农|失业率|就业数据"),
    ("私募信贷", r"private credit|redemptions?", "私募信贷|赎回"),
    ("特朗普", r"trump(?:'s|’s)?", "特朗普|川普"),
    ("马斯克", r"musk|elon", "马斯克"),
    ("谷歌", r"google|alphabet", "谷歌"),
    ("英伟达", r"nvidia|nvda|jensen", "英伟达|黄仁勋"),
    ("苹果", r"(?-i:Apple)", "苹果公司"),
    ("微软", r"microsoft|msft", "微软"),
    ("亚马逊", r"amazon|aws", "亚马逊"),
    ("特斯拉", r"tesla|tsla", "特斯拉"),
    ("阿里与千问", r"alibaba|qwen[\w.-]*", "阿里巴巴|阿里云|通义|千问"),
    ("字节与豆包", r"bytedance|doubao|seedance", "字节跳动|豆包"),
    ("腾讯", r"tencent|wechat", "腾讯|微信"),
    ("华为", r"huawei", "华为|昇腾"),
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """`pattern` finds it in a text without links, letter case ignored; such a text has `hint`, in lower case."""

    label: str
    pattern: str
    hint: str = ""

    def posts(self, texts: Iterable[tuple[str, str, str]]) -> frozenset[str]:
        """Ids of the posts that have it, of (id, text, text in lower case)."""
        search = _compiled(self.pattern).search
        return frozenset(post for post, text, lower in texts if self.hint in lower and search(text))


def whole(latin: str, chinese: str = "") -> str:
    """A pattern for Latin words that stand whole, and for Chinese ones anywhere."""
    words = rf"(?<![A-Za-z0-9])(?:{latin})(?![A-Za-z0-9])"
    return f"{words}|{chinese}" if chinese else words


def spelt(name: str) -> str:
    """A pattern for a name in its spellings: GLM5.1, GLM 5.1, GLM-5.1; a plural s where it ends in a long word."""
    pieces = PIECE.findall(name)
    pattern = "[- ]?".join(re.escape(piece) for piece in pieces)
    if not name.isascii():
        return pattern
    return whole(pattern + "s?" if len(pieces[-1]) > 2 and pieces[-1].isalpha() else pattern)


def known_in(text: str) -> list[str]:
    """Labels of the known subjects that a text has twice or begins with; the most told first."""
    found: list[tuple[int, int, str]] = []
    for label, latin, chinese in _KNOWN:
        at = [match.start() for match in _compiled(whole(latin, chinese)).finditer(text)]
        if len(at) > 1 or (at and at[0] < BEGINNING):
            found.append((-len(at), at[0], label))
    return [label for _, _, label in sorted(found)]


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def find_themes(tweets: Sequence[Tweet], names: Iterable[str] = ()) -> dict[Theme, frozenset[str]]:
    """Themes of two posts or more with the posts' ids, the most frequent first; about 1 ms a post."""
    texts = [(tweet.id, said := bare(tweet.text), said.casefold()) for tweet in tweets]
    given = [Theme(name, spelt(name)) for name in names if PIECE.search(name)]
    found: dict[Theme, frozenset[str]] = {}
    for theme in (*given, *(Theme(label, whole(latin, chinese)) for label, latin, chinese in _KNOWN), *_named(tweets)):
        is_found = any(_compiled(other.pattern).fullmatch(theme.label) for other in found)
        posts = frozenset() if is_found else theme.posts(texts)
        if len(posts) >= LEAST:
            found[theme] = posts
    return _join(found)


def _named(tweets: Sequence[Tweet]) -> Iterator[Theme]:
    """Names by their spelling, in the most usual one."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    authors: dict[str, list[str]] = defaultdict(list)
    lower: Counter[str] = Counter()
    for tweet in tweets:
        lines = [bare(line) for line in tweet.text.splitlines()]
        lower.update(word for line in lines for word in re.findall(r"(?<![\w-])[a-z]+(?![\w-])", line))
        names = dict.fromkeys(name for line in lines for name in _names_in(line))
        for name in names:
            spellings[_fold(name)][name] += 1
        for folded in {_fold(name) for name in names}:
            authors[folded].append(tweet.author.handle)
    for folded, counted in sorted(spellings.items()):
        usual = max(sorted(counted), key=lambda name: counted[name])
        is_word = len(usual) < SHORTEST or (" " not in usual and lower[usual.casefold()] > LOWER * counted.total())
        needed = LEAST if _is_distinct(usual) or len(set(authors[folded])) > 1 else LEAST + 1
        if len(authors[folded]) >= needed and not is_word and usual.casefold() not in NO_THEMES and cut(usual):
            yield Theme(usual, spelt(usual), hint=PIECE.findall(usual)[0].casefold())


def _names_in(line: str) -> Iterator[str]:
    """A capital at the start of a sentence makes no name, nor do capitals among capitals."""
    for found in NAME.finditer(line):
        name = found[0]
        shouted = (
            name.isupper() and name.isalpha() and SHOUTED.search(line[: found.start()] + "|" + line[found.end() :])
        )
        if not shouted and not (re.fullmatch("[A-Z][a-z]+", name) and STARTS.search(line[: found.start()])):
            yield name


def _is_distinct(name: str) -> bool:
    """Could it be nothing but a name: two words, a version, capitals inside?"""
    return len(name) > 2 and (
        " " in name or any(map(str.isdigit, name)) or (name[1:] != name[1:].lower() and not name.isupper())
    )


def _fold(name: str) -> str:
    return "".join(PIECE.findall(name)).casefold()


def _join(found: Mapping[Theme, frozenset[str]]) -> dict[Theme, frozenset[str]]:
    """Themes whose posts are mostly the same become one, counted by all their patterns."""
    joined: list[tuple[dict[Theme, frozenset[str]], frozenset[str]]] = []
    for theme, posts in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].label)):
        near = (n for n, (_, others) in enumerate(joined) if len(posts & others) >= TOGETHER * len(posts | others))
        if (at := next(near, None)) is None:
            joined.append(({theme: posts}, posts))
        else:
            joined[at] = ({**joined[at][0], theme: posts}, joined[at][1] | posts)
    return {_one(themes, posts): posts for themes, posts in joined}


def _one(themes: Mapping[Theme, frozenset[str]], posts: frozenset[str]) -> Theme:
    """One theme for all, named by the first three. Of two names of which one holds the other (Claude, Claude Code) the
    longer is told where all posts have it, else the shorter.
    """
    labels = [theme.label for theme in themes]
    for longer in [theme.label for theme, own in themes.items() if own == posts]:
        labels = [label for label in labels if label == longer or label not in longer]
    own = [label for label in labels if not any(other != label and other in label for other in labels)]
    return Theme("、".join(own[:JOINED]), "|".join(theme.pattern for theme in themes))
