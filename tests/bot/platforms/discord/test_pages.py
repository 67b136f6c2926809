"""The top of a brief, and quotations with labels as an embed's fields: in the manner of the model page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.encode import encode_message
from bot.platforms.discord.front import take_front
from handlers.base import Message
from report.doc import (
    Block,
    Doc,
    Heading,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    Spans,
    citation_links,
    doc,
    heading,
    paragraph,
    text,
)
from tests.bot.platforms.discord.test_encode import assert_allowed, letters, shown, spans
from tests.bot.platforms.discord.test_markdown import words

SOURCED = Paragraph((*text("头部公司在做减法。"), *citation_links(("https://x.com/a/status/1",))))
COUNTS = paragraph("读了 124 条，去掉 65 条，留下 59 条。十条在下面 ↓")
NEWS = Paragraph((Span("新模型开源", bold=True),))
TITLE = heading("推报 · AI｜3 月 27 日（周五）", 1)
CLOUD = Picture("/data/wordcloud.jpg", "词云")


def line(label: str, rest: str) -> Spans:
    return (Span(label, bold=True), Span(rest))


def bare(said: str) -> list[str]:
    """The letters, without the schemes that a link's words lose."""
    return letters(re.sub(r"(?:https?|steam)://", "", said))


def embeds(*blocks: Block) -> list[dict[str, Any]]:
    (part,) = encode_message(Message(doc(blocks)))
    return list(part["embeds"])


def test_a_briefs_own_text_is_masthead_topic_and_counts_and_its_first_title_the_news() -> None:
    (part,) = encode_message(Message(doc(TITLE, NEWS, CLOUD, SOURCED, COUNTS, heading("今日十条"), paragraph("一"))))
    assert part["content"] == "**推报 · AI**　读了 124 条，去掉 65 条，留下 59 条。"
    assert [embed["title"] for embed in part["embeds"]] == ["AI｜3 月 27 日（周五）：新模型开源", "今日十条"]
    assert part["embeds"][0]["description"] == "头部公司在做减法。 [¹](https://x.com/a/status/1)"
    assert part["embeds"][0]["image"] == {"url": "attachment://wordcloud.jpg"}


def test_an_english_brief_has_english_punctuation() -> None:
    title, news = heading("Tuibao · AI | 27 March (Fri)", 1), Paragraph((Span("A new model", bold=True),))
    counts = paragraph("Read 124 posts, dropped 65, kept 59. Today's ten are below ↓")
    (part,) = encode_message(Message(doc(title, news, SOURCED, counts)))
    assert part["content"] == "**Tuibao · AI**: Read 124 posts, dropped 65, kept 59."
    assert part["embeds"][0]["title"] == r"AI \| 27 March (Fri): A new model"


@pytest.mark.parametrize(
    "blocks",
    [
        (TITLE, SOURCED, COUNTS),
        (heading("设置", 1), Paragraph((Span("AI 日报", bold=True),))),
        (heading("推报 · AI｜3 月 27 日"), NEWS),
        (heading("Times · A | B", 1), NEWS),
        (NEWS, COUNTS),
    ],
)
def test_what_is_no_brief_has_no_text_of_its_own(blocks: tuple[Block, ...]) -> None:
    assert take_front(Doc(blocks)) == ("", Doc(blocks))


def test_an_overview_without_sources_is_not_taken_for_counts() -> None:
    content, rest = take_front(doc(TITLE, NEWS, paragraph("甲。"), paragraph("乙。")))
    assert content == "**推报 · AI**"
    assert rest.plain().endswith("甲。\n乙。")


def test_news_too_long_for_a_title_stand_below_it() -> None:
    (part,) = encode_message(Message(doc(TITLE, Paragraph((Span("长" * 300, bold=True),)), SOURCED)))
    assert part["embeds"][0]["title"] == "AI｜3 月 27 日（周五）"
    assert part["embeds"][0]["description"].startswith("**长")


@given(words, words, st.lists(spans.map(Paragraph), max_size=4), words)
def test_nothing_of_a_briefs_top_is_lost(masthead: str, news: str, overview: list[Paragraph], counts: str) -> None:
    title = Heading((Span(f"推报 · {masthead}｜3 月 27 日"),), 1)
    document = doc(title, Paragraph((Span(news or "x", bold=True),)), overview, paragraph(f"{counts}。在下面 ↓"))
    parts = encode_message(Message(document))
    assert_allowed(parts)
    said, seen = document.plain(), "".join(map(shown, parts))
    if {"content", "embeds"} <= parts[0].keys():  # the topic stands in both
        said += f"推报 · {masthead}".rpartition(" · ")[2]
    assert bare(seen) in (bare(said), bare(said.replace("在下面", "")))


def test_labels_in_bold_under_a_section_become_fields() -> None:
    quote = Quote((line("新出现", "　命令行 0 → 4；记忆 0 → 2"), line("退潮：", "品味 3 → 1")))
    (embed,) = embeds(heading("与昨日相比（谈到它的帖子数）"), quote, Note((Span("收集 124 条"),)))
    assert embed["title"] == "与昨日相比"
    assert embed["description"] == "谈到它的帖子数"
    assert embed["fields"] == [
        {"name": "新出现", "value": "命令行 0 → 4\n记忆 0 → 2"},
        {"name": "退潮", "value": "品味 3 → 1"},
    ]
    assert embed["footer"] == {"text": "收集 124 条"}


def test_lines_without_a_label_belong_to_the_one_above_or_to_the_section() -> None:
    quote = Quote((text("前一日 → 当日"), (Span("New", bold=True),), text("CLI 0 → 4"), text("Memory 0 → 2")))
    (embed,) = embeds(heading("Since yesterday (posts that mention it)"), quote)
    assert (embed["title"], embed["description"]) == ("Since yesterday", "posts that mention it\n前一日 → 当日")
    assert embed["fields"] == [{"name": "New", "value": "CLI 0 → 4\nMemory 0 → 2"}]


@pytest.mark.parametrize(
    "quote",
    [
        Quote((text("没有变化。"),)),
        Quote((line("新出现", "　" + "字" * 1025),)),
        Quote((line("字" * 257, "　命令行"),)),
        Quote(tuple(line(f"第 {n} 类", "　命令行") for n in range(26))),
    ],
)
def test_a_quotation_that_is_none_or_too_much_for_fields_stays_one(quote: Quote) -> None:
    (embed,) = embeds(heading("与昨日相比"), quote)
    assert "fields" not in embed
    assert embed["description"].startswith("> ")


def test_words_below_the_fields_stand_in_an_embed_of_their_own() -> None:
    first, second = embeds(heading("变化"), Quote((line("新", "　甲"),)), paragraph("然后"))
    assert "fields" in first
    assert second["description"] == "然后"


labels = st.builds(lambda label, rest: (Span(label, bold=True), *rest), words, spans)


@given(st.lists(labels | spans, min_size=1, max_size=30), words)
def test_any_quotation_fits_and_nothing_of_it_is_lost(lines: list[Spans], title: str) -> None:
    document = doc(Heading((Span(f"{title}x（旁注）"),)), Quote(tuple(lines)))
    parts = encode_message(Message(document))
    assert_allowed(parts)
    assert bare("".join(map(shown, parts))) == bare(document.plain())
