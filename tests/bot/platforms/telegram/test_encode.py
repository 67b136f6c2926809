"""How a Message looks in Telegram, and that whatever it holds keeps Telegram's rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms import Part
from bot.platforms.telegram.encode import encode_message, encode_start
from handlers.actions import read_action, read_start
from handlers.base import Button, Message
from handlers.chats import ChatKind
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
    plain_spans,
    text,
)
from tests.bot.platforms.telegram.briefs import make_brief
from tests.counterparts import recording
from tests.counterparts.telegram_chats import Refused, check_keyboard, check_text, styles_collide

KEY = "twitter_ai_20260107_20260107"
STATUS = "https://x.com/ada/status/2000000000000000001"
CLOUD = Picture("cloud.jpg", "词云图")


def brief() -> Doc:
    cited = citation_links([STATUS, STATUS])
    return doc(
        heading("推报 · AI｜1 月 7 日（周三）", 1),
        Paragraph((Span("甲公司收紧限额，乙模型外泄", bold=True),)),
        CLOUD,
        Paragraph((*text("头部公司在做减法。"), *cited)),
        Paragraph((*text("更大的模型先露了面。"), *cited)),
        heading("今日两条"),
        Item("甲公司收紧限额", (*text("工作日高峰更快用完。"), *cited), 1),
        Item("乙模型外泄", (*text("据 @ada 转述。"), *cited), 2),
        heading("与昨日相比"),
        Quote(((Span("新出现", bold=True), Span("　命令行 0 → 4")), (Span("退潮", bold=True), Span("　语音 3 → 0")))),
        Note(text("收集 124 条 · 采用 59")),
    )


def body_of(part: Part) -> str:
    return str(part.get("text", part.get("caption", "")))


def entities_of(part: Part) -> list[dict[str, Any]]:
    return list(part.get("entities") or part.get("caption_entities") or [])


def styled(part: Part) -> list[tuple[str, str]]:
    """Each entity's type and the words that it covers."""
    raw = body_of(part).encode("utf-16-le")
    return [
        (one["type"], raw[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"))
        for one in entities_of(part)
    ]


def marked(part: Part) -> str:
    """The part's text with its entities as tags, for reading."""
    tags: list[tuple[int, int, str]] = []
    for number, one in enumerate(entities_of(part)):
        start, end, name = one["offset"], one["offset"] + one["length"], one["type"]
        tags += [(start, number, f"<{name}>"), (end, -number - 1, f"</{name}>")]
    raw, at, out = body_of(part).encode("utf-16-le"), 0, ""
    for place, _, tag in sorted(tags):
        out, at = out + raw[at * 2 : place * 2].decode("utf-16-le") + tag, place
    return out + str(raw[at * 2 :].decode("utf-16-le"))


def test_the_brief_is_a_photo_with_the_overview_and_one_message_with_the_points() -> None:
    blocks = (*brief().blocks, *(Item("标题", text("很长的一条。" * 20), number) for number in range(3, 11)))
    photo, message = encode_message(Message(Doc(blocks)))
    assert (photo["method"], photo["photo"]) == ("sendPhoto", "cloud.jpg")
    assert photo["caption"] == (
        "推报 · AI｜1 月 7 日（周三）\n甲公司收紧限额，乙模型外泄\n\n"
        "头部公司在做减法。\u00a0¹\u00a0²\n更大的模型先露了面。\u00a0¹\u00a0²"
    )
    assert message["text"].startswith("今日两条\n\n1. 甲公司收紧限额\n工作日")
    assert message["link_preview_options"] == {"is_disabled": True}


def test_a_caption_takes_the_paragraphs_that_fit() -> None:
    photo, message = encode_message(
        Message(doc(heading("题", 1), CLOUD, *(paragraph(f"{n}" + "字" * 400) for n in range(3)), heading("节")))
    )
    assert [line[:2] for line in photo["caption"].split("\n")] == ["题", "", "0字", "1字"]
    assert message["text"].startswith("2字")


def test_the_classic_look() -> None:
    words = Doc(tuple(block for block in brief().blocks if not isinstance(block, Picture)))
    (part,) = encode_message(Message(words))
    link = "<text_link>¹</text_link>\u00a0<text_link>²</text_link>"
    assert marked(part) == (
        "<bold>推报 · AI｜1 月 7 日（周三）</bold>\n"
        "<bold>甲公司收紧限额，乙模型外泄</bold>\n\n"
        f"头部公司在做减法。\u00a0{link}\n"
        f"更大的模型先露了面。\u00a0{link}\n\n"
        "<bold>今日两条</bold>\n\n"
        "<bold>1. 甲公司收紧限额</bold>\n"
        f"工作日高峰更快用完。\u00a0{link}\n\n"
        "<bold>2. 乙模型外泄</bold>\n"
        f"据 <code>@ada</code> 转述。\u00a0{link}\n\n"
        "<bold>与昨日相比</bold>\n"
        "<expandable_blockquote><bold>新出现</bold>　命令行 0 → 4\n"
        "<bold>退潮</bold>　语音 3 → 0</expandable_blockquote>\n"
        "<italic>收集 124 条 · 采用 59</italic>"
    )


def test_bullets_stand_close_and_their_headlines_are_bold() -> None:
    section = doc(
        heading("观点", 1),
        Item("甲：要小", text("他说。")),
        Item("", text("只有正文。")),
        Item("只有标题", ()),
        paragraph("完"),
    )
    (part,) = encode_message(Message(section))
    assert marked(part) == (
        "<bold>观点</bold>\n\n• <bold>甲：要小</bold>：他说。\n• 只有正文。\n• <bold>只有标题</bold>\n\n完"
    )


def test_a_short_brief_is_one_photo() -> None:
    (photo,) = encode_message(Message(brief(), ((Button("详细", f"s:detail:{KEY}"),),)))
    assert photo["method"] == "sendPhoto"
    assert photo["reply_markup"]["inline_keyboard"] == [[{"text": "详细", "callback_data": f"s:detail:{KEY}"}]]


def test_a_caption_ends_before_a_point_that_a_text_can_hold_whole() -> None:
    points = [Item("要点", (Span("一句话。" * 300),), 1), Item("", (Span("短。"),), 2)]
    photo, text_part = encode_message(Message(doc(heading("题", 1), Picture("a.jpg", "词云图"), points)))
    assert photo["caption"] == "题"
    assert text_part["text"] == f"1. 要点\n{'一句话。' * 300}\n\n2. 短。"


def test_a_caption_ends_before_the_next_section() -> None:
    words = doc(heading("题", 1), CLOUD, paragraph("概述"), heading("今日十条"), *(paragraph("字" * 500),) * 3)
    photo, message = encode_message(Message(words))
    assert photo["caption"] == "题\n\n概述"
    assert message["text"].startswith("今日十条\n")


def test_each_picture_is_a_photo_of_its_own() -> None:
    parts = encode_message(Message(doc(paragraph("一"), CLOUD, paragraph("二"), Picture("b.png", ""), paragraph("三"))))
    assert [(part["photo"], part["caption"]) for part in parts] == [("cloud.jpg", "一\n二"), ("b.png", "三")]


def test_a_picture_alone_has_no_caption() -> None:
    assert encode_message(Message(doc(CLOUD))) == ({"method": "sendPhoto", "photo": "cloud.jpg"},)


@pytest.mark.parametrize("blank", ["", " \n ", "\u200b", "\u2800", "\u2063\ufe0f"])
def test_what_nobody_can_see_is_not_sent(blank: str) -> None:
    assert encode_message(Message(doc(paragraph(blank)))) == ()


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("访问evil.example领奖", ["evil.example"]),
        ("写信给 ada@mail.example。", ["ada@mail.example"]),
        ("看 t.me/joinchat/xyz", ["t.me/joinchat/xyz"]),
        (
            "登录 https://аpple.example/login，或 https://例子.com",
            ["https://аpple.example/login", "https://例子.com"],
        ),
        ("官网 例子.com 与 пример.рф", ["子.com", "р.рф"]),
        ("3.5 比 4.0 快，Settings > Import，「v2.」", []),
        (".@ada 和 /start", ["@ada", "/start"]),
    ],
)
def test_telegram_activates_nothing_in_the_words_of_a_post(words: str, codes: list[str]) -> None:
    for block in (heading(words), Item(words, (), 1), Paragraph((Span(words, italic=True),))):
        (part,) = encode_message(Message(doc(block)))
        assert [covered for style, covered in styled(part) if style == "code"] == codes


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://localhost/a", "https://a b.example/", "tg://user?id=1", "", "https://x.com@evil/"],
)
def test_an_address_that_telegram_refuses_is_no_link(url: str) -> None:
    (part,) = encode_message(Message(doc(Paragraph((Span("这里", url=url),)))))
    assert (part["text"], part["entities"]) == ("这里", [])


