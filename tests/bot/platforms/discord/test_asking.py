"""A window holds any question, and what is written into it arrives as one line, in the right place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord.asking import Question, read_answer, write_out
from handlers.base import Message
from handlers.words import ZH
from report.doc import Doc, doc, paragraph
from tests.bot.platforms.discord.hosting import CannedHost, said, until
from tests.bot.platforms.discord.reading import read_markdown
from tests.bot.platforms.discord.test_encode import documents
from tests.counterparts.discord_limits import Json, check_modal
from tests.counterparts.discord_server import DiscordServer

QUESTION = Message(doc(paragraph("你在哪个时区？"), paragraph("城市、时区或时差"), paragraph("例如 上海")))


@given(documents, st.text("abc ", max_size=60))
async def test_any_question_fits_into_a_window(document: Doc, prompt: str) -> None:
    made = Question(Message(document, prompt=prompt)).to_dict()
    check_modal(made)
    for component in made["components"]:
        if component["type"] == 10:
            assert not read_markdown(component["content"]).made & {"mention", "emoji", "command", "invite", "time"}


async def test_a_question_is_title_label_and_placeholder() -> None:
    made = Question(replace(QUESTION, prompt="settings ai timezone")).to_dict()
    (line,) = made["components"]
    assert (made["custom_id"], made["title"], line["label"]) == (
        "c:settings ai timezone",
        "你在哪个时区？",
        "城市、时区或时差",
    )
    assert line["component"]["placeholder"] == "例如 上海"


async def test_a_question_of_one_line_is_title_and_label() -> None:
    asked = Message(doc(paragraph("几点送？例如 08:00、晚上8点；几个就用空格隔开。")), prompt="settings ai hours")
    made = Question(asked).to_dict()
    assert (made["title"], made["components"][0]["label"]) == ("几点送？", "例如 08:00、晚上8点；几个就用空格隔开。")


async def test_what_a_label_cannot_hold_stands_above_the_line() -> None:
    long = "时区可以写成城市、时区名或时差，中文英文都行，" * 3
    made = Question(Message(doc(paragraph("你在哪个时区？"), paragraph(long)), prompt="settings timezone")).to_dict()
    assert [component["type"] for component in made["components"]] == [10, 18]
    assert long in made["components"][0]["content"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, ""),
        ({"components": [{"type": 10}]}, ""),
        ({"components": [{"type": 1, "components": [{"type": 4, "value": " 上海 "}]}]}, "上海"),
        ({"components": [{"type": 10}, {"type": 18, "component": {"type": 4, "value": "a\n b\t c"}}]}, "a b c"),
        ({"components": [{"type": 18, "component": {"type": 4, "value": "字" * 4000}}]}, "字" * 200),
    ],
)
def test_what_was_written_is_one_line(data: Json, said: str) -> None:
    assert read_answer(data) == said


def test_a_question_written_out_says_how_to_answer_and_has_a_button_for_a_window() -> None:
    told = write_out(replace(QUESTION, prompt="settings ai timezone"), ZH)
    assert told.prompt == ""
    assert told.doc.plain().endswith("也可以发 /settings ai timezone …，把「…」换成答案。")
    assert told.buttons[0][0].action == "c:settings ai timezone"


async def test_a_window_of_a_direct_message_changes_that_message(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    dm = server.world.add_dm("7")
    host.answers["brief"] = [said("设置", "c:settings timezone")]
    host.answers["settings"] = [replace(QUESTION, prompt="settings timezone")]
    server.world.slash(dm, "7", "brief", {})
    await until(lambda: server.world.seen_by(dm))
    (page,) = server.world.seen_by(dm)
    asked = server.world.press(page["id"], "7", "c:settings timezone")
    await until(lambda: asked.modal)
    host.answers["settings"] = [said("改成上海时间了")]
    server.world.submit(asked.id, "上海")
    await until(lambda: server.world.seen_by(dm)[0]["content"] == "改成上海时间了")
    assert host.requests[-1].arguments == "timezone 上海"
    assert len(server.world.seen_by(dm)) == 1


async def test_a_window_over_a_channels_message_answers_its_reader_alone(
    server: DiscordServer, platform: DiscordPlatform, host: CannedHost
) -> None:
    (channel,) = server.world.add_guild("读报", ["日报"])
    host.answers["brief"] = [said("简报", "c:settings timezone")]
    host.answers["settings"] = [replace(QUESTION, prompt="settings timezone")]
    server.world.slash(channel, "7", "brief", {})
    await until(lambda: server.world.seen_by(channel))
    asked = server.world.press(server.world.seen_by(channel)[0]["id"], "8", "c:settings timezone")
    await until(lambda: asked.modal)
    host.answers["settings"] = [replace(QUESTION, prompt="settings timezone")]  # it was no timezone: asked again
    server.world.submit(asked.id, "火星")
    await until(lambda: len(server.world.seen_by(channel, "8")) == 2)
    brief, again = server.world.seen_by(channel, "8")
    assert (brief["content"], again["ephemeral"]) == ("简报", True)
    assert again["components"][0]["components"][0]["custom_id"] == "c:settings timezone"
    assert [message["content"] for message in server.world.seen_by(channel, "7")] == ["简报"]
