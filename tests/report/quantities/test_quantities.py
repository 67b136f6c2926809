"""What Chinese and English state, and when one says what the other does. All texts are invented."""

from datetime import UTC, date, datetime

import pytest

from report.quantities import dates_outside, read_quantities, unsupported_quantities

WRITTEN = (datetime(2026, 3, 27, 4, tzinfo=UTC),)  # a Friday


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("融资 17亿美元", "raised $1.7B"),
        ("融资 17 亿美元", "raised 1.7 billion dollars"),
        ("融资 $1.7B", "融资 17 亿 dollars"),
        ("花了 3,000万元", "it cost 30M yuan"),
        ("花了 ￥300", "300 RMB"),
        ("HK$20", "20 港元"),
        ("五千刀", "$5k"),
        ("每月 20 美金", "20 USD a month"),
        ("1亿2000万用户", "120 million users"),
        ("10w 粉丝", "100,000 followers"),
        ("用量增长 577%", "usage grew 5.77x"),
        ("用量翻倍", "usage doubled"),
        ("用量增长一倍", "usage is up 100%"),
        ("快了 10 倍", "10x faster"),
        ("两千多人", "2,134 people"),
        ("两千多人", "over 2000 people"),
        ("超过 2000 人", "2000+ people"),
        ("近 2000 人", "1,987 people"),
        ("约 7% 的用户", "7.2% of users"),
        ("423 万人", "4,231,578 people"),
        ("数十家公司", "dozens of companies"),
        ("数百家公司", "hundreds of companies"),
        ("数百万人", "several million people"),
        ("十几个项目", "14 projects"),
        ("2-bit 量化", "2 bit quantization"),
        ("16 位", "16-bit"),
        ("训练数据 10T→28T", "from 10T to 28T tokens"),
        ("2026年1月", "January 2026"),
        ("2026 年 1 月 7 日", "Jan 7, 2026"),
        ("2026-01-07", "7 January 2026"),
        ("二〇二六年", "in 2026"),
        ("5 月 14 日至 16 日", "May 14-16"),
        ("5/23", "on May 23rd"),
        ("1 月 5 日", "1/5"),
        ("一半的人", "half of them"),
        ("一半的人", "50% of them"),
        ("三分之一", "a third"),
        ("三分之一", "1/3 of it"),
        ("四分之三", "three-quarters"),
        ("百分之三十", "30%"),
        ("三成用户", "30 percent of users"),
        ("占 33%", "one third of it"),
        ("太平洋时间上午 5–11 点", "5am–11am PT"),
        ("晚 8 点", "8 pm"),
        ("20:00", "8 p.m."),
        ("晚上八点半", "8:30pm"),
        ("12–18 个月", "12-18 months"),
        ("30%到40%", "30 to 40%"),
        ("1000 万到 2000 万美元", "$10-20M"),
        ("0.25 个百分点", "25 bps"),
        ("打七折", "30% off"),
        ("8.5折", "15% off"),
        ("18 个月", "a year and a half"),
        ("一年半", "18 months"),
        ("半年", "6 months"),
        ("两周", "14 days"),
        ("24 小时", "a day"),
        ("十年", "a decade"),
        ("25 岁", "a 25 year old"),
        ("10 周年", "10th anniversary"),
        ("200 亿参数", "20B parameters"),
        ("100 万 token", "1M context"),
        ("12.8 万", "128k"),
        ("每百万 token 2 美元", "$2/M tokens"),
        ("2 人", "both of them"),
        ("12 家", "a dozen firms"),
        ("12 家", "twelve firms"),
        ("25000 人", "twenty-five thousand people"),
        ("25 万个职位", "a quarter of a million jobs"),
        ("３０％", "30%"),
        ("第 2 名", "2nd place"),
        ("第二季度", "Q2"),
        ("Q3", "third quarter"),
        ("12 道题里解出 9 道", "solved 9/12"),
        ("90 年代", "the 90s"),
        ("64 台 MI300X", "64 MI300Xs"),
        ("5 月发布", "out in May"),
        ("无法突破 50%", "below 50%"),
        ("2045 年左右", "by ~2045"),
        ("零成本 0 元", "no cost at all"),
        ("用 8 张 H100", "on 8x H100"),
        ("GPT 5.5", "gpt-5.5 is out"),
        ("GPT-5.5", "GPT 5.5"),
        ("Opus4.7", "Opus 4.7"),
        ("v0.4", "version 0.4"),
        ("Qwen3-32B", "Qwen3 32B"),
        ("32B 模型", "Qwen3-32B"),
        ("Agents SDK 2", "Agents SDK 2.0"),
        ("1.2.0 版", "v1.2.0 is out"),
        ("4o 与 o3", "o3, 4o"),
        ("8 美元", "HAPPY HOUR $8"),
        ("预期 720 万", "Openings 7.02 million against 7.20 expected"),
        ("市场预期增加 150 万桶", "-2.1 million barrels, against a consensus of +1.5"),
        ("此前 21.5 亿美元", "收入 19.8 亿美元，此前 21.5"),
        ("再过 3 小时开始", "T-3 hours to launch"),
        ("速度是 3 倍", "$30M in 18 months—3x faster than before"),
        ("5—10 亿元", "5—10 亿元"),
        ("升 10 点", "a 10 percentage point jump"),
        ("每周 1 吉瓦", "a gigawatt every week"),
        ("原文「the GPT-5...」", "join the GPT-5.5 party"),
    ],
)
def test_the_same_in_other_words_is_supported(claim: str, evidence: str) -> None:
    assert unsupported_quantities(claim, [evidence]) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "lacking"),
    [
        ("20亿参数", "20B parameters", ["20亿"]),
        ("Qwen-32亿", "Qwen-32B", ["32亿"]),
        ("融资 17 亿元", "raised $1.7B", ["17 亿元"]),
        ("融资 1.7 万美元", "raised $1.7M", ["1.7 万美元"]),
        ("是原来的 5.77 倍", "a share of 577%", ["5.77 倍"]),
        ("上升 5 个百分点", "up 5%", ["5 个百分点"]),
        ("上升 5%", "up 5 percentage points", ["5%"]),
        ("两千多人", "3,100 people", ["两千多人"]),
        ("超过 2000 人", "fewer than 2000 people", ["2000 人"]),
        ("不到 2000 人", "over 2000 people", ["2000 人"]),
        ("约 7% 的用户", "9% of users", ["7%"]),
        ("19 亿美元", "$1.87B", ["19 亿美元"]),
        ("数百家公司", "dozens of companies", ["数百"]),
        ("1–5% 的梯度", "1–3% of gradients, 5% of costs", ["1–5%"]),
        ("支持 3M 上下文", "1M context, 3 models", ["3M"]),
        ("3 美元", "Tern 3 is out", ["3 美元"]),
        ("A7B", "A3B, 7B", ["A7B"]),
        ("10T→28T", "10T to 82T", ["10T→28T"]),
        ("12–28 个月", "12-18 months", ["12–28 个月"]),
        ("5 天", "5 hours", ["5 天"]),
        ("三年", "three months", ["三年"]),
        ("晚 8 点", "8 am", ["晚 8 点"]),
        ("三分之二", "a third", ["三分之二"]),
        ("2027年1月", "January 2026", ["2027年1月"]),
        ("5/23", "May 25", ["5/23"]),
        ("GPT-5", "GPT-5.5 is out", ["GPT-5"]),
        ("GPT 6.5 与 5.5 倍", "GPT 5.5, 5.5 times", ["GPT 6.5"]),
        ("Opus 4.8", "Opus 4.7, and 4.8 million users", ["Opus 4.8"]),
        ("1.3.0 版", "v1.2.0", ["1.3.0"]),
        ("F3 赛车", "F1 on 3 channels", ["F3"]),
        ("H200", "8 H100s", ["H200"]),
        ("@user8 说", "@user7: hi", ["@user8"]),
        ("Llama-70M", "Llama-70B", ["Llama-70M"]),
        ("3 个产品", "", ["3 个"]),
        ("占 850", "850B", ["850"]),
        ("有 12 人，花了 3 天", "3 days, 11 people", ["12 人"]),
        ("原文「spent $3,1…」", "spent $3,000", ["$3", "1"]),
        ("预期 720 万", "Openings 7.02 million. Last week 7.20 was the pace", ["720 万"]),
        ("预期 9000 万", "Openings 7.02 million against 90 expected", ["9000 万"]),
        ("预期 730 万", "Openings 7.02 million against 7.20 expected", ["730 万"]),
        ("升 11 点", "a 10 percentage point jump", ["11 点"]),
        ("还有 4 小时", "T-3 hours to launch", ["4 小时"]),
    ],
)
def test_another_value_or_unit_is_not(claim: str, evidence: str, lacking: list[str]) -> None:
    assert unsupported_quantities(claim, [evidence]) == lacking


