"""/help and /start are short in both languages, and name nothing that is not there."""

from __future__ import annotations

import re

import pytest

from handlers.base import COMMANDS
from handlers.help import ADMIN_HELP, HELP
from handlers.words import words_of
from report.clean import width
from report.doc import Paragraph
from report.model import Language, Topic
from tests.handlers.fakes import TOPICS, Conversation
from tests.handlers.leftovers import HAN

LANGUAGES: tuple[Language, ...] = ("zh", "en")
LINES, COLUMNS = 16, 50
GREETING = (
    "Hi, I'm Tuibao. Every day I read the posts on X, leave out ads and repeats, and write one report. "
    "Every point links to its posts."
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_help_may_say_fits_a_phone_s_screen(language: Language) -> None:
    words = words_of(language)
    lines = [
        words.say("能用的命令"),
        *(words.say("{example}　{what}", example=words.say(example), what=words.say(what)) for example, what in HELP),
        words.say("日期可以写 2026-01-07、1月7日、昨天、上周、7d。"),
    ]
    assert len(lines) <= LINES
    assert [line for line in lines if width(line) > COLUMNS] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_names_commands_that_are_there_and_admins_theirs_apart(language: Language) -> None:
    talk = Conversation()
    (reader,) = await talk.say("/help", language=language)
    (admin,) = await talk.say("/help", user="1", language=language)
    own = re.findall(r"(?<!\w)/([a-z]+)", reader.doc.plain())
    assert set(own) <= {name for name, known in COMMANDS.items() if not known.admin}
    assert len(admin.doc.blocks) == len(reader.doc.blocks) + 1 + len(ADMIN_HELP)
    assert "/ledger restore 3" in admin.doc.plain()
    assert all(span.code for block in reader.doc.blocks if isinstance(block, Paragraph) for span in block.spans[:1])


async def test_what_a_newcomer_reads_is_in_his_language() -> None:
    topics = {name: topic.model_copy(update={"title": "AI" if name == "ai" else ""}) for name, topic in TOPICS.items()}
    talk = Conversation(topics=topics)
    for said in ("/start", "/help", "/topics"):
        (message,) = await talk.say(said, language="en")
        assert HAN.findall(message.doc.plain()) == []
        assert HAN.findall("".join(button.label for row in message.buttons for button in row)) == []
    assert (await talk.text("/start", language="en")).splitlines() == [
        GREETING,
        "The reports themselves are in Chinese.",
        "Right now: AI, finance.",
    ]


async def test_a_reader_of_english_editions_is_not_told_that_they_are_chinese() -> None:
    talk = Conversation(topics={"ai": Topic(name="ai", query="AI", language="both")})
    assert "Chinese" not in await talk.text("/start", language="en")
