"""What is quoted of a post: whole sentences that stand in it, without what is no sentence."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report.check.quotation import stands_in
from report.clean import width
from report.writer.excerpts import EXCERPT, OVER, excerpt, lines_of, plain, quotable, quote

LETTERS = st.text(st.sampled_from("ab d.,!?:;-–•*#@1234() \n\n「」。，！：；望舒开源🎉🚀\ufe0f\u20e3𝗯"), max_size=300)


@given(LETTERS)
@example("Voice:\n\n//\n\n• Skip it")
@example("1️⃣ The web is back\n2️⃣ The shell is not")
def test_every_part_stands_in_the_post(text: str) -> None:
    for part in quotable(lines_of(text)):
        assert stands_in(part, [text]) or not any(map(str.isalnum, part))


@given(st.text(max_size=600), st.integers(min_value=20, max_value=240))
def test_an_excerpt_is_a_beginning_and_no_longer_than_asked(text: str, columns: int) -> None:
    found = excerpt(text, columns)
    assert " ".join(text.split()).startswith(found.removesuffix("……"))
    assert width(found.removesuffix("……")) <= columns


@given(st.text(max_size=900))
def test_parts_together_are_hardly_longer_than_a_quotation_may_be(text: str) -> None:
    assert sum(map(width, quotable(lines_of(text)))) <= EXCERPT * (1 + OVER)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "Lamps want oil\n\nA wick keeps time. A match does not.",
            "「Lamps want oil」「A wick keeps time. A match does not.」",
        ),
        (
            "Two reasons. First:\n- it is fast, they say\n- it is cheap",
            "「Two reasons. First」「it is fast, they say」「it is cheap」",
        ),
        ("🔊 louder now\n🗃️ tidier now", "「louder now」「tidier now」"),
        ("@ada @bo see what Tern-3 did today", "「see what Tern-3 did today」"),
        ("@tern is down again today", "「@tern is down again today」"),
        ("Tern-3 is out today #ai #news", "「Tern-3 is out today」"),
        ("It is out 🎉🎉 and it is cheap 🚀", "「It is out and it is cheap」"),
        ("𝗕𝗼𝗹𝗱 words stay readable", "「Bold words stay readable」"),
        ("望舒开源了\n权重也放了\n许可证是 MIT", "「望舒开源了 权重也放了 许可证是 MIT」"),
        ("望舒开源了\n\n权重今天开放下载。", "「望舒开源了」「权重今天开放下载。」"),
        ("We say it plainly. What is new:", "「We say it plainly.」"),
        ("「内省」是个好词。", "「『内省』是个好词。」"),
    ],
)
def test_what_is_no_sentence_is_left_out(text: str, quoted: str) -> None:
    assert quote(lines_of(text)) == quoted


def test_a_long_first_sentence_is_quoted_to_its_end() -> None:
    long = f"Short and dull. {'and a clause, ' * 16}it ends."
    assert quote([long]) == f"「{long}」"


def test_where_a_sentence_must_be_cut_it_is_cut_after_a_clause() -> None:
    assert excerpt("The first clause is long enough, the second one has no room left here", 40) == (
        "The first clause is long enough……"
    )


def test_a_post_of_nothing_but_marks_is_quoted_as_it_is() -> None:
    assert lines_of("#ai #agents") == [plain("#ai #agents")]


def test_a_heading_mark_is_no_part_of_a_quotation() -> None:
    assert quote(lines_of("## Tern-3\nIt is out today.")) == "「Tern-3」「It is out today.」"
