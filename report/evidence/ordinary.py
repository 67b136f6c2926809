"""Latin words that name nothing in particular, with whatever capitals a Chinese text has them: Agent, API, SaaS."""

from __future__ import annotations

import re
from functools import lru_cache

from report.evidence.glossary import load_glossary, stem
from report.names import NO_NAMES
from report.words import stop_words

# 10x, 24h, 5am, v2: numbers in all but name; E2E, B2B, Q3, L4, M365: kinds, quarters, levels.
SHAPE = re.compile(
    r"v?\d+(?:[.,]\d+)*(?:-?(?:[a-z]{1,3}|bit|day|week|month|year|hour|min|minute|K|M|B|T|GB|TB|MB|GW|MW|FPS|Hz|D|X|th|st|nd|rd))?s?\+?"
    r"|[A-Z]\d[A-Z]|[QHLPTFSVG]\d{1,2}|\d[A-Z]\d?|[0-9]{1,2}(?:st|nd|rd|th)",
    re.IGNORECASE,
)
_FIELD = """
agent agents agentic multi-agent subagent sub-agent api apis sdk cli gui tui ui ux ai agi asi llm llms vlm vla mllm
slm rag mcp token tokens tokenizer prompt prompts prompting workflow workflows saas paas iaas baas app apps bot bots
chatbot copilot plugin plugins skill skills harness eval evals benchmark embedding reranker transformer diffusion moe
lora qlora rl rlhf dpo grpo ppo sft cot ocr tts asr nlp cv ml dl gpu gpus cpu tpu npu hbm dram ssd ram devops mlops
llmops finops devsecops gitops aiops oauth sso rbac vpn dns http https json yaml xml html css sql nosql pdf csv
markdown md ppt ide repo pr prs issue issues commit fork merge webhook websocket webgl webgpu webvnc wasm serverless
headless frontend backend fullstack kernel runtime ceo cto cfo coo cmo cpo cio vp svp evp gm pm hr founder cofounder
co-founder vc vcs pe lp gp ipo m&a roi arr mrr gmv dau mau kpi okr p&l ebitda eps gdp cpi ppi pmi etf nft defi dao
web2 web3 tvl nav pov poc mvp pmf gtm b2b b2c c2c d2c o2o smb smbs sme qa q&a faq ama tldr diy eta asap aka vs etc ok
pro max plus lite mini ultra turbo flash preview beta alpha nano air studio enterprise team edition premium basic free
tier demo keynote podcast newsletter blog vlog tweet thread hashtag emoji meme slop vibe vibes hype fomo nimby yimby
doomer accelerationist e2e ci cd ci/cd open-source closed-source human-in-the-loop ai-native agent-native agent-first
ai-first mobile-first cloud-native end-to-end thin-client long-horizon scaling scaffold scaffolding guardrail
guardrails sandbox sandboxes orchestrator orchestration observability playbook roadmap backlog sprint scrum kanban
dashboard checklist onboarding offboarding changelog readme phd msc mba stem ev evs ar vr xr mr iot 3d 2d 4k 8k 5g 6g
wifi bluetooth usb nfc gps led oled usd cny rmb eur jpy gbp utc gmt pst est pdt edt cst iso ietf rfc vs. via the and
for with of in on at to by from as is a an or not no yes weekend weekday christmas halloween thanksgiving easter
spring summer fall autumn winter today tomorrow yesterday north south east west northern southern eastern western
central dr mrs ms prof sir madam jr sr inc ltd llc corp co lol omg wow damn haha hmm yeah hey hi hello thanks congrats
please sorry lead leads seat seats stack stacks loop loops layer layers wrapper wrappers moat moats edge gap window
windows-only mode modes key keys note notes plan plans pilot pilots draft drafts batch queue cron job jobs hook hooks
pipe pipes pattern patterns primitive primitives abstraction attack surface adoption lift shift left right up down
zero one two three clip intro outro season episode part chapter act step phase version vol volume tob toc k12 pair
pairs jailbreak jailbreaks agnostic native first based driven oriented like free-form look tell ask say come going
gotta wanna gonna watch hear read love hate happen happens happened seems maybe turns mental craft taste soul magic
dream dreams wave waves storm fire ice gold silver bronze red blue green black white
"""
_WORDS = frozenset(_FIELD.split()) | NO_NAMES
# Endings of nouns and adjectives that a Chinese text gives as a gloss: Commoditization, Jaggedness.
_ENDING = re.compile(
    r"[a-z]{3,}(?:ization|isation|ation|tion|sion|ment|ness|ity|ing|able|ible|ized|ive|ship|ology|ics|ism|less|ful|ence|ance|ally|edly|ward|wise)s?"
)


@lru_cache(maxsize=16384)
def is_ordinary(word: str) -> bool:
    """Is it a word of the language or of the field rather than a name? Joined words are, if each of their parts is."""
    folded = word.casefold()
    if folded in _WORDS or folded.removesuffix("s") in _WORDS:
        return True
    parts = [part for part in re.split(r"[-/&+.'’_]", folded) if part]
    if len(parts) > 1:
        return all(part.isdigit() or is_ordinary(part) for part in parts)
    if re.search(r"[a-z][A-Z]|\d", word) and not folded.endswith("ops"):  # FinOps, AgentOps
        return False
    return (
        folded in stop_words() or stem(folded) in _stems() or bool(_ENDING.fullmatch(folded)) or folded.endswith("ops")
    )


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    """Of all English words of the glossary."""
    return frozenset(
        part for phrases in load_glossary().english.values() for phrase in phrases for part in phrase.split()
    )
