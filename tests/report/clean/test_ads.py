"""Advertising is found with its reason, makers' news is not, and no spelling or size breaks the judgement."""

from __future__ import annotations

import csv
import time
import unicodedata
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.clean.ads import Verdict, find_advertising, judge, model
from report.clean.ads.folding import LONGEST, folded
from report.clean.ads.pieces import cut
from report.clean.ads.signals import NAMES, count_signals

LABELS = Path(__file__).parents[3] / "benchmarks" / "labels"
ZALGO = "".join(letter + "\u0336\u0334\u0321" for letter in "Join the airdrop, connect your wallet to claim now")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("关注并转发本条，抽 5 位送 AI 会员年卡", "抽奖或赠送"),
        ("用我的邀请码注册，双方各得 30 元算力券", "推荐返利"),
        ("AI 写作训练营第三期开课，早鸟价 199，名额有限", "卖课"),
        ("加微信进群领 1G 的 AI 资料", "引流"),
        ("新项目空投开启，白名单名额有限", "空投"),
        ("跟单老师昨天又翻倍了，稳赚不赔", "荐股引流"),
        ("今日提示词：一只猫坐在月亮上，柔光，8k --ar 3:4", "提示词引流"),
        ("急招数据标注，居家日结，简历发我邮箱", "招聘或求职"),
        ("Giveaway! Follow, like and tag two friends to win a laptop", "抽奖或赠送"),
        ("Use my referral link and get 20% off the best AI writer", "推荐返利"),
        ("AI agents full course, six hours, free. Save this.", "卖课"),
        ("Comment GUIDE and I'll DM you my 40 page playbook, must be following", "引流"),
        ("$FROG airdrop is live, connect your wallet to claim now", "空投"),
        ("New style! --sref 998877 try it with cats", "提示词引流"),
        ("Join my VIP group, guaranteed profit, 9 of 10 signals hit", "荐股引流"),
    ],
)
def test_advertising_is_named_as_an_editor_would(text: str, reason: str) -> None:
    assert find_advertising(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Introducing Osprey-2, our new open model: 70B, 128K context, weights and paper on Hugging Face today",
        "We just published the postmortem of Monday's outage, with the root cause and what changes",
        "我们今天开源了雨燕 2，代码、权重和技术报告都已放到 GitHub，MIT 协议",
        "API 明天起降价 40%，缓存命中再减半，老用户无需操作",
        "路透报道，两家云厂商本季资本开支同比增长六成",
        "提醒大家：最近有假冒官方的空投链接，是钓鱼网站，别点",
        "我不建议新人花钱报 AI 培训班，把官方文档读两遍就够了",
        "Tested three coding agents on one refactor: two passed, one deleted the tests. Details below.",
        "The judge asked how the training data was bought, and nobody had an answer",
    ],
)
def test_news_opinions_and_launches_are_no_advertising(text: str) -> None:
    assert find_advertising(text) == ""


@pytest.mark.parametrize(
    "disguised",
    [
        "Jоin thе аirdrоp, cоnnect yоur wаllet tо clаim nоw",  # Cyrillic о, е, а
        "Ｊｏｉｎ ｔｈｅ ａｉｒｄｒｏｐ, connect your wallet to claim now",
        "Join the air\u200bdrop, connect your wal\u00adlet to claim now",
        "\u202eJoin the airdrop\u202c, connect your wallet to claim now\u200f",
        ZALGO,
    ],
)
def test_another_spelling_of_the_same_words_is_the_same_advertising(disguised: str) -> None:
    assert folded(disguised) == folded("Join the airdrop, connect your wallet to claim now")
    assert find_advertising(disguised) == "空投"


def test_words_of_other_scripts_stay_as_they_are() -> None:
    assert folded("Новая модель ÉTÉ が 딥") == "новая модель ete が 딥"


