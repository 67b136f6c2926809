"""Headlines that a program makes: they name the matter, stand alone, and are never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.stories import group
from report.writer.matters import matters_in
from report.writer.quoting import headlines, lead_of
from tests.posts import post


def first(text: str, name: str = "Ada Quill") -> str:
    return headlines(group([post(1, text, name=name)])[0])[0]


@given(st.text(min_size=1, max_size=400), st.text(min_size=1, max_size=30))
def test_a_headline_has_at_most_24_characters(text: str, name: str) -> None:
    found = headlines(group([post(1, text, name=name)])[0])
    assert found
    assert all(0 < len(words) <= 24 for words in found)


@given(
    st.lists(
        st.sampled_from(
            ["Tern-3", "the", "agents", "of", "Lumen", "Forge", "are", "slow,", "and", "cheap.", "We", "ship", "it!"]
        ),
        min_size=4,
    )
)
def test_a_headline_is_never_cut_with_an_ellipsis(words: list[str]) -> None:
    assert not any("…" in found for found in headlines(group([post(1, " ".join(words))])[0]))


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (
            "望舒贵在听话，不在聪明。因为聪明的模型其实会自己改题目，改到第三遍就跑题了。",
            "林越：望舒贵在听话，不在聪明",
        ),
        ("澄海今天发布望舒 2.5，权重一起开放。因为模型很小，手机也能跑。", "澄海今天发布望舒 2.5，权重一起开放"),
        (
            "换了门锁之后，如果没有备用的钥匙，他就进不了放 Tern-3 的屋子，别的都好说，也没有什么大的问题可讲",
            "林越谈 Tern-3",
        ),
    ],
)
def test_a_chinese_headline_is_a_clause_that_can_stand_alone(text: str, headline: str) -> None:
    assert first(text, "林越") == headline


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("New in QuillCode: night mode. It dims the terminal after nine in the evening.", "QuillCode 上新：night mode"),
        ("Introducing Tern-3, a model for people who wait for their agents every day.", "Ada Quill：推出 Tern-3"),
        ("OpenTern is live! It took us three weeks and a lot of tea to get here.", "OpenTern is live"),
        (
            "Half of our rollout was change management, says the team, and the tests automate only the rest.",
            "Ada Quill 谈变革管理、自动化",
        ),
        (
            "A rack looks like IKEA on a bad day. Without DevOps no startup runs, and DevOps takes a month.",
            "Ada Quill 谈运维、创业",
        ),
        (
            "The Senate heard from Nora Quill, Ada's sister, on prompt injection yesterday.",
            "Ada Quill 谈安全漏洞、提示词",
        ),
    ],
)
def test_an_english_post_is_told_by_its_news_or_by_what_it_speaks_of(text: str, headline: str) -> None:
    assert first(text) == headline


def test_of_a_long_name_the_last_word_will_do() -> None:
    assert first("Our forward deployed engineer teaches change management on Fridays.", "Dorothea Quill") == (
        "Quill 谈前线部署工程师、变革管理"
    )


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Lamp prices (green, LX2) since Jan 19, UK", {"LX2", "19", "UK"}),
        ("Watered 3 Ferns. Every Tern-3 user waits", {"Watered 3", "Every Tern-3"}),
        ("Nope. Lamps do not sing", {"Nope", "Lamps"}),
        ("Chinese labs in China", {"Chinese", "China"}),
    ],
)
def test_units_days_and_sentence_starts_are_no_matters(text: str, missing: set[str]) -> None:
    assert not missing & {matter.words for matter in matters_in([text], [text], "Ada")}


def test_what_is_named_once_and_not_quoted_is_no_matter() -> None:
    matters = matters_in(["Tern-3 is fast.", "So is OpenTern."], ["Tern-3 is fast."], "Ada")
    assert [matter.words for matter in matters] == ["Tern-3"]


def test_the_makers_own_words_are_quoted_before_those_about_them() -> None:
    url = ("https://lab.example/night-mode",)
    about = post(1, "Lumen Forge has a night mode for its coding agent now, and I use it every evening.", urls=url)
    own = post(2, "Our coding agent has a night mode now, for everybody who works late.", name="Lumen Forge", urls=url)
    (story,) = group([about, own])
    assert lead_of(story.model_copy(update={"tweets": (about, own), "lead": about.id})).id == own.id