@pytest.mark.parametrize(
    "text",
    [
        "一些人一起统一看法，进一步、一直、第一手",
        "五花八门，四处，千万不要，万一，百度，十分满意，再三",
        "三方 二元 十六进制 亿万富翁",
        "GPT-5.5、Opus 4.7、v0.4、Qwen3-32B、M4、o3、4o、H100、1.2.0",
        "https://example.com/2026/5?n=12 @user99 #tag7",
        "1. buy\n2) sell\n（3）keep",
        "B2B, K12, 3D, 5G",
        "",
    ],
)
def test_names_idioms_addresses_and_list_markers_are_no_quantities(text: str) -> None:
    stated = [quantity.words for quantity in read_quantities(text) if quantity.kind != "ordinal"]
    assert stated == []
    assert [words for words in unsupported_quantities(text, ["GPT-5.5 " + text]) if words] == []


@pytest.mark.parametrize(
    "claim", ["两位作者都说", "三条帖子", "一年里", "第三，", "有三家公司", "今天、昨天、今晚、去年"]
)
def test_small_counts_in_words_need_no_evidence(claim: str) -> None:
    assert unsupported_quantities(claim, ["nothing is counted here"]) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("3 月 27 日", "today we launch"),
        ("2026 年 3 月", "this month"),
        ("3 月 28 日", "we launch tomorrow"),
        ("3 月 31 日", "next Tuesday it is"),
        ("周五", "it is out"),
        ("2025 年", "last year"),
        ("3 月 24 日", "3 days ago"),
        ("2026 年 4 月 6 日", "until April 6"),
    ],
)
def test_a_date_may_rest_on_when_the_post_was_written(claim: str, evidence: str) -> None:
    assert unsupported_quantities(claim, [evidence], written=WRITTEN) == []
    assert unsupported_quantities(claim, ["nothing"]) == [claim]


