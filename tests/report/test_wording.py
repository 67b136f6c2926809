import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.wording import plain, plain_headline, visible

PIECES = st.lists(
    st.sampled_from([
        *("**", "*", "__", "`", "~~", "[", "](", ")", "(", "（", "）", "<b>", "</b>", "<script>", "<", ">", "# ", "- "),
        *("https://t.co/x", "www.a.example", "tg://user?id=1", "p3", "d12", "、", "\n", "\u202e", "\u200b", "1. ", " "),
        *("Mila", "额度", "「原话」", "3.5", "a < b", "snake_case", "👩‍💻", "\x00", "&lt;b&gt;"),
    ]),
    max_size=14,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("**Mila** 免费额度[下调](https://t.co/x)（p3）", "Mila 免费额度下调"),
        ("见https://x.com/abc，很好", "见，很好"),
        ("![图](https://a.example/b.jpg)说明", "图说明"),
        ("[点这里](tg://user?id=1) 领取", "点这里 领取"),
        ("<b>粗</b><script src=x>a</script>", "粗a"),
        ("若 a < b 则 List<String> 与 snake_case_name 不变", "若 a < b 则 List<String> 与 snake_case_name 不变"),
        ("## 1. 标题\n第二行", "标题 第二行"),
        ("- 10% 的跌幅", "10% 的跌幅"),
        ("3.5 版比 2 * 3 * 4 大", "3.5 版比 2 * 3 * 4 大"),
        ("修了 `/ship` 的毛病", "修了 /ship 的毛病"),
        ("*强调*的话，**没关", "强调的话，没关"),
        ("两帖都提到（p3、p12），一帖没有 [d4]。", "两帖都提到，一帖没有。"),
        ("\u202e反着\u200b写\x07", "反着写"),
        ("👩‍💻 写代码", "👩‍💻 写代码"),
        ("GPT-5.5（测试版）", "GPT-5.5（测试版）"),
        ("详情：（https://a.example/x）", "详情："),
        ("见 https://аpple.example/login，快", "见 ，快"),
    ],
)
def test_what_a_model_writes_becomes_raw_words(said: str, words: str) -> None:
    assert plain(said) == words


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("一\t二\r\n三\r四\u2028五\x85六", "一 二\n三\n四\n五\n六"),
        ("z\u0329\u0313\u0332\u0353alg\u0301o", "z\u0329\u0313alg\u0301o"),
        ("e\u0302\u0323\u200b\u0301 1\ufe0f\u20e3", "e\u0302\u0323 1\ufe0f\u20e3"),
        ("\U000e0069\U000e0067更新\U0001f3f4\u202e", "更新\U0001f3f4"),
    ],
)
def test_what_hides_or_turns_a_text_around_is_taken_out(said: str, seen: str) -> None:
    assert visible(said) == seen


@given(st.text())
def test_what_is_shown_does_not_change_again(said: str) -> None:
    assert visible(visible(said)) == visible(said)


@given(PIECES | st.text())
def test_raw_words_hold_no_address_no_line_break_and_do_not_change_again(said: str) -> None:
    words = plain(said)
    assert plain(words) == words
    assert words == words.strip()
    assert not re.search(r"https?://|www\.\w|tg://|\[[^\[\]]*\]\(\w*\)|[\n\r\u202e\u200b\x00]", words)


@given(PIECES | st.text())
def test_a_headline_ends_without_a_stop(said: str) -> None:
    headline = plain_headline(said)
    assert plain_headline(headline) == headline
    assert not headline.endswith(("。", ".", "，", "："))


def test_what_unicode_calls_invisible_is_taken_out_and_nothing_else() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    kinds = {character: unicodedata.category(character) for character in every}
    seen = set(visible("x".join(every)))
    hidden = {character for character in every if kinds[character] in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}}
    assert seen & hidden == {"\n", "\u200d"}
    assert {kinds[character] for character in set(every) - seen - hidden} <= {"Cn"}
