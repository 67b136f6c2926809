"""Chinese is set as an editor sets it, and nothing else about a sentence changes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.check.quotation import find_quotations
from report.check.tidying import tidy


@pytest.mark.parametrize(
    ("rough", "set_well"),
    [
        ("GPT-5发布了,免费用户每天30次.", "GPT-5 发布了，免费用户每天 30 次。"),
        ("约7%的用户;Pro档不变", "约 7% 的用户；Pro 档不变"),
        ("Claude, 谷歌 ，都在 。", "Claude，谷歌，都在。"),
        ("他说:难(至少现在)", "他说：难（至少现在）"),
        ("上午10:30开始,3,000万元", "上午 10:30 开始，3,000 万元"),
        ("ＧＰＴ－４要１２美元", "GPT－4 要 12 美元"),
        ("用了3天...然后", "用了 3 天……然后"),
        ("为什么?因为贵!", "为什么？因为贵！"),
        ("2026年1月7日", "2026 年 1 月 7 日"),
        ("约$20一次", "约 $20 一次"),
        ("他称“Very exciting direction”，", "他称「Very exciting direction」，"),
        ("好。。再来，，", "好。再来，"),
        ("C++写的", "C++ 写的"),
    ],
)
def test_spaces_and_punctuation_are_set(rough: str, set_well: str) -> None:
    assert tidy(rough) == set_well


@pytest.mark.parametrize(
    "as_it_is",
    [
        "Karpathy 说「GPT5真的,很快」。",
        "A股和 K线不动",
        "见 https://example.com/a,b 中文",
        "漏掉 `/ship,a中` 的内容",
        "版本 3.5、比例 4:3",
        "GPT-5.5 Pro and o3, as written.",
    ],
)
def test_quotations_numbers_addresses_code_and_set_terms_stay(as_it_is: str) -> None:
    assert tidy(as_it_is) == as_it_is


def test_names_that_are_given_stay() -> None:
    assert tidy("歸藏(guizang.ai)说AI很贵", ["歸藏(guizang.ai)"]) == "歸藏(guizang.ai)说 AI 很贵"


SENTENCES = st.text(st.sampled_from('中文，。、,.;:?!()（） 「」“”"AaBb股线019%$…`+-：－５Ｋ'), max_size=60)


@given(SENTENCES)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=120))
def test_it_ends_and_is_settled_for_any_text(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(SENTENCES)
def test_letters_and_digits_are_neither_added_nor_lost(text: str) -> None:
    def told(words: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum())

    assert told(tidy(text)) == told(text)


@given(SENTENCES)
def test_quoted_words_stay(text: str) -> None:
    before = [quotation.words for quotation in find_quotations(text) if quotation.words.strip()]
    after = [quotation.words for quotation in find_quotations(tidy(text))]
    assert [words for words in before if words not in after] == []
