import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.evidence import Evidence
from report.evidence.copied import copied, excerpts
from report.evidence.glossary import load_glossary, stem
from report.evidence.support import is_supported, support
from report.model import Author, Tweet

FACTORY = "Quillmind will open a chip factory in Texas in 2027 and hire 3,000 workers for it."
VACCINE = "We made a vaccine for my dog with a chatbot. Every step had a human in the loop, and the hospital agreed."
SHORT = "ai infra is growing fast"


def resting_on(*texts: str, name: str = "", handle: str = "writer") -> Evidence:
    author, moment = Author(handle=handle, name=name), datetime(2026, 1, 7, 12, tzinfo=UTC)
    return Evidence.of(
        [
            Tweet(id=str(number), author=author, text=text, created_at=moment, source="file:invented")
            for number, text in enumerate(texts)
        ]
    )


@pytest.mark.parametrize(
    ("claim", "posts"),
    [
        ("Quillmind 将于 2027 年在得州开设芯片工厂，招聘 3000 名工人。", (FACTORY,)),
        ("Quillmind 要在得州建芯片工厂，这标志着制造业格局的深刻变化，预示着新范式的到来。", (FACTORY,)),
        ("他用聊天机器人为爱犬做出疫苗，每一步都有人参与。", (VACCINE,)),
        ("一边是芯片工厂的招聘，一边是给狗做的疫苗。", (FACTORY, VACCINE)),
        ("团队开源了一个安全评测基准", ("We are open-sourcing a benchmark for security evals",)),
        ("油价回落", ("crude pulls back",)),
        ("这家初创公司完成种子轮融资，要为医院造机器人。", ("刚拿到种子轮，给医院造机器人，欢迎加入这家初创公司",)),
        ("The startup raised a seed round to build robots for hospitals.", ("初创公司完成种子轮，要为医院造机器人",)),
        ("Apple will open a chip factory in Texas and hire workers.", ("苹果要在得州开芯片工厂，招聘 3000 名工人",)),
        ("Apple will hire workers for a chip factory.", ("Apple is hiring workers for its chip factory in Texas",)),
        ("call me maybe", ("call me maybe https://t.co/aB3",)),
        ("市值少了 390 亿美元，股价 143 美元。", ("$39B of market value gone, the share is at $143",)),
        ("唯一比写代码更有趣的，是用智能体做设计", ("the only thing more fun than coding is designing with agents",)),
        ("她说，油价回落到 71 美元（推文所述，未核实）。", ("crude pulls back to $71",)),
        (
            "一边是油价回落，一边是工厂招聘。",
            ("crude pulls back to $71", FACTORY, "今天工厂的人说他们很忙，都没有时间吃饭"),
        ),
    ],
)
def test_a_claim_about_what_its_posts_say_is_supported_in_either_language(claim: str, posts: tuple[str, ...]) -> None:
    assert is_supported(claim, resting_on(*posts))


@pytest.mark.parametrize(
    ("claim", "posts"),
    [
        ("Quillmind 将于 2027 年在得州开设芯片工厂，招聘 3000 名工人。", (VACCINE,)),
        ("他用聊天机器人为爱犬做出疫苗，每一步都有人参与。", (FACTORY,)),
        ("Quillmind 要在得州建芯片工厂，招聘工人，解决供应短缺与出口管制。", (SHORT,)),
        ("他以微型团队运营一份月刊，每月服务约百万读者，涵盖内容管理与设备租赁。", (SHORT,)),
        ("The startup raised a seed round to build robots for hospitals.", ("这家初创公司今天搬了办公室。",)),
        ("Apple will open a chip factory in Texas and hire 3,000 workers.", ("苹果发布新耳机，降噪更好，价格不变",)),
        ("call me maybe", ("I love this https://t.co/aB3",)),
        ("团队开源了一个安全评测基准", ("https://t.co/aB3",)),
        ("团队开源了一个安全评测基准", ()),
        ("唯一比写代码更有趣的，是用智能体做设计", ("crude pulls back to $71",)),
        ("市值少了 390 亿美元，股价 143 美元。", ("we hired 39 nurses for the clinic this week",)),
    ],
)
def test_a_claim_about_something_else_is_not(claim: str, posts: tuple[str, ...]) -> None:
    assert not is_supported(claim, resting_on(*posts))


