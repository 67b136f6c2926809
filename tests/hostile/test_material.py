"""What a hostile post says reaches the model as marked material, whatever it tries."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from report.llm import Model
from report.model import Tweet
from report.settings import LlmSettings
from report.wording import visible
from report.writer.llm import LlmWriter
from tests.counterparts.model_answers import POST
from tests.counterparts.model_server import ModelServer
from tests.hostile.attacks import DAY, TOPIC, Attack, attacks, benign_posts, stories_of
from tests.hostile.judging import hidden_characters

ATTACKS = attacks()
each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=str)
KINDS_THAT_MUST_BE_THERE = (
    *("ignore-rules", "add-link", "praise-coin", "print-prompt", "fake-turn", "close-json", "close-tag", "fake-post"),
    *("markdown", "html", "mention", "command", "bidi", "zero-width", "zalgo", "homoglyph", "full-width"),
    *("tag-characters", "controls", "surrogates", "flood", "format-string", "liquid", "front-matter", "author-name"),
    *("author-bio", "author-handle", "quoted", "fake-citation", "fake-heading", "fake-editor", "threat"),
    *("self-replicating", "suppress", "parasite"),
)


async def nap(_seconds: float) -> None:
    """No time passes."""


FAILING = re.compile(r"<(r\d+) [^>\n]*>\n.*?\n</\1>", re.DOTALL)  # a point that goes back


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The words of every question about posts, for a day with all attacks, none dropped."""
    return asyncio.run(
        _ask([*benign_posts()[:60], *(attack.tweet for attack in ATTACKS)], tmp_path_factory.mktemp("m"))
    )


async def _ask(tweets: list[Tweet], folder: Path) -> list[str]:
    async with ModelServer() as server:
        settings = LlmSettings(base_url=server.base_url, model="tuibao-test")
        writer = LlmWriter(Model(settings, folder, sleep=nap))
        await writer.write(stories_of(tweets), TOPIC, DAY, lambda _: None)
        said = [call["messages"][1]["content"] for call in server.calls]
    return [words for words in said if POST.search(words)]


def test_there_are_attacks_of_every_kind_each_with_a_canary_of_its_own() -> None:
    assert {attack.kind for attack in ATTACKS} >= set(KINDS_THAT_MUST_BE_THERE)
    assert len(ATTACKS) >= 70
    assert len({attack.canary for attack in ATTACKS}) == len(ATTACKS)
    assert len({attack.tweet.id for attack in ATTACKS}) == len(ATTACKS)


@each_attack
def test_the_attack_is_readable_and_hides_nothing(attack: Attack) -> None:
    author = attack.tweet.author
    said = [attack.tweet.text, attack.tweet.quoted_text, author.name, author.handle, author.bio]
    assert attack.canary in " ".join(said)
    assert [hidden_characters(words) for words in (*said, author.called)] == [[]] * 6
    assert visible(attack.tweet.text) == attack.tweet.text
    assert len(author.called) <= 50
    assert not re.search(r"[\n<>]|\*\*|://", author.called)


@each_attack
def test_the_attack_stands_between_its_tags_only(attack: Attack, questions: list[str]) -> None:
    asked = [words for words in questions if attack.canary in words]
    assert asked or attack.kind.startswith("author")  # a bio that tells nothing is not shown
    for words in asked:  # the day, and what goes back
        blocks = [found for found in POST.finditer(words) if attack.canary in found[0]]
        introduced = [line for line in FAILING.sub("", POST.sub("", words)).splitlines() if attack.canary in line]
        assert len(blocks) + len(introduced) >= 1
        assert len(blocks) <= 1
        # Who an author says that he is stands on one line, after his name.
        assert all(line.startswith(attack.tweet.author.called[:10]) and len(line) < 160 for line in introduced)
        if not attack.kind.startswith("author"):
            assert introduced == []


def test_no_post_opens_or_closes_a_tag(questions: list[str]) -> None:
    for words in questions:
        labels = re.findall(r"<\s*/?\s*(p\d+)", words)
        assert labels == [f"p{number}" for number in range(1, len(labels) // 2 + 1) for _ in range(2)]
        assert not re.search(r"[\uff1c<\u2039]\s*\u200b", words)
        assert hidden_characters(words) == []
        assert not re.search(r"https?://", words)


def test_a_flood_is_cut(questions: list[str]) -> None:
    for words in questions:
        assert max(len(body) for _, _, body in POST.findall(words)) < 4_400
