"""What must not stand in a point, whatever it says: prompt text, placeholders, markup, links and mentions, labels.

In: a point's words and its posts. Out: faults, all of them `must`. Always holds: words that stand in a cited post, and
quotations of it, are no stray; so a post about a prompt can be told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from report.check.faults import Fault
from report.check.quotation import outside, stands_in
from report.model import HEADINGS, Tweet
from report.wording import INVISIBLE, visible

COPIED = 12  # Chinese characters in a row that are in a prompt too; a Latin word weighs two
TOKEN = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+")
AI = r"(?:AI|人工智能|大)?\s*(?:语言模型|AI\s*助手|智能助手|人工智能助手)"
INSTRUCTION = re.compile(
    rf"作为(?:一[个名位款])?(?:由.{{1,12}}(?:训练|开发)的)?\s*{AI}|(?:我|本模型)(?:无法|不能)(?:提供|访问|回答|协助|完成)"
    r"|(?:忽略|无视|忘记)(?:以上|上述|之前|前面|所有|全部|一切)[^。]{0,8}(?:指令|规则|要求|提示|设定)|只输出\s*JSON"
    r"|(?:抱歉|对不起)，(?:我|但我)|(?:根据|按照|遵照)(?:你|您|用户|给定)的?(?:要求|指令|指示|提示)"
    r"|(?:以下|下面)是.{0,12}(?:要点|报告|草稿|摘要|总结|翻译)|^(?:好的|当然|没问题)[，,！!]"
    r"|as an? (?:ai|artificial intelligence|large language)[\w ]*?(?:model|assistant)"
    r"|(?:ignore|disregard|forget) (?:all|any|the|your|previous|prior|above)[\w ]*?(?:instruction|rule|prompt)s?"
    r"|you are (?:a|an|the) (?:helpful|expert|professional|chinese|editor|assistant)"
    r"|<\|?(?:im_start|im_end|endoftext|system|user|assistant)\|?>|\[/?INST\]|<</?SYS>>"
    r"|(?:^|\n)\s*(?:system|assistant|user|human)\s*[:：]|(?:output|return) only (?:valid )?json"
    r"|i (?:cannot|can't|am unable to) (?:help|assist|comply|provide)"
    r"|here (?:is|are) (?:the|your) (?:report|summary|points)",
    re.IGNORECASE,
)
PROMPT = re.compile(r"(?:system|developer) prompt|系统提示词?", re.IGNORECASE)  # a matter, where posts speak of prompts
ABOUT_PROMPTS = re.compile(r"prompt|提示词", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"(?<![A-Za-z])(?:TODO|TBD|TBA|FIXME|X{3,}|N/A|NaN|undefined)(?![A-Za-z])|lorem ipsum|%s(?![A-Za-z])|%\([a-z]+\)s"
    r"|待(?:补充|填写?|补)(?![一-鿿])|此处(?:应|填|插入|补)|(?<!某)某某(?!某)|×{2,}|＿{2,}|_{3,}"
    r"|[（(【\[](?:此处|待补|待填|待定|待核|插入|填入|这里|略去|省略)[^）)】\]]*[）)】\]]"
    r"|\[[^\[\]]{0,40}\]|【[^【】]{0,20}】|\$?\{[^{}]*\}|<[A-Za-z_/\u3400-\u9fff][^<>]{0,60}>"
)
MARKUP = re.compile(
    r"[\r\n\u2028\u2029]|^\s*(?:[-*+•>]\s|\d{1,2}[.、)]\s|\|)|(?<!\S)#{1,6}\s|\*\*|(?<![\w_])__(?=\S)|~~|```"
    r"|!?\[[^\]]*\]\(|</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE,
)
OTHER_HEADINGS = ("简要部分", "详细分析部分", "专项分析", "广告内容过滤")
OUR_HEADING = re.compile(rf"^\s*(?:{'|'.join(map(re.escape, (*HEADINGS.values(), *OTHER_HEADINGS)))})\s*(?:$|[：:（(])")
TOP_DOMAIN = (
    "com|cn|net|org|io|ai|dev|app|co|xyz|me|gg|ly|so|sh|tv|info|top|site|online|shop|club|vip|link|click|live|pro|biz|us|uk"
    "|eu|ru|in|cc|to|finance|exchange|fun|win|example|test"
)
LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[!-~]+"
    rf"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{TOP_DOMAIN})(?![\w-])(?:/[!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
MENTION = re.compile(
    r"(?<![\w@.])@\w{2,}|(?<![^\s（(「『，。：；、])/[a-z][a-z0-9_-]{1,31}(?![\w/.-])", re.IGNORECASE | re.ASCII
)
LABEL = re.compile(r"(?<![A-Za-z0-9])[pd]\d{1,3}(?![A-Za-z0-9.])")
ZALGO = 3  # marks on one letter
SHOWN = 28  # characters
WIDE = str.maketrans("./:@", "．／：＠")


def find_strays(words: str, posts: Sequence[Tweet]) -> Iterator[Fault]:
    """Every kind of stray in a headline or a text, the first of each kind."""
    free = outside(words)
    texts = material(posts)
    if said := _instruction(words, free, texts):
        yield Fault("instruction", f"「{shown(said)}」是提示语或对话用语，不是帖子的内容：删去，只写帖子说的事。")
    if found := MARKUP.search(free):
        yield Fault(
            "markup", f"「{shown(found[0])}」是标记或换行：一条里只写一段普通文字，不用标题、列表、Markdown 和 HTML。"
        )
    elif (found := PLACEHOLDER.search(free)) and not any(found[0] in text for text in texts):
        yield Fault("placeholder", f"「{shown(found[0])}」是没有填的占位：写出帖子里的内容，或删去。")
    elif found := OUR_HEADING.match(words):
        yield Fault("markup", f"「{shown(found[0])}」是报告的栏目名：一条里不写小标题，只写帖子说的事。")
    elif found := INVISIBLE.search(words) or _zalgo(words):
        yield Fault("markup", "文字里有看不见的控制字符或叠加的符号：用普通文字重写。")
    yield from _find_addresses(words, posts, texts)
    if (found := LABEL.search(free)) and not any(re.search(rf"\b{found[0]}\b", text) for text in texts):
        yield Fault("label", f"「{found[0]}」是给出的编号：编号只写在 citations 里，正文改用人名或事情本身。")


def _instruction(words: str, free: str, texts: Sequence[str]) -> str:
    """The words of a conversation with a model, or of a prompt of ours; "" where there are none."""
    for found in filter(None, (INSTRUCTION.search(free), INSTRUCTION.search(words))):
        if found[0] in free or not stands_in(found[0], texts):
            return found[0]
    if (matter := PROMPT.search(free)) and not any(ABOUT_PROMPTS.search(text) for text in texts):
        return matter[0]
    return _copied(free, texts)


def material(posts: Sequence[Tweet]) -> list[str]:
    """All that the posts give: their texts and those they quote, and who wrote them."""
    texts = [text for post in posts for text in (post.text, post.quoted_text) if text]
    return texts + [f"{post.author.name} @{post.author.handle} {post.author.bio}" for post in posts]


def _find_addresses(words: str, posts: Sequence[Tweet], texts: Sequence[str]) -> Iterator[Fault]:
    carried = " ".join((*texts, *(url for post in posts for url in post.urls))).casefold()
    for found in LINK.finditer(words):
        address = found[0].rstrip(".,;:!?)'\"").casefold()
        if not re.search(rf"(?<![\w-]){re.escape(address)}(?![\w-])", carried):
            yield Fault("link", f"网址「{shown(found[0])}」不在所引帖子里：删去，报告里不写网址。")
            break
    for found in MENTION.finditer(words):
        end = "" if words[found.end() :].startswith("…") else r"(?!\w)"  # a headline may cut a word
        if not re.search(rf"(?<!\w){re.escape(found[0].casefold())}{end}", carried):
            yield Fault("link", f"「{shown(found[0])}」不在所引帖子里：@ 和 / 开头的词会变成提醒或命令，删去。")
            break


def _zalgo(words: str) -> re.Match[str] | None:
    marks = "".join("m" if unicodedata.category(c) in {"Mn", "Me"} else "." for c in words)
    return re.search("m" * ZALGO, marks)


def _copied(words: str, texts: Sequence[str]) -> str:
    """The first words that are a prompt's own and no post's; "" where there are none."""
    for piece in _pieces(words):
        if piece in _prompt_pieces():
            said = words[_place(words, piece) :][:COPIED]
            if not any(piece in _pieces(text) for text in texts):
                return said
    return ""


def _place(words: str, piece: tuple[str, ...]) -> int:
    places = list(TOKEN.finditer(words))
    spelt = [place[0].casefold() for place in places]
    return next(places[at].start() for at in range(len(spelt)) if tuple(spelt[at : at + len(piece)]) == piece)


def _pieces(text: str) -> dict[tuple[str, ...], None]:
    """Runs of words that weigh just `COPIED`, one from each place; a run of few different words says nothing."""
    tokens = [token.casefold() for token in TOKEN.findall(text)]
    found: dict[tuple[str, ...], None] = {}
    for start in range(len(tokens)):
        weight, end = 0, start
        while end < len(tokens) and weight < COPIED:
            weight += 1 if not tokens[end].isascii() else 2
            end += 1
        if weight >= COPIED and len(set(tokens[start:end])) >= COPIED // 3:
            found[tuple(tokens[start:end])] = None
    return found


@cache
def _prompt_pieces() -> frozenset[tuple[str, ...]]:
    folder = resources.files("report.writer") / "prompts"
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".md")]
    return frozenset(piece for text in texts for piece in _pieces(text))


def shown(words: str) -> str:
    """Words as a fault tells of them: short, on one line, and with nothing that would become a link or a mention."""
    line = " ".join(visible(words).split())
    for pattern in (LINK, MENTION):
        line = pattern.sub(lambda found: found[0].translate(WIDE), line)
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