def test_halves_of_characters_and_control_characters_are_replaced() -> None:
    (part,) = encode_message(Message(doc(paragraph("甲\ud83d乙\x00丙\r\n丁")), ((Button("\ud83d按", "c:help"),),)))
    assert part["text"] == "甲\ufffd乙 丙\n丁"
    assert json.dumps(part, ensure_ascii=False).encode()


def test_buttons_keep_to_the_limits() -> None:
    rows = (
        tuple(Button(str(number), f"c:{number}") for number in range(10)),
        (Button("太长", "c:" + "字" * 21), Button(" ", "c:x"), Button("刚好", "c:" + "x" * 62)),
        (Button("没有", ""),),
    )
    (part,) = encode_message(Message(doc(paragraph("按")), rows))
    keyboard = part["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in keyboard] == [list("01234567"), list("89"), ["刚好"]]
    check_keyboard(part["reply_markup"])


def test_the_buttons_stand_under_the_last_part() -> None:
    parts = encode_message(Message(doc(*(paragraph("字" * 3000),) * 3), ((Button("好", "c:help"),),)))
    assert ["reply_markup" in part for part in parts] == [False, False, True]


def test_in_a_channel_buttons_are_deep_links() -> None:
    rows = ((Button("详细", f"s:detail:{KEY}"), Button("每天送到私聊", "c:subscribe ai")),)
    (part,) = encode_message(Message(doc(paragraph("报")), rows), username="TuibaoTestBot", kind="channel")
    assert part["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "详细", "url": f"https://t.me/TuibaoTestBot?start=detail-{KEY}"},
            {"text": "每天送到私聊", "url": "https://t.me/TuibaoTestBot?start=subscribe-ai"},
        ]
    ]


