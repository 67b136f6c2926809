"""Invented posts of one day, with the variety of a real one.

In: how many, and of which kind. Out: Tweets. Words follow Zipf's law over two languages; there are threads, quotes,
reposts, copies with another link, campaigns, and stories that several accounts tell. The same call gives the same
posts. The other kinds are what a hostile or unlucky day would bring.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from report.model import Author, Tweet

DAY = datetime(2026, 1, 7, tzinfo=UTC)
_ENGLISH = """
model models agent agents code data team release people work time year tool tools product open source users company
launch today build building team api token tokens context research paper benchmark training inference market price
customer customers feature software engineer engineers startup founder question problem answer reason better faster
cheaper smaller larger first second early late public private beta version support security memory search browser file
files repo test tests review prompt prompts workflow cloud chip chips power energy robot video image voice language
think build ship write read learn change move grow keep find make need want know show explain compare measure expect
really still already never always maybe probably almost mostly together quickly slowly carefully today tomorrow week
"""
_CHINESE = """
模型 智能体 代码 数据 团队 发布 用户 公司 产品 开源 今天 接口 上下文 研究 论文 评测 训练 推理 市场 价格 客户 功能 软件
工程师 创业 问题 答案 原因 更好 更快 便宜 版本 支持 安全 记忆 搜索 浏览器 文件 仓库 测试 审批 提示词 工作流 云端 芯片
电力 能源 机器人 视频 图像 语音 语言 认为 构建 写作 学习 变化 增长 保持 发现 制作 需要 知道 展示 解释 比较 测量 预期
其实 仍然 已经 从来 总是 也许 大概 几乎 主要 一起 很快 慢慢 仔细 明天 本周 时间 大家 我们 他们 觉得 应该 可以 没有 因为
"""
_SYLLABLES = """
ba be bo ca ce co da de do fa fi fo ga go ha he ka ke ko la le lo ma me mi na ne no pa pe ra re ri sa se so ta te ti to
va ve wa ze zo
"""
ENGLISH, CHINESE, SYLLABLES = _ENGLISH.split(), _CHINESE.split(), _SYLLABLES.split()
HAN = "天地人山水火土木金日月星云风雨雷电光明东西南北春夏秋冬江河湖海花草树林石玉龙虎鱼鸟马牛新大小高长远深白青红"
EMOJI = ("", "", " 🚀", " 🔥", " 👀", " 🙏")


class _Words:
    """Draws words and sentences: frequent ones first, then a long tail of rare ones."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        tail = {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(24_000)}
        han_tail = {"".join(chance.choices(HAN, k=2)) for _ in range(3_000)}
        self._of = {"en": (*ENGLISH, *sorted(tail)), "zh": (*CHINESE, *sorted(han_tail))}
        self._weights = {lang: tuple(accumulate(1 / (n + 3) for n in range(len(w)))) for lang, w in self._of.items()}

    def name(self) -> str:
        word = "".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 3))).title()
        return self._chance.choice(
            (word, f"{word} {self._chance.randint(2, 9)}", f"{word}-{self._chance.randint(1, 30)}B")
        )

    def sentences(self, lang: str, count: int, about: str = "") -> str:
        said = []
        for number in range(count):
            words = self._chance.choices(self._of[lang], cum_weights=self._weights[lang], k=self._chance.randint(5, 18))
            if about and number == 0:
                words.insert(self._chance.randint(0, 3), f" {about} " if lang == "zh" else about)
            said.append("".join(words) + "。" if lang == "zh" else " ".join(words).capitalize() + ". ")
        return "".join(said).strip()