@given(st.text())
def test_folding_twice_changes_nothing_that_counts(text: str) -> None:
    once = folded(text)
    assert len(once) <= 4 * LONGEST
    assert not any(unicodedata.category(c) == "Cc" for c in once if c.isspace())
    assert "  " not in once


@pytest.mark.parametrize(
    "text",
    ["🚀" * 5000, "\u202e" * 5000, "a\u0301\u0323" * 5000, "[" * 20_000, "no way. " * 3000, "$" * 20_000, "\x00\ud800"],
    ids=["emoji", "turns", "zalgo", "brackets", "words", "dollars", "half a character"],
)
def test_twenty_kilobytes_of_anything_are_judged_at_once(text: str) -> None:
    began = time.perf_counter()
    (verdict,) = judge([text])
    assert time.perf_counter() - began < 1
    assert 0 <= verdict.probability <= 1


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_a_verdict_does_not_depend_on_the_other_posts(texts: list[str]) -> None:
    together = judge(texts)
    assert len(together) == len(texts)
    for text, verdict in zip(texts, together, strict=True):
        (alone,) = judge([text])
        assert alone.reason == verdict.reason
        assert alone.probability == pytest.approx(verdict.probability, abs=1e-5)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_the_pieces_of_a_text_are_the_same_wherever_it_stands(texts: list[str]) -> None:
    spelt = [folded(text) for text in texts]
    together = cut(spelt)
    for row, text in enumerate(spelt):
        assert sorted(together.columns[together.rows == row]) == sorted(cut([text]).columns)


def test_no_posts_give_no_verdicts() -> None:
    assert judge([]) == []


@given(st.text(max_size=200))
def test_signals_are_shares(text: str) -> None:
    row = count_signals([text], [folded(text)])
    assert row.shape == (1, len(NAMES))
    assert np.isfinite(row).all()
    assert row.min() >= 0
    assert row.max() <= 1


def test_a_reason_is_given_for_advertising_and_for_nothing_else() -> None:
    texts = [row[2] for row in _table("invented_posts.tsv")]
    for verdict in judge(texts):
        assert verdict.is_advertising == bool(verdict.reason)
        assert verdict.probability >= 0.5 or not verdict.reason


def test_near_the_line_a_second_look_is_asked_for() -> None:
    verdicts = judge([row[2] for row in _table("invented_posts.tsv")])
    near = [verdict for verdict in verdicts if verdict.doubtful]
    assert 0 < len(near) < 0.25 * len(verdicts)
    assert all(0.15 < verdict.probability < 0.85 for verdict in near)


def test_the_weights_fit_the_signals_and_are_small() -> None:
    stored = files("report.clean.ads").joinpath(model.WEIGHTS)
    assert len(stored.read_bytes()) < 1_000_000
    assert model.shipped().signals.shape == (2, len(NAMES))


@pytest.mark.parametrize("name", ["topic_ai.tsv", "invented_posts.tsv"])
def test_each_label_is_one_of_three_and_each_id_is_there_once(name: str) -> None:
    rows = _table(name)
    assert {row[1] for row in rows} == {"advertising", "launch", "neither"}
    assert len({row[0] for row in rows}) == len(rows)


def test_of_the_real_posts_only_ids_and_labels_are_kept() -> None:
    assert {len(row) for row in _table("topic_ai.tsv")} == {2}


def test_the_same_rows_give_the_same_bytes() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is only there to train")
    from benchmarks import train_ads  # noqa: PLC0415

    rows = train_ads.read_invented(held_out=False)
    assert train_ads.pack(train_ads.train(rows)) == train_ads.pack(train_ads.train(rows))


def test_what_is_held_out_is_not_trained_with() -> None:
    from benchmarks import train_ads  # noqa: PLC0415

    held, learnt = (train_ads.read_invented(held_out=held) for held in (True, False))
    assert len(held) > 100
    assert not {row.text for row in held} & {row.text for row in learnt}


def test_a_verdict_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Verdict(reason="", probability=0, doubtful=False).reason = "x"


def _table(name: str) -> list[list[str]]:
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
