"""What somebody types becomes terms, whatever it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.library.query import KIN, SPELLINGS, read_terms


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("智谱的 GLM 价格", ["智谱", "glm", "价格"]),
        ("ＧＬＭ　价格", ["glm", "价格"]),
        ("Claude Code permissions", ["claude code", "permissions"]),
        ("What changed in Claude Code?", ["changed", "claude code"]),
        ("open source agents", ["open source", "agents"]),
        ("爱诗和凡人小北", ["爱诗", "凡人小北"]),
        ("的", ["的"]),
        ("芯", ["芯"]),
        ("GPT-5.5", ["gpt-5.5"]),
        ("", []),
        ("…？！", []),
    ],
)
def test_words_become_terms(typed: str, said: list[str]) -> None:
    assert [term.said for term in read_terms(typed)] == said


@pytest.mark.parametrize(("one", "other"), [("智谱", "zhipu"), ("Zhipu", "智谱"), ("谷歌", "google"), ("z.ai", "智谱")])
def test_a_name_is_looked_for_in_all_its_spellings(one: str, other: str) -> None:
    (term,) = read_terms(one)
    assert other in term.spellings


def test_a_topic_s_own_names_count() -> None:
    (term,) = read_terms("澄海智能", ["澄海智能=Chenghai"])
    assert term.spellings == ("澄海智能", "chenghai")


def test_a_word_of_the_other_language_counts_less() -> None:
    (term,) = read_terms("限额")
    assert "quota" in term.kin


@settings(deadline=None)
@given(st.text(max_size=2000), st.integers(1, 12))
def test_whatever_is_typed_gives_few_terms_that_can_be_looked_for(typed: str, most: int) -> None:
    terms = read_terms(typed, most=most)
    assert len(terms) <= most
    assert len({term.spellings for term in terms}) == len(terms)
    for term in terms:
        assert 0 < len(term.spellings) <= SPELLINGS
        assert len(term.kin) <= KIN
        assert all(form and "\n" not in form and "\t" not in form for form in (*term.spellings, *term.kin))


@pytest.mark.parametrize("typed", ["字" * 100_000, "a" * 100_000, "a " * 50_000, "智谱" * 50_000, "\u202e" * 100_000])
def test_a_flood_of_characters_is_read_in_no_time(typed: str) -> None:
    read_terms("智谱 token")  # the tables
    began = time.process_time()
    read_terms(typed)
    assert time.process_time() - began < 0.3
