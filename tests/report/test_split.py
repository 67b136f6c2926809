"""The rich text: what becomes code, and how a document is cut."""

from __future__ import annotations

import re
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
from report.split import split

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


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("据 @karpathy 说", ["@karpathy"]),
        (".@sama 转发", ["@sama"]),
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
