"""A message fits Discord's limits whatever it holds, says all of it, and looks like the model page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms import Part
from bot.platforms.discord.encode import encode_message
from handlers.base import Button, Message
from report.doc import (
    Block,
    Doc,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    Quote,
    Span,
    citation_links,
    doc,
    heading,
    paragraph,
    plain_block,
    text,
)
from tests.bot.platforms.discord.reading import read_markdown
from tests.bot.platforms.discord.test_markdown import styled, words
from tests.counterparts.discord_limits import check_message
from tests.counterparts.recording import CHECKER, violations

spans = st.lists(styled, max_size=4).map(tuple)
long_words = st.tuples(words, st.integers(1, 120)).map(lambda told: told[0] * told[1])
long_spans = long_words.map(lambda said: (Span(said), Span("¹", url="https://x.com/a/status/1")))
blocks = st.one_of(
    st.builds(Heading, spans, st.integers(1, 3)),
    st.builds(Heading, long_spans, st.integers(1, 3)),
    st.builds(Paragraph, spans | long_spans),
    st.builds(Item, words | long_words, spans | long_spans, st.none() | st.integers(1, 99)),
    st.builds(Quote, st.lists(spans | long_spans, max_size=4).map(tuple)),
    st.builds(Note, spans | long_spans),
    st.builds(Picture, st.sampled_from(("/a/词云.jpg", "/b/c d.png", "x")), words),
)
documents = st.lists(blocks, max_size=12).map(lambda found: Doc(tuple(found)))
buttons = st.lists(
    st.lists(st.builds(Button, words, st.text("abc:_", min_size=1, max_size=64)), max_size=8).map(tuple), max_size=8
).map(tuple)


def body(part: Part) -> dict[str, Any]:
    """The part as it goes over the wire."""
    return {key: value for key, value in part.items() if key != "files"}


def shown(part: Part) -> str:
    """What a reader sees of it, top to bottom; a footer is plain text."""
    seen = [read_markdown(part.get("content", "")).text]
    for embed in part.get("embeds", ()):
        seen += [read_markdown(embed.get(key, "")).text for key in ("title", "description")]
        seen += [read_markdown(told[key]).text for told in embed.get("fields", ()) for key in ("name", "value")]
        seen += [embed.get("footer", {}).get("text", "")]
    return "\n".join(seen)


def letters(said: str) -> list[str]:
    """The words without white space, order, the marks of parts, and the few characters that layout changes."""
    return sorted(re.sub(r"[\W_]", "", re.sub(r"[（(]\d+/\d+[）)]", "", said)))


def says(block: Block) -> bool:
    return not isinstance(block, Item) or bool(plain_block(replace(block, number=None)).strip("• \n"))


def assert_allowed(parts: tuple[Part, ...]) -> None:
    for part in parts:
        check_message(body(part), len(part.get("files", ())), creates=True)
        embeds = part.get("embeds", [])
        sizes = [len(json.dumps([e.get("title"), e.get("description"), e.get("footer")])) for e in embeds]
        assert len(sizes) <= 10
        names = {f"attachment://{file['filename']}" for file in part.get("files", ())}
        assert names == {embed["image"]["url"] for embed in embeds if "image" in embed}


@settings(deadline=None, max_examples=60)
@given(documents, buttons)
def test_every_part_is_within_the_limits(document: Doc, rows: tuple[tuple[Button, ...], ...]) -> None:
    parts = encode_message(Message(document, rows))
    assert_allowed(parts)
    offered = [b["custom_id"] for p in parts for row in p.get("components", ()) for b in row["components"]]
    assert offered == list(dict.fromkeys(button.action for row in rows for button in row))


@settings(deadline=None, max_examples=60)
@given(documents)
def test_nothing_is_lost(document: Doc) -> None:
    said = "".join(re.sub(r"(?:https?|steam)://", "", plain_block(block)) for block in document.blocks if says(block))
    seen = "".join(re.sub(r"(?:https?|steam)://", "", shown(part)) for part in encode_message(Message(document)))
    assert letters(seen) == letters(said)


@pytest.mark.skipif(not CHECKER.exists(), reason="the checker is not beside the checkout")
def test_the_checker_allows_every_part(tmp_path: Path) -> None:
    """100 pages of hostile blocks, each as a call to create a message."""
    calls: list[str] = []

    @settings(deadline=None, max_examples=100, database=None)
    @given(documents, buttons)
    def collect(document: Doc, rows: tuple[tuple[Button, ...], ...]) -> None:
        for part in encode_message(Message(document, rows)):
            sent = body(part) | {"files": [{"filename": f["filename"], "size": 1} for f in part.get("files", ())]}
            call = {"t": len(calls), "service": "discord", "method": "POST", "status": 200, "query": {}, "body": sent}
            calls.append(json.dumps(call | {"path": "/api/v10/channels/1/messages"}))

    collect()
    recording = tmp_path / "parts.jsonl"
    recording.write_text("\n".join(calls), encoding="utf-8")
    assert violations(recording) == []
    assert len(calls) > 100


def brief() -> Doc:
    cite = citation_links(("https://x.com/a/status/1", "https://x.com/b/status/2"))
    return doc(
        heading("AI｜3 月 27 日（周五）：甲公司发布新模型", 1),
        Picture("/data/wordcloud_twitter_ai_20260327_20260327.jpg", "词云"),
        Paragraph((*text("头部公司在做减法。"), *cite)),
        heading("今日十条"),
        Item("甲公司收紧限额", (*text("每周总额不变。"), *cite), 1),
        Item("乙公司砍掉产品", text("据 @dotey 梳理。"), 2),
        heading("与昨日相比"),
        Heading((Span("新出现"),), 3),
        Quote((text("命令行 0 → 4"), text("记忆 2 → 1"))),
        Item("记忆", text("少了一条。")),
        Note((Span("收集 124 条 · 重复 2"),)),
    )


def test_a_brief_is_one_message_with_an_embed_for_each_section() -> None:
    rows = ((Button("详细", "s:detail:K"), Button("AI", "s:ai:K")), (Button("来源", "s:sources:K"),))
    (part,) = encode_message(Message(brief(), rows))
    first, second, third = part["embeds"]
    cite = "[¹](https://x.com/a/status/1) [²](https://x.com/b/status/2)"
    name = "wordcloud_twitter_ai_20260327_20260327.jpg"
    assert first["title"] == "AI｜3 月 27 日（周五）：甲公司发布新模型"
    assert first["description"] == f"头部公司在做减法。 {cite}"
    assert first["image"] == {"url": f"attachment://{name}"}
    assert [(file["filename"], file["description"]) for file in part["files"]] == [(name, "词云")]
    assert second["title"] == "今日十条"
    assert second["description"] == (
        f"**1. 甲公司收紧限额**\n每周总额不变。 {cite}\n\n**2. 乙公司砍掉产品**\n据 `@dotey` 梳理。"
    )
    assert third["description"] == "**新出现**\n> 命令行 0 → 4\n> 记忆 2 → 1\n• **记忆**：少了一条。"
    assert third["footer"] == {"text": "收集 124 条 · 重复 2"}
    assert [[button["label"] for button in row["components"]] for row in part["components"]] == [
        ["详细", "AI"],
        ["来源"],
    ]


def test_a_short_answer_is_plain_text_without_previews() -> None:
    answer = doc(
        paragraph("3 月没有 37 日。"),
        Item("", (Span("看 ", bold=True), Span("原帖", url="https://x.com/a/status/1"))),
        Note((Span("收集 1 条"),)),
    )
    assert encode_message(Message(answer)) == (
        {"content": "3 月没有 37 日。\n• **看** [原帖](<https://x.com/a/status/1>)\n-# 收集 1 条"},
    )


def test_a_text_too_long_for_a_message_becomes_one_embed() -> None:
    (part,) = encode_message(Message(doc(paragraph("推文 " * 1000))))
    assert len(part["embeds"]) == 1


def test_a_long_report_takes_the_fewest_messages_and_its_buttons_come_last() -> None:
    """12 sections of about 1,900 characters: three to a message of 6,000."""
    page: list[Block] = [block for n in range(12) for block in (heading(f"第 {n} 节"), paragraph("字" * 1900))]
    parts = encode_message(Message(Doc(tuple(page)), ((Button("详细", "s:detail:K"),),)))
    assert [len(part["embeds"]) for part in parts] == [3, 3, 3, 3]
    assert ["components" in part for part in parts] == [False, False, False, True]


def test_a_long_section_goes_on_in_an_embed_without_title() -> None:
    page: list[Block] = [heading("长"), *(paragraph("字" * 900) for _ in range(6))]
    (part,) = encode_message(Message(Doc(tuple(page))))
    assert [embed.get("title") for embed in part["embeds"]] == ["长", None]


def test_characters_outside_the_basic_plane_count_twice() -> None:
    parts = encode_message(Message(doc(paragraph("🦞" * 1001))))
    assert "content" not in parts[0]


def test_nothing_to_say_is_no_message() -> None:
    assert encode_message(Message(Doc(()))) == ()
    (part,) = encode_message(Message(Doc(()), ((Button("详细", "s:detail:K"),),)))
    assert set(part) == {"components"}


@pytest.mark.parametrize(("last", "messages"), [(1998, 1), (1999, 2)])
def test_a_message_holds_6000_characters_over_all_embeds(last: int, messages: int) -> None:
    """Titles of one character, texts of 2,000, 1,999 and the last."""
    sizes = (2000, 1999, last)
    page: list[Block] = [block for size in sizes for block in (heading("题"), paragraph("字" * size))]
    assert len(encode_message(Message(Doc(tuple(page))))) == messages
    assert sum(sizes) + 3 == 6000 + messages - 1


def test_nothing_that_the_picture_shows_and_nothing_private_has_a_button() -> None:
    rows = (
        (Button("词云", "s:cloud:K", opens="picture"), Button("详细", "s:detail:K", opens="more")),
        (Button("每天送到私聊", "c:subscribe ai", private=True),),
    )
    (with_picture,) = encode_message(Message(brief(), rows))
    (without,) = encode_message(Message(doc(paragraph("简报")), rows))
    assert [[b["label"] for b in row["components"]] for row in with_picture["components"]] == [["详细"]]
    assert [[b["label"] for b in row["components"]] for row in without["components"]] == [["词云", "详细"]]


def test_the_present_choice_is_green() -> None:
    rows = ((Button("✓ 简报", "c:settings length brief"), Button("全文", "c:settings length full")),)
    (part,) = encode_message(Message(doc(paragraph("长度")), rows))
    assert [button["style"] for button in part["components"][0]["components"]] == [3, 2]


def test_parts_of_a_long_answer_are_numbered() -> None:
    page = doc(heading("事件", 1), *(Item(f"第 {n} 件", text("字" * 900), n) for n in range(1, 12)))
    first, second = encode_message(Message(page))
    assert first["embeds"][0]["title"] == "事件（1/2）"
    assert second["embeds"][0]["footer"] == {"text": "（2/2）"}
