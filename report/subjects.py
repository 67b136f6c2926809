"""What a post is about, from the words in it: AI, finance, an event, an opinion, and the theme within AI.

Patterns over text without links. They are a floor for the offline writer, wide on purpose: a post that touches none
of a topic's subjects is off topic.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from report.model import Topic, Tweet

Subject = Literal["ai", "finance"]


class _Words(NamedTuple):
    latin: str
    chinese: str


def _pattern(latin: str, chinese: str) -> re.Pattern[str]:
    """Latin words whole (an ending s allowed), Chinese ones anywhere."""
    return re.compile(rf"(?<![A-Za-z0-9])(?:{latin})s?(?![A-Za-z0-9])|{chinese}", re.IGNORECASE)


_WORDS: dict[Subject, _Words] = {
    "ai": _Words(
        r"ai|agi|llm|gpt[-\w.]*|chatgpt|claude|gemini|llama|qwen|deepseek|kimi|glm[-\w.]*|grok|mistral|gemma|codex|cursor"
        r"|copilot|openai|anthropic|deepmind|nvidia|hugging ?face|agent|agentic|subagent|prompt|prompting|token|model"
        r"|open[- ]weight|weights|inference|fine[- ]?tun(?:e|ed|ing)|pretrain(?:ing|ed)?|training|rlhf|rl|reinforcement"
        r"|transformer|diffusion|multimodal|embedding|rag|mcp|cli|api|sdk|skill|eval|benchmark|hallucinat\w*|reasoning"
        r"|chatbot|neural|machine learning|deep learning|robot|robotics|humanoid|gpu|tpu|chip|accelerator|data ?cent(?:er|re)"
        r"|compute|vibe[- ]?cod\w*|coding|codebase|refactor|devops|pull request|pr|repo|open[- ]source|software|developer"
        r"|voice clon\w*|text[- ]to[- ]\w+|autonomous|self[- ]driving|superintelligence|alignment|interpretability"
        r"|knowledge work|context window|workflow|sandbox|plugin|notebooklm|perplexity|vercel|replit|mrna|alphafold"
        r"|suno[-.\d]*|udio|midjourney|elevenlabs|stable diffusion|sora|veo|runway|comfyui|ollama|lm studio|langchain|windsurf|manus|image gen\w*|video gen\w*",
        r"人工智能|大模型|模型|智能体|算力|芯片|推理|训练|微调|开源|权重|参数|提示词|多模态|机器人|具身|自动驾驶|幻觉|评测|基准"
        r"|数据中心|上下文|编程|代码|程序员|工程师|产品经理|插件|沙箱|工作流|生成式|对话机器人|智能|算法|向量|量化|蒸馏|对齐|超级计算|显卡|跑分|(?:声音|语音|音色)克隆|数字人|文生图|生图",
    ),
    "finance": _Words(
        r"stock|share price|shareholder|equit(?:y|ies)|earnings|revenue|guidance|eps|ebitda|ipo|valuation|market cap|nasdaq"
        r"|s&p|dow|index|etf|bond|treasur(?:y|ies)|yield|fed|fomc|rate (?:cut|hike)|rate cut|rate hike|inflation|cpi|ppi"
        r"|gdp|recession|payroll|oil|crude|wti|brent|gold|hormuz|dollar liquidity|liquidity|currency|fx|btc|bitcoin|eth"
        r"|ethereum|crypto|stablecoin|token sale|hedge fund|nav|redemption|bull|bear|bullish|bearish|short seller"
        r"|dividend|buyback|prediction market|capital account|tariff|sanction|taco|spx|vix|the market|market(?:s)? (?:is|are|has|have)|equity market|bond market|opec|ceasefire",
        r"股价|股票|个股|财报|营收|净利|市值|估值|上市|指数|美股|港股|A 股|债券|国债|收益率|美联储|央行|加息|降息|通胀|衰退"
        r"|就业|油价|原油|黄金|比特币|以太坊|加密|数字货币|稳定币|基金|做空|做多|多头|空头|股息|回购|关税|汇率|人民币|期货|涨停|跌停|大涨|大跌",
    ),
}
SUBJECTS = {subject: _pattern(*words) for subject, words in _WORDS.items()}
# The same for text in lower case, which is found in a quarter of the time: Latin words, Chinese words.
FOLDED = {
    subject: (re.compile(rf"(?<![a-z0-9])(?:{latin.lower()})s?(?![a-z0-9])"), re.compile(chinese.lower()))
    for subject, (latin, chinese) in _WORDS.items()
}
HANDLES = re.compile(
    r"@(?:openai\w*|chatgpt\w*|anthropic\w*|claude\w*|googledeepmind|googleai\w*|geminiapp|cursor_ai|xai|grok|mistralai|nvidia\w*"
    r"|huggingface|alibaba_qwen|deepseek_ai|kimi_\w+|midjourney|elevenlabs\w*|suno\w*|perplexity_ai|replit|vercel|langchain\w*)\b",
    re.IGNORECASE,
)
NEAR = _pattern(  # what a post on the subjects may speak of, though it need not be one
    r"startup|founder|venture|silicon valley|engineer|product|designer|app|mac|macbook|iphone|laptop|browser|server|cloud"
    r"|database|internet|google|apple|meta|microsoft|amazon|tesla|musk|heroku|aws|economy|consumer|debt|housing|white house"
    r"|trump|iran\w*|war|strait|billion|trillion|trade|bug|fix(?:es)?|ship(?:ping|ped)?|automat\w+|tech",
    r"苹果|谷歌|微软|特斯拉|马斯克|创业|创始人|产品|软件|硬件|互联网|应用|浏览器|手机|电脑|经济|消费|房价|债务|特朗普|战争|自动化|科技|技术",
)
CASHTAG = re.compile(r"\$[A-Z]{1,6}(?![A-Za-z])")
COIN = _pattern(
    r"btc|bitcoin|eth|ethereum|crypto|stablecoin|solana|coin",
    r"比特币|以太坊|加密货币|数字货币|稳定币|代币|币价|币圈|链上|质押|主网",
)
STOCK = _pattern(
    r"stock|share price|earnings|eps|guidance|nasdaq|s&p|etf|ipo|valuation|market cap|buyback|dividend|shares",
    r"股价|股票|个股|财报|营收|市值|估值|美股|港股|A 股|涨停|跌停|盘前|盘后",
)
EVENT = _pattern(
    r"launch(?:ed|es|ing)?|releas(?:e|ed|es|ing)|announc(?:e|ed|es|ing)|ship(?:ped|ping)|introduc(?:e|ed|es|ing)|introducing"
    r"|rolling out|rolled out|now (?:live|available)|generally available|open[- ]sourced|rais(?:ed|es) \$?\d\w*|acquir(?:e|ed|es|ing)"
    r"|partner(?:ed|ing|ship)|outage|incident|postmortem|leak(?:ed)?|shut(?:ting)? down|sunset(?:ting)?|ban(?:ned)?|lawsuit"
    r"|reported|beat(?:s)? estimates|recall(?:ed)?|cut(?:s|ting)? prices?|today we",
    r"发布|上线|推出|开源了|宣布|开放|融资|收购|合作|宕机|故障|泄露|曝光|关停|下线|被禁|起诉|裁员|降价|涨价|通过了|签署|召回|复盘",
)
OPINION = _pattern(
    r"i think|i believe|i suspect|in my view|imo|my take|hot take|we should|should(?:n't)?|underestimat\w*|overestimat\w*|overrated"
    r"|underrated|the real|the problem|the lesson|lesson|why|prediction|i predict|i bet|bet(?:ting)?|matter(?:s)?|prefer|disagree"
    r"|convinced|unpopular opinion|the bottleneck|moat|opportunity",
    r"我认为|我觉得|我的看法|个人认为|观点|应该|不该|其实|本质|说白了|关键在|问题在|教训|启发|感触|判断|预测|看好|看空|别再|不要|真正|反而|护城河",
)
THEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "Agent 与 AI 编程",
        _pattern(
            r"agent|agentic|subagent|cod(?:e|ing|er)|codebase|codex|cursor|copilot|claude code|ide|cli|refactor|pr|repo"
            r"|pull request|sandbox|devops|mcp|skill|commit|debug\w*|quillcode",
            r"智能体|编程|代码|程序员|工程师|重构|调试|沙箱|插件|命令行",
        ),
    ),
    (
        "算力与芯片",
        _pattern(
            r"gpu|tpu|chip|data ?cent(?:er|re)|compute|inference cost|accelerator|wafer|hbm|cuda|megawatt|gigawatt|cluster",
            r"算力|芯片|显卡|数据中心|晶圆|集群|机柜|电力|超算|推理成本",
        ),
    ),
    (
        "研究与评测",
        _pattern(
            r"paper|arxiv|benchmark|eval|study|dataset|ablation|interpretability|alignment|score|leaderboard|research\w*",
            r"论文|评测|基准|跑分|研究|数据集|实验|对齐|榜单|复现",
        ),
    ),
    (
        "机器人与多模态",
        _pattern(
            r"robot|robotics|humanoid|video|image|voice|speech|audio|multimodal|autonomous|self[- ]driving|text[- ]to[- ]\w+",
            r"机器人|具身|视频|图像|语音|多模态|自动驾驶|生图|配音",
        ),
    ),
    (
        "模型与产品",
        _pattern(
            r"model|weights|context window|token|api|release|launch|feature|app|plan|pricing|chatgpt|claude|gemini|llm",
            r"模型|权重|上下文|接口|发布|上线|功能|产品|定价|参数|开源",
        ),
    ),
)
OTHER_THEME = "行业与应用"


def is_about(text: str, subject: Subject) -> bool:
    """Does the text touch the subject?"""
    latin, chinese = FOLDED[subject]
    folded = text.lower()
    found = latin.search(folded) or (not folded.isascii() and chinese.search(folded))
    return bool(found) or (subject == "finance" and bool(CASHTAG.search(text)))


def subjects_of(topic: Topic) -> tuple[Subject, ...]:
    """The subjects that a topic takes posts on; () where it is about something else, and every post counts."""
    words = " ".join((topic.name, topic.title, topic.query, *topic.spellings))
    if is_about(words, "ai"):
        return ("ai", "finance") if topic.finance else ("ai",)
    return ("finance",) if is_about(words, "finance") or topic.name == "finance" else ()


def touches_crypto(tweet: Tweet) -> bool:
    """Might the post speak of crypto? Generous: a cashtag may be a coin's, and a zero must be true to be stated."""
    text = f"{tweet.text} {tweet.quoted_text}"
    return bool(COIN.search(text) or CASHTAG.search(text))


def theme_of(text: str) -> str:
    """The sub-heading for a text on AI: the theme with the most different words in it, the first of equals."""
    counted = [(len({found.casefold() for found in pattern.findall(text)}), name) for name, pattern in THEMES]
    most = max(counted, key=lambda pair: pair[0])
    return most[1] if most[0] else OTHER_THEME
