"""The words that advertising and launches are known by: `MARKS` and `SIGNALS`, in English and in Chinese.

English ones are phrases of one to three words, looked up; `~` stands for the endings of a verb, digits are `0`.
Chinese ones are patterns. Both are looked for in folded text (`folding.py`). `reason` is what the ledger says,
"" for what speaks against. What a signal weighs is learnt (`benchmarks/train_ads.py`); two points of marks (`weight`)
add to that.
"""

from __future__ import annotations

from typing import NamedTuple


class Signal(NamedTuple):
    """`name` is a column of the model. A mark has points as `weight`: it seldom stands in an honest post."""

    name: str
    reason: str
    english: str
    chinese: str
    weight: int = 0


MARKS = (
    Signal(
        "mark giveaway", "抽奖或赠送", weight=2,
        english="giveaway|giveaways|give away 0|give away a|give away an|giving away 0|to win|to enter"
        "|winners announced",
        chinese=r"抽奖|转发.{0,8}(?:抽|送)|送出 ?\d+ ?(?:个|份|台)|免费领取|抽(?:取)? ?[\d一二三五十]+ ?(?:位|人|名)"
        "|开奖",
    ),
    Signal(
        "mark airdrop", "空投", weight=2,
        english="airdrop|airdrops|whitelist spot|claim your airdrop|claim yours|your wallet to|claim now|presale"
        "|free mint|connect your wallet",
        chinese="空投(?!.{0,12}(?:钓鱼|骗|诈|别点|勿))|白名单名额|预售轮|瓜分.{0,12}(?:代币|枚)|质押即",
    ),
    Signal(
        "mark referral", "推荐返利", weight=2,
        english="referral|affiliate|my link|my code|promo code|use code|with code|discount code|invite code"
        "|coupon code",
        chinese="邀请码|返佣|返现|推广链接|优惠码|(?:专属|我的)链接|体验金|用码",
    ),
    Signal(
        "mark course", "卖课", weight=2,
        english="masterclass|bootcamp|cohort starts|cohort opens|enroll|enrol|full course|our course|free course"
        "|short course|complete course|cheat sheet",
        chinese="课程.{0,12}(?:优惠|报名|限时|上线|涨价)|手把手教|直播间|变现训练|搞钱|训练营|报名链接|早鸟价"
        r"|付费社群|知识星球|原价\D{0,4}\d+|学不会退|节课|公开课|体验课",
    ),
    Signal(
        "mark bait", "引流", weight=2,
        english="like + comment|like and comment|rt + follow|rt and follow|rt & follow|like and retweet|like and rt"
        "|follow + rt|retweet and follow|repost and follow|follow and repost|follow and retweet"
        "|like and follow|like + rt|like + follow|dm me for|dm me to|dm me if|dm for|link in bio"
        "|link in my bio|thank me later|must be following|and i'll send|and i'll dm|and i will send"
        "|and i will dm",
        chinese=r"加(?:我)?微信|进群|扫码|私信我?(?:领|获取)|评论区(?:留言|扣)|评论区?扣 ?\d|关注.{0,6}(?:领|送)"
        "|回复.{0,6}(?:领|获取)|互关|互粉|有关必回|公众号.{0,8}回复|私信「",
    ),
    Signal(
        "mark prompts", "提示词引流", weight=2,
        english="--ar|--sref|--v|--niji|--profile|--stylize|sref|srefs|style code|prompt share|prompt below"
        "|midjourney prompt|nano banana prompt|steal my prompt|prompt of the|image prompt",
        chinese="提示词(?:分享|👇|：|合集)|今日提示词|--(?:ar|sref|v) ",
    ),
    Signal(
        "mark show", "自家活动或节目", weight=1,
        english="new episode|episode is out|episode is live|listen now|listen here|watch the full|watch the live"
        "|subscribe|livestream|webinar|register now|register here|register for|join us for|join us on"
        "|join us live|join us at|get tickets|your tickets|your ticket|tickets here|sat down with"
        "|episode out|full conversation|full interview|on spotify|listen on|watch on youtube|apple podcasts",
        chinese="新一期(?:节目|播客)|直播预告|(?:今晚|今天|明晚|明天).{0,8}直播|报名|播客上线|收听订阅",
    ),
    Signal(
        "mark product", "产品推广", weight=1,
        english="limited time|0 % off|free trial|sign up now|sign up today|sign up free|sign up here|don't miss"
        "|link below|get started now|get started today|get started free|buy now|order now|best deal"
        "|sponsored|# ad|book a demo|request a demo|start your free",
        chinese="限时|秒杀|折扣|点击(?:链接|下方)|立即(?:体验|下单|抢购|注册)|赞助|合作推广|到手价|先到先得|代充"
        "|仅剩|错过",
    ),
    Signal(
        "mark stocks", "荐股引流", weight=2,
        english="join my vip|free vip|join my telegram|join our telegram|free telegram|join our discord"
        "|join my discord|join our whatsapp|signals group|signal group|0x gem|guaranteed return"
        "|guaranteed returns|guaranteed profit|penny stock|penny stocks|stock pick|stock picks|stock alerts"
        "|our subscribers|subscribe to get|free signals|vip signals|0x assured",
        chinese="稳赚|(?<!冒充)带单|牛股推荐|内幕消息|翻倍币|跟单|(?:明天|名单).{0,6}(?:加我|私)|牛股内参|包赚|月化",
    ),
    Signal(
        "mark jobs", "招聘或求职", weight=1,
        english="we're hiring|we are hiring|now hiring|apply now|apply here|your resume|open roles",
        chinese="招聘(?!网站|数据|市场)|简历(?:发|投)",
    ),
    Signal(
        "mark urged jobs", "招聘或求职", weight=2,
        english="work from home|no experience needed|no experience required|daily pay|send your cv",
        chinese=r"急招|诚招|内推|日结|居家可做|无需经验",
    ),
)  # fmt: skip
