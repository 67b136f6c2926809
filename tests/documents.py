"""Random documents whose words mean harm: what no platform may choke on, activate, cut or lose.

Out: hypothesis strategies for blocks, documents and briefs. `kept` counts the characters that every platform keeps.
"""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import strategies as st

from handlers.base import Button, Message
from report.doc import (
    DIGITS,
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    plain_block,
    plain_spans,
)

POST = "https://x.com/ada/status/2000000000000000001"
CLOUD = Picture("cloud.jpg", "词云图")
FRAGMENTS = [
    "约 7% 的用户", "5 小时额度", "3.5 万亿美元", "$1.2 billion", "上午 5–11 点", "12,345", "字" * 300, "w" * 300,
    "👨‍👩‍👧‍👦", "🇨🇳🇯🇵", "👍🏽", "1️⃣", "❤️‍🔥", "e\u0301\u0302", "क्षि", "각",
    "@karpathy", "/start@bot", "#AI", "https://evil.example/?a=1&b=2", "evil.example", "a@b.example",
    "**b** __u__ ~~s~~ `c` ||x|| [t](http://e.example)", "<b>&lt;i&gt;</b>", "</li></ol><script>", "]]>", "&amp;amp;",
    "\u202e逆\u202c", "\u200b", "\u2066x\u2069", "\ud83d", "\udc00", "\x00\x1b[31m", "\r\n", "\n\n\n", "\t",
    "\u00a0", "¹²",
]  # fmt: skip
URLS = [
    None, None, None, POST, POST, "javascript:alert(1)", "http://localhost/a", "tg://user?id=1", "", "https://a b/",
    "https://x.com/?a=\"'<>&)", "https://例子.com/路径", "https://x.com/" + "a" * 1900, "https://x.com@evil.example/",
]  # fmt: skip
# What can be seen nowhere; blocks of nothing else are left out.
UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]"
)
REPLACED = re.compile("[\ud800-\udfff\ufffd\x00-\x1f\x7f]")  # each platform has its own way with them

PIECE = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6), st.sampled_from("。！，、. :-*_~`|<>&()[]"))
WORDS = st.one_of(PIECE, st.lists(PIECE, max_size=4).map("".join))
STYLES = st.sampled_from([{}, {}, {"bold": True}, {"italic": True, "strike": True}, {"code": True, "bold": True}])
SPAN = st.builds(
    lambda words, times, styles, url: Span(words * times, url=url, **styles),
    WORDS,
    st.sampled_from([1, 1, 1, 20]),
    STYLES,
    st.sampled_from(URLS),
)
CITED = st.sampled_from([Span(" "), Span("¹", url=POST), Span("¹²", url=POST)])
SPANS = st.lists(st.one_of(SPAN, CITED), max_size=4).map(tuple)
WORDY: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, SPANS, st.integers(1, 3)),
    st.builds(Paragraph, SPANS),
    st.builds(Item, WORDS, SPANS, st.none() | st.integers(1, 10)),
    st.builds(Quote, st.lists(SPANS, max_size=2).map(tuple)),
    st.builds(Note, SPANS),
)
DOCUMENTS = st.lists(WORDY, max_size=6).map(lambda blocks: Doc(tuple(blocks)))
PICTURED = st.lists(st.one_of(WORDY, WORDY, st.just(CLOUD)), max_size=6).map(lambda blocks: Doc(tuple(blocks)))
BUTTON = st.builds(
    Button,
    WORDS,
    st.one_of(WORDS, st.just("s:ai:twitter_ai_20260107_20260107")),
    opens=st.sampled_from(["", "more", "picture"]),
    private=st.booleans(),
)
ROWS = st.lists(st.lists(BUTTON, max_size=3).map(tuple), max_size=3).map(tuple)
SECTION = st.builds(
    lambda title, body: Doc((Heading((Span(f"§{title}"),), 2), *body.blocks, Paragraph((Span("完"),)))),
    WORDS,
    DOCUMENTS,
)
MESSAGES = st.builds(Message, PICTURED, ROWS)
BRIEFS = st.builds(Message, PICTURED, ROWS, more=st.lists(SECTION, min_size=1, max_size=2).map(tuple))


def words_of(document: Doc) -> str:
    """Its words without the labels of lists, which each platform writes in its own way."""
    return "\n".join(
        block.headline + plain_spans(block.spans) if isinstance(block, Item) else plain_block(block)
        for block in document.blocks
    )


def kept(words: str) -> Counter[str]:
    """How often each character stands there that can be seen and is written alike everywhere."""
    return Counter(REPLACED.sub("", UNSEEN.sub("", words)).translate(DIGITS))