@pytest.mark.parametrize("claim", ["3 月 20 日", "2027 年 4 月 6 日", "周二", "2024 年", "8 月"])
def test_another_date_does_not(claim: str) -> None:
    assert unsupported_quantities(claim, ["until April 6"], written=WRITTEN) == [claim]


def test_a_handle_or_author_given_by_name_is_known() -> None:
    assert unsupported_quantities("据 @lab42 与 Studio 54", ["hello"], names=["@lab42", "Studio 54"]) == []


@pytest.mark.parametrize(
    ("claim", "outside"),
    [
        ("3 月 27 日发布", []),
        ("2026 年 3 月发布", []),
        ("2019 年发布", ["2019 年"]),
        ("3 月 20 日发布", ["3 月 20 日"]),
        ("4 月 6 日截止", []),
        ("周二发布", []),
        ("花了 300 元", []),
    ],
)
def test_dates_outside_the_period_are_named_unless_a_post_has_them(claim: str, outside: list[str]) -> None:
    found = dates_outside(claim, date(2026, 3, 27), date(2026, 3, 28), ["until April 6"], written=WRITTEN)
    assert found == outside


def test_a_quantity_keeps_its_words_and_place() -> None:
    text = "融资　１７亿美元，增长约 30%"
    money, growth = read_quantities(text)
    assert (text[money.start : money.end], money.kind, money.low, money.unit) == ("１７亿美元", "money", 1.7e9, "USD")
    assert (growth.words, growth.kind, growth.bound, growth.low) == ("30%", "percent", "about", 30)


@pytest.mark.parametrize(("claim", "post", "holds"), [
    ("21 世纪的投资", "investing in the 21st Century", True),
    ("20 世纪的投资", "investing in the 21st Century", False),
    ("两个世纪", "two centuries", True),
])  # fmt: skip
def test_a_century_is_its_number(claim: str, post: str, holds: bool) -> None:
    assert (unsupported_quantities(claim, [post]) == []) is holds