@pytest.mark.parametrize("action", ["c:settings", "c:brief ai 2026-01-07", "s:detail:" + "k" * 60, "x", "c:ask 为什么"])
def test_a_button_that_no_deep_link_can_carry_is_left_out_in_a_channel(action: str) -> None:
    (part,) = encode_message(Message(doc(paragraph("报")), ((Button("按", action),),)), username="B", kind="channel")
    assert "reply_markup" not in part


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("private", []),
        ("group", [{"text": "每天送到私聊", "url": "https://t.me/TuibaoTestBot?start=subscribe-ai"}]),
        ("channel", [{"text": "每天送到私聊", "url": "https://t.me/TuibaoTestBot?start=subscribe-ai"}]),
    ],
)
def test_the_way_into_the_private_chat_is_a_deep_link_where_there_is_one(
    kind: ChatKind, last: list[dict[str, str]]
) -> None:
    rows = encode_message(make_brief(), username="TuibaoTestBot", kind=kind)[-1]["reply_markup"]["inline_keyboard"]
    assert [row for row in rows if row[0]["text"] == "每天送到私聊"] == ([last] if last else [])
    assert [button["text"] for button in rows[0]] == ["详细", "AI", "与昨日相比"]
    assert ["url" in button for button in rows[0]] == [kind == "channel"] * 3


