"""The editing rules that a program can check in one point, and what of them it can mend without changing the sense.

In: a point's headline and text, the posts that it cites, the kind of its section. Out: faults, all of them `style`
but for a wrong language; or the words mended. Always holds: quoted words break no rule and are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report.check.faults import Fault
from report.check.quotation import find_quotations, outside, stands_in
from report.check.speakers import Names, forms, is_attributed, is_public, is_spoken, last_author
from report.check.tidying import tidy
from report.model import Language, SectionKind, Tweet

HEADLINE: dict[Language, int] = {"zh": 24, "en": 64}  # characters; a Chinese one says as much as two or three Latin
SENTENCES = 3  # the rule is two; a short third one is no fault
LONGEST = 240  # characters around the quotations
NO_HEADLINE: frozenset[SectionKind] = frozenset(("overview",))
MONEY: frozenset[SectionKind] = frozenset(("market", "finance"))
SAID_UNVERIFIED = re.compile("推文所述.{0,4}未核实|unverified", re.IGNORECASE)
UNVERIFIED_NOTE: dict[Language, str] = {"zh": "（推文所述，未核实）", "en": " (as posted, unverified)"}
EMPTY_VERB = (
    r"这表明|这说明|这意味着|预示着|标志着|值得(?:关注|注意|期待)|引[发起]了?(?:广泛|热烈|强烈)?的?(?:热议|关注|讨论)"
    r"|备受(?:关注|瞩目)|不容忽视|拭目以待|未来可期|意义(?:重大|深远)|具有(?:重要|深远|里程碑)|凸显[了出]?|彰显[了出]?|折射出"
    r"|掀起了?热潮|毋庸置疑|众所周知|让我们|总的来说|总而言之|综上(?:所述)?"
)
EMPTY_WORD = (
    r"赋能|范式|格局|多元化|新纪元|新篇章|颠覆性|里程碑式|深度融合|持续发力|全方位|生态闭环|助力|史诗级|炸裂|重磅"
)
EMPTY_ENGLISH = (
    r"\b(?:this (?:shows|signals|suggests|underscores|highlights)|marks a (?:new|significant|major)|worth noting"
    r"|game[- ]changer|paradigm|landscape|delve|sparks? (?:heated )?debate|in conclusion)\b"
)
EMPTY = re.compile(f"{EMPTY_VERB}|{EMPTY_WORD}|{EMPTY_ENGLISH}", re.IGNORECASE)
EMPTY_CLAUSE = re.compile(
    r"(?:[，；,;]|(?<=[。！？])|\s*——)\s*(?:而|也|更|或|并|且|这也|此举|这一\S{1,4}|其|无疑|进一步)?"
    rf"(?:{EMPTY_VERB})[^，；。！？「」\d]*(?=[。！？]|$)"
)
MONEY_NAME = r"美元|美金|港元|港币|欧元|日元|英镑|人民币|元|刀|块"
FIGURE = re.compile(
    r"[$€£¥￥]\s?\d|百分之|(?:股价|币价|油价|金价|收益率|市值|价格)[^，。；]{0,12}\d"
    rf"|\d[\d,.]*\s*(?:[%％‰]|(?:万亿|万|亿|千|百)?\s*(?:{MONEY_NAME})|个?\s*(?:基点|点位)|bps?\b"
    r"|(?:million|billion|trillion|dollars?)\b)",
    re.IGNORECASE,
)
FORECAST = re.compile(
    r"预计|预测(?!市场|模型|性|能力|下一|器)|预期|有望|或将|料将|势必|必将|看涨|看跌|目标价|将会"
    r"|(?:will|expected to|likely to) (?:reach|hit|rise|fall|drop|grow)"
)
TREND = re.compile(
    r"升温|降温|热度(?:上升|下降|攀升|走高|回落|不减)|越来越(?:热|火|多人)|讨论(?:增多|减少|激增)"
    r"|声量(?:上升|下降|攀升)|持续走热"
)
COUNTED = re.compile(r"\d")
PRONOUN = re.compile(r"(?<![其吉利排])[他她](?![们人国乡日者杀])")
CROWD = (
    r"业内(?:人士)?|业界|大家|网友(?:们)?|外界|人们|舆论|坊间|圈内|多数人|很多人|不少人|有人|社区|开发者们"
    r"|市场(?:人士)?|分析(?:人士|师)"
)
HEARSAY = re.compile(
    rf"(?:{CROWD})(?:普遍|纷纷|一致|大多|多数|都|也|均|广泛|已|开始)*"
    r"(?:认为|表示|指出|看好|看空|相信|担心|担忧|猜测|质疑|期待|称赞|热议|传言|预期|预计)|普遍(?:认为|看好|预期|相信|担心)"
)
STOP = re.compile(r"[。！？!?]+")
HAN = re.compile(r"[\u3400-\u9fff]")
SMALL_WORD = re.compile(r"(?<![\w'’.-])[a-z][a-z'’]+(?![\w.])")


def find_faults(
    headline: str,
    text: str,
    posts: Sequence[Tweet],
    *,
    kind: SectionKind,
    language: Language = "zh",
    unverified_said: bool = False,
    alike: Names = lambda _: (),
) -> Iterator[Fault]:
    """What an editor would send back. `unverified_said`: the section's intro says that its figures are unverified.

    `alike` gives other names of whoever bears a name (谷歌 for Google).
    """
    whole = f"{headline}。{text}" if headline else text
    free = outside(whole)
    yield from _find_in_shape(headline, text, posts, kind, language)
    yield from _find_empty(free, posts)
    if kind == "views" and not _opens_with_speaker(headline, text, posts, alike):
        yield Fault(
            "speaker", "观点没有写明谁说的：标题以说话人的名字开头，如「林舟：难的是交接」，或正文第一句写明谁说。"
        )
    if kind in MONEY and not unverified_said and FIGURE.search(whole) and not SAID_UNVERIFIED.search(whole):
        yield Fault("unverified", f"市场数字没有注明：句末加{UNVERIFIED_NOTE[language].strip()}。")
    found = FORECAST.search(free)
    if found and not is_attributed(free, posts) and not _opens_with_speaker(headline, text, posts, alike):
        yield Fault("forecast", f"「{found[0]}」是预测，没有写明谁预测的：加上说话人的名字，或删去。")
    if (found := TREND.search(free)) and not COUNTED.search(free) and not stands_in(found[0], _texts(posts)):
        yield Fault("trend", f"「{found[0]}」没有数字：写出前后各多少条，或删去。")
    if (
        (found := PRONOUN.search(free))
        and (author := last_author(free[: found.start()], posts))
        and not is_public(author)
    ):
        yield Fault("pronoun", f"「{found[0]}」指代作者 {author.called}：改用名字。")
    yield from _find_hearsay(free, posts)


def _find_in_shape(
    headline: str, text: str, posts: Sequence[Tweet], kind: SectionKind, language: Language
) -> Iterator[Fault]:
    if not text.strip():
        yield Fault("support", "正文是空的：写一到两句帖子说的事，或删去这一条。")
        return
    if not headline.strip() and kind not in NO_HEADLINE:
        yield Fault("headline", f"没有标题：写一个不超过 {HEADLINE[language]} 个字的标题，说出事情本身。")
    if len(headline) > HEADLINE[language] and kind != "changes":  # there it is what was counted
        yield Fault("headline", f"标题有 {len(headline)} 个字：改到 {HEADLINE[language]} 个字以内，说出事情本身。")
    said = outside(text)
    if len(said) > LONGEST * (3 if language == "en" else 1) or len(STOP.findall(said.rstrip("。！？!? "))) >= SENTENCES:
        yield Fault("length", "正文太长：只写一到两句，先说发生了什么，再说原因或限制。")
    for name in sorted({post.author.called for post in posts}, key=len, reverse=True):
        said = said.replace(name, "")
    if fault := _wrong_language(headline, said, language):
        yield fault


def _wrong_language(headline: str, said: str, language: Language) -> Fault | None:
    """Most of the words around the quotations are not of the report's language; names and terms count for neither."""
    han, small = len(HAN.findall(said)), len(SMALL_WORD.findall(said))
    if language == "zh" and (small * 2 > han or (not han and len(said) > 2 and "「" not in said)):
        return Fault("language", "正文多半不是中文：用中文写，只有名字、术语和「」里的原话保留原文。")
    if language == "en" and (han > small or len(HAN.findall(outside(headline))) > len(headline) / 2):
        return Fault("language", "正文多半不是英文：用英文写，只有名字和引号里的原话保留原文。")
    return None


