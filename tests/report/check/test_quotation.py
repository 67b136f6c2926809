"""Quotation marks stand only around words that a post has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.check.quotation import find_quotations, fold, has_loose_mark, outside, stands_in

POST = (
    "Tern-3 is slower at noon &amp; cheaper at night — we measured it.\nTeams said “it’s fine”, 😀 then left.\n"
    "https://t.co/abc Pro plans stay at 1,200 calls…"
)
CHINESE = "望舒 2.5 今天开源，\n官方说「可以商用」。下周一（1 月 12 日）起，免费额度从 50 次降到 30 次。"


@pytest.mark.parametrize(
    "words",
    [
        "slower at noon",
        "SLOWER  at Noon",
        "noon & cheaper",
        "noon &amp; cheaper",
        "cheaper at night - we measured it",
        "cheaper at night—we measured it.",
        "it's fine",
        "Teams said 『it's fine』, then left",
        "then left. Pro plans stay",
        "slower at noon……we measured it",
        "slower at noon…… then left …",
        "1,200 call",  # the post has the plural
        "tern-3",
    ],
)
def test_words_of_a_post_stand_whatever_their_width_case_breaks_and_marks(words: str) -> None:
    assert stands_in(words, ["something else", POST])


@pytest.mark.parametrize(
    "words", ["望舒2.5今天开源", "开源，官方说『可以商用』", "官方说“可以商用”", "降到30次", "下周一(1月12日)起"]
)
def test_chinese_words_stand_with_other_spaces_and_brackets(words: str) -> None:
    assert stands_in(words, [CHINESE])


@pytest.mark.parametrize(
    "words",
    [
        "中午变慢",  # a translation
        "slower at night",
        "low at noon",  # half a word
        "measured i",
        "Tern-30",
        "1,200 calls a day",
        "we measured it……slower at noon",  # the other way round
        "T…e…r…n",  # letters from anywhere
        "200 calls",  # of 1,200
        "",
        " ",
    ],
)
def test_other_words_do_not_stand(words: str) -> None:
    assert not stands_in(words, [POST, CHINESE])


def test_words_from_two_posts_are_no_quotation() -> None:
    assert not stands_in("slower at noon……可以商用", [POST, CHINESE])


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("他称「Very exciting」，又说“not yet”。", ["Very exciting", "not yet"]),
        ("「他说『不行』」之后", ["他说『不行』"]),
        ("「外「里」外」", ["外「里」外"]),
        ('一块 27" 的屏，叫 "Big One"', ["Big One"]),
        ("没有引号", []),
        ("只开了「一半", []),
    ],
)
def test_the_outermost_quotations_are_found(text: str, quoted: list[str]) -> None:
    assert [quotation.words for quotation in find_quotations(text)] == quoted


@pytest.mark.parametrize("text", ["只开了「一半", "一半」", "“一半", "「甲」乙』"])
def test_half_a_pair_is_noticed(text: str) -> None:
    assert has_loose_mark(text)


def test_what_is_around_quotations_keeps_their_places() -> None:
    assert outside("他称「Very exciting」，又说“not yet”。") == "他称「」，又说「」。"


@given(st.text(max_size=200))
def test_quotations_are_slices_of_the_text(text: str) -> None:
    for quotation in find_quotations(text):
        assert text[quotation.start + 1 : quotation.end - 1] == quotation.words
    assert not find_quotations(outside(text).replace("「」", ""))


@given(st.lists(st.sampled_from(["alpha", "beta", "望舒", "开源", "12%", "GPT-6"]), min_size=1, max_size=9), st.data())
def test_any_run_of_words_of_a_text_stands_in_it(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assert stands_in(" ".join(words[start:end]).upper(), ["\n".join(words)])


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