def test_a_private_button_is_left_out_of_a_group_while_the_bots_name_is_unknown() -> None:
    rows = encode_message(make_brief(), kind="group")[-1]["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row] == ["详细", "AI", "与昨日相比", "来源"]


def test_in_place_of_a_text_a_brief_is_words_and_its_picture_a_button() -> None:
    (text_part,) = encode_message(make_brief(), in_place=True)
    (photo,) = encode_message(make_brief())
    assert text_part["text"] == photo["caption"]
    shown = [[b["text"] for b in row] for row in text_part["reply_markup"]["inline_keyboard"]]
    assert shown == [["详细", "AI", "与昨日相比"], ["来源", "词云"]]


def test_the_line_that_points_down_stands_apart() -> None:
    (photo,) = encode_message(make_brief())
    assert (
        "先露了面。\u00a0¹\u00a0²\n\n读了 124 条，去掉 65 条，留下 59 条。两条在下面\u00a0↓\n\n今日两条"
        in photo["caption"]
    )


@pytest.mark.parametrize("name", ["ai", "ai2", "detail", "changes10"])
def test_what_a_button_opens_its_deep_link_opens(name: str) -> None:
    asked = read_action(f"s:{name}:{KEY}")
    payload = encode_start(f"s:{name}:{KEY}")
    assert payload == (f"{name}-{KEY}" if asked else "")
    assert read_start(payload) == asked


def test_ten_points_with_four_citations_each_are_one_message() -> None:
    points = [Item("标题", (*text("一句话。"), *citation_links([STATUS] * 4)), n) for n in range(1, 11)]
    assert len(encode_message(Message(doc(heading("今日十条"), points)))) == 1


def test_a_long_document_needs_few_parts() -> None:
    items = [Item(f"第 {n} 条", (*text("讲了很多话。" * 20), *citation_links([STATUS])), n) for n in range(1, 121)]
    parts = encode_message(Message(doc(heading("题", 1), items)))
    assert len(parts) == 5
    assert [styled(part)[-1][0] for part in parts] == ["text_link"] * 5
    assert [part["text"].split("\n")[0] for part in parts] == ["题（1/5）", *(f"（{n}/5）" for n in (2, 3, 4, 5))]


@pytest.mark.parametrize(("letter", "units"), [("字", 1), ("🚀", 2)])
def test_parts_are_filled_to_the_limit_in_utf_16_units_and_not_beyond(letter: str, units: int) -> None:
    photo, first, _ = encode_message(Message(doc(CLOUD, paragraph(letter * (9000 // units)))))
    assert len(photo["caption"]) * units == 1024
    assert 4095 <= len(first["text"].encode("utf-16-le")) // 2 <= 4096


def test_a_part_has_at_most_a_hundred_entities() -> None:
    links = Paragraph(citation_links([STATUS] * 250))
    assert [len(entities_of(part)) for part in encode_message(Message(doc(links)))] == [100, 100, 53]


HOSTILE = st.text(
    st.one_of(
        st.just("\ud83d"),
        st.sampled_from("<>&*_~`|[](){}#@/\\:.。！\n\t \u200b\u200d\ufe0f\u0301\u202e\x00\r¹👩🚀🇨🇳中a1-"),
        st.characters(exclude_categories=()),
    ),
    max_size=80,
)
STYLED = st.builds(
    Span,
    st.one_of(HOSTILE, HOSTILE.map(lambda words: words * 40)),
    bold=st.booleans(),
    italic=st.booleans(),
    strike=st.booleans(),
    code=st.booleans(),
    url=st.sampled_from([None, None, STATUS, "javascript:1", "http://localhost"]),
)
SPANS = st.lists(STYLED, max_size=5).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, SPANS, st.integers(1, 3)),
    st.builds(Paragraph, SPANS),
    st.builds(Item, HOSTILE.map(lambda words: words * 3), SPANS, st.none() | st.integers(1, 10)),
    st.builds(Quote, st.lists(SPANS, max_size=3).map(tuple)),
    st.builds(Note, SPANS),
    st.just(CLOUD),
)
MESSAGES = st.builds(
    Message,
    st.lists(BLOCKS, max_size=10).map(lambda blocks: Doc(tuple(blocks))),
    st.lists(st.lists(st.builds(Button, HOSTILE, HOSTILE), max_size=10).map(tuple), max_size=4).map(tuple),
)


def squeezed(words: str) -> str:
    """Without what Telegram does not keep, and without what stands there only for the look of the list."""
    kept = words.replace("\r\n", "\n")
    kept = re.sub(r"[\ud800-\udfff]", "\ufffd", re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", kept))
    return re.sub(r"[\s：•]", "", kept)


def expected(document: Doc) -> str:
    words = ""
    for block in document.blocks:
        seen = squeezed(plain_block(block))
        if isinstance(block, Item) and block.number is not None:
            seen = squeezed(f"{block.number}.{block.headline}{plain_spans(block.spans)}")
        words += seen
    return words


def call(part: Part) -> dict[str, Any]:
    body: dict[str, Any] = {"chat_id": 1, **{name: value for name, value in part.items() if name != "method"}}
    if "photo" in body:
        body["photo"] = {"filename": body["photo"], "size": 1}
    path = f"/bot1:a/{part['method']}"
    return {"t": 0, "service": "telegram", "method": "POST", "path": path, "query": {}, "body": body, "status": 200}


def test_whatever_a_document_holds_its_parts_keep_the_rules_and_its_words(tmp_path: Path) -> None:
    """The plain text of the parts together, without their numbers, is the document's; all checks accept them."""
    log = recording.Recording("telegram")

    @given(MESSAGES, st.booleans())
    @settings(max_examples=150, deadline=None)
    def holds(message: Message, channel: bool) -> None:
        parts = encode_message(message, username="TuibaoTestBot", kind="channel" if channel else "private")
        sent = ""
        for part in parts:
            is_photo = part["method"] == "sendPhoto"
            body, entities = part.get("caption" if is_photo else "text", ""), styled(part)
            assert body == body.strip()
            assert len(entities) <= 100
            assert all(words == words.strip() and words for _, words in entities)
            raw = part.get("caption_entities" if is_photo else "entities", [])
            check_text(body, raw, limit=1024 if is_photo else 4096, what="message caption" if is_photo else "message")
            check_keyboard(part.get("reply_markup"))
            assert not styles_collide(raw)
            sent += squeezed(re.sub(r"[（(]\d+/\d+[）)](?=\n|$)", "", body, count=1))
            json.dumps(part, ensure_ascii=False).encode()
        assert invisible_apart(sent) == invisible_apart(expected(message.doc))
        log.calls.extend(map(call, parts))

    holds()
    assert len(log.calls) > 100
    if not recording.CHECKER.exists():
        pytest.skip("the checker is not at hand")
    assert recording.violations(log.save(tmp_path / "calls.jsonl")) == []


def invisible_apart(words: str) -> str:
    """Blocks of nothing that can be seen are left out whole."""
    return re.sub(
        "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
        "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]",
        "",
        words,
    )


def test_the_counterparts_checks_refuse_what_telegram_refuses() -> None:
    """The checks that the property above relies on do find faults."""
    with pytest.raises(Refused, match="ends after the end"):
        check_text("abc", [{"type": "bold", "offset": 1, "length": 3}], limit=9, what="message")
    crossing = [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 2}]
    with pytest.raises(Refused, match="beginning at UTF-16 offset 1"):
        check_text("abc", crossing, limit=9, what="message")
    with pytest.raises(Refused, match="middle of a UTF-16 symbol"):
        check_text("👍b", [{"type": "bold", "offset": 1, "length": 1}], limit=9, what="message")
    with pytest.raises(Refused, match="too long"):
        check_text("👍" * 5, [], limit=9, what="message")
    with pytest.raises(Refused, match="Wrong HTTP URL"):
        check_text("a", [{"type": "text_link", "offset": 0, "length": 1, "url": "localhost"}], limit=9, what="message")
