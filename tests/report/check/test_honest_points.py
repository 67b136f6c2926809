"""Points written by hand over the shipped posts before the check was run on them, and spoilt copies of them."""

from __future__ import annotations

import pytest

from benchmarks.measures.honest import SPOILT, must, read_cases, spoil
from benchmarks.spoiling import SPOILS

CASES, POSTS = read_cases()


def test_there_are_points_of_many_sections_in_both_languages() -> None:
    assert len(CASES) >= 60
    assert {case.kind for case in CASES} >= {"overview", "core", "views", "events", "market", "ai", "sentiment"}
    assert {case.language for case in CASES} == {"zh", "en"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_in_twenty_at_most_is_refused(language: str) -> None:
    of_one = [case for case in CASES if case.language == language]
    refused = [f"{case.headline}: {must(case)}" for case in of_one if must(case)]
    assert len(refused) <= 0.05 * len(of_one), refused


@pytest.mark.parametrize("name", SPOILT)
def test_with_one_thing_changed_they_are_caught(name: str) -> None:
    caught, total = spoil(name, CASES, POSTS)
    assert total >= 8
    assert caught / total >= float(SPOILS[name][2].removeprefix(">= "))
