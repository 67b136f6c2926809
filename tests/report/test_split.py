"""The rich text: what becomes code, and how a document is cut."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.doc import (
    ACTIVE,
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Quote,
    Span,
    Spans,
    citation_links,
    doc,
    heading,
    paragraph,
    plain_block,
    plain_spans,
    text,
)
from report.split import split, split_numbered

FOLLOWERS = "\u0301\u20e3\ufe0f\u200d\U0001f3fd"
LETTERS = "ab1 。！.,;\n，你好é👍👩🚀🇨🇳❤①/@#-"


def words(limit: int) -> st.SearchStrategy[str]:
    """Text of letters with their marks, joined emoji and flags; never a mark at its start, never half a flag."""
    grapheme = st.one_of(
        st.sampled_from([*(letter for letter in LETTERS if not "🇦" <= letter <= "🇿"), "🇨🇳", "👩‍🚀", "👍🏽", "1️⃣", "é"]),
        st.builds(str.__add__, st.sampled_from("ab你👍"), st.text(FOLLOWERS[:3], max_size=3)),
    )
    return st.lists(grapheme, max_size=limit).map("".join)


SPANS: st.SearchStrategy[Spans] = st.lists(
    st.one_of(
        st.builds(Span, words(30), bold=st.booleans()),
        st.builds(Span, words(6), url=st.just("https://x.com/a/status/1")),
    ),
    max_size=6,
).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, SPANS, st.integers(1, 3)),
    st.builds(Paragraph, SPANS),
    st.builds(Item, words(12), SPANS, st.none() | st.integers(1, 10)),
    st.builds(Quote, st.lists(SPANS, max_size=4).map(tuple)),
    st.builds(Note, SPANS),
)
DOCS = st.lists(BLOCKS, max_size=12).map(lambda blocks: Doc(tuple(blocks)))


def shorter_than(limit: int) -> Callable[[Doc], bool]:
    return lambda part: sum(len(plain_block(block)) + 1 for block in part.blocks) <= limit


def bare(document: Doc) -> str:
    """Its words without white space and without the labels that an item has only while it is whole."""
    blocks: list[str] = []
    for block in document.blocks:
        if isinstance(block, Item):
            label = "•" if block.number is None else f"{block.number}."
            blocks.append(label + block.headline + plain_spans(block.spans))
        else:
            blocks.append(plain_block(block))
    return re.sub(r"\s+", "", "".join(blocks))


def links(document: Doc) -> list[Span]:
    spans: list[Span] = []
    for block in document.blocks:
        match block:
            case Quote(lines):
                spans += [span for line in lines for span in line]
            case Item() | Heading() | Paragraph() | Note():
                spans += block.spans
            case _:
                pass
    return [span for span in spans if span.url and span.text]


@given(DOCS, st.integers(60, 300))
@settings(max_examples=150, deadline=None)
def test_every_part_fits_and_together_they_are_the_document(document: Doc, limit: int) -> None:
    parts = split(document, shorter_than(limit))
    assert all(shorter_than(limit)(part) for part in parts)
    assert "".join(map(bare, parts)) == bare(document)


@given(DOCS, st.integers(60, 300))
@settings(max_examples=100, deadline=None)
def test_links_stay_whole_and_in_order(document: Doc, limit: int) -> None:
    parts = split(document, shorter_than(limit))
    assert [link for part in parts for link in links(part)] == links(document)


@given(words(400), st.integers(32, 80))
@settings(max_examples=100, deadline=None)
def test_no_visible_character_is_cut(long: str, limit: int) -> None:
    parts = split(doc(Paragraph((Span(long),))), shorter_than(limit))
    for before, after in pairwise(map(Doc.plain, parts)):
        assert not after.startswith(tuple(FOLLOWERS))
        assert not before.endswith("\u200d")
        assert sum("🇦" <= letter <= "🇿" for letter in before) % 2 == 0


@given(DOCS, st.integers(100, 300))
@settings(max_examples=100, deadline=None)
def test_a_heading_ends_a_part_only_where_it_fills_one(document: Doc, limit: int) -> None:
    parts = split(document, shorter_than(limit))
    for part, following in pairwise(parts):
        first = following.blocks[0]
        if isinstance(part.blocks[-1], Heading) and not isinstance(first, Heading) and not begins_with_link(first):
            assert all(isinstance(block, Heading) for block in part.blocks)
            if isinstance(first, Item) and shorter_than(limit)(Doc((first,))):
                continue  # a point is better whole than beside its heading
            one = Paragraph((Span(bare(Doc((first,)))[:1]),))
            smallest = Item(first.headline[:1], (), first.number) if isinstance(first, Item) else one
            assert not shorter_than(limit - 40)(Doc((*part.blocks, smallest)))


def begins_with_link(block: Block) -> bool:
    """A link that does not fit beside the heading is better whole than beside it."""
    words = plain_block(block)
    return any(words.startswith(link.text) for link in links(Doc((block,))))


@given(DOCS)
def test_what_fits_is_left_as_it_is(document: Doc) -> None:
    assert split(document, lambda _: True) == ([document] if document.blocks else [])


@pytest.mark.parametrize(
    ("blocks", "limit", "expected"),
    [
        (
            (heading("甲"), paragraph("一" * 30), heading("乙"), paragraph("二" * 30)),
            40,
            [["甲", "一" * 30], ["乙", "二" * 30]],
        ),
        ((paragraph("一" * 30), paragraph("二" * 30)), 40, [["一" * 30], ["二" * 30]]),
        ((heading("甲"), paragraph("一句话。" * 10)), 24, [["甲", "一句话。" * 5], ["一句话。" * 5]]),
        ((heading("甲"), heading("乙", 3), paragraph("一" * 30)), 20, [["甲", "乙", "一" * 15], ["一" * 15]]),
        (
            (paragraph("零" * 8), heading("甲"), heading("乙", 3), paragraph("一" * 12)),
            16,
            [["零" * 8], ["甲", "乙", "一" * 11], ["一"]],
        ),
        (
            (paragraph("一句话。又一句，没完没了没完没了没完"),),
            14,
            [["一句话。又一句，"], ["没完没了没完没了没完"]],
        ),
        ((Item("标题" * 10, (Span("正文"),), 1),), 15, [["1. 标题标题标题标题标题标"], ["题标题标题标题标题", "正文"]]),
    ],
)
def test_cuts_fall_at_a_section_else_between_blocks_else_after_a_sentence(
    blocks: tuple[Block, ...], limit: int, expected: list[list[str]]
) -> None:
    parts = split(Doc(blocks), shorter_than(limit))
    found = [[plain_block(block) for block in part.blocks] for part in parts]
    assert found == expected


def test_citations_stay_with_their_sentence() -> None:
    one = (*text("第一句讲完了。"), *citation_links(["https://x.com/a/status/1", "https://x.com/b/status/2"]))
    document = doc(Paragraph((*one, *text("第二句也不短，讲到这里才算讲完了。"))))
    parts = split(document, shorter_than(16))
    assert parts[0].plain() == "第一句讲完了。 ¹ ²"


def test_a_long_link_is_cut_into_links_to_the_same_place() -> None:
    parts = split(doc(Paragraph((Span("长" * 25, url="https://a.example/1"),))), shorter_than(11))
    assert [link.url for part in parts for link in links(part)] == ["https://a.example/1"] * 3


def test_what_cannot_be_cut_stands_alone() -> None:
    def has_no_bold(part: Doc) -> bool:
        paragraphs = (block for block in part.blocks if isinstance(block, Paragraph))
        return not any(span.bold for block in paragraphs for span in block.spans)

    parts = split(doc(paragraph("一"), Paragraph((Span("二", bold=True),)), paragraph("三")), has_no_bold)
    assert [part.plain() for part in parts] == ["一", "二", "三"]


def test_marks_piled_up_without_end_are_cut_all_the_same() -> None:
    parts = split(doc(paragraph("a" + "\u0301" * 500)), shorter_than(60))
    assert all(shorter_than(60)(part) for part in parts)


QUANTITIES = [
    "约 7% 的", "5 小时", "3.5 万亿美元", "$1.2 billion", "5–11 点", "12,345", "3 月 27 日", "¥3.5/月", "20 tok/s",
    "-4.5°C",    "GLM5.1", "2026-01-07", "08:00", "10 年期", "４５％", "12–18 个月", "100 万 token", "16 GB RAM",
    "70B 参数", "12.5 美元/桶", ">90%", "5+ 年", "No. 3", "三十亿美元", "百分之七", "十二个百分点", "第三季度",
    "八小时",
]  # fmt: skip


@given(st.lists(st.sampled_from(QUANTITIES), min_size=2, max_size=30), st.integers(40, 70))
@settings(max_examples=100, deadline=None)
def test_no_number_is_cut_from_its_unit(told: list[str], limit: int) -> None:
    """Each stands in a text without a comma or a full stop to cut at."""
    document = doc(Paragraph((Span("".join(f"这里说到{each}左右的那件事情" for each in told)),)))
    parts = split(document, shorter_than(limit))
    assert sum(part.plain().count(each) for part in parts for each in set(told)) >= len(told)
    assert "".join(map(bare, parts)) == bare(document)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("bold", [False, True])
def test_a_quantity_stays_whole_wherever_the_limit_falls_also_where_its_style_changes(
    quantity: str, bold: bool
) -> None:
    middle = len(quantity) // 2
    spans = (Span("一" * 30 + quantity[:middle]), Span(quantity[middle:], bold=bold), Span("二" * 30))
    for limit in range(33, 70):
        parts = split(doc(Paragraph(spans)), shorter_than(limit))
        assert any(quantity in part.plain() for part in parts), limit


@pytest.mark.parametrize(
    ("words", "limit", "expected"),
    [
        ("He said so twice. Then nothing happened", 30, ["He said so twice. ", "Then nothing happened"]),
        ("他说：「就这样。」然后什么也没有再发生过", 16, ["他说：「就这样。」", "然后什么也没有再发生过"]),
        ("long words are kept whole here", 14, ["long words ", "are kept ", "whole here"]),
        (
            "以这个地址 https://a.example/b-c?d=1 为准才行",
            30,
            ["以这个地址 ", "https://a.example/b-c?d=1 ", "为准才行"],
        ),
    ],
)
def test_cuts_fall_after_sentences_clauses_and_words(words: str, limit: int, expected: list[str]) -> None:
    assert [part.plain() for part in split(doc(Paragraph((Span(words),))), shorter_than(limit))] == expected


def test_bold_words_and_code_are_cut_only_where_nothing_else_is_left() -> None:
    spans = (Span("前面的话，"), Span("粗体的话，不能断开，一断就难看", bold=True), Span("后面"))
    parts = split(doc(Paragraph(spans)), shorter_than(20))
    assert [part.plain() for part in parts] == ["前面的话，", "粗体的话，不能断开，一断就难看后面"]
    (head, _) = split(doc(Paragraph((Span("粗" * 30, bold=True),))), shorter_than(20))
    assert head.plain() == "粗" * 19


@given(DOCS, st.integers(60, 300))
@settings(max_examples=150, deadline=None)
def test_a_point_stays_whole_when_it_fits_into_a_part_of_its_own(document: Doc, limit: int) -> None:
    parts = split(document, shorter_than(limit))
    whole = [block for part in parts for block in part.blocks]
    for block in document.blocks:
        if isinstance(block, Item) and shorter_than(limit)(Doc((block,))):
            assert block in whole


@pytest.mark.parametrize("leading", [1, 2])
def test_a_point_that_does_not_fit_beside_its_heading_stays_whole_without_it(leading: int) -> None:
    headings = [heading("标题" * 5), heading("小节" * 5, 3)][:leading]
    point = Item("要点", (Span("一句话。" * 12),), 1)
    parts = split(doc(headings, point, paragraph("完")), shorter_than(len(plain_block(point)) + 5))
    assert [part.blocks[0] for part in parts] == [headings[0], point]


def numberless(part: Doc) -> Doc:
    """Without the mark that its title or its first line has."""
    first, *rest = part.blocks
    if isinstance(first, Note) and MARK.fullmatch(plain_spans(first.spans)):
        return Doc(tuple(rest))
    if isinstance(first, Heading) and first.spans and MARK.fullmatch(first.spans[-1].text):
        return Doc((Heading(first.spans[:-1], first.level), *rest))
    return part


MARK = re.compile(r" ?[(（]([1-9][0-9]*)/([1-9][0-9]*)[)）]")


@given(DOCS, st.integers(80, 300))
@settings(max_examples=150, deadline=None)
def test_numbered_parts_fit_with_their_numbers_and_are_the_document_without(document: Doc, limit: int) -> None:
    parts = split_numbered(document, shorter_than(limit))
    assert all(shorter_than(limit)(part) for part in parts)
    assert "".join(bare(numberless(part)) for part in parts) == bare(document)
    if len(parts) > 1:
        marks = [MARK.findall(plain_block(part.blocks[0]))[-1:] for part in parts]
        assert [mark for (mark,) in marks] == [(str(number), str(len(parts))) for number in range(1, len(parts) + 1)]


@pytest.mark.parametrize(
    ("blocks", "limit", "firsts"),
    [
        ((heading("题目", 1), *[paragraph("一" * 20)] * 3), 30, ["题目（1/3）", "（2/3）", "（3/3）"]),
        ((heading("Title", 1), *[paragraph("x" * 20)] * 2), 35, ["Title (1/2)", "(2/2)"]),
        ((heading("AI", 1), *[paragraph("一" * 20)] * 2), 35, ["AI（1/2）", "（2/2）"]),
        ((paragraph("一" * 20), heading("节"), paragraph("二" * 20)), 30, ["（1/2）", "节（2/2）"]),
        ((heading("长" * 101), paragraph("一" * 40)), 130, ["（1/2）", "（2/2）"]),
    ],
)
def test_the_number_stands_in_the_title_else_in_a_small_first_line(
    blocks: tuple[Block, ...], limit: int, firsts: list[str]
) -> None:
    parts = split_numbered(Doc(blocks), shorter_than(limit))
    assert [part.plain().split("\n")[0] for part in parts] == firsts


def test_what_fits_has_no_number_and_hundreds_of_parts_have_three_digits() -> None:
    assert split_numbered(doc(paragraph("一")), shorter_than(9)) == [doc(paragraph("一"))]
    assert split_numbered(Doc(()), shorter_than(9)) == []
    parts = split_numbered(doc(paragraph("一" * 3000)), shorter_than(30))
    assert len(parts) > 99
    assert parts[0].plain().startswith(f"（1/{len(parts)}）")
    assert all(shorter_than(30)(part) for part in parts)


def test_a_word_without_end_is_cut_in_seconds() -> None:
    begun = time.perf_counter()
    assert len(split(doc(paragraph("字" * 200_000)), shorter_than(4096))) == 49
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("据 @karpathy 说", ["@karpathy"]),
        (".@sama 转发", ["@sama"]),
        ("做一个 /exec-review，先写", ["/exec-review"]),
        ("「/help」和./run", ["/help", "/run"]),
        ("发/help看看", ["/help"]),
        ("看https://a.example/b?c=1，很好", ["https://a.example/b?c=1"]),
        ("tg://resolve?domain=x 打开", ["tg://resolve?domain=x"]),
        ("热门 #AI 和 #人工智能。", ["#AI", "#人工智能"]),
        ("and/or, AI/ML, C#, 第 #1 名, a@b", []),
        ("¥3/月，24/7", []),
    ],
)
def test_what_a_chat_would_activate_becomes_code(words: str, codes: list[str]) -> None:
    assert [span.text for span in text(words) if span.code] == codes


@given(st.text(alphabet="ab@/#:. h中1_\n", max_size=60))
def test_text_keeps_every_character_and_codes_only_what_is_active(raw: str) -> None:
    spans = text(raw)
    assert plain_spans(spans) == raw
    assert all(bool(ACTIVE.fullmatch(span.text)) for span in spans if span.code)
    assert not any(span.bold or span.italic for span in spans)