def ordinary(count: int, seed: int = 1) -> list[Tweet]:
    """`count` posts of one day."""
    chance = random.Random(seed)  # noqa: S311  the same posts every time
    words = _Words(chance)
    people = [
        Author(handle=f"{words.name().split()[0].lower()}{n}", name=words.name(), bio=words.sentences("en", 1))
        for n in range(max(20, count // 12))
    ]
    topics = [f"{words.name()}" for _ in range(max(5, count // 15))]
    made: list[Tweet] = []
    while len(made) < count:
        number, author = len(made), people[int(len(people) * chance.random() ** 2)]
        lang = "en" if chance.random() < 0.55 else "zh"
        about = chance.choice(topics) if chance.random() < 0.4 else ""
        figure = f" {chance.randint(11, 990) / 10}%" if chance.random() < 0.25 else ""
        text = words.sentences(lang, _length(chance), about) + figure + chance.choice(EMOJI) + _link(chance)
        draw, recent = chance.random(), made[-2_000:]
        fields: dict[str, object] = {}
        if made and draw < 0.05:
            other = chance.choice(recent)
            text, fields = f"RT @{other.author.handle}: {other.text}", {"reposted_id": other.id}
        elif made and draw < 0.15:
            fields = {"quoted_id": chance.choice(recent).id}
        elif made and draw < 0.20:
            text = chance.choice(recent).text.partition(" https")[0] + chance.choice(EMOJI) + _link(chance)
        elif draw < 0.22:
            fields = {"urls": (f"https://{chance.choice(topics).lower().replace(' ', '-')}.example/{number % 40}",)}
        made.append(_post(number, author, text, count, **fields))
        if draw > 0.95:
            for part in range(chance.randint(1, 4)):
                said = f"{part + 2}/ {words.sentences(lang, _length(chance), about)}"
                made.append(_post(len(made), author, said, count, created_at=made[-1].created_at))
        if draw > 0.998:
            for sender in chance.sample(people, 6):
                said = text.partition(" https")[0] + chance.choice(EMOJI) + _link(chance)
                made.append(_post(len(made), sender, said, count))
    return made[:count]


def one_subject(count: int) -> list[Tweet]:
    """Everybody speaks of one thing, each with other words and figures."""
    chance = random.Random(2)  # noqa: S311
    words = _Words(chance)
    texts = (f"Tern-3 {chance.randint(10, 99)}%: {words.sentences('en', 2, 'RepoBench')}" for _ in range(count))
    return [_post(n, Author(handle=f"user{n}"), text, count) for n, text in enumerate(texts)]


def identical(count: int) -> list[Tweet]:
    """One text from as many accounts, with another link each."""
    text = _Words(random.Random(3)).sentences("en", 2, "Tern-3")  # noqa: S311
    return [_post(n, Author(handle=f"user{n}"), f"{text} https://t.co/{n}", count) for n in range(count)]


def template(count: int) -> list[Tweet]:
    """One sentence with another figure each time: near each other, and never the same."""
    text = _Words(random.Random(4)).sentences("en", 2, "Tern-3")  # noqa: S311
    return [_post(n, Author(handle=f"bot{n % 50}"), f"{text} {n * 7 + 10_000}", count) for n in range(count)]


def one_author(count: int) -> list[Tweet]:
    """One account posts all day, a post every second or faster."""
    chance = random.Random(5)  # noqa: S311
    words, author = _Words(chance), Author(handle="tireless", bio="AI news")
    return [_post(n, author, words.sentences("en", 2, words.name()), count) for n in range(count)]


def altered(posts: Sequence[Tweet], count: int, seed: int = 6) -> list[Tweet]:
    """The posts again and again up to `count`, each time with other ids and every sixth word replaced."""
    chance = random.Random(seed)  # noqa: S311
    words = _Words(chance)
    return list(_altered(posts, count, chance, words))


KINDS: Mapping[str, Callable[[int], list[Tweet]]] = {
    "ordinary": ordinary,
    "one subject": one_subject,
    "identical": identical,
    "template": template,
    "one author": one_author,
}


def _altered(posts: Sequence[Tweet], count: int, chance: random.Random, words: _Words) -> Iterator[Tweet]:
    for number in range(count):
        tweet = posts[number % len(posts)]
        if number >= len(posts):
            said = [words.name() if chance.random() < 1 / 6 else word for word in tweet.text.split(" ")]
            tweet = tweet.model_copy(update={"text": " ".join(said)})
        moment = DAY + timedelta(seconds=86_000 * number / count)
        yield tweet.model_copy(update={"id": f"{2_000_000_000_000_000_000 + number}", "created_at": moment})


def _length(chance: random.Random) -> int:
    """Sentences in a post: mostly 1 to 4, now and then an essay."""
    return chance.choice((1, 1, 2, 2, 3, 4)) if chance.random() < 0.93 else chance.randint(5, 20)


def _link(chance: random.Random) -> str:
    return f" https://t.co/{''.join(chance.choices('abcdefghjkmnpqrstuvwxyz', k=10))}" if chance.random() < 0.5 else ""


def _post(number: int, author: Author, text: str, count: int, **fields: object) -> Tweet:
    """Number `number` of `count` posts, spread over the day."""
    likes = int(random.Random(number).paretovariate(0.8))  # noqa: S311
    values: dict[str, object] = {
        "id": f"{2_000_000_000_000_000_000 + number}",
        "author": author,
        "text": text,
        "created_at": DAY + timedelta(seconds=86_000 * number / count),
        "likes": likes,
        "reposts": likes // 9,
        "replies": likes // 15,
        "source": "file:invented",
        **fields,
    }
    return Tweet.model_validate(values)
