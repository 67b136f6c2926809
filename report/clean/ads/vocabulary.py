"""Words that say a little each: `SIGNALS`, in the shape of `report.clean.ads.marks`."""

from __future__ import annotations

from report.clean.ads.marks import Signal

SIGNALS = (
    Signal(
        "bait", "引流",
        english="save this|save it|bookmark this|bookmark it|bookmark|share this|repost|retweet|thank me|follow me"
        "|follow us|follow for|follow my|like +|like and|rt|comment below|reply below|drop your|drop a"
        "|drop ur|tag a|tag 0|tag your|dm|dms|must follow|must be following|i'll send|i'll dm|will dm"
        "|send you|want the|want them|want my|first 0|wait till the end|a thread",
        chinese=r'点赞|收藏|关注我|互关|互粉|求(?:关注|转发|扩散)|扣 ?1|私信|私聊|滴滴|主页|评论区|回复[「“\"]|转发'
        "|三连|少走.{0,3}弯路|想要.{0,12}的",
    ),
    Signal(
        "contact", "引流",
        english="t.me|wa.me|telegram|whatsapp|tg|discord|linktree|in bio|my bio|my profile|contact us|inbox",
        chinese=r"加(?:我)?(?:微信|v\b|vx)|加群|进群|拉.{0,2}进|电报群|qq ?群|扫码|备注|联系(?:我|客服)|公众号"
        r"|加 ?[vV]\b|的联系|社群|资源群",
    ),
    Signal(
        "pointing", "产品推广",
        english="link below|link in|link inside|in comments|the comments|at the link|the link|link|full guide"
        "|tutorial below|here's how|read on|see below",
        chinese="(?:点击|链接在?|见|放)(?:下方|评论|主页)|看这里|戳(?:这里|链接)|点链接|点我",
    ),
    Signal(
        "hype", "产品推广",
        english="insane|insanely|mind blown|mind blowing|blew my mind|broke my|game changer|game changing|crazy"
        "|wild|shocking|shocked|changes everything|changed everything|will change|rip|just killed|is dead"
        "|illegal to know|nobody is talking|no one is talking|next level|revolutionize|revolutionizes"
        "|revolutionary|unleash|unlock|supercharge|effortless|effortlessly|seamless|seamlessly|transform~"
        "|stunning|limitless|empower~|literally|cheat code|genius|magic|magical|beautiful|perfect|ultimate"
        "|most powerful|scroll stopping|level up|boost~|maximize|skyrocket|viral|holy",
        chinese="炸裂|王炸|神器|逆天|太香|真香|颠覆|封神|杀疯|必(?:看|备|入)|保姆级|翻身|暴富|躺赚|吊打|赶紧|冲就"
        "|太好用|家人们|降本增效|失业|挨个|全网最",
    ),
    Signal(
        "money", "荐股引流",
        english="passive income|side hustle|make money|making money|earn|earned|earning|roi|$ 0 k|a month|per month"
        "|a week|0x|to the moon|moon|moonshot|gem|gems|mcap|pump|pumping|financial freedom|risk free|vip"
        "|signal|signals|profit|profits|profitable|rich|income|paying client|invest|trading bot|lfg|send it",
        chinese="赚钱|副业|变现|月入|日入|日结|收益|盈利|翻倍|暴涨|百倍|涨停|搞钱|赚|接到.{0,3}单|老师.{0,6}票|胜率"
        "|本金",
    ),
    Signal(
        "token", "空投",
        english="airdrop|mint|minted|minting|whitelist|wl|presale|ca|contract address|ticker|deploy|token|tokens"
        "|coin|claim~|nft|nfts|wallet|holders|staking|stake|allocation|opensea|pump.fun|supply|collection"
        "|meme",
        chinese="空投|铸造|白名单|预售|领取|质押|代币|交互|上币",
    ),
    Signal(
        "recovery", "引流",
        english="recovery|recover~|lost funds|stolen|scammed|your funds|funds|verified|specialists|experts"
        "|withdrawals|unlicensed|certified",
        chinese="追回|追讨|被骗.{0,10}(?:联系|咨询|私信)|被黑平台",
    ),
    Signal(
        "giveaway", "抽奖或赠送",
        english="giveaway|giveaways|giving away|win|winner|winners|wins|prize|prizes|raffle|bounty|free access"
        "|free month|enter|entries|gifted|gift|rewards|reward",
        chinese="双倍|抽奖|抽|开奖|赠送|送你|免费送|福利|瓜分|体验金|各送|礼",
    ),
    Signal(
        "referral", "推荐返利",
        english="ref|referral|refer|affiliate|invite|promo|code|discount|0 % off|save 0 %|coupon|commission|utm"
        "|partner|credits|deal|deals",
        chinese=r"邀请|返佣|返现|优惠|立减|折\b|\d ?折|代金券|用码|额度|满减|手续费",
    ),
    Signal(
        "price", "产品推广",
        english="only $ 0|just $ 0|for $ 0|from $ 0|$ 0 a|$ 0 mo|pay as you|free trial|for free|0 % free"
        "|completely free|free forever|is free|free|no subscription|no contracts|no credit card|now free"
        "|half price|price|pricing|cheap|paying|stop paying|sale|early bird|sold out|seats|spots|limited",
        chinese=r"原价|到手|早鸟|包月|年卡|会员|限时|仅剩|名额|低至|\d+ ?元|9\.9|9 ?块|代充|售后|现货|免费|涨价|终身"
        r"|批发|源码|出售|租赁|低价|仅限|截止|直降|充 ?\d|彻底|块钱",
    ),
    Signal(
        "course", "卖课",
        english="course|courses|masterclass|bootcamp|workshop|webinar|academy|cohort|enroll|enrol|certified"
        "|certificate|certificates|cheat sheet|playbook|blueprint|ebook|guide|step by step|tutorial"
        "|newsletter|learn how|learn more|learn to|you'll learn|teach you|teaches|i teach|i'll teach"
        "|from scratch|from zero|how to|crash course|template|templates|swipe file|beginners|full guide"
        "|explain~|lessons|taught by|skills|watch this",
        chinese=r"课程|课\b|开课|训练营|公开课|报名|教你|包教|教程|手册|学员|星球|陪跑|辅导|从 ?0 ?到 ?1|新书|学不会"
        r"|资料|干货|sop|清单|合集|攻略|第 ?\d+ ?期",
    ),
    Signal(
        "show", "自家活动或节目",
        english="episode|podcast|livestream|live at|live on|live with|tune in|sat down|sits down|interview|fireside"
        "|speaker|keynote|summit|conference|hackathon|rsvp|register|join us|join me|join our|join~|ama"
        "|this video|the video|full video|short video|minute video|min video|conversation|watch the"
        "|watch how|watch a|watch an|watch his|watch her|watch it|watch|see how|youtube|see you in"
        "|see you at|your seat|your spot|this week on|series|stage|event|tonight|in this demo|the demo"
        "|walk through|joins",
        chinese="播客|直播|沙龙|嘉宾|峰会|线下|收听|订阅|预约|小宇宙|占位|签名版|聊聊|聊了聊|上架",
    ),
    Signal(
        "hiring", "招聘或求职",
        english="we're hiring|hiring|apply|resume|job offer|job opening|open roles|join our team|come build"
        "|recruiting",
        chinese="招聘|急招|内推|简历|薪资|诚招|在招|base|经验.{0,4}优先",
    ),
    Signal(
        "try", "产品推广",
        english="try it|try the|try this|try now|try out|try our|try today|try for|try|go try|check out|check it"
        "|check this|get yours|get started|get it|get access|get $|get your|start building|start creating"
        "|start today|start now|start your|sign up|download|book a|book your|demo|shop|order|buy|buy here"
        "|learn more|discover|find out|waitlist|stay tuned|coming soon|don't miss|grab|trusted by|explore"
        "|visit|use my|upload|imagine|bring your|turn your|talk to",
        chinese="立即|马上|赶快|抢购|点击|注册|体验|下单|上车|上架|预约|欢迎(?:咨询|预约|下单)|先到先得|一定要试|冲"
        "|抓紧|开放加入|恢复原价|提前|长期有效",
    ),
    Signal(
        "hustle", "产品推广",
        english="in 0 seconds|in 0 minutes|in 0 mins|in 0 days|in 0 hours|in seconds|in minutes|in one click"
        "|one click|one prompt|one tool|one word|one place|while you sleep|0 / 0|autopilot|0x faster|0 % of"
        "|most people|you need|you can't|you're wasting|wasting|stop|without|replace~|replaced|faster"
        "|better than|beats|converts|convert|clients|agency|agencies|brands|marketing|marketers|creators"
        "|founders|teams",
        chinese=r"一键|一句话|\d+ ?(?:秒|分钟|天)(?:出|生成|搞定|学会|部署|上手|教)|秒出|三秒|三分钟|普通人|零基础"
        "|零成本|不会写|不用再|再也不|无需|小白|老板们|转化|涨粉|效率翻",
    ),
    Signal(
        "prompts", "提示词引流",
        english="prompt|prompts|prompting|cinematic|photorealistic|ultra detailed|macro shot|soft light|tilt shift"
        "|isometric|text to video|copy paste|style code|0mm|0k|pov|image generator|aesthetic|watercolor"
        "|results below|illustration|chibi|pixar|oversized|hand painted|soft shadows|studio lighting"
        "|gradient background|depth of field|pastel|plush|glossy|textures|art style|line art|movie poster"
        "|portrait|replace the|simply replace|inspired by|style of",
        chinese="提示词|咒语|柔光|赛博朋克|保留五官|复制可用|玩法|颗粒",
    ),
    Signal(
        "adult", "引流",
        english="nsfw|onlyfans|sexy|massage|escort|goon|nude|nudes|booty",
        chinese="约炮|福利姬|上门",
    ),
    Signal(
        "gamble", "引流",
        english="casino|bet|bets|betting|free pick|jackpot|parlay|rebet",
        chinese="博彩|彩票|下注|เครดิต",
    ),
    Signal(
        "ai", "",
        english="ai|a.i|agi|llm|llms|gpt|chatgpt|claude|gemini|openai|anthropic|deepseek|qwen|kimi|grok|codex"
        "|copilot|cursor|agent|agents|agentic|chatbot|model|models|prompt|prompts|midjourney|notebooklm"
        "|machine learning|robot|robots|robotics|neural|gpu|gpus|text to|vibe coding|vibe code|coding"
        "|generative|deep learning|automation|mcp|image generation|voice|video model|openclaw|clawdbot",
        chinese=r"人工智能|模型|智能体|提示词|大模型|\bai\b|gpt|算力|机器人|数字人|(?<![a-z])ai|智能",
    ),
    Signal(
        "you", "",
        english="you|your|yours|you're|you'll",
        chinese="你|您|大家|朋友",
    ),
    Signal(
        "we", "",
        english="we|our|us|we're|we've|we'll",
        chinese="我们",
    ),
    Signal(
        "i", "",
        english="i|i'm|i've|my|me",
        chinese="我(?!们)",
    ),
    Signal(
        "maker", "",
        english="we launch~|we just|we're launching|we're releasing|we're open|we released|we ship~|we shipped"
        "|we open|we publish~|we train~|we add~|we fix~|we rewrote|we double~|we cut|we raise~|we improve~"
        "|we built|we made|we finished|we wrote|we show|we present|we propose|we've added|we've published"
        "|we've launched|we've released|we're partnering|we're lowering|we are launching|we are releasing"
        "|we are sunsetting|we're sunsetting|we're running|we also|i just launched|i just released|i built"
        "|i made|i open|i wrote|i launched|i released|introducing|announcing|meet|say hi to"
        "|excited to release|excited to share|excited to announce|excited to launch|happy to share"
        "|happy to announce|proud to|thrilled to|our model|our new|our first|our next|our latest|our paper"
        "|our team|our lab|our group|our api|our work|our open|our robot|our agent|our own|our inference"
        "|our evaluation|our benchmark|today we're|today we|we're adjusting|we're changing|we're updating"
        "|we're making|we're increasing|we're raising|we're rolling|we're bringing|we're moving"
        "|we're removing|we are adjusting|we are changing|we are updating|we are making|we are rolling"
        "|we have added|we now|we will",
        chinese="我们.{0,12}(?:发布|开源|推出|上线|训练|做了|重写|修复|公开|支持|完成|论文|放出)|我(?:做|写|开发"
        "|开源)了|自研|我们(?:的)?(?:团队|实验室|技术报告|开源项目)|写了一个|做了个",
    ),
    Signal(
        "status", "",
        english="now available|now live|now supports|now support|now in|is now|are now|can now|now on|now public"
        "|now the default|is live|is out|is here|is public|are up|are live|are out|are available"
        "|generally available|out of beta|out of alpha|out of preview|leaves preview|rolling out|rolled out"
        "|available to|available for|available on|available in|available today|available now"
        "|available across|you can now|ready for|as of today|starting today|from today|today we|just landed"
        "|just shipped|just dropped|has landed|for pro|for plus|for max|for enterprise|for all|all plans"
        "|paid plans|pro subscribers|plus users|team and|out now|new in|what's new|in preview|supports"
        "|support for|release notes",
        chinese="正式(?:发布|上线|版)|已(?:上线|开源|开放|放到|公开|更新)|今天(?:起|开源|发布|上线|开始|公开|降价"
        r"|把|开放)|即日起|全量|灰度|更新日志|(?:\d|版|器|型|能)(?:\d|\.)* ?(?:正式)?(?:更新|发布|上线)|上线"
        "|转正式|可用|通过审核|流片",
    ),
    Signal(
        "substance", "",
        english="0b|0m|0k context|context|weights|paper|arxiv|technical report|tech report|model card|system card"
        "|github|github.com|hugging face|huggingface.co|apache|mit|benchmark|benchmarks|eval|evals|api|apis"
        "|sdk|cli|mcp|latency|throughput|parameters|params|fine tune|fine tuned|finetune|rl|lora|vram|gpu"
        "|checkpoint|checkpoints|changelog|docs|npx|pip install|npm|open source|open sourced|open weight"
        "|open weights|rate limit|rate limits|session limits|usage limits|weekly limits|limits|dataset"
        "|zero shot|protocol|plugin|extension|bug|bugs|fixes|fixed|fix|memory|inference|kernel|kernels"
        "|quantized|embeddings|repo|flag|flags|code|trained|model|on par|outperforms|sota|accuracy|errors"
        "|subprocess|json|terminal|database|compiler",
        chinese="权重|技术报告|论文|开源|参数|上下文|评测|基准|更新日志|仓库|协议|接口|修复|量化|延迟|吞吐|文档"
        "|系统卡|数据集|插件|github|api|mit|apache|显卡|集群|算力|错误率|token",
    ),
    Signal(
        "told", "",
        english="report|reports|reportedly|according to|source|sources|say|says|said|told|announced|analyst"
        "|analysts|acquire~|raises|raised|lawsuit|judge|court|senate|regulators|earnings|revenue|guidance"
        "|fed|rate cut|ceo|billion|million|just released|released",
        chinese="报道|据|宣布|称|说|财报|收购|裁员|监管|起诉|央行|股价|路透|彭博|知情人士|同比|机构|跌|涨(?!粉|停)",
    ),
    Signal(
        "mused", "",
        english="think|thought|feel|feels|wonder|maybe|probably|honestly|actually|interesting|should|would|why|lol"
        "|lmao|wtf|bro|hope|tried|testing|tested|noticed|realized|funny|weird|never|nobody|people|still"
        "|kinda|though|anyone|anybody|same|really|because|than",
        chinese="我觉得|我认为|其实|感觉|可能|应该|吧|吗|呢|哈哈|试了|居然|不过|但|反而|为什么|瓶颈|问题|越来越"
        "|高估|低估",
    ),
    Signal(
        "warned", "",
        english="scam|scams|scammer|scammers|phishing|fake|beware|careful|fraud|be aware|avoid|never dm|never ask"
        "|red flag|warning",
        chinese="骗|钓鱼|警惕|小心|冒充|提醒|整治|下架|不建议|割韭菜|警方|别点",
    ),
    Signal(
        "casual", "",
        english="gm|lfg|wagmi|fren|frens|ser|degen|ape|hodl|rug|ngl|tbh|idk|bullish|bearish|guys|haha|yo|dev",
        chinese="哈哈|笑死|离谱",
    ),
)  # fmt: skip
