import re
import sys
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report import words
from report.words import count, cut

PIECES = st.sampled_from([
    *("https://t.co/aB3", "@some_one", "RT @x:", "x.com/a/status/1", "&amp;", "7%", "😀", "，", " ", "\n", "'", "’s"),
    *("开源模型", "GPT-5.5", "的", "油价", "agents", "I don't", "Zhōu", "ไทย", "ひらがな", "Claude Code", "北极星"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OpenAI 发布 GPT-5.5", ["OpenAI", "GPT-5.5"]),
        ("LTX-2 和 agent-native 应用", ["LTX-2", "agent-native", "应用"]),
        ("用C++和Node.js写，AT&T也用", ["C++", "Node.js", "AT&T"]),
        ("看这里https://t.co/AbC123中文 www.a.example/b x.com/c/status/1", ["中文"]),
        ("RT @alice_1: 油价 via @bob", ["油价"]),
        ("2026 年 3.5 倍 24h 10x 7% $12 5am", []),
        ("3D、4o 与 2-bit", ["3D", "4o", "2-bit"]),
        ("A股和K线", ["A股", "K线"]),
        ("我们的模型是很好的，因为他们在做", ["模型"]),
        ("I don't think it's Claude's fault", ["Claude", "fault"]),
        ("Q&amp;A &lt;b&gt; 😀🎉 —— ！？", []),
        ("#开源 #LLM", ["开源", "LLM"]),
        ("it ends.Then Agents.They 继续", ["Agents"]),
        ("油价 油价", ["油价", "油价"]),
        ("", []),
    ],
)
def test_cut_keeps_what_a_text_is_about(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("claude   code 限额", ["Claude Code"], ["Claude Code", "限额"]),
        ("我用Claude Code写", ["Claude", "Claude Code"], ["Claude Code"]),
        ("Claudette 与 xClaude", ["Claude"], ["Claudette", "xClaude"]),
        ("听北极星乔木说", ["北极星乔木"], ["北极星乔木"]),
        ("Go 语言与 Going", ["Go"], ["Go", "语言"]),
        ("C++ 与 a.b(c", ["a.b(c"], ["C++", "a.b(c"]),
        ("Q 大模型", ["Q", "", "  "], ["Q", "模型"]),
    ],
)
def test_names_stay_whole_and_are_spelled_as_given(text: str, names: list[str], expected: list[str]) -> None:
    assert cut(text, names) == expected


def test_names_of_one_call_are_forgotten_by_the_next() -> None:
    before = cut("听北极星乔木说")
    cut("听北极星乔木说", ["北极星乔木"])
    assert cut("听北极星乔木说") == before
    assert "北极星乔木" not in before


@settings(deadline=None)
@given(st.lists(PIECES).map("".join))
def test_no_word_is_an_address_a_handle_a_number_or_a_stop_word(text: str) -> None:
    stop = {
        word for name in ("zh.txt", "en.txt") for word in (files("report") / "stopwords" / name).read_text().split()
    }
    for word in cut(text):
        assert len(word) > 1
        assert not re.search(r"https?|t\.co|some_one|[\s@，😀`]", word)
        assert re.search(r"[^\W\d_]", word)
        assert word.casefold() not in stop


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    assert all(word and word == word.strip() for word in cut(text, ["Claude Code"]))


def test_a_spammer_does_not_win() -> None:
    weights = count(["中奖 " * 50, "开源模型", "开源社区"])
    assert weights["开源"] == 2
    assert weights["中奖"] == 1
    assert next(iter(weights)) == "开源"


def test_count_folds_case_and_plural_and_keeps_the_most_usual_spelling() -> None:
    weights = count(["an agent", "Agents", "agents", "the OpenAI", "openai OpenAI"])
    assert weights == {"agents": 3.0, "OpenAI": 3.0}


def test_a_name_weighs_half_as_much_again() -> None:
    assert count(["油价 北极星乔木 GPT-5.5 flour"], ["北极星乔木"]) == {
        "GPT-5.5": 1.5,
        "北极星乔木": 1.5,
        "flour": 1.0,
        "油价": 1.0,
    }


@settings(deadline=None)
@given(st.lists(st.lists(PIECES).map(" ".join), max_size=6))
def test_no_weight_exceeds_the_texts_that_hold_the_word(texts: list[str]) -> None:
    weights = count(texts)
    assert all(0 < weight <= 1.5 * len(texts) for weight in weights.values())
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert len({word.casefold() for word in weights}) == len(weights)


def test_jieba_takes_over_where_rjieba_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "霍尔木兹海峡重开之前，油价回落；OpenAI 发布开源推理模型"
    fast = cut(text)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    words.han_cutter.cache_clear()
    try:
        assert cut(text) == fast
    finally:
        words.han_cutter.cache_clear()


def test_stop_words_are_listed_once_and_in_small_letters() -> None:
    for name in ("zh.txt", "en.txt"):
        listed = (files("report") / "stopwords" / name).read_text("utf-8").split()
        assert len(listed) == len(set(listed))
        assert listed == [word.casefold() for word in listed]
        assert len(listed) >= 350
