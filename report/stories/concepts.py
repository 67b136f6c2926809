"""What English and Chinese words for one thing have in common: a key that both are looked up by.

In: a word as `report.words.cut` gives it, case folded. Out: its key, or the word itself. Names are as good as the word
that they translate; matters (to launch, to raise money, a chip) are only a hint, since every second post has one.
"""

from __future__ import annotations

MATTER = "~"  # a key that begins so is a matter, not a name

_NAMES = """
google 谷歌 | microsoft 微软 | nvidia 英伟达 辉达 | apple 苹果 | meta 脸书 | amazon 亚马逊 | tesla 特斯拉 |
intel 英特尔 | amd 超威 | qualcomm 高通 | samsung 三星 | sony 索尼 | oracle 甲骨文 | adobe 奥多比 | tsmc 台积电 |
asml 阿斯麦 | arm 安谋 | huawei 华为 | alibaba 阿里巴巴 阿里 | tencent 腾讯 | bytedance 字节跳动 字节 | baidu 百度 |
xiaomi 小米 | deepseek 深度求索 | moonshot 月之暗面 | zhipu 智谱 | minimax 稀宇 | stepfun 阶跃星辰 阶跃 |
qwen 通义千问 千问 通义 | hunyuan 混元 | doubao 豆包 | ernie 文心一言 文心 | sensetime 商汤 |
iflytek 科大讯飞 讯飞 | meituan 美团 | jd 京东 | unitree 宇树 | cambricon 寒武纪 | smic 中芯国际 中芯 | byd 比亚迪 |
catl 宁德时代 | softbank 软银 | berkshire 伯克希尔 | goldman 高盛 | jpmorgan 摩根大通 | musk 马斯克 |
altman 奥特曼 奥尔特曼 | huang 黄仁勋 | zuckerberg 扎克伯格 | nadella 纳德拉 | pichai 皮查伊 | hassabis 哈萨比斯 |
trump 特朗普 川普 | biden 拜登 | powell 鲍威尔 | buffett 巴菲特 | fed 美联储 | sec 证监会 | eu 欧盟 |
nasdaq 纳斯达克 纳指 | bitcoin btc 比特币 | ethereum eth 以太坊 以太币 | brent 布伦特 | opec 欧佩克 |
hormuz 霍尔木兹 | iran 伊朗 | israel 以色列 | china chinese 中国 | america american 美国 | japan japanese 日本 |
europe european 欧洲 | india indian 印度 | korea korean 韩国 | dublin 都柏林 | london 伦敦 | paris 巴黎 |
tokyo 东京 | beijing 北京 | shanghai 上海 | taiwan 台湾 | singapore 新加坡 | california 加州
"""
_MATTERS = """
release released releases launch launched launches launching introducing introduce introduces
announce announced ship shipped shipping
发布 推出 上线 登场 亮相 宣布 问世 发货 | open-source opensource open-sourced oss 开源 | weights 权重 |
license licence 协议 许可 | download 下载 | free 免费 |
raise raised raises funding funded round series 融资 轮融资 | valuation valued 估值 | lead led leads leading 领投 |
investor investors 投资人 投资者 | acquire acquired acquires acquisition buys bought 收购 | merger merge 合并 |
ipo listing 上市 | layoff layoffs laid 裁员 | hire hires hired hiring 招聘 聘请 挖来 |
leave leaves leaving left quits resigns departs depart 离开 离职 卸任 | join joins joined 加入 | ceo 首席执行官 |
founder founders 创始人 | sue sues sued lawsuit court complaint 起诉 诉讼 立案 告上法庭 |
ban bans banned 禁止 封禁 被禁 | bill act law 法案 法律 | senator 参议员 | regulator regulators regulation 监管 |
disclosure disclose publish 披露 公布 公开 | copyright 版权 | privacy 隐私 | tariff tariffs 关税 |
sanction sanctions 制裁 | export exports 出口 | price prices pricing cost costs 价格 定价 售价 |
cheaper cut cuts cutting reduce drops lower discount 降价 下调 降低 便宜 |
raises increase increases higher 涨价 上调 提高 | revenue sales 营收 收入 销售额 |
profit earnings income 利润 净利 财报 盈利 | quarter quarterly 季度 | shares stock share 股价 股票 盘后 盘前 |
guidance 指引 | down outage outages offline 宕机 故障 中断 挂了 | resolved restored recovered 恢复 |
postmortem 复盘 | delay delayed delays 推迟 延期 跳票 | leak leaked leaks exposed 泄露 曝光 外泄 |
shut shutting shutdown sunset discontinue discontinued kills killed 关停 关闭 下线 停止 砍掉 |
recall recalled 召回 | vulnerability vulnerabilities injection exploit 漏洞 注入 |
fixed patched fix patch 修复 补丁 | limit limits cap quota quotas 限额 额度 上限 |
plan plans tier subscription 套餐 订阅 | customer customers client clients 客户 | user users 用户 |
benchmark benchmarks leaderboard score scores 跑分 榜单 评测 基准 分数 成绩 | harness traces trace 轨迹 |
paper papers study preprint 论文 研究 | dataset datasets 数据集 | training train trained trains 训练 |
inference 推理 | parameters params 参数 | context 上下文 | attention 注意力 | sparse 稀疏 |
quantization quantized 量化 | latency 延迟 | memory 显存 内存 记忆 | chip chips 芯片 | fab fabs foundry 晶圆厂 |
gpu gpus 显卡 | data-center datacenter 数据中心 | power electricity grid 电力 供电 | cloud 云端 云计算 |
endpoint endpoints api apis 接口 | robot robots robotics robotic 机器人 机械臂 | warehouse warehouses 仓储 仓库 |
laundry 衣服 叠衣服 | arm arms 机械臂 | car cars vehicle vehicles 汽车 车辆 | driving self-driving 自动驾驶 |
city cities 城市 | voice speech audio 语音 声音 | video videos 视频 | image images photo 图像 图片 |
language languages 语言 语种 | translation translate 翻译 | phone phones mobile 手机 | browser 浏览器 |
search 搜索 | form forms 填表 表单 | agent agents 智能体 代理 | coding code 代码 编程 | test tests testing 测试 |
background 后台 | plugin plugins extension 插件 | prompt prompts 提示词 | hidden 隐藏 | field fields 字段 |
address 地址 | hospital hospitals medical health 医疗 医院 | drug drugs vaccine 药物 疫苗 | cancer 癌症 |
school schools students 学校 学生 | teacher teachers 老师 教师 | oil crude 原油 油价 | gold 黄金 | strait 海峡 |
tanker tankers 油轮 | closed close 关闭 封锁 | rate rates 利率 | inflation cpi 通胀 | jobs payrolls 就业 |
liquidation liquidations liquidated 爆仓 | slips falls fell below plunges 跌破 下跌 大跌 |
rises rose surges jumps up 上涨 大涨 | actor actors 演员 | audiobook audiobooks 有声书 | book books 书 图书 |
game games 游戏 | movie film 电影 | bike bicycle 自行车 | map maps 地图 |
partnership partner partners partnered deal 合作 签约 签下 | contract 合同 | government 政府 |
military defense 军方 国防 | election 选举 | president 总统 | minister 部长
"""


def _read(table: str, mark: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for words in map(str.split, table.split("|")):
        for word in words:
            keys.setdefault(word, mark + words[0])
    return keys


KEYS = {**_read(_MATTERS, MATTER), **_read(_NAMES, "")}


NAME_KEYS = frozenset(_read(_NAMES, "").values())
HAN_NAMES = tuple(word for word in _read(_NAMES, "") if not word.isascii())  # a cutter would break some of them


def key_of(word: str) -> str:
    """What stands for the word in both languages; the word itself where the table has none.

    >>> key_of("谷歌"), key_of("融资"), key_of("tern-3")
    ('google', '~raise', 'tern-3')
    """
    return KEYS.get(word, word)
