"""A brief as one rich message: its look, what it leaves out, and that whatever it holds keeps Telegram's rules."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.platforms import Part
from bot.platforms.telegram.encode import encode_message
from bot.platforms.telegram.rich import MAX_CHARACTERS, encode_rich, without_pictures
from handlers.base import Message
from handlers.chats import ChatKind
from report.doc import Doc, Item, Picture, Span, doc, heading, paragraph
from tests.bot.platforms.telegram.briefs import FOLDED, POSTS, make_brief
from tests.counterparts import recording
from tests.counterparts.telegram_rich import check_rich
from tests.documents import BRIEFS, kept, words_of

DEEP = "https://t.me/TuibaoTestBot?start="
LINKS = f'<sup><a href="{POSTS[0]}">1</a> <a href="{POSTS[1]}">2</a></sup>'


def encode(message: Message, kind: ChatKind = "private", *, in_place: bool = False) -> Part:
    (part,) = encode_message(message, username="TuibaoTestBot", kind=kind, rich=True, in_place=in_place)
    return part


def labels(part: Part) -> list[str]:
    return [button["text"] for row in part.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def rich_message(part: Part) -> dict[str, Any]:
    media = [{"id": name, "media": {"type": "photo", "media": f"attach://{name}"}} for name in part["pictures"]]
    return {"html": part["html"], "media": media, "skip_entity_detection": True}


def test_the_whole_report_is_one_message_with_its_sections_folded() -> None:
    part = encode(make_brief())
    assert part["method"] == "sendRichMessage"
    assert part["pictures"] == {"cloud": "cloud.jpg"}
    assert part["html"] == (
        "<h3>推报 · AI｜1 月 7 日（周三）</h3>\n"
        "<p><b>甲公司收紧限额，乙模型外泄</b></p>\n"
        f"<p>头部公司在做减法。{LINKS}<br>更大的模型先露了面。{LINKS}</p>\n"
        "<h4>今日两条</h4>\n"
        f"<ol><li><b>甲公司收紧限额</b>：工作日 5–11 点更快用完。{LINKS}</li>"
        f"<li><b>乙模型外泄</b>：据 <code>@ada</code> 转述，在 Settings &gt; Import 里。{LINKS}</li></ol>\n"
        '<figure><img src="tg://photo?id=cloud"/><figcaption>词云</figcaption></figure>\n'
        "<details><summary>与昨日相比 · 1</summary><h5>新出现</h5>"
        f'<ul><li><b>命令行</b>：0 → 4 条。<sup><a href="{POSTS[0]}">1</a></sup></li></ul></details>\n'
        "<details><summary>观点之1 · 2</summary><ul>"
        + "".join(
            f"<li><b>观点 {n}</b>：他说要小。<sup>"
            + " ".join(f'<a href="{url}">{at}</a>' for at, url in enumerate(POSTS, 1))
            + "</sup></li>"
            for n in range(2)
        )
        + "</ul></details>\n<footer>收集 124 条 · 采用 59</footer>"
    )


def test_only_a_brief_becomes_a_rich_message() -> None:
    short = replace(make_brief(), more=())
    assert encode_message(short, rich=True) == encode_message(short)
    assert [part["method"] for part in encode_message(make_brief())] == ["sendPhoto"]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("private", ["来源"]), ("group", ["来源", "每天送到私聊"]), ("channel", ["每天送到私聊"])],
)
def test_buttons_that_open_what_is_seen_are_left_out(kind: ChatKind, shown: list[str]) -> None:
    part = encode(make_brief(), kind)
    assert labels(part) == shown
    urls = [button["url"] for row in part["reply_markup"]["inline_keyboard"] for button in row if "url" in button]
    assert urls == ([] if kind == "private" else [f"{DEEP}subscribe-ai"])


@pytest.mark.parametrize(("kind", "shown"), [("private", [*FOLDED, "来源"]), ("channel", [*FOLDED, "每天送到私聊"])])
def test_details_that_do_not_fit_are_left_out_from_the_end_and_their_buttons_stay(
    kind: ChatKind, shown: list[str]
) -> None:
    part = encode(make_brief(sections=40, points=10), kind)
    folded = re.findall(r"<summary>(.*?) · ", part["html"])
    assert folded == ["与昨日相比", *(f"观点之{n}" for n in range(1, len(folded)))]
    assert 1 < len(folded) < 40
    assert len(part["html"]) <= MAX_CHARACTERS
    assert labels(part) == shown


def test_a_brief_too_large_without_its_details_is_classic() -> None:
    message = make_brief()
    huge = replace(message, doc=doc(message.doc.blocks, [paragraph("字" * 1000)] * 40))
    assert encode_rich(huge) is None
    assert {part["method"] for part in encode_message(huge, rich=True)} == {"sendPhoto", "sendMessage"}


def test_many_short_points_keep_to_the_number_of_blocks() -> None:
    message = Message(doc(heading("题", 1), paragraph("短")), more=tuple(_short_points(n) for n in range(12)))
    html = encode(message)["html"]
    check_rich({"html": html}, {}, set())
    assert 1 < html.count("<details>") < 12


def _short_points(number: int) -> Doc:
    return doc(heading(f"第{number}节"), [Item("", (Span("短"),)) for _ in range(40)])


@pytest.mark.parametrize(
    ("in_place", "method", "opens_the_picture"), [(False, "sendPhoto", False), (True, "sendMessage", True)]
)
def test_the_classic_form_goes_along(in_place: bool, method: str, opens_the_picture: bool) -> None:
    part = encode(make_brief(), in_place=in_place)
    assert part["instead"] == list(encode_message(make_brief(), username="TuibaoTestBot", in_place=in_place))
    assert [each["method"] for each in part["instead"]] == [method]
    assert ("词云" in labels(part["instead"][-1])) == opens_the_picture
    assert labels(part["instead"][-1])[:4] == [*FOLDED, "来源"]


def test_a_picture_that_no_button_opens_goes_even_with_what_is_put_in_place() -> None:
    cloud = Message(doc(heading("词云", 1), Picture("cloud.jpg", "")))
    assert [part["method"] for part in encode_message(cloud, in_place=True)] == ["sendPhoto"]


def test_without_its_picture_the_message_is_whole() -> None:
    html = without_pictures(encode(make_brief())["html"])
    assert "<figure>" not in html
    check_rich({"html": html}, {}, set())


def test_numbers_that_do_not_count_from_one_are_written_out() -> None:
    message = replace(make_brief(), doc=doc(Item("甲", (), 3), Item("乙", (), 4)))
    assert encode(message)["html"].startswith("<ul><li>3. <b>甲</b></li><li>4. <b>乙</b></li></ul>")


def test_a_line_of_yesterday_stays_where_its_section_is_not_folded_below() -> None:
    message = make_brief()
    html = encode(replace(message, more=message.more[1:]))["html"]
    assert "<h4>与昨日相比（谈到它的帖子数）</h4>\n<blockquote><b>新出现</b>　命令行 0 → 4</blockquote>" in html


def test_whatever_a_brief_holds_its_rich_form_keeps_the_rules_and_its_words(tmp_path: Path) -> None:
    log = recording.Recording("telegram")

    @given(BRIEFS)
    @settings(max_examples=150, deadline=None)
    def holds(message: Message) -> None:
        found = encode_rich(message)
        if found is None:
            return
        images = dict.fromkeys(found.pictures, b"\xff\xd8\xff")
        part = {"html": found.html, "pictures": found.pictures}
        text = check_rich(rich_message(part), images, set())
        if found.folded == len(message.more):
            said = [words_of(message.doc), *map(words_of, message.more)]
            assert kept(text) >= kept("".join(said))
        json.dumps(found.html, ensure_ascii=False).encode()
        uploads = {name: {"filename": f"{name}.jpg", "size": 3} for name in images}
        body = {"chat_id": 1, "rich_message": rich_message(part)} | uploads
        log.calls.append(
            {"t": 0, "service": "telegram", "method": "POST", "path": "/bot1:a/sendRichMessage", "query": {}}
            | {"body": body, "status": 200}
        )

    holds()
    assert len(log.calls) > 20
    if not recording.CHECKER.exists():
        pytest.skip("the checker is not at hand")
    assert recording.violations(log.save(tmp_path / "calls.jsonl")) == []


def test_sections_wished_in_full_stand_open_in_it_and_one_below_the_other_in_the_classic_way() -> None:
    message = make_brief()
    flat = doc(message.doc.blocks, *(section.blocks for section in message.more))
    part = encode(replace(message, flat=flat))
    assert part["html"].count("<details open>") == len(message.more)
    assert "<details>" not in part["html"]
    words = "".join(each.get("text", "") + each.get("caption", "") for each in part["instead"])
    for section in message.more:
        assert section.blocks[0].spans[0].text in words  # type: ignore[union-attr]  # a heading
    assert not any(button.opens == "more" for row in replace(message, flat=flat).flattened().buttons for button in row)
