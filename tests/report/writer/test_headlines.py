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
        ("望舒不在大，在准。多了之后，可能好几个都在嚷嚷自己可以，模型反而变差。", "林越：望舒不在大，在准"),
        ("澄海今天发布望舒 2.5，权重一起开放。因为模型很小，手机也能跑。", "澄海今天发布望舒 2.5，权重一起开放"),
        (
            "关掉缓存之后，如果没有苹果的证书，他就打不开 Tern-3 的应用，别的都好说，也没有什么大的问题可讲",
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
            "We underestimate how much change management it takes to automate knowledge work.",
            "Ada Quill 谈变革管理、自动化",
        ),
        (
            "It hurts like IKEA furniture: services and DevOps and more DevOps for the startup.",
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
    assert first("The forward deployed engineer and change management will stay.", "Dorothea Quill") == (
        "Quill 谈前线部署工程师、变革管理"
    )


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("10y yields (blue, RS1) on Feb 28, PT", {"RS1", "28", "PT"}),
        ("Merged 7 PRs. Every Tern-3 user waits", {"Merged 7", "Every Tern-3"}),
        ("Yea. Cars did not replace Walking", {"Yea", "Cars"}),
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
