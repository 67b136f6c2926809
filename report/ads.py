"""Advertising by its marks: a reason in Chinese for each post that sells, baits or begs; "" for the others.

A maker's launch is news: the marks of a launch outweigh one mark of an advertisement, never two.
"""

from __future__ import annotations

import re

from report.subjects import EVENT

_MARKS: tuple[tuple[str, int, str], ...] = (
    # reason, weight, pattern (case is ignored); weight 2 decides alone
    ("抽奖或赠送", 2, r"giveaway|give away (?:\d|a |an )|抽奖|转发.{0,8}(?:抽|送)|送出 ?\d+ ?(?:个|份|台)|免费领取|to win\b"),
    ("空投", 2, r"\bairdrop|空投|whitelist spot|白名单名额|claim (?:your|now)|presale|预售轮"),
    ("推荐返利", 2, r"referral|affiliate|my (?:link|code)\b|promo code|use code\b|discount code|邀请码|返佣|返现|推广链接|优惠码|专属链接"),
    ("卖课", 2, r"masterclass|bootcamp|cohort (?:starts|opens)|enroll|课程.{0,12}(?:优惠|报名|限时|上线)|手把手教|直播间|变现|搞钱|副业|训练营|报名链接|早鸟价|付费社群|知识星球|原价\D{0,4}\d+"),
    ("引流", 2, r"comment [\"'“]?\w+[\"'”]? and i|(?:rt|like|follow|bookmark) (?:\+|and|&) (?:\w+ )?(?:follow|comment|rt|reply|like)|dm me (?:for|to|if)|link in bio|加微信|进群|扫码|私信我?领|评论区(?:留言|扣)|关注.{0,6}(?:领|送)|回复.{0,6}(?:领|获取)"),
    ("提示词引流", 2, r"--(?:ar|sref|v|niji|profile|stylize) ?\w|\bsref\b|prompt(?:\s+(?:in|share|below|👇)|:)|style code|midjourney prompt|nano banana prompt|提示词(?:分享|👇|：)"),
    ("自家活动或节目", 1, r"new episode|episode (?:is )?(?:out|live)|listen (?:now|here)|watch the (?:full|live)|subscribe|livestream|webinar|register (?:now|here|for)|join us (?:for|on|live|at)|tickets?\b|新一期(?:节目|播客)|直播预告|今晚.{0,6}直播|报名"),
    ("产品推广", 1, r"limited[- ]time|\d+% off|free trial|sign up (?:now|today|free|here)|don'?t miss|link (?:below|👇)|get started (?:now|today|free)|buy now|order now|best deal|sponsored|#ad\b|限时|秒杀|折扣|点击(?:链接|下方)|立即(?:体验|下单|抢购)|赞助|合作推广"),
    ("荐股引流", 2, r"(?:join|free) (?:my|our|the) (?:vip|telegram|discord|whatsapp)|signals? group|\d+x gem|guaranteed (?:returns?|profit)|penny stocks?\b|stock (?:picks?|alerts?)\b|our (?:\w+ )?subscribers|subscribe to get|稳赚|带单|牛股推荐|内幕消息|翻倍币"),
    ("招聘或求职", 1, r"we(?:'| a)re hiring|now hiring|apply (?:now|here)|send (?:me )?your resume|招聘|内推|简历(?:发|投)|急招"),
)  # fmt: skip
MARKS = tuple((reason, weight, re.compile(pattern, re.IGNORECASE)) for reason, weight, pattern in _MARKS)
LAUNCH = re.compile(
    r"\b(?:we(?:'re| are| just|'ve)|our|introducing|meet)\b|我们(?:发布|开源|推出|上线|今天)|正式(?:发布|上线|开源)|技术报告|权重(?:已|开放)|changelog|release notes|open weights",
    re.IGNORECASE,
)
DECIDES = 2


def find_advertising(text: str) -> str:
    """The reason why the text is advertising, or ""."""
    found = [(weight, reason) for reason, weight, pattern in MARKS if pattern.search(text)]
    weight = sum(weight for weight, _ in found)
    if LAUNCH.search(text) and EVENT.search(text):
        weight -= 1
    return max(found)[1] if weight >= DECIDES else ""