def _find_empty(free: str, posts: Sequence[Tweet]) -> Iterator[Fault]:
    found = next((found for found in EMPTY.finditer(free) if not stands_in(found[0], _texts(posts))), None)
    if found:
        yield Fault("filler", f"「{found[0]}」是套话，帖子没有这样说：删去这半句，只写发生的事。")


def _find_hearsay(free: str, posts: Sequence[Tweet]) -> Iterator[Fault]:
    for sentence in STOP.split(free):
        found = HEARSAY.search(sentence)
        if found and not is_attributed(sentence[: found.start()], posts) and not stands_in(found[0], _texts(posts)):
            yield Fault("hearsay", f"「{found[0]}」没有具体的人：写出所引帖子里是谁说的，或删去。")
            return


def _opens_with_speaker(headline: str, text: str, posts: Sequence[Tweet], alike: Names) -> bool:
    first = re.split(r"[，。；！？]", outside(text), maxsplit=1)[0]
    return is_spoken(headline, posts, alike) or is_spoken(first, posts, alike)


def _texts(posts: Sequence[Tweet]) -> list[str]:
    return [text for post in posts for text in (post.text, post.quoted_text) if text]


def mend(
    headline: str,
    text: str,
    posts: Sequence[Tweet],
    *,
    kind: SectionKind,
    language: Language = "zh",
    unverified_said: bool = False,
) -> tuple[str, str]:
    """Headline and text with what a program can set right: typography, empty clauses, the note on market figures.

    Quotations stay as they are; doing it twice changes nothing.
    """
    if language == "zh":
        names = sorted({post.author.called for post in posts} | {f for post in posts for f in forms(post.author)})
        kept = [name for name in names if not name.isascii() and any(c.isascii() and c.isalnum() for c in name)]
        headline, text = tidy(headline, kept), tidy(text, kept)
    text = _without_empty_clauses(text, posts)
    figures = FIGURE.search(f"{headline}。{text}")
    if kind in MONEY and not unverified_said and figures and not SAID_UNVERIFIED.search(f"{headline}{text}"):
        text = _noted(text, UNVERIFIED_NOTE[language])
    return headline, text


def _without_empty_clauses(text: str, posts: Sequence[Tweet]) -> str:
    """The text without last clauses that only say how much it matters; a clause with a number or a quotation stays."""
    spans = [(quotation.start, quotation.end) for quotation in find_quotations(text)]
    for found in reversed(list(EMPTY_CLAUSE.finditer(text))):
        quoted = any(start < found.end() and found.start() < end for start, end in spans)
        rest = text[: found.start()] + text[found.end() :]
        rest = re.sub(r"([。！？])[。！？]+", r"\1", rest)
        if not quoted and len(STOP.sub("", rest)) >= 8 and not stands_in(found[0].strip("，；。"), _texts(posts)):
            text = rest
    return text


def _noted(text: str, note: str) -> str:
    stop = re.search(r"[。！？.!?]*$", text)
    at = stop.start() if stop else len(text)
    return f"{text[:at].rstrip()}{note}{text[at:]}"