@pytest.mark.parametrize("claim", ["", "  \n", "👍👍", "https://t.co/aB3"])
def test_a_claim_that_says_nothing_has_nothing_to_rest_on(claim: str) -> None:
    assert support(claim, resting_on(FACTORY)) == 1


def test_the_authors_name_is_no_sign_that_the_subject_is_the_same() -> None:
    evidence = resting_on(VACCINE, name="Aria Lindqvist", handle="aria_l")
    assert not is_supported("Aria Lindqvist（@aria_l）说芯片工厂要在得州招聘工人。", evidence)


def test_an_authors_name_without_capitals_is_no_content_either() -> None:
    claim = "Quill Mason 要在得州开芯片工厂，招聘工人。"
    assert support(claim, resting_on(FACTORY, name="Quill Mason")) == support(
        claim.removeprefix("Quill Mason "), resting_on(FACTORY)
    )


def test_a_list_of_excerpts_must_stand_in_the_posts_word_for_word() -> None:
    claim = "(@writer)\n- [Quillmind will open a chip fac...](\n- [We made a vaccine for my dog with a chat...]("
    assert excerpts(claim) == ["Quillmind will open a chip ", "We made a vaccine for my dog with a "]
    assert support(claim, resting_on(FACTORY, VACCINE)) == 1
    assert not is_supported(claim, resting_on("A dog, a chip and a vaccine walk into a factory"))


@pytest.mark.parametrize(
    "claim",
    [
        "芯片工厂",
        "据 [公告](https://a.example/1)，工厂要开。",
        "- [工厂](https://a.example) 要开，招聘三千名工人，明年投产",
    ],
)
def test_prose_with_links_is_no_list_of_excerpts(claim: str) -> None:
    assert excerpts(claim) == []


@pytest.mark.parametrize(
    ("quotation", "share"),
    [("will open a chip", 1.0), ("will close a chip factory", 1 / 3), ("芯片", 0.0), ("", 1.0), ("open", 1.0)],
)
def test_what_is_copied_is_counted_by_runs_of_three_words(quotation: str, share: float) -> None:
    assert copied([quotation], [FACTORY]) == pytest.approx(share)


@pytest.mark.parametrize(
    "words",
    [
        ("secure", "secured", "security"),
        ("company", "companies"),
        ("simplify", "simplifying"),
        ("implement", "implementing", "implements"),
        ("train", "trained", "training"),
        ("generate", "generation", "generated"),
        ("play", "playing", "plays"),
        ("intelligent", "intelligence"),
    ],
)
def test_forms_of_a_word_have_one_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("student", "study"), ("police", "polite"), ("model", "mode"), ("new", "net")]
)
def test_other_words_have_another(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_the_glossary_is_whole() -> None:
    glossary = load_glossary()
    assert len(glossary.english) > 2000
    assert all(word.strip() == word and word for word in glossary.english)
    assert all(phrases and all(phrases) for phrases in glossary.english.values())
    assert "secur" in glossary.english["安全"]
    assert "安全" in glossary.chinese["secur"]
    assert "模型" in glossary.common
    assert "疫苗" not in glossary.common


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_text_is_weighed_from_0_to_1(claim: str, posts: list[str]) -> None:
    assert 0 <= support(claim, resting_on(*posts)) <= 1


HOSTILE = [
    *("😀" * 5000, "Z̷̢̧" * 3000, "a" * 20_000, "Aa" * 10_000, "中" * 20_000, "芯片 " * 5000, "1.1" * 7000, "[" * 20_000),
    *("·中" * 9000, "\u202e\u200b" * 9000, "A. " * 7000, "- [a](\n" * 3000, "- [a" * 5000),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    began = time.process_time()
    support(text, resting_on(text))
    support("谷歌开源安全模型，价格 30 元，招聘工人", resting_on(text))
    assert time.process_time() - began < 3
