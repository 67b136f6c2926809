"""What Telegram refuses for its form arrives in another: plain, in two, without its picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms import Instead, Part, Rejected
from bot.platforms.telegram import TelegramPlatform
from bot.platforms.telegram.mending import MAX_CAPTION, make_plain, mend, split
from bot.platforms.telegram.rendering import units_of
from handlers.base import Message
from report.doc import Paragraph, Span, doc
from tests.bot.platforms.telegram.conftest import FakeHost
from tests.counterparts.telegram_chats import check_text
from tests.counterparts.telegram_server import TelegramServer

PLAIN_LINKS = {"link_preview_options": {"is_disabled": True}}
letters = st.text(st.sampled_from("字a😀\n "), min_size=100, max_size=600).filter(lambda text: len(text.strip()) > 50)


def part_of(text: str, *entities: dict[str, Any]) -> Part:
    return {"method": "sendMessage", "text": text, "entities": list(entities), **PLAIN_LINKS}


def halves(part: Part) -> tuple[Part, Part]:
    found = split(part)
    assert found is not None
    first, second = found
    return first, second


@st.composite
def styled(draw: st.DrawFn) -> Part:
    text = draw(letters)
    starts = [0]
    for character in text:
        starts.append(starts[-1] + units_of(character))
    entities: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 4))):
        start, end = sorted(draw(st.tuples(st.sampled_from(starts), st.sampled_from(starts))))
        if start < end and all(end <= e["offset"] or start >= e["offset"] + e["length"] for e in entities):
            entities.append({"type": "bold", "offset": start, "length": end - start})
    return part_of(text, *entities)


@given(styled())
def test_in_two_no_letter_and_no_style_is_lost_and_both_are_what_telegram_takes(part: Part) -> None:
    found = split(part)
    if found is None:
        return
    first, second = found
    assert first["text"] + second["text"] == part["text"]
    assert max(units_of(half["text"]) for half in found) < units_of(part["text"])
    for half in found:
        check_text(half["text"], half["entities"], limit=4096, what="message caption")
    shown = sum(entity["length"] for half in found for entity in half["entities"])
    assert shown == sum(entity["length"] for entity in part["entities"])


def test_it_is_cut_at_the_end_of_a_line_and_the_buttons_stay_under_the_last() -> None:
    text = "甲" * 120 + "\n" + "乙" * 150
    first, second = halves(part_of(text) | {"reply_markup": {"inline_keyboard": [[]]}})
    assert (first["text"], second["text"]) == ("甲" * 120 + "\n", "乙" * 150)
    assert "reply_markup" not in first
    assert "reply_markup" in second


def test_under_a_picture_stays_what_fits() -> None:
    part: Part = {"method": "sendPhoto", "photo": "cloud.jpg", "caption": "字" * 3000, "caption_entities": []}
    first, second = halves(part)
    assert units_of(first["caption"]) <= MAX_CAPTION
    assert first["caption"] + second["text"] == part["caption"]
    assert second["method"] == "sendMessage"


def test_what_is_short_is_not_cut_and_what_is_plain_is_not_made_plainer() -> None:
    assert split(part_of("短")) is None
    assert make_plain(part_of("字")) is None
    assert mend("Bad Request: nobody knows", part_of("字" * 900)) is None


@pytest.mark.parametrize(
    ("refusal", "texts", "entities"),
    [
        ("Bad Request: can't parse entities: unsupported", ["**字**" * 60], 0),
        ("Bad Request: ENTITY_BOUNDS_INVALID", ["**字**" * 60], 0),
        ("Bad Request: message is too long", ["**字**" * 30] * 2, 2),
    ],
)
async def test_a_refused_message_arrives_in_the_other_form_once(
    server: TelegramServer, platform: TelegramPlatform, refusal: str, texts: list[str], entities: int
) -> None:
    chat = server.add_chat()
    server.fail("sendMessage", 400, refusal)
    part = part_of("**字**" * 60, {"type": "bold", "offset": 0, "length": 300})
    with pytest.raises(Instead) as caught:
        await platform.send(str(chat), part)
    for each in caught.value.parts:
        await platform.send(str(chat), each)
    shown = server.messages(chat)
    assert [message["text"] for message in shown] == texts
    assert sum(len(message["entities"]) for message in shown) == entities
    server.fail("sendMessage", 400, refusal)
    if "too long" not in refusal:
        with pytest.raises(Rejected):
            await platform.send(str(chat), caught.value.parts[0])


async def test_a_button_that_is_refused_is_left_out(server: TelegramServer, platform: TelegramPlatform) -> None:
    chat = server.add_chat()
    wrong = {"inline_keyboard": [[{"text": "看", "callback_data": "字" * 40}]]}
    with pytest.raises(Instead) as caught:
        await platform.send(str(chat), part_of("字") | {"reply_markup": wrong})
    await platform.send(str(chat), caught.value.parts[0])
    assert server.messages(chat)[0]["text"] == "字"
    wrong_ones = [call for call in server.recording.calls if call["status"] == 400]
    server.recording.calls.remove(wrong_ones[0])


async def test_a_picture_that_telegram_does_not_take_leaves_its_words(
    server: TelegramServer, platform: TelegramPlatform, tmp_path: Path
) -> None:
    chat, path = server.add_chat(), tmp_path / "cloud.jpg"
    path.write_bytes(b"no picture")
    part: Part = {"method": "sendPhoto", "photo": str(path), "caption": "图说", "caption_entities": []}
    with pytest.raises(Instead) as caught:
        await platform.send(str(chat), part)
    await platform.send(str(chat), caught.value.parts[0])
    assert server.messages(chat)[0]["text"] == "图说"


async def test_an_answer_that_is_refused_for_its_styles_still_comes(
    server: TelegramServer, platform: TelegramPlatform, host: FakeHost
) -> None:
    chat = server.add_chat()
    host.can("help", Message(doc(Paragraph((Span("重要", bold=True), Span("的消息"))))))
    server.fail("sendMessage", 400, "Bad Request: can't parse entities")
    server.say(chat, "/help")
    (answer,) = await server.wait_messages(chat, 1)
    assert (answer["text"], answer["entities"]) == ("重要的消息", [])
