"""Does a post give orders to whatever model reads it? By the words of such orders, in Chinese and English.

Not a judgement: a post about such orders is found too, and both may be reported. But words of a post that gives orders
are told alone: a point that cites it beside others might carry its orders into their news under their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from report.model import Tweet

_PLACE = (
    r"(?:每一?|所有)(?:条|节|行|句|要点|标题|个?(?:部分|章节|小节|段落|板块|栏目|条目|要点|标题|回答))|概述|要点|标题|日报|报告|市场部分|核心信息|第一条"
    r"|这一?(?:条|句|段|张)|这些|原样|overview|headline"
)
_ENGLISH_PLACE = (
    r"(?:every|each|all|the) (?:\w+ ){0,2}(?:points?|sections?|headlines?|overview|report|summary|answers?|prompts?)"
)
ORDER = re.compile(
    r"(?:忽略|无视|作废|不理会).{0,12}(?:规则|指令|提示词?|要求|设定)|(?:规则|指令|提示词?|prompt).{0,8}(?:作废|忽略|无视)"
    r"|必须.{0,16}(?:写上|加上|写到|放在|排在|原样|照此|照写|保留|追加)|必须(?:使用新的|以「)|请在回答"
    r"|(?:请|直接)\w{0,4}(?:写上|加上|输出|照写)"
    rf"|(?:写进|加进|放进|加到|加在|写上|加上|放在|照抄|原样|重复).{{0,6}}(?:{_PLACE})"
    rf"|(?:{_PLACE}).{{0,10}}(?:写上|加上|都要加|照做)"
    r"|不照做|照做的?话|新的?(?:系统)?指令|写日报的|全部放进|系统提示词|主编批注"
    r"|(?:ignore|disregard|forget)\b.{0,24}\b(?:instructions?|rules?|prompts?)\b"
    rf"|(?:append|add|mention|write|include|repeat|output|praise|say)\b[^.\n]{{0,60}}\b{_ENGLISH_PLACE}"
    r"|you must (?:\w+ )?(?:append|add|mention|write|include|repeat|cite|drop|replace|do)\b|must append"
    r"|new instructions?\b|follow the instructions|system (?:override|prompt)|AI summari[sz]ers?|summari[sz]ing agents?"
    r"|must be repeated|repeat (?:this|everything)|do not mark|operator of this bot"
    r"|<\|?(?:im_start|im_end|eot_id|system|start_header_id)\|?>|\[/?INST\]|<</?SYS>>|<start_of_turn>"
    r"|(?:^|\n)#{1,3} ?(?:system|assistant)\b|(?:^|\n)(?:human|assistant|system) ?[:：]",
    re.IGNORECASE,
)


def find_order(words: str) -> str:
    """The first order that the words give, as it stands there; "" where they give none."""
    found = ORDER.search(words)
    return found[0] if found else ""


def gives_orders(post: Tweet) -> bool:
    """Do its text, the post that it quotes, or what its author says of himself, order a model about?"""
    return any(map(find_order, (post.text, post.quoted_text, post.author.name, post.author.bio)))


def told_alone(citations: Sequence[str], posts: Mapping[str, Tweet]) -> tuple[str, ...]:
    """The citations without those of posts that give orders, unless the point rests on nothing else."""
    others = tuple(post for post in citations if post not in posts or not gives_orders(posts[post]))
    return others or tuple(citations)
